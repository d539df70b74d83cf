// SPDX-License-Identifier: MIT
#include "config/resolvconf.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/address.h"
#include "config/base/ascii.h"
#include "config/base/strbuf.h"
#include "config/base/words.h"
#include "config/directive.h"
#include "config/options.h"
#include "config/statement.h"

#define SERVERS_MAX 3  // glibc's MAXNS
#define WORD_SIZE 80   // an address or an option with its number
#define BLANKS " \t"   // the only separators: glibc supports neither quotes nor comments within a line

struct reading {
	struct config *config;
	const struct config_location *location;
	unsigned server_count;  // `nameserver` lines so far
	struct words words;     // those that glibc reads from the current line, as the setters expect them
	char *spelled;          // room for the words whose spelling had to be changed, in the same allocation as words.word
};

typedef bool taker(struct reading *reading, char *rest);

static bool open_words(struct reading *reading, const char *directive, const char *rest)
{
	size_t room = 2;  // for the directive, and for a word beyond the limit
	for (rest += ascii_span(rest, BLANKS); *rest != '\0'; rest += ascii_span(rest, BLANKS)) {
		room += room <= WORDS_MAX;
		rest += ascii_until(rest, BLANKS);
	}
	char **word = malloc(WORDS_MAX * sizeof *word + room * WORD_SIZE);
	if (word == NULL)
		return false;
	word[0] = (char *)directive;
	reading->words = (struct words){.count = 1, .word = word};
	reading->spelled = (char *)(word + WORDS_MAX);
	return true;
}

// A buffer of WORD_SIZE bytes for the next word.
static char *room_of(const struct reading *reading)
{
	return reading->spelled + reading->words.count * WORD_SIZE;
}

// Ignores words beyond the limit, as glibc does.
static void add_word(struct reading *reading, char *word)
{
	if (reading->words.count < WORDS_MAX)
		reading->words.word[reading->words.count++] = word;
}

static bool set(const struct reading *reading)
{
	const struct statement statement = {reading->config, reading->location, &reading->words, NULL};
	return directive_find(reading->words.word[0])->set(&statement);
}

// As glibc: an invalid scope is ignored, the address is used.
static bool read_server(char *text, struct address *out)
{
	if (address_read_ipv4(text, out))
		return true;
	if (address_read(text, out))
		return true;
	char *scope = strchr(text, '%');
	if (scope == NULL)
		return false;
	*scope = '\0';
	return address_read(text, out) && out->family == AF_INET6;
}

// The rest of the line after the address is ignored.
static bool take_nameserver(struct reading *reading, char *rest)
{
	struct address address;
	rest[ascii_until(rest, BLANKS)] = '\0';
	if (reading->server_count == SERVERS_MAX || !read_server(rest, &address))
		return true;
	reading->server_count++;
	add_word(reading, address_write(&address, room_of(reading)));
	return set(reading);
}

// An empty list is ignored: the previous one remains.
static bool take_search(struct reading *reading, char *rest)
{
	for (char *word = ascii_take_word(&rest, BLANKS); word[0] != '\0'; word = ascii_take_word(&rest, BLANKS))
		add_word(reading, word);
	return reading->words.count == 1 || set(reading);
}

static bool take_domain(struct reading *reading, char *rest)
{
	rest[ascii_until(rest, BLANKS)] = '\0';
	return take_search(reading, rest);
}

// With an invalid netmask the network has that of its class. "10.0.0.0/8" has a valid one: 0.0.0.8.
static bool spell_sort_range(char *word, char *out)
{
	char network[INET_ADDRSTRLEN], mask[INET_ADDRSTRLEN];
	struct address address;
	char *mark = word + ascii_until(word, "/&");
	const bool has_mask = *mark != '\0';
	*mark = '\0';
	if (!address_read_ipv4(word, &address))
		return false;
	inet_ntop(AF_INET, address.bytes, network, sizeof network);
	if (!has_mask || !address_read_ipv4(mark + 1, &address)) {
		strcpy(out, network);
		return true;
	}
	inet_ntop(AF_INET, address.bytes, mask, sizeof mask);
	stpcpy(stpcpy(stpcpy(out, network), "/"), mask);
	return true;
}

static bool take_sortlist(struct reading *reading, char *rest)
{
	rest[ascii_until(rest, ";")] = '\0';
	for (char *word = ascii_take_word(&rest, BLANKS); word[0] != '\0'; word = ascii_take_word(&rest, BLANKS)) {
		char *room = room_of(reading);
		if (reading->words.count < WORDS_MAX && spell_sort_range(word, room))
			add_word(reading, room);
	}
	return reading->words.count == 1 || set(reading);
}

