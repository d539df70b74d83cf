// SPDX-License-Identifier: MIT
// An IPv4 or IPv6 address with a port, held by value.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

// The longest text is "[v6%scope]:65535" with its NUL.
#define ADDRESS_TEXT_SIZE 80

struct address {
	sa_family_t family;  // AF_INET or AF_INET6; AF_UNSPEC in one that was never filled
	uint16_t port;       // host byte order
	uint32_t scope;      // interface index of a scoped IPv6 address, else 0
	uint8_t bytes[16];   // network byte order; the first 4 for AF_INET
};

// Reads all that inet_aton(3) takes, such as 127.1 or 0x7f000001, but nothing behind it (CVE-2016-10739). Port 0.
// False, with *out untouched, for anything else.
bool address_read_ipv4(const char *text, struct address *out);

// Reads a bare literal: strict dotted quad, or RFC 4291 text with an optional %scope (interface name or
// number, RFC 4007). Port 0. False, with *out untouched, for anything else.
bool address_read(const char *text, struct address *out);

// Reads a server: any literal of address_read, "192.0.2.1:5353", "192.0.2.1#5353", "2001:db8::1#5353",
// "[2001:db8::1]:5353", "[fe80::1%eth0]". A port is decimal, 1 to 65535; without one it is default_port.
bool address_read_server(const char *text, uint16_t default_port, struct address *out);

// Both return text, which holds ADDRESS_TEXT_SIZE bytes. The second one with the port: "192.0.2.1:53",
// "[2001:db8::1]:53". A link-local scope is written by its interface's name where it has one.
char *address_write(const struct address *address, char *text);
char *address_write_with_port(const struct address *address, char *text);

// 4 or 16.
unsigned address_length(const struct address *address);

// Is it ::ffff:192.0.2.1 (RFC 4291 2.5.5.2)?
bool address_is_mapped(const struct address *address);

bool address_equal(const struct address *one, const struct address *other);

// Fills *out and returns the length that connect(2) takes.
socklen_t address_to_sockaddr(const struct address *address, struct sockaddr_storage *out);

// False, with *out untouched, for a family that is neither AF_INET nor AF_INET6.
bool address_from_sockaddr(const struct sockaddr_storage *sockaddr, struct address *out);

struct address address_from_bytes(sa_family_t family, const void *bytes);
