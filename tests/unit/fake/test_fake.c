// SPDX-License-Identifier: MIT
// The scripted server is asked with hand-made packets: what tests rely on must hold without the resolver.
#include <arpa/inet.h>

#include "tests/unit/packets.h"

#define ID 0x1234

static const char records[] = "$ORIGIN test.\n"
							  "$TTL 300\n"
							  "@ SOA ns admin 1 2 3 4 5\n"
							  "app A 192.0.2.1\n"
							  "app A 192.0.2.2\n"
							  "www CNAME app\n"
							  "deep.ent TXT \"a\"\n"
							  "dangling CNAME nowhere\n"
							  "mx MX 10 app\n";

// One question over UDP to a server with these rules, and its reply.
static void ask_once(struct client *client, const char *rules, const char *name, unsigned type, unsigned payload)
{
	struct fake *fake = fake_start(NULL, records, rules);
	assert_non_null(fake);
	const struct address server = fake_address(fake);
	client_open(client, &server, SOCK_DGRAM);
	send_query(client, ID, name, type, payload);
	receive(client);
	close(client->descriptor);
	fake_stop(fake);
}

static void a_name_is_answered_with_its_records(void **state)
{
	static const uint8_t expected[] = {0x12, 0x34, 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 0, 3, 'A', 'p', 'p', 4, 't', 'e',
		's', 't', 0, 0, 1, 0, 1, 0xC0, 12, 0, 1, 0, 1, 0, 0, 1, 0x2C, 0, 4, 192, 0, 2, 1, 0xC0, 12, 0, 1, 0, 1, 0, 0, 1,
		0x2C, 0, 4, 192, 0, 2, 2};
	struct client client;
	(void)state;
	ask_once(&client, NULL, "App.test", RRTYPE_A, 0);
	assert_int_equal(client.size, sizeof expected);
	assert_memory_equal(client.reply, expected, sizeof expected);
}

static void a_chain_is_followed_and_its_names_are_compressed(void **state)
{
	static const uint8_t answer[] = {0xC0, 12, 0, 5, 0, 1, 0, 0, 1, 0x2C, 0, 6, 3, 'a', 'p', 'p', 0xC0, 16, 0xC0, 38, 0,
		1, 0, 1, 0, 0, 1, 0x2C, 0, 4, 192, 0, 2, 1};
	struct client client;
	(void)state;
	ask_once(&client, NULL, "www.test", RRTYPE_A, 0);
	assert_int_equal(u16_at(&client, 6), 3);
	assert_memory_equal(client.reply + 26, answer, sizeof answer);
}

