// SPDX-License-Identifier: MIT
#include "config/sync/seqlock.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "config/base/hash.h"
#include "tests/unit/unit.h"

#define THREADS 4
#define READS 500000

// All bytes of a value are equal; 41 is not a multiple of the word size.
struct value {
	uint8_t bytes[41];
};

struct scene {
	seqlock_word location[SEQLOCK_WORDS(struct value)];
	atomic_bool ends;
	atomic_uint read, torn, next;
};

static void what_was_written_is_read_and_nothing_before(void **state)
{
	(void)state;
	struct scene scene = {.read = 0};
	struct value value, found;
	assert_false(seqlock_read(scene.location, &found, sizeof found));
	for (int i = 0; i < 256; i++) {
		memset(&value, i, sizeof value);
		seqlock_write(scene.location, &value, sizeof value);
		assert_true(seqlock_read(scene.location, &found, sizeof found));
		assert_memory_equal(&found, &value, sizeof value);
	}
}

static void *write_for_ever(void *context)
{
	struct scene *scene = context;
	struct value value;
	while (!scene->ends) {
		memset(&value, (int)(scene->next++ & 0xff), sizeof value);
		seqlock_write(scene->location, &value, sizeof value);
	}
	return NULL;
}

static void *read_for_ever(void *context)
{
	struct scene *scene = context;
	struct value value;
	while (!scene->ends) {
		if (!seqlock_read(scene->location, &value, sizeof value))
			continue;
		scene->read++;
		for (size_t i = 1; i < sizeof value; i++)
			scene->torn += value.bytes[i] != value.bytes[0];
	}
	return NULL;
}

static void no_value_is_met_in_halves(void **state)
{
	(void)state;
	struct scene scene = {.read = 0};
	pthread_t threads[THREADS];
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, i % 2 ? write_for_ever : read_for_ever, &scene), 0);
	while (atomic_load(&scene.read) < READS)
		usleep(1000);
	scene.ends = true;
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(scene.torn, 0);
}

static void hashes_depend_on_length_position_and_zeros(void **state)
{
	(void)state;
	static const uint8_t zeros[24], ones[][24] = {{[16] = 1}, {[17] = 1}, {[22] = 1}, {[23] = 1}, {[23] = 7}};
	uint64_t seen[25 + 5];
	for (size_t i = 0; i < 25; i++)
		seen[i] = hash_bytes(HASH_START, zeros, i);
	for (size_t i = 0; i < 5; i++)
		seen[25 + i] = hash_bytes(HASH_START, ones[i], sizeof ones[i]);
	for (size_t i = 0; i < 30; i++)
		for (size_t j = 0; j < i; j++)
			assert_true(seen[i] != seen[j]);
}

static void texts_in_other_case_have_the_same_hash(void **state)
{
	(void)state;
	static const char lower[] = "the-name-of.a-host_1.test", upper[] = "The-NAME-of.A-host_1.TEST";
	for (size_t i = 0; i < sizeof lower; i++) {
		assert_true(hash_text(HASH_START, lower, i) == hash_text(HASH_START, upper, i));
		for (size_t j = 0; j < i; j++)
			assert_true(hash_text(HASH_START, lower, i) != hash_text(HASH_START, upper, j));
	}
	assert_true(hash_text(HASH_START, "app1", 4) != hash_text(HASH_START, "app2", 4));
	assert_true(hash_text(1, lower, sizeof lower) != hash_text(2, lower, sizeof lower));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_written_is_read_and_nothing_before),
		cmocka_unit_test(no_value_is_met_in_halves),
		cmocka_unit_test(hashes_depend_on_length_position_and_zeros),
		cmocka_unit_test(texts_in_other_case_have_the_same_hash),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
