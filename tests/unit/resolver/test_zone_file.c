// SPDX-License-Identifier: MIT
#include <ldns/ldns.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/base/rrtype.h"
#include "resolver/dns/wire.h"
#include "resolver/dns/zone_file.h"
#include "tests/unit/files.h"
#include "tests/unit/unit.h"

#define SEEN_SIZE 8192

// The records that were read, one a line: "LINE OWNER TTL TYPE HEX".
struct seen {
	char text[SEEN_SIZE];
	size_t length;
	unsigned count, most;  // records to read; 0: all
};

static bool see(void *context, const struct record_view *record, unsigned line)
{
	struct seen *seen = context;
	char name[NAME_TEXT_SIZE], word[RRTYPE_TEXT_SIZE];
	const uint8_t *data = record->data;
	seen->length += (size_t)snprintf(seen->text + seen->length, SEEN_SIZE - seen->length, "%u %s %u %s ", line,
		name_write(record->owner, name), record->ttl, rrtype_write(record->type, word));
	for (size_t i = 0; i < record->data_length; i++)
		seen->length += (size_t)snprintf(seen->text + seen->length, SEEN_SIZE - seen->length, "%02x", data[i]);
	seen->length += (size_t)snprintf(seen->text + seen->length, SEEN_SIZE - seen->length, "\n");
	assert_true(seen->length < SEEN_SIZE);
	return ++seen->count != seen->most;
}

static bool read_text(const char *text, size_t size, bool is_record, struct seen *seen, struct zone_file_error *error)
{
	const struct zone_file_options options = {.default_ttl = 60, .is_record = is_record, .visit = see, .context = seen};
	return zone_file_read_text(text, size, &options, error);
}

static struct seen read_well(const char *text, bool is_record)
{
	struct seen seen = {.length = 0};
	struct zone_file_error error;
	bool is_read = read_text(text, strlen(text), is_record, &seen, &error);
	assert_string_equal(error.text, "");
	assert_true(is_read);
	return seen;
}

static void a_zone_is_read_with_its_directives_and_records_of_several_lines(void **state)
{
	(void)state;
	const struct seen seen = read_well("first. A 192.0.2.1\n"
									   "$ORIGIN app.test. ; a comment\n"
									   "\n"
									   "$TTL 1h30m\n"
									   "@ SOA ns host ( 1 ; serial\n"
									   "\t2 3\n"
									   "\t4 5 )\n"
									   "\tIN NS ns\r\n"
									   "www 300 CNAME app\n"
									   "v6 IN 7 AAAA 2001:db8::1\n"
									   "v6 8 IN A 192.0.2.1\n"
									   "txt TXT \"a;b\" c\\000d \"(\"\n"
									   "raw TYPE65280 \\# 3 01 0203\n"
									   "$ORIGIN sub\n"
									   "x A 192.0.2.2",
		0);
	assert_string_equal(seen.text,
		"1 first 60 A c0000201\n"
		"5 app.test 5400 SOA 026e730361707004746573740004686f737403617070047465737400"
		"0000000100000002000000030000000400000005\n"
		"8 app.test 5400 NS 026e7303617070047465737400\n"
		"9 www.app.test 300 CNAME 0361707003617070047465737400\n"
		"10 v6.app.test 7 AAAA 20010db8000000000000000000000001\n"
		"11 v6.app.test 8 A c0000201\n"
		"12 txt.app.test 5400 TXT 03613b62036300640128\n"
		"13 raw.app.test 5400 TYPE65280 010203\n"
		"15 x.sub.app.test 5400 A c0000202\n");
}

static void without_ttl_the_one_before_counts(void **state)
{
	(void)state;
	const struct seen seen = read_well("a A 192.0.2.1\nb 5 A 192.0.2.1\nc A 192.0.2.1\n", false);
	assert_string_equal(seen.text, "1 a 60 A c0000201\n2 b 5 A c0000201\n3 c 5 A c0000201\n");
}

static void a_line_is_one_record_with_a_whole_name(void **state)
{
	(void)state;
	assert_string_equal(
		read_well("*.app.test 5 IN MX 10 mail.test", true).text, "1 *.app.test 5 MX 000a046d61696c047465737400\n");
}

