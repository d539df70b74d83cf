// SPDX-License-Identifier: MIT
#include "config/base/random.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

static bool read_device(void *bytes, size_t size)
{
	int descriptor = open("/dev/urandom", O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (descriptor < 0)
		return false;
	ssize_t got = read(descriptor, bytes, size);
	int saved = errno;
	close(descriptor);
	errno = saved;
	return got == (ssize_t)size;
}

bool random_draw(void *bytes, size_t size)
{
	ssize_t got;
	do
		got = getrandom(bytes, size, GRND_NONBLOCK);
	while (got < 0 && errno == EINTR);
	return got == (ssize_t)size || read_device(bytes, size);
}
