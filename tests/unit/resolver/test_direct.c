// SPDX-License-Identifier: MIT
// Single exchanges with the scripted server.
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "resolver/direct.h"
#include "tests/fake/fake.h"
#include "tests/unit/names.h"
#include "tests/unit/virtual_clock.h"

#define PATIENCE_MS 5000  // if a message is expected
#define MOMENT_MS 30      // if none is expected

static const char records[] = "app.test. 60 A 192.0.2.1\nbig.test. 60 TXT \"text\"\n";

static bool ask(const struct fake *fake, const struct direct_options *options, struct direct_reply *reply)
{
	const struct address server = fake_address(fake);
	const struct question question = question_of("app.test", RRTYPE_A);
	return direct_ask(&server, &question, options, reply);
}

static unsigned flags_of(const uint8_t *message)
{
	return (unsigned)message[2] << 8 | message[3];
}

static void a_reply_is_handed_out_with_the_query_that_it_belongs_to(void **state)
{
	(void)state;
	for (int stream = 0; stream < 2; stream++) {
		struct fake *fake = fake_start(NULL, records, NULL);
		const struct direct_options options = {.stream = stream, .timeout_ms = PATIENCE_MS};
		const struct address server = fake_address(fake);
		struct direct_reply reply;
		assert_true(ask(fake, &options, &reply));
		assert_true(reply.is_reply && reply.id_matches && reply.question_matches);
		assert_int_equal(reply.error, 0);
		assert_int_equal(reply.over_tcp, stream);
		assert_true(address_equal(&reply.server, &server));
		assert_int_equal(reply.query_size, 26);
		assert_int_equal(reply.size, 26 + 16);
		assert_memory_equal(reply.message, reply.query, 2);
		assert_memory_equal(reply.message + reply.size - 4, "\300\0\2\1", 4);
		assert_true(reply.microseconds > 0);
		assert_int_equal(fake_connections(fake), stream);
		direct_reply_clear(&reply);
		direct_reply_clear(&reply);
		fake_stop(fake);
	}
}

static void a_query_follows_the_options(void **state)
{
	static const struct {
		struct direct_options options;
		unsigned flags, edns_flags, payload;
	} rows[] = {
		{{.timeout_ms = PATIENCE_MS}, 0x0100, 0, 0},
		{{.no_recursion = true}, 0x0000, 0, 0},
		{{.ad = true}, 0x0120, 0, 0},
		{{.checking_disabled = true}, 0x0110, 0, 0},
		{{.edns = true}, 0x0100, 0, 1232},
		{{.payload = 4096}, 0x0100, 0, 4096},
		{{.payload = 65535, .dnssec_ok = true}, 0x0100, 0x8000, 65535},
		{{.dnssec_ok = true, .no_recursion = true, .checking_disabled = true}, 0x0010, 0x8000, 1232},
	};
	struct fake *fake = fake_start(NULL, records, NULL);
	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct direct_options options = rows[i].options;
		struct direct_reply reply;
		struct fake_query query;
		options.timeout_ms = PATIENCE_MS;
		assert_true(ask(fake, &options, &reply));
		assert_true(fake_query(fake, i, &query));
		assert_int_equal(query.flags, rows[i].flags);
		assert_int_equal(query.has_edns, rows[i].payload != 0);
		assert_int_equal(query.payload, rows[i].payload);
		assert_int_equal(query.edns_flags, rows[i].edns_flags);
		assert_int_equal(query.size, reply.query_size);
		assert_int_equal(query.id, reply.query[0] << 8 | reply.query[1]);
		direct_reply_clear(&reply);
	}
	fake_stop(fake);
}

