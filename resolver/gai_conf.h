// SPDX-License-Identifier: MIT
// Reads gai.conf(5), the rules by which glibc sorts addresses.
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct address_rules;

// Parses the text of a gai.conf (size bytes) as glibc does: a table with at least one row replaces the default table,
// invalid lines are ignored. Returns false without memory, with *out unchanged. Free the result with gai_conf_clear,
// which also accepts a zeroed structure.
bool gai_conf_read(const char *text, size_t size, struct address_rules *out);
void gai_conf_clear(struct address_rules *rules);

// Returns the rules of /etc/gai.conf, valid until gai_conf_leave; the default rules if it is missing, unreadable, or
// without memory. Reads the file once per process, as glibc, and again after a change if it says `reload yes`.
// Thread-safe.
const struct address_rules *gai_conf_enter(void);
void gai_conf_leave(void);
