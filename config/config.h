// SPDX-License-Identifier: MIT
// The configuration: all settings in force, read from their sources in order of precedence.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/address.h"
#include "config/base/file_stamp.h"
#include "config/base/hash_index.h"
#include "config/base/name.h"
#include "config/host_conf.h"
#include "config/log.h"
#include "config/nsswitch.h"

struct environment;
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
};

// The argument of a directive that resolver/ parses (`record`, `zone`), and its line, for error messages.
struct config_line {
	char *text;
	char *label;  // "WITHDNS", or the file's path
	unsigned line;
	char *origin;  // initial $ORIGIN of a zone file, a valid name; NULL: none
};

struct sort_range {
	struct address network;
	uint8_t mask[4];
};

// The values of `options`: those of resolv.conf(5) and those that only withdns has.
struct options {
	unsigned ndots;                  // 0 to 15
	unsigned timeout;                // seconds, 1 to 30
	unsigned attempts;               // 1 to 5
	unsigned timeout_ms;             // limit of one whole lookup; 0: timeout x attempts
	unsigned cache;                  // cached answers at most; 0: no cache
	unsigned min_ttl, max_ttl;       // bounds of the time that an answer is cached, in seconds
	bool has_timeout, has_attempts;  // set by a source, not by default
	bool debug;
	bool rotate;
	bool use_vc;
	bool edns0;
	bool no_aaaa;
	bool single_request;
	bool single_request_reopen;
	bool trust_ad;
	bool no_tld_query;
	bool no_check_names;
	bool no_reload;
	bool no_edns;     // no OPT record (RFC 6891) in any query built here, also where edns0 or the program asks for one
	bool no_cookies;  // RFC 7873
	bool mix_case;    // draft-vixie-dnsext-dns0x20
	// No file can set these; they come from the program's resolver state (resolver(3)).
	bool no_search;         // RES_DNSRCH is off: no search list for names with a dot
	bool no_default_names;  // RES_DEFNAMES is off: none for names without a dot
	bool dnssec_ok;
	bool ignore_truncation;
	bool no_recursion;
	bool checking_disabled;  // CD bit (RFC 4035), for withdns --query --cd
};

// A file that was read, and its stat(2) values at that time, to detect a change.
struct watched_file {
	char *path;  // owned; NULL when nothing is watched
	struct file_stamp stamp;
};

struct config {
	struct route *routes;  // routes[0]: the default servers, at least one after a load; then one for each `for` domain
	size_t route_count;
	struct hash_index route_index;  // finds a route by its domain: see routes.c
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
	struct log trace;
	struct log *journals;  // further logs, always JSON: one for each `journal` directive
	size_t journal_count;
	struct config_line *records;  // text: a line of a zone file (RFC 1035 5.1), names absolute
	size_t record_count;
	struct config_line *zones;  // text: the absolute path of a zone file
	size_t zone_count;
	struct fault *faults;  // the first that matches a question and passes its draw applies
	size_t fault_count;
	uint64_t seed;  // of the faults' random draws, if has_seed
	bool has_seed;
	struct run_address *counters;  // processes that count lookups for faults; see fault.counter
	size_t counter_count;
	char *save_path;           // file to which servers' answers are appended; NULL: none
	bool search_chosen;        // by a directive: libc's own search list may differ
	bool servers_chosen;       // routes[0] comes from a directive, not from resolv.conf or the default
	struct watched_file file;  // configuration file; path NULL: none was found
	bool file_is_copy;         // this process cannot read it: the copy in WITHDNS_CONF_COPY was used
	bool has_foreign_file;     // the file in HOME was ignored, because another user owns it
	struct watched_file resolvconf, nsswitch;
	struct config_precedence *precedence;  // used by config.c during a load, else NULL
};

#define CONFIG_ERROR_SIZE 512

// "FILE:LINE: message", or "FILE: message" where the whole file is wrong; no newline, control characters escaped.
// FILE is "WITHDNS" for directives from the environment or the command line; there every ';' ends a line too.
struct config_error {
	char text[CONFIG_ERROR_SIZE];
	int reason;  // EMFILE, ENFILE or ENOMEM: a temporary failure, the configuration may be valid; else 0
};

#define CONFIG_FILE_MAX (4 * 1024 * 1024)

// The sources in order of precedence, highest first. A setting with one value (default servers, search, hosts, log)
// comes from the first source that has it; each option is decided separately; `for` lines of all sources add up.
enum config_source {
	CONFIG_SOURCE_DIRECTIVES,        // WITHDNS, command line; a line `--` ends a section, the next has lower precedence
	CONFIG_SOURCE_CONFIG_FILE,       // WITHDNS_CONF, ~/.config/withdns.conf, /etc/withdns.conf
	CONFIG_SOURCE_LIBC_ENVIRONMENT,  // RES_OPTIONS, LOCALDOMAIN
	CONFIG_SOURCE_RESOLVCONF,
};

// Reads all sources in order of precedence and fills in the defaults. RES_OPTIONS and LOCALDOMAIN are read with getenv;
// with environment->secure no variable counts. environment is borrowed for the call. The caller passes *out to
// config_clear. On failure false with *error filled; *out then holds nothing.
bool config_load(const struct environment *environment, struct config *out, struct config_error *error);

// Reads CONFIG_SOURCE_DIRECTIVES only, to get its journals when another source is wrong. False if the directives
// themselves are wrong; *out then holds nothing.
bool config_load_directives(const struct environment *environment, struct config *out);

// config_load for a process that has loaded `before`. If before came from a configuration file that cannot be read now,
// this fails: a missing file must not let sources of lower precedence take over.
bool config_reload(
	const struct environment *environment, const struct config *before, struct config *out, struct config_error *error);

// Has resolv.conf, nsswitch.conf or the configuration file changed since config_load read it? One stat(2) for each;
// none for resolv.conf with `options no-reload`. A change of the configuration file counts after STAMP_SETTLING.
bool config_is_stale(const struct config *config);

// Adds the current stat(2) values of these files to *sum.
void config_sum(const struct config *config, struct file_stamp_sum *sum);

// Frees everything that *config owns. Accepts an all-zero one.
void config_clear(struct config *config);

// The route with the longest domain that name is at or below; routes[0] if there is none. Borrowed from config.
const struct route *config_route(const struct config *config, const struct name *name);

// Writes a server as the directive spells it: "192.0.2.1:53", "system". text holds ADDRESS_TEXT_SIZE bytes. Returns
// text or a constant.
const char *config_write_server(const struct server *server, char *text);

// Is there a log or a journal? Callers test this before they build an event.
static inline bool config_is_logged(const struct config *config)
{
	return log_is_on(&config->trace) || config->journal_count > 0;
}

// Writes the event to the log and to each journal. Returns 0, or the errno with which the log file could not be opened.
static inline int config_log(const struct config *config, const struct log_event *event)
{
	for (size_t i = 0; i < config->journal_count; i++)
		log_write(&config->journals[i], event);
	return log_write(&config->trace, event);
}

// The time limit of one whole lookup, in milliseconds.
unsigned options_deadline_ms(const struct options *options);
