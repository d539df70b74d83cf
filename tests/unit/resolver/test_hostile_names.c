// SPDX-License-Identifier: MIT
// Invalid host names: a program never receives a host name with special characters that could imitate another name, or
// break a line or a path.
#include "resolver/host_answer.h"

#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdio.h>

#include "config/base/ascii.h"
#include "resolver/dns/cursor.h"
#include "tests/unit/message.h"

// A name of two labels with the given byte at a position of the first.
static size_t name_with(unsigned byte, size_t location, uint8_t *wire)
{
	memcpy(wire, "\3xyz\4test\0", 10);
	wire[1 + location] = (uint8_t)byte;
	return 10;
}

// glibc's rule (res_hnok(3)).
static bool is_wanted(unsigned byte, size_t location)
{
	return ascii_is_letter((int)byte) || ascii_is_digit((int)byte) || byte == '_' || (byte == '-' && location > 0);
}

static bool is_taken_by_libc(const uint8_t *wire)
{
	char text[NS_MAXDNAME];
	return ns_name_ntop(wire, text, sizeof text) >= 0 && res_hnok(text);
}

static enum outcome take_ptr(struct host *host, unsigned answers, unsigned authorities, unsigned additionals)
{
	const struct question question = question_of_message(RRTYPE_PTR);
	struct answer answer;
	*host = (struct host){0};
	count(answers, authorities, additionals);
	assert_true(read_message(RRTYPE_PTR, &answer));
	const enum outcome outcome = host_take_ptr(host, &answer, &question);
	answer_clear(&answer);
	return outcome;
}

// NUL, '.', '/', '$', space, newline and all the others, at the beginning, in the middle and at the end of a label.
static void cve_2026_4438_cve_2021_3672_an_address_has_no_name_of_odd_bytes(void **state)
{
	(void)state;
	for (unsigned byte = 0; byte < 256; byte++) {
		for (size_t location = 0; location < 3; location++) {
			uint8_t wire[10];
			struct host host = {0};
			begin(0x8180, RRTYPE_PTR);
			add_record(APP, 2, RRTYPE_PTR, wire, name_with(byte, location, wire));
			assert_int_equal(is_taken_by_libc(wire), is_wanted(byte, location));
			const enum outcome outcome = take_ptr(&host, 1, 0, 0);
			if (outcome != (is_wanted(byte, location) ? OUTCOME_FOUND : OUTCOME_NO_RECOVERY))
				fail_msg("byte %u at %zu: outcome %d", byte, location, (int)outcome);
			assert_true(outcome == OUTCOME_FOUND || !host.name);
			host_clear(&host);
		}
	}
}

// A valid second record does not replace an invalid first one.
static void cve_2026_4438_no_other_name_is_taken_instead(void **state)
{
	(void)state;
	struct host host = {0};
	begin(0x8180, RRTYPE_PTR);
	add_record(APP, 2, RRTYPE_PTR, "\5a b/c\0", 7);
	add_record(APP, 2, RRTYPE_PTR, "\4good\0", 6);
	assert_int_equal(take_ptr(&host, 2, 0, 0), OUTCOME_NO_RECOVERY);
	assert_null(host.name);
	host_clear(&host);
}

static void cve_2026_4437_a_name_outside_the_answer_section_is_none(void **state)
{
	(void)state;
	for (unsigned records = 1; records <= 3; records++) {
		for (int is_authority = 0; is_authority < 2; is_authority++) {
			struct host host = {0};
			begin(0x8180, RRTYPE_PTR);
			for (unsigned i = 0; i < records; i++)
				add_record(APP, 2, RRTYPE_PTR, "\4evil\0", 6);
			const enum outcome outcome = take_ptr(&host, 0, is_authority ? records : 0, is_authority ? 0 : records);
			assert_int_equal(outcome, OUTCOME_NO_DATA);
			assert_null(host.name);
			host_clear(&host);
		}
	}
}

// Nor is a record of another owner used.
static void cve_2026_4437_a_name_outside_the_answer_section_does_not_complete_it(void **state)
{
	(void)state;
	for (int is_authority = 0; is_authority < 2; is_authority++) {
		struct host host = {0};
		begin(0x8180, RRTYPE_PTR);
		add_record(TEST, 2, RRTYPE_PTR, "\5other\0", 7);
		add_record(APP, 2, RRTYPE_PTR, "\4evil\0", 6);
		assert_int_equal(take_ptr(&host, 1, is_authority, !is_authority), OUTCOME_UNUSABLE);
		assert_null(host.name);
		host_clear(&host);
	}
}

// The alias as the answer spells it, then the canonical name; "-" for none that may be shown.
static const char *names_of_host(const struct host *host)
{
	static char text[2 * NAME_TEXT_SIZE + 2];
	snprintf(text, sizeof text, "%s %s", host->alias_count ? host->aliases[0] : "-", host->name);
	return text;
}

static void take_alias_to(const void *target, size_t size, struct host *host)
{
	const struct question question = question_of_message(RRTYPE_A);
	struct answer answer;
	*host = (struct host){0};
	begin(0x8180, RRTYPE_A);
	add_record(APP, 2, RRTYPE_CNAME, target, size);
	add_record("\xC0\x26", 2, RRTYPE_A, "\xC0\0\2\1", 4);
	count(2, 0, 0);
	assert_true(read_message(RRTYPE_A, &answer));
	assert_true(host_add_answer(host, &answer, &question, true));
	assert_int_equal(host->address_count, 1);
	answer_clear(&answer);
}