// What a rule (or none) makes of a reply: its header and its counts.
static void replies_are_altered_as_the_rules_say(void **state)
{
	enum { RCODE = 0x000F, ANY_SIZE = 0 };
	static const struct {
		const char *rules, *name;
		unsigned type, payload;
		unsigned mask, flags;  // of the header's second word
		unsigned answers, authority, additional;
		size_t size;
	} cases[] = {
		{"", "app.test", 1, 1232, 0xFFFF, 0x8180, 2, 0, 1, ANY_SIZE},
		{"", "none.test", 1, 0, 0xFFFF, 0x8183, 0, 1, 0, ANY_SIZE},
		{"", "elsewhere", 1, 0, 0xFFFF, 0x8183, 0, 1, 0, ANY_SIZE},
		{"", "app.test", 28, 0, 0xFFFF, 0x8180, 0, 1, 0, ANY_SIZE},
		{"", "ent.test", 1, 0, 0xFFFF, 0x8180, 0, 1, 0, ANY_SIZE},
		{"", "dangling.test", 1, 0, 0xFFFF, 0x8183, 1, 1, 0, ANY_SIZE},
		{"", "mx.test", 15, 0, 0xFFFF, 0x8180, 1, 0, 2, ANY_SIZE},
		{"* servfail", "app.test", 1, 0, RCODE, 2, 0, 0, 0, ANY_SIZE},
		{"* refused", "app.test", 1, 0, RCODE, 5, 0, 0, 0, ANY_SIZE},
		{"* notimp", "app.test", 1, 0, RCODE, 4, 0, 0, 0, ANY_SIZE},
		{"* formerr", "app.test", 1, 0, RCODE, 1, 0, 0, 0, ANY_SIZE},
		{"* rcode=9", "app.test", 1, 0, RCODE, 9, 0, 0, 0, ANY_SIZE},
		{"* formerr-edns", "app.test", 1, 0, RCODE, 0, 2, 0, 0, ANY_SIZE},
		{"* formerr-edns", "app.test", 1, 1232, RCODE, 1, 0, 0, 0, ANY_SIZE},
		{"* notimp-edns", "app.test", 1, 1232, RCODE, 4, 0, 0, 0, ANY_SIZE},
		{"* nxdomain", "app.test", 1, 0, RCODE, 3, 0, 1, 0, ANY_SIZE},
		{"* nodata", "app.test", 1, 0, RCODE, 0, 0, 1, 0, ANY_SIZE},
		{"* nodata-nosoa", "app.test", 1, 0, RCODE, 0, 0, 0, 0, ANY_SIZE},
		{"* no-soa", "none.test", 1, 0, RCODE, 3, 0, 0, 0, ANY_SIZE},
		{"* lame", "app.test", 1, 0, 0xFFFF, 0x8100, 0, 0, 0, ANY_SIZE},
		{"* referral", "app.test", 1, 0, RCODE, 0, 0, 1, 1, ANY_SIZE},
		{"* cname-only", "www.test", 1, 0, RCODE, 0, 1, 0, 0, ANY_SIZE},
		{"* cname-loop", "mx.test", 1, 0, RCODE, 0, 2, 0, 0, ANY_SIZE},
		{"* extra-answers", "app.test", 1, 0, RCODE, 0, 4, 0, 0, ANY_SIZE},
		{"* other-type", "app.test", 1, 0, RCODE, 0, 1, 0, 0, ANY_SIZE},
		{"* addresses=7", "any.test", 28, 0, RCODE, 0, 7, 0, 0, 12 + 14 + 7 * 28},
		{"* aa no-ra ad", "app.test", 1, 0, 0xFFF0, 0x8520, 2, 0, 0, ANY_SIZE},
		{"* not-a-reply", "app.test", 1, 0, 0x8000, 0, 2, 0, 0, ANY_SIZE},
		{"* opcode=4", "app.test", 1, 0, 0x7800, 0x2000, 2, 0, 0, ANY_SIZE},
		{"* truncate", "app.test", 1, 0, 0x0200, 0x0200, 1, 0, 0, ANY_SIZE},
		{"* two-opt", "app.test", 1, 1232, RCODE, 0, 2, 0, 2, ANY_SIZE},
		{"* edns-rcode=22", "app.test", 1, 0, RCODE, 6, 0, 0, 1, ANY_SIZE},
		{"* addresses=100", "any.test", 1, 0, 0x0200, 0x0200, 30, 0, 0, 506},
		{"* addresses=100", "any.test", 1, 4096, 0x0200, 0, 100, 0, 1, ANY_SIZE},
		{"* pad=600", "app.test", 1, 4096, RCODE, 0, 2, 0, 4, ANY_SIZE},
		{"* trailing", "app.test", 1, 0, RCODE, 0, 2, 0, 0, 58 + 100},
	};
	struct client client;
	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		ask_once(&client, cases[i].rules, cases[i].name, cases[i].type, cases[i].payload);
		assert_int_equal(u16_at(&client, 0), ID);
		assert_int_equal(u16_at(&client, 2) & cases[i].mask, cases[i].flags);
		assert_int_equal(u16_at(&client, 4), 1);
		assert_int_equal(u16_at(&client, 6), cases[i].answers);
		assert_int_equal(u16_at(&client, 8), cases[i].authority);
		assert_int_equal(u16_at(&client, 10), cases[i].additional);
		if (cases[i].size != ANY_SIZE)
			assert_int_equal(client.size, cases[i].size);
	}
}

// The reply to app.test A: header 0 to 11, question 12 to 25, the first answer from 26 on.
static void broken_replies_are_broken_where_they_should_be(void **state)
{
	static const struct {
		const char *rules;
		size_t size, at;
		unsigned value;
	} cases[] = {
		{"* wrong-id", 58, 0, ID ^ 0x5555},
		{"* wrong-name", 72, 12, 9 << 8 | 'u'},
		{"* wrong-type", 58, 22, 2},
		{"* wrong-class", 58, 24, 3},
		{"* flip-case", 58, 12, 3 << 8 | 'A'},
		{"* echo-case", 58, 12, 3 << 8 | 'a'},
		{"* no-question", 12, 4, 0},
		{"* no-question notimp", 12, 2, 0x8184},
		{"* short", 7, 0, ID},
		{"* garbage", 64, 4, 0xFFFF},
		{"* pointer-loop", 42, 26, 0xC01A},
		{"* question-loop", 58, 12, 0xC00C},
		{"* rdlength-lie", 58, 36, 1000},
		{"* rdlength=3", 56, 36, 3},
		{"* rdlength=0", 50, 36, 0},
		{"* ttl=0x80000001", 58, 32, 0x8000},
		{"* wrong-owner", 72, 26, 9 << 8 | 'u'},
		{"* size=2000", 2000, 59, 65280},
	};
	struct client client;
	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		ask_once(&client, cases[i].rules, "app.test", RRTYPE_A, 0);
		assert_int_equal(u16_at(&client, cases[i].at), cases[i].value);
		assert_int_equal(client.size, cases[i].size);
	}
	ask_once(&client, "* empty", "app.test", RRTYPE_A, 0);
	assert_int_equal(client.size, 0);
}

