// SPDX-License-Identifier: MIT
#include "resolver/dns/rdata_fields.h"

#include <arpa/inet.h>

#include "config/base/ascii.h"
#include "resolver/dns/rdata_base.h"
#include "resolver/dns/rdata_layout.h"
#include "resolver/dns/rdata_sink.h"
#include "resolver/dns/rdata_source.h"

static bool read_field(char letter, struct rdata_source *source);
static void write_field(char letter, struct rdata_sink *sink);

// ---- integers ----

static bool read_period(struct rdata_source *source)
{
	struct rdata_word word;
	uint32_t seconds;
	return rdata_source_word(source, &word) && rdata_source_period(&word, &seconds) &&
		rdata_source_put_number(source, seconds, 4);
}

static const struct rdata_keyword no_keywords[] = {{0, ""}};

static const struct rdata_keyword algorithms[] = {{1, "RSAMD5"}, {2, "DH"}, {3, "DSA"}, {5, "RSASHA1"}, {6, "NSEC3DSA"},
	{7, "NSEC3RSASHA1"}, {8, "RSASHA256"}, {10, "RSASHA512"}, {12, "ECCGOST"}, {13, "ECDSAP256SHA256"},
	{14, "ECDSAP384SHA384"}, {15, "ED25519"}, {16, "ED448"}, {252, "INDIRECT"}, {253, "PRIVATEDNS"},
	{254, "PRIVATEOID"}, {0, ""}};

// RFC 4398 2.1.
static const struct rdata_keyword certificates[] = {{1, "PKIX"}, {2, "SPKI"}, {3, "PGP"}, {4, "IPKIX"}, {5, "ISPKI"},
	{6, "IPGP"}, {7, "ACPKIX"}, {8, "IACPKIX"}, {253, "URI"}, {254, "OID"}, {0, ""}};

// RFC 9859 2.
static const struct rdata_keyword schemes[] = {{1, "NOTIFY"}, {0, ""}};

static const struct rdata_keyword protocols[] = {{6, "tcp"}, {17, "udp"}, {0, ""}};

// ---- addresses ----

static bool read_address(struct rdata_source *source, int family)
{
	uint8_t address[16];
	return rdata_source_address(source, family, address) &&
		rdata_source_put(source, address, family == AF_INET ? 4 : 16);
}

static void write_address(struct rdata_sink *sink, int family)
{
	char text[INET6_ADDRSTRLEN];
	const uint8_t *address = cursor_bytes(&sink->data, family == AF_INET ? 4 : 16);
	if (address)
		rdata_sink_word(sink, "%s", inet_ntop(family, address, text, sizeof(text)));
}

// ---- strings ----

static bool read_string(struct rdata_source *source)
{
	const size_t start = source->length;
	struct rdata_word word;
	return rdata_source_word(source, &word) && rdata_source_put_number(source, 0, 1) &&
		rdata_source_put_word(source, &word) && rdata_source_set_length(source, start);
}

static void write_string(struct rdata_sink *sink)
{
	const size_t length = cursor_u8(&sink->data);
	const uint8_t *bytes = cursor_bytes(&sink->data, length);
	if (!sink->data.failed)
		rdata_sink_quoted(sink, bytes, length);
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
	return rdata_source_word(source, &word) && rdata_source_put_word(source, &word);
}

// URI target: quoted (RFC 7553 4.4), which BIND requires.
static bool read_target(struct rdata_source *source)
{
	struct rdata_word word;
	return rdata_source_word(source, &word) && word.is_quoted && rdata_source_put_word(source, &word);
}

static void write_value(struct rdata_sink *sink)
{
	size_t length;
	const uint8_t *bytes = cursor_rest(&sink->data, &length);
	rdata_sink_quoted(sink, bytes, length);
}

// ---- gateways (RFC 4025 2.5), relays (RFC 8777 4.2) ----

static bool read_nothing(struct rdata_source *source)
{
	struct rdata_word word;
	return rdata_source_word(source, &word) && rdata_source_word_is(&word, ".");
}

