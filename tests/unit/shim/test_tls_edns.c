// SPDX-License-Identifier: MIT
#include <string.h>

#include "resolver/dns/packet_write.h"
#include "resolver/dns/wire.h"
#include "shim/command/tls/tls_edns.h"
#include "tests/unit/names.h"
#include "tests/unit/unit.h"

#define ROOM (PACKET_QUERY_MAX + TLS_EDNS_ROOM)

static size_t write_query(const char *name, unsigned flags, uint8_t *out)
{
	const struct question question = question_of(name, RRTYPE_A);
	const struct packet_request request = {.id = 7, .flags = flags};
	memset(out, 0xAA, ROOM);
	return packet_write_request(&question, &request, out);
}

// The length of the option's data; -1 without it.
static int option_of(const uint8_t *message, size_t size, uint16_t wanted)
{
	struct cursor options;
	uint16_t code, length;
	assert_true(wire_options(message, size, &options));
	while (wire_option(&options, &code, &length) != NULL)
		if (code == wanted)
			return length;
	assert_false(options.failed);
	return -1;
}

static void a_query_is_padded_to_a_multiple_of_128_bytes(void **state)
{
	(void)state;
	char name[120] = "";
	for (size_t length = 1; length < 110; length++) {
		for (unsigned flags = 0; flags < 2; flags++) {
			uint8_t message[ROOM];
			bool is_added;
			name[length - 1] = length % 50 == 49 ? '.' : 'a';
			const size_t size = write_query(name[length - 1] == '.' ? "a" : name, flags * PACKET_EDNS, message);
			const size_t padded = tls_edns_pad(message, size, false, &is_added);
			assert_int_equal(padded % 128, 0);
			assert_true(padded - size < TLS_EDNS_ROOM);
			assert_int_equal(is_added, flags == 0);
			assert_int_equal(option_of(message, padded, OPTION_KEEPALIVE), 0);
			assert_true(option_of(message, padded, OPTION_PADDING) >= 0);
			assert_int_equal(message[11], 1);
		}
	}
}

static void over_https_the_time_of_a_connection_is_not_asked_for(void **state)
{
	(void)state;
	uint8_t message[ROOM];
	bool is_added;
	const size_t size = tls_edns_pad(message, write_query("a.test", PACKET_EDNS, message), true, &is_added);
	assert_int_equal(size, 128);
	assert_int_equal(option_of(message, size, OPTION_KEEPALIVE), -1);
}

static void a_query_that_is_signed_or_malformed_or_has_padding_is_unchanged(void **state)
{
	(void)state;
	static const uint8_t signature[] = {0, 0, RRTYPE_TSIG, 0, 255, 0, 0, 0, 0, 0, 0};
	uint8_t message[ROOM], before[ROOM];
	bool is_added;
	const size_t plain = write_query("a.test", 0, message);
	memcpy(message + plain, signature, sizeof(signature));
	message[11] = 1;
	assert_int_equal(tls_edns_pad(message, plain + sizeof(signature), false, &is_added), plain + sizeof(signature));
	assert_false(is_added);
	assert_int_equal(tls_edns_pad(message, plain, false, &is_added), plain);
	message[11] = 0;
	assert_int_equal(tls_edns_pad(message, plain + 1, false, &is_added), plain + 1);
	assert_int_equal(tls_edns_pad(message, 5, false, &is_added), 5);
	const size_t padded = tls_edns_pad(message, plain, false, &is_added);
	memcpy(before, message, ROOM);
	assert_int_equal(tls_edns_pad(message, padded, false, &is_added), padded);
	assert_memory_equal(before, message, ROOM);
}

static void an_opt_record_that_was_added_is_removed_from_the_reply(void **state)
{
	(void)state;
	uint8_t message[ROOM], plain[ROOM];
	bool is_added;
	const size_t size = write_query("a.test", 0, plain);
	write_query("a.test", 0, message);
	assert_int_equal(tls_edns_strip(message, tls_edns_pad(message, size, false, &is_added)), size);
	assert_memory_equal(message, plain, size);
	assert_int_equal(tls_edns_strip(message, size), size);
}

static void the_time_that_a_server_allows_is_read(void **state)
{
	(void)state;
	uint8_t message[ROOM];
	static const uint8_t option[] = {0, OPTION_KEEPALIVE, 0, 2, 1, 4};
	size_t size = write_query("a.test", PACKET_EDNS, message);
	assert_int_equal(tls_edns_idle(message, size), -1);
	message[size - 1] = sizeof(option);
	memcpy(message + size, option, sizeof(option));
	size += sizeof(option);
	assert_int_equal(tls_edns_idle(message, size), 26 * 1000000);
	assert_int_equal(tls_edns_idle(message, size - 1), -1);
	assert_int_equal(tls_edns_idle(message, 3), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_query_is_padded_to_a_multiple_of_128_bytes),
		cmocka_unit_test(over_https_the_time_of_a_connection_is_not_asked_for),
		cmocka_unit_test(a_query_that_is_signed_or_malformed_or_has_padding_is_unchanged),
		cmocka_unit_test(an_opt_record_that_was_added_is_removed_from_the_reply),
		cmocka_unit_test(the_time_that_a_server_allows_is_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