// As glibc stores the result of atoi(3): the low bits of a long; a negative ndots is truncated to four bits.
static unsigned option_number(const struct option *option, const char *text)
{
	const int number = (int)strtol(text, NULL, 10);
	if (number > (int)option->highest)
		return option->highest;
	if (number < 0 && strcmp(option->word, "ndots") == 0)
		return (unsigned)number & 15;
	return number < (int)option->lowest ? option->lowest : (unsigned)number;
}

// glibc compares prefixes, and accepts blanks before a number.
static bool spell_option(const char *text, char *out)
{
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		const struct option *option = &option_table[i];
		const size_t length = strlen(option->word);
		if (!option->in_glibc || strncmp(text, option->word, length) != 0)
			continue;
		if (option->kind != OPTION_NUMBER) {
			strcpy(out, option->word);
			return true;
		}
		if (text[length] == ':') {
			struct strbuf spelled = {.bytes = out, .size = WORD_SIZE};
			strbuf_add(&spelled, option->word);
			strbuf_add(&spelled, ":");
			strbuf_add_number(&spelled, option_number(option, text + length + 1));
			strbuf_end(&spelled);
			return true;
		}
	}
	return false;
}

static bool take_options(struct reading *reading, char *rest)
{
	while (*rest != '\0') {
		rest += ascii_span(rest, BLANKS);
		char *room = room_of(reading);
		if (reading->words.count < WORDS_MAX && spell_option(rest, room))
			add_word(reading, room);
		rest += ascii_until(rest, BLANKS);
	}
	return set(reading);
}

static bool take(struct reading *reading, const char *directive, taker *take_value, char *rest)
{
	if (!open_words(reading, directive, rest))
		return false;
	const bool is_taken = take_value(reading, rest);
	words_clear(&reading->words);
	return is_taken;
}

// A keyword must be at the beginning of the line and be followed by a blank. This excludes comments too.
static bool read_line(struct reading *reading, char *line)
{
	static const struct {
		const char *word;
		taker *take;
	} takers[] = {{"nameserver", take_nameserver}, {"domain", take_domain}, {"search", take_search},
		{"sortlist", take_sortlist}, {"options", take_options}};
	for (size_t i = 0; i < sizeof takers / sizeof *takers; i++) {
		const size_t length = strlen(takers[i].word);
		if (strncmp(line, takers[i].word, length) != 0 || (line[length] != ' ' && line[length] != '\t'))
			continue;
		char *rest = line + length + ascii_span(line + length, BLANKS);
		return take(reading, takers[i].word, takers[i].take, rest);
	}
	return true;
}

// Lines are C strings, as in glibc: text after a NUL byte is ignored.
bool resolvconf_read(struct config *config, const struct config_location *location, const char *bytes, size_t size)
{
	struct config_location at = *location;
	struct reading reading = {.config = config, .location = &at};
	char *copy = malloc(size + 1);
	if (copy == NULL)
		return false;
	memcpy(copy, bytes, size);
	copy[size] = '\0';
	bool read = true;
	for (char *line = copy; read && line < copy + size;) {
		char *end = memchr(line, '\n', (size_t)(copy + size - line));
		if (end == NULL)
			end = copy + size;
		*end = '\0';
		at.line++;
		read = read_line(&reading, line);
		line = end + 1;
	}
	free(copy);
	return read;
}

static bool read_value(struct config *config, const struct config_location *location, const char *directive,
	taker *take_value, const char *value)
{
	struct reading reading = {.config = config, .location = location};
	char *copy = strdup(value);
	const bool is_read = copy != NULL && take(&reading, directive, take_value, copy);
	free(copy);
	return is_read;
}

bool resolvconf_read_options(struct config *config, const struct config_location *location, const char *res_options)
{
	return read_value(config, location, "options", take_options, res_options);
}

// Unlike in the file, an empty list is used, and a leading blank follows an empty word: the root.
static bool take_localdomain(struct reading *reading, char *rest)
{
	static char root[] = "";
	rest[ascii_until(rest, "\n")] = '\0';
	if (ascii_span(rest, BLANKS) > 0 || rest[0] == '\0')
		add_word(reading, root);
	return take_search(reading, rest);
}

bool resolvconf_read_search(struct config *config, const struct config_location *location, const char *localdomain)
{
	return read_value(config, location, "search", take_localdomain, localdomain);
}

bool resolvconf_read_server(struct config *config, const struct config_location *location, const char *address)
{
	return read_value(config, location, "nameserver", take_nameserver, address);
}
