// SPDX-License-Identifier: MIT
#include "config/setters.h"

#include <errno.h>
#include <string.h>

#include "config/base/address.h"
#include "config/base/array.h"
#include "config/base/ascii.h"
#include "config/base/encrypted.h"
#include "config/base/punycode.h"
#include "config/config.h"
#include "config/mistakes.h"
#include "config/options.h"
#include "config/statement.h"

#define SORT_RANGES_MAX 10  // as glibc; further ones are ignored

static bool server_read(const char *word, struct server *out)
{
	struct server server = {.kind = SERVER_ADDRESS};
	if (strcmp(word, "system") == 0)
		server.kind = SERVER_SYSTEM;
	else if (strcmp(word, "none") == 0)
		server.kind = SERVER_NONE;
	else if (!encrypted_read_server(word, &server.address))
		return false;
	*out = server;
	return true;
}

// Adds the servers, words 1 to end - 1, to a route. `system` and `none` exclude other servers in it, which would never
// be asked; if sources have addresses and a word for one domain, the source of higher precedence applies.
static bool add_servers(const struct statement *line, size_t end, size_t index)
{
	struct route *route = &line->config->routes[index];
	for (size_t i = 1; i < end; i++) {
		struct server server;
		server_read(line->words->word[i], &server);
		const bool is_mixed = route->server_count > 0 && route->servers[0].kind != server.kind;
		if (is_mixed && route->rank == line->location->rank)
			return statement_expect(line, "either addresses or one of system, none for a domain", line->words->word[i]);
		if (is_mixed || (route->server_count > 0 && server.kind != SERVER_ADDRESS))
			continue;
		if (!array_append(&route->servers, &route->server_count, &server, sizeof server))
			return statement_fail(line, ENOMEM);
		route->rank = line->location->rank;
		origin_note(line->location, ORIGIN_SERVER, index, route->server_count - 1);
	}
	return true;
}

static bool add_plain_servers(const struct statement *line, size_t end)
{
	if (!statement_owns(line, ORIGIN_SERVER))
		return true;
	line->config->servers_chosen = location_is_strict(line->location);
	return add_servers(line, end, 0);
}

static bool add_servers_for(const struct statement *line, size_t end, const char *domain)
{
	struct name name;
	const char *mistake = mistake_in_domain(domain);
	if (mistake != NULL)
		return statement_expect(line, mistake, domain);
	if (strcmp(domain, "for") == 0 || strchr(domain, '*') != NULL || !punycode_read_name(domain, &name))
		return statement_expect(line, "a domain name such as example.org, which means all names below it too", domain);
	const ptrdiff_t index = config_add_route(line->config, &name);
	if (index < 0)
		return statement_fail(line, ENOMEM);
	return index == 0 ? add_plain_servers(line, end) : add_servers(line, end, (size_t)index);
}

static const char a_server[] = "an address such as 192.0.2.1 or [2001:db8::1]:53";

static bool expect_server(const struct statement *line, const char *word)
{
	static const char scoped[] = "a link-local address and an interface of this machine, such as fe80::1%eth0";
	const char *mistake = mistake_in_server(word);
	if (mistake == NULL)
		mistake = strchr(word, '%') != NULL ? scoped : a_server;
	return statement_expect(line, mistake, word);
}

bool set_nameserver(const struct statement *line)
{
	const struct words *words = line->words;
	size_t end = 1;
	struct server ignored;
	for (; end < words->count && strcmp(words->word[end], "for") != 0; end++)
		if (!server_read(words->word[end], &ignored))
			return expect_server(line, words->word[end]);
	if (end == 1)
		return statement_expect(line, a_server, statement_word(line, 1));
	if (end == words->count)
		return add_plain_servers(line, end);
	if (end + 1 == words->count)
		return statement_expect(line, "a domain name after \"for\"", NULL);
	for (size_t i = end + 1; i < words->count; i++)
		if (!add_servers_for(line, end, words->word[i]))
			return false;
	return true;
}

// Adds a copy of a domain, in a strict source with its non-ASCII labels converted (punycode.h).
static bool search_add(struct config *config, const char *text, bool is_strict)
{
	char ascii[NAME_TEXT_SIZE];
	const bool is_written = is_strict && !punycode_is_ascii(text) && punycode_write_name(text, ascii, sizeof ascii);
	char *domain = config_own(config, strdup(is_written ? ascii : text));
	return domain != NULL && array_append(&config->search, &config->search_count, &domain, sizeof domain);
}

