// SPDX-License-Identifier: MIT
// The test supplies its own getrandom(2), to count its calls and to let it fail.
#include "config/sync/keyed_random.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/unit.h"

#define NOW 1700000000000000

static unsigned calls;
static bool fails;

long syscall(long number, ...)
{
	va_list list;
	long arguments[6];
	va_start(list, number);
	for (size_t i = 0; i < LENGTH(arguments); i++)
		arguments[i] = va_arg(list, long);
	va_end(list);
	calls += number == SYS_getrandom;
	if (number == SYS_getrandom && fails)
		return errno = ENOSYS, -1;
	long (*next)(long, ...) = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	return next(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
}

// The published vector for 16 bytes, each byte its offset.
static void the_hash_is_siphash_2_4(void **state)
{
	(void)state;
	const uint64_t words[] = {UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)};
	assert_true(keyed_random_hash(words, words[0], words[1]) == UINT64_C(0x3f2acc7f57c29bdb));
}

static void draws_differ_and_stay_in_their_bytes(void **state)
{
	(void)state;
	uint8_t first[21] = {0}, second[21] = {0};
	assert_true(keyed_random_draw(first, 19, NOW));
	assert_true(keyed_random_draw(second, 19, NOW));
	assert_memory_not_equal(first, second, 8);
	assert_memory_not_equal(first + 8, second + 8, 8);
	assert_memory_not_equal(first, first + 8, 8);
	assert_memory_not_equal(first + 16, second + 16, 3);
	assert_memory_equal(first + 19, "\0\0", 2);
}

static void *draw_in_thread(void *number)
{
	assert_true(keyed_random_draw(number, sizeof(uint64_t), NOW));
	return NULL;
}

// The second thread may get the memory of the first.
static void threads_draw_different_numbers(void **state)
{
	(void)state;
	uint64_t numbers[3];
	draw_in_thread(&numbers[0]);
	for (size_t i = 1; i < LENGTH(numbers); i++) {
		pthread_t thread;
		assert_int_equal(pthread_create(&thread, NULL, draw_in_thread, &numbers[i]), 0);
		pthread_join(thread, NULL);
	}
	assert_true(numbers[0] != numbers[1] && numbers[0] != numbers[2] && numbers[1] != numbers[2]);
}

// What the next draw gives in a child that fork_by makes; the parent draws nothing meanwhile.
static uint64_t drawn_by_child(pid_t (*fork_by)(void), int64_t now)
{
	uint64_t number = 0;
	int ends[2], status;
	assert_return_code(pipe(ends), errno);
	const pid_t child = fork_by();
	if (child == 0)
		_exit(keyed_random_draw(&number, sizeof(number), now) && write(ends[1], &number, sizeof(number)) > 0 ? 0 : 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(read(ends[0], &number, sizeof(number)), sizeof(number));
	close(ends[0]);
	close(ends[1]);
	return number;
}

// Without fork handlers.
static pid_t fork_by_kernel(void)
{
#ifdef SYS_fork
	return (pid_t)syscall(SYS_fork);
#else
	return (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
#endif
}

static void a_child_does_not_draw_what_its_parent_draws_next(void **state)
{
	(void)state;
	uint64_t own;
	assert_true(keyed_random_draw(&own, sizeof(own), NOW));
	const uint64_t one = drawn_by_child(fork, NOW), other = drawn_by_child(fork, NOW);
	const uint64_t unwatched = drawn_by_child(fork_by_kernel, NOW + 1), later = drawn_by_child(fork_by_kernel, NOW + 2);
	assert_true(keyed_random_draw(&own, sizeof(own), NOW));
	assert_true(one != own && other != own && one != other);
	assert_true(unwatched != own && unwatched != later);
}

static void the_kernel_is_asked_once(void **state)
{
	(void)state;
	uint64_t number;
	assert_true(keyed_random_draw(&number, sizeof(number), NOW));
	calls = 0;
	for (int i = 0; i < 1000; i++)
		assert_true(keyed_random_draw(&number, sizeof(number), NOW));
	assert_int_equal(calls, 0);
}

// In a child, which has no key, with that many descriptors: is a number drawn, and what is errno otherwise?
static int error_where_a_filter_refuses_getrandom(rlim_t descriptors)
{
	int status;
	const pid_t child = fork();
	if (child == 0) {
		uint64_t number;
		const struct rlimit limit = {descriptors, descriptors};
		fails = true;
		setrlimit(RLIMIT_NOFILE, &limit);
		_exit(keyed_random_draw(&number, sizeof(number), NOW) ? 0 : errno);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

// A predictable id would permit forged replies.
static void cve_2023_31124_without_a_key_nothing_is_drawn(void **state)
{
	(void)state;
	assert_int_equal(error_where_a_filter_refuses_getrandom(64), 0);  // /dev/urandom serves
	assert_int_equal(error_where_a_filter_refuses_getrandom(0), EMFILE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_hash_is_siphash_2_4),
		cmocka_unit_test(draws_differ_and_stay_in_their_bytes),
		cmocka_unit_test(threads_draw_different_numbers),
		cmocka_unit_test(a_child_does_not_draw_what_its_parent_draws_next),
		cmocka_unit_test(the_kernel_is_asked_once),
		cmocka_unit_test(cve_2023_31124_without_a_key_nothing_is_drawn),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
