// SPDX-License-Identifier: MIT
#include "config/base/name.h"

#include <string.h>

#include "config/base/address.h"
#include "config/base/ascii.h"
#include "config/base/compiler.h"
#include "config/base/hash.h"
#include "config/base/strbuf.h"

static void append(struct name *name, const void *bytes, unsigned length)
{
	memcpy(name->wire + name->length, bytes, length);
	name->length = (uint8_t)(name->length + length);
}

bool name_read_byte(const char **at, const char *end, uint8_t *out)
{
	const char *text = *at;
	if (text == end)
		return false;
	if (*text != '\\') {
		*out = (uint8_t)*text;
		*at = text + 1;
		return true;
	}
	if (end - text < 2)
		return false;
	if (!ascii_is_digit(text[1])) {
		*out = (uint8_t)text[1];
		*at = text + 2;
		return true;
	}
	if (end - text < 4 || !ascii_is_digit(text[2]) || !ascii_is_digit(text[3]))
		return false;
	const int value = (text[1] - '0') * 100 + (text[2] - '0') * 10 + (text[3] - '0');
	*out = (uint8_t)value;
	*at = text + 4;
	return value <= UINT8_MAX;
}

// Writes the length byte of the last label, which begins at start.
static bool end_label(uint8_t *wire, unsigned start, unsigned length)
{
	const unsigned size = length - start - 1;
	wire[start] = (uint8_t)size;
	return size > 0 && size <= NAME_LABEL_SIZE;
}

// "." is the root; false for "".
COLD static bool read_root(const char *text, struct name *out)
{
	if (*text == '\0')
		return false;
	*out = (struct name){.length = 1};
	return true;
}

bool name_read(const char *text, struct name *out)
{
	struct name name;
	uint8_t *const wire = name.wire;
	unsigned start = 0, length = 1;  // start: the length byte of the last label; length: bytes used so far
	char byte = *text;
	if (UNLIKELY(byte == '\0' || (byte == '.' && text[1] == '\0')))
		return read_root(text, out);
	do {
		// Leave room for the next length byte, or the final 0.
		if (UNLIKELY(length >= NAME_WIRE_SIZE))
			return false;
		if (byte == '.') {
			if (UNLIKELY(!end_label(wire, start, length)))
				return false;
			start = length++;
		} else if (LIKELY(byte != '\\')) {
			wire[length++] = (uint8_t)byte;
		} else {
			const char *at = text;  // the address of text itself would keep it out of a register
			if (!name_read_byte(&at, at + strlen(at), &wire[length++]))
				return false;
			text = at;
			byte = *text;
			continue;
		}
		byte = *++text;
	} while (byte != '\0');
	if (length == start + 1)
		length = start;  // a final dot
	else if (UNLIKELY(length >= NAME_WIRE_SIZE || !end_label(wire, start, length)))
		return false;
	wire[length++] = 0;
	name.length = (uint8_t)length;
	name_copy(&name, out);
	return true;
}

static char *write_byte(char *text, uint8_t byte)
{
	if (ascii_is_letter(byte) || ascii_is_digit(byte) || byte == '-') {
		*text++ = (char)byte;
		return text;
	}
	if (byte <= ' ' || byte >= 0x7F) {
		*text++ = '\\';
		*text++ = (char)('0' + byte / 100);
		*text++ = (char)('0' + byte / 10 % 10);
		*text++ = (char)('0' + byte % 10);
		return text;
	}
	if (strchr("\".;\\()@$", byte) != NULL)
		*text++ = '\\';
	*text++ = (char)byte;
	return text;
}

char *name_write(const struct name *name, char *text)
{
	char *end = text;
	for (unsigned at = 0; at < name->length && name->wire[at] != 0; at += name->wire[at] + 1u) {
		if (at > 0)
			*end++ = '.';
		for (unsigned i = 1; i <= name->wire[at]; i++)
			end = write_byte(end, name->wire[at + i]);
	}
	if (end == text && name->length > 0)
		*end++ = '.';
	*end = '\0';
	return text;
}

char *name_write_escaped(const struct name *name, const char *more, char *text)
{
	char plain[NAME_TEXT_SIZE];
	struct strbuf out = {.bytes = text, .size = NAME_TEXT_SIZE};
	for (const char *at = name_write(name, plain); *at != '\0'; at++) {
		const bool is_escaped = strchr(more, *at) != NULL;
		strbuf_add(&out, is_escaped ? "\\" : (const char[]){*at, '\0'});
		if (is_escaped)
			strbuf_add_digits(&out, (unsigned char)*at, 3);
	}
	return strbuf_end(&out);
}

bool name_from_wire(const uint8_t *wire, unsigned available, struct name *out)
{
	unsigned length = 0;
	for (;;) {
		if (length >= available || length >= NAME_WIRE_SIZE || wire[length] > NAME_LABEL_SIZE)
			return false;
		const unsigned label = wire[length++];
		if (label == 0)
			break;
		length += label;
	}
	out->length = (uint8_t)length;
	memcpy(out->wire, wire, length);
	return true;
}

