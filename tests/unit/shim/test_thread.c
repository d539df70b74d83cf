// SPDX-License-Identifier: MIT
#include "shim/command/thread.h"

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>

#include "tests/unit/unit.h"

static sem_t is_done;

static void *take_mask(void *mask)
{
	pthread_sigmask(SIG_SETMASK, NULL, mask);
	sem_post(&is_done);
	return NULL;
}

static void all_signals_are_blocked_in_the_thread_and_only_there(void **state)
{
	(void)state;
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGPIPE, SIGALRM};
	static sigset_t mask;
	sigset_t own;
	sem_init(&is_done, 0, 0);
	assert_true(thread_start(take_mask, &mask));
	while (sem_wait(&is_done) != 0)
		continue;
	pthread_sigmask(SIG_SETMASK, NULL, &own);
	for (size_t i = 0; i < LENGTH(signals); i++) {
		assert_int_equal(sigismember(&mask, signals[i]), 1);
		assert_int_equal(sigismember(&own, signals[i]), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_signals_are_blocked_in_the_thread_and_only_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
