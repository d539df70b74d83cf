// SPDX-License-Identifier: MIT
#include "config/base/random.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "config/base/file.h"

#define POOL_DRAWS 16   // before the pool is opened: programs with few lookups do without it
#define POOL_SIZE 4096  // of its mapping

// Bytes that were drawn ahead, because a system call for the few bytes of a query costs more than all else that makes
// it random. The kernel clears the page in each child process, however it is forked (madvise(2), MADV_WIPEONFORK).
struct pool {
	atomic_uintptr_t left;  // bytes; more than RANDOM_DRAW_MAX: a variable's address in the draw that has taken it
	uint8_t bytes[RANDOM_DRAW_MAX];
};

// As read(2). -1 if the file cannot be opened.
static ssize_t read_file(const char *path, void *bytes, size_t size)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (descriptor < 0)
		return -1;
	ssize_t got = read(descriptor, bytes, size);
	file_close(descriptor);
	return got;
}

// Not by getrandom(3): since glibc 2.41 that needs more system calls, which a seccomp filter may forbid.
static bool draw_by_call(void *bytes, size_t size)
{
	ssize_t got;
	do
		got = syscall(SYS_getrandom, bytes, size, GRND_NONBLOCK);
	while (got < 0 && errno == EINTR);
	return got == (ssize_t)size || read_file("/dev/urandom", bytes, size) == (ssize_t)size;
}

// libc needs no madvise for a lookup: a seccomp filter may kill the process for it (proc_pid_status(5)).
static bool is_filtered(char *room)
{
	const ssize_t got = read_file("/proc/thread-self/status", room, POOL_SIZE - 1);
	const bool is_free = got > 0 && strstr(room, "\nSeccomp:\t0\n") != NULL;
	memset(room, 0, POOL_SIZE);
	return !is_free;
}

// Not in an emulator that ignores madvise: it accepts nonsense too (qemu-user).
static bool clear_in_children(void *pool)
{
	return madvise(pool, POOL_SIZE, -1) != 0 && madvise(pool, POOL_SIZE, MADV_WIPEONFORK) == 0;
}

// NULL for the first draws, without memory, below a filter of system calls, and before Linux 4.14.
static struct pool *open_pool(void)
{
	static _Atomic(struct pool *) opened;
	static atomic_uint draws;
	struct pool *known = opened;
	if (known != NULL || draws++ != POOL_DRAWS)
		return known;
	const int saved = errno;
	void *pool = mmap(NULL, POOL_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (pool != MAP_FAILED && !is_filtered(pool) && clear_in_children(pool))
		opened = known = pool;
	else if (pool != MAP_FAILED)
		munmap(pool, POOL_SIZE);
	errno = saved;
	return known;
}

// False if the pool is in use, by another thread or below a signal handler, cannot be filled, or was cleared meanwhile:
// a signal handler forked, and the child returned from it. The child does without the pool then, into which both wrote.
static bool draw_from_pool(struct pool *pool, void *bytes, size_t size)
{
	uintptr_t left = pool->left, own = (uintptr_t)&left;
	if (left > RANDOM_DRAW_MAX || !atomic_compare_exchange_strong(&pool->left, &left, own))
		return false;
	if (left < size)
		left = draw_by_call(pool->bytes, sizeof pool->bytes) ? sizeof pool->bytes : 0;
	const bool has_enough = left >= size;
	if (has_enough) {
		left -= size;
		memcpy(bytes, pool->bytes + left, size);
		memset(pool->bytes + left, 0, size);
	}
	if (atomic_compare_exchange_strong(&pool->left, &own, left))
		return has_enough;
	pool->left = UINTPTR_MAX;
	return false;
}

bool random_draw(void *bytes, size_t size)
{
	struct pool *pool = open_pool();
	return (pool != NULL && draw_from_pool(pool, bytes, size)) || draw_by_call(bytes, size);
}

void random_shuffle(void *elements, size_t count, size_t size, uint64_t seed)
{
	uint8_t *bytes = elements;
	for (; count > 1; count--) {
		seed = random_next(seed);
		uint8_t *one = bytes + (count - 1) * size, *other = bytes + seed % count * size;
		for (size_t i = 0; i < size; i++) {
			const uint8_t moved = one[i];
			one[i] = other[i];
			other[i] = moved;
		}
	}
}
