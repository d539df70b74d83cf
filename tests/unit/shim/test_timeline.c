// SPDX-License-Identifier: MIT
#include "shim/command/watch/timeline.h"

#include <stdlib.h>

#include "shim/command/watch/lookups.h"
#include "tests/unit/unit.h"

#define BEGAN 1000.0

static void assert_near(double one, double other)
{
	assert_true(one > other - 1e-6 && one < other + 1e-6);
}

static void places_are_in_proportion_to_times(void **state)
{
	(void)state;
	struct lookup list[] = {{.start = 1000, .microseconds = 500000}, {.start = 1200, .microseconds = 800000}};
	struct timeline timeline;

	assert_true(timeline_make(&(struct lookups){.list = list, .count = LENGTH(list), .began = BEGAN}, &timeline));
	assert_false(timeline.is_stretched);
	assert_near(timeline_place(&timeline, 1000), 0);
	assert_near(timeline_place(&timeline, 1250), 0.25);
	assert_near(timeline_place(&timeline, 2000), 1);
	assert_near(timeline_place(&timeline, 3000), 1);
	free(timeline.knots);
}

static void short_lookups_in_a_long_run_are_told_apart(void **state)
{
	(void)state;
	enum { COUNT = 30 };
	struct lookup list[COUNT];
	struct timeline timeline;

	for (size_t i = 0; i < COUNT; i++)
		list[i] = (struct lookup){.start = BEGAN + 60000.0 * (i / 10) + 0.2 * (double)i, .microseconds = 200};
	assert_true(timeline_make(&(struct lookups){.list = list, .count = COUNT, .began = BEGAN}, &timeline));
	assert_true(timeline.is_stretched);
	for (size_t i = 1; i < COUNT; i++) {
		const double place = timeline_place(&timeline, list[i].start);
		assert_true(place - timeline_place(&timeline, list[i - 1].start) > 0.49 / COUNT);
		assert_true(timeline_place(&timeline, list[i].start + 0.2) - place > 0.49 / COUNT);
	}
	assert_near(timeline_place(&timeline, list[COUNT - 1].start + 0.2), 1);
	free(timeline.knots);
}

static void ticks_are_round_and_not_too_many(void **state)
{
	(void)state;
	static const struct {
		int64_t microseconds;
		double step;
	} cases[] = {{90, 0.01}, {900, 0.1}, {1100, 0.2}, {3000000, 500}, {60000000, 10000}};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct lookup list[] = {{.start = BEGAN, .microseconds = cases[i].microseconds}};
		struct timeline timeline;
		assert_true(timeline_make(&(struct lookups){.list = list, .count = 1, .began = BEGAN}, &timeline));
		assert_near(timeline_step(&timeline), cases[i].step);
		free(timeline.knots);
	}
}

static void without_lookups_there_is_an_axis_too(void **state)
{
	(void)state;
	struct timeline timeline;

	assert_true(timeline_make(&(struct lookups){.count = 0, .began = BEGAN}, &timeline));
	assert_true(timeline_place(&timeline, BEGAN) >= 0);
	free(timeline.knots);
	assert_true(timeline_make(&(struct lookups){.count = 0, .began = 0}, &timeline));
	assert_int_equal(timeline.count, 2);
	free(timeline.knots);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_are_in_proportion_to_times),
		cmocka_unit_test(short_lookups_in_a_long_run_are_told_apart),
		cmocka_unit_test(ticks_are_round_and_not_too_many),
		cmocka_unit_test(without_lookups_there_is_an_axis_too),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
