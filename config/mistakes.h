// SPDX-License-Identifier: MIT
// What users write in the place of something else, so that an error can say what was meant.
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct words;

// All return what is expected, for the text "expected WHAT, got ...", or NULL where nothing is known to be wrong.

// Where a domain belongs: lists with commas, addresses, ports, slashes. These could be in a name, and would be in none
// that anybody looks up; an escaped one (\,) counts as meant, and a slash below in-addr.arpa and ip6.arpa (RFC 2317).
const char *mistake_in_domain(const char *word);

// Where the address of a server belongs: URLs, lists with commas.
const char *mistake_in_server(const char *word);

// In the words of `record`: data without a type before it, and the owner as above.
const char *mistake_in_record(const struct words *words, const char **got);

// Is it an IPv6 address whose last group was probably meant as a port: ::1:5353?
bool mistake_is_port(const char *word);

// Is it a zone file, where lines of hosts(5) belong?
bool mistake_is_zone(const char *text, size_t size);
