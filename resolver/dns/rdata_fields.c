// SPDX-License-Identifier: MIT
#include "resolver/dns/rdata_fields.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/ascii.h"
#include "config/base/name.h"
#include "config/base/rrtype.h"
#include "resolver/dns/rdata_base.h"
#include "resolver/dns/rdata_date.h"
#include "resolver/dns/rdata_loc.h"
#include "resolver/dns/rdata_sink.h"
#include "resolver/dns/rdata_source.h"
#include "resolver/dns/rdata_svcb.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

// ---- numbers ----

static bool read_number(struct rdata_source *source, uint64_t most, unsigned size)
{
	uint64_t number;
	return rdata_source_number(source, most, &number) && rdata_source_put_number(source, number, size);
}

static bool read_u8(struct rdata_source *source)
{
	return read_number(source, UINT8_MAX, 1);
}

static bool read_u16(struct rdata_source *source)
{
	return read_number(source, UINT16_MAX, 2);
}

static bool read_u32(struct rdata_source *source)
{
	return read_number(source, UINT32_MAX, 4);
}

static bool read_u64(struct rdata_source *source)
{
	return read_number(source, UINT64_MAX, 8);
}

static void write_u8(struct rdata_sink *sink)
{
	rdata_sink_word(sink, "%u", cursor_u8(&sink->data));
}

static void write_u16(struct rdata_sink *sink)
{
	rdata_sink_word(sink, "%u", cursor_u16(&sink->data));
}

static void write_u32(struct rdata_sink *sink)
{
	rdata_sink_word(sink, "%u", cursor_u32(&sink->data));
}

static void write_u64(struct rdata_sink *sink)
{
	const unsigned long long high = cursor_u32(&sink->data);
	rdata_sink_word(sink, "%llu", high << 32 | cursor_u32(&sink->data));
}

static bool read_period(struct rdata_source *source)
{
	struct rdata_word word;
	uint32_t seconds;
	return rdata_source_word(source, &word) && rdata_source_period(&word, &seconds) &&
		rdata_source_put_number(source, seconds, 4);
}

// ---- numbers with mnemonics ----

struct mnemonic {
	unsigned number;
	const char *word;
};

// Also accepts a number of size bytes.
static bool read_mnemonic(struct rdata_source *source, const struct mnemonic *table, size_t count, unsigned size)
{
	struct rdata_source ahead = *source;
	struct rdata_word word;
	if (!rdata_source_word(&ahead, &word))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (rdata_source_word_is(&word, table[i].word)) {
			*source = ahead;
			return rdata_source_put_number(source, table[i].number, size);
		}
	}
	return read_number(source, size == 1 ? UINT8_MAX : UINT16_MAX, size);
}

static void write_mnemonic(struct rdata_sink *sink, const struct mnemonic *table, size_t count, unsigned number)
{
	for (size_t i = 0; i < count; i++) {
		if (table[i].number == number) {
			rdata_sink_word(sink, "%s", table[i].word);
			return;
		}
	}
	rdata_sink_word(sink, "%u", number);
}

static const struct mnemonic algorithms[] = {
	{1, "RSAMD5"},
	{2, "DH"},
	{3, "DSA"},
	{5, "RSASHA1"},
	{6, "NSEC3DSA"},
	{7, "NSEC3RSASHA1"},
	{8, "RSASHA256"},
	{10, "RSASHA512"},
	{12, "ECCGOST"},
	{13, "ECDSAP256SHA256"},
	{14, "ECDSAP384SHA384"},
	{15, "ED25519"},
	{16, "ED448"},
	{252, "INDIRECT"},
	{253, "PRIVATEDNS"},
	{254, "PRIVATEOID"},
};

// Printed as a number (RFC 4034 2.2).
static bool read_algorithm(struct rdata_source *source)
{
	return read_mnemonic(source, algorithms, COUNT(algorithms), 1);
}

// RFC 4398 2.1.
static const struct mnemonic certificates[] = {
	{1, "PKIX"},
	{2, "SPKI"},
	{3, "PGP"},
	{4, "IPKIX"},
	{5, "ISPKI"},
	{6, "IPGP"},
	{7, "ACPKIX"},
	{8, "IACPKIX"},
	{253, "URI"},
	{254, "OID"},
};