static void write_nothing(struct rdata_sink *sink)
{
	rdata_sink_word(sink, ".");
}

// The fields of each gateway type: none, IPv4, IPv6, a name.
static const char gateways[] = {'.', '4', '6', 'N'};

// In both IPSECKEY and AMTRELAY the second byte holds the type of the gateway; in AMTRELAY also the discovery bit.
#define GATEWAY_TYPE 1
#define DISCOVERY 0x80

static bool read_gateway(struct rdata_source *source, unsigned type)
{
	return type < sizeof(gateways) && read_field(gateways[type], source);
}

static void write_gateway(struct rdata_sink *sink, unsigned type)
{
	if (type < sizeof(gateways))
		write_field(gateways[type], sink);
	else
		sink->data.failed = true;
}

static bool read_relay_type(struct rdata_source *source)
{
	uint64_t discovery, type;
	return rdata_source_number(source, 1, &discovery) && rdata_source_number(source, DISCOVERY - 1, &type) &&
		rdata_source_put_number(source, discovery * DISCOVERY + type, 1);
}

static void write_relay_type(struct rdata_sink *sink)
{
	const unsigned type = cursor_u8(&sink->data);
	rdata_sink_word(sink, "%u %u", type / DISCOVERY, type % DISCOVERY);
}

// ---- table of fields ----

static const struct field {
	char letter;
	char separator;                             // of groups of digits; else 0
	unsigned size;                              // of these groups or of an integer, in bytes
	bool (*read)(struct rdata_source *source);  // NULL: as the other members say
	void (*write)(struct rdata_sink *sink);     // NULL: likewise
	int family;                                 // of an address; else 0
	enum rdata_base_width base;                 // of digits to the end of the data; else 0
	uint8_t gateway;                            // of a gateway: which bits hold its type; else 0
	const struct rdata_keyword *keywords;       // of an integer, for reading
	bool writes_keywords;
} fields[] = {
	{'.', .read = read_nothing, .write = write_nothing},
	{'4', .family = AF_INET},
	{'6', .family = AF_INET6},
	{'A', .read = rdata_network_read_a6, .write = rdata_network_write_a6},
	{'B', .base = RDATA_BASE64},
	{'D', .read = rdata_date_read, .write = rdata_date_write},
	{'E', .size = 8, .separator = '-'},
	{'G', .gateway = UINT8_MAX},
	{'H', .read = rdata_bytes_read_hip, .write = rdata_bytes_write_hip},
	{'L', .read = rdata_loc_read, .write = rdata_loc_write},
	{'N', .read = rdata_source_put_name, .write = rdata_sink_name},
	{'P', .read = rdata_network_read, .write = rdata_network_write},
	{'Q', .read = read_value, .write = write_value},
	{'R', .gateway = DISCOVERY - 1},
	{'T', .read = rdata_bitmap_read_type, .write = rdata_bitmap_write_type},
	{'W', .read = rdata_bitmap_read_ports, .write = rdata_bitmap_write_ports},
	{'X', .base = RDATA_BASE16},
	{'a', .read = rdata_bytes_read_nsap, .write = rdata_bytes_write_nsap},
	{'b', .size = 1, .keywords = no_keywords},
	{'c', .size = 2, .keywords = certificates, .writes_keywords = true},
	{'d', .size = 4, .keywords = no_keywords},
	{'e', .size = 6, .separator = '-'},
	{'f', .read = rdata_bytes_read_atma, .write = rdata_bytes_write_atma},
	{'g', .size = 1, .keywords = algorithms},  // written as a number (RFC 4034 2.2)
	{'h', .read = rdata_bytes_read_hash, .write = rdata_bytes_write_hash},
	{'i', .size = 8, .separator = ':'},
	{'k', .size = 1, .keywords = protocols},
	{'m', .read = rdata_bitmap_read_types, .write = rdata_bitmap_write_types},
	{'n', .read = rdata_source_put_name, .write = rdata_sink_name},
	{'p', .size = 4, .read = read_period},
	{'q', .read = read_target, .write = write_value},
	{'r', .read = read_relay_type, .write = write_relay_type},
	{'s', .read = read_string, .write = write_string},
	{'t', .read = read_tag, .write = write_tag},
	{'u', .size = 8, .keywords = no_keywords},
	{'v', .read = rdata_svcb_read, .write = rdata_svcb_write},
	{'w', .size = 2, .keywords = no_keywords},
	{'x', .read = rdata_bytes_read_salt, .write = rdata_bytes_write_salt},
	{'y', .size = 1, .keywords = schemes, .writes_keywords = true},
};