static void bug_12154_cve_2021_3672_an_alias_to_odd_bytes_leads_to_the_address_and_shows_no_such_name(void **state)
{
	(void)state;
	for (unsigned byte = 0; byte < 256; byte++) {
		for (size_t location = 0; location < 3; location++) {
			uint8_t wire[10];
			char shown[32] = "app.test xyz.test";
			struct host host = {0};
			const size_t size = name_with(byte, location, wire);
			take_alias_to(wire, size, &host);
			shown[9 + location] = (char)byte;
			assert_string_equal(names_of_host(&host), is_wanted(byte, location) ? shown : "- app.test");
			host_clear(&host);
		}
	}
}

static void a_name_with_a_dot_in_a_label_is_not_the_name_that_it_looks_like(void **state)
{
	(void)state;
	const struct question question = question_of_message(RRTYPE_A);
	struct answer answer;
	struct host host = {0};
	begin(0x8180, RRTYPE_A);
	add_record("\10app.test\0", 10, RRTYPE_A, "\xC0\0\2\1", 4);
	count(1, 0, 0);
	assert_true(read_message(RRTYPE_A, &answer));
	assert_int_equal(answer.outcome, OUTCOME_UNUSABLE);
	assert_true(host_add_answer(&host, &answer, &question, true));
	assert_int_equal(host.address_count, 0);
	host_clear(&host);
	answer_clear(&answer);
}

static void the_root_is_a_name_like_others(void **state)
{
	(void)state;
	struct host host = {0};
	take_alias_to("\0", 1, &host);
	assert_string_equal(names_of_host(&host), "app.test .");
	host_clear(&host);
	begin(0x8180, RRTYPE_PTR);
	add_record(APP, 2, RRTYPE_PTR, "\0", 1);
	assert_int_equal(take_ptr(&host, 1, 0, 0), OUTCOME_FOUND);
	assert_string_equal(host.name, ".");
	host_clear(&host);
}

// 255 bytes and as many hops as are followed, and one more of either.
static void cve_2025_24294_a_name_is_bounded_in_length_and_hops(void **state)
{
	(void)state;
	for (size_t hops = CURSOR_POINTERS_MAX - 1; hops <= CURSOR_POINTERS_MAX + 1; hops++) {
		uint8_t pointers[2 * (CURSOR_POINTERS_MAX + 1)], owner[2];
		struct answer answer;
		size_t target = 12;
		begin(0x8180, RRTYPE_A);
		for (size_t i = 0; i < hops - 1; i++) {
			pointers[2 * i] = 0xC0;
			pointers[2 * i + 1] = (uint8_t)target;
			target = message.size + 12 + 2 * i;
		}
		add_record(APP, 2, 65280, pointers, 2 * (hops - 1));
		owner[0] = 0xC0;
		owner[1] = (uint8_t)target;
		add_record(owner, 2, RRTYPE_A, "\xC0\0\2\1", 4);
		count(2, 0, 0);
		const bool is_read = read_message(RRTYPE_A, &answer);
		assert_int_equal(is_read, hops <= CURSOR_POINTERS_MAX);
		if (is_read)
			answer_clear(&answer);
	}
}

// A trailing escaped dot, which cost c-ares one byte too many: every size of text in a block of just that size.
static void cve_2016_5180_a_trailing_escaped_dot_is_a_byte_of_its_label(void **state)
{
	(void)state;
	static const struct {
		const char *text, *wire;
	} cases[] = {
		{"a\\.", "\2a."},
		{"a\\..", "\2a."},
		{"app.test\\.", "\3app\5test."},
		{"\\.", "\1."},
		{"a\\\\.", "\2a\\"},
		{"a\\046", "\2a."},
		{"\\.\\.", "\2.."},
		{"a\\", NULL},
		{"a.\\", NULL},
		{"a\\.\\", NULL},
		{"a\\04", NULL},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct name name;
		char *exact = strdup(cases[i].text);
		assert_int_equal(name_read(exact, &name), cases[i].wire != NULL);
		if (cases[i].wire) {
			assert_int_equal(name.length, strlen(cases[i].wire) + 1);
			assert_memory_equal(name.wire, cases[i].wire, name.length);
			assert_false(name_is_hostname(&name));
		}
		free(exact);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cve_2026_4438_cve_2021_3672_an_address_has_no_name_of_odd_bytes),
		cmocka_unit_test(cve_2026_4438_no_other_name_is_taken_instead),
		cmocka_unit_test(cve_2026_4437_a_name_outside_the_answer_section_is_none),
		cmocka_unit_test(cve_2026_4437_a_name_outside_the_answer_section_does_not_complete_it),
		cmocka_unit_test(bug_12154_cve_2021_3672_an_alias_to_odd_bytes_leads_to_the_address_and_shows_no_such_name),
		cmocka_unit_test(a_name_with_a_dot_in_a_label_is_not_the_name_that_it_looks_like),
		cmocka_unit_test(the_root_is_a_name_like_others),
		cmocka_unit_test(cve_2025_24294_a_name_is_bounded_in_length_and_hops),
		cmocka_unit_test(cve_2016_5180_a_trailing_escaped_dot_is_a_byte_of_its_label),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
