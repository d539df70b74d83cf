// SPDX-License-Identifier: MIT
// Compares what a program looked up with a list of expected names, or with a recording.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct journal;
struct name_list;

// Writes one line for each name that a call of the program looked up and that is not expected, or only with another
// type, with the function, the program and the process of the first call. Literal addresses and calls without a name do
// not count; the lookup of an address is compared as its in-addr.arpa or ip6.arpa name. A call that asks for addresses
// of both families needs both types. With expected NULL: the same for each question that a recording does not answer
// which is only replayed. Returns the number of these calls, or questions; SIZE_MAX without memory.
size_t expect_write_lacking(const struct name_list *expected, const struct journal *journal, FILE *out);

// Writes one line for each line of the file that no lookup matches, and sets is_used of the others. Returns their
// number.
size_t expect_write_unused(struct name_list *expected, const struct journal *journal, FILE *out);

// Writes the lookups of the journal as such a file: each name once, sorted, in lower case; with a type, unless that is
// A or AAAA. An address stands for its lookup. Names that cannot be listed stand in comments. False with errno.
bool expect_write_list(const struct journal *journal, FILE *out);
