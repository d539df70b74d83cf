// SPDX-License-Identifier: MIT
// Messages as text and as JSON.
#include <stdio.h>

#include "config/base/random.h"
#include "resolver/dns/listing.h"
#include "shim/command/colour.h"
#include "shim/command/query/message_text.h"
#include "tests/unit/message.h"

static void make_message(void)
{
	begin(0x8583, RRTYPE_A);
	add_record(APP, 2, RRTYPE_CNAME, "\3www\xC0\x10", 6);
	add_record(TEST, 2, RRTYPE_NS, "\2ns\xC0\x10", 5);
	add_record("\4mail" APP, 7, RRTYPE_TXT, "\4a\x1B\"b", 5);
	PUT(OPT_OF("\0\1\x80\0"));
	message.bytes[message.size - 1] = 15;
	PUT("\0\xF\0\4\0\x06"
		"\x07!"
		"\0\x63\0\3abc");
	count(1, 1, 2);
}

// The text of the message, allocated.
static char *written(bool is_json, bool is_coloured)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct json json = {.out = out, .is_first = true};
	struct listing listing;
	uint8_t *exact = malloc(message.size + !message.size);
	memcpy(exact, message.bytes, message.size);
	assert_true(listing_read(exact, message.size, &listing));
	if (is_json) {
		json_begin(&json, NULL, '{');
		message_text_write_json(&listing, &json);
		json_end(&json, '}');
	} else {
		message_text_write(&listing, colours_of(is_coloured), out);
		message_text_write_records(&listing, out);
	}
	listing_clear(&listing);
	free(exact);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void assert_written(bool is_json, bool is_coloured, const char *wanted)
{
	char *text = written(is_json, is_coloured);
	assert_string_equal(text, wanted);
	free(text);
}

static void a_message_is_a_zone_file_with_the_rest_in_comments(void **state)
{
	(void)state;
	make_message();
	assert_written(false, false,
		"; QUERY NXDOMAIN, id 1, flags qr aa rd ra\n"
		"; question\n"
		"; app.test. IN A\n"
		"; answer\n"
		"app.test.           60 IN CNAME www.test.\n"
		"; authority\n"
		"test.               60 IN NS    ns.test.\n"
		"; additional\n"
		"mail.app.test.      60 IN TXT   \"a\\027\\\"b\"\n"
		"; EDNS version 1, payload 1232, do\n"
		"; extended error: 6 DNSSEC Bogus: \\007!\n"
		"; EDNS option 99: 616263\n"
		"app.test.           60 IN CNAME www.test.\n");
}

static void errors_of_a_message_are_written_at_its_end(void **state)
{
	(void)state;
	begin(0x0200, RRTYPE_A);
	PUT("xy");
	assert_written(
		false, false, "; QUERY NOERROR, id 1, flags tc\n; question\n; app.test. IN A\n; 2 bytes after its end\n");
	count(1, 0, 0);
	assert_written(
		false, false, "; QUERY NOERROR, id 1, flags tc\n; question\n; app.test. IN A\n; malformed from byte 26 on\n");
	message.size = 0;
	assert_written(false, false, "; QUERY NOERROR, id 0\n; malformed from byte 0 on\n");
}

static void an_owner_of_any_length_leaves_its_data_readable(void **state)
{
	(void)state;
	uint8_t name[66] = {63};
	memset(name + 1, 'x', 63);
	begin(0x8180, RRTYPE_A);
	add_record(name, 65, RRTYPE_A, "\xC0\0\2\1", 4);
	add_record(APP, 2, RRTYPE_A, "\xC0\0\2\2", 4);
	count(2, 0, 0);
	char *text = written(false, false);
	assert_non_null(strstr(text, "x.      60 IN A     192.0.2.1\napp.test.      60 IN A     192.0.2.2\n"));
	free(text);
}

static void colours_are_there_only_where_they_are_wanted(void **state)
{
	(void)state;
	make_message();
	char *plain = written(false, false), *coloured = written(false, true);
	assert_null(strchr(plain, 0x1B));
	assert_non_null(strstr(coloured, "\033[31mNXDOMAIN\033[0m"));
	assert_non_null(strstr(coloured, "\033[2m; answer\033[0m\n"));
	// Without colours the text is the same.
	char *to = coloured;
	for (const char *at = coloured; *at != '\0';) {
		if (*at == 0x1B)
			at += strcspn(at, "m") + 1;
		else
			*to++ = *at++;
	}
	*to = '\0';
	assert_string_equal(coloured, plain);
	free(plain);
	free(coloured);
}

static void json_has_the_same_content(void **state)
{
	(void)state;
	make_message();
	assert_written(true, false,
		"{\"id\":1,\"opcode\":\"QUERY\",\"rcode\":\"NXDOMAIN\",\"flags\":[\"qr\",\"aa\",\"rd\",\"ra\"],"
		"\"question\":[{\"name\":\"app.test.\",\"class\":\"IN\",\"type\":\"A\"}],"
		"\"answer\":[{\"name\":\"app.test.\",\"ttl\":60,\"class\":\"IN\",\"type\":\"CNAME\",\"data\":\"www.test.\"}],"
		"\"authority\":[{\"name\":\"test.\",\"ttl\":60,\"class\":\"IN\",\"type\":\"NS\",\"data\":\"ns.test.\"}],"
		"\"additional\":[{\"name\":\"mail.app.test.\",\"ttl\":60,\"class\":\"IN\",\"type\":\"TXT\","
		"\"data\":\"\\\"a\\\\027\\\\\\\"b\\\"\"}],"
		"\"edns\":{\"version\":1,\"payload\":1232,\"do\":true,\"options\":["
		"{\"code\":15,\"name\":\"extended error\",\"text\":\"6 DNSSEC Bogus: \\\\007!\"},"
		"{\"code\":99,\"text\":\"616263\"}]}}");
	message.size = 0;
	assert_written(true, false,
		"{\"id\":0,\"opcode\":\"QUERY\",\"rcode\":\"NOERROR\",\"flags\":[],\"question\":[],\"answer\":[],\"authority\":[],"
		"\"additional\":[],\"malformed_at\":0}");
}

