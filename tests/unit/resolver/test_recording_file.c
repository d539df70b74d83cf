// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/base/rrtype.h"
#include "resolver/source/recording_file.h"
#include "resolver/source/recording_lines.h"
#include "resolver/source/recording_text.h"
#include "tests/unit/files.h"
#include "tests/unit/unit.h"

#define CHILDREN 4
#define THREADS 3
#define ANSWERS 12  // of each thread

static const char *path;

static bool add(int number)
{
	char text[128];
	const int size = snprintf(
		text, sizeof(text), "; n%d.test. A NOERROR\nn%d.test. 60 IN A 192.0.2.%d\n", number, number, number % 256);
	return recording_file_add(path, &(struct recording_text){text, (size_t)size}, 1);
}

static struct recording_lines read_lines(void)
{
	struct recording_lines lines = {0};
	const char *text = files_read(path);
	unsigned wrong;
	assert_true(recording_lines_read(&lines, text, strlen(text), &wrong));
	return lines;
}

static size_t count_lines(void)
{
	struct recording_lines lines = read_lines();
	const size_t count = lines.count;
	recording_lines_clear(&lines);
	return count;
}

static int remove_file(void **state)
{
	(void)state;
	path = files_path("recorded.zone");
	unlink(path);
	return 0;
}

static void *add_many(void *first)
{
	for (int i = 0; i < ANSWERS; i++)
		if (!add(*(int *)first + i))
			abort();
	return NULL;
}

static void add_in_threads(int child)
{
	pthread_t threads[THREADS];
	int first[THREADS];
	for (int i = 0; i < THREADS; i++) {
		first[i] = (child * THREADS + i) * ANSWERS;
		pthread_create(&threads[i], NULL, add_many, &first[i]);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

static void many_processes_and_threads_lose_no_line(void **state)
{
	(void)state;
	for (int child = 0; child < CHILDREN; child++) {
		if (fork() > 0)
			continue;
		add_in_threads(child);
		_exit(0);
	}
	for (int child = 0, status; child < CHILDREN; child++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	struct recording_lines lines = read_lines();
	assert_int_equal(lines.count, 2 * CHILDREN * THREADS * ANSWERS);
	for (int i = 0; i < CHILDREN * THREADS * ANSWERS; i++) {
		const struct recording_line *line;
		char owner[32];
		snprintf(owner, sizeof(owner), "n%d.test.", i);
		assert_int_equal(recording_lines_find(&lines, owner, RRTYPE_A, false, &line), 1);
	}
	recording_lines_clear(&lines);
}

static void a_process_that_is_killed_leaves_a_whole_file(void **state)
{
	(void)state;
	for (int round = 0; round < 10; round++) {
		const size_t before = access(path, F_OK) == 0 ? count_lines() : 0;
		const pid_t child = fork();
		for (int i = round * 100000; child == 0; i++)
			add(i);
		while (access(path, F_OK) != 0 || count_lines() < before + 4)
			continue;
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, NULL, 0), child);
		assert_true(count_lines() >= before + 4);
	}
	assert_true(add(-1));
	assert_int_equal(access(files_path("recorded.zone.new"), F_OK), -1);
}

static void the_mode_of_the_file_stays_and_its_signals_are_as_before(void **state)
{
	sigset_t before, after;
	struct stat status;
	(void)state;
	sigprocmask(SIG_SETMASK, NULL, &before);
	files_write_text(path, recording_head);
	assert_int_equal(chmod(path, 0640), 0);
	assert_true(add(1));
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0640);
	sigprocmask(SIG_SETMASK, NULL, &after);
	for (int signal = 1; signal < 32; signal++)
		assert_int_equal(sigismember(&before, signal), sigismember(&after, signal));
}

static void a_lock_of_another_process_is_waited_for(void **state)
{
	int ready[2], done[2];
	char byte;
	(void)state;
	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(done), 0);
	assert_true(add(1));
	const pid_t child = fork();
	if (child == 0) {
		const int descriptor = open(path, O_RDWR);
		flock(descriptor, LOCK_EX);
		_exit(write(ready[1], "x", 1) != 1 || read(done[0], &byte, 1) != 1 || flock(descriptor, LOCK_UN) != 0);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(write(done[1], "x", 1), 1);
	assert_true(add(2));
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_int_equal(count_lines(), 4);
}

static void another_file_is_not_changed(void **state)
{
	static const char text[] = "all:\n\techo precious\n";
	(void)state;
	files_write_text(path, text);
	assert_false(add(1));
	assert_int_equal(errno, EBADMSG);
	assert_string_equal(files_read(path), text);
	assert_int_equal(mkdir(files_path("directory"), 0700), 0);
	path = files_path("directory");
	assert_false(add(1));
	assert_int_equal(errno, EISDIR);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup(test, remove_file)
	const struct CMUnitTest tests[] = {
		TEST(many_processes_and_threads_lose_no_line),
		TEST(a_process_that_is_killed_leaves_a_whole_file),
		TEST(the_mode_of_the_file_stays_and_its_signals_are_as_before),
		TEST(a_lock_of_another_process_is_waited_for),
		TEST(another_file_is_not_changed),
	};
	return cmocka_run_group_tests(tests, NULL, files_remove);
}
