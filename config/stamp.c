// SPDX-License-Identifier: MIT
#include "config/stamp.h"

#include <errno.h>
#include <stdint.h>
#include <sys/stat.h>

#include "config/clock.h"

struct stamp stamp_of(const char *path)
{
	struct stat status;
	const int saved = errno;
	if (stat(path, &status) != 0) {
		errno = saved;
		return (struct stamp){ .exists = false };
	}
	return (struct stamp){
		.exists = true,
		.is_regular = S_ISREG(status.st_mode),
		.device = status.st_dev,
		.inode = status.st_ino,
		.size = status.st_size,
		.modified = status.st_mtim,
		.changed = status.st_ctim,
	};
}

static bool same_time(struct timespec one, struct timespec other)
{
	return one.tv_sec == other.tv_sec && one.tv_nsec == other.tv_nsec;
}

bool stamp_equal(const struct stamp *one, const struct stamp *other)
{
	if (!one->exists || !other->exists)
		return one->exists == other->exists;
	return one->device == other->device && one->inode == other->inode && one->size == other->size &&
	       same_time(one->modified, other->modified) && same_time(one->changed, other->changed);
}

bool stamp_is_due(_Atomic int64_t *next)
{
	const int64_t now = clock_tick();
	if (now < atomic_load_explicit(next, memory_order_relaxed))
		return false;
	atomic_store_explicit(next, now + STAMP_PAUSE, memory_order_relaxed);
	return true;
}

// File systems stamp with the time of the last clock tick, 10 ms apart at the most: within that, two changes look
// like one.
bool stamp_is_young(const struct stamp *stamp)
{
	const int64_t tick_ns = 20 * 1000000;
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	const int64_t seconds = now.tv_sec - stamp->changed.tv_sec;
	if (seconds < -1 || seconds > 1)
		return false;
	const int64_t age_ns = seconds * 1000000000 + now.tv_nsec - stamp->changed.tv_nsec;
	return age_ns > -tick_ns && age_ns < tick_ns;
}
