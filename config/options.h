// SPDX-License-Identifier: MIT
// The table of options: the words of the `options` directive, of resolv.conf(5) and of RES_OPTIONS.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
	unsigned tls_idle;  // seconds until an idle connection to an encrypted server is closed; 0: as the server says
	bool tls_tickets;   // resume TLS sessions (RFC 8446 2.2), by which the server recognizes its client
	// No file can set these; they come from the program's resolver state (resolver(3)).
	bool no_search;         // RES_DNSRCH is off: no search list for names with a dot
	bool no_default_names;  // RES_DEFNAMES is off: none for names without a dot
	bool dnssec_ok;
	bool ignore_truncation;
	bool no_recursion;
	bool checking_disabled;  // CD bit (RFC 4035), for withdns --query --cd
};

#define OPTION_COUNT 28

enum option_kind {
	OPTION_NUMBER,  // "word:N"
	OPTION_FLAG,
	OPTION_IGNORED,  // obsolete in resolv.conf(5): accepted without effect
};

// A new option needs a row, a member of struct options, and its entry in withdns.conf.5.
struct option {
	const char *word;
	enum option_kind kind;
	size_t offset;             // of the member in struct options: unsigned for a number, bool for a flag
	uint32_t lowest, highest;  // other numbers are clamped, as in glibc
	bool in_glibc;             // glibc implements it: resolv.conf and RES_OPTIONS may contain it
};

extern const struct option option_table[OPTION_COUNT];

// Parses "ndots:3" or "rotate": returns the row, and the number in *value (1 for a flag). NULL if it is no option.
const struct option *option_read(const char *text, uint32_t *value);

// Sets the option's member to a value of option_read, or to the lowest value of the row if that is larger.
void option_set(const struct option *option, uint32_t value, struct options *options);

// False for rows without effect, and for synonyms of an earlier row.
bool option_is_setting(const struct option *option);

// Writes the option's current value as `options` has it: "ndots:3", "rotate"; "" for a flag that is off. Returns text,
// which holds OPTION_TEXT_SIZE bytes.
#define OPTION_TEXT_SIZE 40
char *option_write(const struct option *option, const struct options *options, char *text);

// The time limit of one whole lookup, in milliseconds.
unsigned options_deadline_ms(const struct options *options);