static void rules_apply_to_their_name_type_transport_and_number(void **state)
{
	static const char rules[] = "app.test/A first=1 refused\n"
								"app.test/A first=1 servfail ; # what follows is a comment\n"
								"*.test/TXT rcode=7\n"
								"* edns rcode=8\n"
								"* tcp rcode=9\n";
	static const struct {
		const char *name;
		unsigned type, payload, rcode;
	} steps[] = {
		{"APP.test", 1, 0, RCODE_REFUSED},
		{"app.test", 1, 0, RCODE_SERVFAIL},
		{"app.test", 1, 0, RCODE_NOERROR},
		{"app.test", 1, 512, 8},
		{"app.test", 16, 0, 7},
		{"x.y.test", 16, 0, 7},
		{"test", 16, 0, RCODE_NOERROR},
		{"other", 16, 0, RCODE_NXDOMAIN},
	};
	struct fake *fake = fake_start(NULL, records, rules);
	struct client client;
	(void)state;
	assert_non_null(fake);
	const struct address server = fake_address(fake);
	client_open(&client, &server, SOCK_DGRAM);
	for (size_t i = 0; i < LENGTH(steps); i++) {
		send_query(&client, ID, steps[i].name, steps[i].type, steps[i].payload);
		receive(&client);
		assert_int_equal(u16_at(&client, 2) & 15, steps[i].rcode);
	}
	assert_true(fake_add_rules(fake, "other rcode=10; *.test/A rcode=11"));
	static const struct {
		const char *name;
		unsigned type, rcode;
	} later[] = {
		{"other", 1, 10},
		{"app.test", 1, 11},
		{"app.test", 16, 7},
	};
	for (size_t i = 0; i < LENGTH(later); i++) {
		send_query(&client, ID, later[i].name, later[i].type, 0);
		receive(&client);
		assert_int_equal(u16_at(&client, 2) & 15, later[i].rcode);
	}
	fake_clear_rules(fake);
	send_query(&client, ID, "other", 1, 0);
	receive(&client);
	assert_int_equal(u16_at(&client, 2) & 15, RCODE_NXDOMAIN);
	close(client.descriptor);
	fake_stop(fake);
}

// Asks ids 1, 2, ... for these names on one socket, all at once, and expects the ids of the replies in this order.
static void expect_order(const char *rules, const char *const *names, const unsigned *ids)
{
	struct fake *fake = fake_start(NULL, records, rules);
	struct client client;
	assert_non_null(fake);
	const struct address server = fake_address(fake);
	client_open(&client, &server, SOCK_DGRAM);
	for (unsigned i = 0; names[i]; i++)
		send_query(&client, i + 1, names[i], RRTYPE_A, 0);
	for (; *ids; ids++) {
		receive(&client);
		assert_int_equal(u16_at(&client, 0), *ids);
	}
	close(client.descriptor);
	fake_stop(fake);
}

// Whole, so that nothing in it is in another case.
static void a_reply_can_be_in_lower_case(void **state)
{
	static const uint8_t expected[] = {0x12, 0x34, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, 3, 'a', 'n', 'y', 4, 't', 'e',
		's', 't', 0, 0, 1, 0, 1, 0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, 1};
	struct client client;
	(void)state;
	ask_once(&client, "* lower-case addresses=1", "aNy.Test", RRTYPE_A, 0);
	assert_int_equal(client.size, sizeof expected);
	assert_memory_equal(client.reply, expected, sizeof expected);
}

static void rules_match_names_with_upper_case_letters(void **state)
{
	static const struct {
		const char *rules, *name;
		unsigned rcode;
	} cases[] = {
		{"* case-nxdomain", "app.test", RCODE_NOERROR},
		{"* case-nxdomain", "app.tesT", RCODE_NXDOMAIN},
		{"* upper refused", "App.test", RCODE_REFUSED},
		{"* case-drop", "app.test", RCODE_NOERROR},
	};
	static const char *const dropped[] = {"App.test", "app.test", NULL};
	static const unsigned without_first[] = {2, 0};
	struct client client;
	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		ask_once(&client, cases[i].rules, cases[i].name, RRTYPE_A, 0);
		assert_int_equal(u16_at(&client, 2) & 15, cases[i].rcode);
	}
	expect_order("* case-drop", dropped, without_first);
}

