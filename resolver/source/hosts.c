// SPDX-License-Identifier: MIT
#include "resolver/source/hosts.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config/base/clock.h"
#include "config/base/compiler.h"
#include "config/base/file.h"
#include "config/base/file_stamp.h"
#include "config/base/hash.h"
#include "config/sync/snapshot.h"
#include "resolver/dns/host.h"
#include "resolver/source/hosts_table.h"

// One version of the file; immutable except for is_young.
struct version {
	struct file_stamp stamp;
	atomic_bool is_young;  // changed so shortly before it was read that a further change may not change the stamp
	bool is_missing;       // the file is missing or unreadable
	uint64_t checksum;     // of the file, to detect such a change
	size_t size;
	struct hosts_table table;  // has only the text until it is parsed
};

struct hosts {
	char *path;
	bool is_required;
	_Atomic int64_t next_look;  // file_stamp_is_due
	struct snapshot snapshot;   // of struct version
};

static void version_free(void *value)
{
	struct version *version = value;
	hosts_table_clear(&version->table);
	free(version);
}

// Reads the text. If the file is missing or unreadable, the version stays empty; returns false with errno instead if
// memory or descriptors are short, and always if the user named the file.
static bool read_text(struct version *version, const struct hosts *hosts)
{
	version->is_missing = true;
	if (!version->stamp.is_regular && !(hosts->is_required && !version->stamp.exists))
		return true;
	if (file_read(hosts->path, HOSTS_SIZE_MAX, &version->table.text, &version->size) != 0)
		return !hosts->is_required && !file_is_shortage(errno);
	version->is_missing = false;
	version->checksum = hash_bytes(HASH_START, version->table.text, version->size);
	return true;
}

// Returns a version with the text, not yet parsed; or NULL with errno.
static struct version *version_open(const struct hosts *hosts, const struct file_stamp *stamp)
{
	struct version *version = calloc(1, sizeof(*version));
	if (!version)
		return NULL;
	version->stamp = *stamp;
	version->is_young = stamp->is_young;
	if (read_text(version, hosts))
		return version;
	const int reason = errno;
	version_free(version);
	errno = reason;
	return NULL;
}

struct hosts *hosts_open(const char *path)
{
	struct hosts *hosts = calloc(1, sizeof *hosts);
	if (!hosts)
		return NULL;
	hosts->snapshot.dispose = version_free;
	if (path && !(hosts->path = strdup(path))) {
		free(hosts);
		return NULL;
	}
	return hosts;
}

bool hosts_require(struct hosts *hosts)
{
	hosts->is_required = true;
	struct stat status;
	return stat(hosts->path, &status) == 0;
}

void hosts_sum(const struct hosts *hosts, struct file_stamp_sum *sum)
{
	if (hosts->is_required && !file_stamp_sum_add(sum, hosts->path, NULL, false))
		sum->is_stale = true;
}

void hosts_close(struct hosts *hosts)
{
	if (!hosts)
		return;
	snapshot_close(&hosts->snapshot);
	free(hosts->path);
	free(hosts);
}

// Returns the version that follows, which is the same if the file has not changed. NULL: there was none yet.
COLD static const struct version *renew(struct hosts *hosts, struct version *version)
{
	static const struct version none = {.is_missing = true};
	if (!hosts->path)
		return &none;
	const struct file_stamp stamp = file_stamp_of(hosts->path);
	const bool looks_same = version && file_stamp_equal(&version->stamp, &stamp);
	if (looks_same && !version->is_young)
		return version;
	if (version && hosts->is_required && !file_stamp_is_outdated(&version->stamp, &stamp))
		return version;
	struct version *fresh = version_open(hosts, &stamp);
	if (!fresh)
		return version;
	if (looks_same && fresh->checksum == version->checksum) {
		version->is_young = fresh->is_young;
		version_free(fresh);
		return version;
	}
	if (hosts_table_parse(&fresh->table, fresh->size, hosts->is_required) && snapshot_replace(&hosts->snapshot, fresh))
		return fresh;
	version_free(fresh);
	errno = ENOMEM;
	return version;
}

// Returns the current version, valid until snapshot_leave. If the file cannot be read (read_text), returns the last
// version, or NULL with errno. Threads that notice a change at the same time each read the file; none waits.
static const struct version *enter_current(struct hosts *hosts)
{
	struct version *version = snapshot_enter(&hosts->snapshot);
	const bool is_current = version && !version->is_young && !file_stamp_is_due(&hosts->next_look, clock_tick());
	return is_current ? version : renew(hosts, version);
}

// Ends a lookup that began with enter_current, and completes the result. errno is the reason of OUTCOME_ERROR.
static enum outcome leave(struct hosts *hosts, enum outcome outcome, struct host *out)
{
	const int reason = errno;
	snapshot_leave(&hosts->snapshot);
	if (outcome == OUTCOME_FOUND)
		out->source = SOURCE_HOSTS;
	if (LIKELY(outcome != OUTCOME_ERROR))
		return outcome;
	host_clear(out);
	out->error = reason;
	return outcome;
}

enum outcome hosts_find(struct hosts *hosts, const char *name, sa_family_t family, bool is_multi, struct host *out)
{
	const struct version *version = enter_current(hosts);
	const enum outcome outcome =
		version ? hosts_table_find(&version->table, name, family, is_multi, out) : OUTCOME_ERROR;
	return leave(hosts, outcome, out);
}

enum outcome hosts_find_address(struct hosts *hosts, const struct address *address, struct host *out)
{
	const struct version *version = enter_current(hosts);
	const enum outcome outcome = version ? hosts_table_find_address(&version->table, address, out) : OUTCOME_ERROR;
	return leave(hosts, outcome, out);
}

enum outcome hosts_entry(struct hosts *hosts, size_t *position, struct host *out)
{
	const struct version *version = enter_current(hosts);
	const enum outcome outcome = version ? hosts_table_entry(&version->table, position, out) : OUTCOME_ERROR;
	return leave(hosts, outcome, out);
}

bool hosts_is_missing(struct hosts *hosts)
{
	const struct version *version = enter_current(hosts);
	const bool is_missing = version && version->is_missing;
	snapshot_leave(&hosts->snapshot);
	return is_missing;
}
