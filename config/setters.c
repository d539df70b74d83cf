// SPDX-License-Identifier: MIT
#include "config/setters.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/address.h"
#include "config/base/ascii.h"
#include "config/base/error_text.h"
#include "config/base/file.h"
#include "config/base/punycode.h"
#include "config/base/strbuf.h"
#include "config/base/words.h"
#include "config/config.h"
#include "config/mistakes.h"
#include "config/options.h"
#include "config/origin.h"
#include "config/precedence.h"
#include "config/routes.h"

#define DNS_PORT 53
#define SORT_RANGES_MAX 10  // as glibc; further ones are ignored
#define GOT_LIMIT 100

bool setter_expect(struct config_error *out, const struct words *words, const char *what, const char *got)
{
	if (out == NULL)
		return false;
	struct strbuf line = {.bytes = out->text, .size = sizeof out->text};
	strbuf_add(&line, words->word[0]);
	strbuf_add(&line, ": expected ");
	strbuf_add(&line, what);
	if (got == NULL) {
		strbuf_add(&line, ", got nothing");
	} else {
		strbuf_add(&line, ", got \"");
		strbuf_add_escaped(&line, got, ESCAPE_TEXT, GOT_LIMIT);
		strbuf_add(&line, "\"");
	}
	strbuf_end(&line);
	return false;
}

bool setter_fail(struct config_error *out, const struct words *words, int reason)
{
	if (out == NULL)
		return false;
	struct strbuf line = {.bytes = out->text, .size = sizeof out->text};
	strbuf_add(&line, words->word[0]);
	strbuf_add(&line, ": ");
	strbuf_add(&line, error_text(reason));
	strbuf_end(&line);
	return false;
}

static const char *word_at(const struct words *words, size_t index)
{
	return index < words->count ? words->word[index] : NULL;
}

static bool server_read(const char *word, struct server *out)
{
	struct server server = {.kind = SERVER_ADDRESS};
	if (strcmp(word, "system") == 0)
		server.kind = SERVER_SYSTEM;
	else if (strcmp(word, "none") == 0)
		server.kind = SERVER_NONE;
	else if (!address_read_server(word, DNS_PORT, &server.address))
		return false;
	*out = server;
	return true;
}

enum fit { FIT_ADDS, FIT_REPEATS, FIT_MIXES };

// `system` and `none` exclude other servers in a route, which would never be asked.
static enum fit server_fits(const struct route *route, const struct server *server)
{
	if (route->server_count == 0)
		return FIT_ADDS;
	if (route->servers[0].kind != server->kind)
		return FIT_MIXES;
	return server->kind == SERVER_ADDRESS ? FIT_ADDS : FIT_REPEATS;
}

static bool route_add(struct route *route, const struct server *server)
{
	struct server *servers = realloc(route->servers, (route->server_count + 1) * sizeof *servers);
	if (servers == NULL)
		return false;
	servers[route->server_count++] = *server;
	route->servers = servers;
	return true;
}

// If sources have addresses and a word for one domain, the source of higher precedence applies.
static bool add_servers(struct config *config, const struct config_location *location, const struct words *words,
	size_t end, size_t route_index, struct config_error *expected)
{
	struct route *route = &config->routes[route_index];
	for (size_t i = 1; i < end; i++) {
		struct server server;
		server_read(words->word[i], &server);
		const enum fit fit = server_fits(route, &server);
		if (fit == FIT_MIXES && route->rank == location->rank)
			return setter_expect(
				expected, words, "either addresses or one of system, none for a domain", words->word[i]);
		if (fit != FIT_ADDS)
			continue;
		if (!route_add(route, &server))
			return setter_fail(expected, words, ENOMEM);
		route->rank = location->rank;
		origin_note(location, ORIGIN_SERVER, route_index, route->server_count - 1);
	}
	return true;
}

static bool add_plain_servers(struct config *config, const struct config_location *location, const struct words *words,
	size_t end, struct config_error *expected)
{
	if (!precedence_claim(location, SETTING_SERVERS))
		return true;
	config->servers_chosen = location_is_strict(location);
	return add_servers(config, location, words, end, 0, expected);
}

