// SPDX-License-Identifier: MIT
#include "shim/command/serve/output.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/unit.h"

static void messages_are_received_in_their_order(void **state)
{
	(void)state;
	static uint8_t received[2 + 3 + 2 + 1];
	struct output output = {.bytes = NULL};
	int pair[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_true(output_add(&output, (const uint8_t *)"one", 3));
	assert_true(output_add(&output, (const uint8_t *)"2", 1));
	assert_true(output_send(&output, pair[0], false));
	assert_int_equal(read(pair[1], received, sizeof(received)), sizeof(received));
	assert_memory_equal(received, "\0\3one\0\0012", sizeof(received));
	close(pair[0]);
	close(pair[1]);
	free(output.bytes);
}

static void packets_have_no_prefix(void **state)
{
	(void)state;
	char received[8];
	struct output output = {.bytes = NULL};
	int pair[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	assert_true(output_add(&output, (const uint8_t *)"one", 3));
	assert_true(output_add(&output, (const uint8_t *)"2", 1));
	assert_true(output_send(&output, pair[0], true));
	assert_int_equal(read(pair[1], received, sizeof(received)), 3);
	assert_int_equal(read(pair[1], received, sizeof(received)), 1);
	close(pair[0]);
	close(pair[1]);
	free(output.bytes);
}

// Many clients are idle after large replies.
static void nothing_is_kept_once_all_is_sent(void **state)
{
	(void)state;
	static uint8_t message[UINT16_MAX], received[2 + sizeof(message)];
	struct output output = {.bytes = NULL};
	size_t left = 16 * sizeof(received);
	int pair[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	for (int i = 0; i < 16; i++)
		assert_true(output_add(&output, message, sizeof(message)));
	assert_int_equal(output.size, left);
	while (left > 0) {
		assert_true(output_send(&output, pair[0], false));
		const ssize_t size = read(pair[1], received, sizeof(received));
		assert_true(size > 0);
		left -= (size_t)size;
	}
	assert_int_equal(output.size, 0);
	assert_null(output.bytes);
	close(pair[0]);
	close(pair[1]);
}

static void a_closed_connection_fails(void **state)
{
	(void)state;
	struct output output = {.bytes = NULL};
	int pair[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	close(pair[1]);
	assert_true(output_add(&output, (const uint8_t *)"one", 3));
	assert_false(output_send(&output, pair[0], false));
	close(pair[0]);
	free(output.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_are_received_in_their_order),
		cmocka_unit_test(packets_have_no_prefix),
		cmocka_unit_test(nothing_is_kept_once_all_is_sent),
		cmocka_unit_test(a_closed_connection_fails),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
