// SPDX-License-Identifier: MIT
// Looks up records that name hosts (MX, NS, SRV), and the addresses of these hosts.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "config/base/name.h"
#include "resolver/dns/host.h"
#include "resolver/dns/message.h"
#include "resolver/reasons.h"

struct query;

#define TARGETS_NUMBERS_MAX 3

// The outcome of one lookup, and the reasons of a failure.
struct targets_result {
	enum outcome outcome;
	char reasons[REASONS_TEXT_SIZE];  // "" for none
};

// A record of numbers and a host name, and the lookup of that host.
struct target {
	uint16_t numbers[TARGETS_NUMBERS_MAX];
	char name[NAME_TEXT_SIZE + 1];  // with a trailing dot
	struct targets_result result;
	struct host host;
};

struct targets {
	struct targets_result result;  // of the lookup of the records
	struct target *list;
	size_t count;
};

// The format of a record type, and its names in text and JSON.
struct targets_kind {
	uint16_t type;
	size_t number_count;
	const char *title, *key, *lookup_key;
	const char *numbers[TARGETS_NUMBERS_MAX];
};

extern const struct targets_kind targets_mail, targets_name_servers, targets_services;

// Looks up the addresses of one host; the caller clears *host in any case.
void targets_find_host(const struct query *query, const char *name, struct targets_result *result, struct host *host);

// Looks up the records of that kind and their hosts: sorted by the first number, then by name; services as a client
// should try them, by priority, then at random by weight (RFC 2782). The seed of the configuration, if any, makes the
// random order reproducible. targets_clear frees *out.
void targets_find(const struct query *query, const struct targets_kind *kind, const char *name, struct targets *out);

void targets_clear(struct targets *targets);
