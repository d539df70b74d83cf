// SPDX-License-Identifier: MIT
#include "config/base/hash.h"
#include "resolver/source/cache.h"
#include "tests/unit/names.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define KEY(question, variant) (&(struct cache_key){(question), name_hash(&(question)->name, HASH_START), (variant)})
#define SECOND INT64_C(1000000)
#define NOW (1000 * SECOND)

// One A record for each TTL; the last byte of the address is its index.
static struct answer answer_of(const struct question *question, const uint32_t *ttls, size_t count)
{
	struct answer answer = {.outcome = OUTCOME_FOUND, .source = SOURCE_SERVER, .flags = 0x8180};
	for (size_t i = 0; i < count; i++) {
		const uint8_t data[] = {192, 0, 2, (uint8_t)i};
		assert_true(answer_add(
			&answer, SECTION_ANSWER, &(struct record_view){&question->name, RRTYPE_A, ttls[i], data, sizeof data}));
	}
	return answer;
}

static void keep_answer(
	struct cache *cache, const struct question *question, const struct answer *answer, uint32_t lifetime)
{
	cache_keep(cache, &(struct cache_item){*KEY(question, 0), answer, answer->message_size, lifetime}, 1, NOW);
}

static void keep(struct cache *cache, const char *name, uint32_t lifetime)
{
	const struct question question = question_of(name, RRTYPE_A);
	struct answer answer = answer_of(&question, &lifetime, 1);
	keep_answer(cache, &question, &answer, lifetime);
	answer_clear(&answer);
}

static bool has(struct cache *cache, const char *name, int64_t now)
{
	const struct question question = question_of(name, RRTYPE_A);
	struct answer answer = {0};
	const enum outcome outcome = cache_answer(cache, KEY(&question, 0), now, &answer);
	answer_clear(&answer);
	return outcome == OUTCOME_FOUND;
}

static void an_answer_comes_back_whole_with_what_is_left_of_its_ttls(void **state)
{
	(void)state;
	static const uint32_t ttls[] = {60, 50, 40};
	struct cache *cache = cache_open(64);
	const struct question question = question_of("app.test", RRTYPE_A);
	struct answer kept = answer_of(&question, ttls, 3), found = {0};
	kept.over_tcp = kept.has_opt = true;
	keep_answer(cache, &question, &kept, 40);
	assert_int_equal(cache_answer(cache, KEY(&question, 0), NOW + SECOND, &found), OUTCOME_FOUND);
	assert_int_equal(found.source, SOURCE_CACHE);
	assert_int_equal(found.flags, 0x8180);
	assert_true(found.over_tcp && found.has_opt && !found.has_soa && !found.is_lame);
	assert_int_equal(found.record_count, 3);
	for (size_t i = 0; i < 3; i++) {
		const struct name owner = answer_owner(&found, &found.records[i]);
		assert_true(name_equal(&owner, &question.name));
		assert_int_equal(found.records[i].ttl, ttls[i] - 1);
		assert_int_equal(found.records[i].type, RRTYPE_A);
		assert_int_equal(found.records[i].data_length, 4);
		assert_int_equal(answer_data(&found, &found.records[i])[3], i);
	}
	// A cached answer can be extended like any other.
	assert_true(answer_add(&found, SECTION_ANSWER, &(struct record_view){&question.name, RRTYPE_A, 1, "abcd", 4}));
	answer_clear(&found);
	answer_clear(&kept);
	cache_close(cache);
}

static void an_answer_expires_at_the_end_of_its_lifetime(void **state)
{
	(void)state;
	struct cache *cache = cache_open(64);
	keep(cache, "app.test", 40);
	assert_true(has(cache, "app.test", NOW));
	assert_true(has(cache, "app.test", NOW + 40 * SECOND - 1));
	assert_false(has(cache, "app.test", NOW + 40 * SECOND));
	keep(cache, "none.test", 0);
	assert_false(has(cache, "none.test", NOW));
	cache_close(cache);
}

