// SPDX-License-Identifier: MIT
// The scripted server over TCP, asked with hand-made packets.
#include "tests/unit/packets.h"

#define ID 0x1234
#define REPLY_SIZE 44  // app.test A with one address, its length prefix included

static const char records[] = "app.test. 60 A 192.0.2.1\n";

// Reads on until the input holds that many bytes; returns how many reads it took. The peer's end ends it, too.
static unsigned read_until(struct client *client, size_t size)
{
	unsigned reads = 0;
	while (client->size < size) {
		if (client_read(client) <= 0)
			break;
		reads++;
	}
	return reads;
}

static struct fake *open_both(struct client *client, const char *rules)
{
	struct fake *fake = fake_start(NULL, records, rules);
	assert_non_null(fake);
	const struct address server = fake_address(fake);
	client_open(client, &server, SOCK_STREAM);
	return fake;
}

static void close_both(struct fake *fake, const struct client *client)
{
	close(client->descriptor);
	fake_stop(fake);
}

static struct client client;

static void two_queries_on_one_connection_are_both_answered(void **state)
{
	struct fake *fake = open_both(&client, NULL);
	struct fake_query query;
	(void)state;
	send_framed(&client, 1, "app.test", RRTYPE_A);
	send_framed(&client, 2, "app.test", RRTYPE_A);
	read_until(&client, 2 * REPLY_SIZE);
	assert_int_equal(u16_at(&client, 0), REPLY_SIZE - 2);
	assert_int_equal(u16_at(&client, 2), 1);
	assert_int_equal(u16_at(&client, REPLY_SIZE + 2), 2);
	assert_int_equal(fake_connections(fake), 1);
	assert_int_equal(fake_open_connections(fake), 1);
	assert_true(fake_query(fake, 1, &query));
	assert_true(query.over_tcp);
	close_both(fake, &client);
}

static void a_truncated_answer_is_whole_over_tcp_up_to_64_kib(void **state)
{
	struct fake *fake = open_both(&client, "* addresses=4000 truncate");
	(void)state;
	send_framed(&client, ID, "app.test", RRTYPE_A);
	read_until(&client, 2 + 26 + 4000 * 16);
	assert_int_equal(client.size, 2 + 26 + 4000 * 16);
	assert_int_equal(u16_at(&client, 4) & 0x0200, 0);
	assert_int_equal(u16_at(&client, 8), 4000);
	close_both(fake, &client);
}

static void a_dribbled_reply_comes_in_many_pieces(void **state)
{
	struct fake *fake = open_both(&client, "* tcp-dribble");
	(void)state;
	send_framed(&client, ID, "app.test", RRTYPE_A);
	assert_true(read_until(&client, REPLY_SIZE) > 1);
	assert_int_equal(client.size, REPLY_SIZE);
	close_both(fake, &client);
}

static void coalesced_replies_come_in_one_piece(void **state)
{
	struct fake *fake = open_both(&client, "* tcp-coalesce");
	(void)state;
	send_framed(&client, 1, "app.test", RRTYPE_A);
	assert_true(fake_wait(fake, 1, WAIT_MS));
	assert_int_equal(recv(client.descriptor, client.reply, 1, MSG_DONTWAIT), -1);
	send_framed(&client, 2, "app.test", RRTYPE_A);
	assert_int_equal(read_until(&client, 2 * REPLY_SIZE), 1);
	close_both(fake, &client);
}

static void a_coalesced_reply_does_not_wait_for_ever(void **state)
{
	struct fake *fake = open_both(&client, "* tcp-coalesce");
	(void)state;
	send_framed(&client, 1, "app.test", RRTYPE_A);
	read_until(&client, REPLY_SIZE);
	assert_int_equal(client.size, REPLY_SIZE);
	close_both(fake, &client);
}

static void a_reply_comes_as_often_as_the_rule_says(void **state)
{
	static const struct {
		const char *rules;
		size_t times;
	} cases[] = {
		{"* duplicate", 2},
		{"* flood=5", 5},
		{"* udp flood=5", 1},
	};
	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct fake *fake = open_both(&client, cases[i].rules);
		send_framed(&client, ID, "app.test", RRTYPE_A);
		shutdown(client.descriptor, SHUT_WR);
		read_until(&client, sizeof client.reply);
		assert_int_equal(client.size, cases[i].times * REPLY_SIZE);
		close_both(fake, &client);
	}
}