static bool read_certificate(struct rdata_source *source)
{
	return read_mnemonic(source, certificates, COUNT(certificates), 2);
}

static void write_certificate(struct rdata_sink *sink)
{
	write_mnemonic(sink, certificates, COUNT(certificates), cursor_u16(&sink->data));
}

// RFC 9859 2.
static const struct mnemonic schemes[] = {{1, "NOTIFY"}};

static bool read_scheme(struct rdata_source *source)
{
	return read_mnemonic(source, schemes, COUNT(schemes), 1);
}

static void write_scheme(struct rdata_sink *sink)
{
	write_mnemonic(sink, schemes, COUNT(schemes), cursor_u8(&sink->data));
}

// ---- types ----

static bool read_type_word(struct rdata_source *source, uint16_t *type)
{
	struct rdata_word word;
	char text[RRTYPE_TEXT_SIZE];
	if (!rdata_source_word(source, &word) || word.is_quoted || word.length >= sizeof(text))
		return false;
	memcpy(text, word.text, word.length);
	text[word.length] = '\0';
	return rrtype_read(text, type);
}

static bool read_type(struct rdata_source *source)
{
	uint16_t type;
	return read_type_word(source, &type) && rdata_source_put_number(source, type, 2);
}

static void write_type(struct rdata_sink *sink)
{
	char text[RRTYPE_TEXT_SIZE];
	rdata_sink_word(sink, "%s", rrtype_write(cursor_u16(&sink->data), text));
}

#define WINDOWS 256
#define WINDOW_SIZE 32

static bool put_windows(struct rdata_source *source, uint8_t (*windows)[WINDOW_SIZE])
{
	for (unsigned i = 0; i < WINDOWS; i++) {
		unsigned size = WINDOW_SIZE;
		while (size && !windows[i][size - 1])
			size--;
		if (size && (!rdata_source_put_number(source, i << 8 | size, 2) || !rdata_source_put(source, windows[i], size)))
			return false;
	}
	return true;
}

// On the heap: 8 KiB are too much for a small stack.
static bool read_bitmap(struct rdata_source *source)
{
	uint8_t(*windows)[WINDOW_SIZE] = calloc(WINDOWS, sizeof(*windows));
	bool is_read = windows != NULL;
	uint16_t type = 0;
	while (is_read && !rdata_source_is_at_end(source)) {
		is_read = read_type_word(source, &type);
		windows[type >> 8][type >> 3 & 31] |= (uint8_t)(128 >> (type & 7));
	}
	is_read = is_read && put_windows(source, windows);
	free(windows);
	return is_read;
}

static bool read_types(struct rdata_source *source)
{
	return !rdata_source_is_at_end(source) && read_bitmap(source);
}

static void write_window(struct rdata_sink *sink, unsigned window, const uint8_t *bytes, unsigned size)
{
	char text[RRTYPE_TEXT_SIZE];
	for (unsigned i = 0; i < size * 8; i++)
		if (bytes[i / 8] & 128 >> i % 8)
			rdata_sink_word(sink, "%s", rrtype_write((uint16_t)(window << 8 | i), text));
}

// RFC 4034 4.1.2: windows in ascending order, without trailing zero bytes.
static void write_bitmap(struct rdata_sink *sink)
{
	struct cursor *data = &sink->data;
	for (int last = -1; !data->failed && data->at < data->size;) {
		const int window = cursor_u8(data);
		const unsigned size = cursor_u8(data);
		const uint8_t *bytes = cursor_bytes(data, size);
		if (!bytes || window <= last || !size || size > WINDOW_SIZE || !bytes[size - 1]) {
			data->failed = true;
			return;
		}
		write_window(sink, (unsigned)window, bytes, size);
		last = window;
	}
}

static void write_types(struct rdata_sink *sink)
{
	sink->data.failed |= sink->data.at == sink->data.size;
	write_bitmap(sink);
}

// ---- addresses and names ----

