// SPDX-License-Identifier: MIT
// Recognises common mistakes in directives, for error messages that say what to write instead.
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct words;

// The first three return WHAT for the text "expected WHAT, got ...", a constant, or NULL if they find no mistake.

// A word where a domain is expected: lists with commas, addresses, ports, slashes. All are valid in DNS names but not
// used in practice. Accepts escaped ones (\,) and slashes below in-addr.arpa and ip6.arpa (RFC 2317).
const char *mistake_in_domain(const char *word);

// A word where a server's address is expected: URLs, lists with commas.
const char *mistake_in_server(const char *word);

// The words of a `record` line: data without a type, and the owner as mistake_in_domain. *got: the offending word.
const char *mistake_in_record(const struct words *words, const char **got);

// Is the word an IPv6 address whose last group looks like a port: ::1:5353?
bool mistake_is_port(const char *word);

// Does the text (size bytes) look like a zone file, where lines of hosts(5) are expected?
bool mistake_is_zone(const char *text, size_t size);
