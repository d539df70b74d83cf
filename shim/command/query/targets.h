// SPDX-License-Identifier: MIT
// The hosts that records name: mail exchangers, name servers, the servers of a service.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "config/base/name.h"
#include "resolver/dns/host.h"
#include "resolver/dns/message.h"
#include "resolver/reasons.h"

struct config;
struct query_options;
struct resolver;

#define TARGETS_NUMBERS_MAX 3

// How one of the lookups ended, and why if it failed.
struct targets_verdict {
	enum outcome outcome;
	char reasons[REASONS_TEXT_SIZE];  // "" for none
};

// A record whose data are some numbers and a host's name, and what that host is.
struct member {
	uint16_t numbers[TARGETS_NUMBERS_MAX];
	char name[NAME_TEXT_SIZE + 1];  // with its final dot
	struct targets_verdict verdict;
	struct host host;
};

struct targets {
	struct targets_verdict verdict;  // of the question for the records
	struct member *list;
	size_t count;
};

// What one type of record is made of, and what it is called.
struct targets_kind {
	uint16_t type;
	size_t number_count;
	const char *title, *key, *lookup_key;
	const char *numbers[TARGETS_NUMBERS_MAX];
};

extern const struct targets_kind targets_mail, targets_name_servers, targets_services;

// Looks the records of that kind up; their hosts are not known yet. targets_clear frees what *out holds.
void targets_find(struct resolver *resolver, const struct query_options *options, const struct targets_kind *kind,
	const char *name, struct targets *out);

// Looks up the addresses of one host (the caller clears *host, whatever the verdict), or of each of the members.
void targets_find_host(struct resolver *resolver, const struct query_options *options, const char *name,
	struct targets_verdict *verdict, struct host *host);
void targets_find_hosts(struct resolver *resolver, const struct query_options *options, struct targets *targets);

// By their first numbers, then their names.
void targets_sort(struct targets *targets);

// Services in the order in which a client is to try them: by priority, among equals by lot and weight (RFC 2782). The
// configuration's seed, where it has one, makes the lots repeatable.
void targets_draw_order(struct targets *targets, const struct config *config);

void targets_clear(struct targets *targets);
