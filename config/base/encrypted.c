// SPDX-License-Identifier: MIT
#include "config/base/encrypted.h"

#include <stdint.h>
#include <string.h>

#include "config/base/ascii.h"
#include "config/base/name.h"

#define TLS "tls://"
#define HTTPS "https://"
#define DNS_PORT 53
#define TLS_PORT 853

static bool begins(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool encrypted_is_meant(const char *text)
{
	return begins(text, TLS) || begins(text, HTTPS);
}

static bool is_host_name(const char *text)
{
	struct name name;
	return name_read(text, &name) && name_is_hostname(&name) && strchr(text, '\\') == NULL &&
		text[strlen(text) - 1] != '.';
}

static bool read_name(const char *text, size_t length, struct encrypted_server *out)
{
	struct address ignored;
	return ascii_copy(out->name, sizeof out->name, text, length) &&
		(is_host_name(out->name) || address_read(out->name, &ignored));
}

static bool add_address(const char *text, size_t length, uint16_t port, struct encrypted_server *out)
{
	char word[ADDRESS_TEXT_SIZE];
	return out->count < ENCRYPTED_ADDRESSES_MAX && ascii_copy(word, sizeof word, text, length) &&
		address_read_server(word, port, &out->addresses[out->count]) && out->addresses[out->count++].family != AF_UNIX;
}

static bool read_tls(const char *text, struct encrypted_server *out)
{
	const size_t length = strcspn(text, "#");
	return add_address(text, length, TLS_PORT, out) &&
		(text[length] == '\0' || read_name(text + length + 1, strlen(text + length + 1), out));
}

// A path (RFC 3986 3.3) and perhaps a query, without a template and a fragment.
static bool read_path(const char *text, size_t length, struct encrypted_server *out)
{
	return ascii_copy(out->path, sizeof out->path, text, length) && out->path[0] == '/' &&
		out->path[strcspn(out->path, "#{}\"\\<>^`|")] == '\0';
}

static bool read_port(const char *text, size_t length, uint16_t *out)
{
	char digits[6];
	uint32_t port = ENCRYPTED_HTTPS_PORT;
	const bool is_valid = length == 0 ||
		(text[0] == ':' && ascii_copy(digits, sizeof digits, text + 1, length - 1) &&
			ascii_read_between(digits, 1, UINT16_MAX, &port));
	*out = (uint16_t)port;
	return is_valid;
}

static bool read_https(const char *text, struct encrypted_server *out)
{
	const size_t authority = strcspn(text, "/");
	const char *colon = memchr(text, ':', authority), *at = strrchr(text, '@');
	const size_t name = colon != NULL ? (size_t)(colon - text) : authority;
	uint16_t port;
	if (at == NULL || at < text + authority || !read_name(text, name, out) ||
		!read_port(text + name, authority - name, &port) ||
		!read_path(text + authority, (size_t)(at - text) - authority, out))
		return false;
	do {
		const size_t length = strcspn(++at, ",");
		if (!add_address(at, length, port, out))
			return false;
		at += length;
	} while (*at == ',');
	return true;
}

bool encrypted_read(const char *text, struct encrypted_server *out)
{
	const size_t length = strlen(text);
	*out = (struct encrypted_server){.is_https = begins(text, HTTPS)};
	if (length >= ADDRESS_TEXT_SIZE)
		return false;
	for (size_t i = 0; i < length; i++)
		if (text[i] <= ' ' || text[i] > '~')
			return false;
	return out->is_https ? read_https(text + strlen(HTTPS), out)
						 : begins(text, TLS) && read_tls(text + strlen(TLS), out);
}

bool encrypted_read_server(const char *text, struct address *out)
{
	struct encrypted_server server;
	if (!encrypted_is_meant(text))
		return address_read_server(text, DNS_PORT, out);
	return encrypted_read(text, &server) && address_keep_text(text, out);
}
