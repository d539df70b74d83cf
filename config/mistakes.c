// SPDX-License-Identifier: MIT
#include "config/mistakes.h"

#include <string.h>

#include "config/base/address.h"
#include "config/base/ascii.h"
#include "config/base/name.h"
#include "config/base/rrtype.h"
#include "config/base/words.h"

#define DNS_PORT 53

static bool is_reverse(const char *word)
{
	static const char *const texts[] = {"in-addr.arpa", "ip6.arpa"};
	struct name name, domain;
	for (size_t i = 0; name_read(word, &name) && i < sizeof texts / sizeof *texts; i++)
		if (name_read(texts[i], &domain) && name_within(&name, &domain))
			return true;
	return false;
}

// Also true with a port or a prefix length.
static bool is_address(const char *word)
{
	char text[ADDRESS_TEXT_SIZE];
	struct address ignored;
	return ascii_copy(text, sizeof text, word, ascii_until(word, "/")) && address_read_server(text, DNS_PORT, &ignored);
}

static bool has_port(const char *word)
{
	const char *mark = ascii_find_unescaped(word, ":#");
	return mark != NULL && mark[1] != '\0' && mark[1 + ascii_span(mark + 1, "0123456789")] == '\0';
}

const char *mistake_in_domain(const char *word)
{
	if (is_address(word))
		return "a domain, not an address (addresses are looked up by names such as 2.0.192.in-addr.arpa)";
	if (ascii_find_unescaped(word, ",") != NULL)
		return "domains separated by blanks, without a comma";
	if (has_port(word))
		return "a domain without a port, which belongs after the server's address";
	if (ascii_find_unescaped(word, "/") != NULL && !is_reverse(word))
		return "a domain without a slash";
	return NULL;
}

const char *mistake_in_server(const char *word)
{
	if (strncmp(word, "unix:", 5) == 0)
		return "unix: and an absolute path of at most 107 bytes, such as unix:/run/dns.sock";
	if (strncmp(word, "tls:", 4) == 0)
		return "tls://ADDRESS[:853][#NAME] of at most 255 bytes, such as tls://192.0.2.1#dns.example";
	if (strncmp(word, "https:", 6) == 0)
		return "https://NAME[:443]/PATH@ADDRESS of at most 255 bytes, such as https://dns.example/dns-query@192.0.2.1";
	if (strstr(word, "://") != NULL)
		return "an address such as 192.0.2.1, tls://192.0.2.1#dns.example or unix:/run/dns.sock";
	if (strchr(word, ',') != NULL)
		return "addresses separated by blanks, such as 192.0.2.1 192.0.2.2";
	return NULL;
}

// A TTL or the class IN, which may precede the type.
static bool may_precede_type(const char *word)
{
	return ascii_equal(word, "IN") || (ascii_is_digit(word[0]) && word[ascii_until(word, ".:")] == '\0');
}

const char *mistake_in_record(const struct words *words, const char **got)
{
	struct address address;
	size_t at = 2;
	if (words->count < 2)
		return NULL;
	*got = words->word[1];
	const char *mistake = mistake_in_domain(words->word[1]);
	if (mistake != NULL)
		return mistake;
	while (at < words->count && may_precede_type(words->word[at]))
		at++;
	if (at == words->count || !address_read(words->word[at], &address))
		return NULL;
	*got = words->word[at];
	return address.family == AF_INET ? "a type before the data, such as A 192.0.2.1"
									 : "a type before the data, such as AAAA 2001:db8::1";
}

bool mistake_is_port(const char *word)
{
	char text[ADDRESS_TEXT_SIZE];
	struct address ignored;
	uint32_t port;
	const char *colon = strrchr(word, ':');
	return colon != NULL && address_read(word, &ignored) && ascii_read_number(colon + 1, UINT16_MAX, &port) &&
		ascii_copy(text, sizeof text, word, (size_t)(colon - word)) && address_read(text, &ignored) &&
		(port == DNS_PORT || port >= 1000);
}

// Does the line occur only in zone files: $ORIGIN or $TTL, or an SOA, A or AAAA record?
static bool is_zone_line(const struct words *words)
{
	if (strcmp(words->word[0], "$ORIGIN") == 0 || strcmp(words->word[0], "$TTL") == 0)
		return true;
	for (size_t i = 1; i < words->count && i < 5; i++) {
		uint16_t type;
		if (i > 1 && !may_precede_type(words->word[i - 1]))
			return false;
		if (rrtype_read(words->word[i], &type) && (type == RRTYPE_SOA || type == RRTYPE_A || type == RRTYPE_AAAA))
			return i + 1 < words->count;
	}
	return false;
}

bool mistake_is_zone(const char *text, size_t size)
{
	const char *end = text + size;
	bool is_zone = false;
	while (text < end) {
		struct words words;
		struct address address;
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const size_t length = newline != NULL ? (size_t)(newline - text) : (size_t)(end - text);
		const bool is_line = words_split(text, length, &words) == WORDS_OK && words.count > 0;
		const bool is_hosts = is_line && address_read(words.word[0], &address);
		is_zone = is_zone || (is_line && is_zone_line(&words));
		words_clear(&words);
		if (is_hosts)
			return false;
		text += length + 1;
	}
	return is_zone;
}