static void a_query_for_changes_has_the_serial(void **state)
{
	static const uint8_t soa[] = "\300\14\0\6\0\1\0\0\0\0\0\26\0\0\1\2\3\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
	struct fake *fake = fake_start(NULL, records, NULL);
	const struct address server = fake_address(fake);
	const struct question question = question_of("app.test", RRTYPE_IXFR);
	const struct direct_options options = {.serial = 0x01020304, .edns = true, .timeout_ms = PATIENCE_MS};
	struct direct_reply reply;
	(void)state;
	assert_true(direct_ask(&server, &question, &options, &reply));
	assert_memory_equal(reply.query + 4, "\0\1\0\0\0\1\0\1", 8);
	assert_memory_equal(reply.query + 26, soa, 34);
	assert_int_equal(reply.query_size, 26 + 34 + 11);
	direct_reply_clear(&reply);
	fake_stop(fake);
}

static void another_opcode_is_sent_and_waited_for(void **state)
{
	struct fake *fake = fake_start(NULL, records, NULL);
	const struct direct_options options = {.opcode = 2, .timeout_ms = PATIENCE_MS};
	struct direct_reply reply;
	(void)state;
	assert_true(ask(fake, &options, &reply));
	assert_int_equal(flags_of(reply.query), 0x1100);
	assert_int_equal(flags_of(reply.message) & 0x780f, 0x1000 | 4);
	assert_true(reply.is_reply && reply.question_matches);
	direct_reply_clear(&reply);
	fake_stop(fake);
}

static void nothing_is_asked_again(void **state)
{
	static const char *const rules[] = {"* truncate", "* servfail", "* formerr-edns", "* bad-cookie"};
	(void)state;
	for (size_t i = 0; i < LENGTH(rules); i++) {
		struct fake *fake = fake_start(NULL, records, rules[i]);
		const struct direct_options options = {.edns = true, .timeout_ms = PATIENCE_MS};
		struct direct_reply reply;
		assert_true(ask(fake, &options, &reply));
		assert_true(i > 0 || flags_of(reply.message) & 0x0200);
		assert_int_equal(fake_count(fake, NULL, 0), 1);
		assert_int_equal(fake_connections(fake), 0);
		direct_reply_clear(&reply);
		fake_stop(fake);
	}
}

static void a_datagram_of_any_size_comes_whole(void **state)
{
	static const struct {
		const char *rules;
		uint32_t last;
		size_t size;
	} rows[] = {
		{"* addresses=200", 200, 3237},
		{"* addresses=300", 300, 4837},
		{"* addresses=4000", 4000, 64037},
	};
	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct fake *fake = fake_start(NULL, NULL, rows[i].rules);
		const struct direct_options options = {.payload = 65535, .timeout_ms = PATIENCE_MS};
		const uint32_t last = htonl(10u << 24 | rows[i].last);
		struct direct_reply reply;
		assert_true(ask(fake, &options, &reply));
		assert_int_equal(reply.size, rows[i].size);
		assert_memory_equal(reply.message + reply.size - 11 - 4, &last, 4);
		direct_reply_clear(&reply);
		fake_stop(fake);
	}
}

static void a_message_that_is_not_a_reply_is_returned_as_such_or_discarded(void **state)
{
	static const struct {
		const char *rules;
		bool id_matches, is_reply, question_matches;
	} rows[] = {
		{"* wrong-id then-true", false, true, true},
		{"* wrong-name then-true", true, true, false},
		{"* wrong-type then-true", true, true, false},
		{"* wrong-class then-true", true, true, false},
		{"* no-question then-true", true, true, false},
		{"* question-loop then-true", true, true, false},
		{"* not-a-reply then-true", true, false, true},
		{"* opcode=5 then-true", true, false, true},
		{"* short then-true", true, false, false},
		{"* empty then-true", false, false, false},
		{"* garbage then-true", true, true, false},
	};
	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		for (int stream = 0; stream < 2; stream++) {
			struct fake *fake = fake_start(NULL, records, rows[i].rules);
			struct direct_options options = {.stream = stream, .timeout_ms = PATIENCE_MS, .mismatches = true};
			struct direct_reply reply;
			assert_true(ask(fake, &options, &reply));
			assert_int_equal(reply.id_matches, rows[i].id_matches);
			assert_int_equal(reply.is_reply, rows[i].is_reply);
			assert_int_equal(reply.question_matches, rows[i].question_matches);
			assert_int_equal(reply.passed_over, 0);
			direct_reply_clear(&reply);
			options.mismatches = false;
			assert_true(ask(fake, &options, &reply));
			assert_true(reply.id_matches && reply.is_reply && reply.question_matches);
			assert_int_equal(reply.passed_over, 1);
			direct_reply_clear(&reply);
			fake_stop(fake);
		}
	}
}

