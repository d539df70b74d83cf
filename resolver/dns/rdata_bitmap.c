// SPDX-License-Identifier: MIT
#include "resolver/dns/rdata_fields.h"

#include <stdlib.h>

#include "config/base/rrtype.h"
#include "resolver/dns/rdata_sink.h"
#include "resolver/dns/rdata_source.h"

// ---- types ----

static bool read_type_word(struct rdata_source *source, uint16_t *type)
{
	struct rdata_word word;
	char text[RRTYPE_TEXT_SIZE];
	return rdata_source_word(source, &word) && rdata_source_copy(&word, text, sizeof(text)) && rrtype_read(text, type);
}

bool rdata_bitmap_read_type(struct rdata_source *source)
{
	uint16_t type;
	return read_type_word(source, &type) && rdata_source_put_number(source, type, 2);
}

void rdata_bitmap_write_type(struct rdata_sink *sink)
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
bool rdata_bitmap_read_types(struct rdata_source *source)
{
	uint8_t(*windows)[WINDOW_SIZE] = calloc(WINDOWS, sizeof(*windows));
	bool is_read = windows && !rdata_source_is_at_end(source);
	uint16_t type = 0;
	while (is_read && !rdata_source_is_at_end(source)) {
		is_read = read_type_word(source, &type);
		windows[type >> 8][type >> 3 & 31] |= (uint8_t)(128 >> (type & 7));
	}
	is_read = is_read && put_windows(source, windows);
	free(windows);
	return is_read;
}

static void write_window(struct rdata_sink *sink, unsigned window, const uint8_t *bytes, unsigned size)
{
	char text[RRTYPE_TEXT_SIZE];
	for (unsigned i = 0; i < size * 8; i++)
		if (bytes[i / 8] & 128 >> i % 8)
			rdata_sink_word(sink, "%s", rrtype_write((uint16_t)(window << 8 | i), text));
}

// RFC 4034 4.1.2: windows in ascending order, without trailing zero bytes.
void rdata_bitmap_write_types(struct rdata_sink *sink)
{
	struct cursor *data = &sink->data;
	data->failed |= data->at == data->size;
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

// ---- ports ----

// A fixed list of historical services: getservbyname(3) would depend on files of the local machine.
static const struct rdata_keyword services[] = {{7, "echo"}, {9, "discard"}, {11, "systat"}, {13, "daytime"},
	{15, "netstat"}, {20, "ftp-data"}, {21, "ftp"}, {22, "ssh"}, {23, "telnet"}, {25, "smtp"}, {37, "time"},
	{42, "nameserver"}, {43, "whois"}, {53, "domain"}, {69, "tftp"}, {70, "gopher"}, {79, "finger"}, {80, "http"},
	{109, "pop2"}, {110, "pop3"}, {111, "sunrpc"}, {113, "auth"}, {119, "nntp"}, {123, "ntp"}, {143, "imap2"},
	{161, "snmp"}, {443, "https"}, {513, "login"}, {514, "shell"}, {0, ""}};

static bool put_port(struct rdata_source *source, size_t start, unsigned port)
{
	while (source->length - start <= port / 8)
		if (!rdata_source_put_number(source, 0, 1))
			return false;
	source->out[start + port / 8] |= (uint8_t)(128 >> port % 8);
	return true;
}

bool rdata_bitmap_read_ports(struct rdata_source *source)
{
	const size_t start = source->length;
	uint64_t port;
	while (!rdata_source_is_at_end(source))
		if (!rdata_source_keyword(source, services, UINT16_MAX, &port) || !put_port(source, start, (unsigned)port))
			return false;
	return true;
}

void rdata_bitmap_write_ports(struct rdata_sink *sink)
{
	for (unsigned port = 0; !sink->data.failed && sink->data.at < sink->data.size; port += 8) {
		const unsigned bits = cursor_u8(&sink->data);
		sink->data.failed |= port > UINT16_MAX;
		for (unsigned i = 0; i < 8; i++)
			if (bits & 128 >> i)
				rdata_sink_word(sink, "%u", port + i);
	}
}
