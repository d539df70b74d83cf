// SPDX-License-Identifier: MIT
#include "config/base/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include "config/base/ascii.h"
#include "config/base/compiler.h"
#include "config/base/kept_text.h"
#include "config/base/strbuf.h"

static bool scope_may_be_named(const uint8_t *bytes)
{
	const bool link_local = bytes[0] == 0xFE && (bytes[1] & 0xC0) == 0x80;
	const unsigned multicast_scope = bytes[0] == 0xFF ? bytes[1] & 0x0F : 0;  // RFC 4291 2.7: 1 interface, 2 link
	return link_local || multicast_scope == 1 || multicast_scope == 2;
}

static uint32_t interface_index(const char *name)
{
	const int saved = errno;
	const uint32_t index = if_nametoindex(name);
	errno = saved;
	return index;
}

// As glibc: an interface name is valid only for link-local and similar scopes, a number always.
static bool scope_read(const char *text, const uint8_t *bytes, uint32_t *out)
{
	const uint32_t index = scope_may_be_named(bytes) ? interface_index(text) : 0;
	uint64_t number = index;
	if (index == 0 && (!ascii_take_number(&text, UINT32_MAX, &number) || *text != '\0'))
		return false;
	*out = (uint32_t)number;
	return true;
}

static bool read_scoped(const char *text, const char *percent, struct address *out)
{
	char literal[INET6_ADDRSTRLEN];
	return ascii_copy(literal, sizeof literal, text, (size_t)(percent - text)) &&
		inet_pton(AF_INET6, literal, out->bytes) == 1 && scope_read(percent + 1, out->bytes, &out->scope);
}

static bool read_ipv6(const char *text, struct address *out)
{
	struct address address = {.family = AF_INET6};
	const char *percent = strchr(text, '%');
	if (percent != NULL ? !read_scoped(text, percent, &address) : inet_pton(AF_INET6, text, address.bytes) != 1)
		return false;
	*out = address;
	return true;
}

// A decimal number to 255 without leading zeros. Returns what follows it; NULL if there is none.
static const char *read_octet(const char *text, uint8_t *out)
{
	unsigned number = 0;
	for (const char *end = text + 3; text < end && ascii_is_digit(*text); text++) {
		number = number * 10 + (unsigned)(*text - '0');
		*out = (uint8_t)number;
		if (number == 0)
			return text + 1;
	}
	return number > 0 && number <= 255 ? text : NULL;
}

// As inet_pton(3), whose code would be a page more for the first lookup of a process.
static bool read_quad(const char *text, struct address *out)
{
	struct address address = {.family = AF_INET};
	for (size_t i = 0; i < 4; i++) {
		text = read_octet(text, &address.bytes[i]);
		if (text == NULL || *text++ != (i < 3 ? '.' : '\0'))
			return false;
	}
	*out = address;
	return true;
}

bool address_read_ipv4(const char *text, struct address *out)
{
	struct in_addr address;
	if (!ascii_is_digit(text[0]))
		return false;
	if (read_quad(text, out))
		return true;
	if (text[ascii_until(text, " \t\n\v\f\r")] != '\0' || inet_aton(text, &address) == 0)
		return false;
	*out = address_from_bytes(AF_INET, &address);
	return true;
}

bool address_read(const char *text, struct address *out)
{
	return strchr(text, ':') != NULL ? read_ipv6(text, out) : read_quad(text, out);
}

static bool read_port(const char *text, uint16_t *out)
{
	uint32_t port;
	if (!ascii_read_number(text, UINT16_MAX + 1, &port) || port == 0 || port > UINT16_MAX)
		return false;
	*out = (uint16_t)port;
	return true;
}

// Reads the literal in text up to end.
static bool read_part(const char *text, const char *end, struct address *out)
{
	char literal[ADDRESS_TEXT_SIZE];
	return ascii_copy(literal, sizeof literal, text, (size_t)(end - text)) && address_read(literal, out);
}