static void a_question_in_another_case_matches(void **state)
{
	struct fake *fake = fake_start(NULL, records, "* flip-case");
	const struct direct_options options = {.timeout_ms = PATIENCE_MS};
	struct direct_reply reply;
	(void)state;
	assert_true(ask(fake, &options, &reply));
	assert_true(reply.question_matches);
	assert_memory_equal(reply.message + 13, "APP", 3);
	direct_reply_clear(&reply);
	fake_stop(fake);
}

static void a_failure_is_reported_by_its_errno(void **state)
{
	static const struct {
		const char *rules;
		bool stream;
		unsigned timeout_ms;
		int error;
		size_t passed_over;
	} rows[] = {
		{"* udp-refuse", false, PATIENCE_MS, ECONNREFUSED, 0},
		{"* tcp-refuse", true, PATIENCE_MS, ECONNREFUSED, 0},
		{"* tcp-close", true, PATIENCE_MS, EPIPE, 0},
		{"* tcp-close-after=9", true, PATIENCE_MS, EPIPE, 0},
		{"* tcp-reset", true, PATIENCE_MS, ECONNRESET, 0},
		{"* drop", false, MOMENT_MS, ETIMEDOUT, 0},
		{"* drop", true, MOMENT_MS, ETIMEDOUT, 0},
		{"* wrong-id", false, MOMENT_MS, ETIMEDOUT, 1},
	};
	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct fake *fake = fake_start(NULL, records, rows[i].rules);
		const struct direct_options options = {.stream = rows[i].stream, .timeout_ms = rows[i].timeout_ms};
		struct direct_reply reply;
		assert_false(ask(fake, &options, &reply));
		assert_int_equal(reply.error, rows[i].error);
		assert_int_equal(reply.passed_over, rows[i].passed_over);
		assert_int_equal(reply.query_size, 26);
		assert_null(reply.message);
		direct_reply_clear(&reply);
		fake_stop(fake);
	}
}

static void servers_have_addresses_of_either_family(void **state)
{
	static const char *const addresses[] = {"127.0.0.1", "::1"};
	(void)state;
	for (size_t i = 0; i < LENGTH(addresses); i++) {
		struct fake *fake = fake_start(addresses[i], records, NULL);
		const struct direct_options options = {.timeout_ms = PATIENCE_MS};
		struct direct_reply reply;
		assert_non_null(fake);
		assert_true(ask(fake, &options, &reply));
		direct_reply_clear(&reply);
		fake_stop(fake);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reply_is_handed_out_with_the_query_that_it_belongs_to),
		cmocka_unit_test(a_query_follows_the_options),
		cmocka_unit_test(a_query_for_changes_has_the_serial),
		cmocka_unit_test(another_opcode_is_sent_and_waited_for),
		cmocka_unit_test(nothing_is_asked_again),
		cmocka_unit_test(a_datagram_of_any_size_comes_whole),
		cmocka_unit_test(a_message_that_is_not_a_reply_is_returned_as_such_or_discarded),
		cmocka_unit_test(a_question_in_another_case_matches),
		cmocka_unit_test(a_failure_is_reported_by_its_errno),
		cmocka_unit_test(servers_have_addresses_of_either_family),
	};
	virtual_clock_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
