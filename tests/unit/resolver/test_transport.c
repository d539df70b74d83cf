// SPDX-License-Identifier: MIT
// Channels against the scripted server, with messages written by hand.
#include "resolver/source/upstream/transport.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "config/base/clock.h"
#include "config/base/kernel.h"
#include "tests/fake/fake.h"
#include "tests/unit/files.h"
#include "tests/unit/unit.h"
#include "tests/unit/virtual_clock.h"

#define WAIT_MS 5000
#define REPLY_SIZE 42

static const char records[] = "app.test. 60 A 192.0.2.1\n";

static const uint8_t first_query[] = {
	0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 'a', 'p', 'p', 4, 't', 'e', 's', 't', 0, 0, 1, 0, 1};
static const uint8_t second_query[] = {
	0, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 'a', 'p', 'p', 4, 't', 'e', 's', 't', 0, 0, 1, 0, 1};
static const struct message_view both[] = {
	{first_query, sizeof first_query},
	{second_query, sizeof second_query},
};

static uint8_t buffer[TRANSPORT_DATAGRAM_MAX];
static struct fake *fake;

static void stop_fake(void)
{
	fake_stop(fake);
	fake = NULL;
}

static int open_and_send(struct channel *channel, const struct address *server, bool stream,
	const struct message_view *messages, size_t count)
{
	return channel_open(channel, server, stream) == 0 ? channel_send(channel, messages, count) : -1;
}

static int open_channel(struct channel *channel, bool stream, size_t count)
{
	const struct address server = fake_address(fake);
	return open_and_send(channel, &server, stream, both, count);
}

// Receives the next message or the end of the channel. Calls poll(2) only when the channel holds no complete message.
static ssize_t next_message(struct channel *channel, uint8_t **message, bool *cut)
{
	*message = NULL;
	for (;;) {
		const ssize_t size = channel_receive(channel, buffer, TRANSPORT_DATAGRAM_MAX, message, cut);
		if (size != 0 || *message)
			return size;
		struct pollfd polled = {channel->descriptor, channel_events(channel), 0};
		assert_int_equal(kernel_poll(&polled, 1, WAIT_MS), 1);
	}
}

static void expect_message(struct channel *channel, unsigned id, size_t size)
{
	uint8_t *message;
	bool cut;
	assert_int_equal(next_message(channel, &message, &cut), size);
	assert_false(cut);
	assert_int_equal(message[0] << 8 | message[1], id);
}

static void messages_are_sent_and_replies_received(void **state)
{
	(void)state;
	for (int stream = 0; stream < 2; stream++) {
		for (size_t count = 1; count <= 2; count++) {
			fake = fake_start(NULL, records, NULL);
			static struct channel channel;
			assert_int_equal(open_channel(&channel, stream, count), 0);
			for (unsigned i = 1; i <= count; i++)
				expect_message(&channel, i, REPLY_SIZE);
			assert_int_equal(fake_count(fake, NULL, 0), count);
			channel_close(&channel);
			stop_fake();
		}
	}
}

static void a_socket_is_connected_and_closed_on_exec_and_a_stream_does_not_block(void **state)
{
	(void)state;
	for (int stream = 0; stream < 2; stream++) {
		fake = fake_start(NULL, records, NULL);
		static struct channel channel;
		struct sockaddr_storage server_state;
		socklen_t length = sizeof server_state;
		assert_int_equal(open_channel(&channel, stream, 1), 0);
		expect_message(&channel, 1, REPLY_SIZE);
		assert_int_equal(getpeername(channel.descriptor, (struct sockaddr *)&server_state, &length), 0);
		assert_true(fcntl(channel.descriptor, F_GETFD) & FD_CLOEXEC);
		assert_int_equal(!!(fcntl(channel.descriptor, F_GETFL) & O_NONBLOCK), stream);
		channel_close(&channel);
		assert_int_equal(channel.descriptor, -1);
		channel_close(&channel);
		stop_fake();
	}
}

