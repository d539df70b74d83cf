// SPDX-License-Identifier: MIT
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/base/random.h"
#include "shim/command/query/pool.h"
#include "tests/unit/unit.h"

// Replaces that of libc for pool.c. Starts as many threads as the test allows.
static unsigned threads_allowed = UINT32_MAX;

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *argument)
{
	static int (*create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

	if (create == NULL)
		create = (int (*)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *))dlsym(RTLD_NEXT, __func__);
	if (threads_allowed == 0)
		return EAGAIN;
	threads_allowed--;
	return create(thread, attributes, run, argument);
}

struct job {
	unsigned index, microseconds;
	int status;
};

static struct job *job_of(unsigned index, unsigned microseconds, int status)
{
	struct job *job = malloc(sizeof(*job));

	assert_non_null(job);
	*job = (struct job){index, microseconds, status};
	return job;
}

static int write_index(void *context, void *data, FILE *out)
{
	const struct job *job = data;

	(void)context;
	fprintf(out, "%u ", job->index);
	if (job->microseconds > 0)
		usleep(job->microseconds);
	fprintf(out, "done\n");
	return job->status;
}

// The output has both halves of each job together, the jobs in their order, and nothing else.
static void assert_in_order(const char *text, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		char line[32];
		int length = snprintf(line, sizeof(line), "%u done\n", i);

		if (strncmp(text, line, (size_t)length) != 0)
			fail_msg("wanted %s, got %.40s", line, text);
		text += length;
	}
	assert_string_equal(text, "");
}

// Adds count jobs with the given durations in microseconds, of the first and of the longest other, and reads their
// output.
static void run_jobs(unsigned count, unsigned first, unsigned longest)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct pool *pool = pool_open(write_index, NULL, POOL_THREADS_MAX, out);
	uint64_t random = 1;

	assert_non_null(pool);
	for (unsigned i = 0; i < count; i++) {
		random = random_next(random);
		pool_add(pool, job_of(i, i == 0 ? first : longest > 0 ? (unsigned)(random % longest) : 0, 0));
	}
	assert_int_equal(pool_close(pool), 0);
	fclose(out);
	assert_in_order(text, count);
	free(text);
}

static void output_is_in_the_order_of_the_jobs(void **state)
{
	(void)state;
	run_jobs(1000, 0, 400);
}

// All slots after the first are in use long before the first job ends.
static void there_may_be_more_jobs_than_the_pool_holds(void **state)
{
	(void)state;
	run_jobs(5000, 20000, 0);
}

static void without_threads_the_caller_does_the_work(void **state)
{
	(void)state;
	threads_allowed = 0;
	run_jobs(700, 0, 0);
	threads_allowed = UINT32_MAX;
}

static void a_few_threads_are_enough(void **state)
{
	(void)state;
	for (unsigned threads = 1; threads < 4; threads++) {
		threads_allowed = threads;
		run_jobs(700, 0, 20);
		assert_int_equal(threads_allowed, 0);
	}
	threads_allowed = UINT32_MAX;
}

// Lets jobs wait for each other.
struct meeting {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	unsigned here;
	int go[2], came[2];
};

#define MEETING                                                                \
	{                                                                          \
		.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER \
	}

static void meet(struct meeting *meeting, unsigned count)
{
	pthread_mutex_lock(&meeting->lock);
	meeting->here++;
	pthread_cond_broadcast(&meeting->changed);
	while (meeting->here < count)
		pthread_cond_wait(&meeting->changed, &meeting->lock);
	pthread_mutex_unlock(&meeting->lock);
}

#define AT_ONCE 32

// As many jobs as threads, which wait for each other: the output is in order.
static void assert_all_meet(pool_work *work)
{
	struct meeting meeting = MEETING;
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct pool *pool = pool_open(work, &meeting, POOL_THREADS_MAX, out);

	for (unsigned i = 0; i < AT_ONCE; i++)
		pool_add(pool, job_of(i, 0, 0));
	pool_close(pool);
	fclose(out);
	assert_in_order(text, AT_ONCE);
	free(text);
}

static int meet_others(void *context, void *data, FILE *out)
{
	meet(context, AT_ONCE);
	return write_index(NULL, data, out);
}

// No job ends before all have begun: with fewer threads this would wait forever.
static void many_jobs_are_at_work_at_once(void **state)
{
	(void)state;
	assert_all_meet(meet_others);
}

// The first job is the last to end.
static int first_waits(void *context, void *data, FILE *out)
{
	const struct job *job = data;
	struct meeting *meeting = context;

	fprintf(out, "%u ", job->index);
	if (job->index == 0)
		meet(meeting, AT_ONCE);
	fprintf(out, "done\n");
	if (job->index > 0)
		meet(meeting, 0);
	return 0;
}

