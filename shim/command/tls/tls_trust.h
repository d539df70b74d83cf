// SPDX-License-Identifier: MIT
// Whom to believe: the authorities, keys and names by which servers are authenticated (RFC 8310 5, strict profile).
#pragma once

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stddef.h>

#include "shim/command/library.h"

// A function of OpenSSL, which tls_trust_find loads. Macros of its headers call others, and so cannot be used.
#define TLS(function) LIBRARY_SYMBOL(openssl, function)

struct address;
struct encrypted_server;

// Settings (config/forwarder.h), and what the connections of all servers with these share.
struct tls_trust {
	struct tls_trust *next;
	unsigned idle;     // seconds; 0: as the server says
	bool has_tickets;  // sessions are resumed
	const char *pins;  // separated by commas; NULL: none
	const char *ca;    // the path of a file; NULL: the system's authorities
	SSL_CTX *context;
	size_t size;      // of the settings
	char settings[];  // twice: their words, and as they came
};

// Finds the settings, size bytes, in the list, or reads them and the authorities and adds them. NULL with errno, which
// may be one of enum tls_error.
struct tls_trust *tls_trust_find(struct tls_trust **list, const char *settings, size_t size);

// What to check is set before the handshake. Resumes *session, and sets it to a later one that the server offers, with
// settings that allow it. NULL for lack of memory.
SSL *tls_trust_begin(const struct tls_trust *trust, const struct encrypted_server *server,
	const struct address *address, SSL_SESSION **session, int descriptor);

// After the handshake: 0, or why the server must not be asked. Names and the authority have been checked.
int tls_trust_check(const struct tls_trust *trust, const struct encrypted_server *server, const SSL *ssl);

// The error of a call that failed with this result of SSL_get_error(3) and errno.
int tls_trust_failure(const SSL *ssl, int result, int error);
