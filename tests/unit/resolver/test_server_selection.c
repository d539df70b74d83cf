// SPDX-License-Identifier: MIT
#include "resolver/source/upstream/server_selection.h"

#include <string.h>

#include "config/base/address.h"
#include "config/config.h"
#include "resolver/source/upstream/server_state.h"
#include "tests/unit/unit.h"

#define SERVERS 3
#define SECOND INT64_C(1000000)
#define NOW (1000 * SECOND)
#define BOTH 3u

struct table {
	struct server servers[SERVERS];
	struct route route;
	struct config config;
	struct options options;
	struct server_states *server_states;
	struct candidate candidates[SERVERS];
	struct server_selection selection;
};

static void set_table(struct table *table, size_t count)
{
	*table = (struct table){.options = {.timeout = 5, .attempts = 2}};
	for (size_t i = 0; i < count; i++)
		table->servers[i] = (struct server){SERVER_ADDRESS, {AF_INET, 53, 0, {{192, 0, 2, (uint8_t)i}}}};
	table->route = (struct route){.servers = table->servers, .server_count = count};
	table->config = (struct config){.routes = &table->route, .route_count = 1};
	table->server_states = server_states_open(&table->config, NULL);
	assert_non_null(table->server_states);
}

static struct server_state *server_state_at(const struct table *table, size_t server)
{
	return server_states_find(table->server_states, &table->servers[server].address);
}

static void begin(struct table *table, size_t first)
{
	server_selection_open(&table->selection, table->candidates, table->server_states, &table->route, first);
	server_selection_begin(&table->selection, &table->options, NOW + 10 * SECOND);
}

// The last byte of the address of the next candidate for the questions; -1: none.
static int next(struct table *table, unsigned questions)
{
	unsigned together;
	size_t candidate;
	if (!server_selection_next(&table->selection, &questions, &together, &candidate))
		return -1;
	return table->candidates[candidate].address->bytes[3];
}

static void the_users_order_is_kept_round_by_round(void **state)
{
	(void)state;
	static const int orders[SERVERS][7] = {
		{0, 1, 2, 0, 1, 2, 0},
		{1, 2, 0, 1, 2, 0, 1},
		{2, 0, 1, 2, 0, 1, 2},
	};
	struct table table;
	set_table(&table, SERVERS);
	for (size_t first = 0; first < SERVERS; first++) {
		begin(&table, first);
		for (size_t i = 0; i < 7; i++)
			assert_int_equal(next(&table, BOTH), orders[first][i]);
	}
	server_states_close(table.server_states);
}

static void a_down_server_comes_last(void **state)
{
	(void)state;
	static const int order[] = {1, 2, 0, 1, 2, 0};
	struct table table;
	set_table(&table, SERVERS);
	server_state_note_silence(server_state_at(&table, 0), NOW);
	begin(&table, 0);
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(next(&table, BOTH), order[i]);
	server_states_close(table.server_states);
}

static void where_all_are_held_their_order_counts_and_two_are_asked_at_once(void **state)
{
	(void)state;
	struct table table;
	int64_t probe_wait;
	set_table(&table, SERVERS);
	for (size_t i = 0; i < SERVERS; i++)
		server_state_note_silence(server_state_at(&table, i), NOW);
	begin(&table, 0);
	assert_int_equal(server_selection_width(&table.selection), 2);
	for (int i = 0; i < SERVERS; i++)
		assert_int_equal(next(&table, BOTH), i);
	assert_int_equal(server_selection_probe(&table.selection, NOW + 100 * SECOND, &probe_wait), SERVERS);
	server_states_close(table.server_states);
}

static void two_are_asked_at_once_when_all_were_asked_and_only_a_few_times(void **state)
{
	(void)state;
	static const size_t widths[] = {1, 1, 1, 2, 2, 2, 1, 1};
	struct table table;
	set_table(&table, SERVERS);
	begin(&table, 0);
	for (size_t i = 0; i < LENGTH(widths); i++) {
		assert_int_equal(server_selection_width(&table.selection), widths[i]);
		next(&table, BOTH);
	}
	server_states_close(table.server_states);
}

static void one_server_alone_is_never_asked_twice_at_once(void **state)
{
	(void)state;
	struct table table;
	set_table(&table, 1);
	begin(&table, 0);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(server_selection_width(&table.selection), 1);
		assert_int_equal(next(&table, BOTH), 0);
	}
	server_states_close(table.server_states);
}

