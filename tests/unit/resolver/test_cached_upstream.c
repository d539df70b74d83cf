// SPDX-License-Identifier: MIT
// Coalescing of identical queries by many threads. Lifetimes of cached answers: test_resolver_cache.c.
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/scene.h"

#define THREADS 8

static const char records[] = "app.test. 60 A 192.0.2.1\n"
							  "app.test. 60 AAAA 2001:db8::1\n"
							  "zero.test. 0 A 192.0.2.2\n";

struct asker {
	struct resolver *resolver;
	const char *name;
	unsigned delay;      // microseconds before it asks
	int64_t time_limit;  // microseconds; 0: as the options say
	pthread_barrier_t *start;
	struct answer answers[2];
	int64_t milliseconds;
	pthread_t thread;
};

static void *ask(void *context)
{
	struct asker *asker = context;
	const struct question questions[] = {
		scene_question(asker->name, RRTYPE_A), scene_question(asker->name, RRTYPE_AAAA)};
	struct lookup_context lookup = lookup_context_of_config(resolver_config(asker->resolver));
	pthread_barrier_wait(asker->start);
	scene_sleep(asker->delay);
	const int64_t begun = clock_now();
	lookup_context_start(&lookup, clock_now());
	if (asker->time_limit)
		lookup.deadline = begun + asker->time_limit;
	resolver_answer(asker->resolver, &lookup, questions, 2, asker->answers);
	asker->milliseconds = (clock_now() - begun) / 1000;
	return NULL;
}

static void ask_at_once(struct scene *scene, struct asker *askers)
{
	pthread_barrier_t start;
	pthread_barrier_init(&start, NULL, THREADS);
	for (int i = 0; i < THREADS; i++) {
		askers[i].resolver = scene->resolver;
		askers[i].start = &start;
		assert_int_equal(pthread_create(&askers[i].thread, NULL, ask, &askers[i]), 0);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(askers[i].thread, NULL);
	pthread_barrier_destroy(&start);
}

static void clear(struct asker *askers)
{
	for (int i = 0; i < THREADS; i++)
		for (int j = 0; j < 2; j++)
			answer_clear(&askers[i].answers[j]);
}

static void threads_that_ask_the_same_at_once_share_one_exchange(void **state)
{
	(void)state;
	static const struct {
		const char *names[2], *rules;
		enum outcome outcome;
		size_t queries;
	} cases[] = {
		{{"app.test", "app.test"}, "* delay=100", OUTCOME_FOUND, 2},
		{{"app.test", "APP.Test"}, "* delay=100", OUTCOME_FOUND, 2},
		{{"none.test", "none.test"}, "* delay=100", OUTCOME_NO_NAME, 2},
		{{"none.test", "none.test"}, "* delay=100 no-soa", OUTCOME_NO_NAME, 2},
		{{"zero.test", "zero.test"}, "* delay=100", OUTCOME_FOUND, 2},
		{{"app.test", "app.test"}, "* servfail delay=100", OUTCOME_TRY_AGAIN, 4},
		{{"app.test", "none.test"}, "* delay=100", OUTCOME_FOUND, 4},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene scene = scene_of(records, cases[i].rules, "options cache:100");
		struct asker askers[THREADS] = {0};
		for (int j = 0; j < THREADS; j++)
			askers[j].name = cases[i].names[j % 2];
		ask_at_once(&scene, askers);
		for (int j = 0; j < THREADS; j++) {
			const bool is_other = strcasecmp(askers[j].name, cases[i].names[0]) != 0;
			assert_int_equal(askers[j].answers[0].outcome, is_other ? OUTCOME_NO_NAME : cases[i].outcome);
		}
		assert_int_equal(fake_count(scene.servers[0], NULL, 0), cases[i].queries);
		clear(askers);
		scene_close(&scene);
	}
}

static void what_may_not_be_kept_is_asked_again_afterwards(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "* delay=100", "options cache:100");
	struct asker askers[THREADS] = {0};
	for (int i = 0; i < THREADS; i++)
		askers[i].name = "zero.test";
	ask_at_once(&scene, askers);
	clear(askers);
	fake_forget(scene.servers[0]);
	assert_int_equal(scene_ask(&scene, "zero.test", RRTYPE_A), OUTCOME_FOUND);
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 1);
	scene_close(&scene);
}

static void silence_is_shared_as_well(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "* drop", "options cache:100 timeout-ms:700");
	struct asker askers[THREADS] = {0};
	// The second thread began a little later, so that it has time left when the first one times out.
	for (int i = 0; i < THREADS; i++) {
		askers[i].name = "app.test";
		askers[i].delay = i ? 40000 : 0;
	}
	ask_at_once(&scene, askers);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(askers[i].answers[0].outcome, OUTCOME_TRY_AGAIN);
	assert_in_range(fake_count(scene.servers[0], NULL, 0), 2, 6);
	clear(askers);
	scene_close(&scene);
}

static void each_waiter_keeps_its_own_deadline(void **state)
{
	(void)state;
	struct scene scene = scene_of(records, "* drop", "options cache:100 timeout-ms:1500");
	struct asker askers[THREADS] = {0};
	for (int i = 0; i < THREADS; i++) {
		askers[i].name = "app.test";
		askers[i].time_limit = i % 2 ? 300000 : 0;
	}
	ask_at_once(&scene, askers);
	for (int i = 0; i < THREADS; i++) {
		assert_int_equal(askers[i].answers[0].outcome, OUTCOME_TRY_AGAIN);
		assert_in_range(askers[i].milliseconds, i % 2 ? 290 : 1490, i % 2 ? 1200 : 3000);
	}
	clear(askers);
	scene_close(&scene);
}

static void a_child_of_fork_does_not_wait_for_its_parents_threads(void **state)
{
	(void)state;
	virtual_clock_stop();
	struct scene scene = scene_of(records, "* first=2 drop; * delay=1", "options cache:100");
	pthread_barrier_t start;
	struct asker asker = {.resolver = scene.resolver, .name = "app.test", .start = &start};
	int status = -1;
	pthread_barrier_init(&start, NULL, 2);
	assert_int_equal(pthread_create(&asker.thread, NULL, ask, &asker), 0);
	pthread_barrier_wait(&start);
	assert_true(fake_wait(scene.servers[0], 2, 2000));
	const pid_t child = fork();
	if (child == 0) {
		scene_ask_both(&scene, "app.test");
		_exit(scene.answers[0].outcome == OUTCOME_FOUND && scene.milliseconds < 1000 ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	pthread_join(asker.thread, NULL);
	pthread_barrier_destroy(&start);
	for (int i = 0; i < 2; i++)
		answer_clear(&asker.answers[i]);
	scene_close(&scene);
	virtual_clock_start();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_that_ask_the_same_at_once_share_one_exchange),
		cmocka_unit_test(what_may_not_be_kept_is_asked_again_afterwards),
		cmocka_unit_test(silence_is_shared_as_well),
		cmocka_unit_test(each_waiter_keeps_its_own_deadline),
		cmocka_unit_test(a_child_of_fork_does_not_wait_for_its_parents_threads),
	};
	virtual_clock_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
