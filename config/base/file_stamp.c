// SPDX-License-Identifier: MIT
#include "config/base/file_stamp.h"

#include <errno.h>
#include <stdint.h>
#include <sys/stat.h>

#include "config/base/clock.h"
#include "config/base/file.h"
#include "config/base/hash.h"

// A time in the future (the clock was set back) does not count as young, because that would last too long.
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

static struct file_stamp stamp_of(const struct stat *status)
{
	return (struct file_stamp){
		.exists = true,
		.is_regular = S_ISREG(status->st_mode),
		.is_young = is_young(status->st_ctim),
		.mode = status->st_mode,
		.owner = status->st_uid,
		.device = status->st_dev,
		.inode = status->st_ino,
		.size = status->st_size,
		.modified = status->st_mtim,
		.changed = status->st_ctim,
	};
}

struct file_stamp file_stamp_of(const char *path)
{
	struct stat status;
	const int saved = errno;
	if (stat(path, &status) == 0)
		return stamp_of(&status);
	errno = saved;
	return (struct file_stamp){.exists = false};
}

int file_stamp_read(const char *path, size_t limit, struct file_stamp *stamp, char **bytes, size_t *size)
{
	struct stat status;
	*stamp = (struct file_stamp){.exists = false};
	if (file_read_with_status(path, limit, bytes, size, &status) == 0) {
		*stamp = stamp_of(&status);
		return 0;
	}
	if (errno == ENOENT)
		return -1;
	*stamp = file_stamp_of(path);
	if (file_read_with_status(path, limit, bytes, size, &status) != 0)
		return -1;
	stamp->is_regular = S_ISREG(status.st_mode);
	stamp->mode = status.st_mode;
	stamp->owner = status.st_uid;
	return 0;
}

bool file_stamp_equal(const struct file_stamp *one, const struct file_stamp *other)
{
	if (!one->exists || !other->exists)
		return one->exists == other->exists;
	return one->device == other->device && one->inode == other->inode && one->size == other->size &&
		clock_equal(one->modified, other->modified) && clock_equal(one->changed, other->changed);
}

bool file_stamp_is_due(_Atomic int64_t *next, int64_t now)
{
	if (now < atomic_load_explicit(next, memory_order_relaxed))
		return false;
	atomic_store_explicit(next, now + FILE_STAMP_INTERVAL, memory_order_relaxed);
	return true;
}

// O_TRUNC changes the size of a file slightly before its times. Not detectable if the file was young when it was read,
// because a change within the same clock tick may alter only the size, nor on file systems without times.
static bool is_being_cut(const struct file_stamp *read, const struct file_stamp *now)
{
	return !read->is_young && read->exists && now->exists && now->changed.tv_sec != 0 && read->size != now->size &&
		read->inode == now->inode && clock_equal(read->changed, now->changed) &&
		clock_equal(read->modified, now->modified);
}

bool file_stamp_is_outdated(const struct file_stamp *read, const struct file_stamp *now)
{
	if (now->is_young || is_being_cut(read, now))
		return false;
	return read->is_young || !file_stamp_equal(read, now);
}

static uint64_t hash_time(uint64_t hash, struct timespec time)
{
	return hash_word(hash_word(hash, (uint64_t)time.tv_sec), (uint64_t)time.tv_nsec);
}

uint64_t file_stamp_version(const struct file_stamp *stamp)
{
	return stamp->exists ? hash_time(hash_time(HASH_START, stamp->modified), stamp->changed) | 1 : 0;
}

bool file_stamp_sum_add(struct file_stamp_sum *sum, const char *path, const struct file_stamp *read, bool is_libcs)
{
	if (path == NULL)
		return true;
	const struct file_stamp now = file_stamp_of(path);
	const bool is_unsettled = now.is_young && !is_libcs;
	sum->is_unsettled = sum->is_unsettled || is_unsettled;
	sum->has_empty = sum->has_empty || (now.is_regular && now.size == 0 && !is_libcs);
	sum->hash = hash_word(sum->hash, now.exists | is_unsettled << 1);
	sum->hash = hash_word(sum->hash, now.device);
	sum->hash = hash_word(sum->hash, now.inode);
	sum->hash = hash_word(sum->hash, (uint64_t)now.size);
	sum->hash = hash_time(hash_time(sum->hash, now.modified), now.changed);
	if (read != NULL && (is_libcs ? !file_stamp_equal(read, &now) : file_stamp_is_outdated(read, &now)))
		sum->is_stale = true;
	return now.exists;
}
