// SPDX-License-Identifier: MIT
// Servers that are asked over TLS (RFC 7858) or HTTPS (RFC 8484). Their addresses are part of their text, so that none
// has to be looked up.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "config/base/address.h"

#define ENCRYPTED_ADDRESSES_MAX 8
#define ENCRYPTED_HTTPS_PORT 443  // the default

struct encrypted_server {
	bool is_https;
	char name[ADDRESS_TEXT_SIZE];  // that the certificate must have, a host name or an address; "": it is the address
	char path[ADDRESS_TEXT_SIZE];  // of https://, from the slash on; "" for tls://
	struct address addresses[ENCRYPTED_ADDRESSES_MAX];  // with ports, in the order in which they are tried
	size_t count;
};

// Reads "tls://ADDRESS[:853][#NAME]", in which a '#' always begins the name, or
// "https://NAME[:443]/PATH@ADDRESS[,ADDRESS]...". An IPv6 address with a port is in brackets. False, with *out
// undefined, for anything else, and for text of ADDRESS_TEXT_SIZE bytes or more.
bool encrypted_read(const char *text, struct encrypted_server *out);

// Does the text begin as such a server's?
bool encrypted_is_meant(const char *text);

// Reads a server of either kind: an encrypted one, whose address has its text as written, or one of
// address_read_server with port 53 by default. False, with *out unchanged, for anything else.
bool encrypted_read_server(const char *text, struct address *out);
