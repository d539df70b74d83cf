// SPDX-License-Identifier: MIT
// Every setting in force, and the doors that it came through.
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
	SERVER_SYSTEM,  // hand the name to libc's own functions
	SERVER_NONE,    // the name does not exist
};

struct server {
	enum server_kind kind;
	struct address address;
};

// Where the names at or below a domain are looked up.
struct route {
	struct name domain;  // the root for the plain servers
	struct server *servers;
	size_t server_count;
};

// What a directive says that is read further up, and where it stands.
struct config_line {
	char *text;
	char *label;  // "WITHDNS", or the file's path
	unsigned line;
	char *origin;  // of a zone file's names, a name that can be read; NULL: none
};

struct sort_range {
	struct address network;
	uint8_t mask[4];
};

// The words of `options`, those of resolv.conf(5) and ours.
struct options {
	unsigned ndots;                  // 0 to 15
	unsigned timeout;                // seconds, 1 to 30
	unsigned attempts;               // 1 to 5
	unsigned timeout_ms;             // one lookup's whole deadline; 0: timeout x attempts
	unsigned cache;                  // answers that are kept; 0: none
	unsigned min_ttl, max_ttl;       // seconds that an answer is kept at least and at most
	bool has_timeout, has_attempts;  // these do not stand at their defaults for want of a word
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
	bool no_edns;     // no OPT record (RFC 6891) in any query that is made here, whoever asks for it
	bool no_cookies;  // RFC 7873
	bool mix_case;    // draft-vixie-dnsext-dns0x20
	// Those that no file has, only a program's own resolver state.
	bool no_search;         // no search list for names with a dot
	bool no_default_names;  // nor for those without
	bool dnssec_ok;
	bool ignore_truncation;
	bool no_recursion;
	bool checking_disabled;  // of withdns --query --cd
};

// A file that was read, and what it was then, so that a change is noticed.
struct watched_file {
	char *path;  // owned; NULL when nothing is watched
	struct file_stamp stamp;
};

struct config {
	struct route *routes;  // routes[0] are the plain servers, never empty once loaded; then one each `for` domain
	size_t route_count;
	struct hash_index route_index;  // of the routes by their domains: see routes.c
	char **search;  // domains as they were written; a dot at the beginning means nothing, alone the root
	size_t search_count;
	struct sort_range *sort_ranges;
	size_t sort_range_count;
	struct options options;
	char *hosts_path;                       // NULL: no hosts file
	bool hosts_named;                       // by the user: it must be there
	struct name_services services;          // asked for hosts, in this order; those alone that count here
	struct name_services network_services;  // the same for networks
	struct name_services chosen_services;   // in their place, for names that the user chose who answers for
	struct host_conf host_conf;
	struct log trace;
	struct log *journals;  // the same events as JSON, one journal for each withdns that watches the program
	size_t journal_count;
	struct config_line *records;  // each a line of a zone file (RFC 1035 5.1), names absolute
	size_t record_count;
	struct config_line *zones;  // each the absolute path of a zone file
	size_t zone_count;
	struct fault *faults;  // the first that is for a question, and whose lot is drawn, counts
	size_t fault_count;
	uint64_t seed;  // what faults draw lots by
	bool has_seed;
	struct run_address *counters;  // of runs; struct fault says which one counts it
	size_t counter_count;
	char *save_path;           // where answers of servers are appended; NULL: nowhere
	bool search_chosen;        // by the user: libc's own search list may be another one
	bool servers_chosen;       // by the user: routes[0] came through a door of ours, not from resolv.conf or by default
	struct watched_file file;  // of directives; path NULL: none was found
	bool file_is_copy;         // withdns(1) has read it, but this process cannot
	bool has_foreign_file;     // one in HOME was not followed, because it is another user's
	struct watched_file resolvconf, nsswitch;
	struct config_precedence *precedence;  // which door gave what so far; config.c's own
};

#define CONFIG_ERROR_SIZE 512

// "FILE:LINE: what was expected", without a newline or other controls; "FILE: what is wrong" where it is the whole
// file. What came through the environment or the command line stands in the FILE "WITHDNS", where every ';' begins
// a LINE too.
struct config_error {
	char text[CONFIG_ERROR_SIZE];
	int reason;  // EMFILE, ENFILE, ENOMEM: nothing is wrong with it, but it could not be read now; else 0
};

#define CONFIG_FILE_MAX (4 * 1024 * 1024)

// The doors, the strongest first. Where a setting can have one value only (plain servers, search, hosts, log),
// the first door that gives it wins; options are decided one by one; `for` lines of all doors add up.
enum config_source {
	CONFIG_SOURCE_DIRECTIVES,  // WITHDNS, the command line; a line `--` parts it into sections, each weaker than the one above
	CONFIG_SOURCE_CONFIG_FILE,       // WITHDNS_CONF, ~/.config/withdns.conf, /etc/withdns.conf
	CONFIG_SOURCE_LIBC_ENVIRONMENT,  // RES_OPTIONS, LOCALDOMAIN
	CONFIG_SOURCE_RESOLVCONF,
};

// Reads all the doors in their order (with getenv for those of libc, none of the environment's when it is secure)
// and fills in what none gave. environment and what it points to are borrowed for the call. On failure false with
// *error filled, and *out holds nothing.
bool config_load(const struct environment *environment, struct config *out, struct config_error *error);

// Reads CONFIG_SOURCE_DIRECTIVES alone, for callers that need its journals although the rest of the configuration is wrong.
// False, with *out holding nothing, where the directives themselves are wrong.
bool config_load_directives(const struct environment *environment, struct config *out);

// The same for a process that had the configuration before: a file of directives that it was read from counts no more
// as absent, but fails where it cannot be read, so that nothing weaker takes its place.
bool config_reload(
	const struct environment *environment, const struct config *before, struct config *out, struct config_error *error);

// Has resolv.conf, nsswitch.conf or the file of directives changed since config_load read it? A stat(2) of each; of
// resolv.conf none with `options no-reload`. The file of directives counts once it has settled (STAMP_SETTLING).
bool config_is_stale(const struct config *config);

// Adds what these files look like now.
void config_sum(const struct config *config, struct file_stamp_sum *sum);

// Accepts one that was never filled (all zero).
void config_clear(struct config *config);

// The route for a name: the longest domain that it is within; routes[0] if none.
const struct route *config_route(const struct config *config, const struct name *name);

// Writes a server in the word by which it is chosen: "192.0.2.1:53", "system". text holds ADDRESS_TEXT_SIZE bytes;
// returns it or a constant.
const char *config_write_server(const struct server *server, char *text);

// Does anybody want to know? Putting an event together is not worth the while otherwise.
static inline bool config_is_logged(const struct config *config)
{
	return log_is_on(&config->trace) || config->journal_count > 0;
}

// Writes the event to the log and to the journals, as far as there are such. Returns the errno for which the log's file
// could not be opened, else 0.
static inline int config_log(const struct config *config, const struct log_event *event)
{
	for (size_t i = 0; i < config->journal_count; i++)
		log_write(&config->journals[i], event);
	return log_write(&config->trace, event);
}

// Milliseconds that one whole lookup may take.
unsigned options_deadline_ms(const struct options *options);
