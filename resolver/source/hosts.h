// SPDX-License-Identifier: MIT
// Looks up names and addresses in the hosts file (hosts(5)), as glibc's nss_files does.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "config/base/address.h"
#include "resolver/dns/message.h"

#define HOSTS_SIZE_MAX (256 << 20)  // bytes; a larger file, or one that is not regular, counts as empty

struct hosts;
struct host;
struct file_stamp_sum;

// Copies path; NULL stands for a file without entries. Does not read the file yet. Returns NULL without memory.
struct hosts *hosts_open(const char *path);

// Declares that the user named the file. Then: if it is removed or unreadable, its last version stays in effect; a new
// version takes effect once it has been unchanged for STAMP_SETTLING; a byte order mark is skipped. Call before any
// lookup. Returns false with errno if the file does not exist now.
bool hosts_require(struct hosts *hosts);

// Adds the file to *sum if the user named it: stale if it is missing.
void hosts_sum(const struct hosts *hosts, struct file_stamp_sum *sum);

// No thread may be in a lookup. Accepts NULL.
void hosts_close(struct hosts *hosts);

// hosts_find, hosts_entry and hosts_find_address check the file with a stat(2) and read it again if it has changed.
// They may change errno. They are lock-free, thread-safe, and safe in a child of fork. An unreadable file has no
// entries, unless hosts_require applies. *out must be empty. They return OUTCOME_FOUND with *out filled, which the
// caller clears; OUTCOME_NO_NAME; or OUTCOME_ERROR with the errno in out->error, without memory or descriptors to read
// the file: no further source may be asked then, since the file may have the entry. Otherwise *out is unchanged.

// Finds name among canonical names and aliases, ignoring case: with is_multi (host.conf(5): multi) all lines that have
// it, in the order of the file, else the first. family is AF_INET, AF_INET6 or AF_UNSPEC (another has no entries);
// lines of the other family are skipped, but for AF_INET ::ffff:192.0.2.1 counts as 192.0.2.1 and ::1 as 127.0.0.1, as
// in glibc. *out gets the canonical name of the first line, the addresses of all, and as aliases those of each line
// followed by the line's canonical name if it differs from the first.
enum outcome hosts_find(struct hosts *hosts, const char *name, sa_family_t family, bool is_multi, struct host *out);

// Returns whether the file is missing or unreadable: glibc then treats the service as unavailable, not as "not found".
bool hosts_is_missing(struct hosts *hosts);

// Reads the next entry, starting at *position (0: the first), and advances *position. As glibc, lists only lines with
// an IPv4 address or ::ffff:192.0.2.1 or ::1. OUTCOME_NO_NAME after the last one.
enum outcome hosts_entry(struct hosts *hosts, size_t *position, struct host *out);

// Finds the first line with this address (for AF_INET also ::ffff:192.0.2.1 and ::1, as above). *out gets its name, ""
// if the line has none, its aliases, and the address passed. A line with 192.0.2.1 has ::ffff:192.0.2.1 too
// if libc_version_maps_hosts.
enum outcome hosts_find_address(struct hosts *hosts, const struct address *address, struct host *out);