static void replies_are_dropped_delayed_and_doubled(void **state)
{
	static const char *const names[] = {"a.test", "app.test", "last.test", NULL};
	static const unsigned flooded[] = {1, 1, 1, 2, 3, 0};
	static const unsigned without_first[] = {2, 3, 0}, first_last[] = {2, 3, 1, 0}, doubled[] = {1, 1, 2, 3, 0};
	static const unsigned crossed[] = {3, 2, 1, 0};
	(void)state;
	expect_order("a.test drop", names, without_first);
	expect_order("a.test delay=20", names, first_last);
	expect_order("a.test duplicate", names, doubled);
	expect_order("a.test flood=3", names, flooded);
	expect_order("a.test delay=60; app.test delay=20", names, crossed);
}

static void a_forged_reply_precedes_the_true_one(void **state)
{
	static const uint8_t forged[] = {192, 0, 2, 66}, true_one[] = {192, 0, 2, 1};
	static const char *const rules[] = {"* forge-before", "* wrong-name then-true", "* then-true"};
	(void)state;
	for (size_t i = 0; i < LENGTH(rules); i++) {
		struct fake *fake = fake_start(NULL, records, rules[i]);
		struct client client;
		assert_non_null(fake);
		const struct address server = fake_address(fake);
		client_open(&client, &server, SOCK_DGRAM);
		send_query(&client, ID, "app.test", RRTYPE_A, 0);
		receive(&client);
		assert_memory_equal(client.reply + client.size - 4, forged, 4);
		assert_int_equal(u16_at(&client, 0) == ID, i != 0);
		receive(&client);
		assert_int_equal(u16_at(&client, 0), ID);
		assert_memory_equal(client.reply + 38, true_one, 4);
		close(client.descriptor);
		fake_stop(fake);
	}
}

static void a_forged_reply_in_lower_case_precedes_the_true_one(void **state)
{
	static const uint8_t forged[] = {192, 0, 2, 66};
	struct fake *fake = fake_start(NULL, records, "* lower-case then-true");
	struct client client;
	(void)state;
	assert_non_null(fake);
	const struct address server = fake_address(fake);
	client_open(&client, &server, SOCK_DGRAM);
	send_query(&client, ID, "App.test", RRTYPE_A, 0);
	receive(&client);
	assert_memory_equal(client.reply + 12, "\3app", 4);
	assert_memory_equal(client.reply + client.size - 4, forged, sizeof forged);
	receive(&client);
	assert_memory_equal(client.reply + 12, "\3App", 4);
	close(client.descriptor);
	fake_stop(fake);
}

static void replies_come_from_another_port_or_address(void **state)
{
	static const struct {
		const char *rules;
		bool same_address, same_port;
	} cases[] = {
		{"", true, true},
		{"* wrong-source", true, false},
		{"* wrong-address", false, true},
	};
	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct fake *fake = fake_start("127.0.0.2", records, cases[i].rules);
		struct sockaddr_storage to;
		struct sockaddr_in from;
		socklen_t length = sizeof from;
		uint8_t query[64], reply[512];
		assert_non_null(fake);
		const struct address server = fake_address(fake);
		const int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
		const size_t size = make_query(query, ID, "app.test", RRTYPE_A, 0);
		const socklen_t to_length = address_to_sockaddr(&server, &to);
		assert_int_equal(sendto(descriptor, query, size, 0, (struct sockaddr *)&to, to_length), size);
		assert_return_code(recvfrom(descriptor, reply, sizeof reply, 0, (struct sockaddr *)&from, &length), errno);
		assert_int_equal(from.sin_addr.s_addr == htonl(0x7F000002), cases[i].same_address);
		assert_int_equal(ntohs(from.sin_port) == server.port, cases[i].same_port);
		close(descriptor);
		fake_stop(fake);
	}
}

