// SPDX-License-Identifier: MIT
// When the settings are read again because their files have changed, and whether what was read replaces the resolver.
// The caller reads them and replaces the resolver.
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct file_stamp_sum;
struct resolver;

// All zero is valid. Threads may share it; async-signal-safe.
struct reload {
	_Atomic int64_t next_look;      // clock_now of the next check of the files
	_Atomic uint64_t failed_files;  // hash of the files (resolver_files) that failed last
	_Atomic int64_t failed_until;   // clock_tick until which they are not read again
	_Atomic uint64_t told;          // hash of the error that was reported last; 0: none since the last valid settings
	atomic_uint looks;              // in a row whose result was dropped
};

// Have the files of the resolver changed at now (clock_now)? One stat(2) for each, at most once in FILE_STAMP_INTERVAL;
// false in between. False also for a version that failed, for a second: reading it again would delay every lookup. Then
// it is read again, because the cause may be a file that the resolver does not use, or a lack of memory or descriptors.
bool reload_is_due(struct reload *reload, const struct resolver *resolver, int64_t now);

enum reload_result {
	RELOAD_USE,
	RELOAD_DROP,  // a file was written meanwhile, so that its content may be incomplete: read again at the next call
	RELOAD_KEEP,  // it failed: keep the older resolver
	RELOAD_TELL,  // the same, and report the error, which has not been reported yet
};

// What to do with the settings that were read. older: the resolver that they are to replace; NULL: none, then never
// RELOAD_DROP. before: resolver_files of it before they were read. read: the resolver made of them; NULL: none, because
// they are invalid, for the reason in error.
//
// Half of a file with settings may choose other servers than the whole, so such files are waited for without end; zones
// and hosts files, which may be written all the time, for LOOKS_MAX looks.
enum reload_result reload_finish(struct reload *reload, const struct resolver *older,
	const struct file_stamp_sum *before, const struct resolver *read, const char *error);
