// SPDX-License-Identifier: MIT
// SvcParamKeys (RFC 9460 14.3.2): their words, and the form of their values.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rdata_sink;
struct rdata_source;

enum { SVCB_KEY_MANDATORY = 0, SVCB_KEY_ALPN = 1, SVCB_KEY_NO_DEFAULT_ALPN = 2 };

enum {
	SVCB_KEY_IS_LIST = 1,    // items separated by commas, which read and write handle one by one
	SVCB_KEY_IS_RECENT = 2,  // BIND 9.18 does not support the word: keyN is written
};

struct rdata_svcb_key {
	const char *word;
	unsigned flags;
	const char
		*layout;  // of a value, or of an item of a list, in the letters of rdata_layout.h; NULL: only functions know
	bool (*read)(struct rdata_source *source, const uint8_t *value, size_t length);  // NULL: by the layout
	void (*write)(struct rdata_sink *sink);                                          // NULL: likewise
};

// The form of a key's value; bytes for an unknown key. Never NULL.
const struct rdata_svcb_key *rdata_svcb_key_of(uint16_t key);

// Reads a value, or an item of a list, whose escapes have been decoded, and appends its bytes. False if it is invalid.
bool rdata_svcb_key_read_value(
	const struct rdata_svcb_key *form, struct rdata_source *source, const uint8_t *value, size_t length);

// Writes the value, or an item, at the cursor. Sets sink->data.failed for invalid bytes.
void rdata_svcb_key_write_value(const struct rdata_svcb_key *form, struct rdata_sink *sink);

// Reads a key: its word, or keyN, whose value is bytes whatever the key's form is. False for anything else.
bool rdata_svcb_key_read(const char *text, size_t length, uint16_t *key, const struct rdata_svcb_key **form);

// Writes the word, or keyN, without a separator.
void rdata_svcb_key_write(struct rdata_sink *sink, uint16_t key);