// Length bytes are at most 63, so case folding does not change them.
COLD static bool is_equal_but_for_case(const uint8_t *one, const uint8_t *other, unsigned length)
{
	return ascii_equal_bytes(one, other, length);
}

static bool wire_equal(const uint8_t *one, const uint8_t *other, unsigned length)
{
	return memcmp(one, other, length) == 0 || is_equal_but_for_case(one, other, length);
}

bool name_equal(const struct name *one, const struct name *other)
{
	return one->length == other->length && wire_equal(one->wire, other->wire, one->length);
}

bool name_equal_wire(const struct name *name, const uint8_t *wire, size_t available)
{
	return name->length <= available && wire_equal(name->wire, wire, name->length);
}

uint64_t name_hash(const struct name *name, uint64_t hash)
{
	return name_hash_end(name, 0, hash);
}

uint64_t name_hash_end(const struct name *name, unsigned start, uint64_t hash)
{
	return hash_text(hash, name->wire + start, name->length - start);
}

bool name_end_is(const struct name *name, unsigned start, const uint8_t *wire, size_t length)
{
	return name->length - start == length && wire_equal(name->wire + start, wire, (unsigned)length);
}

// Are the bytes from start those of the domain, and is start at a label?
COLD static bool is_end(const struct name *name, unsigned start, const struct name *domain)
{
	unsigned at = 0;
	while (at < start)
		at += name->wire[at] + 1u;
	return at == start && wire_equal(name->wire + start, domain->wire, domain->length);
}

bool name_within(const struct name *name, const struct name *domain)
{
	if (domain->length == 0 || name->length < domain->length)
		return false;
	const unsigned start = (unsigned)name->length - domain->length;
	return name->wire[start] == domain->wire[0] && is_end(name, start, domain);
}

bool name_below(const struct name *name, const struct name *domain)
{
	return name->length != domain->length && name_within(name, domain);
}

bool name_move(const struct name *name, const struct name *domain, const struct name *target, struct name *out)
{
	struct name moved = {.length = (uint8_t)(name->length - domain->length)};
	if (moved.length + target->length > NAME_WIRE_SIZE)
		return false;
	memcpy(moved.wire, name->wire, moved.length);
	append(&moved, target->wire, target->length);
	*out = moved;
	return true;
}

bool name_is_wildcard(const struct name *name)
{
	return name->length > 2 && name->wire[0] == 1 && name->wire[1] == '*';
}

// A letter, a digit, '-' or '_'?
static bool is_hostname_byte(uint8_t byte)
{
	static const uint64_t bits[4] = {UINT64_C(0x03ff200000000000), UINT64_C(0x07fffffe87fffffe)};
	return bits[byte / 64] >> byte % 64 & 1;
}

bool name_is_hostname(const struct name *name)
{
	if (name->length == 0 || (name->wire[0] > 0 && name->wire[1] == '-'))
		return false;
	for (unsigned at = 0; name->wire[at] != 0; at += name->wire[at] + 1u) {
		for (unsigned i = name->wire[at]; i > 0; i--)
			if (UNLIKELY(!is_hostname_byte(name->wire[at + i])))
				return false;
	}
	return true;
}

struct name name_of_address(const struct address *address)
{
	static const char hex[] = "0123456789abcdef";
	struct name name = {.length = 0};
	if (address->family == AF_INET6) {
		for (unsigned i = 16; i-- > 0;) {
			const uint8_t byte = address->bytes[i];
			append(&name, (const char[]){1, hex[byte & 15], 1, hex[byte >> 4]}, 4);
		}
		append(&name, "\3ip6\4arpa", sizeof "\3ip6\4arpa");
		return name;
	}
	for (unsigned i = 4; i-- > 0;) {
		char label[4];
		struct strbuf digits = {.bytes = label, .size = sizeof label, .used = 1};
		strbuf_add_number(&digits, address->bytes[i]);
		label[0] = (char)(digits.used - 1);
		append(&name, label, (unsigned)digits.used);
	}
	append(&name, "\7in-addr\4arpa", sizeof "\7in-addr\4arpa");
	return name;
}

static int hex_digit(int byte)
{
	const int lower = ascii_lower(byte);
	return ascii_is_digit(byte) ? byte - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 0;
}

// Reads the bytes at the positions where name_of_address writes digits, then compares the whole name, which rejects
// bytes that are no digits.
bool name_to_address(const struct name *name, struct address *out)
{
	struct address address = {.family = AF_INET6};
	const uint8_t *at = name->wire;
	if (name->length == 4 * 16 + sizeof "\3ip6\4arpa") {
		for (unsigned i = 16; i-- > 0; at += 4)
			address.bytes[i] = (uint8_t)(hex_digit(at[1]) | hex_digit(at[3]) << 4);
	} else {
		address.family = AF_INET;
		for (unsigned i = 4; i-- > 0 && *at && *at <= 3; at += 1 + *at)
			for (unsigned digit = 1; digit <= *at; digit++)
				address.bytes[i] = (uint8_t)(address.bytes[i] * 10 + hex_digit(at[digit]));
	}
	const struct name whole = name_of_address(&address);
	if (!name_equal(&whole, name))
		return false;
	*out = address;
	return true;
}