static bool add_servers_for(struct config *config, const struct config_location *location, const struct words *words,
	size_t end, const char *domain, struct config_error *expected)
{
	struct name name;
	const char *mistake = mistake_in_domain(domain);
	if (mistake != NULL)
		return setter_expect(expected, words, mistake, domain);
	if (strcmp(domain, "for") == 0 || strchr(domain, '*') != NULL || !punycode_read_name(domain, &name))
		return setter_expect(
			expected, words, "a domain name such as example.org, which means all names below it too", domain);
	const ptrdiff_t index = routes_add(config, &name);
	if (index < 0)
		return setter_fail(expected, words, ENOMEM);
	if (index == 0)
		return add_plain_servers(config, location, words, end, expected);
	return add_servers(config, location, words, end, (size_t)index, expected);
}

bool set_nameserver(struct config *config, const struct config_location *location, const struct words *words,
	struct config_error *expected)
{
	static const char server[] = "an address such as 192.0.2.1 or [2001:db8::1]:53";
	static const char scoped[] = "a link-local address and an interface of this machine, such as fe80::1%eth0";
	size_t end = 1;
	struct server ignored;
	while (end < words->count && strcmp(words->word[end], "for") != 0) {
		const char *word = words->word[end++];
		const char *mistake = mistake_in_server(word);
		if (!server_read(word, &ignored))
			return setter_expect(expected, words,
				mistake != NULL                 ? mistake
					: strchr(word, '%') != NULL ? scoped
												: server,
				word);
	}
	if (end == 1)
		return setter_expect(expected, words, server, word_at(words, 1));
	if (end == words->count)
		return add_plain_servers(config, location, words, end, expected);
	if (end + 1 == words->count)
		return setter_expect(expected, words, "a domain name after \"for\"", NULL);
	for (size_t i = end + 1; i < words->count; i++) {
		if (!add_servers_for(config, location, words, end, words->word[i], expected))
			return false;
	}
	return true;
}

static void search_clear(struct config *config)
{
	for (size_t i = 0; i < config->search_count; i++)
		free(config->search[i]);
	free(config->search);
	config->search = NULL;
	config->search_count = 0;
}

// A copy of a domain with its non-ASCII labels converted (punycode.h).
static char *domain_copy(const char *text, bool is_strict)
{
	char ascii[NAME_TEXT_SIZE];
	const bool is_written = is_strict && !punycode_is_ascii(text) && punycode_write_name(text, ascii, sizeof ascii);
	return strdup(is_written ? ascii : text);
}

static bool search_set(struct config *config, const struct words *words, bool is_strict)
{
	search_clear(config);
	if (words->count == 1)
		return true;
	config->search = calloc(words->count - 1, sizeof *config->search);
	if (config->search == NULL)
		return false;
	for (size_t i = 1; i < words->count; i++) {
		config->search[i - 1] = domain_copy(words->word[i], is_strict);
		if (config->search[i - 1] == NULL)
			return false;
		config->search_count = i;
	}
	return true;
}

bool set_search(struct config *config, const struct config_location *location, const struct words *words,
	struct config_error *expected)
{
	for (size_t i = 1; location_is_strict(location) && i < words->count; i++) {
		struct name name;
		const char *mistake = mistake_in_domain(words->word[i]);
		if (mistake != NULL || !punycode_read_name(words->word[i], &name))
			return setter_expect(
				expected, words, mistake != NULL ? mistake : "domain names such as example.org", words->word[i]);
	}
	if (!precedence_claim(location, SETTING_SEARCH))
		return true;
	origin_note(location, ORIGIN_SEARCH, 0, 0);
	config->search_chosen = location_is_strict(location);
	return search_set(config, words, config->search_chosen) || setter_fail(expected, words, ENOMEM);
}

bool set_domain(struct config *config, const struct config_location *location, const struct words *words,
	struct config_error *expected)
{
	if (words->count > 2)
		return setter_expect(expected, words, "one domain name (search takes more)", words->word[2]);
	return set_search(config, location, words, expected);
}

// The netmask of the network's class, as in glibc.
static void sort_range_default_mask(struct sort_range *range)
{
	const uint8_t first = range->network.bytes[0];
	const size_t length = first < 128 ? 1 : first < 192 ? 2 : 3;
	memset(range->mask, 0, sizeof range->mask);
	memset(range->mask, 255, length);
}

static bool sort_range_read(const char *word, struct sort_range *out)
{
	struct sort_range range;
	struct address mask;
	char network[sizeof "255.255.255.255"];
	const size_t length = strcspn(word, "/&");
	if (length >= sizeof network)
		return false;
	memcpy(network, word, length);
	network[length] = '\0';
	if (!address_read(network, &range.network) || range.network.family != AF_INET)
		return false;
	sort_range_default_mask(&range);
	if (word[length] != '\0') {
		if (!address_read(word + length + 1, &mask) || mask.family != AF_INET)
			return false;
		memcpy(range.mask, mask.bytes, sizeof range.mask);
	}
	*out = range;
	return true;
}