static void errors_have_their_line(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		unsigned line;
		const char *expected;
	} cases[] = {
		{"a A 192.0.2.1\n\nb A 192.0.2\n", 3, "expected the data of a record of type A, got \"192.0.2\""},
		{"a. (\nA\n192.0.2\n)\n", 1, "expected the data of a record of type A"},
		{"a A 192.0.2.1 192.0.2.2", 1, "expected the data of a record of type A"},
		{"a", 1, "expected a type such as A after the name"},
		{"a A", 1, "expected the data of a record of type A, got nothing"},
		{"a NONSENSE 1", 1, "expected a type such as A, got \"NONSENSE\""},
		{"a ANY 1", 1, "expected a type such as A, got \"ANY\""},
		{"a OPT 1", 1, "expected a type such as A, got \"OPT\""},
		{"a 1x A 192.0.2.1", 1, "expected a TTL such as 300 or 1h30m, got \"1x\""},
		{"a 2147483648 A 192.0.2.1", 1, "expected a TTL"},
		{"a CH A 192.0.2.1", 1, "expected class IN, got \"CH\""},
		{"a..b A 192.0.2.1", 1, "expected a name such as www.example., got \"a..b\""},
		{"@ A 192.0.2.1", 1, "expected $ORIGIN before @"},
		{"a CNAME @.", 1, "expected \\@ for a literal @ at the beginning of a name"},
		{"$ORIGIN o.\na MX 5 @x", 2, "expected \\@ for a literal @ at the beginning of a name"},
		{" A 192.0.2.1", 1, "expected a name before the first record"},
		{"a TXT \"b", 1, "expected a closing \""},
		{"a TXT ( b\n\n", 1, "expected a closing )"},
		{"a TXT b )", 1, "expected ( before )"},
		{"$INCLUDE /etc/passwd", 1, "expected $ORIGIN or $TTL, got \"$INCLUDE\""},
		{"$GENERATE 1-2 a$ A 192.0.2.$", 1, "expected individual records: $GENERATE is not supported"},
		{"$TTL", 1, "expected one value after the directive, got \"$TTL\""},
		{"$TTL x", 1, "expected a TTL"},
		{"$ORIGIN a..b", 1, "expected a name such as example.org., got \"a..b\""},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct seen seen = {.length = 0};
		struct zone_file_error error;
		assert_false(read_text(cases[i].text, strlen(cases[i].text), false, &seen, &error));
		if (!strstr(error.text, cases[i].expected) || error.line != cases[i].line)
			fail_msg("%s: line %u: %s", cases[i].text, error.line, error.text);
	}
}

static void a_line_takes_no_second_record_and_no_directive(void **state)
{
	(void)state;
	static const char *const texts[] = {"", "a A 192.0.2.1\nb A 192.0.2.1", "$TTL 5"};
	for (size_t i = 0; i < LENGTH(texts); i++) {
		struct seen seen = {.length = 0};
		struct zone_file_error error;
		assert_false(read_text(texts[i], strlen(texts[i]), true, &seen, &error));
		assert_string_not_equal(error.text, "");
	}
}

// The record on line 2 of a file with the origin app.test; nothing if ldns does not accept it.
static struct seen read_by_ldns(const char *line)
{
	ldns_rdf *origin = ldns_dname_new_frm_str("app.test.");
	ldns_rr *rr = NULL;
	uint8_t *wire = NULL;
	size_t size;
	struct seen seen = {.length = 0};
	if (ldns_rr_new_frm_str(&rr, line, 60, origin, NULL) == LDNS_STATUS_OK &&
		ldns_rr2wire(&wire, rr, LDNS_SECTION_ANSWER, &size) == LDNS_STATUS_OK) {
		struct cursor cursor = {.bytes = wire, .size = size};
		struct wire_record record;
		wire_record(&cursor, &record);
		see(&seen,
			&(struct record_view){&record.owner, record.type, record.ttl, wire + record.data, record.data_length}, 2);
	}
	free(wire);
	ldns_rr_free(rr);
	ldns_rdf_deep_free(origin);
	return seen;
}

