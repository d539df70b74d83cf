// SPDX-License-Identifier: MIT
#include "resolver/source/peers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "config/address.h"
#include "config/config.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))
#define SECOND INT64_C(1000000)

static const struct address first = { AF_INET, 53, 0, { 192, 0, 2, 1 } }, second = { AF_INET, 53, 0, { 192, 0, 2, 2 } };
static const struct address stranger = { AF_INET, 53, 0, { 192, 0, 2, 3 } };

static struct peers *open_peers(const struct address *address, const struct peers *older)
{
	struct server servers[] = { { SERVER_ADDRESS, *address }, { SERVER_ADDRESS, second } };
	struct route route = { .servers = servers, .server_count = LENGTH(servers) };
	const struct config config = { .routes = &route, .route_count = 1 };
	struct peers *peers = peers_open(&config, older);
	assert_non_null(peers);
	return peers;
}

static void the_wait_follows_the_round_trips(void **state)
{
	(void)state;
	struct peers *peers = open_peers(&first, NULL);
	struct peer *peer = peers_find(peers, &first);
	assert_int_equal(peer_wait(peer), PEER_WAIT_UNKNOWN);
	peer_heard(peer, 400);
	assert_int_equal(peer_wait(peer), PEER_WAIT_LEAST);
	for (int i = 0; i < 50; i++)
		peer_heard(peer, 100000);
	assert_in_range(peer_wait(peer), 125000, 140000);
	for (int i = 0; i < 50; i++)
		peer_heard(peer, i % 2 ? 20000 : 180000);
	assert_in_range(peer_wait(peer), 300000, 500000);
	for (int i = 0; i < 50; i++)
		peer_heard(peer, 60 * SECOND);
	assert_int_equal(peer_wait(peer), PEER_WAIT_MOST);
	assert_int_equal(peer_wait(peers_find(peers, &second)), PEER_WAIT_UNKNOWN);
	peers_close(peers);
}

// Over a stream a reply tells that the server lives, not how far it is.
static void a_reply_over_a_stream_is_no_measure(void **state)
{
	(void)state;
	struct peers *peers = open_peers(&first, NULL);
	struct peer *peer = peers_find(peers, &first);
	peer_silent(peer, SECOND);
	peer_heard(peer, 0);
	assert_false(peer_is_held(peer));
	assert_int_equal(peer_wait(peer), PEER_WAIT_UNKNOWN);
	peers_close(peers);
}

static void a_server_that_never_answered_is_held_at_its_first_silence(void **state)
{
	(void)state;
	struct peers *peers = open_peers(&first, NULL);
	struct peer *peer = peers_find(peers, &first);
	assert_false(peer_is_held(peer));
	peer_silent(peer, SECOND);
	assert_true(peer_is_held(peer));
	peer_heard(peer, 400);
	assert_false(peer_is_held(peer));
	peers_close(peers);
}

static void one_that_answered_is_held_when_it_is_silent_twice_in_a_row(void **state)
{
	(void)state;
	struct peers *peers = open_peers(&first, NULL);
	struct peer *peer = peers_find(peers, &first);
	peer_heard(peer, 400);
	peer_silent(peer, SECOND);
	peer_heard(peer, 400);
	peer_silent(peer, SECOND);
	assert_false(peer_is_held(peer));
	peer_silent(peer, SECOND);
	assert_true(peer_is_held(peer));
	peers_close(peers);
}

// After a second, then after twice as long each time, up to a minute; a fifth less at the most.
static void a_held_server_is_probed_in_growing_intervals(void **state)
{
	(void)state;
	static const int64_t intervals[] = { 1, 2, 4, 8, 16, 32, 60, 60, 60 };
	struct peers *peers = open_peers(&first, NULL);
	struct peer *peer = peers_find(peers, &first);
	int64_t now = 100 * SECOND;
	assert_false(peer_take_probe(peer, now));
	peer_silent(peer, now);
	for (size_t i = 0; i < LENGTH(intervals); i++) {
		assert_false(peer_take_probe(peer, now + intervals[i] * SECOND * 3 / 4));
		now += intervals[i] * SECOND;
		assert_true(peer_take_probe(peer, now));
		assert_false(peer_take_probe(peer, now));
		peer_silent(peer, now);
		assert_true(peer_is_held(peer));
	}
	peer_heard(peer, 400);
	assert_false(peer_take_probe(peer, now + 100 * SECOND));
	peers_close(peers);
}

