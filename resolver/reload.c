// SPDX-License-Identifier: MIT
#include "resolver/reload.h"

#include <string.h>

#include "config/base/clock.h"
#include "config/base/file_stamp.h"
#include "config/base/hash.h"
#include "config/base/kernel.h"
#include "config/config.h"
#include "resolver/resolver.h"

#define PAUSE_AFTER_FAILURE 1000000  // microseconds
#define LOOKS_MAX 10                 // files may be written constantly

bool reload_is_due(struct reload *reload, const struct resolver *resolver, int64_t now)
{
	if (!file_stamp_is_due(&reload->next_look, now))
		return false;
	const struct file_stamp_sum files = resolver_files(resolver);
	return files.is_stale && (now >= reload->failed_until || files.hash != reload->failed_files);
}

// Was a file written shortly before or while it was read?
static bool were_written(struct reload *reload, const struct resolver *older, const struct file_stamp_sum *before,
	const struct resolver *read)
{
	if (before->has_empty)
		kernel_poll(NULL, 0, 2);
	const struct file_stamp_sum now = resolver_files(older);
	// A file that is included for the first time is one of those that were read, but not of the older ones.
	if (before->are_settings_unsettled || now.settings_hash != before->settings_hash ||
		(read && config_is_young(resolver_config(read))))
		return true;
	if ((before->is_unsettled || now.hash != before->hash) && atomic_fetch_add(&reload->looks, 1) + 1 < LOOKS_MAX)
		return true;
	reload->looks = 0;
	return false;
}

enum reload_result reload_finish(struct reload *reload, const struct resolver *older,
	const struct file_stamp_sum *before, const struct resolver *read, const char *error)
{
	if (older && were_written(reload, older, before, read))
		return RELOAD_DROP;
	if (read) {
		reload->told = 0;
		return RELOAD_USE;
	}
	const uint64_t hash = hash_bytes(HASH_START, error, strlen(error));
	reload->failed_files = before->hash;
	reload->failed_until = clock_tick() + PAUSE_AFTER_FAILURE;
	return atomic_exchange(&reload->told, hash) != hash ? RELOAD_TELL : RELOAD_KEEP;
}
