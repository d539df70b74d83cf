// SPDX-License-Identifier: MIT
// An IPv4 or IPv6 address with a port, a Unix socket, or an encrypted server, held by value.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "config/base/compiler.h"

// Size of the longest text, with its NUL: that of an encrypted server (encrypted.h). A Unix socket has at most 112
// bytes.
#define ADDRESS_TEXT_SIZE 256

struct strbuf;

struct address {
	sa_family_t family;  // AF_INET, AF_INET6 or AF_UNIX; AF_UNSPEC: not set
	uint16_t port;       // host byte order
	uint32_t scope;      // interface index of a scoped IPv6 address, else 0
	union {
		uint8_t bytes[16];          // network byte order; the first 4 for AF_INET
		struct {                    // of AF_UNIX, text that is never freed (kept_text.h)
			const char *path;       // absolute; or the text of an encrypted server
			const char *forwarder;  // of an encrypted server (config/forwarder.h), its path up to a newline; NULL: none
		};
	};
};

// Reads what inet_aton(3) accepts, such as 127.1 or 0x7f000001, but no trailing characters (CVE-2016-10739). Sets port
// 0. False, with *out unchanged, for anything else.
bool address_read_ipv4(const char *text, struct address *out);

// Reads an address literal without a port: a dotted quad, or RFC 4291 text with an optional %scope (interface name or
// number, RFC 4007). Sets port 0. False, with *out unchanged, for anything else.
bool address_read(const char *text, struct address *out);

// Reads a server's address: a literal of address_read, or with a port "192.0.2.1:5353", "192.0.2.1#5353",
// "2001:db8::1#5353", "[2001:db8::1]:5353", or "[fe80::1%eth0]". The port is decimal, 1 to 65535; default_port if
// absent. Or a Unix socket, "unix:/path" of at most 107 bytes, whose port is 0. False, with *out unchanged, for
// anything else.
bool address_read_server(const char *text, uint16_t default_port, struct address *out);

// Both return text, which holds ADDRESS_TEXT_SIZE bytes. The second adds the port: "192.0.2.1:53", "[2001:db8::1]:53".
// A Unix socket is "unix:/path" for both. A link-local scope is written as the interface's name, or as its number if it
// has none.
char *address_write(const struct address *address, char *text);
char *address_write_with_port(const struct address *address, char *text);

// Adds the address to a list, after a blank unless it is the first, if it fits whole.
void address_append(const struct address *address, struct strbuf *list);

// Bytes of the address: 4, or 16 unless it is AF_INET.
unsigned address_length(const struct address *address);

// Is it 0.0.0.0 or ::?
bool address_is_wildcard(const struct address *address);

// Is it an IPv4-mapped address, ::ffff:192.0.2.1 (RFC 4291 2.5.5.2)?
bool address_is_mapped(const struct address *address);

// Returns an IPv4 address as an IPv4-mapped one, without port; an IPv6 address unchanged.
struct address address_mapped(const struct address *address);

#define ADDRESS_TRANSPORT_SIZE 6  // with its NUL

// How messages go to the address, as the log says it: "udp", "tcp", "unix", "tls",
// "https".
const char *address_transport(const struct address *address, bool over_tcp);

bool address_equal(const struct address *one, const struct address *other);

// Fills *out, of which it writes only the length for connect(2), which it returns.
socklen_t address_to_sockaddr(const struct address *address, struct sockaddr_storage *out);

// Makes the address of a Unix socket, or of an encrypted server, with this path or text. False without memory.
bool address_keep_text(const char *text, struct address *out);

// An encrypted server is a Unix socket with the server's text instead of a path: queries to it go to the Unix socket of
// a forwarder. Equal texts have equal addresses.
static inline bool address_is_encrypted(const struct address *address)
{
	return UNLIKELY(address->family == AF_UNIX) && address->path[0] != '/';
}

// False, with *out unchanged, for a family other than AF_INET and AF_INET6.
bool address_from_sockaddr(const struct sockaddr_storage *sockaddr, struct address *out);

// Reads the address that a socket is bound to. False, with *out unchanged, if it is none of an internet socket.
bool address_of_socket(int descriptor, struct address *out);

// bytes: 4 or 16 in network byte order, as family says. Port and scope are 0.
struct address address_from_bytes(sa_family_t family, const void *bytes);
