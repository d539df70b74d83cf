// SPDX-License-Identifier: MIT
// The sockets on which queries arrive.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "config/base/address.h"

struct problem;

// One place to listen at: an address for UDP and TCP, or a Unix socket (SOCK_SEQPACKET).
struct listener {
	struct address address;  // port 0 until listeners_bind chose one; the path of a Unix socket is absolute
	int socket;              // of a bound Unix socket, shared by all threads; -1: none
	dev_t device;            // which file that is
	ino_t inode;
};

struct listeners {
	struct listener *list;
	size_t count;
	int (*make_socket)(
		int domain, int type);  // NULL: socket(2). Sockets of another network, in which all addresses are local
};

// Reads the operands of --serve: "127.0.0.1:5353", "[::1]", "127.0.0.1:0" (a free port), "unix:PATH"; the default port
// is 53. listeners_clear frees the result, after a failure too. False with *problem filled.
bool listeners_read(char *const *words, size_t count, struct listeners *out, struct problem *problem);

// Checks that the addresses are free, chooses the ports that are 0, and binds the Unix sockets: mode 0600, a stale one
// is replaced, one that a process listens on is "in use". False with *problem filled.
bool listeners_bind(struct listeners *listeners, struct problem *problem);

// Opens a socket of one thread, SOCK_DGRAM or SOCK_STREAM, which shares the address with those of other threads
// (SO_REUSEPORT; the kernel distributes the clients). Not for Unix sockets. -1 with *problem filled.
int listener_open(
	const struct listeners *listeners, const struct listener *listener, int type, struct problem *problem);

// Writes the addresses in one line: "127.0.0.1:5353 unix:/run/dns".
void listeners_write(const struct listeners *listeners, FILE *out);

// Does a query to that server arrive here? Also under another name of the address: as an IPv4-mapped one, 0.0.0.0 for
// loopback, any address of this machine for a wildcard, a symbolic link to a Unix socket. Sockets of another network
// (make_socket) get none.
bool listeners_have(const struct listeners *listeners, const struct address *server);

// Would a query that libc sends by /etc/resolv.conf, which may change at any time, arrive here? *out is its server
// then.
bool listeners_have_system(const struct listeners *listeners, struct address *out);

// Closes the Unix sockets and removes their files, unless another process has replaced them.
void listeners_clear(struct listeners *listeners);