static void a_newer_answer_takes_the_place_of_an_older_one(void **state)
{
	(void)state;
	struct cache *cache = cache_open(64);
	keep(cache, "app.test", 40);
	keep(cache, "APP.test", 80);
	assert_true(has(cache, "app.test", NOW + 79 * SECOND));
	keep(cache, "app.test", 10);
	assert_false(has(cache, "app.test", NOW + 11 * SECOND));
	cache_close(cache);
}

static void answers_that_are_kept_together_are_found_each_by_its_question(void **state)
{
	(void)state;
	static const uint32_t ttl = 60;
	struct cache *cache = cache_open(64);
	const struct question ipv4 = question_of("app.test", RRTYPE_A), ipv6 = question_of("app.test", RRTYPE_AAAA);
	struct answer has_address = answer_of(&ipv4, &ttl, 1), found = {0};
	const struct answer is_empty = {.outcome = OUTCOME_NO_DATA, .source = SOURCE_SERVER};
	const struct cache_item items[] = {{*KEY(&ipv4, 0), &has_address, 0, 60}, {*KEY(&ipv6, 0), &is_empty, 0, 30}};
	const uint64_t before = cache_count(cache);
	cache_keep(cache, items, 2, NOW);
	assert_true(cache_count(cache) > before);
	assert_int_equal(cache_answer(cache, KEY(&ipv4, 0), NOW + 40 * SECOND, &found), OUTCOME_FOUND);
	assert_int_equal(found.record_count, 1);
	answer_clear(&found);
	assert_int_equal(cache_answer(cache, KEY(&ipv6, 0), NOW + 20 * SECOND, &found), OUTCOME_NO_DATA);
	assert_int_equal(cache_answer(cache, KEY(&ipv6, 0), NOW + 40 * SECOND, &found), OUTCOME_PASS);
	answer_clear(&has_address);
	cache_close(cache);
}

// Of names with answers of two types, as address lookups have.
static void a_full_cache_has_almost_all_of_its_answers(void **state)
{
	(void)state;
	enum { ENTRIES = 2048 };
	static const struct answer is_empty = {.outcome = OUTCOME_NO_DATA, .source = SOURCE_SERVER};
	struct cache *cache = cache_open(ENTRIES);
	unsigned kept = 0;
	for (unsigned i = 0; i < 2 * ENTRIES; i++) {
		char name[32];
		struct answer found = {0};
		snprintf(name, sizeof name, "host%u.test", i % ENTRIES / 2);
		const struct question question = question_of(name, i % 2 ? RRTYPE_AAAA : RRTYPE_A);
		if (i < ENTRIES)
			keep_answer(cache, &question, &is_empty, 60);
		else
			kept += cache_answer(cache, KEY(&question, 0), NOW, &found) == OUTCOME_NO_DATA;
	}
	assert_true(kept > ENTRIES / 100 * 99);
	cache_close(cache);
}

static void a_message_is_kept_only_if_it_is_asked_for(void **state)
{
	(void)state;
	struct cache *cache = cache_open(64);
	const struct question question = question_of("app.test", RRTYPE_A);
	struct answer answer = {.outcome = OUTCOME_NO_DATA}, found = {0};
	assert_true(answer_set_message(&answer, (uint8_t[12]){0}, 12));
	keep_answer(cache, &question, &answer, 60);
	assert_int_equal(cache_answer(cache, KEY(&question, 0), NOW, &found), OUTCOME_NO_DATA);
	assert_int_equal(found.message_size, 12);
	answer_clear(&found);
	cache_keep(cache, &(struct cache_item){*KEY(&question, 0), &answer, 0, 60}, 1, NOW);
	assert_int_equal(cache_answer(cache, KEY(&question, 0), NOW, &found), OUTCOME_NO_DATA);
	assert_null(found.message);
	assert_int_equal(found.message_size, 0);
	answer_clear(&answer);
	cache_close(cache);
}