// The user's lookup is not held up for a server that was never there; but once a minute, in case it is far away.
static void the_patience_with_a_probe_is_what_is_usual_for_its_server(void **state)
{
	(void)state;
	struct peers *peers = open_peers(&first, NULL);
	struct peer *unknown = peers_find(peers, &first), *known = peers_find(peers, &second);
	int64_t now = 100 * SECOND;
	peer_heard(known, 5000);
	peer_silent(known, now);
	peer_silent(known, now);
	assert_int_equal(peer_take_probe(known, now + SECOND), 15000);
	peer_silent(unknown, now);
	for (int i = 0; i < 5; i++) {
		now += 32 * SECOND;
		assert_in_range(peer_take_probe(unknown, now), 1, 100);
	}
	assert_int_equal(peer_take_probe(unknown, now + 32 * SECOND), PEER_PATIENCE_MOST);
	peers_close(peers);
}

static void what_a_server_lacks_is_tried_again_after_a_quarter_of_an_hour(void **state)
{
	(void)state;
	struct peers *peers = open_peers(&first, NULL);
	struct peer *peer = peers_find(peers, &first);
	for (enum peer_skill skill = 0; skill < PEER_SKILLS; skill++) {
		assert_true(peer_may_have(peer, skill, SECOND));
		assert_false(peer_has(peer, skill));
		peer_shows(peer, skill);
		assert_true(peer_has(peer, skill));
		peer_lacks(peer, skill, SECOND);
		assert_false(peer_has(peer, skill));
		assert_false(peer_may_have(peer, skill, 900 * SECOND));
		assert_true(peer_may_have(peer, skill, 901 * SECOND));
	}
	peers_close(peers);
}

static void each_server_and_each_address_of_ours_has_its_own_client_cookie(void **state)
{
	(void)state;
	const struct address here = { AF_INET, 40000, 0, { 127, 0, 0, 1 } }, port = { AF_INET, 40001, 0, { 127, 0, 0, 1 } };
	const struct address elsewhere = { AF_INET, 40000, 0, { 127, 0, 0, 2 } };
	struct peers *peers = open_peers(&first, NULL);
	struct packet_cookie one, again, other, moved;
	peer_cookie(peers_find(peers, &first), &here, &one);
	peer_cookie(peers_find(peers, &first), &port, &again);
	peer_cookie(peers_find(peers, &second), &here, &other);
	peer_cookie(peers_find(peers, &first), &elsewhere, &moved);
	assert_int_equal(one.size, PACKET_COOKIE_CLIENT);
	assert_memory_equal(one.bytes, again.bytes, PACKET_COOKIE_CLIENT);
	assert_memory_not_equal(one.bytes, other.bytes, PACKET_COOKIE_CLIENT);
	assert_memory_not_equal(one.bytes, moved.bytes, PACKET_COOKIE_CLIENT);
	peers_close(peers);
}

static void the_servers_cookie_goes_with_the_clients_it_was_given_for(void **state)
{
	(void)state;
	const struct address here = { AF_INET, 0, 0, { 127, 0, 0, 1 } }, elsewhere = { AF_INET, 0, 0, { 127, 0, 0, 2 } };
	struct peers *peers = open_peers(&first, NULL);
	struct peer *peer = peers_find(peers, &first);
	struct packet_cookie cookie, whole, later;
	peer_cookie(peer, &here, &cookie);
	whole = cookie;
	whole.size = PACKET_COOKIE_MAX;
	memset(whole.bytes + PACKET_COOKIE_CLIENT, 7, PACKET_COOKIE_MAX - PACKET_COOKIE_CLIENT);
	peer_keep_cookie(peer, &whole);
	assert_true(peer_has(peer, PEER_COOKIES));
	peer_cookie(peer, &here, &later);
	assert_int_equal(later.size, whole.size);
	assert_memory_equal(later.bytes, whole.bytes, whole.size);
	peer_cookie(peer, &elsewhere, &later);
	assert_int_equal(later.size, PACKET_COOKIE_CLIENT);
	assert_false(peer_has(peer, PEER_COOKIES));
	peer_keep_cookie(peer, &whole);
	assert_false(peer_has(peer, PEER_COOKIES));
	peers_close(peers);
}