bool set_search(const struct statement *line)
{
	const bool is_strict = location_is_strict(line->location);
	for (size_t i = 1; is_strict && i < line->words->count; i++) {
		struct name name;
		const char *word = line->words->word[i];
		const char *mistake = mistake_in_domain(word);
		if (mistake != NULL || !punycode_read_name(word, &name))
			return statement_expect(line, mistake != NULL ? mistake : "domain names such as example.org", word);
	}
	if (!statement_claim(line, ORIGIN_SEARCH))
		return true;
	line->config->search_chosen = is_strict;
	line->config->search_count = 0;
	for (size_t i = 1; i < line->words->count; i++)
		if (!search_add(line->config, line->words->word[i], is_strict))
			return statement_fail(line, ENOMEM);
	return true;
}

bool set_domain(const struct statement *line)
{
	if (line->words->count > 2)
		return statement_expect(line, "one domain name (search takes more)", line->words->word[2]);
	return set_search(line);
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
	if (!ascii_copy(network, sizeof network, word, length) || !address_read(network, &range.network) ||
		range.network.family != AF_INET)
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

bool set_sortlist(const struct statement *line)
{
	static const char what[] = "networks such as 192.0.2.0/255.255.255.0";
	struct config *config = line->config;
	struct sort_range range;
	if (line->words->count == 1)
		return statement_expect(line, what, NULL);
	for (size_t i = 1; i < line->words->count; i++) {
		if (!sort_range_read(line->words->word[i], &range))
			return statement_expect(line, what, line->words->word[i]);
		if (!statement_owns(line, ORIGIN_SORT_RANGE) || config->sort_range_count == SORT_RANGES_MAX)
			continue;
		if (!array_append(&config->sort_ranges, &config->sort_range_count, &range, sizeof range))
			return statement_fail(line, ENOMEM);
		origin_note(line->location, ORIGIN_SORT_RANGE, config->sort_range_count - 1, 0);
	}
	return true;
}

bool set_options(const struct statement *line)
{
	for (size_t i = 1; i < line->words->count; i++) {
		uint32_t value;
		const char *word = line->words->word[i];
		const struct option *option = option_read(word, &value);
		if (option == NULL)
			return statement_expect(line, "options such as ndots:2, rotate or timeout-ms:500", word);
		if (!statement_owns(line, ORIGIN_COUNT + (unsigned)(option - option_table)))
			continue;
		option_set(option, value, &line->config->options);
		line->config->options_chosen |= option->in_glibc && location_is_strict(line->location);
		if (option->kind != OPTION_IGNORED)
			origin_note(line->location, ORIGIN_OPTION, option->offset, 0);
	}
	return true;
}

bool set_hosts(const struct statement *line)
{
	struct config *config = line->config;
	const char *word = statement_word(line, 1);
	if (line->words->count != 2 || word[0] == '\0')
		return statement_expect(line, "one file, or none", line->words->count > 2 ? line->words->word[2] : word);
	if (!statement_claim(line, ORIGIN_HOSTS))
		return true;
	config->hosts_named = strcmp(word, "none") != 0;
	config->hosts_path = config->hosts_named ? statement_path(line, 1) : NULL;
	return !config->hosts_named || config->hosts_path != NULL || statement_fail(line, errno);
}

// "stderr" or "fd:N"; *out stays -1 for a path. False for an invalid number.
static bool log_read_descriptor(const char *word, int *out)
{
	uint32_t number;
	if (strcmp(word, "stderr") == 0)
		*out = 2;
	if (strncmp(word, "fd:", 3) != 0)
		return true;
	if (!ascii_read_number(word + 3, INT32_MAX, &number) || number == INT32_MAX)
		return false;
	*out = (int)number;
	return true;
}

bool set_log(const struct statement *line)
{
	static const char what[] = "a file, stderr or fd:N, then json or nothing";
	struct log *log = &line->config->log;
	const char *target = statement_word(line, 1), *format = statement_word(line, 2);
	int descriptor = -1;
	if (target == NULL || target[0] == '\0' || !log_read_descriptor(target, &descriptor))
		return statement_expect(line, what, target);
	if (format != NULL && strcmp(format, "json") != 0)
		return statement_expect(line, what, format);
	if (line->words->count > 3)
		return statement_expect(line, what, line->words->word[3]);
	if (!statement_claim(line, ORIGIN_LOG))
		return true;
	*log = (struct log){.target = LOG_FILE, .json = format != NULL};
	if (descriptor >= 0) {
		log_bind(log, descriptor);
		return true;
	}
	log->path = statement_path(line, 1);
	return log->path != NULL || statement_fail(line, errno);
}
