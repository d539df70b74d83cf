// SPDX-License-Identifier: MIT
// The environment variables of withdns, copied at start because some programs (postfix) clear their environment.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct origins;
struct run_address;
struct stat;

// A member is NULL if the variable is unset; all are NULL if secure. All zero is a valid empty one.
struct environment {
	const char *directives;   // WITHDNS
	const char *config_file;  // WITHDNS_CONF
	const char *config_copy;  // WITHDNS_CONF_COPY: the files that withdns(1) read (directive_file.h)
	const char *version;      // WITHDNS_VERSION: of the withdns(1) that wrote WITHDNS
	const char *home;         // HOME
	int64_t begun;            // clock_now, in environment_take
	bool prefers_copies;      // the files in config_copy are not read
	bool secure;              // AT_SECURE (getauxval(3)): raised privileges
	// Did the file exist in environment_take? If so, it is an error when it is missing at the first lookup.
	bool had_home_file, had_system_file;

	// Paths of the system's files, set by tests only; NULL, as environment_take leaves them: the path in the comment.
	const char *resolvconf_path;  // /etc/resolv.conf
	const char *system_path;      // /etc/withdns.conf
	const char *hosts_path;       // /etc/hosts
	const char *nsswitch_path;    // /etc/nsswitch.conf

	// config_load reports to it where each setting comes from (origin.h); NULL, as environment_take leaves it: none.
	struct origins *origins;

	// Encrypted servers without the directive `forwarder` are an error, unless this begins a forwarder, once, and
	// returns its address, which stays valid; path NULL: there is none; NULL with errno. first: of
	// forwarder_write_first, borrowed. Set by withdns(1); NULL, as environment_take leaves it.
	const struct run_address *(*begin_forwarder)(const char *first);

	char room[512];  // holds the copies if they fit
};

// Copies the variables into out->room, so *out must not move; larger ones go into an anonymous mapping that is never
// freed (no malloc: this runs in a constructor, where an interposed malloc may not be ready). Without memory all count
// as unset and secure is set, so that no partial configuration is used.
void environment_take(struct environment *out);

// HOME/.config/withdns.conf, allocated. NULL without memory, or if HOME is unset or not absolute.
char *environment_home_file(const struct environment *environment);

// /etc/withdns.conf, or the tests' path. Borrowed.
const char *environment_system_file(const struct environment *environment);

// Is the owner of a file neither root nor the user that the process runs as? Such a file in HOME is not used.
bool environment_is_foreign(uid_t owner);

// Is the file's owner, or that of the link that path is? path is relative to directory, as for openat(2).
bool environment_is_foreign_file(int directory, const char *path, const struct stat *status);
