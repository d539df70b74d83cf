// SPDX-License-Identifier: MIT
// What the process's environment says, taken early: programs such as postfix scrub theirs.
#pragma once

#include <stdbool.h>

struct origins;
struct stat;

// Every member NULL where the variable is unset, and all NULL when secure. All zero is a valid empty one.
struct environment {
	const char *directives;   // WITHDNS
	const char *config_file;  // WITHDNS_CONF
	const char *config_copy;  // WITHDNS_CONF_COPY: the path of the file that withdns(1) found, "\n", and its text
	const char *home;         // HOME
	bool secure;              // AT_SECURE: raised privileges
	// Was it there when the environment was taken? Nothing takes the place of a file that was.
	bool had_home_file, had_system_file;

	// Where the system's files are, for tests; environment_take leaves them NULL, which is the path behind each.
	const char *resolvconf_path;  // /etc/resolv.conf
	const char *system_path;      // /etc/withdns.conf
	const char *hosts_path;       // /etc/hosts
	const char *nsswitch_path;    // /etc/nsswitch.conf

	// Told where each setting comes from (origin.h), by config_load; NULL, as environment_take leaves it: nobody asks.
	struct origins *origins;

	char room[512];  // for the copies, if they fit
};

// Takes copies that last as long as *out, which does not move; larger ones are in an anonymous mapping for the
// process's life (no malloc: this runs in a constructor, where an interposed malloc may not be ready). Variables that
// do not fit into memory count as unset, but secure is set then: nothing half-read is followed.
void environment_take(struct environment *out);

// The path ~/.config/withdns.conf is made from home; allocated. NULL without a home, for one that is not absolute, and
// without memory.
char *environment_home_file(const struct environment *environment);

// The machine's own file.
const char *environment_system_file(const struct environment *environment);

// Does a file found in HOME belong to somebody who has no say in what this process does: neither the user that it runs
// as, nor root?
bool environment_is_foreign(const struct stat *status);
