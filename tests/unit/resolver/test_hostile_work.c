// SPDX-License-Identifier: MIT
// Known packets that take other resolvers time or memory out of proportion to their size (CVE numbers).

#include "config/base/clock.h"
#include "resolver/dns/answer_chain.h"
#include "resolver/host_answer.h"
#include "tests/unit/message.h"

#ifdef __SANITIZE_ADDRESS__
#define CPU_MILLISECONDS_MAX 2000
#else
#define CPU_MILLISECONDS_MAX 50
#endif

// Counts name comparisons: each begins with this function, which replaces libc's.
static size_t comparisons;

#ifndef __SANITIZE_ADDRESS__
int memcmp(const void *one, const void *other, size_t size)
{
	const uint8_t *left = one, *right = other;
	comparisons++;
	while (size && *left == *right) {
		left++;
		right++;
		size--;
	}
	return size ? *left - *right : 0;
}
#endif

static int64_t cpu_milliseconds(void)
{
	return clock_read(CLOCK_THREAD_CPUTIME_ID) / 1000;
}

// Parses the message to an answer and that to a host. Measures CPU time.
static void expect_little_work(unsigned type)
{
	const struct question question = question_of_message(type);
	const int64_t start = cpu_milliseconds();
	struct answer answer;
	struct host host = {0};
	if (read_message(type, &answer)) {
		host_add_answer(&host, &answer, &question, true);
		host_clear(&host);
		answer_clear(&answer);
	}
	assert_in_range(cpu_milliseconds() - start, 0, CPU_MILLISECONDS_MAX);
}

// A chain of as many pointers as fit below offset 16384, then a pointer to the last of them.
static void add_pointers(size_t count_max, uint8_t *last)
{
	uint8_t bytes[16384];
	size_t size = 0, target = 12;
	const size_t start = message.size + 12;
	for (; size / 2 < count_max && start + size < 16380; size += 2) {
		bytes[size] = (uint8_t)(0xC0 | target >> 8);
		bytes[size + 1] = (uint8_t)target;
		target = start + size;
	}
	add_record(APP, 2, 65280, bytes, size);
	last[0] = (uint8_t)(0xC0 | target >> 8);
	last[1] = (uint8_t)target;
}

// ldns takes 102 ms for the first row.
static void cve_2026_69184_cve_2024_8508_compression_costs_no_more_than_the_message_is_long(void **state)
{
	(void)state;
	static const size_t pointers[] = {8000, 64, 63, 62, 1};
	for (size_t i = 0; i < LENGTH(pointers); i++) {
		uint8_t owner[2];
		begin(0x8180, RRTYPE_A);
		add_pointers(pointers[i], owner);
		count(1 + fill(owner, 2, RRTYPE_A, "\xC0\0\2\1", 4), 0, 0);
		expect_little_work(RRTYPE_A);
	}
}

// A name of the largest length with one-letter labels, as owner and as data.
static void cve_2026_44390_thousands_of_the_longest_names_cost_little(void **state)
{
	(void)state;
	uint8_t name[255];
	for (size_t i = 0; i < sizeof name - 1; i += 2)
		memcpy(name + i, "\1a", 2);
	name[sizeof name - 1] = 0;
	begin(0x8180, RRTYPE_A);
	add_record(APP, 2, RRTYPE_CNAME, name, sizeof name);
	count(1 + fill("\xC0\x26", 2, RRTYPE_CNAME, "\xC0\x26", 2), 0, 0);
	expect_little_work(RRTYPE_A);
}

// A CNAME chain one link too long, in reverse order, before and after thousands of records.
static void cve_2014_9402_a_long_chain_among_many_records_costs_little(void **state)
{
	(void)state;
	for (int is_first = 0; is_first < 2; is_first++) {
		unsigned records = 0;
		begin(0x8180, RRTYPE_A);
		if (!is_first)
			for (; message.size < MESSAGE_MAX - 3000; records++)
				add_record("\1x\0", 3, RRTYPE_CNAME, "\0", 1);
		for (int link = ANSWER_CHAIN_MAX; link >= 0; link--, records++) {
			const uint8_t owner[] = {2, 'l', (uint8_t)link, 0}, target[] = {2, 'l', (uint8_t)(link + 1), 0};
			add_record(link ? (const void *)owner : APP, link ? sizeof owner : 2, RRTYPE_CNAME, target, sizeof target);
		}
		count(records + fill("\1x\0", 3, RRTYPE_CNAME, "\0", 1), 0, 0);
		expect_little_work(RRTYPE_A);
	}
}

