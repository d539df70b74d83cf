// SPDX-License-Identifier: MIT
#include "resolver/dns/extended_error.h"
#include "tests/unit/unit.h"

#include <string.h>

#define MESSAGE_MAX 1024

// A SERVFAIL for app.test A with these EDNS options in wire format.
static const char head[] = "\x12\x34\x81\x82\0\1\0\0\0\0\0\1"
						   "\3app\4test\0\0\1\0\1";
static const char opt[] = "\0\0\x29\x04\xd0\0\0\0\0";

static size_t make_message(uint8_t *message, const char *options, size_t size)
{
	uint8_t *at = message;
	memcpy(at, head, sizeof head - 1);
	at += sizeof head - 1;
	memcpy(at, opt, sizeof opt - 1);
	at += sizeof opt - 1;
	*at++ = (uint8_t)(size >> 8);
	*at++ = (uint8_t)size;
	memcpy(at, options, size);
	return (size_t)(at - message) + size;
}

static const char *text_of(const char *options, size_t size)
{
	static char text[EXTENDED_ERROR_TEXT_SIZE];
	uint8_t message[MESSAGE_MAX];
	return extended_error_write(message, make_message(message, options, size), text);
}

#define OPTIONS(bytes) bytes, sizeof(bytes) - 1

static void errors_are_written_in_words_with_what_the_server_added(void **state)
{
	(void)state;
	static const struct {
		const char *options;
		size_t size;
		const char *text;
	} cases[] = {
		{OPTIONS("\0\xf\0\2\0\6"), "DNSSEC Bogus"},
		{OPTIONS("\0\xf\0\2\0\0"), "Other Error"},
		{OPTIONS("\0\xf\0\2\0\x1e"), "Invalid Query Type"},
		{OPTIONS("\0\xf\0\x0e\0\6no signature"), "DNSSEC Bogus: no signature"},
		{OPTIONS("\0\xf\0\x07\0\x0fpets\0"), "Blocked: pets"},
		{OPTIONS("\0\xf\0\2\xc0\0"), "error 49152"},
		{OPTIONS("\0\xf\0\4\0\x1fhi"), "error 31: hi"},
		{OPTIONS("\0\x0a\0\x08"
				 "12345678"
				 "\0\xf\0\2\0\x16"),
			"No Reachable Authority"},
		{OPTIONS("\0\x0c\0\0"
				 "\0\xf\0\4\0\6no"
				 "\0\xf\0\2\0\3"),
			"DNSSEC Bogus: no; Stale Answer"},
		{OPTIONS("\0\xf\0\x09\0\6"
				 "a\nb\x1b[m\xff"),
			"DNSSEC Bogus: a\\x0ab\\x1b[m\\xff"},
		{OPTIONS("\0\xf\0\5\0\6\xe2\x82\xac"), "DNSSEC Bogus: \xe2\x82\xac"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++)
		assert_string_equal(text_of(cases[i].options, cases[i].size), cases[i].text);
}

static void a_message_without_one_or_broken_before_it_has_none(void **state)
{
	(void)state;
	static const struct {
		const char *options;
		size_t size;
	} cases[] = {
		{OPTIONS("")},
		{OPTIONS("\0\x0a\0\x08"
				 "12345678")},
		{OPTIONS("\0\xf\0\0")},  // no room for a code
		{OPTIONS("\0\xf\0\1\6")},
		{OPTIONS("\0\xf\0\x10\0\6")},  // longer than the record
		{OPTIONS("\0\xf\0")},
		{OPTIONS("\0\x0a\0\x20\0\xf\0\2\0\6")},
	};
	char text[EXTENDED_ERROR_TEXT_SIZE];
	for (size_t i = 0; i < LENGTH(cases); i++)
		assert_null(text_of(cases[i].options, cases[i].size));
	assert_null(extended_error_write((const uint8_t *)head, sizeof head - 1, text));
	assert_null(extended_error_write((const uint8_t *)"", 0, text));
}

// A message truncated at each length is not read beyond its end: each copy is allocated with its exact size.
static void a_message_that_ends_early_is_read_no_further(void **state)
{
	(void)state;
	static const char options[] = "\0\xf\0\x0e\0\6no signature";
	uint8_t message[MESSAGE_MAX];
	char text[EXTENDED_ERROR_TEXT_SIZE];
	const size_t size = make_message(message, options, sizeof options - 1);
	for (size_t length = 0; length < size; length++) {
		uint8_t *copy = test_malloc(length + !length);
		memcpy(copy, message, length);
		assert_null(extended_error_write(copy, length, text));
		test_free(copy);
	}
}

static void a_long_text_is_cut_and_ends_in_dots(void **state)
{
	(void)state;
	char options[4 * 170];
	const char *text;
	memset(options, 'x', sizeof options);
	for (size_t i = 0; i < 4; i++)
		memcpy(options + i * 170, "\0\xf\0\xa6\0\6", 6);
	text = text_of(options, 170);
	assert_int_equal(strlen(text), strlen("DNSSEC Bogus: ") + 160);
	assert_string_equal(text + strlen(text) - 4, "x...");
	text = text_of(options, sizeof options);
	assert_int_equal(strlen(text), EXTENDED_ERROR_TEXT_SIZE - 1);
	assert_memory_equal(text + 174, "; DNSSEC Bogus: xxx", 19);
	assert_string_equal(text + strlen(text) - 4, "x...");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_are_written_in_words_with_what_the_server_added),
		cmocka_unit_test(a_message_without_one_or_broken_before_it_has_none),
		cmocka_unit_test(a_message_that_ends_early_is_read_no_further),
		cmocka_unit_test(a_long_text_is_cut_and_ends_in_dots),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