static bool read_bracketed(const char *text, uint16_t port, struct address *out)
{
	const char *end = strchr(text, ']');
	struct address address;
	if (end == NULL || !read_part(text + 1, end, &address) || address.family != AF_INET6)
		return false;
	if (end[1] != '\0' && ((end[1] != ':' && end[1] != '#') || !read_port(end + 2, &port)))
		return false;
	address.port = port;
	*out = address;
	return true;
}

// After an IPv4 address ':' separates the port. An IPv6 address contains ':', so the text before the first is not an
// IPv4 address.
static bool read_with_port(const char *text, struct address *out)
{
	const char *mark = strrchr(text, '#');
	if (mark == NULL)
		mark = strchr(text, ':');
	uint16_t port;
	struct address address;
	if (mark == NULL || !read_port(mark + 1, &port) || !read_part(text, mark, &address))
		return false;
	address.port = port;
	*out = address;
	return true;
}

bool address_keep_text(const char *text, struct address *out)
{
	const char *kept = kept_text(text);
	if (kept == NULL)
		return false;
	*out = (struct address){.family = AF_UNIX, .path = kept};
	return true;
}

static bool read_path(const char *text, struct address *out)
{
	return text[0] == '/' && strlen(text) < sizeof((struct sockaddr_un *)NULL)->sun_path &&
		address_keep_text(text, out);
}

bool address_read_server(const char *text, uint16_t default_port, struct address *out)
{
	struct address address;
	if (strncmp(text, "unix:", 5) == 0)
		return read_path(text + 5, out);
	if (text[0] == '[')
		return read_bracketed(text, default_port, out);
	if (!address_read(text, &address))
		return read_with_port(text, out);
	address.port = default_port;
	*out = address;
	return true;
}

static void append_scope(const struct address *address, char *text)
{
	const int saved = errno;
	char name[IF_NAMESIZE];
	struct strbuf out = {.bytes = text, .size = ADDRESS_TEXT_SIZE, .used = strlen(text)};
	strbuf_add(&out, "%");
	if (scope_may_be_named(address->bytes) && if_indextoname(address->scope, name) != NULL)
		strbuf_add(&out, name);
	else
		strbuf_add_number(&out, address->scope);
	strbuf_end(&out);
	errno = saved;
}

// Replaces inet_ntop(3), which calls sprintf(3).
static void write_ipv4(const uint8_t *bytes, char *text)
{
	for (unsigned i = 0; i < 4; i++) {
		if (bytes[i] >= 100)
			*text++ = (char)('0' + bytes[i] / 100);
		if (bytes[i] >= 10)
			*text++ = (char)('0' + bytes[i] / 10 % 10);
		*text++ = (char)('0' + bytes[i] % 10);
		*text++ = i < 3 ? '.' : '\0';
	}
}

char *address_write(const struct address *address, char *text)
{
	text[0] = '\0';
	if (address->family == AF_INET)
		write_ipv4(address->bytes, text);
	if (address->family == AF_UNIX)
		strcpy(stpcpy(text, address_is_encrypted(address) ? "" : "unix:"), address->path);
	if (address->family != AF_INET6)
		return text;
	inet_ntop(AF_INET6, address->bytes, text, ADDRESS_TEXT_SIZE);
	if (address->scope != 0)
		append_scope(address, text);
	return text;
}

char *address_write_with_port(const struct address *address, char *text)
{
	char bare[ADDRESS_TEXT_SIZE];
	struct strbuf out = {.bytes = text, .size = ADDRESS_TEXT_SIZE};
	const bool is_ipv6 = address->family == AF_INET6;
	if (address->family == AF_UNIX)
		return address_write(address, text);
	strbuf_add(&out, is_ipv6 ? "[" : "");
	strbuf_add(&out, address_write(address, bare));
	strbuf_add(&out, is_ipv6 ? "]:" : ":");
	strbuf_add_number(&out, address->port);
	return strbuf_end(&out);
}