// Different names of the largest length: one or two letters, then a pointer to a common suffix.
static unsigned fill_with_long_aliases(void)
{
	uint8_t owner[3 + 250 + 1] = {2};
	unsigned records = 0;
	memset(owner + 3, 0, sizeof owner - 3);
	for (size_t i = 3; i + 2 < sizeof owner; i += 2)
		memcpy(owner + i, "\1x", 2);
	add_record(owner, sizeof owner, RRTYPE_CNAME, "\0", 1);
	for (; message.size < MESSAGE_MAX - 3000; records++) {
		const uint8_t other[] = {2, (uint8_t)(records >> 6), (uint8_t)records, 0xC0, 26 + 3};
		add_record(other, sizeof other, RRTYPE_CNAME, "\0", 1);
	}
	return records + 1;
}

static void a_long_chain_after_thousands_of_other_aliases_is_compared_with_few_of_them(void **state)
{
	(void)state;
	const struct question question = question_of_message(RRTYPE_A);
	struct answer answer;
	begin(0x8180, RRTYPE_A);
	unsigned records = fill_with_long_aliases();
	for (int link = ANSWER_CHAIN_MAX - 1; link >= 0; link--, records++) {
		const uint8_t owner[] = {2, 'l', (uint8_t)link, 0}, target[] = {2, 'l', (uint8_t)(link + 1), 0};
		add_record(link ? (const void *)owner : APP, link ? sizeof owner : 2, RRTYPE_CNAME, target, sizeof target);
	}
	count(records, 0, 0);
	assert_in_range(records, 3000, 5000);
	expect_little_work(RRTYPE_A);
	comparisons = 0;
	const int64_t start = cpu_milliseconds();
	assert_true(read_message(RRTYPE_A, &answer));
	assert_int_equal(answer.outcome, OUTCOME_UNUSABLE);
	assert_true(answer_chain_cut(&answer, &question));
	assert_in_range(comparisons, 0, 2 * records);
	assert_in_range(cpu_milliseconds() - start, 0, CPU_MILLISECONDS_MAX);
	assert_int_equal(answer.record_count, ANSWER_CHAIN_MAX);
	answer_clear(&answer);
}

// Header counts without records are rejected at once, without allocating memory for them.
static void ghsa_jv8r_counts_of_65535_with_an_empty_body_cost_nothing(void **state)
{
	(void)state;
	for (unsigned sections = 1; sections < 16; sections++) {
		struct answer answer;
		begin(0x8180, RRTYPE_A);
		for (unsigned i = 0; i < 4; i++)
			if (sections & 1u << i)
				memset(message.bytes + 4 + 2 * i, 0xFF, 2);
		// malloc counts the freed chunks that it keeps for a thread as in use: those of the first call.
		expect_little_work(RRTYPE_A);
		const size_t before = heap_in_use();
		assert_false(read_message(RRTYPE_A, &answer));
		assert_int_equal(errno, EBADMSG);
		assert_int_equal(heap_in_use(), before);
	}
}

static void cve_2026_41292_a_list_of_thousands_of_edns_options_costs_nothing(void **state)
{
	(void)state;
	static const uint8_t options[65000];
	struct answer answer;
	begin(0x8180, RRTYPE_A);
	PUT(AN_A "\0\0\x29\4\xD0\0\0\0\0\xFD\xE8");
	add(options, sizeof options);
	count(1, 0, 1);
	expect_little_work(RRTYPE_A);
	assert_true(read_message(RRTYPE_A, &answer));
	assert_int_equal(answer.record_count, 1);
	answer_clear(&answer);
}

// ldns would allocate 209 MiB.
static void ldns_pr_294_a_text_of_thousands_of_strings_takes_no_more_room_than_in_its_message(void **state)
{
	(void)state;
	static const uint8_t strings[65000];
	struct answer answer;
	begin(0x8180, RRTYPE_TXT);
	add_record(APP, 2, RRTYPE_TXT, strings, sizeof strings);
	count(1, 0, 0);
	expect_little_work(RRTYPE_TXT);
	assert_true(read_message(RRTYPE_TXT, &answer));
	assert_in_range(answer.store_size, sizeof strings, sizeof strings + 255);
	answer_clear(&answer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cve_2026_69184_cve_2024_8508_compression_costs_no_more_than_the_message_is_long),
		cmocka_unit_test(cve_2026_44390_thousands_of_the_longest_names_cost_little),
		cmocka_unit_test(cve_2014_9402_a_long_chain_among_many_records_costs_little),
		cmocka_unit_test(a_long_chain_after_thousands_of_other_aliases_is_compared_with_few_of_them),
		cmocka_unit_test(ghsa_jv8r_counts_of_65535_with_an_empty_body_cost_nothing),
		cmocka_unit_test(cve_2026_41292_a_list_of_thousands_of_edns_options_costs_nothing),
		cmocka_unit_test(ldns_pr_294_a_text_of_thousands_of_strings_takes_no_more_room_than_in_its_message),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
