// SPDX-License-Identifier: MIT
// The scripted server's DNS cookies (RFC 7873), asked for with hand-made packets.
#include "tests/unit/packets.h"

#define ID 0x1234
#define NONE SIZE_MAX  // no such option
#define CLIENT_SIZE 8
#define WHOLE_SIZE 24

static const char records[] = "App.test. 60 A 192.0.2.1\n";

static const uint8_t own_cookie[40] = {1, 2, 3, 4, 5, 6, 7, 8};

// What a reply says.
struct said {
	unsigned rcode;  // with the upper bits of OPT
	unsigned answers;
	uint8_t address[4];
	bool has_opt;
	uint8_t cookie[64];
	size_t cookie_size;
	unsigned error;  // RFC 8914
};

static size_t behind_name(const struct client *client, size_t at)
{
	while (client->reply[at] != 0 && client->reply[at] < 0xC0)
		at += client->reply[at] + 1u;
	return at + (client->reply[at] == 0 ? 1 : 2);
}

static void read_opt(const struct client *client, size_t at, struct said *said)
{
	const size_t end = at + 10 + u16_at(client, at + 8);
	said->has_opt = true;
	said->rcode |= (unsigned)client->reply[at + 4] << 4;
	for (at += 10; at < end; at += 4 + u16_at(client, at + 2)) {
		const size_t size = u16_at(client, at + 2);
		if (u16_at(client, at) == 15)
			said->error = u16_at(client, at + 4);
		if (u16_at(client, at) != 10)
			continue;
		assert_true(size <= sizeof said->cookie);
		said->cookie_size = size;
		memcpy(said->cookie, client->reply + at + 4, size);
	}
	assert_int_equal(at, end);
}

static struct said read_reply(const struct client *client)
{
	struct said said = {.cookie_size = NONE};
	assert_int_equal(u16_at(client, 0), ID);
	said.rcode = u16_at(client, 2) & 15;
	said.answers = u16_at(client, 6);
	size_t at = behind_name(client, 12) + 4;
	for (unsigned i = 0; i < said.answers + u16_at(client, 8) + u16_at(client, 10); i++) {
		at = behind_name(client, at);
		if (u16_at(client, at) == RRTYPE_OPT)
			read_opt(client, at, &said);
		if (u16_at(client, at) == RRTYPE_A)
			memcpy(said.address, client->reply + at + 10, 4);
		at += 10 + u16_at(client, at + 8);
	}
	assert_int_equal(at, client->size);
	return said;
}

// One server and one client of it.
static struct fake *fake;
static struct client client;

static void open_both(const char *rules)
{
	fake = fake_start(NULL, records, rules);
	assert_non_null(fake);
	const struct address server = fake_address(fake);
	client_open(&client, &server, SOCK_DGRAM);
}

static void close_both(void)
{
	close(client.descriptor);
	fake_stop(fake);
}

static size_t query_with_cookie(uint8_t *query, const uint8_t *cookie, size_t size)
{
	size_t at = make_query(query, ID, "app.test", RRTYPE_A, 1232);
	const uint8_t option[] = {0, 10, 0, (uint8_t)size};
	if (size == NONE)
		return at;
	query[at - 1] = (uint8_t)(size + sizeof option);
	memcpy(query + at, option, sizeof option);
	memcpy(query + at + sizeof option, cookie, size);
	return at + sizeof option + size;
}

static void send_with_cookie(const uint8_t *cookie, size_t cookie_size)
{
	uint8_t query[300];
	const size_t size = query_with_cookie(query, cookie, cookie_size);
	assert_int_equal(send(client.descriptor, query, size, 0), size);
}

// Asks with the first bytes of cookie, NONE for no option.
static struct said ask(const uint8_t *cookie, size_t cookie_size)
{
	send_with_cookie(cookie, cookie_size);
	receive(&client);
	return read_reply(&client);
}

