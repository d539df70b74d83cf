// SPDX-License-Identifier: MIT
// The terms that one lookup is made on: which servers, names and options count for it, and when it must be over.
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

// A view: what it points to must outlive the lookup. Most terms are the configuration's; a program that writes into
// its resolver state (resolver(3): _res) changes some of them for its thread, and one that sets its own services for
// hosts or networks (__nss_configure_lookup) these.
struct lookup_context {
	const struct config *config;
	const struct route *plain;  // the servers for names that no domain's route claims
	char *const *search;
	size_t search_count;
	const struct options *options;
	const struct name_services *services;          // that are asked for hosts
	const struct name_services *network_services;  // the same for networks
	const struct name_services *chosen_services;   // in their place for names for which it is decided who answers
	bool as_packets;   // the servers' own replies are wanted, to queries just as the options say
	unsigned payload;  // with as_packets and EDNS: the largest datagram that a server is to send; 0: ours
	// With as_packets: sees each reply as it comes, of a search too, whose last one alone is its answer. NULL: nobody
	// does.
	void (*see)(void *context, const uint8_t *message, size_t size, bool over_tcp);
	void *context;
	void (*while_waiting)(void);  // is called when a server has been asked and not yet answered; NULL: nothing is
	int64_t deadline;             // clock_now
	struct fault_injection
		*faults_drawn;  // of faults: what this call has drawn (resolver/fault_injection.h); NULL: nothing yet
	bool loses_first;   // the first datagram gets lost on its way
	// Sees, on the thread that looks up, what becomes of the lookup, log or no log: the log's exchanges and faults, and
	// the events of resolver/observe.h. What an event points to is gone with the call. NULL: nobody does.
	void (*observe)(void *observer, const struct log_event *event);
	void *observer;
	// Nobody is asked, and nothing is waited for or logged (resolver/dry_run.h). NULL: a lookup in earnest.
	struct dry_run *dry_run;
};

// The configuration's own terms, for a lookup that begins now.
struct lookup_context lookup_context_of_config(const struct config *config);

// Sets the deadline by the options, counted from now.
void lookup_context_start(struct lookup_context *lookup);

// The same terms with one part in so many of the time that is left.
struct lookup_context lookup_context_share(const struct lookup_context *lookup, unsigned parts);

// Does anybody want to know what happens? Putting an event together is not worth the while otherwise.
bool lookup_context_is_logged(const struct lookup_context *lookup);

// Writes the event to the log and the journal, as far as there are such, and shows it to the observer.
void lookup_context_log(const struct lookup_context *lookup, const struct log_event *event);

// Where a name is looked up: by the longest domain that it is within, else by the plain servers.
const struct route *lookup_context_route(const struct lookup_context *lookup, const struct name *name);