// Names and numbers without escapes that are accepted are also what ldns makes of them.
static void simple_data_reads_as_ldns_has_it(void **state)
{
	(void)state;
	static const char *const lines[] = {
		"a A 192.0.2.1",
		"a A 192.0.2.256",
		"a A 192.0.2",
		"a A 0x1.2.3.4",
		"a A 1.2.3.4.",
		"a A 01.2.3.4",
		"a A  192.0.2.1 \t",
		"a A 192.0.2.1 x",
		"a A \\# 4 01020304",
		"a A \"192.0.2.1\"",
		"a AAAA ::1",
		"a AAAA 2001:DB8::1",
		"a AAAA ::ffff:192.0.2.1",
		"a AAAA 1::2::3",
		"a AAAA fe80::1%eth0",
		"a AAAA 192.0.2.1",
		"a CNAME b",
		"a CNAME b.",
		"a CNAME .",
		"a CNAME @",
		"a CNAME b..c",
		"a CNAME B.Test.",
		"a CNAME b\\.c",
		"a CNAME b\\032c",
		"a CNAME b c",
		"a NS ns.test.",
		"a PTR host",
		"a PTR *.host",
		"a PTR _x-y.z",
		"a MX 10 b",
		"a MX 0 .",
		"a MX 65535 @",
		"a MX 65536 b",
		"a MX 100000 b",
		"a MX -1 b",
		"a MX 10",
		"a MX 10 b c",
		"a MX 010 \t b.",
		"a MX 0x10 b",
		"a MX b",
		"a SRV 1 2 80 web",
		"a SRV 1 2 80 .",
		"a SRV 1 2 web",
		"a SRV 1 2 80 9 web",
		"a SRV 1 2 99999 web",
		"a SRV 1 \\050 80 web",
		"a MX 10 b..c",
		"a MX 1\tb",
		"a CNAME aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggg",
		"a CNAME aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg",
	};
	for (size_t i = 0; i < LENGTH(lines); i++) {
		struct seen own = {.length = 0};
		struct zone_file_error error;
		char text[256];
		size_t size = (size_t)snprintf(text, sizeof(text), "$ORIGIN app.test.\n%s\n", lines[i]);
		if (!read_text(text, size, false, &own, &error) || strpbrk(lines[i], "\"\\"))
			continue;
		const struct seen ldns = read_by_ldns(lines[i]);
		if (strcmp(own.text, ldns.text) != 0)
			fail_msg("%s: %s but by ldns %s", lines[i], own.text, ldns.text);
	}
}

static void a_visitor_ends_the_reading(void **state)
{
	(void)state;
	struct seen seen = {.most = 2};
	struct zone_file_error error = {.line = 9};
	static const char text[] = "a A 192.0.2.1\nb A 192.0.2.1\nnonsense\n";
	assert_false(read_text(text, sizeof(text) - 1, false, &seen, &error));
	assert_int_equal(seen.count, 2);
	assert_int_equal(error.line, 0);
	assert_string_equal(error.text, "");
}

// A line for each begin and end of an included file.
static bool enter(void *context, const char *path)
{
	struct seen *seen = context;
	seen->length += (size_t)snprintf(seen->text + seen->length, SEEN_SIZE - seen->length, "%s\n",
		path ? path + strlen(files_directory()) + 1 : "left");
	assert_true(seen->length < SEEN_SIZE);
	return true;
}

static int make_directory(void **state)
{
	(void)state;
	return mkdir(files_path("sub"), 0700);
}

static bool read_file(const char *path, const struct name *origin, struct seen *seen, struct zone_file_error *error)
{
	const struct zone_file_options options = {
		.origin = origin, .default_ttl = 60, .visit = see, .enter = enter, .context = seen};
	return zone_file_read(path, &options, error);
}

static bool read_zone(const struct name *origin, struct seen *seen, struct zone_file_error *error)
{
	*seen = (struct seen){.length = 0};
	return read_file(files_path("zone"), origin, seen, error);
}

static void a_file_is_included_with_an_origin_of_its_own(void **state)
{
	struct seen seen;
	struct zone_file_error error;
	(void)state;
	files_make("zone",
		"$ORIGIN test.\na A 192.0.2.1\n$INCLUDE sub/one\n A 192.0.2.4\n"
		"$INCLUDE \"sub/two words\" other ; comment\nc A 192.0.2.6\n");
	files_make("sub/one", " A 192.0.2.2\n$INCLUDE two\\032words\n$ORIGIN sub\nb A 192.0.2.3");
	files_make("sub/two words", "x A 192.0.2.5\n");
	assert_true(read_zone(NULL, &seen, &error));
	assert_string_equal(seen.text,
		"2 a.test 60 A c0000201\nsub/one\n1 a.test 60 A c0000202\nsub/two words\n"
		"1 x.test 60 A c0000205\nleft\n4 b.sub.test 60 A c0000203\nleft\n4 a.test 60 A c0000204\n"
		"sub/two words\n1 x.other.test 60 A c0000205\nleft\n6 c.test 60 A c0000206\n");
}