static void a_cookie_is_answered_as_the_rule_says(void **state)
{
	static const struct {
		const char *rules;
		size_t asked;  // bytes of cookie
		unsigned rcode, answers;
		size_t cookie_size;
	} cases[] = {
		{"", CLIENT_SIZE, 0, 1, NONE},
		{"* cookies", CLIENT_SIZE, 0, 1, WHOLE_SIZE},
		{"* cookies", NONE, 0, 1, NONE},
		{"* cookies", 16, 0, 1, WHOLE_SIZE},
		{"* cookies", 40, 0, 1, WHOLE_SIZE},
		{"* cookies", 5, RCODE_FORMERR, 0, NONE},
		{"* cookies", 15, RCODE_FORMERR, 0, NONE},
		{"* cookies", 41, RCODE_FORMERR, 0, NONE},
		{"* cookies cookie-size=8", CLIENT_SIZE, 0, 1, 16},
		{"* cookies cookie-size=0", CLIENT_SIZE, 0, 1, CLIENT_SIZE},
		{"* cookies cookie-size=99", CLIENT_SIZE, 0, 1, 40},
		{"* cookies nxdomain", CLIENT_SIZE, RCODE_NXDOMAIN, 0, WHOLE_SIZE},
		{"* cookies cookie-none", CLIENT_SIZE, 0, 1, NONE},
		{"* cookie-wrong", CLIENT_SIZE, 0, 1, WHOLE_SIZE},
		{"* cookie-short", CLIENT_SIZE, 0, 1, 5},
		{"* bad-cookie", NONE, 0, 1, NONE},
		{"* bad-cookie", CLIENT_SIZE, RCODE_BADCOOKIE, 0, WHOLE_SIZE},
		{"* bad-cookie", WHOLE_SIZE, RCODE_BADCOOKIE, 0, WHOLE_SIZE},
		{"* cookie-formerr", CLIENT_SIZE, RCODE_FORMERR, 0, NONE},
		{"* cookie-formerr", NONE, 0, 1, NONE},
		{"* cookie servfail", CLIENT_SIZE, RCODE_SERVFAIL, 0, NONE},
		{"* cookie servfail", NONE, 0, 1, NONE},
	};
	uint8_t cookie[64] = {0};
	(void)state;
	memcpy(cookie, own_cookie, sizeof own_cookie);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		open_both(cases[i].rules);
		const struct said said = ask(cookie, cases[i].asked);
		assert_true(said.has_opt);
		assert_int_equal(said.rcode, cases[i].rcode);
		assert_int_equal(said.answers, cases[i].answers);
		assert_int_equal(said.cookie_size, cases[i].cookie_size);
		if (said.cookie_size != NONE)
			assert_int_equal(said.cookie[0] == own_cookie[0], strcmp(cases[i].rules, "* cookie-wrong") != 0);
		close_both();
	}
}

static void a_query_with_a_cookie_can_be_left_without_an_answer(void **state)
{
	(void)state;
	open_both("* cookie-drop");
	send_with_cookie(own_cookie, CLIENT_SIZE);
	const struct said said = ask(NULL, NONE);
	assert_int_equal(said.answers, 1);
	assert_int_equal(fake_count(fake, NULL, 0), 2);
	close_both();
}

static void the_cookie_of_badcookie_is_the_one_that_is_answered(void **state)
{
	(void)state;
	open_both("* bad-cookie");
	const struct said first = ask(own_cookie, CLIENT_SIZE);
	const struct said second = ask(first.cookie, first.cookie_size);
	assert_int_equal(second.rcode, RCODE_NOERROR);
	assert_int_equal(second.answers, 1);
	assert_memory_equal(second.cookie, first.cookie, WHOLE_SIZE);
	close_both();
}

static void a_server_with_another_secret_no_longer_takes_its_cookie(void **state)
{
	(void)state;
	open_both("* bad-cookie");
	const struct said first = ask(own_cookie, CLIENT_SIZE);
	assert_true(fake_add_rules(fake, "* bad-cookie cookie-secret=2"));
	const struct said second = ask(first.cookie, first.cookie_size);
	assert_int_equal(second.rcode, RCODE_BADCOOKIE);
	assert_memory_not_equal(second.cookie, first.cookie, WHOLE_SIZE);
	close_both();
}

static void each_client_and_each_server_has_a_cookie_of_its_own(void **state)
{
	static const uint8_t other_cookie[CLIENT_SIZE] = {9};
	(void)state;
	open_both("* cookies");
	const struct said first = ask(own_cookie, CLIENT_SIZE);
	const struct said second = ask(other_cookie, CLIENT_SIZE);
	assert_memory_not_equal(first.cookie + CLIENT_SIZE, second.cookie + CLIENT_SIZE, WHOLE_SIZE - CLIENT_SIZE);
	close_both();
	open_both("* cookies");
	const struct said third = ask(own_cookie, CLIENT_SIZE);
	assert_memory_not_equal(first.cookie, third.cookie, WHOLE_SIZE);
	close_both();
}

static void over_tcp_a_query_without_the_right_cookie_is_answered(void **state)
{
	uint8_t query[302];
	struct client stream;
	(void)state;
	open_both("* bad-cookie");
	const struct address server = fake_address(fake);
	const size_t size = query_with_cookie(query + 2, own_cookie, CLIENT_SIZE);
	query[0] = 0;
	query[1] = (uint8_t)size;
	client_open(&stream, &server, SOCK_STREAM);
	assert_int_equal(send(stream.descriptor, query, size + 2, 0), size + 2);
	stream.size = (size_t)recv(stream.descriptor, stream.reply, 2, MSG_WAITALL);
	stream.size = (size_t)recv(stream.descriptor, stream.reply, u16_at(&stream, 0), MSG_WAITALL);
	const struct said said = read_reply(&stream);
	assert_int_equal(said.rcode, RCODE_NOERROR);
	assert_int_equal(said.cookie_size, WHOLE_SIZE);
	close(stream.descriptor);
	close_both();
}

