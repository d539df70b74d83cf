// SPDX-License-Identifier: MIT
#include "config/base/random.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "config/base/file.h"

static bool read_device(void *bytes, size_t size)
{
	int descriptor = open("/dev/urandom", O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (descriptor < 0)
		return false;
	ssize_t got = read(descriptor, bytes, size);
	file_close(descriptor);
	return got == (ssize_t)size;
}

// Not by getrandom(3): since glibc 2.41 that needs more system calls, which a seccomp filter may forbid.
bool random_draw(void *bytes, size_t size)
{
	ssize_t got;
	do
		got = syscall(SYS_getrandom, bytes, size, GRND_NONBLOCK);
	while (got < 0 && errno == EINTR);
	return got == (ssize_t)size || read_device(bytes, size);
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
