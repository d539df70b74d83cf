// SPDX-License-Identifier: MIT
// The configuration: all settings in force. config_load.h reads them from their sources.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/address.h"
#include "config/base/compiler.h"
#include "config/base/file_stamp.h"
#include "config/base/hash_index.h"
#include "config/base/name.h"
#include "config/config_error.h"
#include "config/host_conf.h"
#include "config/log.h"
#include "config/name_list.h"
#include "config/nsswitch.h"
#include "config/options.h"

struct fault;

enum server_kind {
	SERVER_ADDRESS,
	SERVER_SYSTEM,  // `system`: libc's own functions look the name up
	SERVER_NONE,    // `none`: the name does not exist (NXDOMAIN)
};

struct server {
	enum server_kind kind;
	struct address address;
};

// The servers for the names at or below a domain (split DNS).
struct route {
	struct name domain;  // the root for the default servers, which have no `for`
	struct server *servers;
	size_t server_count;
	unsigned rank;  // of the source that last added a server (location.h)
};

// The argument of a directive that resolver/ parses (`record`, `zone`), and its line, for error messages.
struct config_line {
	char *text;
	const char *label;  // "WITHDNS", or the file's path
	unsigned line;
	char *origin;  // initial $ORIGIN of a zone file, a valid name; NULL: none
};

struct sort_range {
	struct address network;
	uint8_t mask[4];
};

// A file that was read, and its stat(2) values at that time, to detect a change.
struct config_file {
	char *path;  // NULL when nothing is watched
	struct file_stamp stamp;
	// Of a file of directives:
	uint64_t version;  // file_stamp_version
	bool is_copy;      // its copy in WITHDNS_CONF_COPY was used
	bool is_included;  // by WITHDNS or by another file
};

// What is replayed from the recording. RECORDING_ONCE becomes RECORDING_ONLY in a load that finds the file, else
// RECORDING_ADD.
enum recording_mode {
	RECORDING_ONCE,
	RECORDING_NEW,   // what the file has; other answers are added
	RECORDING_ALL,   // nothing, and the command empties the file before the run; answers are added
	RECORDING_ONLY,  // everything: servers are not asked
	RECORDING_ADD,   // nothing; answers that the file does not have are added
};

struct config {
	char **owned;  // all strings of the configuration, which they live as long as (config_own)
	size_t owned_count;
	struct route *routes;  // routes[0]: the default servers, at least one after a load; then one for each `for` domain
	size_t route_count;
	struct hash_index route_index;  // finds a route by its domain
	char **search;                  // domains as written; a leading dot is ignored, "." is the root
	size_t search_count;
	struct sort_range *sort_ranges;
	size_t sort_range_count;
	struct options options;
	char *hosts_path;                       // NULL: no hosts file
	bool hosts_named;                       // the `hosts` directive names it: it must exist
	struct name_services services;          // "hosts:" of nsswitch.conf, without services that only libc implements
	struct name_services network_services;  // "networks:", likewise
	struct name_services chosen_services;   // replaces services for names that the user's directives cover
	struct host_conf host_conf;
	struct log log;
	struct log *journals;  // further logs, always JSON: one for each `journal` directive
	size_t journal_count;
	struct config_line *records;  // text: a line of a zone file (RFC 1035 5.1), names absolute
	size_t record_count;
	struct config_line *zones;  // text: the absolute path of a zone file
	size_t zone_count;
	struct name_lists only;
	struct fault *faults;  // the first that matches a question and passes its draw applies
	size_t fault_count;
	uint64_t seed;  // of the faults' random draws, if has_seed
	bool has_seed;
	int64_t begun;                 // clock_now() when this process began
	struct run_address *counters;  // processes that count lookups for faults; see fault.counter
	size_t counter_count;
	struct run_address forwarder;  // to encrypted servers; path NULL: none
	bool is_forwarded_here;        // it was begun by this load, or earlier in this process
	char *tls_ca;                  // file of the authorities of encrypted servers (PEM); NULL: those of the system
	char **tls_pins;               // "sha256/BASE64": an encrypted server must have one of these public keys
	size_t tls_pin_count;
	char *recording_path;  // file of the servers' answers; NULL: none
	enum recording_mode recording_mode;
	bool search_chosen;         // by a directive: libc's own search list may differ
	bool options_chosen;        // one that resolv.conf(5) has, by a directive
	bool servers_chosen;        // routes[0] comes from a directive, not from resolv.conf or the default
	struct config_file *files;  // that were read: the configuration file, if there is one, and included ones
	size_t file_count;
	bool has_foreign_file;  // the file in HOME was ignored, because another user owns it
	struct config_file resolvconf, nsswitch;
};

#define CONFIG_FILE_MAX (4 * 1024 * 1024)

// The file of directives with this path; NULL: none was read.
const struct config_file *config_find_file(const struct config *config, const char *path);

// Had a file with settings (directives, names of `only`) not settled when it was read (file_stamp.h)?
bool config_is_young(const struct config *config);

// Adds resolv.conf, nsswitch.conf, and the files with settings to *sum, which is then stale if one has changed since
// config_load read it; not for resolv.conf with `options no-reload`. A change of a file with settings counts after
// STAMP_SETTLING.
void config_sum(const struct config *config, struct file_stamp_sum *sum);

// Creates routes[0], the default servers, in an all-zero configuration. False without memory.
bool config_open(struct config *config);

// The index of the route for exactly this domain, created without servers if there is none; -1 without memory.
// Invalidates pointers to routes.
ptrdiff_t config_add_route(struct config *config, const struct name *domain);

// The route with the longest domain that name is at or below; routes[0] if there is none. Borrowed from config.
const struct route *config_find_route(const struct config *config, const struct name *name);

// Gives a text, allocated or NULL, to the configuration, with which it is freed. Returns it; NULL with errno, and text
// freed, without memory.
char *config_own(struct config *config, char *text);

// Frees everything that *config owns. Accepts an all-zero one.
void config_clear(struct config *config);

// Writes a server as the directive spells it: "192.0.2.1:53", "system". text holds ADDRESS_TEXT_SIZE bytes. Returns
// text or a constant.
const char *config_write_server(const struct server *server, char *text);

// The word of the directive: "once", "new", ...
const char *config_recording_mode(enum recording_mode mode);

// May faults or lists of names change answers?
static inline bool config_has_faults(const struct config *config)
{
	return UNLIKELY(config->fault_count > 0 || config->only.count > 0);
}

// Is there a log or a journal? Callers test this before they build an event.
static inline bool config_is_logged(const struct config *config)
{
	return UNLIKELY(log_is_on(&config->log) || config->journal_count > 0);
}

// Writes the event to the log and to each journal. Returns 0, or the errno with which the log file could not be opened.
static inline int config_log(const struct config *config, const struct log_event *event)
{
	for (size_t i = 0; i < config->journal_count; i++)
		log_write(&config->journals[i], event);
	return log_write(&config->log, event);
}
