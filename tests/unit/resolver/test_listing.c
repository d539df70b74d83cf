// SPDX-License-Identifier: MIT
// Messages as text, malicious ones included, because the text is shown on terminals.
#include <stdio.h>

#include "config/base/random.h"
#include "resolver/dns/listing.h"
#include "resolver/dns/wire.h"
#include "tests/unit/message.h"

enum { TYPE_NULL = 10, TYPE_HINFO = 13, TYPE_PRIVATE = 65280 };

// Without control sequences: printable ASCII on one line.
static void assert_harmless(const char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			fail_msg("byte %02x in a text that is shown", (uint8_t)*text);
}

// Invariants of a listing of any bytes.
static void assert_sound(const struct listing *listing, size_t size)
{
	enum listing_section last = LISTING_QUESTION;
	for (size_t i = 0; i < listing->record_count; i++) {
		const struct listed_record *record = &listing->records[i];
		assert_true(record->section >= last && record->section < LISTING_SECTIONS);
		last = record->section;
		assert_non_null(record->owner);
		assert_harmless(record->owner);
		assert_int_equal(record->owner[strlen(record->owner) - 1], '.');
		assert_int_equal(record->data == NULL, record->section == LISTING_QUESTION);
		if (record->data)
			assert_harmless(record->data);
		assert_true(record->ttl <= INT32_MAX);
	}
	for (size_t i = 0; i < listing->option_count; i++)
		assert_harmless(listing->options[i].text);
	assert_true(listing->malformed_at <= size && listing->trailing <= size);
	assert_true(!listing->is_malformed || listing->trailing == 0 || listing->has_edns);
}

// Reads a copy of the exact size, so that a sanitizer detects reads beyond the end.
static struct listing list_bytes(const uint8_t *bytes, size_t size)
{
	struct listing listing;
	uint8_t *exact = malloc(size + !size);
	assert_non_null(exact);
	memcpy(exact, bytes, size);
	assert_true(listing_read(exact, size, &listing));
	free(exact);
	assert_sound(&listing, size);
	return listing;
}

static struct listing list_message(void)
{
	return list_bytes(message.bytes, message.size);
}

static void assert_listed(const struct listing *listing, size_t index, enum listing_section section, const char *line)
{
	char text[1024], type[RRTYPE_TEXT_SIZE], class[RRTYPE_TEXT_SIZE];
	assert_true(index < listing->record_count);
	const struct listed_record *record = &listing->records[index];
	snprintf(text, sizeof text, "%s %u %s %s %s", record->owner, record->ttl, rrclass_write(record->class, class),
		rrtype_write(record->type, type), record->data ? record->data : "-");
	assert_string_equal(text, line);
	assert_int_equal(record->section, section);
}

// A record of each section, and EDNS with three options.
static void make_full_message(void)
{
	begin(0x85B0, RRTYPE_MX);
	add_record(APP, 2, RRTYPE_MX, "\0\x0A\4mail\xC0\x0C", 9);
	add_record(TEST, 2, RRTYPE_NS, "\2ns\xC0\x10", 5);
	add_record("\4mail" APP, 7, RRTYPE_A, "\xC0\0\2\1", 4);
	PUT(OPT_OF("\0\0\x80\0"));
	message.bytes[message.size - 1] = 24;
	PUT("\0\3\0\2"
		"ab"
		"\0\xF\0\x06\0\x16"
		"late"
		"\0\x0C\0\4\0\0\0\0");
	count(1, 1, 2);
}

static void a_message_is_listed_section_by_section(void **state)
{
	(void)state;
	char text[LISTING_FLAGS_SIZE];
	make_full_message();
	struct listing listing = list_message();
	assert_int_equal(listing.id, 1);
	assert_string_equal(listing_write_flags(listing.flags, text), "qr aa rd ra ad cd");
	assert_string_equal(listing_write_opcode(listing.flags, text), "QUERY");
	assert_int_equal(listing.record_count, 4);
	assert_listed(&listing, 0, LISTING_QUESTION, "app.test. 0 IN MX -");
	assert_listed(&listing, 1, LISTING_ANSWER, "app.test. 60 IN MX 10 mail.app.test.");
	assert_listed(&listing, 2, LISTING_AUTHORITY, "test. 60 IN NS ns.test.");
	assert_listed(&listing, 3, LISTING_ADDITIONAL, "mail.app.test. 60 IN A 192.0.2.1");
	assert_true(listing.has_edns && listing.dnssec_ok);
	assert_int_equal(listing.payload, 1232);
	assert_int_equal(listing.option_count, 3);
	assert_string_equal(listing.options[0].text, "\"ab\"");
	assert_string_equal(listing.options[1].text, "22 No Reachable Authority: late");
	assert_string_equal(listing.options[2].text, "4 bytes");
	assert_false(listing.is_malformed);
	assert_int_equal(listing.trailing, 0);
	listing_clear(&listing);
	listing_clear(&listing);
}