static void a_file_has_the_origin_that_it_is_given(void **state)
{
	struct seen seen;
	struct zone_file_error error;
	struct name origin;
	(void)state;
	assert_true(name_read("given.test", &origin));
	files_make("zone", "@ A 192.0.2.1\na CNAME b\n$ORIGIN sub\na A 192.0.2.2\n");
	assert_true(read_zone(&origin, &seen, &error));
	assert_string_equal(seen.text,
		"1 given.test 60 A c0000201\n2 a.given.test 60 CNAME 0162056769"
		"76656e047465737400\n"
		"4 a.sub.given.test 60 A c0000202\n");
	assert_false(read_zone(NULL, &seen, &error));
	assert_int_equal(error.line, 1);
}

static void a_failed_include_is_an_error_with_its_line(void **state)
{
	static const struct {
		const char *zone, *one;
		unsigned line;
		const char *expected;
		bool is_left;
	} rows[] = {
		{"\n$INCLUDE none\n", "", 2, "expected a file that can be read (no such file), got \"/", true},
		{"$INCLUDE sub\n", "", 1, "expected a file that can be read (is a directory), got \"/", true},
		{"$INCLUDE\n", "", 1, "expected a file and its origin, got nothing", true},
		{"$INCLUDE sub/one a..b\n", "", 1, "expected a name such as example.org., got \"a..b\"", true},
		{"$INCLUDE sub/one a. b\n", "", 1, "expected a file and its origin", true},
		{"$INCLUDE sub/one\n", "a A 192.0.2.1\nb A 192.0.2\n", 2, "expected the data of a record of type A", false},
		{"$INCLUDE sub/one\n", "$INCLUDE one\n", 1, "expected at most 16 levels of $INCLUDE", false},
		{"$INCLUDE sub/one\n$NONSENSE x\n", "", 2, "expected $ORIGIN, $TTL or $INCLUDE, got \"$NONSENSE\"", true},
	};
	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct seen seen;
		struct zone_file_error error;
		files_make("zone", rows[i].zone);
		files_make("sub/one", rows[i].one);
		assert_false(read_zone(NULL, &seen, &error));
		if (!strstr(error.text, rows[i].expected) || error.line != rows[i].line)
			fail_msg("%s: line %u: %s", rows[i].zone, error.line, error.text);
		const size_t length = strlen(seen.text);
		assert_true(length == 0 || rows[i].is_left == (strcmp(seen.text + length - 5, "left\n") == 0));
	}
}

static void a_byte_order_mark_is_skipped(void **state)
{
	(void)state;
	static const char text[] = "\xEF\xBB\xBF"
							   "app.test. A 192.0.2.1\n";
	struct seen seen = {.length = 0};
	struct zone_file_error error;
	if (!read_file(files_make("zone", text), NULL, &seen, &error))
		fail_msg("%s", error.text);
	assert_string_equal(seen.text, "1 app.test 60 A c0000201\n");
}

static void a_zone_file_that_cannot_be_read_is_an_error(void **state)
{
	(void)state;
	static const char *const paths[] = {"/", "/nonexistent"};
	for (size_t i = 0; i < LENGTH(paths); i++) {
		struct seen seen = {.length = 0};
		struct zone_file_error error;
		assert_false(read_file(paths[i], NULL, &seen, &error));
		assert_int_equal(error.line, 0);
		assert_non_null(strstr(error.text, "expected a file that can be read: "));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_zone_is_read_with_its_directives_and_records_of_several_lines),
		cmocka_unit_test(without_ttl_the_one_before_counts),
		cmocka_unit_test(a_line_is_one_record_with_a_whole_name),
		cmocka_unit_test(errors_have_their_line),
		cmocka_unit_test(a_line_takes_no_second_record_and_no_directive),
		cmocka_unit_test(simple_data_reads_as_ldns_has_it),
		cmocka_unit_test(a_visitor_ends_the_reading),
		cmocka_unit_test(a_byte_order_mark_is_skipped),
		cmocka_unit_test(a_zone_file_that_cannot_be_read_is_an_error),
		cmocka_unit_test(a_file_is_included_with_an_origin_of_its_own),
		cmocka_unit_test(a_file_has_the_origin_that_it_is_given),
		cmocka_unit_test(a_failed_include_is_an_error_with_its_line),
	};
	return cmocka_run_group_tests(tests, make_directory, files_remove);
}
