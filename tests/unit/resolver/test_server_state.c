// SPDX-License-Identifier: MIT
#include "resolver/source/upstream/server_state.h"

#include <string.h>

#include "config/base/address.h"
#include "config/config.h"
#include "tests/unit/unit.h"

#define SECOND INT64_C(1000000)

static const struct address first = {AF_INET, 53, 0, {{192, 0, 2, 1}}}, second = {AF_INET, 53, 0, {{192, 0, 2, 2}}};
static const struct address stranger = {AF_INET, 53, 0, {{192, 0, 2, 3}}};

static struct server_states *open_server_states(const struct address *address, const struct server_states *older)
{
	struct server servers[] = {{SERVER_ADDRESS, *address}, {SERVER_ADDRESS, second}};
	struct route route = {.servers = servers, .server_count = LENGTH(servers)};
	const struct config config = {.routes = &route, .route_count = 1};
	struct server_states *server_states = server_states_open(&config, older);
	assert_non_null(server_states);
	return server_states;
}

static void the_wait_follows_the_round_trips(void **state)
{
	(void)state;
	struct server_states *server_states = open_server_states(&first, NULL);
	struct server_state *server_state = server_states_find(server_states, &first);
	assert_int_equal(server_state_wait(server_state), SERVER_WAIT_UNKNOWN);
	server_state_note_reply(server_state, 400);
	assert_int_equal(server_state_wait(server_state), SERVER_WAIT_LEAST);
	for (int i = 0; i < 50; i++)
		server_state_note_reply(server_state, 100000);
	assert_in_range(server_state_wait(server_state), 125000, 140000);
	for (int i = 0; i < 50; i++)
		server_state_note_reply(server_state, i % 2 ? 20000 : 180000);
	assert_in_range(server_state_wait(server_state), 300000, 500000);
	for (int i = 0; i < 50; i++)
		server_state_note_reply(server_state, 60 * SECOND);
	assert_int_equal(server_state_wait(server_state), SERVER_WAIT_MOST);
	assert_int_equal(server_state_wait(server_states_find(server_states, &second)), SERVER_WAIT_UNKNOWN);
	server_states_close(server_states);
}

// A reply over TCP shows that the server is up, but does not measure the round-trip time.
static void a_reply_over_a_stream_is_no_measure(void **state)
{
	(void)state;
	struct server_states *server_states = open_server_states(&first, NULL);
	struct server_state *server_state = server_states_find(server_states, &first);
	server_state_note_silence(server_state, SECOND);
	server_state_note_reply(server_state, 0);
	assert_false(server_state_is_down(server_state));
	assert_int_equal(server_state_wait(server_state), SERVER_WAIT_UNKNOWN);
	server_states_close(server_states);
}

static void a_server_that_never_answered_is_held_at_its_first_silence(void **state)
{
	(void)state;
	struct server_states *server_states = open_server_states(&first, NULL);
	struct server_state *server_state = server_states_find(server_states, &first);
	assert_false(server_state_is_down(server_state));
	server_state_note_silence(server_state, SECOND);
	assert_true(server_state_is_down(server_state));
	server_state_note_reply(server_state, 400);
	assert_false(server_state_is_down(server_state));
	server_states_close(server_states);
}

static void one_that_answered_is_held_when_it_is_silent_twice_in_a_row(void **state)
{
	(void)state;
	struct server_states *server_states = open_server_states(&first, NULL);
	struct server_state *server_state = server_states_find(server_states, &first);
	server_state_note_reply(server_state, 400);
	server_state_note_silence(server_state, SECOND);
	server_state_note_reply(server_state, 400);
	server_state_note_silence(server_state, SECOND);
	assert_false(server_state_is_down(server_state));
	server_state_note_silence(server_state, SECOND);
	assert_true(server_state_is_down(server_state));
	server_states_close(server_states);
}