static void the_code_has_its_upper_bits_from_edns(void **state)
{
	(void)state;
	begin(0x8187, RRTYPE_A);
	PUT(OPT_OF("\1\2\0\0"));
	count(0, 0, 1);
	struct listing listing = list_message();
	assert_int_equal(listing.rcode, RCODE_BADCOOKIE);
	assert_int_equal(listing.edns_version, 2);
	assert_false(listing.dnssec_ok);
	listing_clear(&listing);
}

static void options_are_written_in_words_and_malformed_ones_in_hex(void **state)
{
	(void)state;
	static const struct {
		const char *option;
		size_t size;
		const char *word, *text;
	} cases[] = {
#define OPTION(code, length, data) "\0" code "\0" length data, sizeof(code length data) + 1
		{OPTION("\3", "\0", ""), "NSID", "\"\""},
		{OPTION("\3", "\6", "a\"\\\x1B\0\xFF"), "NSID", "\"a\\034\\092\\027\\000\\255\""},
		{OPTION("\x08", "\7", "\0\1\x18\0\xC0\0\2"), "client subnet", "192.0.2.0/24 scope 0"},
		{OPTION("\x08", "\4", "\0\1\0\0"), "client subnet", "0.0.0.0/0 scope 0"},
		{OPTION("\x08", "\x08", "\0\2\x20\x18\x20\1\x0D\xB8"), "client subnet", "2001:db8::/32 scope 24"},
		{OPTION("\x08", "\3", "\0\1\x18"), "client subnet", "000118"},
		{OPTION("\x08", "\x09", "\0\1\x20\0\xC0\0\2\1\1"), "client subnet", "00012000c000020101"},
		{OPTION("\x08", "\4", "\1\1\0\0"), "client subnet", "01010000"},
		{OPTION("\x08", "\7", "\0\3\x18\0\xC0\0\2"), "client subnet", "00031800c00002"},
		{OPTION("\x0A", "\x08", "12345678"), "cookie", "3132333435363738"},
		{OPTION("\x0B", "\2", "\0\x69"), "keepalive", "10.5 s"},
		{OPTION("\x0B", "\2", "\xFF\xFF"), "keepalive", "6553.5 s"},
		{OPTION("\x0B", "\0", ""), "keepalive", ""},
		{OPTION("\x0B", "\1", "\7"), "keepalive", "07"},
		{OPTION("\x0F", "\2", "\0\x06"), "extended error", "6 DNSSEC Bogus"},
		{OPTION("\x0F", "\5", "\0\x06\x0A\x9B."), "extended error", "6 DNSSEC Bogus: \\010\\155."},
		{OPTION("\x0F", "\2", "\xC0\0"), "extended error", "49152"},
		{OPTION("\x0F", "\1", "\0"), "extended error", "00"},
		{OPTION("\x0F", "\0", ""), "extended error", ""},
		{OPTION("\x63", "\2", "\x1B["), NULL, "1b5b"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		begin(0x8180, RRTYPE_A);
		PUT(OPT_OF("\0\0\0\0"));
		message.bytes[message.size - 1] = (uint8_t)cases[i].size;
		add(cases[i].option, cases[i].size);
		count(0, 0, 1);
		struct listing listing = list_message();
		assert_false(listing.is_malformed);
		assert_int_equal(listing.option_count, 1);
		assert_int_equal(listing.options[0].code, (uint8_t)cases[i].option[1]);
		if (cases[i].word)
			assert_string_equal(listing.options[0].word, cases[i].word);
		else
			assert_null(listing.options[0].word);
		assert_string_equal(listing.options[0].text, cases[i].text);
		listing_clear(&listing);
	}
}

static void an_option_longer_than_its_record_is_malformed(void **state)
{
	(void)state;
	static const char *const options[] = {"\0\3\0\2"
										  "a",
		"\0\3\0", "\0",
		"\0\3\xFF\xFF"
		"a"};
	static const size_t sizes[] = {5, 3, 1, 5};
	for (size_t i = 0; i < LENGTH(options); i++) {
		begin(0x8180, RRTYPE_A);
		PUT(OPT_OF("\0\0\0\0"));
		message.bytes[message.size - 1] = (uint8_t)(4 + sizes[i]);
		PUT("\0\3\0\0");
		add(options[i], sizes[i]);
		// The data would continue in the next record.
		PUT(AN_A);
		count(0, 0, 2);
		struct listing listing = list_message();
		assert_true(listing.is_malformed && listing.has_edns);
		assert_int_equal(listing.malformed_at, 37);
		assert_int_equal(listing.option_count, 1);
		assert_listed(&listing, 1, LISTING_ADDITIONAL, "app.test. 60 IN A 192.0.2.1");
		listing_clear(&listing);
	}
}

static void of_two_opt_the_first_counts_and_the_other_is_a_record(void **state)
{
	(void)state;
	begin(0x8180, RRTYPE_A);
	PUT(OPT_OF("\0\0\0\0") "\0\0\x29\x10\0\1\1\x80\0\0\0");
	count(0, 0, 2);
	struct listing listing = list_message();
	assert_int_equal(listing.payload, 1232);
	assert_int_equal(listing.rcode, RCODE_NOERROR);
	assert_false(listing.dnssec_ok);
	assert_int_equal(listing.record_count, 2);
	assert_listed(&listing, 1, LISTING_ADDITIONAL, ". 16875520 CLASS4096 OPT \\# 0");
	listing_clear(&listing);
	count(2, 0, 0);
	listing = list_message();
	assert_false(listing.has_edns);
	assert_int_equal(listing.record_count, 3);
	listing_clear(&listing);
}

// The message truncated at each length: lists the complete records and the offset of the error.
static void a_message_cut_anywhere_is_listed_up_to_there(void **state)
{
	(void)state;
	make_full_message();
	struct listing whole = list_message();
	size_t records = 0, last_break = 0;
	for (size_t size = 0; size < message.size; size++) {
		struct listing listing = list_bytes(message.bytes, size);
		assert_true(listing.is_malformed);
		assert_true(listing.record_count >= records && listing.malformed_at >= last_break);
		records = listing.record_count;
		last_break = listing.malformed_at;
		for (size_t i = 0; i < records; i++) {
			assert_string_equal(listing.records[i].owner, whole.records[i].owner);
			if (i > 0)
				assert_string_equal(listing.records[i].data, whole.records[i].data);
		}
		listing_clear(&listing);
	}
	assert_int_equal(records, 4);
	listing_clear(&whole);
}

static void a_header_cut_anywhere_is_listed_up_to_there(void **state)
{
	(void)state;
	static const uint8_t header[] = {0x12, 0x34, 0x81, 0x83, 0, 1, 0, 1, 0, 0, 0};
	for (size_t size = 0; size <= sizeof header; size++) {
		struct listing listing;
		assert_true(listing_read(header, size, &listing));
		assert_true(listing.is_malformed);
		assert_int_equal(listing.id, size < 2 ? 0 : 0x1234);
		assert_int_equal(listing.flags, size < 4 ? 0 : 0x8183);
		assert_int_equal(listing.record_count, 0);
		listing_clear(&listing);
	}
}

static void names_that_lead_nowhere_end_the_list(void **state)
{
	(void)state;
	static const struct {
		const char *owner;
		size_t size;
	} cases[] = {
		{"\xC0\x26", 2},     // itself
		{"\xC0\xFF", 2},     // forwards
		{"\xFF\xFF", 2},     // behind the end
		{"\1a\xC0\x26", 4},  // growing for ever
		{"\x40"
		 "a",
			2},
		{"\x80"
		 "a",
			2},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		begin(0x8180, RRTYPE_A);
		add_record(APP, 2, TYPE_NULL, "", 0);
		assert_int_equal(message.size, 0x26);
		add_record(cases[i].owner, cases[i].size, RRTYPE_A, "\xC0\0\2\1", 4);
		PUT(AN_A);
		count(3, 0, 0);
		struct listing listing = list_message();
		assert_true(listing.is_malformed);
		assert_int_equal(listing.malformed_at, 0x26);
		assert_int_equal(listing.record_count, 2);
		listing_clear(&listing);
	}
}

static void data_that_break_the_rules_of_their_type_are_shown_as_they_came(void **state)
{
	(void)state;
	static const struct {
		unsigned type;
		const char *data;
		size_t size;
		const char *line;
	} cases[] = {
		{RRTYPE_A, "\xC0\0\2", 3, "app.test. 60 IN A \\# 3 c00002"},
		{RRTYPE_A, "", 0, "app.test. 60 IN A \\# 0"},
		{RRTYPE_AAAA, "\x1B[2J", 4, "app.test. 60 IN AAAA \\# 4 1b5b324a"},
		{RRTYPE_MX, "\0\1\xC0\x28", 4, "app.test. 60 IN MX \\# 4 0001c028"},  // points to itself
		{RRTYPE_CNAME, "\xC0\x0C\0", 3, "app.test. 60 IN CNAME \\# 3 c00c00"},
		{RRTYPE_SOA, "\xC0\x0C\xC0\x0C", 4, "app.test. 60 IN SOA \\# 4 c00cc00c"},
		{RRTYPE_TXT, "", 0, "app.test. 60 IN TXT \\# 0"},
		{RRTYPE_TXT, "\5ab", 3, "app.test. 60 IN TXT \\# 3 056162"},
		{TYPE_HINFO, "\1a", 2, "app.test. 60 IN HINFO \\# 2 0161"},
		{TYPE_PRIVATE, "\xC0\x0C", 2, "app.test. 60 IN TYPE65280 \\# 2 c00c"},
		{0, "a", 1, "app.test. 60 IN TYPE0 \\# 1 61"},
		{RRTYPE_ANY, "a", 1, "app.test. 60 IN ANY \\# 1 61"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		begin(0x8180, RRTYPE_A);
		add_record(APP, 2, cases[i].type, cases[i].data, cases[i].size);
		count(1, 0, 0);
		struct listing listing = list_message();
		assert_false(listing.is_malformed);
		assert_listed(&listing, 1, LISTING_ANSWER, cases[i].line);
		listing_clear(&listing);
	}
}

static void wrong_counts_are_reported(void **state)
{
	(void)state;
	begin(0x8180, RRTYPE_A);
	PUT(AN_A AN_A);
	count(1, 0, 0);
	struct listing listing = list_message();
	assert_int_equal(listing.record_count, 2);
	assert_int_equal(listing.trailing, 16);
	listing_clear(&listing);
	count(65535, 65535, 65535);
	listing = list_message();
	assert_int_equal(listing.record_count, 3);
	assert_true(listing.is_malformed);
	assert_int_equal(listing.malformed_at, message.size);
	listing_clear(&listing);
	memset(message.bytes + 4, 0xFF, 8);
	listing = list_message();
	assert_true(listing.is_malformed);
	listing_clear(&listing);
}

static void an_rdlength_beyond_the_end_is_malformed(void **state)
{
	(void)state;
	begin(0x8180, RRTYPE_A);
	PUT(AN_A APP A_IN TTL "\0\5\xC0\0\2\1");
	count(2, 0, 0);
	struct listing listing = list_message();
	assert_true(listing.is_malformed);
	assert_int_equal(listing.malformed_at, 42);
	assert_int_equal(listing.record_count, 2);
	listing_clear(&listing);
}

// Every byte value in each field that shows bytes from a server (such as CVE-2008-2383).
static void no_byte_of_a_server_reaches_a_terminal_as_it_is(void **state)
{
	(void)state;
	for (unsigned byte = 0; byte < 256; byte++) {
		const char wild[] = {(char)byte, (char)byte, (char)byte};
		begin(0x8180, RRTYPE_A);
		memcpy(message.bytes + 13, wild, 3);  // the question, and with it each owner
		for (unsigned type = 0; type < 300; type++)
			add_record(APP, 2, type == RRTYPE_OPT ? TYPE_PRIVATE : type, wild, 3);
		add_record(APP, 2, RRTYPE_TXT, (const char[]){3, (char)byte, (char)byte, (char)byte}, 4);
		add_record(APP, 2, RRTYPE_CNAME, (const char[]){1, (char)byte, 0}, 3);
		add_record(APP, 2, RRTYPE_MX, (const char[]){0, 1, 1, (char)byte, 0}, 5);
		add_record(APP, 2, TYPE_HINFO, (const char[]){1, (char)byte, 1, (char)byte}, 4);
		PUT(OPT_OF("\0\0\0\0"));
		message.bytes[message.size - 1] = 9 * 6;
		for (unsigned code = 1; code < 19; code += 2) {
			add((const char[]){0, (char)code, 0, 2}, 4);
			add(wild, 2);
		}
		count(304, 0, 1);
		struct listing listing = list_message();
		assert_int_equal(listing.record_count, 305);
		assert_int_equal(listing.option_count, 9);
		listing_clear(&listing);
	}
}

static void names_of_odd_bytes_are_escaped_unmistakably(void **state)
{
	(void)state;
	begin(0x8180, RRTYPE_A);
	add_record("\x0A"
			   "a.b\\c \n\x1B;\x7F\0",
		12, RRTYPE_CNAME, "\2a.\0", 4);
	add_record("\0", 1, RRTYPE_NS, "\0", 1);
	count(2, 0, 0);
	struct listing listing = list_message();
	assert_listed(&listing, 1, LISTING_ANSWER, "a\\.b\\\\c\\032\\010\\027\\;\\127. 60 IN CNAME a\\..");
	assert_listed(&listing, 2, LISTING_ANSWER, ". 60 IN NS .");
	listing_clear(&listing);
}

// Valid messages with some bytes changed, and random bytes: the invariants hold.
static void random_bytes_are_decoded_without_fault(void **state)
{
	(void)state;
	uint64_t random = 7;
	for (unsigned round = 0; round < 3000; round++) {
		make_full_message();
		for (unsigned changes = round % 8; changes > 0; changes--) {
			random = random_next(random);
			message.bytes[random % message.size] = (uint8_t)(random >> 32);
		}
		struct listing listing = list_message();
		listing_clear(&listing);
		for (size_t i = round % 2 ? 12 : 0; i < message.size; i++) {
			random = random_next(random);
			message.bytes[i] = (uint8_t)(random >> 40 & (random >> 60 ? 0xFF : 0x0F));
		}
		listing = list_message();
		listing_clear(&listing);
	}
}

// As many records as fit into a message, each with a name of the largest length.
static void the_largest_message_is_listed(void **state)
{
	(void)state;
	uint8_t name[NAME_WIRE_SIZE];
	begin(0x8180, RRTYPE_A);
	for (size_t at = 0; at < 254; at += 2) {
		name[at] = 1;
		name[at + 1] = 0x1B;
	}
	name[254] = 0;
	add_record(name, sizeof name, TYPE_NULL, "", 0);
	const unsigned records = fill("\xC0\x1A", 2, RRTYPE_CNAME, "\xC0\x1A", 2);
	count(1 + records, 0, 0);
	struct listing listing = list_message();
	assert_false(listing.is_malformed);
	assert_int_equal(listing.record_count, 2 + records);
	assert_int_equal(strlen(listing.records[records].owner), 127 * 5);
	assert_int_equal(strlen(listing.records[records].data), 127 * 5);
	listing_clear(&listing);
}

static void flags_and_opcodes_have_their_words(void **state)
{
	(void)state;
	static const struct {
		uint16_t flags;
		const char *words, *opcode;
	} cases[] = {
		{0x0000, "", "QUERY"},
		{0xFFFF, "qr aa tc rd ra z ad cd", "OPCODE15"},
		{0x8200, "qr tc", "QUERY"},
		{0x2440, "aa z", "NOTIFY"},
		{0x2800, "", "UPDATE"},
		{0x1800, "", "OPCODE3"},
	};
	char text[LISTING_FLAGS_SIZE];
	for (size_t i = 0; i < LENGTH(cases); i++) {
		assert_string_equal(listing_write_flags(cases[i].flags, text), cases[i].words);
		assert_string_equal(listing_write_opcode(cases[i].flags, text), cases[i].opcode);
	}
}

static void bytes_are_written_in_lines_of_sixteen(void **state)
{
	(void)state;
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	listing_write_hex("; ", (const uint8_t *)"0123456789abcdef\x1B[\xFF~", 20, out);
	listing_write_hex("; ", (const uint8_t *)"", 0, out);
	fclose(out);
	assert_string_equal(text,
		"; 0000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef\n"
		"; 0010  1b 5b ff 7e                                      .[.~\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_is_listed_section_by_section),
		cmocka_unit_test(the_code_has_its_upper_bits_from_edns),
		cmocka_unit_test(options_are_written_in_words_and_malformed_ones_in_hex),
		cmocka_unit_test(an_option_longer_than_its_record_is_malformed),
		cmocka_unit_test(of_two_opt_the_first_counts_and_the_other_is_a_record),
		cmocka_unit_test(a_message_cut_anywhere_is_listed_up_to_there),
		cmocka_unit_test(a_header_cut_anywhere_is_listed_up_to_there),
		cmocka_unit_test(names_that_lead_nowhere_end_the_list),
		cmocka_unit_test(data_that_break_the_rules_of_their_type_are_shown_as_they_came),
		cmocka_unit_test(wrong_counts_are_reported),
		cmocka_unit_test(an_rdlength_beyond_the_end_is_malformed),
		cmocka_unit_test(no_byte_of_a_server_reaches_a_terminal_as_it_is),
		cmocka_unit_test(names_of_odd_bytes_are_escaped_unmistakably),
		cmocka_unit_test(random_bytes_are_decoded_without_fault),
		cmocka_unit_test(the_largest_message_is_listed),
		cmocka_unit_test(flags_and_opcodes_have_their_words),
		cmocka_unit_test(bytes_are_written_in_lines_of_sixteen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