static void an_unsolicited_reply_goes_first(void **state)
{
	struct fake *fake = open_both(&client, "* tcp-unsolicited");
	(void)state;
	send_framed(&client, ID, "app.test", RRTYPE_A);
	read_until(&client, 2 * REPLY_SIZE);
	assert_int_not_equal(u16_at(&client, 2), ID);
	assert_int_equal(u16_at(&client, REPLY_SIZE + 2), ID);
	close_both(fake, &client);
}

static void a_connection_is_closed_when_the_rule_says(void **state)
{
	static const struct {
		const char *rules;
		size_t size;
	} cases[] = {
		{"* tcp-close", 0},
		{"* tcp-close-after=0", 0},
		{"* tcp-close-after=1", 1},
		{"* tcp-close-after=20", 20},
		{"* tcp-close delay=5", 0},
		{"* tcp-close-after=43 tcp-dribble", 43},
		{"* tcp-reset", 0},
	};
	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct fake *fake = open_both(&client, cases[i].rules);
		send_framed(&client, ID, "app.test", RRTYPE_A);
		read_until(&client, REPLY_SIZE);
		assert_int_equal(client.size, cases[i].size);
		assert_int_equal(fake_open_connections(fake), 0);
		close_both(fake, &client);
	}
}

static void a_silent_connection_stays_open(void **state)
{
	struct fake *fake = open_both(&client, "app.test tcp-silent");
	(void)state;
	send_framed(&client, 1, "app.test", RRTYPE_A);
	send_framed(&client, 2, "xpp.test", RRTYPE_A);
	read_until(&client, REPLY_SIZE);
	assert_int_equal(u16_at(&client, 2), 2);
	close_both(fake, &client);
}

static void a_refusing_port_refuses_connections_only(void **state)
{
	struct fake *fake = fake_start(NULL, records, "* tcp-refuse");
	(void)state;
	assert_non_null(fake);
	const struct address server = fake_address(fake);
	assert_false(client_connect(&client, &server, SOCK_STREAM));
	assert_int_equal(errno, ECONNREFUSED);
	client_open(&client, &server, SOCK_DGRAM);
	const uint8_t query[] = {0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1};
	send(client.descriptor, query, sizeof query, 0);
	receive(&client);
	close(client.descriptor);
	fake_clear_rules(fake);
	client_open(&client, &server, SOCK_STREAM);
	close_both(fake, &client);
}

static void refusal_of_the_first_ends_with_the_next_datagram(void **state)
{
	struct fake *fake = fake_start(NULL, records, "* tcp-refuse first=1");
	const uint8_t query[] = {0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1};
	static struct client datagrams;
	(void)state;
	assert_non_null(fake);
	const struct address server = fake_address(fake);
	client_open(&datagrams, &server, SOCK_DGRAM);
	for (int i = 0; i < 2; i++) {
		send(datagrams.descriptor, query, sizeof query, 0);
		receive(&datagrams);
		assert_int_equal(client_connect(&client, &server, SOCK_STREAM), i == 1);
	}
	close(datagrams.descriptor);
	close_both(fake, &client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_queries_on_one_connection_are_both_answered),
		cmocka_unit_test(a_truncated_answer_is_whole_over_tcp_up_to_64_kib),
		cmocka_unit_test(a_dribbled_reply_comes_in_many_pieces),
		cmocka_unit_test(coalesced_replies_come_in_one_piece),
		cmocka_unit_test(a_coalesced_reply_does_not_wait_for_ever),
		cmocka_unit_test(a_reply_comes_as_often_as_the_rule_says),
		cmocka_unit_test(an_unsolicited_reply_goes_first),
		cmocka_unit_test(a_connection_is_closed_when_the_rule_says),
		cmocka_unit_test(a_silent_connection_stays_open),
		cmocka_unit_test(a_refusing_port_refuses_connections_only),
		cmocka_unit_test(refusal_of_the_first_ends_with_the_next_datagram),
	};
	virtual_clock_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
