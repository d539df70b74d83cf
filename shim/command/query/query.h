// SPDX-License-Identifier: MIT
// --query: asks questions as a program would, or for DNS messages.
#pragma once

#include <stddef.h>
#include <stdio.h>

struct query_options;
struct resolver;

// Reads questions from the words, NAME [TYPE]... or the operands of the view, asks several at once, and writes the
// answers to out in the order of the words. A word "-" stands for standard input, one question per line. Returns a
// query_status (query_outcome.h), or EXIT_OWN_ERROR with a line on stderr if a word is not a question.
int query_run(
	struct resolver *resolver, const struct query_options *options, char *const *words, size_t count, FILE *out);
