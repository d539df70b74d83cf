// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "config/base/rrtype.h"
#include "config/sync/forks.h"
#include "resolver/source/recording_file.h"
#include "resolver/source/recording_lines.h"
#include "tests/unit/files.h"
#include "tests/unit/unit.h"

#define CHILDREN 4
#define THREADS 3
#define LARGE 3000  // lines
#define ANSWERS 12  // of each thread

static const char *path;
static int holder;

static void unlock(int signal)
{
	(void)signal;
	flock(holder, LOCK_UN);
}

static bool add(int number)
{
	char text[128];
	snprintf(text, sizeof(text), "; n%d.test. A NOERROR\nn%d.test. 60 IN A 192.0.2.%d\n", number, number, number % 256);
	return recording_file_add(path, text);
}

static struct recording_lines read_lines(void)
{
	struct recording_lines lines;
	unsigned wrong;
	assert_true(recording_lines_read(path, &lines, &wrong));
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
		char owner[32];
		snprintf(owner, sizeof(owner), "n%d.test. ", i);
		const struct recording_line *line = recording_lines_next(&lines, owner, RRTYPE_A, false, NULL);
		assert_non_null(line);
		assert_null(recording_lines_next(&lines, owner, RRTYPE_A, false, line));
	}
	recording_lines_clear(&lines);
}

static void a_process_that_is_killed_leaves_a_whole_file(void **state)
{
	(void)state;
	for (int round = 0; round < 10; round++) {
		const size_t before = access(path, F_OK) == 0 ? count_lines() : 0;
		const pid_t child = fork();
		if (child == 0)
			for (int i = round * 100000;; i++)
				add(i);
		while (access(path, F_OK) != 0 || count_lines() < before + 4)
			continue;
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, NULL, 0), child);
		assert_true(count_lines() >= before + 4);
	}
	assert_true(add(-1));
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

// Readers can lock the file too.
static void while_another_keeps_the_lock_signals_arrive_and_the_wait_is_short(void **state)
{
	const struct sigaction action = {.sa_handler = unlock};
	const struct itimerval soon = {.it_value = {.tv_usec = 20000}};
	(void)state;
	assert_true(add(1));
	holder = open(path, O_RDONLY);
	assert_int_equal(flock(holder, LOCK_EX), 0);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &soon, NULL);
	assert_true(add(2));
	close(holder);
	holder = open(path, O_RDONLY);
	assert_int_equal(flock(holder, LOCK_EX), 0);
	const time_t begin = time(NULL);
	assert_false(add(3));
	assert_int_equal(errno, ETIMEDOUT);
	assert_true(time(NULL) - begin < 20);
	close(holder);
	assert_int_equal(count_lines(), 4);
}

static size_t count_open(void)
{
	struct stat recording, file;
	size_t count = 0;
	if (stat(path, &recording) != 0)
		return 0;
	for (int descriptor = 0; descriptor < 256; descriptor++)
		count += fstat(descriptor, &file) == 0 && file.st_ino == recording.st_ino && file.st_dev == recording.st_dev;
	return count;
}

