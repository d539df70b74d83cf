// SPDX-License-Identifier: MIT
// The hosts file (hosts(5)): names to addresses and back.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "config/base/address.h"
#include "resolver/dns/message.h"

#define HOSTS_SIZE_MAX (256 << 20)  // a longer file, or one that is no regular file, counts as empty

struct hosts;
struct host;
struct file_stamp_sum;

// path is copied; NULL is a hosts file without entries. Nothing is read yet. NULL without memory.
struct hosts *hosts_open(const char *path);

// The user named the file: once it was read, its last version counts when it is gone or cannot be read, another one
// counts when it has settled (STAMP_SETTLING), and a byte order mark at its beginning is skipped. Before any lookup.
// False with errno where it is not there now.
bool hosts_require(struct hosts *hosts);

// Is a file gone that the user named? A stat(2), as the next one.
bool hosts_is_gone(const struct hosts *hosts);

// Adds what the file that the user named looks like now.
void hosts_sum(const struct hosts *hosts, struct file_stamp_sum *sum);

// Nobody may be looking anything up any more. Accepts NULL.
void hosts_close(struct hosts *hosts);

// All three look at the file at each call (one stat(2)), read it whole when it is not the one that was read last, and
// may change errno. A file that cannot be read has no entries, unless
// the user named it. Safe in many threads, without a lock, and in a child of
// fork. OUTCOME_FOUND with *out filled (the caller clears it), OUTCOME_NO_NAME, or where this machine has no memory, or
// no descriptor to read the file for the first time, OUTCOME_ERROR with the errno in out->error: nobody else is to be
// asked then for what the file may well have. *out is untouched but for that.

// Looks name up among canonical names and aliases, ignoring case, as glibc's "files" does: every line that has the name
// counts, in the file's order, or without is_multi the first such line alone. family is AF_INET, AF_INET6 or AF_UNSPEC,
// or another one, of which there is nothing; a line of the other family is passed over, but for ::ffff:192.0.2.1 and
// ::1, which to AF_INET are 192.0.2.1 and 127.0.0.1. Found are the canonical name of the first line, the addresses of
// all, and for aliases those of each line, and after them the line's canonical name where it is another.
enum outcome hosts_find(struct hosts *hosts, const char *name, sa_family_t family, bool is_multi, struct host *out);

// Is there no such file, or none that can be read? To glibc that is no "not found", but no service at all.
bool hosts_is_missing(struct hosts *hosts);

// The next entry from *position on (0: from the beginning), which moves behind it, of the lines that have an IPv4
// address, or one that stands for such: glibc lists no others. OUTCOME_NO_NAME behind the last one.
enum outcome hosts_entry(struct hosts *hosts, size_t *position, struct host *out);

// The first line with this address (for AF_INET also ::ffff:192.0.2.1 and ::1, as above): its name, which is "" where
// the line has none, and its aliases. The address of *out is the one asked for.
enum outcome hosts_find_address(struct hosts *hosts, const struct address *address, struct host *out);