// Probes after a second, then at doubled intervals up to a minute, each shortened by at most a fifth.
static void a_held_server_is_probed_in_growing_intervals(void **state)
{
	(void)state;
	static const int64_t intervals[] = {1, 2, 4, 8, 16, 32, 60, 60, 60};
	struct server_states *server_states = open_server_states(&first, NULL);
	struct server_state *server_state = server_states_find(server_states, &first);
	int64_t now = 100 * SECOND;
	assert_false(server_state_take_probe(server_state, now));
	server_state_note_silence(server_state, now);
	for (size_t i = 0; i < LENGTH(intervals); i++) {
		assert_false(server_state_take_probe(server_state, now + intervals[i] * SECOND * 3 / 4));
		now += intervals[i] * SECOND;
		assert_true(server_state_take_probe(server_state, now));
		assert_false(server_state_take_probe(server_state, now));
		server_state_note_silence(server_state, now);
		assert_true(server_state_is_down(server_state));
	}
	server_state_note_reply(server_state, 400);
	assert_false(server_state_take_probe(server_state, now + 100 * SECOND));
	server_states_close(server_states);
}

// A lookup does not wait for the probe of a server that has never answered, except once a minute, since it may be far
// away.
static void a_probe_waits_for_the_usual_time_of_its_server(void **state)
{
	(void)state;
	struct server_states *server_states = open_server_states(&first, NULL);
	struct server_state *unknown = server_states_find(server_states, &first),
						*known = server_states_find(server_states, &second);
	int64_t now = 100 * SECOND;
	server_state_note_reply(known, 5000);
	server_state_note_silence(known, now);
	server_state_note_silence(known, now);
	assert_int_equal(server_state_take_probe(known, now + SECOND), 15000);
	server_state_note_silence(unknown, now);
	for (int i = 0; i < 5; i++) {
		now += 32 * SECOND;
		assert_in_range(server_state_take_probe(unknown, now), 1, 100);
	}
	assert_int_equal(server_state_take_probe(unknown, now + 32 * SECOND), SERVER_PROBE_WAIT_MOST);
	server_states_close(server_states);
}

static void what_a_server_lacks_is_tried_again_after_a_quarter_of_an_hour(void **state)
{
	(void)state;
	struct server_states *server_states = open_server_states(&first, NULL);
	struct server_state *server_state = server_states_find(server_states, &first);
	for (enum server_capability capability = 0; capability < SERVER_CAPABILITIES; capability++) {
		assert_true(server_state_may_have(server_state, capability, SECOND));
		assert_false(server_state_has(server_state, capability));
		server_state_note_capability(server_state, capability);
		assert_true(server_state_has(server_state, capability));
		server_state_note_lack(server_state, capability, SECOND);
		assert_false(server_state_has(server_state, capability));
		assert_false(server_state_may_have(server_state, capability, 900 * SECOND));
		assert_true(server_state_may_have(server_state, capability, 901 * SECOND));
	}
	server_states_close(server_states);
}

static void each_server_and_each_address_of_ours_has_its_own_client_cookie(void **state)
{
	(void)state;
	const struct address here = {AF_INET, 40000, 0, {{127, 0, 0, 1}}}, port = {AF_INET, 40001, 0, {{127, 0, 0, 1}}};
	const struct address elsewhere = {AF_INET, 40000, 0, {{127, 0, 0, 2}}};
	struct server_states *server_states = open_server_states(&first, NULL);
	struct packet_cookie one, again, other, moved;
	server_state_cookie(server_states_find(server_states, &first), &here, &one);
	server_state_cookie(server_states_find(server_states, &first), &port, &again);
	server_state_cookie(server_states_find(server_states, &second), &here, &other);
	server_state_cookie(server_states_find(server_states, &first), &elsewhere, &moved);
	assert_int_equal(one.size, PACKET_COOKIE_CLIENT);
	assert_memory_equal(one.bytes, again.bytes, PACKET_COOKIE_CLIENT);
	assert_memory_not_equal(one.bytes, other.bytes, PACKET_COOKIE_CLIENT);
	assert_memory_not_equal(one.bytes, moved.bytes, PACKET_COOKIE_CLIENT);
	server_states_close(server_states);
}