// The letters are those of rdata_layout.c.
static const struct field *field_of(char letter)
{
	const struct field *field = fields;
	while (field->letter != letter)
		field++;
	return field;
}

static bool read_field(char letter, struct rdata_source *source)
{
	const struct field *field = field_of(letter);
	uint64_t number;
	if (field->read)
		return field->read(source);
	if (field->family)
		return read_address(source, field->family);
	if (field->base)
		return !rdata_source_is_at_end(source) && rdata_base_read_rest(source, field->base);
	if (field->gateway)
		return read_gateway(source, source->out[GATEWAY_TYPE] & field->gateway);
	if (field->separator)
		return rdata_base_read_groups(source, field->separator, field->size);
	return rdata_source_keyword(source, field->keywords, UINT64_MAX >> (64 - 8 * field->size), &number) &&
		rdata_source_put_number(source, number, field->size);
}

static void write_integer(struct rdata_sink *sink, const struct field *field)
{
	unsigned long long number = 0;
	for (unsigned i = 0; i < field->size; i++)
		number = number << 8 | cursor_u8(&sink->data);
	const struct rdata_keyword *keyword = field->writes_keywords ? field->keywords : no_keywords;
	while (*keyword->word && keyword->number != number)
		keyword++;
	if (*keyword->word)
		rdata_sink_word(sink, "%s", keyword->word);
	else
		rdata_sink_word(sink, "%llu", number);
}

static void write_field(char letter, struct rdata_sink *sink)
{
	const struct field *field = field_of(letter);
	if (field->write)
		field->write(sink);
	else if (field->family)
		write_address(sink, field->family);
	else if (field->base)
		rdata_base_write_rest(sink, field->base);
	else if (field->gateway)
		write_gateway(sink, sink->data.bytes[GATEWAY_TYPE] & field->gateway);
	else if (field->separator)
		rdata_base_write_groups(sink, field->separator, field->size);
	else
		write_integer(sink, field);
}

// ---- layouts ----

// A field of a layout with its mark.
struct element {
	char letter;
	bool is_optional, is_repeated;
};

// Takes the next element from the layout. False at its end.
static bool next_element(const char **layout, struct element *element)
{
	const char *at = *layout;
	if (!*at)
		return false;
	const char mark = at[1];
	*element = (struct element){*at, mark == '?' || mark == '*', mark == '+' || mark == '*'};
	*layout = at + 1 + (element->is_optional || element->is_repeated);
	return true;
}

bool rdata_fields_read(const char *layout, struct rdata_source *source)
{
	struct element element;
	while (next_element(&layout, &element)) {
		if (element.is_optional && rdata_source_is_at_end(source))
			continue;
		do
			if (!read_field(element.letter, source))
				return false;
		while (element.is_repeated && !rdata_source_is_at_end(source));
	}
	return true;
}

void rdata_fields_write(const char *layout, struct rdata_sink *sink)
{
	const struct cursor *data = &sink->data;
	struct element element;
	while (!data->failed && next_element(&layout, &element)) {
		if (element.is_optional && data->at == data->size)
			continue;
		do
			write_field(element.letter, sink);
		while (element.is_repeated && !data->failed && data->at < data->size);
	}
}