bool set_sortlist(struct config *config, const struct config_location *location, const struct words *words,
	struct config_error *expected)
{
	static const char what[] = "networks such as 192.0.2.0/255.255.255.0";
	struct sort_range range;
	if (words->count == 1)
		return setter_expect(expected, words, what, NULL);
	for (size_t i = 1; i < words->count; i++) {
		if (!sort_range_read(words->word[i], &range))
			return setter_expect(expected, words, what, words->word[i]);
		if (!precedence_claim(location, SETTING_SORTLIST) || config->sort_range_count == SORT_RANGES_MAX)
			continue;
		struct sort_range *ranges = realloc(config->sort_ranges, (config->sort_range_count + 1) * sizeof *ranges);
		if (ranges == NULL)
			return setter_fail(expected, words, ENOMEM);
		origin_note(location, ORIGIN_SORT_RANGE, config->sort_range_count, 0);
		ranges[config->sort_range_count++] = range;
		config->sort_ranges = ranges;
	}
	return true;
}

bool set_options(struct config *config, const struct config_location *location, const struct words *words,
	struct config_error *expected)
{
	for (size_t i = 1; i < words->count; i++) {
		uint32_t value;
		const struct option *option = option_read(words->word[i], &value);
		if (option == NULL)
			return setter_expect(expected, words, "options such as ndots:2, rotate or timeout-ms:500", words->word[i]);
		if (!precedence_claim(location, SETTING_FIRST_OPTION + (unsigned)(option - option_table)))
			continue;
		option_set(option, value, &config->options);
		if (option->kind != OPTION_IGNORED)
			origin_note(location, ORIGIN_OPTION, option->offset, 0);
	}
	return true;
}

bool set_hosts_is_path(const char *word)
{
	return strcmp(word, "none") != 0;
}

bool set_hosts(struct config *config, const struct config_location *location, const struct words *words,
	struct config_error *expected)
{
	static const char what[] = "one file, or none";
	if (words->count != 2 || words->word[1][0] == '\0')
		return setter_expect(expected, words, what, word_at(words, words->count > 2 ? 2 : 1));
	if (!precedence_claim(location, SETTING_HOSTS))
		return true;
	origin_note(location, ORIGIN_HOSTS, 0, 0);
	free(config->hosts_path);
	config->hosts_path = NULL;
	config->hosts_named = set_hosts_is_path(words->word[1]);
	if (!config->hosts_named)
		return true;
	config->hosts_path = file_path_of_word(words->word[1], location->directory, location->home);
	return config->hosts_path != NULL || setter_fail(expected, words, errno);
}

bool set_log_is_path(const char *word)
{
	return strcmp(word, "stderr") != 0 && strncmp(word, "fd:", 3) != 0;
}

static bool log_read_descriptor(const char *word, int *out)
{
	uint32_t number;
	if (strcmp(word, "stderr") == 0) {
		*out = 2;
		return true;
	}
	if (!ascii_read_number(word + strlen("fd:"), INT32_MAX, &number) || number == INT32_MAX)
		return false;
	*out = (int)number;
	return true;
}

bool set_log(struct config *config, const struct config_location *location, const struct words *words,
	struct config_error *expected)
{
	static const char what[] = "a file, stderr or fd:N, then json or nothing";
	const char *target = word_at(words, 1);
	const char *format = word_at(words, 2);
	int descriptor = -1;
	if (target == NULL || target[0] == '\0')
		return setter_expect(expected, words, what, target);
	if (!set_log_is_path(target) && !log_read_descriptor(target, &descriptor))
		return setter_expect(expected, words, what, target);
	if (format != NULL && strcmp(format, "json") != 0)
		return setter_expect(expected, words, what, format);
	if (words->count > 3)
		return setter_expect(expected, words, what, words->word[3]);
	if (!precedence_claim(location, SETTING_LOG))
		return true;
	origin_note(location, ORIGIN_LOG, 0, 0);
	free(config->log.path);
	config->log = (struct log){.json = format != NULL};
	if (descriptor >= 0) {
		log_bind(&config->log, descriptor);
		return true;
	}
	config->log.path = file_path_of_word(target, location->directory, location->home);
	config->log.target = LOG_FILE;
	return config->log.path != NULL || setter_fail(expected, words, errno);
}
