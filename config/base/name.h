// SPDX-License-Identifier: MIT
// A domain name in wire format (RFC 1035 3.1), absolute and uncompressed, held by value.
#pragma once

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define NAME_WIRE_SIZE 255
#define NAME_LABEL_SIZE 63
#define NAME_TEXT_SIZE 1025  // every byte as \DDD, the dots and the NUL

struct name {
	uint8_t length;  // bytes of wire in use, with the root label; 0: not set
	uint8_t wire[NAME_WIRE_SIZE];
};

static_assert(sizeof(struct name) % sizeof(uint64_t) == 0, "a name has room for whole words");

// Copies the words that have bytes in use.
static inline void name_copy(const struct name *name, struct name *out)
{
	for (size_t at = 0; at <= name->length; at += sizeof(uint64_t))
		memcpy((uint8_t *)out + at, (const uint8_t *)name + at, sizeof(uint64_t));
}

// Reads text with the escapes of RFC 1035 5.1 (\X, \DDD). The final dot is optional; "." is the root. False, with *out
// unchanged, for an empty text, an empty label, a label over 63 bytes, a name over 255 bytes or a bad escape.
bool name_read(const char *text, struct name *out);

// Reads one byte at *at, decodes its escape (\X, \DDD), and advances *at. False at end and for an invalid escape.
bool name_read_byte(const char **at, const char *end, uint8_t *out);

// Writes the name without the final dot (the root as "."), special and unprintable bytes escaped. Returns text, which
// holds NAME_TEXT_SIZE bytes.
char *name_write(const struct name *name, char *text);

// The same; also escapes the bytes in more (no digits, no backslash).
char *name_write_escaped(const struct name *name, const char *more, char *text);

// Copies an uncompressed wire-format name from the first of `available` bytes. False, with *out unchanged, unless a
// complete name of at most 255 bytes is there.
bool name_from_wire(const uint8_t *wire, unsigned available, struct name *out);

// Comparisons ignore the case of ASCII letters (RFC 4343).
bool name_equal(const struct name *one, const struct name *other);
bool name_equal_wire(const struct name *name, const uint8_t *wire, size_t available);  // uncompressed
bool name_within(const struct name *name, const struct name *domain);                  // at or below domain
bool name_below(const struct name *name, const struct name *domain);                   // below it alone

// Continues a hash (hash.h). Equal for names that name_equal finds equal.
uint64_t name_hash(const struct name *name, uint64_t hash);

// The same for the suffix of name at byte start, where a label begins.
uint64_t name_hash_end(const struct name *name, unsigned start, uint64_t hash);
bool name_end_is(
	const struct name *name, unsigned start, const uint8_t *wire, size_t length);  // is the suffix equal to wire?

// DNAME substitution (RFC 6672 2.2): replaces the suffix domain, which name is below, by target. False, with *out
// unchanged, if the result is over 255 bytes.
bool name_move(const struct name *name, const struct name *domain, const struct name *target, struct name *out);

// Is it a valid host name for glibc's res_hnok: labels of letters, digits, '-' and '_', the first label not beginning
// with '-'? The root is valid.
bool name_is_hostname(const struct name *name);

// Is the first label "*" (RFC 4592 2.1.1)?
bool name_is_wildcard(const struct name *name);

// The reverse lookup name of an address, the owner of its PTR records (RFC 1035 3.5, RFC 3596 2.5).
struct address;
struct name name_of_address(const struct address *address);

// The reverse: false, with *out unchanged, if name is not the reverse lookup name of a whole address.
bool name_to_address(const struct name *name, struct address *out);