// address has room for 16 bytes.
static bool take_address(struct rdata_source *source, int family, uint8_t *address)
{
	struct rdata_word word;
	char text[INET6_ADDRSTRLEN];
	if (!rdata_source_word(source, &word) || word.is_quoted || word.length >= sizeof(text))
		return false;
	memcpy(text, word.text, word.length);
	text[word.length] = '\0';
	return inet_pton(family, text, address) == 1;
}

static bool read_address(struct rdata_source *source, int family)
{
	uint8_t address[16];
	return take_address(source, family, address) && rdata_source_put(source, address, family == AF_INET ? 4 : 16);
}

static bool read_ipv4(struct rdata_source *source)
{
	return read_address(source, AF_INET);
}

static bool read_ipv6(struct rdata_source *source)
{
	return read_address(source, AF_INET6);
}

static void write_address(struct rdata_sink *sink, int family)
{
	char text[INET6_ADDRSTRLEN];
	const uint8_t *address = cursor_bytes(&sink->data, family == AF_INET ? 4 : 16);
	if (address)
		rdata_sink_word(sink, "%s", inet_ntop(family, address, text, sizeof(text)));
}

static void write_ipv4(struct rdata_sink *sink)
{
	write_address(sink, AF_INET);
}

static void write_ipv6(struct rdata_sink *sink)
{
	write_address(sink, AF_INET6);
}

static bool read_name(struct rdata_source *source)
{
	struct rdata_word word;
	struct name name;
	return rdata_source_word(source, &word) && rdata_source_name(&word, source->origin, &name) &&
		rdata_source_put(source, name.wire, name.length);
}

static bool read_names(struct rdata_source *source)
{
	while (!rdata_source_is_at_end(source))
		if (!read_name(source))
			return false;
	return true;
}

static void write_names(struct rdata_sink *sink)
{
	while (!sink->data.failed && sink->data.at < sink->data.size)
		rdata_sink_name(sink);
}

// ---- APL (RFC 3123): networks, as !FAMILY:ADDRESS/PREFIX ----

#define NETWORK_NEGATED 0x80

static int family_of(unsigned number)
{
	return number == 1 ? AF_INET : number == 2 ? AF_INET6 : 0;
}

// Omits the address's trailing zero bytes (RFC 3123 4).
static bool put_network(
	struct rdata_source *source, unsigned family, unsigned prefix, bool is_negated, const uint8_t *address)
{
	unsigned size = family == 1 ? 4 : 16;
	if (prefix > size * 8)
		return false;
	while (size && !address[size - 1])
		size--;
	const unsigned length = size | (is_negated ? NETWORK_NEGATED : 0u);
	return rdata_source_put_number(source, family << 16 | prefix << 8 | length, 4) &&
		rdata_source_put(source, address, size);
}

static bool read_network(struct rdata_source *source, const struct rdata_word *word)
{
	char text[INET6_ADDRSTRLEN + sizeof("!2:/128")];
	uint8_t address[16];
	uint32_t prefix;
	if (word->is_quoted || word->length >= sizeof(text))
		return false;
	memcpy(text, word->text, word->length);
	text[word->length] = '\0';
	const bool is_negated = text[0] == '!';
	char *family = text + is_negated, *slash = strchr(text, '/');
	const int kind = *family ? family_of((unsigned)(*family - '0')) : 0;
	if (!kind || family[1] != ':' || !slash || !ascii_read_number(slash + 1, 128, &prefix))
		return false;
	*slash = '\0';
	return inet_pton(kind, family + 2, address) == 1 &&
		put_network(source, (unsigned)(*family - '0'), prefix, is_negated, address);
}

static bool read_networks(struct rdata_source *source)
{
	struct rdata_word word;
	while (rdata_source_word(source, &word))
		if (!read_network(source, &word))
			return false;
	return true;
}

static void write_network(struct rdata_sink *sink)
{
	const unsigned family = cursor_u16(&sink->data), prefix = cursor_u8(&sink->data), bits = cursor_u8(&sink->data);
	const unsigned length = bits % NETWORK_NEGATED, most = family == 1 ? 4 : 16;
	const uint8_t *bytes = cursor_bytes(&sink->data, length);
	uint8_t address[16] = {0};
	char text[INET6_ADDRSTRLEN];
	sink->data.failed |= !family_of(family) || length > most || prefix > most * 8;
	if (sink->data.failed)
		return;
	memcpy(address, bytes, length);
	rdata_sink_word(sink, "%s%u:%s/%u", bits < NETWORK_NEGATED ? "" : "!", family,
		inet_ntop(family_of(family), address, text, sizeof(text)), prefix);
}