// What a client must tell apart by the cookie alone: id, question and source are right in both.
static void a_forged_reply_without_the_cookie_precedes_the_true_one(void **state)
{
	static const uint8_t forged[] = {192, 0, 2, 66}, true_one[] = {192, 0, 2, 1};
	static const struct {
		const char *rules;
		size_t cookie_size;
		bool has_opt;
	} cases[] = {
		{"* cookies cookie-none then-true", NONE, true},
		{"* cookies cookie-wrong then-true", WHOLE_SIZE, true},
		{"* cookies cookie-short then-true", 5, true},
		{"* cookies no-opt then-true", NONE, false},
	};
	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		open_both(cases[i].rules);
		const struct said first = ask(own_cookie, CLIENT_SIZE);
		assert_int_equal(first.has_opt, cases[i].has_opt);
		assert_int_equal(first.cookie_size, cases[i].cookie_size);
		assert_memory_equal(first.address, forged, sizeof forged);
		receive(&client);
		const struct said second = read_reply(&client);
		assert_int_equal(second.cookie_size, WHOLE_SIZE);
		assert_memory_equal(second.cookie, own_cookie, CLIENT_SIZE);
		assert_memory_equal(second.address, true_one, sizeof true_one);
		close_both();
	}
}

static void a_forged_reply_precedes_badcookie_of_the_true_server(void **state)
{
	(void)state;
	open_both("* bad-cookie cookie-none then-true");
	const struct said first = ask(own_cookie, CLIENT_SIZE);
	receive(&client);
	const struct said second = read_reply(&client);
	assert_int_equal(first.answers, 1);
	assert_int_equal(second.rcode, RCODE_BADCOOKIE);
	close_both();
	open_both("* cookies edns-rcode=23 cookie-none then-true");
	assert_int_equal(ask(own_cookie, CLIENT_SIZE).rcode, RCODE_BADCOOKIE);
	receive(&client);
	assert_int_equal(read_reply(&client).answers, 1);
	close_both();
}

static void an_extended_error_is_sent_with_the_cookie(void **state)
{
	(void)state;
	open_both("* cookies servfail edns-error=6");
	const struct said said = ask(own_cookie, CLIENT_SIZE);
	assert_int_equal(said.rcode, RCODE_SERVFAIL);
	assert_int_equal(said.error, 6);
	assert_int_equal(said.cookie_size, WHOLE_SIZE);
	close_both();
}

static void a_full_reply_has_room_for_its_cookie(void **state)
{
	(void)state;
	open_both("* addresses=200 cookies");
	const struct said said = ask(own_cookie, CLIENT_SIZE);
	assert_int_equal(said.cookie_size, WHOLE_SIZE);
	assert_true(client.size <= 1232 && client.size > 1232 - 16);
	close_both();
}

static void the_cookie_of_a_query_is_recorded(void **state)
{
	struct fake_query query;
	(void)state;
	open_both("* cookies");
	ask(own_cookie, 17);
	ask(NULL, NONE);
	assert_true(fake_query(fake, 0, &query));
	assert_int_equal(query.cookie_size, 17);
	assert_memory_equal(query.cookie, own_cookie, 17);
	assert_true(fake_query(fake, 1, &query));
	assert_int_equal(query.cookie_size, 0);
	assert_true(query.has_edns);
	close_both();
}

// The one is longer than the message, the other one longer than OPT.
static void an_option_beyond_the_end_is_no_query(void **state)
{
	enum { OPTION_LENGTH = CLIENT_SIZE + 1, OPT_LENGTH = CLIENT_SIZE + 5 };  // their last bytes, from the end
	static const struct {
		size_t from_end;
		uint8_t more;
	} cases[] = {
		{OPTION_LENGTH, 1},
		{OPT_LENGTH, UINT8_MAX},
	};
	(void)state;
	open_both("* cookies");
	for (size_t i = 0; i < LENGTH(cases); i++) {
		uint8_t query[300];
		const size_t size = query_with_cookie(query, own_cookie, CLIENT_SIZE);
		query[size - cases[i].from_end] += cases[i].more;
		assert_int_equal(send(client.descriptor, query, size, 0), size);
		receive(&client);
		assert_int_equal(u16_at(&client, 2) & 15, RCODE_FORMERR);
	}
	close_both();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cookie_is_answered_as_the_rule_says),
		cmocka_unit_test(a_query_with_a_cookie_can_be_left_without_an_answer),
		cmocka_unit_test(the_cookie_of_badcookie_is_the_one_that_is_answered),
		cmocka_unit_test(a_server_with_another_secret_no_longer_takes_its_cookie),
		cmocka_unit_test(each_client_and_each_server_has_a_cookie_of_its_own),
		cmocka_unit_test(over_tcp_a_query_without_the_right_cookie_is_answered),
		cmocka_unit_test(a_forged_reply_without_the_cookie_precedes_the_true_one),
		cmocka_unit_test(a_forged_reply_precedes_badcookie_of_the_true_server),
		cmocka_unit_test(an_extended_error_is_sent_with_the_cookie),
		cmocka_unit_test(a_full_reply_has_room_for_its_cookie),
		cmocka_unit_test(the_cookie_of_a_query_is_recorded),
		cmocka_unit_test(an_option_beyond_the_end_is_no_query),
	};
	virtual_clock_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
