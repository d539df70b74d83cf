// SPDX-License-Identifier: MIT
#include "resolver/dns/rdata_fields.h"

#include <arpa/inet.h>
#include <string.h>

#include "config/base/ascii.h"
#include "resolver/dns/rdata_sink.h"
#include "resolver/dns/rdata_source.h"

// ---- APL ----

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

bool rdata_network_read(struct rdata_source *source)
{
	char text[INET6_ADDRSTRLEN + sizeof("!2:/128")];
	uint8_t address[16];
	struct rdata_word word;
	uint32_t prefix;
	if (!rdata_source_word(source, &word) || !rdata_source_copy(&word, text, sizeof(text)))
		return false;
	const bool is_negated = text[0] == '!';
	char *family = text + is_negated, *slash = strchr(text, '/');
	const int kind = *family ? family_of((unsigned)(*family - '0')) : 0;
	if (!kind || family[1] != ':' || !slash || !ascii_read_number(slash + 1, 128, &prefix))
		return false;
	*slash = '\0';
	return inet_pton(kind, family + 2, address) == 1 &&
		put_network(source, (unsigned)(*family - '0'), prefix, is_negated, address);
}

void rdata_network_write(struct rdata_sink *sink)
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

// ---- A6 ----

static bool put_suffix(struct rdata_source *source, unsigned prefix)
{
	const unsigned skipped = prefix / 8;
	uint8_t address[16];
	if (!rdata_source_address(source, AF_INET6, address))
		return false;
	address[skipped] &= (uint8_t)(UINT8_MAX >> prefix % 8);
	return rdata_source_put(source, address + skipped, sizeof(address) - skipped);
}

bool rdata_network_read_a6(struct rdata_source *source)
{
	uint64_t prefix;
	return rdata_source_number(source, 128, &prefix) && rdata_source_put_number(source, prefix, 1) &&
		(prefix == 128 || put_suffix(source, (unsigned)prefix)) && (!prefix || rdata_source_put_name(source));
}

void rdata_network_write_a6(struct rdata_sink *sink)
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