static void write_networks(struct rdata_sink *sink)
{
	while (!sink->data.failed && sink->data.at < sink->data.size)
		write_network(sink);
}

// ---- A6 (RFC 2874 3.1): prefix length, address suffix, prefix name ----

static bool put_suffix(struct rdata_source *source, unsigned prefix)
{
	const unsigned skipped = prefix / 8;
	uint8_t address[16];
	if (!take_address(source, AF_INET6, address))
		return false;
	address[skipped] &= (uint8_t)(UINT8_MAX >> prefix % 8);
	return rdata_source_put(source, address + skipped, sizeof(address) - skipped);
}

static bool read_a6(struct rdata_source *source)
{
	uint64_t prefix;
	return rdata_source_number(source, 128, &prefix) && rdata_source_put_number(source, prefix, 1) &&
		(prefix == 128 || put_suffix(source, (unsigned)prefix)) && (!prefix || read_name(source));
}

static void write_a6(struct rdata_sink *sink)
{
	const unsigned prefix = cursor_u8(&sink->data);
	uint8_t address[16] = {0};
	char text[INET6_ADDRSTRLEN];
	sink->data.failed |= prefix > 128;
	const size_t given = sink->data.failed ? 0 : (128 - prefix + 7) / 8;
	const uint8_t *suffix = cursor_bytes(&sink->data, given);
	if (!suffix)
		return;
	memcpy(address + sizeof(address) - given, suffix, given);
	rdata_sink_word(sink, "%u", prefix);
	if (prefix < 128)
		rdata_sink_word(sink, "%s", inet_ntop(AF_INET6, address, text, sizeof(text)));
	if (prefix)
		rdata_sink_name(sink);
}

// ---- strings ----

// Appends the bytes of a word, without a length byte.
static bool put_bytes(struct rdata_source *source, const struct rdata_word *word)
{
	const char *at = word->text, *end = at + word->length;
	while (at < end) {
		uint8_t byte;
		if (!rdata_source_byte(&at, end, &byte) || !rdata_source_put(source, &byte, 1))
			return false;
	}
	return true;
}

// Sets the length byte at start to the number of bytes after it. False for more than 255.
static bool put_length(struct rdata_source *source, size_t start)
{
	const size_t length = source->length - start - 1;
	source->out[start] = (uint8_t)length;
	return length <= UINT8_MAX;
}

static bool read_string(struct rdata_source *source)
{
	const size_t start = source->length;
	struct rdata_word word;
	return rdata_source_word(source, &word) && rdata_source_put_number(source, 0, 1) && put_bytes(source, &word) &&
		put_length(source, start);
}

static bool read_optional_string(struct rdata_source *source)
{
	return rdata_source_is_at_end(source) || read_string(source);
}

static bool read_strings(struct rdata_source *source)
{
	do {
		if (!read_string(source))
			return false;
	} while (!rdata_source_is_at_end(source));
	return true;
}

static void write_string(struct rdata_sink *sink)
{
	const size_t length = cursor_u8(&sink->data);
	const uint8_t *bytes = cursor_bytes(&sink->data, length);
	if (!sink->data.failed)
		rdata_sink_quoted(sink, bytes, length);
}

static void write_optional_string(struct rdata_sink *sink)
{
	if (sink->data.at < sink->data.size)
		write_string(sink);
}

// CAA tag: letters and digits (RFC 8659 4.1).
static bool read_tag(struct rdata_source *source)
{
	struct rdata_word word;
	if (!rdata_source_word(source, &word) || word.is_quoted || !word.length || word.length > UINT8_MAX)
		return false;
	for (size_t i = 0; i < word.length; i++)
		if (!ascii_is_letter((uint8_t)word.text[i]) && !ascii_is_digit((uint8_t)word.text[i]))
			return false;
	return rdata_source_put_number(source, word.length, 1) && rdata_source_put(source, word.text, word.length);
}

