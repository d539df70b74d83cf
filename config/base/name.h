// SPDX-License-Identifier: MIT
// A domain name in wire form (RFC 1035 3.1), held by value. Always absolute.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NAME_WIRE_SIZE 255
#define NAME_LABEL_SIZE 63
#define NAME_TEXT_SIZE 1025  // every byte as \DDD, the dots and the NUL

struct name {
	uint8_t length;  // of wire, its final 0 included; 0 in a name that was never filled
	uint8_t wire[NAME_WIRE_SIZE];
};

// Reads text with the escapes of RFC 1035 5.1 (\X, \DDD). A final dot may be left out; "." is the root.
// False, with *out untouched, for the empty text, an empty label, a label over 63 bytes or a name over 255.
bool name_read(const char *text, struct name *out);

// Writes text without the final dot (the root is "."), special and unprintable bytes escaped; text holds
// NAME_TEXT_SIZE bytes and is returned.
char *name_write(const struct name *name, char *text);

// The same with the bytes of more (neither a digit nor a backslash) escaped too.
char *name_write_escaped(const struct name *name, const char *more, char *text);

// Takes a copy of uncompressed wire bytes, which must be a whole name of at most 255 bytes.
bool name_from_wire(const uint8_t *wire, unsigned available, struct name *out);

// All ignore the case of ASCII letters (RFC 4343).
bool name_equal(const struct name *one, const struct name *other);
bool name_equal_wire(const struct name *name, const uint8_t *wire, size_t available);  // uncompressed
bool name_within(const struct name *name, const struct name *domain);                  // at or below domain
bool name_below(const struct name *name, const struct name *domain);                   // below it alone

// Goes on from a digest (digest.h); the same for names that name_equal finds equal.
uint64_t name_hash(const struct name *name, uint64_t hash);

// The same for the name that begins at byte start of name, where a label begins.
uint64_t name_hash_end(const struct name *name, unsigned start, uint64_t hash);
bool name_end_is(const struct name *name, unsigned start, const uint8_t *wire, size_t length);  // is it that one?

// Name with target in place of the domain, which it is below (RFC 6672 2.2). False for a name over 255 bytes.
bool name_move(const struct name *name, const struct name *domain, const struct name *target, struct name *out);

// What a program may be handed as a host name, as glibc's res_hnok has it: labels of letters, digits, '-' and '_',
// the first label not beginning with '-'. The root is one.
bool name_is_hostname(const struct name *name);

// "*.example" (RFC 4592 2.1.1).
bool name_is_wildcard(const struct name *name);

// The name that a PTR record stands at (RFC 1035 3.5, RFC 3596 2.5).
struct address;
struct name name_of_address(const struct address *address);
