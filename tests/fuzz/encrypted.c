// SPDX-License-Identifier: MIT
// The text of an encrypted server: what is read of it is what stands there, and what is written again is the same
// server.
#include <string.h>

#include "config/base/ascii.h"
#include "config/base/encrypted.h"
#include "tests/fuzz/fuzz.h"

static size_t append(char *text, size_t length, const char *more)
{
	MUST(length + strlen(more) < 8 * ADDRESS_TEXT_SIZE);
	return length + strlen(strcpy(text + length, more));
}

// Writes the server in the longest form: each address with its port.
static void write_server(const struct encrypted_server *server, char *text)
{
	char address[ADDRESS_TEXT_SIZE];
	size_t length = append(text, 0, server->is_https ? "https://" : "tls://");
	if (server->is_https) {
		length = append(text, length, server->name);
		length = append(text, length, server->path);
	}
	for (size_t i = 0; i < server->count; i++) {
		length = append(text, length, i ? "," : server->is_https ? "@" : "");
		length = append(text, length, address_write_with_port(&server->addresses[i], address));
	}
	if (!server->is_https && server->name[0]) {
		length = append(text, length, "#");
		append(text, length, server->name);
	}
}

static void check_server(const struct encrypted_server *server)
{
	MUST(server->count >= 1 && server->count <= (server->is_https ? ENCRYPTED_ADDRESSES_MAX : 1));
	MUST(server->is_https == (server->path[0] == '/') && (!server->is_https || server->name[0]));
	for (size_t i = 0; i < server->count; i++) {
		MUST(server->addresses[i].family == AF_INET || server->addresses[i].family == AF_INET6);
		MUST(server->addresses[i].port > 0);
	}
	for (const char *at = server->name; *at; at++)
		MUST(ascii_is_letter(*at) || ascii_is_digit(*at) || strchr(".-_:%", *at));
	MUST(!strpbrk(server->path, " \t\r\n#"));
}

static void check_again(const struct encrypted_server *server)
{
	char text[8 * ADDRESS_TEXT_SIZE];
	struct encrypted_server again;
	write_server(server, text);
	if (strlen(text) >= ADDRESS_TEXT_SIZE)
		return;
	MUST(encrypted_read(text, &again) && again.count == server->count);
	MUST(strcmp(again.name, server->name) == 0 && strcmp(again.path, server->path) == 0);
	for (size_t i = 0; i < again.count; i++)
		MUST(address_equal(&again.addresses[i], &server->addresses[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *text = fuzz_text(bytes, size);
	struct encrypted_server server;
	const bool is_server = encrypted_read(text, &server);
	MUST(!is_server || encrypted_is_meant(text));
	if (is_server) {
		check_server(&server);
		check_again(&server);
	}
	free(text);
	return 0;
}
