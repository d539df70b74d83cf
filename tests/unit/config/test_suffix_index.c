// SPDX-License-Identifier: MIT
#include "config/base/suffix_index.h"

#include <stdio.h>
#include <stdlib.h>

#include "config/base/random.h"
#include "tests/unit/unit.h"

// A name of up to four labels out of few, so that many names are equal or below others; with letters of both cases.
static struct name random_name(uint64_t *state)
{
	char text[32];
	size_t used = 0;
	struct name name;
	*state = random_next(*state);
	for (uint64_t draw = *state; draw % 5; draw /= 64)
		used +=
			(size_t)snprintf(text + used, sizeof(text) - used, "%c.", (draw & 32 ? 'a' : 'A') + (int)(draw / 5 % 4));
	assert_true(name_read(used ? text : ".", &name));
	return name;
}

static void test_finds_what_comparing_all_finds(void **state)
{
	(void)state;
	enum { COUNT = 500, QUERIES = 2000 };
	struct row {
		struct name name;
		int other;
	} *rows = calloc(COUNT, sizeof(*rows));
	struct suffix_index index = {0};
	uint64_t number = 1;
	for (size_t i = 0; i < COUNT; i++)
		rows[i].name = random_name(&number);
	assert_true(suffix_index_open(&index, &rows->name, sizeof(*rows), COUNT));
	for (size_t i = 0; i < QUERIES; i++) {
		const struct name name = random_name(&number);
		size_t from = 0;
		for (size_t j = 0; j < COUNT; j++) {
			if (!name_within(&name, &rows[j].name))
				continue;
			while ((from = suffix_index_next(&index, &name, from)) < j)
				from++;
			assert_int_equal(from++, j);
		}
	}
	free(index.places);
	free(rows);
}

static void test_passes_over_names_of_other_buckets(void **state)
{
	(void)state;
	enum { COUNT = 4096 };
	struct name *names = calloc(COUNT, sizeof(*names)), name;
	struct suffix_index index = {0};
	char text[32];
	for (size_t i = 0; i < COUNT; i++) {
		snprintf(text, sizeof(text), "n%zu.example", i);
		assert_true(name_read(text, &names[i]));
	}
	assert_true(suffix_index_open(&index, names, sizeof(*names), COUNT));
	assert_true(name_read("www.n4000.example", &name));
	size_t candidates = 0;
	for (size_t at = 0; (at = suffix_index_next(&index, &name, at)) != SIZE_MAX; at++)
		candidates++;
	assert_in_range(candidates, 1, 40);
	free(index.places);
	free(names);
}

static void test_is_empty_without_names(void **state)
{
	(void)state;
	struct suffix_index index = {0};
	const struct name name = {.length = 1};
	assert_true(suffix_index_next(&index, &name, 0) == SIZE_MAX);
	assert_true(suffix_index_open(&index, NULL, sizeof(name), 0));
	assert_true(suffix_index_next(&index, &name, 0) == SIZE_MAX);
	free(index.places);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_finds_what_comparing_all_finds),
		cmocka_unit_test(test_passes_over_names_of_other_buckets),
		cmocka_unit_test(test_is_empty_without_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
