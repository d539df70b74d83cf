// SPDX-License-Identifier: MIT
#include "config/stamp.h"

#include <errno.h>
#include <stdint.h>
#include <sys/stat.h>

#include "config/clock.h"
#include "config/digest.h"

// A time in the future, which a clock that was set back leaves behind, is no youth that ends.
static bool is_young(struct timespec changed)
{
	struct timespec now;
	clock_get(CLOCK_REALTIME, &now);
	const int64_t seconds = now.tv_sec - changed.tv_sec;
	if (seconds < -1 || seconds > 1)
		return false;
	const int64_t age = seconds * 1000000 + (now.tv_nsec - changed.tv_nsec) / 1000;
	return age > -STAMP_SETTLING && age < STAMP_SETTLING;
}

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
		.is_young = is_young(status.st_ctim),
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

// A file that is being cut has its new size some time before its new times. Not one that was young when it was read: of
// another change within the same tick the size may be all that shows. Nor on file systems that keep no times.
static bool is_being_cut(const struct stamp *read, const struct stamp *now)
{
	return !read->is_young && read->exists && now->exists && now->changed.tv_sec != 0 && read->size != now->size &&
	       read->inode == now->inode && same_time(read->changed, now->changed) &&
	       same_time(read->modified, now->modified);
}

bool stamp_is_outdated(const struct stamp *read, const struct stamp *now)
{
	if (now->is_young || is_being_cut(read, now))
		return false;
	return read->is_young || !stamp_equal(read, now);
}

static uint64_t digest_time(uint64_t digest, struct timespec time)
{
	return digest_word(digest_word(digest, (uint64_t)time.tv_sec), (uint64_t)time.tv_nsec);
}

void stamp_sum_add(struct stamp_sum *sum, const char *path, bool is_libcs)
{
	if (path == NULL)
		return;
	const struct stamp now = stamp_of(path);
	const bool is_unsettled = now.is_young && !is_libcs;
	sum->is_unsettled = sum->is_unsettled || is_unsettled;
	sum->has_empty = sum->has_empty || (now.is_regular && now.size == 0 && !is_libcs);
	sum->digest = digest_word(sum->digest, now.exists | is_unsettled << 1);
	sum->digest = digest_word(sum->digest, now.device);
	sum->digest = digest_word(sum->digest, now.inode);
	sum->digest = digest_word(sum->digest, (uint64_t)now.size);
	sum->digest = digest_time(digest_time(sum->digest, now.modified), now.changed);
}