static void write_tag(struct rdata_sink *sink)
{
	const int length = cursor_u8(&sink->data);
	const uint8_t *bytes = cursor_bytes(&sink->data, (size_t)length);
	sink->data.failed |= !length;
	for (int i = 0; bytes && i < length; i++)
		sink->data.failed |= !ascii_is_letter(bytes[i]) && !ascii_is_digit(bytes[i]);
	if (!sink->data.failed)
		rdata_sink_word(sink, "%.*s", length, (const char *)bytes);
}

static bool read_value(struct rdata_source *source)
{
	struct rdata_word word;
	return rdata_source_word(source, &word) && put_bytes(source, &word);
}

// URI target: quoted (RFC 7553 4.4), which BIND requires.
static bool read_target(struct rdata_source *source)
{
	struct rdata_word word;
	return rdata_source_word(source, &word) && word.is_quoted && put_bytes(source, &word);
}

static void write_value(struct rdata_sink *sink)
{
	const size_t length = sink->data.size - sink->data.at;
	rdata_sink_quoted(sink, cursor_bytes(&sink->data, length), length);
}

// ---- bytes ----

static int hex_value(char digit)
{
	if (ascii_is_digit((uint8_t)digit))
		return digit - '0';
	const char lower = (char)ascii_lower((uint8_t)digit);
	return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// A space may separate the two digits of a byte, as in BIND.
bool rdata_field_read_hex(struct rdata_source *source)
{
	struct rdata_word word;
	int high = -1;
	while (rdata_source_word(source, &word)) {
		if (word.is_quoted)
			return false;
		for (size_t i = 0; i < word.length; i++) {
			const int value = hex_value(word.text[i]);
			if (value < 0 || (high >= 0 && !rdata_source_put_number(source, (unsigned)(high << 4 | value), 1)))
				return false;
			high = high < 0 ? value : -1;
		}
	}
	return high < 0;
}

static bool read_hex(struct rdata_source *source)
{
	return !rdata_source_is_at_end(source) && rdata_field_read_hex(source);
}

// Appends the bytes of one word of hexadecimal digits.
static bool put_hex_word(struct rdata_source *source, const struct rdata_word *word)
{
	if (word->is_quoted || word->length % 2)
		return false;
	for (size_t i = 0; i < word->length; i += 2) {
		const int high = hex_value(word->text[i]), low = hex_value(word->text[i + 1]);
		if (high < 0 || low < 0 || !rdata_source_put_number(source, (unsigned)(high << 4 | low), 1))
			return false;
	}
	return true;
}

static void put_hex(struct rdata_sink *sink, const uint8_t *bytes, size_t length)
{
	rdata_sink_begin_word(sink);
	for (size_t i = 0; i < length; i++)
		fprintf(sink->out, "%02x", bytes[i]);
}

static void write_hex(struct rdata_sink *sink)
{
	const size_t length = sink->data.size - sink->data.at;
	const uint8_t *bytes = cursor_bytes(&sink->data, length);
	sink->data.failed |= !length;
	if (!sink->data.failed)
		put_hex(sink, bytes, length);
}

// NSAP (RFC 1706 5): 0x, then digits that dots may separate.
static bool read_nsap(struct rdata_source *source)
{
	struct rdata_word word;
	int high = -1;
	if (!rdata_source_word(source, &word) || word.is_quoted || word.length < 4 || word.text[0] != '0' ||
		ascii_lower(word.text[1]) != 'x')
		return false;
	for (size_t i = 2; i < word.length; i++) {
		const int value = hex_value(word.text[i]);
		if (word.text[i] == '.')
			continue;
		if (value < 0 || (high >= 0 && !rdata_source_put_number(source, (unsigned)(high << 4 | value), 1)))
			return false;
		high = high < 0 ? value : -1;
	}
	return high < 0;
}

static void write_nsap(struct rdata_sink *sink)
{
	const size_t length = sink->data.size - sink->data.at;
	const uint8_t *bytes = cursor_bytes(&sink->data, length);
	sink->data.failed |= !length;
	rdata_sink_word(sink, "0x");
	for (size_t i = 0; i < length; i++)
		fprintf(sink->out, "%02x", bytes[i]);
}

// RFC 5155 3.3: "-" means no salt.
static bool read_salt(struct rdata_source *source)
{
	const size_t start = source->length;
	struct rdata_word word;
	if (!rdata_source_word(source, &word) || !rdata_source_put_number(source, 0, 1))
		return false;
	return rdata_source_word_is(&word, "-") ||
		(word.length && put_hex_word(source, &word) && put_length(source, start));
}

static void write_salt(struct rdata_sink *sink)
{
	const size_t length = cursor_u8(&sink->data);
	const uint8_t *bytes = cursor_bytes(&sink->data, length);
	if (!length)
		rdata_sink_word(sink, "-");
	else if (bytes)
		put_hex(sink, bytes, length);
}

static const char base32_digits[] = "0123456789abcdefghijklmnopqrstuv";

// RFC 4648 7, without padding. Unused bits must be zero.
static bool put_base32(struct rdata_source *source, const struct rdata_word *word)
{
	uint32_t bits = 0;
	unsigned count = 0;
	for (size_t i = 0; i < word->length; i++) {
		const char *digit = strchr(base32_digits, ascii_lower((uint8_t)word->text[i]));
		if (!digit || !*digit)
			return false;
		bits = (bits << 5 | (uint32_t)(digit - base32_digits)) & 0xfff;
		count += 5;
		if (count >= 8 && !rdata_source_put_number(source, bits >> (count -= 8) & UINT8_MAX, 1))
			return false;
	}
	return count < 5 && !(bits & ((1u << count) - 1));
}

static bool read_hash(struct rdata_source *source)
{
	const size_t start = source->length;
	struct rdata_word word;
	return rdata_source_word(source, &word) && !word.is_quoted && word.length &&
		rdata_source_put_number(source, 0, 1) && put_base32(source, &word) && put_length(source, start);
}

static void write_hash(struct rdata_sink *sink)
{
	const size_t length = cursor_u8(&sink->data);
	const uint8_t *bytes = cursor_bytes(&sink->data, length);
	sink->data.failed |= !length;
	if (sink->data.failed)
		return;
	rdata_sink_begin_word(sink);
	for (size_t bit = 0; bit < length * 8; bit += 5) {
		const unsigned pair = (unsigned)bytes[bit / 8] << 8 | (bit / 8 + 1 < length ? bytes[bit / 8 + 1] : 0u);
		fputc(base32_digits[pair >> (11 - bit % 8) & 31], sink->out);
	}
}

static bool read_optional_base64(struct rdata_source *source)
{
	struct rdata_base base64 = {0};
	struct rdata_word word;
	while (rdata_source_word(source, &word))
		if (word.is_quoted || !rdata_base_read(&base64, source, word.text, word.length))
			return false;
	return rdata_base_is_whole(&base64);
}

static bool read_base64(struct rdata_source *source)
{
	return !rdata_source_is_at_end(source) && read_optional_base64(source);
}

static void write_optional_base64(struct rdata_sink *sink)
{
	const size_t length = sink->data.size - sink->data.at;
	const uint8_t *bytes = cursor_bytes(&sink->data, length);
	if (!length)
		return;
	rdata_sink_begin_word(sink);
	rdata_base_write(sink->out, bytes, length);
}

static void write_base64(struct rdata_sink *sink)
{
	sink->data.failed |= sink->data.at == sink->data.size;
	write_optional_base64(sink);
}

// ---- gateways (RFC 4025 2.5), relays (RFC 8777 4.2) ----

enum { GATEWAY_NONE, GATEWAY_IPV4, GATEWAY_IPV6, GATEWAY_NAME };

static bool read_no_gateway(struct rdata_source *source)
{
	struct rdata_word word;
	return rdata_source_word(source, &word) && rdata_source_word_is(&word, ".");
}

static bool read_gateway_of(struct rdata_source *source, unsigned kind)
{
	static bool (*const reads[])(struct rdata_source *) = {
		[GATEWAY_NONE] = read_no_gateway,
		[GATEWAY_IPV4] = read_ipv4,
		[GATEWAY_IPV6] = read_ipv6,
		[GATEWAY_NAME] = read_name,
	};
	return kind < COUNT(reads) && reads[kind](source);
}

static void write_no_gateway(struct rdata_sink *sink)
{
	rdata_sink_word(sink, ".");
}

static void write_gateway_of(struct rdata_sink *sink, unsigned kind)
{
	static void (*const writes[])(struct rdata_sink *) = {
		[GATEWAY_NONE] = write_no_gateway,
		[GATEWAY_IPV4] = write_ipv4,
		[GATEWAY_IPV6] = write_ipv6,
		[GATEWAY_NAME] = rdata_sink_name,
	};
	if (kind < COUNT(writes))
		writes[kind](sink);
	else
		sink->data.failed = true;
}

// In both IPSECKEY and AMTRELAY the second byte holds the type of the gateway.
#define KIND_PLACE 1
#define DISCOVERY 0x80

static bool read_gateway(struct rdata_source *source)
{
	return read_gateway_of(source, source->out[KIND_PLACE]);
}

static void write_gateway(struct rdata_sink *sink)
{
	write_gateway_of(sink, sink->data.bytes[KIND_PLACE]);
}

static bool read_relay_kind(struct rdata_source *source)
{
	uint64_t discovery, kind;
	return rdata_source_number(source, 1, &discovery) && rdata_source_number(source, DISCOVERY - 1, &kind) &&
		rdata_source_put_number(source, discovery * DISCOVERY + kind, 1);
}

static void write_relay_kind(struct rdata_sink *sink)
{
	const unsigned kind = cursor_u8(&sink->data);
	rdata_sink_word(sink, "%u %u", kind / DISCOVERY, kind % DISCOVERY);
}

static bool read_relay(struct rdata_source *source)
{
	return read_gateway_of(source, source->out[KIND_PLACE] % DISCOVERY);
}

static void write_relay(struct rdata_sink *sink)
{
	write_gateway_of(sink, sink->data.bytes[KIND_PLACE] % DISCOVERY);
}

// ---- WKS (RFC 1035 3.4.2): address, protocol, bitmap of ports ----

static const struct mnemonic protocols[] = {{6, "tcp"}, {17, "udp"}};

// A fixed list of historical services: getservbyname(3) would depend on files of the local machine.
static const struct mnemonic services[] = {
	{7, "echo"},
	{9, "discard"},
	{11, "systat"},
	{13, "daytime"},
	{15, "netstat"},
	{20, "ftp-data"},
	{21, "ftp"},
	{22, "ssh"},
	{23, "telnet"},
	{25, "smtp"},
	{37, "time"},
	{42, "nameserver"},
	{43, "whois"},
	{53, "domain"},
	{69, "tftp"},
	{70, "gopher"},
	{79, "finger"},
	{80, "http"},
	{109, "pop2"},
	{110, "pop3"},
	{111, "sunrpc"},
	{113, "auth"},
	{119, "nntp"},
	{123, "ntp"},
	{143, "imap2"},
	{161, "snmp"},
	{443, "https"},
	{513, "login"},
	{514, "shell"},
};

static bool put_port(struct rdata_source *source, size_t start)
{
	uint8_t port_bytes[2];
	struct rdata_source number = {.at = source->at, .out = port_bytes, .room = sizeof(port_bytes)};
	if (!read_mnemonic(&number, services, COUNT(services), 2))
		return false;
	const unsigned port = (unsigned)(port_bytes[0] << 8 | port_bytes[1]);
	source->at = number.at;
	while (source->length - start <= port / 8)
		if (!rdata_source_put_number(source, 0, 1))
			return false;
	source->out[start + port / 8] |= (uint8_t)(128 >> port % 8);
	return true;
}

static bool read_ports(struct rdata_source *source)
{
	if (!read_ipv4(source) || !read_mnemonic(source, protocols, COUNT(protocols), 1))
		return false;
	const size_t start = source->length;
	while (!rdata_source_is_at_end(source))
		if (!put_port(source, start))
			return false;
	return true;
}

static void write_ports(struct rdata_sink *sink)
{
	write_ipv4(sink);
	write_u8(sink);
	for (unsigned port = 0; !sink->data.failed && sink->data.at < sink->data.size; port += 8) {
		const unsigned bits = cursor_u8(&sink->data);
		sink->data.failed |= port > UINT16_MAX;
		for (unsigned i = 0; i < 8; i++)
			if (bits & 128 >> i)
				rdata_sink_word(sink, "%u", port + i);
	}
}

// ---- HIP (RFC 8005 5, 6) ----

#define HIP_HEAD 4  // length of the tag, algorithm, length of the key

static bool read_hip(struct rdata_source *source)
{
	const size_t start = source->length;
	struct rdata_word tag, key;
	struct rdata_base base64 = {0};
	uint64_t algorithm;
	if (!rdata_source_number(source, UINT8_MAX, &algorithm) || !rdata_source_word(source, &tag) ||
		!rdata_source_word(source, &key) || key.is_quoted || !rdata_source_put_number(source, algorithm << 16, 4) ||
		!put_hex_word(source, &tag))
		return false;
	const size_t tag_length = source->length - start - HIP_HEAD;
	if (!rdata_base_read(&base64, source, key.text, key.length) || !rdata_base_is_whole(&base64))
		return false;
	const size_t key_length = source->length - start - HIP_HEAD - tag_length;
	source->out[start] = (uint8_t)tag_length;
	source->out[start + 2] = (uint8_t)(key_length >> 8);
	source->out[start + 3] = (uint8_t)key_length;
	return tag_length && tag_length <= UINT8_MAX && key_length && key_length <= UINT16_MAX;
}

static void write_hip(struct rdata_sink *sink)
{
	struct cursor *data = &sink->data;
	const size_t tag_length = cursor_u8(data);
	const unsigned algorithm = cursor_u8(data);
	const size_t key_length = cursor_u16(data);
	const uint8_t *tag = cursor_bytes(data, tag_length), *key = cursor_bytes(data, key_length);
	data->failed |= !tag_length || !key_length;
	if (data->failed)
		return;
	rdata_sink_word(sink, "%u", algorithm);
	put_hex(sink, tag, tag_length);
	rdata_sink_begin_word(sink);
	rdata_base_write(sink->out, key, key_length);
}

// ---- table of fields ----

static const struct field {
	bool (*read)(struct rdata_source *source);
	void (*write)(struct rdata_sink *sink);
} fields[] = {
	['4'] = {read_ipv4, write_ipv4},
	['6'] = {read_ipv6, write_ipv6},
	['A'] = {read_a6, write_a6},
	['B'] = {read_base64, write_base64},
	['D'] = {rdata_date_read, rdata_date_write},
	['G'] = {read_gateway, write_gateway},
	['H'] = {read_hip, write_hip},
	['L'] = {rdata_loc_read, rdata_loc_write},
	['M'] = {read_bitmap, write_bitmap},
	['N'] = {read_names, write_names},
	['O'] = {read_optional_base64, write_optional_base64},
	['P'] = {read_networks, write_networks},
	['Q'] = {read_value, write_value},
	['R'] = {read_relay, write_relay},
	['S'] = {read_strings, rdata_sink_strings},
	['T'] = {read_type, write_type},
	['W'] = {read_ports, write_ports},
	['X'] = {read_hex, write_hex},
	['a'] = {read_nsap, write_nsap},
	['b'] = {read_u8, write_u8},
	['c'] = {read_certificate, write_certificate},
	['d'] = {read_u32, write_u32},
	['g'] = {read_algorithm, write_u8},
	['h'] = {read_hash, write_hash},
	['m'] = {read_types, write_types},
	['n'] = {read_name, rdata_sink_name},
	['o'] = {read_optional_string, write_optional_string},
	['p'] = {read_period, write_u32},
	['q'] = {read_target, write_value},
	['r'] = {read_relay_kind, write_relay_kind},
	['s'] = {read_string, write_string},
	['t'] = {read_tag, write_tag},
	['u'] = {read_u64, write_u64},
	['v'] = {rdata_svcb_read, rdata_svcb_write},
	['w'] = {read_u16, write_u16},
	['x'] = {read_salt, write_salt},
	['y'] = {read_scheme, write_scheme},
};

bool rdata_field_read(char letter, struct rdata_source *source)
{
	return fields[(unsigned char)letter].read(source);
}

void rdata_field_write(char letter, struct rdata_sink *sink)
{
	fields[(unsigned char)letter].write(sink);
}