// A server at a Unix socket that accepts one connection, and the channel to it.
static int connect_to_path(struct channel *channel, bool stream)
{
	char text[ADDRESS_TEXT_SIZE];
	struct address address;
	struct sockaddr_storage storage;
	const int listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	snprintf(text, sizeof(text), "unix:%s", files_path("socket"));
	assert_true(address_read_server(text, 0, &address));
	const socklen_t length = address_to_sockaddr(&address, &storage);
	assert_int_equal(bind(listener, (struct sockaddr *)&storage, length), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(channel_open(channel, &address, stream), 0);
	const int server = accept(listener, NULL, NULL);
	assert_true(server >= 0);
	close(listener);
	files_remove(NULL);
	return server;
}

static void a_unix_socket_carries_a_message_a_packet(void **state)
{
	(void)state;
	static uint8_t reply[UINT16_MAX] = {0, 1};
	for (int stream = 0; stream < 2; stream++) {
		static struct channel channel;
		const int server = connect_to_path(&channel, stream);
		uint8_t query[64], *message;
		bool cut;
		const struct message_view view = {first_query, sizeof(first_query)};
		assert_int_equal(channel_send(&channel, &view, 1), 0);
		assert_int_equal(recv(server, query, sizeof(query), 0), sizeof(first_query));
		assert_memory_equal(query, first_query, sizeof(first_query));
		assert_int_equal(send(server, reply, REPLY_SIZE, 0), REPLY_SIZE);
		expect_message(&channel, 1, REPLY_SIZE);
		assert_int_equal(send(server, reply, sizeof(reply), 0), sizeof(reply));
		assert_int_equal(next_message(&channel, &message, &cut), sizeof(reply));
		assert_false(cut);
		close(server);
		assert_int_equal(next_message(&channel, &message, &cut), -1);
		assert_int_equal(errno, EPIPE);
		channel_close(&channel);
	}
}

static void nothing_there_is_zero_and_no_message(void **state)
{
	(void)state;
	fake = fake_start(NULL, records, "* drop");
	static struct channel channel;
	uint8_t *message = NULL;
	bool cut;
	assert_int_equal(open_channel(&channel, false, 1), 0);
	assert_int_equal(channel_receive(&channel, buffer, TRANSPORT_DATAGRAM_MAX, &message, &cut), 0);
	assert_null(message);
	channel_close(&channel);
}

#define HOUR_MS 3600000

// The tests of waiting run on the real clock; after an hour of waiting none would pass.
static void open_on_the_real_clock(struct channel *channel, const char *rules)
{
	fake = fake_start(NULL, records, rules);
	virtual_clock_stop();
	assert_int_equal(open_channel(channel, false, 1), 0);
}

static void close_and_stop(struct channel *channel)
{
	channel_close(channel);
	virtual_clock_start();
	stop_fake();
}

// The reply comes while the receive waits.
static void open_and_wait_for_reply(struct channel *channel)
{
	open_on_the_real_clock(channel, NULL);
	uint8_t *message = NULL;
	bool cut;
	assert_true(channel_block(channel, HOUR_MS));
	assert_int_equal(channel_receive(channel, buffer, TRANSPORT_DATAGRAM_MAX, &message, &cut), REPLY_SIZE);
}

static void only_the_receive_after_channel_block_waits(void **state)
{
	(void)state;
	static struct channel channel;
	open_and_wait_for_reply(&channel);
	uint8_t *message = NULL;
	bool cut;
	assert_int_equal(channel_receive(&channel, buffer, TRANSPORT_DATAGRAM_MAX, &message, &cut), 0);
	assert_null(message);
	close_and_stop(&channel);
}

static void a_receive_that_waits_returns_no_message_at_its_limit(void **state)
{
	(void)state;
	static struct channel channel;
	open_on_the_real_clock(&channel, "* drop");
	uint8_t *message = NULL;
	bool cut;
	const int64_t start = clock_now();
	assert_true(channel_block(&channel, CHANNEL_BLOCK_LEAST));
	assert_int_equal(channel_receive(&channel, buffer, TRANSPORT_DATAGRAM_MAX, &message, &cut), 0);
	assert_null(message);
	assert_true(clock_now() - start >= CHANNEL_BLOCK_LEAST / 2 * 1000);
	close_and_stop(&channel);
}

static int limit;  // the one last set, in milliseconds
static unsigned limits_set;

// Replaces that of libc for transport.c.
int setsockopt(int descriptor, int level, int option, const void *value, socklen_t size)
{
	int (*next)(int, int, int, const void *, socklen_t) =
		(int (*)(int, int, int, const void *, socklen_t))dlsym(RTLD_NEXT, __func__);
	if (level == SOL_SOCKET && option == SO_RCVTIMEO) {
		const struct timeval *time = value;
		limit = (int)(time->tv_sec * 1000 + time->tv_usec / 1000);
		limits_set++;
	}
	return next(descriptor, level, option, value, size);
}

static void a_receive_that_waits_has_the_same_limit_until_that_changes_by_some_milliseconds(void **state)
{
	(void)state;
	static const struct {
		int milliseconds;
		unsigned limits_set;
		int limit;
	} cases[] = {
		{800000, 1, 699990},
		{800000 - CHANNEL_BLOCK_SLACK, 0, 699990},
		{800000 + CHANNEL_BLOCK_SLACK, 0, 699990},
		{400000, 1, 349990},
		{800000, 1, 699990},
	};
	static struct channel channel;
	open_on_the_real_clock(&channel, "* drop");
	for (size_t i = 0; i < LENGTH(cases); i++) {
		limits_set = 0;
		assert_true(channel_block(&channel, cases[i].milliseconds));
		assert_int_equal(limits_set, cases[i].limits_set);
		assert_int_equal(limit, cases[i].limit);
	}
	close_and_stop(&channel);
}

// Another message that came with the first is taken without a system call for the limit, or poll(2).
static void after_a_message_the_receive_does_not_wait_where_the_limit_changes(void **state)
{
	(void)state;
	static const int limits[] = {HOUR_MS / 2, CHANNEL_BLOCK_LEAST - 1};
	for (size_t i = 0; i < LENGTH(limits); i++) {
		static struct channel channel;
		open_and_wait_for_reply(&channel);
		uint8_t *message = NULL;
		bool cut;
		assert_true(channel_block(&channel, limits[i]));
		assert_int_equal(channel_receive(&channel, buffer, TRANSPORT_DATAGRAM_MAX, &message, &cut), 0);
		assert_null(message);
		assert_int_equal(channel_block(&channel, limits[i]), limits[i] >= CHANNEL_BLOCK_LEAST);
		close_and_stop(&channel);
	}
}

// The second reply comes 50 ms after the first.
static void the_receive_after_a_message_waits_for_as_long_as_the_one_before(void **state)
{
	(void)state;
	fake = fake_start(NULL, records, "*/AAAA delay=50");
	const struct address server = fake_address(fake);
	uint8_t other_query[sizeof first_query], *message = NULL;
	static struct channel channel;
	bool cut;
	memcpy(other_query, first_query, sizeof other_query);
	other_query[sizeof other_query - 3] = RRTYPE_AAAA;
	const struct message_view views[] = {both[0], {other_query, sizeof other_query}};
	virtual_clock_stop();
	assert_int_equal(open_and_send(&channel, &server, false, views, LENGTH(views)), 0);
	for (int i = 0; i < 2; i++) {
		message = NULL;
		assert_true(channel_block(&channel, HOUR_MS));
		assert_true(channel_receive(&channel, buffer, TRANSPORT_DATAGRAM_MAX, &message, &cut) > 0);
		assert_non_null(message);
	}
	close_and_stop(&channel);
}

static void do_nothing(int number)
{
	(void)number;
}

// Also where the program wants calls to go on after its handler.
static void a_receive_that_waits_ends_with_a_signal(void **state)
{
	(void)state;
	const struct itimerval often = {{0, 10000}, {0, 10000}}, never = {0};
	static struct channel channel;
	open_on_the_real_clock(&channel, "* drop");
	uint8_t *message = NULL;
	bool cut;
	sigaction(SIGALRM, &(struct sigaction){.sa_handler = do_nothing, .sa_flags = SA_RESTART}, NULL);
	assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
	assert_true(channel_block(&channel, HOUR_MS));
	assert_int_equal(channel_receive(&channel, buffer, TRANSPORT_DATAGRAM_MAX, &message, &cut), 0);
	assert_null(message);
	assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
	close_and_stop(&channel);
}

static void a_receive_that_waits_ends_with_an_icmp_error(void **state)
{
	(void)state;
	static struct channel channel;
	open_on_the_real_clock(&channel, "* udp-refuse");
	uint8_t *message = NULL;
	bool cut;
	assert_true(channel_block(&channel, HOUR_MS));
	assert_int_equal(channel_receive(&channel, buffer, TRANSPORT_DATAGRAM_MAX, &message, &cut), -1);
	assert_int_equal(errno, ECONNREFUSED);
	close_and_stop(&channel);
}

static void a_stream_and_a_unix_socket_and_a_short_time_are_polled(void **state)
{
	(void)state;
	static struct channel datagrams, stream, packets;
	open_on_the_real_clock(&datagrams, "* drop");
	assert_int_equal(open_channel(&stream, true, 1), 0);
	const int server = connect_to_path(&packets, false);
	assert_false(channel_block(&datagrams, CHANNEL_BLOCK_LEAST - 1));
	assert_false(channel_block(&stream, HOUR_MS));
	assert_false(channel_block(&packets, HOUR_MS));
	close(server);
	channel_close(&packets);
	channel_close(&stream);
	close_and_stop(&datagrams);
}

// Errors that the callers must distinguish from "no message yet".
static void a_number_that_the_program_gave_to_something_else_is_left_alone(void **state)
{
	(void)state;
	for (int stream = 0; stream < 2; stream++) {
		fake = fake_start(NULL, records, NULL);
		static struct channel channel;
		uint8_t *message;
		bool cut;
		assert_int_equal(open_channel(&channel, stream, 1), 0);
		const int number = channel.descriptor, other = open("/dev/null", O_RDONLY | O_CLOEXEC);
		assert_int_equal(dup2(other, number), number);
		assert_int_equal(channel_receive(&channel, buffer, TRANSPORT_DATAGRAM_MAX, &message, &cut), -1);
		channel_close(&channel);
		assert_int_equal(fcntl(number, F_GETFD), 0);
		close(number);
		close(other);
		stop_fake();
	}
}

static void channels_that_a_jump_left_open_are_closed_and_older_ones_are_not(void **state)
{
	(void)state;
	fake = fake_start(NULL, records, NULL);
	static struct channel older, closed, newer[2];
	assert_int_equal(open_channel(&older, false, 1), 0);
	const struct channel *mark = channel_newest();
	assert_int_equal(open_channel(&newer[0], false, 1), 0);
	assert_int_equal(open_channel(&closed, false, 1), 0);
	assert_int_equal(open_channel(&newer[1], false, 1), 0);
	channel_close(&closed);
	channels_close_newer(mark);
	assert_int_equal(fcntl(newer[0].descriptor, F_GETFD), -1);
	assert_int_equal(fcntl(newer[1].descriptor, F_GETFD), -1);
	assert_int_equal(fcntl(older.descriptor, F_GETFD), FD_CLOEXEC);
	assert_ptr_equal(channel_newest(), mark);
	channel_close(&older);
	assert_null(channel_newest());
}

static void an_empty_datagram_is_a_message(void **state)
{
	(void)state;
	fake = fake_start(NULL, records, "* empty");
	static struct channel channel;
	uint8_t *message;
	bool cut;
	assert_int_equal(open_channel(&channel, false, 1), 0);
	assert_int_equal(next_message(&channel, &message, &cut), 0);
	assert_non_null(message);
	channel_close(&channel);
}

static void an_empty_frame_is_a_message_and_does_not_end_the_stream(void **state)
{
	(void)state;
	fake = fake_start(NULL, records, "* empty first=1");
	static struct channel channel;
	uint8_t *message;
	bool cut;
	assert_int_equal(open_channel(&channel, true, 2), 0);
	assert_int_equal(next_message(&channel, &message, &cut), 0);
	assert_non_null(message);
	expect_message(&channel, 2, REPLY_SIZE);
	channel_close(&channel);
}

static void a_datagram_longer_than_the_buffer_is_cut_and_reported_as_such(void **state)
{
	(void)state;
	static const uint8_t query[] = {
		0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 41, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0};
	static const struct {
		const char *rules;
		size_t size;
		bool cut;
	} cases[] = {
		{"* addresses=200", 17 + 200 * 15 + 11, false},
		{"* addresses=400", TRANSPORT_DATAGRAM_MAX, true},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		fake = fake_start(NULL, NULL, cases[i].rules);
		const struct address server = fake_address(fake);
		const struct message_view view = {query, sizeof query};
		static struct channel channel;
		uint8_t *message;
		bool cut;
		assert_int_equal(open_and_send(&channel, &server, false, &view, 1), 0);
		assert_int_equal(next_message(&channel, &message, &cut), cases[i].size);
		assert_int_equal(cut, cases[i].cut);
		channel_close(&channel);
		stop_fake();
	}
}

static void a_stream_is_framed_in_whatever_pieces_it_comes(void **state)
{
	(void)state;
	static const char *const rules[] = {"* tcp-dribble", "* tcp-coalesce", ""};
	for (size_t i = 0; i < LENGTH(rules); i++) {
		fake = fake_start(NULL, records, rules[i]);
		static struct channel channel;
		assert_int_equal(open_channel(&channel, true, 2), 0);
		expect_message(&channel, 1, REPLY_SIZE);
		expect_message(&channel, 2, REPLY_SIZE);
		channel_close(&channel);
		stop_fake();
	}
}

static void the_largest_messages_of_a_stream_come_whole_one_after_the_other(void **state)
{
	(void)state;
	fake = fake_start(NULL, NULL, "* addresses=4000");
	static struct channel channel;
	assert_int_equal(open_channel(&channel, true, 2), 0);
	expect_message(&channel, 1, 26 + 4000 * 16);
	expect_message(&channel, 2, 26 + 4000 * 16);
	channel_close(&channel);
}

static void a_broken_channel_tells_why(void **state)
{
	(void)state;
	static const struct {
		const char *rules;
		bool stream;
		int error;
	} cases[] = {
		{"* udp-refuse", false, ECONNREFUSED},
		{"* tcp-refuse", true, ECONNREFUSED},
		{"* tcp-close", true, EPIPE},
		{"* tcp-reset", true, ECONNRESET},
		{"* tcp-close-after=1", true, EPIPE},
		{"* tcp-close-after=2", true, EPIPE},
		{"* tcp-close-after=43", true, EPIPE},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		fake = fake_start(NULL, records, cases[i].rules);
		static struct channel channel;
		uint8_t *message;
		bool cut;
		if (open_channel(&channel, cases[i].stream, 1) == 0) {
			assert_int_equal(next_message(&channel, &message, &cut), -1);
			assert_int_equal(errno, cases[i].error);
		} else {
			assert_int_equal(errno, cases[i].error);
			assert_int_equal(channel.descriptor, -1);
		}
		channel_close(&channel);
		stop_fake();
	}
}

static void what_cannot_be_opened_tells_why_and_is_closed(void **state)
{
	(void)state;
	static const struct {
		const char *server;
		bool stream;
		int error;
	} cases[] = {
		{"255.255.255.255:53", false, EACCES},
		{"255.255.255.255:53", true, ENETUNREACH},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct address server;
		static struct channel channel;
		assert_true(address_read_server(cases[i].server, 53, &server));
		assert_int_equal(open_and_send(&channel, &server, cases[i].stream, both, 1), -1);
		assert_int_equal(errno, cases[i].error);
		assert_int_equal(channel.descriptor, -1);
	}
}

static void closing_keeps_errno(void **state)
{
	(void)state;
	fake = fake_start(NULL, records, NULL);
	static struct channel channel;
	assert_int_equal(open_channel(&channel, true, 1), 0);
	close(channel.descriptor);  // so that closing it once more fails
	errno = EDOM;
	channel_close(&channel);
	assert_int_equal(errno, EDOM);
}

// The peer has closed the connection before the second message: no SIGPIPE may be raised.
static void a_closed_connection_raises_no_signal(void **state)
{
	(void)state;
	fake = fake_start(NULL, records, "* tcp-reset");
	static struct channel channel;
	uint8_t *message;
	bool cut;
	signal(SIGPIPE, SIG_DFL);
	assert_int_equal(open_channel(&channel, true, 2), 0);
	assert_int_equal(next_message(&channel, &message, &cut), -1);
	channel.output_sent = 0;
	assert_int_equal(channel_receive(&channel, buffer, TRANSPORT_DATAGRAM_MAX, &message, &cut), -1);
	assert_int_equal(errno, EPIPE);
	channel_close(&channel);
}

// Also of a test that failed: no channel, server or real clock is left to the next one.
static int clean_up(void **state)
{
	(void)state;
	channels_close_newer(NULL);
	stop_fake();
	virtual_clock_start();
	return 0;
}

#define CASE(name) cmocka_unit_test_teardown(name, clean_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(messages_are_sent_and_replies_received),
		CASE(a_socket_is_connected_and_closed_on_exec_and_a_stream_does_not_block),
		CASE(a_unix_socket_carries_a_message_a_packet),
		CASE(nothing_there_is_zero_and_no_message),
		CASE(only_the_receive_after_channel_block_waits),
		CASE(a_receive_that_waits_has_the_same_limit_until_that_changes_by_some_milliseconds),
		CASE(after_a_message_the_receive_does_not_wait_where_the_limit_changes),
		CASE(the_receive_after_a_message_waits_for_as_long_as_the_one_before),
		CASE(a_receive_that_waits_returns_no_message_at_its_limit),
		CASE(a_receive_that_waits_ends_with_a_signal),
		CASE(a_receive_that_waits_ends_with_an_icmp_error),
		CASE(a_stream_and_a_unix_socket_and_a_short_time_are_polled),
		CASE(a_number_that_the_program_gave_to_something_else_is_left_alone),
		CASE(channels_that_a_jump_left_open_are_closed_and_older_ones_are_not),
		CASE(an_empty_datagram_is_a_message),
		CASE(an_empty_frame_is_a_message_and_does_not_end_the_stream),
		CASE(a_datagram_longer_than_the_buffer_is_cut_and_reported_as_such),
		CASE(a_stream_is_framed_in_whatever_pieces_it_comes),
		CASE(the_largest_messages_of_a_stream_come_whole_one_after_the_other),
		CASE(a_broken_channel_tells_why),
		CASE(what_cannot_be_opened_tells_why_and_is_closed),
		CASE(closing_keeps_errno),
		CASE(a_closed_connection_raises_no_signal),
	};
	virtual_clock_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