static void other_names_types_classes_and_variants_are_other_questions(void **state)
{
	(void)state;
	struct cache *cache = cache_open(64);
	struct answer answer = {0};
	keep(cache, "app.test", 40);
	struct question question = question_of("app.test", RRTYPE_AAAA);
	assert_int_equal(cache_answer(cache, KEY(&question, 0), NOW, &answer), OUTCOME_PASS);
	question = question_of("app.test", RRTYPE_A);
	question.class = 3;
	assert_int_equal(cache_answer(cache, KEY(&question, 0), NOW, &answer), OUTCOME_PASS);
	question = question_of("app.test", RRTYPE_A);
	assert_int_equal(cache_answer(cache, KEY(&question, 1), NOW, &answer), OUTCOME_PASS);
	assert_false(has(cache, "www.app.test", NOW));
	assert_true(has(cache, "app.test", NOW));
	cache_close(cache);
}

static void each_answer_has_the_name_in_the_case_of_its_question(void **state)
{
	(void)state;
	static const uint32_t ttl = 60;
	struct cache *cache = cache_open(64);
	const struct question first = question_of("app.test", RRTYPE_A), second = question_of("App.TEST", RRTYPE_A);
	struct answer kept = answer_of(&first, &ttl, 1), found = {0};
	keep_answer(cache, &first, &kept, 60);
	assert_int_equal(cache_answer(cache, KEY(&second, 0), NOW, &found), OUTCOME_FOUND);
	const struct name owner = answer_owner(&found, &found.records[0]);
	assert_memory_equal(owner.wire, second.name.wire, second.name.length);
	answer_clear(&found);
	answer_clear(&kept);
	cache_close(cache);
}

static void a_failure_without_a_server_is_kept_without_one(void **state)
{
	(void)state;
	struct cache *cache = cache_open(64);
	const struct question question = question_of("app.test", RRTYPE_A);
	const struct answer failure = {.outcome = OUTCOME_TRY_AGAIN, .error = 110};
	struct answer found = {0};
	keep_answer(cache, &question, &failure, 1);
	assert_int_equal(cache_answer(cache, KEY(&question, 0), NOW, &found), OUTCOME_TRY_AGAIN);
	assert_int_equal(found.error, 110);
	assert_int_equal(found.source, SOURCE_UNSET);
	answer_clear(&found);
	cache_close(cache);
}

static void what_is_too_large_is_not_kept(void **state)
{
	(void)state;
	struct cache *cache = cache_open(64);
	const struct question question = question_of("app.test", RRTYPE_TXT);
	struct answer answer = {.outcome = OUTCOME_FOUND}, found = {0};
	static uint8_t data[CACHE_ANSWER_MAX];
	assert_true(answer_add(
		&answer, SECTION_ANSWER, &(struct record_view){&question.name, RRTYPE_TXT, 60, data, CACHE_ANSWER_MAX - 200}));
	keep_answer(cache, &question, &answer, 60);
	assert_int_equal(cache_answer(cache, KEY(&question, 0), NOW, &found), OUTCOME_FOUND);
	answer_clear(&found);
	assert_true(answer_add(&answer, SECTION_ANSWER, &(struct record_view){&question.name, RRTYPE_TXT, 60, data, 300}));
	keep_answer(cache, &question, &answer, 60);
	assert_int_equal(cache_answer(cache, KEY(&question, 0), NOW, &found), OUTCOME_FOUND);
	assert_int_equal(found.record_count, 1);
	answer_clear(&found);
	answer_clear(&answer);
	cache_close(cache);
}

