// SPDX-License-Identifier: MIT
// The scripted server loses datagrams: as many as the rule says, in both directions, the same ones each time.
#include "tests/unit/packets.h"

#define QUERIES 1000

static const char records[] = "app.test. 60 A 192.0.2.1\n";

// What became of QUERIES queries, which have the ids 1, 2, ...
struct tally {
	size_t logged, lost_queries, lost_replies, replies;
	bool answered[QUERIES + 1];
};

// The last one asks for another name, which is not lost: its reply is the last one.
static void tally_up(const char *rules, uint64_t seed, struct tally *tally)
{
	struct fake *fake = fake_start(NULL, records, rules);
	struct client client;
	*tally = (struct tally){0};
	assert_non_null(fake);
	fake_seed(fake, seed);
	const struct address server = fake_address(fake);
	client_open(&client, &server, SOCK_DGRAM);
	for (unsigned id = 1; id <= QUERIES; id++) {
		send_query(&client, id, "app.test", RRTYPE_A, 0);
		send_query(&client, 0xFFFF, "end.test", RRTYPE_A, 0);
		for (receive(&client); u16_at(&client, 0) != 0xFFFF; receive(&client)) {
			tally->replies++;
			tally->answered[id] = true;
		}
	}
	tally->logged = fake_count(fake, "app.test", 0);
	tally->lost_queries = fake_lost_queries(fake);
	tally->lost_replies = fake_lost_replies(fake);
	fake_forget(fake);
	assert_int_equal(fake_lost_queries(fake) + fake_lost_replies(fake), 0);
	close(client.descriptor);
	fake_stop(fake);
}

static void about(size_t value, size_t expected)
{
	assert_in_range(value, expected * 8 / 10, expected * 12 / 10);
}

static void queries_and_replies_are_lost_each_by_its_own_draw(void **state)
{
	struct tally tally;
	(void)state;
	tally_up("app.test loss=30", 1, &tally);
	about(tally.lost_queries, 300);
	about(tally.lost_replies, 210);
	assert_int_equal(tally.logged + tally.lost_queries, QUERIES);
	assert_int_equal(tally.replies + tally.lost_replies, tally.logged);
}

static void the_same_seed_loses_the_same_datagrams(void **state)
{
	static struct tally first, second, other;
	(void)state;
	tally_up("app.test loss=10", 7, &first);
	tally_up("app.test loss=10", 7, &second);
	tally_up("app.test loss=10", 8, &other);
	assert_memory_equal(first.answered, second.answered, sizeof first.answered);
	assert_memory_not_equal(first.answered, other.answered, sizeof first.answered);
}

static void each_datagram_of_a_doubled_reply_is_drawn_for(void **state)
{
	struct tally tally;
	(void)state;
	tally_up("app.test loss=30 duplicate", 1, &tally);
	assert_int_equal(tally.replies + tally.lost_replies, 2 * tally.logged);
	about(tally.lost_replies, 420);
	tally_up("app.test loss=30 then-true", 1, &tally);
	assert_int_equal(tally.replies + tally.lost_replies, 2 * tally.logged);
	about(tally.lost_replies, 420);
}

static void all_or_nothing_is_lost_at_the_ends_of_the_scale(void **state)
{
	struct tally tally;
	(void)state;
	tally_up("app.test loss=100", 1, &tally);
	assert_int_equal(tally.lost_queries, QUERIES);
	assert_int_equal(tally.logged, 0);
	tally_up("app.test loss=0", 1, &tally);
	assert_int_equal(tally.replies, QUERIES);
	tally_up("app.test first=3 loss=0; app.test drop", 1, &tally);
	assert_int_equal(tally.replies, 3);
}

static void a_lost_query_does_not_count_for_the_first_ones(void **state)
{
	struct tally tally;
	(void)state;
	tally_up("app.test first=100 loss=30; app.test", 1, &tally);
	about(tally.lost_queries, 43);
	tally_up("app.test first=1 loss=100; app.test", 1, &tally);
	assert_int_equal(tally.lost_queries, QUERIES);
}

static void nothing_is_lost_over_tcp(void **state)
{
	struct fake *fake = fake_start(NULL, records, "* loss=100");
	struct client client;
	(void)state;
	assert_non_null(fake);
	const struct address server = fake_address(fake);
	client_open(&client, &server, SOCK_STREAM);
	send_framed(&client, 1, "app.test", RRTYPE_A);
	receive(&client);
	assert_true(client.size >= 2);
	assert_int_equal(fake_count(fake, NULL, 0), 1);
	close(client.descriptor);
	fake_stop(fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(queries_and_replies_are_lost_each_by_its_own_draw),
		cmocka_unit_test(the_same_seed_loses_the_same_datagrams),
		cmocka_unit_test(each_datagram_of_a_doubled_reply_is_drawn_for),
		cmocka_unit_test(all_or_nothing_is_lost_at_the_ends_of_the_scale),
		cmocka_unit_test(a_lost_query_does_not_count_for_the_first_ones),
		cmocka_unit_test(nothing_is_lost_over_tcp),
	};
	virtual_clock_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