static void the_outcome_of_a_message_follows_from_rcode_and_answer(void **state)
{
	(void)state;
	enum { CUT = 0x8380, GOOD = 0x8180 };
	static const struct {
		unsigned flags, asked, type;
		bool is_malformed;
		enum outcome outcome;
	} cases[] = {
		{GOOD, RRTYPE_A, RRTYPE_A, false, OUTCOME_FOUND},
		{GOOD, RRTYPE_A, 0, false, OUTCOME_NO_DATA},
		{GOOD, RRTYPE_A, RRTYPE_CNAME, false, OUTCOME_NO_DATA},
		{GOOD, RRTYPE_CNAME, RRTYPE_CNAME, false, OUTCOME_FOUND},
		{GOOD, RRTYPE_ANY, RRTYPE_TXT, false, OUTCOME_FOUND},
		{GOOD | RCODE_NXDOMAIN, RRTYPE_A, RRTYPE_A, false, OUTCOME_NO_NAME},
		{GOOD | RCODE_REFUSED, RRTYPE_A, 0, false, OUTCOME_TRY_AGAIN},
		{GOOD, RRTYPE_A, RRTYPE_A, true, OUTCOME_TRY_AGAIN},
		{GOOD | RCODE_NXDOMAIN, RRTYPE_A, 0, true, OUTCOME_TRY_AGAIN},
		{CUT, RRTYPE_A, 0, false, OUTCOME_TRY_AGAIN},
		{CUT, RRTYPE_A, RRTYPE_A, false, OUTCOME_FOUND},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct listing listing;
		begin(cases[i].flags, cases[i].asked);
		if (cases[i].type != 0)
			add_record(APP, 2, cases[i].type, "\0", 1);
		count(cases[i].type != 0, 0, cases[i].is_malformed);
		assert_true(listing_read(message.bytes, message.size, &listing));
		if (message_text_outcome(&listing) != cases[i].outcome)
			fail_msg("case %zu: %d", i, message_text_outcome(&listing));
		listing_clear(&listing);
	}
	begin(GOOD, RRTYPE_A);
	message.size = 12;
	message.bytes[5] = 0;
	struct listing listing;
	assert_true(listing_read(message.bytes, message.size, &listing));
	assert_int_equal(message_text_outcome(&listing), OUTCOME_NO_DATA);
	listing_clear(&listing);
}

// Any message is printable text in lines, and JSON is one line.
static void noise_is_shown_harmlessly(void **state)
{
	(void)state;
	uint64_t random = 3;
	for (unsigned round = 0; round < 2000; round++) {
		make_message();
		for (unsigned changes = round % 30; changes > 0; changes--) {
			random = random_next(random);
			message.bytes[random % message.size] = (uint8_t)(random >> 32);
		}
		char *text = written(false, false), *json = written(true, false);
		for (const char *at = text; *at != '\0'; at++)
			assert_true(*at == '\n' || (*at >= ' ' && *at <= '~'));
		for (const char *at = json; *at != '\0'; at++)
			assert_true(*at >= ' ' && *at <= '~');
		free(text);
		free(json);
	}
}

static void bytes_are_written_for_people_and_for_programs(void **state)
{
	(void)state;
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct json json = {.out = out, .is_first = true};
	message_text_write_hex("reply", (const uint8_t *)"\x00\x1B[0123456789abcdef", 18, out);
	message_text_write_hex("nothing", (const uint8_t *)"", 0, out);
	message_text_write_hex_json("hex", (const uint8_t *)"\x00\x1B\xFF", 3, &json);
	message_text_write_hex_json("none", (const uint8_t *)"", 0, &json);
	fclose(out);
	assert_string_equal(text,
		"; reply, 18 bytes\n"
		";   0000  00 1b 5b 30 31 32 33 34 35 36 37 38 39 61 62 63  ..[0123456789abc\n"
		";   0010  64 65                                            de\n"
		"; nothing, 0 bytes\n"
		"\"hex\":\"001bff\",\"none\":\"\"");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_is_a_zone_file_with_the_rest_in_comments),
		cmocka_unit_test(errors_of_a_message_are_written_at_its_end),
		cmocka_unit_test(an_owner_of_any_length_leaves_its_data_readable),
		cmocka_unit_test(colours_are_there_only_where_they_are_wanted),
		cmocka_unit_test(json_has_the_same_content),
		cmocka_unit_test(the_outcome_of_a_message_follows_from_rcode_and_answer),
		cmocka_unit_test(noise_is_shown_harmlessly),
		cmocka_unit_test(bytes_are_written_for_people_and_for_programs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