static void a_slow_first_job_is_waited_for_with_what_the_others_wrote(void **state)
{
	(void)state;
	assert_all_meet(first_waits);
}

// Writes text, and ends when it has been read.
static int say_and_wait(void *context, void *data, FILE *out)
{
	struct meeting *meeting = context;
	char byte;

	(void)data;
	fputs("heard\n", out);
	return read(meeting->go[0], &byte, 1) == 1 ? 0 : 9;
}

static void the_output_of_the_current_job_is_written_at_once(void **state)
{
	struct meeting meeting = MEETING;
	char text[16] = "";

	(void)state;
	assert_int_equal(pipe(meeting.go), 0);
	assert_int_equal(pipe(meeting.came), 0);
	FILE *out = fdopen(meeting.came[1], "w");
	setvbuf(out, NULL, _IOLBF, BUFSIZ);
	struct pool *pool = pool_open(say_and_wait, &meeting, POOL_THREADS_MAX, out);
	for (unsigned i = 0; i < 3; i++)
		pool_add(pool, job_of(i, 0, 0));
	assert_int_equal(read(meeting.came[0], text, sizeof(text)), 6);
	assert_string_equal(text, "heard\n");
	assert_int_equal(write(meeting.go[1], "abc", 3), 3);
	assert_int_equal(pool_close(pool), 0);
	assert_int_equal(read(meeting.came[0], text, sizeof(text)), 12);
	fclose(out);
	close(meeting.came[0]);
	close(meeting.go[0]);
	close(meeting.go[1]);
}

static void what_is_finished_is_written_without_waiting_for_the_rest(void **state)
{
	struct meeting meeting = MEETING;
	char text[16] = "";

	(void)state;
	assert_int_equal(pipe(meeting.go), 0);
	assert_int_equal(pipe(meeting.came), 0);
	FILE *out = fdopen(meeting.came[1], "w");
	struct pool *pool = pool_open(say_and_wait, &meeting, POOL_THREADS_MAX, out);
	assert_int_equal(write(meeting.go[1], "a", 1), 1);
	pool_add(pool, job_of(0, 0, 0));
	// The pool is still open, and out buffered: it was flushed.
	assert_int_equal(read(meeting.came[0], text, sizeof(text)), 6);
	assert_int_equal(pool_close(pool), 0);
	fclose(out);
	close(meeting.came[0]);
	close(meeting.go[0]);
	close(meeting.go[1]);
}

static void the_status_is_the_largest_of_all(void **state)
{
	static const struct {
		int statuses[4], worst;
	} cases[] = {
		{{0, 0, 0, 0}, 0},
		{{0, 1, 0, 0}, 1},
		{{2, 1, 0, 1}, 2},
		{{0, 1, 0, 2}, 2},
		{{-1, -5, -1, -1}, 0},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		FILE *out = fopen("/dev/null", "w");
		struct pool *pool = pool_open(write_index, NULL, POOL_THREADS_MAX, out);

		for (unsigned j = 0; j < 4; j++)
			pool_add(pool, job_of(j, 0, cases[i].statuses[j]));
		assert_int_equal(pool_close(pool), cases[i].worst);
		fclose(out);
	}
}

static void a_pool_without_jobs_ends_well(void **state)
{
	(void)state;
	run_jobs(0, 0, 0);
}

static int write_much(void *context, void *data, FILE *out)
{
	const struct job *job = data;

	(void)context;
	for (unsigned i = 0; i < 200000; i++)
		fputc('a' + (int)job->index, out);
	return 0;
}

static void long_outputs_do_not_mix(void **state)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct pool *pool = pool_open(write_much, NULL, POOL_THREADS_MAX, out);

	(void)state;
	for (unsigned i = 0; i < 8; i++)
		pool_add(pool, job_of(i, 0, 0));
	pool_close(pool);
	fclose(out);
	assert_int_equal(size, 8 * 200000);
	for (size_t i = 0; i < size; i++)
		assert_int_equal(text[i], 'a' + (int)(i / 200000));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(output_is_in_the_order_of_the_jobs),
		cmocka_unit_test(there_may_be_more_jobs_than_the_pool_holds),
		cmocka_unit_test(without_threads_the_caller_does_the_work),
		cmocka_unit_test(a_few_threads_are_enough),
		cmocka_unit_test(many_jobs_are_at_work_at_once),
		cmocka_unit_test(a_slow_first_job_is_waited_for_with_what_the_others_wrote),
		cmocka_unit_test(the_output_of_the_current_job_is_written_at_once),
		cmocka_unit_test(what_is_finished_is_written_without_waiting_for_the_rest),
		cmocka_unit_test(the_status_is_the_largest_of_all),
		cmocka_unit_test(a_pool_without_jobs_ends_well),
		cmocka_unit_test(long_outputs_do_not_mix),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