// The newest answers are present, the oldest are overwritten, and no answer is returned for another question.
static void the_oldest_make_room(void **state)
{
	(void)state;
	enum { KEPT = 20000, ROOM = 1000 };
	struct cache *cache = cache_open(ROOM);
	char name[32];
	size_t there = 0;
	for (int i = 0; i < KEPT; i++) {
		snprintf(name, sizeof name, "name-%d.test", i);
		keep(cache, name, 60);
		assert_true(has(cache, name, NOW));
	}
	for (int i = 0; i < KEPT; i++) {
		snprintf(name, sizeof name, "name-%d.test", i);
		const bool is_there = has(cache, name, NOW);
		there += is_there;
		assert_true(is_there || i < KEPT - 100);
	}
	assert_in_range(there, ROOM / 2, 4 * ROOM);
	cache_close(cache);
}

#define THREADS 4
#define FOUND 20000

struct shared_cache {
	struct cache *cache;
	atomic_bool ends;
	atomic_size_t found, wrong;
};

// All records of an answer contain the same byte as its name, so that a torn read is detected.
static void *keep_and_look(void *context)
{
	struct shared_cache *shared = context;
	unsigned seed = (unsigned)(uintptr_t)&seed;
	while (!shared->ends) {
		const int number = rand_r(&seed) % 64;
		char name[32];
		uint8_t data[100];
		struct answer answer = {.outcome = OUTCOME_FOUND, .source = SOURCE_SERVER}, found = {0};
		snprintf(name, sizeof name, "name-%d.test", number);
		const struct question question = question_of(name, RRTYPE_A);
		memset(data, number, sizeof data);
		for (int i = 0; i < 1 + number % 5; i++)
			answer_add(
				&answer, SECTION_ANSWER, &(struct record_view){&question.name, RRTYPE_TXT, 60, data, sizeof data});
		keep_answer(shared->cache, &question, &answer, 60);
		if (cache_answer(shared->cache, KEY(&question, 0), NOW, &found) == OUTCOME_FOUND) {
			shared->found++;
			if (found.record_count != answer.record_count || found.store_size != answer.store_size ||
				memcmp(found.store, answer.store, answer.store_size) != 0)
				shared->wrong++;
		}
		answer_clear(&answer);
		answer_clear(&found);
	}
	return NULL;
}

// The smallest ring, which is overwritten continuously.
static void threads_never_see_half_an_answer(void **state)
{
	(void)state;
	struct shared_cache shared = {.cache = cache_open(1)};
	pthread_t threads[THREADS];
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, keep_and_look, &shared), 0);
	while (shared.found < FOUND)
		usleep(1000);
	shared.ends = true;
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(shared.wrong, 0);
	cache_close(shared.cache);
}

// The fork happens at arbitrary points of the other threads.
static void a_child_of_fork_continues_to_store_answers(void **state)
{
	(void)state;
	struct shared_cache shared = {.cache = cache_open(64)};
	pthread_t threads[THREADS];
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, keep_and_look, &shared), 0);
	for (int i = 0; i < 50; i++) {
		int status = -1;
		const pid_t child = fork();
		if (child == 0) {
			keep(shared.cache, "child.test", 60);
			_exit(has(shared.cache, "child.test", NOW) ? 0 : 1);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(status, 0);
	}
	shared.ends = true;
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	cache_close(shared.cache);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_comes_back_whole_with_what_is_left_of_its_ttls),
		cmocka_unit_test(an_answer_expires_at_the_end_of_its_lifetime),
		cmocka_unit_test(a_newer_answer_takes_the_place_of_an_older_one),
		cmocka_unit_test(answers_that_are_kept_together_are_found_each_by_its_question),
		cmocka_unit_test(a_full_cache_has_almost_all_of_its_answers),
		cmocka_unit_test(a_message_is_kept_only_if_it_is_asked_for),
		cmocka_unit_test(other_names_types_classes_and_variants_are_other_questions),
		cmocka_unit_test(each_answer_has_the_name_in_the_case_of_its_question),
		cmocka_unit_test(a_failure_without_a_server_is_kept_without_one),
		cmocka_unit_test(what_is_too_large_is_not_kept),
		cmocka_unit_test(the_oldest_make_room),
		cmocka_unit_test(threads_never_see_half_an_answer),
		cmocka_unit_test(a_child_of_fork_continues_to_store_answers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