static void the_server_cookie_is_sent_with_the_client_cookie_it_was_received_for(void **state)
{
	(void)state;
	const struct address here = {AF_INET, 0, 0, {{127, 0, 0, 1}}}, elsewhere = {AF_INET, 0, 0, {{127, 0, 0, 2}}};
	struct server_states *server_states = open_server_states(&first, NULL);
	struct server_state *server_state = server_states_find(server_states, &first);
	struct packet_cookie cookie, whole, later;
	server_state_cookie(server_state, &here, &cookie);
	whole = cookie;
	whole.size = PACKET_COOKIE_MAX;
	memset(whole.bytes + PACKET_COOKIE_CLIENT, 7, PACKET_COOKIE_MAX - PACKET_COOKIE_CLIENT);
	server_state_keep_cookie(server_state, &whole);
	assert_true(server_state_has(server_state, SERVER_COOKIES));
	server_state_cookie(server_state, &here, &later);
	assert_int_equal(later.size, whole.size);
	assert_memory_equal(later.bytes, whole.bytes, whole.size);
	server_state_cookie(server_state, &elsewhere, &later);
	assert_int_equal(later.size, PACKET_COOKIE_CLIENT);
	assert_false(server_state_has(server_state, SERVER_COOKIES));
	server_state_keep_cookie(server_state, &whole);
	assert_false(server_state_has(server_state, SERVER_COOKIES));
	server_states_close(server_states);
}

static void a_new_configuration_keeps_the_state_of_each_server(void **state)
{
	(void)state;
	const struct address here = {AF_INET, 0, 0, {{127, 0, 0, 1}}};
	struct server_states *older = open_server_states(&first, NULL);
	struct packet_cookie cookie, kept;
	server_state_note_reply(server_states_find(older, &second), 100000);
	server_state_note_lack(server_states_find(older, &second), SERVER_EDNS, SECOND);
	server_state_note_capability(server_states_find(older, &second), SERVER_CASE);
	server_state_cookie(server_states_find(older, &second), &here, &cookie);
	server_state_note_silence(server_states_find(older, &second), SECOND);
	server_state_note_silence(server_states_find(older, &second), SECOND);
	struct server_states *newer = open_server_states(&stranger, older);
	server_states_close(older);
	assert_null(server_states_find(newer, &first));
	assert_int_equal(server_state_wait(server_states_find(newer, &stranger)), SERVER_WAIT_UNKNOWN);
	struct server_state *server_state = server_states_find(newer, &second);
	assert_int_equal(server_state_wait(server_state), 300000);
	assert_false(server_state_may_have(server_state, SERVER_EDNS, 2 * SECOND));
	assert_true(server_state_has(server_state, SERVER_CASE));
	assert_true(server_state_is_down(server_state));
	server_state_cookie(server_state, &here, &kept);
	assert_memory_equal(kept.bytes, cookie.bytes, PACKET_COOKIE_CLIENT);
	server_states_close(newer);
}

static void an_unconfigured_server_has_no_state(void **state)
{
	(void)state;
	struct server_states *server_states = open_server_states(&first, NULL);
	struct packet_cookie cookie = {.size = 1};
	assert_null(server_states_find(server_states, &stranger));
	server_state_note_reply(NULL, 400);
	server_state_note_silence(NULL, SECOND);
	server_state_note_lack(NULL, SERVER_EDNS, SECOND);
	server_state_note_capability(NULL, SERVER_EDNS);
	server_state_cookie(NULL, &first, &cookie);
	server_state_keep_cookie(NULL, &cookie);
	assert_int_equal(cookie.size, 0);
	assert_int_equal(server_state_wait(NULL), SERVER_WAIT_UNKNOWN);
	assert_false(server_state_is_down(NULL));
	assert_false(server_state_take_probe(NULL, SECOND));
	assert_false(server_state_has(NULL, SERVER_EDNS));
	assert_true(server_state_may_have(NULL, SERVER_EDNS, SECOND));
	server_states_close(server_states);
	server_states_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_wait_follows_the_round_trips),
		cmocka_unit_test(a_reply_over_a_stream_is_no_measure),
		cmocka_unit_test(a_server_that_never_answered_is_held_at_its_first_silence),
		cmocka_unit_test(one_that_answered_is_held_when_it_is_silent_twice_in_a_row),
		cmocka_unit_test(a_held_server_is_probed_in_growing_intervals),
		cmocka_unit_test(a_probe_waits_for_the_usual_time_of_its_server),
		cmocka_unit_test(what_a_server_lacks_is_tried_again_after_a_quarter_of_an_hour),
		cmocka_unit_test(each_server_and_each_address_of_ours_has_its_own_client_cookie),
		cmocka_unit_test(the_server_cookie_is_sent_with_the_client_cookie_it_was_received_for),
		cmocka_unit_test(a_new_configuration_keeps_the_state_of_each_server),
		cmocka_unit_test(an_unconfigured_server_has_no_state),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