void address_append(const struct address *address, struct strbuf *list)
{
	char text[ADDRESS_TEXT_SIZE];
	if (strbuf_room(list) <= sizeof(text))
		return;
	strbuf_add(list, list->used > 0 ? " " : "");
	strbuf_add(list, address_write(address, text));
}

unsigned address_length(const struct address *address)
{
	return address->family == AF_INET ? 4 : 16;
}

bool address_is_wildcard(const struct address *address)
{
	static const uint8_t zeros[16];
	return memcmp(address->bytes, zeros, address_length(address)) == 0;
}

const char *address_transport(const struct address *address, bool over_tcp)
{
	if (address->family != AF_UNIX)
		return over_tcp ? "tcp" : "udp";
	return !address_is_encrypted(address) ? "unix" : address->path[0] == 't' ? "tls" : "https";
}

bool address_equal(const struct address *one, const struct address *other)
{
	return one->family == other->family && one->port == other->port && one->scope == other->scope &&
		(UNLIKELY(one->family == AF_UNIX) ? one->path == other->path
										  : memcmp(one->bytes, other->bytes, address_length(one)) == 0);
}

socklen_t address_to_sockaddr(const struct address *address, struct sockaddr_storage *out)
{
	if (address->family == AF_UNIX) {
		struct sockaddr_un *local = (struct sockaddr_un *)out;
		*local = (struct sockaddr_un){.sun_family = AF_UNIX};
		strcpy(local->sun_path, address->path);
		return sizeof *local;
	}
	if (address->family == AF_INET6) {
		struct sockaddr_in6 *ipv6 = (struct sockaddr_in6 *)out;
		*ipv6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_scope_id = address->scope};
		ipv6->sin6_port = htons(address->port);
		memcpy(&ipv6->sin6_addr, address->bytes, sizeof ipv6->sin6_addr);
		return sizeof *ipv6;
	}
	struct sockaddr_in *ipv4 = (struct sockaddr_in *)out;
	*ipv4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(address->port)};
	memcpy(&ipv4->sin_addr, address->bytes, sizeof ipv4->sin_addr);
	return sizeof *ipv4;
}

bool address_from_sockaddr(const struct sockaddr_storage *sockaddr, struct address *out)
{
	const struct sockaddr_in6 *ipv6 = (const struct sockaddr_in6 *)sockaddr;
	const struct sockaddr_in *ipv4 = (const struct sockaddr_in *)sockaddr;
	if (sockaddr->ss_family == AF_INET6) {
		*out = address_from_bytes(AF_INET6, &ipv6->sin6_addr);
		out->port = ntohs(ipv6->sin6_port);
		out->scope = ipv6->sin6_scope_id;
		return true;
	}
	if (sockaddr->ss_family != AF_INET)
		return false;
	*out = address_from_bytes(AF_INET, &ipv4->sin_addr);
	out->port = ntohs(ipv4->sin_port);
	return true;
}

bool address_of_socket(int descriptor, struct address *out)
{
	struct sockaddr_storage own;
	socklen_t length = sizeof own;
	return getsockname(descriptor, (struct sockaddr *)&own, &length) == 0 && address_from_sockaddr(&own, out);
}

struct address address_from_bytes(sa_family_t family, const void *bytes)
{
	struct address address = {.family = family};
	if (family == AF_INET)
		memcpy(address.bytes, bytes, 4);
	else
		memcpy(address.bytes, bytes, 16);
	return address;
}

bool address_is_mapped(const struct address *address)
{
	static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};
	return address->family == AF_INET6 && memcmp(address->bytes, prefix, sizeof prefix) == 0;
}

struct address address_mapped(const struct address *address)
{
	struct address mapped = {.family = AF_INET6, .bytes = {[10] = 0xff, [11] = 0xff}};
	memcpy(mapped.bytes + 12, address->bytes, 4);
	return address->family == AF_INET6 ? *address : mapped;
}
