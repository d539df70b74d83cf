// SPDX-License-Identifier: MIT
// Per-lookup context: servers, search list, options, deadline, callbacks.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fault_injection;
struct config;
struct name;
struct name_services;
struct options;
struct dry_run;
struct route;
struct log_event;
struct log_process;
struct program_query;

// Owns nothing: everything it points to must outlive the lookup. Most values come from the configuration. The program's
// resolver state (resolver(3): _res) replaces some for its thread, __nss_configure_lookup replaces the services.
struct lookup_context {
	const struct config *config;
	const struct route *default_route;  // for names without a route of their own
	char *const *search;
	size_t search_count;
	const struct options *options;
	const struct name_services *services;          // for hosts
	const struct name_services *network_services;  // for networks
	const struct name_services *chosen_services;   // instead of services, for names that the user's directives cover
	bool as_packets;   // for res_query(3) and the like: return the servers' replies, send exactly what the options say
	bool asks_hosts;   // also answer questions for addresses and their names from the hosts file
	bool drops_first;  // fault `drop`: do not send the first datagram
	bool is_listed;    // `only` lists the name as the program spells it, which the search list may extend
	unsigned payload;  // with as_packets and EDNS: UDP payload size to advertise, in bytes; 0: the default
	const struct program_query
		*program_query;  // with as_packets: send this query (upstream_request.h); NULL: compose it
	// With as_packets: called for each reply, in a search for each name's. NULL: not called.
	void (*on_reply)(void *context, const uint8_t *message, size_t size, bool over_tcp);
	void *context;
	// Called when a query was sent and before its reply is awaited, with the member begun. NULL: not called.
	void (*while_waiting)(int64_t begun);
	int64_t begun, deadline;                  // start and end of the lookup, in clock_now's microseconds
	struct fault_injection *fault_injection;  // of this API call (resolver/source/fault.h); NULL: none yet
	// Do not wait for servers: set *would_wait instead, and return no usable answer. NULL: wait.
	bool *would_wait;
	// Called on the thread of the lookup for each exchange and fault, and each event of resolver/observe.h, also
	// without a log. The event is valid during the call only. NULL: not called.
	void (*observe)(void *observer, const struct log_event *event);
	void *observer;
	const struct log_process *process;  // whose lookup it is, for the log; NULL: this one's
	// Dry run: no packets, no waiting, no log (resolver/dry_run.h). NULL: a real lookup.
	struct dry_run *dry_run;
};

// The context of a lookup that begins now and takes everything from config, which must outlive it.
struct lookup_context lookup_context_of_config(const struct config *config);

// The same, for a lookup that began at that time.
void lookup_context_begin(struct lookup_context *lookup, const struct config *config, int64_t begun);

// Sets the start, and the deadline: options_deadline_ms of the options later.
void lookup_context_start(struct lookup_context *lookup, int64_t begun);

// The deadline that leaves 1/parts of the remaining time.
int64_t lookup_context_share(const struct lookup_context *lookup, unsigned parts);

// Is there a log, a journal or an observer? Callers test this before they build an event.
bool lookup_context_is_logged(const struct lookup_context *lookup);

// Writes the event to the log and the journals, and passes it to the observer.
void lookup_context_log(const struct lookup_context *lookup, const struct log_event *event);

// The route with the longest domain that name is at or below; else the default servers. Borrowed.
const struct route *lookup_context_route(const struct lookup_context *lookup, const struct name *name);

// The domain of that route, written to text (NAME_TEXT_SIZE bytes); NULL: the default servers.
const char *lookup_context_rule(const struct lookup_context *lookup, const struct name *name, char *text);