static void a_refusing_port_is_closed_and_opens_again(void **state)
{
	struct fake *fake = fake_start("::1", records, "* udp-refuse");
	struct client client;
	(void)state;
	assert_non_null(fake);
	const struct address server = fake_address(fake);
	client_open(&client, &server, SOCK_DGRAM);
	send_query(&client, ID, "app.test", RRTYPE_A, 0);
	assert_int_equal(client_read(&client), -1);
	assert_int_equal(errno, ECONNREFUSED);
	fake_clear_rules(fake);
	send_query(&client, ID, "app.test", RRTYPE_A, 0);
	receive(&client);
	assert_int_equal(u16_at(&client, 6), 2);
	assert_int_equal(fake_count(fake, NULL, 0), 1);
	close(client.descriptor);
	fake_stop(fake);
}

static void every_query_is_recorded_as_received(void **state)
{
	struct fake *fake = fake_start("127.0.0.1", records, "app.test drop");
	struct client client;
	struct fake_query query;
	char text[NAME_TEXT_SIZE];
	(void)state;
	assert_non_null(fake);
	const struct address server = fake_address(fake);
	client_open(&client, &server, SOCK_DGRAM);
	send_query(&client, ID, "aPp.Test", RRTYPE_AAAA, 1400);
	send_query(&client, ID + 1, "www.test", RRTYPE_A, 0);
	receive(&client);
	assert_true(fake_wait(fake, 2, WAIT_MS));
	assert_int_equal(fake_count(fake, "APP.test.", 0), 1);
	assert_int_equal(fake_count(fake, "app.test", RRTYPE_A), 0);
	assert_int_equal(fake_count(fake, NULL, RRTYPE_A), 1);
	assert_true(fake_query(fake, 0, &query));
	assert_string_equal(name_write(&query.name, text), "aPp.Test");
	assert_int_equal(query.id, ID);
	assert_int_equal(query.type, RRTYPE_AAAA);
	assert_int_equal(query.class, RRCLASS_IN);
	assert_int_equal(query.flags, 0x0100);
	assert_true(query.has_edns);
	assert_int_equal(query.payload, 1400);
	assert_false(query.over_tcp);
	assert_false(fake_query(fake, 2, &query));
	assert_false(fake_wait(fake, 3, 1));
	fake_forget(fake);
	assert_int_equal(fake_count(fake, NULL, 0), 0);
	close(client.descriptor);
	fake_stop(fake);
}

static void malformed_queries_are_refused_or_ignored(void **state)
{
	static const struct {
		uint8_t bytes[40];
		size_t size;
		unsigned rcode;
	} cases[] = {
		{{0, 1, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0}, 12, RCODE_FORMERR},
		{{0, 1, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1}, 17, RCODE_FORMERR},
		{{0, 1, 0x11, 0, 0, 1, 0, 0, 0, 0, 0, 0}, 12, RCODE_NOTIMP},
		{{0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xC0, 12, 0, 1, 0, 1}, 18, RCODE_FORMERR},
		{{0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 'a', 'b'}, 15, RCODE_FORMERR},
		{{0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 9}, 18, RCODE_FORMERR},
	};
	static const uint8_t no_query[2][12] = {{0, 9, 0x81}, {0, 9}};
	struct fake *fake = fake_start(NULL, records, NULL);
	struct client client;
	(void)state;
	assert_non_null(fake);
	const struct address server = fake_address(fake);
	client_open(&client, &server, SOCK_DGRAM);
	send(client.descriptor, no_query[0], 12, 0);
	send(client.descriptor, no_query[1], 5, 0);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		send(client.descriptor, cases[i].bytes, cases[i].size, 0);
		receive(&client);
		assert_int_equal(u16_at(&client, 0), 1);
		assert_int_equal(u16_at(&client, 2) & 15, cases[i].rcode);
	}
	close(client.descriptor);
	fake_stop(fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_answered_with_its_records),
		cmocka_unit_test(a_chain_is_followed_and_its_names_are_compressed),
		cmocka_unit_test(replies_are_altered_as_the_rules_say),
		cmocka_unit_test(broken_replies_are_broken_where_they_should_be),
		cmocka_unit_test(a_reply_can_be_in_lower_case),
		cmocka_unit_test(rules_match_names_with_upper_case_letters),
		cmocka_unit_test(rules_apply_to_their_name_type_transport_and_number),
		cmocka_unit_test(replies_are_dropped_delayed_and_doubled),
		cmocka_unit_test(a_forged_reply_precedes_the_true_one),
		cmocka_unit_test(a_forged_reply_in_lower_case_precedes_the_true_one),
		cmocka_unit_test(replies_come_from_another_port_or_address),
		cmocka_unit_test(a_refusing_port_is_closed_and_opens_again),
		cmocka_unit_test(every_query_is_recorded_as_received),
		cmocka_unit_test(malformed_queries_are_refused_or_ignored),
	};
	virtual_clock_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
