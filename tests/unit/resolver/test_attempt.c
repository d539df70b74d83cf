// SPDX-License-Identifier: MIT
// The random values of an attempt. The test supplies its own keyed_random_draw.
#include "resolver/source/upstream/attempt.h"

#include <errno.h>
#include <string.h>

#include "config/base/random.h"
#include "config/lookup_context.h"
#include "config/sync/keyed_random.h"
#include "resolver/dns/packet_write.h"
#include "resolver/source/upstream/server_selection.h"
#include "resolver/source/upstream/upstream_request.h"
#include "tests/fake/fake.h"
#include "tests/unit/unit.h"

static unsigned calls;
static unsigned alike;  // number of calls that return only equal bytes
static bool fails;

bool keyed_random_draw(void *bytes, size_t size, int64_t now)
{
	(void)now;
	errno = EMFILE;
	if (fails)
		return false;
	if (calls++ >= alike)
		return random_draw(bytes, size);
	memset(bytes, 0x55, size);
	return true;
}

static int open_both(struct attempt *attempt, const struct fake *fake)
{
	static struct question questions[QUESTIONS_MAX];
	static const struct lookup_context lookup;
	static const struct upstream_request request = {.lookup = &lookup, .questions = questions};
	const struct address server = fake_address(fake);
	const struct candidate candidate = {.address = &server};
	for (size_t i = 0; i < QUESTIONS_MAX; i++) {
		questions[i] = (struct question){.type = i ? RRTYPE_AAAA : RRTYPE_A, .class = RRCLASS_IN};
		assert_true(name_read("app.test", &questions[i].name));
	}
	*attempt = (struct attempt){.packet_flags = PACKET_EDNS};
	return attempt_open(attempt, &candidate, &request, 3);
}

// With equal ids a reply could be matched to the wrong question.
static void glibc_bug_26600_the_ids_of_a_pair_always_differ(void **state)
{
	(void)state;
	struct fake *fake = fake_start(NULL, "", "");
	struct attempt attempt;
	struct fake_query first, second;
	assert_non_null(fake);
	alike = 3;
	calls = 0;
	assert_return_code(open_both(&attempt, fake), errno);
	assert_int_equal(calls, 4);
	assert_true(fake_wait(fake, 2, 2000));
	assert_true(fake_query(fake, 0, &first) && fake_query(fake, 1, &second));
	assert_int_not_equal(first.id, second.id);
	attempt_close(&attempt);
	fake_stop(fake);
}

// Without random numbers the attempt fails: a predictable id would permit forged replies.
static void cve_2023_31124_without_random_numbers_nothing_is_sent(void **state)
{
	(void)state;
	struct fake *fake = fake_start(NULL, "", "");
	struct attempt attempt;
	assert_non_null(fake);
	fails = true;
	const int opened = open_both(&attempt, fake), error = errno;
	fails = false;
	assert_int_equal(opened, -1);
	assert_int_equal(error, EMFILE);
	assert_int_equal(attempt.channel.descriptor, -1);
	assert_false(fake_wait(fake, 1, 50));
	fake_stop(fake);
}

// Each attempt has new ids and case. Single ids may collide, those of 40 consecutive attempts do not.
static void no_attempt_repeats_the_ids_of_another(void **state)
{
	(void)state;
	struct fake *fake = fake_start(NULL, "", "");
	struct attempt attempt;
	unsigned same = 0;
	uint16_t before = 0;
	assert_non_null(fake);
	alike = 0;
	for (int i = 0; i < 40; i++) {
		assert_return_code(open_both(&attempt, fake), errno);
		same += attempt.draws.ids[0] == before;
		before = attempt.draws.ids[0];
		attempt_close(&attempt);
	}
	assert_in_range(same, 0, 2);
	fake_stop(fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(glibc_bug_26600_the_ids_of_a_pair_always_differ),
		cmocka_unit_test(cve_2023_31124_without_random_numbers_nothing_is_sent),
		cmocka_unit_test(no_attempt_repeats_the_ids_of_another),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
