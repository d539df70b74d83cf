// SPDX-License-Identifier: MIT
#include "config/options.h"

#include <string.h>

#include "config/base/ascii.h"
#include "config/base/strbuf.h"

#define NUMBER(word, member, lowest, highest, in_glibc) \
	word, OPTION_NUMBER, offsetof(struct options, member), lowest, highest, in_glibc
#define FLAG(word, member, in_glibc) word, OPTION_FLAG, offsetof(struct options, member), 0, 0, in_glibc
#define IGNORED(word) word, OPTION_IGNORED, 0, 0, 0, false

#define DAY (24 * 60 * 60)
#define DAY_MS (DAY * 1000)
#define CACHE_HIGHEST 1000000

// A word that is a prefix of another follows it, because glibc compares prefixes.
const struct option option_table[OPTION_COUNT] = {
	// glibc treats timeout:0 as one second; with attempts:0 it would never send a query.
	{NUMBER("ndots", ndots, 0, 15, true)},
	{NUMBER("timeout", timeout, 1, 30, true)},
	{NUMBER("attempts", attempts, 1, 5, true)},
	{NUMBER("timeout-ms", timeout_ms, 0, DAY_MS, false)},
	{FLAG("debug", debug, false)},
	{FLAG("rotate", rotate, true)},
	{FLAG("use-vc", use_vc, true)},
	{FLAG("edns0", edns0, true)},
	{FLAG("no-aaaa", no_aaaa, true)},
	{FLAG("single-request-reopen", single_request_reopen, true)},
	{FLAG("single-request", single_request, true)},
	{FLAG("trust-ad", trust_ad, true)},
	{FLAG("no-tld-query", no_tld_query, true)},
	{FLAG("no_tld_query", no_tld_query, true)},
	{FLAG("no-check-names", no_check_names, false)},
	{FLAG("no-reload", no_reload, true)},
	{NUMBER("cache", cache, 0, CACHE_HIGHEST, false)},
	{NUMBER("min-ttl", min_ttl, 0, DAY, false)},
	{NUMBER("max-ttl", max_ttl, 0, 7 * DAY, false)},
	{FLAG("no-edns", no_edns, false)},
	{FLAG("no-cookies", no_cookies, false)},
	{FLAG("0x20", mix_case, false)},
	{NUMBER("tls-idle", tls_idle, 0, DAY, false)},
	{FLAG("tls-tickets", tls_tickets, false)},
	{IGNORED("inet6")},
	{IGNORED("ip6-bytestring")},
	{IGNORED("ip6-dotint")},
	{IGNORED("no-ip6-dotint")},
};

const struct option *option_read(const char *text, uint32_t *value)
{
	const size_t length = strcspn(text, ":");
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		const struct option *option = &option_table[i];
		if (strlen(option->word) != length || memcmp(option->word, text, length) != 0)
			continue;
		*value = 1;
		const bool has_number = text[length] == ':';
		if (has_number != (option->kind == OPTION_NUMBER))
			return NULL;
		if (has_number && !ascii_read_number(text + length + 1, option->highest, value))
			return NULL;
		return option;
	}
	return NULL;
}

void option_set(const struct option *option, uint32_t value, struct options *options)
{
	char *member = (char *)options + option->offset;
	if (option->kind == OPTION_NUMBER)
		*(unsigned *)(void *)member = value < option->lowest ? option->lowest : value;
	if (option->kind == OPTION_FLAG)
		*(bool *)member = true;
	options->has_timeout |= option->offset == offsetof(struct options, timeout);
	options->has_attempts |= option->offset == offsetof(struct options, attempts);
}

bool option_is_setting(const struct option *option)
{
	for (const struct option *earlier = option_table; earlier < option; earlier++)
		if (earlier->kind == option->kind && earlier->offset == option->offset)
			return false;
	return option->kind != OPTION_IGNORED;
}

char *option_write(const struct option *option, const struct options *options, char *text)
{
	const char *member = (const char *)options + option->offset;
	struct strbuf out = {.bytes = text, .size = OPTION_TEXT_SIZE};
	if (option->kind == OPTION_NUMBER || (option->kind == OPTION_FLAG && *(const bool *)member))
		strbuf_add(&out, option->word);
	if (option->kind == OPTION_NUMBER) {
		strbuf_add(&out, ":");
		strbuf_add_number(&out, *(const unsigned *)(const void *)member);
	}
	return strbuf_end(&out);
}

unsigned options_deadline_ms(const struct options *options)
{
	return options->timeout_ms != 0 ? options->timeout_ms : options->timeout * options->attempts * 1000;
}