static void a_server_that_rejected_a_question_twice_is_not_asked_it_again(void **state)
{
	(void)state;
	struct table table;
	set_table(&table, 2);
	begin(&table, 0);
	server_selection_reject(&table.selection, 0, 1);
	assert_int_equal(next(&table, 1), 0);
	server_selection_reject(&table.selection, 0, 1);
	assert_int_equal(next(&table, 1), 1);
	assert_int_equal(next(&table, 1), 1);
	assert_int_equal(next(&table, 2), 0);
	server_selection_reject(&table.selection, 1, 1);
	server_selection_reject(&table.selection, 1, 1);
	assert_int_equal(next(&table, 1), -1);
	server_states_close(table.server_states);
}

// Each round waits half as long again; the random part subtracts at most an eighth.
static void the_waits_grow_with_the_rounds(void **state)
{
	(void)state;
	static const int64_t waits[] = {50000, 75000, 112500, 168750};
	struct table table;
	set_table(&table, 1);
	server_state_note_reply(server_state_at(&table, 0), 400);
	begin(&table, 0);
	for (size_t i = 0; i < LENGTH(waits); i++) {
		next(&table, BOTH);
		assert_int_equal(server_selection_wait(&table.selection, 0, NOW, 0), waits[i]);
		assert_int_equal(server_selection_wait(&table.selection, 0, NOW, 255), waits[i] - waits[i] / 8);
	}
	for (size_t i = 0; i < 20; i++)
		next(&table, BOTH);
	assert_int_equal(server_selection_wait(&table.selection, 0, NOW, 0), 5 * SECOND);
	server_states_close(table.server_states);
}

static void in_the_first_round_every_server_gets_its_share_of_a_short_time(void **state)
{
	(void)state;
	struct table table;
	set_table(&table, SERVERS);
	begin(&table, 0);
	next(&table, BOTH);
	assert_int_equal(server_selection_wait(&table.selection, 0, NOW + 10 * SECOND - 300000, 0), 100000);
	server_states_close(table.server_states);
}

static void only_a_server_that_had_time_to_reply_counts_as_silent(void **state)
{
	(void)state;
	struct table table;
	set_table(&table, SERVERS);
	begin(&table, 0);
	table.candidates[0].due = NOW;
	table.candidates[1].due = NOW + 1;
	server_selection_report(&table.selection, NOW);
	assert_true(server_state_is_down(server_state_at(&table, 0)));
	assert_false(server_state_is_down(server_state_at(&table, 1)));
	assert_false(server_state_is_down(server_state_at(&table, 2)));
	table.candidates[1].has_replied = true;
	server_selection_report(&table.selection, NOW + 1);
	assert_false(server_state_is_down(server_state_at(&table, 1)));
	server_states_close(table.server_states);
}

static void a_held_server_is_probed_when_its_time_has_come(void **state)
{
	(void)state;
	struct table table;
	int64_t probe_wait = 0;
	set_table(&table, SERVERS);
	server_state_note_silence(server_state_at(&table, 0), NOW);
	begin(&table, 0);
	assert_int_equal(server_selection_probe(&table.selection, NOW, &probe_wait), SERVERS);
	const size_t probed = server_selection_probe(&table.selection, NOW + 2 * SECOND, &probe_wait);
	assert_true(probe_wait > 0);
	assert_int_equal(probed, 2);
	assert_ptr_equal(table.candidates[probed].address, &table.servers[0].address);
	assert_int_equal(server_selection_probe(&table.selection, NOW + 2 * SECOND, &probe_wait), SERVERS);
	server_states_close(table.server_states);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_users_order_is_kept_round_by_round),
		cmocka_unit_test(a_down_server_comes_last),
		cmocka_unit_test(where_all_are_held_their_order_counts_and_two_are_asked_at_once),
		cmocka_unit_test(two_are_asked_at_once_when_all_were_asked_and_only_a_few_times),
		cmocka_unit_test(one_server_alone_is_never_asked_twice_at_once),
		cmocka_unit_test(a_server_that_rejected_a_question_twice_is_not_asked_it_again),
		cmocka_unit_test(the_waits_grow_with_the_rounds),
		cmocka_unit_test(in_the_first_round_every_server_gets_its_share_of_a_short_time),
		cmocka_unit_test(only_a_server_that_had_time_to_reply_counts_as_silent),
		cmocka_unit_test(a_held_server_is_probed_when_its_time_has_come),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
