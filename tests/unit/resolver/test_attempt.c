// SPDX-License-Identifier: MIT
// The random values of an attempt. The test supplies its own getrandom(2).
#include "resolver/source/upstream/attempt.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "config/lookup_context.h"
#include "resolver/dns/packet_write.h"
#include "resolver/source/upstream/server_selection.h"
#include "resolver/source/upstream/upstream_request.h"
#include "tests/fake/fake.h"
#include "tests/unit/unit.h"

static unsigned calls;
static unsigned alike;  // number of calls that return only equal bytes
static bool fails;

static long draw(void *buffer, size_t size, bool *is_done)
{
	*is_done = true;
	if (fails) {
		errno = ENOSYS;
		return -1;
	}
	if (calls++ < alike) {
		memset(buffer, 0x55, size);
		return (long)size;
	}
	*is_done = false;
	return 0;
}

long syscall(long number, ...)
{
	va_list list;
	long arguments[6];
	bool is_done = false;
	va_start(list, number);
	for (size_t i = 0; i < LENGTH(arguments); i++)
		arguments[i] = va_arg(list, long);
	va_end(list);
	const long drawn = number == SYS_getrandom ? draw((void *)arguments[0], (size_t)arguments[1], &is_done) : 0;
	if (is_done)
		return drawn;
	long (*next)(long, ...) = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	return next(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
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

static void set_descriptor_limit(rlim_t limit)
{
	struct rlimit now;
	assert_return_code(getrlimit(RLIMIT_NOFILE, &now), errno);
	now.rlim_cur = limit;
	assert_return_code(setrlimit(RLIMIT_NOFILE, &now), errno);
}

static void where_a_filter_refuses_getrandom_the_device_serves(void **state)
{
	(void)state;
	struct fake *fake = fake_start(NULL, "", "");
	struct attempt attempt;
	assert_non_null(fake);
	fails = true;
	assert_return_code(open_both(&attempt, fake), errno);
	fails = false;
	assert_true(fake_wait(fake, 2, 2000));
	attempt_close(&attempt);
	fake_stop(fake);
}

// Without random numbers the attempt fails: a predictable id would permit forged replies.
static void cve_2023_31124_without_random_numbers_nothing_is_sent(void **state)
{
	(void)state;
	struct fake *fake = fake_start(NULL, "", "");
	struct attempt attempt;
	struct rlimit before;
	assert_non_null(fake);
	assert_return_code(getrlimit(RLIMIT_NOFILE, &before), errno);
	fails = true;
	set_descriptor_limit(0);
	const int opened = open_both(&attempt, fake), error = errno;
	set_descriptor_limit(before.rlim_cur);
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
		same += attempt.ids[0] == before;
		before = attempt.ids[0];
		attempt_close(&attempt);
	}
	assert_in_range(same, 0, 2);
	fake_stop(fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(glibc_bug_26600_the_ids_of_a_pair_always_differ),
		cmocka_unit_test(where_a_filter_refuses_getrandom_the_device_serves),
		cmocka_unit_test(cve_2023_31124_without_random_numbers_nothing_is_sent),
		cmocka_unit_test(no_attempt_repeats_the_ids_of_another),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