// A child of daemon(3) must not keep the lock when its parent ends.
static void a_child_of_a_fork_has_no_descriptor_of_the_file(void **state)
{
	(void)state;
	assert_true(add(1));
	const int held = forks_open(path, O_RDWR | O_CLOEXEC, 0);
	assert_int_equal(flock(held, LOCK_EX), 0);
	assert_int_equal(count_open(), 1);
	const pid_t child = fork();
	if (child == 0) {
		const bool is_free = count_open() == 0;
		const int descriptor = forks_open(path, O_RDWR | O_CLOEXEC, 0);
		_exit(!is_free || descriptor != held || flock(descriptor, LOCK_EX | LOCK_NB) == 0);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(flock(held, LOCK_EX | LOCK_NB), 0);
	forks_close(held);
	assert_int_equal(count_open(), 0);
}

static void *add_always(void *first)
{
	for (int i = *(int *)first;; i++)
		add(i);
	return NULL;
}

static void fork_while_a_thread_adds(int first, const int *end)
{
	pthread_t thread;
	char byte;
	pthread_create(&thread, NULL, add_always, &first);
	nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
	if (fork() == 0) {
		close(end[1]);
		_exit((int)read(end[0], &byte, 1));
	}
	_exit(0);
}

// Adding to a large file takes longer, so that most forks find the lock held.
static void make_large(void)
{
	static char text[LARGE * 64];
	char *at = text;
	for (int i = 0; i < LARGE; i++)
		at += sprintf(at, "; large%d.test. A NXDOMAIN test.\n", i);
	assert_true(recording_file_add(path, text));
}

static void a_child_does_not_keep_the_lock_of_a_parent_that_ends(void **state)
{
	(void)state;
	make_large();
	for (int round = 0; round < 30; round++) {
		int end[2];
		assert_int_equal(pipe(end), 0);
		const pid_t child = fork();
		if (child == 0)
			fork_while_a_thread_adds((round + 1) * 1000000, end);
		assert_int_equal(waitpid(child, NULL, 0), child);
		assert_true(add(round));
		close(end[0]);
		close(end[1]);
	}
}

static void other_files_in_its_directory_stay(void **state)
{
	static const char text[] = "record app.test A 192.0.2.1\n";
	struct stat status;
	char name[64];
	(void)state;
	files_make("recorded.zone.new", text);
	assert_true(add(1));
	assert_string_equal(files_read(files_path("recorded.zone.new")), text);
	unlink(files_path("recorded.zone.new"));
	assert_int_equal(stat(path, &status), 0);
	snprintf(name, sizeof(name), ".withdns-%ju", (uintmax_t)status.st_ino);
	files_make(name, text);
	assert_false(add(2));
	assert_int_equal(errno, EEXIST);
	assert_string_equal(files_read(files_path(name)), text);
	files_make(name, recording_head);
	assert_true(add(2));
	assert_int_equal(access(files_path(name), F_OK), -1);
	assert_int_equal(count_lines(), 4);
}

static void the_owner_and_the_group_stay(void **state)
{
	struct stat status;
	(void)state;
	if (geteuid() != 0)
		skip();
	files_write_text(path, recording_head);
	assert_int_equal(chown(path, 12, 34), 0);
	assert_true(add(1));
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_uid, 12);
	assert_int_equal(status.st_gid, 34);
}

static bool drop_chown(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
	if (syscall(SYS_capget, &header, data) != 0)
		return false;
	data[0].effective &= ~(1U << CAP_CHOWN);
	return syscall(SYS_capset, &header, data) == 0;
}

// Of a process that may write to the file of another user, but not give files away.
static void a_file_whose_owner_cannot_be_kept_stays(void **state)
{
	int status;
	(void)state;
	if (geteuid() != 0)
		skip();
	files_write_text(path, recording_head);
	assert_int_equal(chown(path, 12, 34), 0);
	const pid_t child = fork();
	if (child == 0)
		_exit(!drop_chown() || add(1) || errno != EPERM);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(count_lines(), 0);
}

static void a_symbolic_link_stays_one_and_may_dangle(void **state)
{
	const char *target = files_path("target.zone"), *recording = path;
	struct stat status;
	(void)state;
	path = files_path("link.zone");
	assert_int_equal(symlink("second.zone", path), 0);
	assert_int_equal(symlink(target, files_path("second.zone")), 0);
	for (int i = 1; i <= 2; i++) {
		assert_true(add(i));
		assert_int_equal(lstat(path, &status), 0);
		assert_true(S_ISLNK(status.st_mode));
		assert_int_equal(lstat(target, &status), 0);
		assert_true(S_ISREG(status.st_mode));
		assert_int_equal(count_lines(), 2 * (size_t)i);
	}
	unlink(path);
	assert_int_equal(symlink("link.zone", path), 0);
	assert_false(add(1));
	assert_int_equal(errno, ELOOP);
	path = recording;
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

// /dev/null, which file_read reads.
static void a_device_is_not_replaced(void **state)
{
	struct stat status;
	(void)state;
	path = files_path("device");
	if (mknod(path, S_IFCHR | 0600, makedev(1, 3)) != 0)
		skip();
	assert_false(add(1));
	assert_int_equal(stat(path, &status), 0);
	assert_true(S_ISCHR(status.st_mode));
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup(test, remove_file)
	const struct CMUnitTest tests[] = {
		TEST(many_processes_and_threads_lose_no_line),
		TEST(a_process_that_is_killed_leaves_a_whole_file),
		TEST(the_mode_of_the_file_stays_and_its_signals_are_as_before),
		TEST(a_lock_of_another_process_is_waited_for),
		TEST(while_another_keeps_the_lock_signals_arrive_and_the_wait_is_short),
		TEST(a_child_of_a_fork_has_no_descriptor_of_the_file),
		TEST(a_child_does_not_keep_the_lock_of_a_parent_that_ends),
		TEST(other_files_in_its_directory_stay),
		TEST(the_owner_and_the_group_stay),
		TEST(a_file_whose_owner_cannot_be_kept_stays),
		TEST(a_symbolic_link_stays_one_and_may_dangle),
		TEST(another_file_is_not_changed),
		TEST(a_device_is_not_replaced),
	};
	return cmocka_run_group_tests(tests, NULL, files_remove);
}
