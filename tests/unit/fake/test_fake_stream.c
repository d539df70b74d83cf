// SPDX-License-Identifier: MIT
// The scripted server over TCP, asked with hand-made packets.
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/fake/fake.h"
#include "tests/unit/unit.h"

#define ID 0x1234
#define REPLY_SIZE 44  // app.test A with one address, its length prefix included

static const char records[] = "app.test. 60 A 192.0.2.1\n";

struct client {
	int descriptor;
	uint8_t input[2 * 65537];
	size_t size;
};

static int try_connect(const struct address *server, int type)
{
	struct sockaddr_storage to;
	const socklen_t length = address_to_sockaddr(server, &to);
	const struct timeval patience = {.tv_sec = 2};
	int descriptor = socket(server->family, type, 0);
	setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	if (connect(descriptor, (struct sockaddr *)&to, length) == 0)
		return descriptor;
	close(descriptor);
	return -1;
}

// app.test, or, with another letter, ?pp.test; with its length in front.
static void send_query(const struct client *client, unsigned id, char letter, unsigned type)
{
	const uint8_t query[] = {
		0,
		26,
		(uint8_t)(id >> 8),
		(uint8_t)id,
		1,
		0,
		0,
		1,
		0,
		0,
		0,
		0,
		0,
		0,
		3,
		(uint8_t)letter,
		'p',
		'p',
		4,
		't',
		'e',
		's',
		't',
		0,
		0,
		(uint8_t)type,
		0,
		1,
	};
	assert_int_equal(send(client->descriptor, query, sizeof query, MSG_NOSIGNAL), sizeof query);
}

// Reads on until the input holds that many bytes; returns how many reads it took. The peer's end ends it, too.
static unsigned read_until(struct client *client, size_t size)
{
	unsigned reads = 0;
	while (client->size < size) {
		ssize_t got = recv(client->descriptor, client->input + client->size, sizeof client->input - client->size, 0);
		if (got <= 0)
			break;
		client->size += (size_t)got;
		reads++;
	}
	return reads;
}

static unsigned u16_at(const struct client *client, size_t offset)
{
	return (unsigned)client->input[offset] << 8 | client->input[offset + 1];
}

static struct fake *open_both(struct client *client, const char *rules)
{
	struct fake *fake = fake_start(NULL, records, rules);
	assert_non_null(fake);
	const struct address server = fake_address(fake);
	client->size = 0;
	client->descriptor = try_connect(&server, SOCK_STREAM);
	assert_true(client->descriptor >= 0);
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
	send_query(&client, 1, 'a', RRTYPE_A);
	send_query(&client, 2, 'a', RRTYPE_A);
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
	send_query(&client, ID, 'a', RRTYPE_A);
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
	send_query(&client, ID, 'a', RRTYPE_A);
	assert_true(read_until(&client, REPLY_SIZE) > 1);
	assert_int_equal(client.size, REPLY_SIZE);
	close_both(fake, &client);
}

static void coalesced_replies_come_in_one_piece(void **state)
{
	struct fake *fake = open_both(&client, "* tcp-coalesce");
	(void)state;
	send_query(&client, 1, 'a', RRTYPE_A);
	assert_true(fake_wait(fake, 1, 2000));
	assert_int_equal(recv(client.descriptor, client.input, 1, MSG_DONTWAIT), -1);
	send_query(&client, 2, 'a', RRTYPE_A);
	assert_int_equal(read_until(&client, 2 * REPLY_SIZE), 1);
	close_both(fake, &client);
}

static void a_coalesced_reply_does_not_wait_for_ever(void **state)
{
	struct fake *fake = open_both(&client, "* tcp-coalesce");
	(void)state;
	send_query(&client, 1, 'a', RRTYPE_A);
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
		send_query(&client, ID, 'a', RRTYPE_A);
		shutdown(client.descriptor, SHUT_WR);
		read_until(&client, sizeof client.input);
		assert_int_equal(client.size, cases[i].times * REPLY_SIZE);
		close_both(fake, &client);
	}
}

static void an_unsolicited_reply_goes_first(void **state)
{
	struct fake *fake = open_both(&client, "* tcp-unsolicited");
	(void)state;
	send_query(&client, ID, 'a', RRTYPE_A);
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
		send_query(&client, ID, 'a', RRTYPE_A);
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
	send_query(&client, 1, 'a', RRTYPE_A);
	send_query(&client, 2, 'x', RRTYPE_A);
	read_until(&client, REPLY_SIZE);
	assert_int_equal(u16_at(&client, 2), 2);
	close_both(fake, &client);
}

static void a_refusing_port_refuses_connections_only(void **state)
{
	struct fake *fake = fake_start(NULL, records, "* tcp-refuse");
	uint8_t reply[512];
	(void)state;
	assert_non_null(fake);
	const struct address server = fake_address(fake);
	assert_int_equal(try_connect(&server, SOCK_STREAM), -1);
	assert_int_equal(errno, ECONNREFUSED);
	client.descriptor = try_connect(&server, SOCK_DGRAM);
	const uint8_t query[] = {0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1};
	send(client.descriptor, query, sizeof query, 0);
	assert_return_code(recv(client.descriptor, reply, sizeof reply, 0), errno);
	close(client.descriptor);
	fake_clear_rules(fake);
	client.descriptor = try_connect(&server, SOCK_STREAM);
	assert_true(client.descriptor >= 0);
	close_both(fake, &client);
}

static void refusal_of_the_first_ends_with_the_next_datagram(void **state)
{
	struct fake *fake = fake_start(NULL, records, "* tcp-refuse first=1");
	const uint8_t query[] = {0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1};
	uint8_t reply[512];
	(void)state;
	assert_non_null(fake);
	const struct address server = fake_address(fake);
	const int descriptor = try_connect(&server, SOCK_DGRAM);
	for (int i = 0; i < 2; i++) {
		send(descriptor, query, sizeof query, 0);
		assert_return_code(recv(descriptor, reply, sizeof reply, 0), errno);
		client.descriptor = try_connect(&server, SOCK_STREAM);
		assert_int_equal(client.descriptor >= 0, i == 1);
	}
	close(descriptor);
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
	return cmocka_run_group_tests(tests, NULL, NULL);
}