static void a_new_configuration_forgets_no_server(void **state)
{
	(void)state;
	const struct address here = { AF_INET, 0, 0, { 127, 0, 0, 1 } };
	struct peers *older = open_peers(&first, NULL);
	struct packet_cookie cookie, kept;
	peer_heard(peers_find(older, &second), 100000);
	peer_lacks(peers_find(older, &second), PEER_EDNS, SECOND);
	peer_shows(peers_find(older, &second), PEER_CASE);
	peer_cookie(peers_find(older, &second), &here, &cookie);
	peer_silent(peers_find(older, &second), SECOND);
	peer_silent(peers_find(older, &second), SECOND);
	struct peers *newer = open_peers(&stranger, older);
	peers_close(older);
	assert_null(peers_find(newer, &first));
	assert_int_equal(peer_wait(peers_find(newer, &stranger)), PEER_WAIT_UNKNOWN);
	struct peer *peer = peers_find(newer, &second);
	assert_int_equal(peer_wait(peer), 300000);
	assert_false(peer_may_have(peer, PEER_EDNS, 2 * SECOND));
	assert_true(peer_has(peer, PEER_CASE));
	assert_true(peer_is_held(peer));
	peer_cookie(peer, &here, &kept);
	assert_memory_equal(kept.bytes, cookie.bytes, PACKET_COOKIE_CLIENT);
	peers_close(newer);
}

static void of_a_stranger_nothing_is_known_and_nothing_kept(void **state)
{
	(void)state;
	struct peers *peers = open_peers(&first, NULL);
	struct packet_cookie cookie = { .size = 1 };
	assert_null(peers_find(peers, &stranger));
	peer_heard(NULL, 400);
	peer_silent(NULL, SECOND);
	peer_lacks(NULL, PEER_EDNS, SECOND);
	peer_shows(NULL, PEER_EDNS);
	peer_cookie(NULL, &first, &cookie);
	peer_keep_cookie(NULL, &cookie);
	assert_int_equal(cookie.size, 0);
	assert_int_equal(peer_wait(NULL), PEER_WAIT_UNKNOWN);
	assert_false(peer_is_held(NULL));
	assert_false(peer_take_probe(NULL, SECOND));
	assert_false(peer_has(NULL, PEER_EDNS));
	assert_true(peer_may_have(NULL, PEER_EDNS, SECOND));
	peers_close(peers);
	peers_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_wait_follows_the_round_trips),
		cmocka_unit_test(a_reply_over_a_stream_is_no_measure),
		cmocka_unit_test(a_server_that_never_answered_is_held_at_its_first_silence),
		cmocka_unit_test(one_that_answered_is_held_when_it_is_silent_twice_in_a_row),
		cmocka_unit_test(a_held_server_is_probed_in_growing_intervals),
		cmocka_unit_test(the_patience_with_a_probe_is_what_is_usual_for_its_server),
		cmocka_unit_test(what_a_server_lacks_is_tried_again_after_a_quarter_of_an_hour),
		cmocka_unit_test(each_server_and_each_address_of_ours_has_its_own_client_cookie),
		cmocka_unit_test(the_servers_cookie_goes_with_the_clients_it_was_given_for),
		cmocka_unit_test(a_new_configuration_forgets_no_server),
		cmocka_unit_test(of_a_stranger_nothing_is_known_and_nothing_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
