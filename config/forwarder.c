// SPDX-License-Identifier: MIT
#include "config/forwarder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/address.h"
#include "config/base/array.h"
#include "config/base/ascii.h"
#include "config/base/kept_text.h"
#include "config/base/strbuf.h"
#include "config/config.h"
#include "config/run.h"
#include "config/setters.h"
#include "config/statement.h"

#define PIN_PREFIX "sha256/"
#define PIN_DIGITS 43  // of 32 bytes in base64 (RFC 4648 4), without the padding

// The forwarder of the source of highest precedence: an inner withdns(1) keeps its own connections.
bool set_forwarder(const struct statement *line)
{
	struct run_address address;
	if (!statement_run(line, &address))
		return false;
	if (statement_claim(line, ORIGIN_FORWARDER))
		line->config->forwarder = address;
	return true;
}

bool set_tls_ca(const struct statement *line)
{
	return statement_set_path(line, ORIGIN_TLS_CA, &line->config->tls_ca);
}

static bool is_pin(const char *word)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const size_t prefix = strlen(PIN_PREFIX);
	return strncmp(word, PIN_PREFIX, prefix) == 0 && ascii_span(word + prefix, digits) == PIN_DIGITS &&
		strcmp(word + prefix + PIN_DIGITS, "=") == 0;
}

bool set_tls_pin(const struct statement *line)
{
	static const char what[] = "sha256/ and the base64 form of 32 bytes, the hash of a public key";
	struct config *config = line->config;
	if (line->words->count == 1)
		return statement_expect(line, what, NULL);
	for (size_t i = 1; i < line->words->count; i++) {
		if (!is_pin(line->words->word[i]))
			return statement_expect(line, what, line->words->word[i]);
		if (!statement_owns(line, ORIGIN_TLS_PIN))
			continue;
		char *pin = config_own(config, strdup(line->words->word[i]));
		if (pin == NULL || !array_append(&config->tls_pins, &config->tls_pin_count, &pin, sizeof pin))
			return statement_fail(line, ENOMEM);
		origin_note(line->location, ORIGIN_TLS_PIN, config->tls_pin_count - 1, 0);
	}
	return true;
}

// The settings and a newline, between two texts. The caller frees it. NULL without memory.
static char *write_settings(const struct config *config, const char *before, const char *after)
{
	const char *ca = config->tls_ca != NULL ? config->tls_ca : "-";
	struct strbuf out = {.size = config->tls_pin_count * (sizeof PIN_PREFIX + PIN_DIGITS + 1) + strlen(before) +
			strlen(ca) + strlen(after) + 32};
	out.bytes = malloc(out.size);
	if (out.bytes == NULL)
		return NULL;
	strbuf_add(&out, before);
	strbuf_add_number(&out, config->options.tls_idle);
	strbuf_add(&out, config->options.tls_tickets ? " 1 " : " 0 ");
	for (size_t i = 0; i < config->tls_pin_count; i++)
		strbuf_add_texts(&out, i > 0 ? "," : "", config->tls_pins[i]);
	strbuf_add_texts(&out, config->tls_pin_count > 0 ? " " : "- ", ca, "\n", after);
	return strbuf_end(&out);
}

static struct address *next_encrypted(const struct config *config, size_t *route, size_t *server)
{
	for (; *route < config->route_count; ++*route, *server = 0)
		while (*server < config->routes[*route].server_count) {
			struct server *found = &config->routes[*route].servers[(*server)++];
			if (found->kind == SERVER_ADDRESS && address_is_encrypted(&found->address))
				return &found->address;
		}
	return NULL;
}

const struct address *forwarder_find(const struct config *config)
{
	size_t route = 0, server = 0;
	return next_encrypted(config, &route, &server);
}

char *forwarder_write_first(const struct config *config)
{
	return write_settings(config, "", forwarder_find(config)->path);
}

// What encrypted servers keep (address.h): the path of the forwarder, a newline, and the beginning of each packet
// up to the newline after the settings.
bool forwarder_bind(struct config *config)
{
	size_t route = 0, server = 0;
	if (config->forwarder.path == NULL || forwarder_find(config) == NULL)
		return true;
	char begin[RUN_PATH_MAX + RUN_KEY_SIZE + 4];
	strbuf_join(begin, sizeof begin, config->forwarder.path, "\n", config->forwarder.key,
		(const char[]){FORWARDER_QUERY, '\0'});
	char *header = write_settings(config, begin, "");
	const char *kept = header != NULL ? kept_text(header) : NULL;
	free(header);
	for (struct address *found; kept != NULL && (found = next_encrypted(config, &route, &server)) != NULL;)
		found->forwarder = kept;
	return kept != NULL;
}
