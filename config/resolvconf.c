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
#include "config/location.h"
#include "config/options.h"

#define SERVERS_MAX 3  // glibc's MAXNS
#define WORD_SIZE 80   // an address or an option with its number
#define BLANKS " \t"   // the only separators: glibc knows neither quotes nor comments within a line

// The words that glibc reads from a line, as the setters expect them. They point into the caller's text, or, if the
// spelling had to be changed, into spelled, which is in the same allocation as words.word.
struct statement {
	struct words words;
	char *spelled;
};

struct reading {
	struct config *config;
	const struct config_location *location;
	unsigned server_count;
};

static bool statement_open(struct statement *statement, char *directive, const char *rest)
{
	size_t room = 2;  // for the directive, and for a word beyond the limit
	for (rest += ascii_span(rest, BLANKS); *rest != '\0'; rest += ascii_span(rest, BLANKS)) {
		room += room <= WORDS_MAX;
		rest += ascii_until(rest, BLANKS);
	}
	char **word = malloc(WORDS_MAX * sizeof *word + room * WORD_SIZE);
	if (word == NULL)
		return false;
	word[0] = directive;
	*statement = (struct statement){.words = {.count = 1, .word = word}, .spelled = (char *)(word + WORDS_MAX)};
	return true;
}

static void statement_close(struct statement *statement)
{
	free(statement->words.word);
}

// A buffer of WORD_SIZE bytes for the next word.
static char *statement_room(struct statement *statement)
{
	return statement->spelled + statement->words.count * WORD_SIZE;
}

// Ignores words beyond the limit, as glibc does.
static void statement_add(struct statement *statement, char *word)
{
	if (statement->words.count < WORDS_MAX)
		statement->words.word[statement->words.count++] = word;
}

static bool statement_set(const struct reading *reading, struct statement *statement)
{
	const struct directive *directive = directive_find(statement->words.word[0]);
	return directive->set(reading->config, reading->location, &statement->words, NULL);
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
static bool take_nameserver(struct reading *reading, struct statement *statement, char *rest)
{
	struct address address;
	rest[ascii_until(rest, BLANKS)] = '\0';
	if (reading->server_count == SERVERS_MAX || !read_server(rest, &address))
		return true;
	reading->server_count++;
	statement_add(statement, address_write(&address, statement_room(statement)));
	return statement_set(reading, statement);
}

// An empty list is ignored: the previous one remains.
static bool take_search(struct reading *reading, struct statement *statement, char *rest)
{
	for (char *word = ascii_take_word(&rest, BLANKS); word[0] != '\0'; word = ascii_take_word(&rest, BLANKS))
		statement_add(statement, word);
	return statement->words.count == 1 || statement_set(reading, statement);
}

static bool take_domain(struct reading *reading, struct statement *statement, char *rest)
{
	rest[ascii_until(rest, BLANKS)] = '\0';
	return take_search(reading, statement, rest);
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

static bool take_sortlist(struct reading *reading, struct statement *statement, char *rest)
{
	rest[ascii_until(rest, ";")] = '\0';
	for (char *word = ascii_take_word(&rest, BLANKS); word[0] != '\0'; word = ascii_take_word(&rest, BLANKS)) {
		char *room = statement_room(statement);
		if (statement->words.count < WORDS_MAX && spell_sort_range(word, room))
			statement_add(statement, room);
	}
	return statement->words.count == 1 || statement_set(reading, statement);
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

static bool take_options(struct reading *reading, struct statement *statement, char *rest)
{
	while (*rest != '\0') {
		rest += ascii_span(rest, BLANKS);
		char *room = statement_room(statement);
		if (statement->words.count < WORDS_MAX && spell_option(rest, room))
			statement_add(statement, room);
		rest += ascii_until(rest, BLANKS);
	}
	return statement_set(reading, statement);
}

static const struct {
	const char *word;
	bool (*take)(struct reading *reading, struct statement *statement, char *rest);
} takers[] = {
	{"nameserver", take_nameserver},
	{"domain", take_domain},
	{"search", take_search},
	{"sortlist", take_sortlist},
	{"options", take_options},
};

static bool take(struct reading *reading, size_t taker, char *rest)
{
	struct statement statement;
	char directive[WORD_SIZE];
	if (!statement_open(&statement, strcpy(directive, takers[taker].word), rest))
		return false;
	const bool taken = takers[taker].take(reading, &statement, rest);
	statement_close(&statement);
	return taken;
}

// A keyword must be at the beginning of the line and be followed by a blank. This excludes comments too.
static bool read_line(struct reading *reading, char *line)
{
	for (size_t i = 0; i < sizeof takers / sizeof *takers; i++) {
		const size_t length = strlen(takers[i].word);
		if (strncmp(line, takers[i].word, length) != 0 || (line[length] != ' ' && line[length] != '\t'))
			continue;
		return take(reading, i, line + length + ascii_span(line + length, BLANKS));
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

static bool read_value(struct config *config, const struct config_location *location, const char *word,
	const char *value, bool (*taker)(struct reading *, struct statement *, char *))
{
	struct reading reading = {.config = config, .location = location};
	struct statement statement;
	char directive[WORD_SIZE];
	char *copy = strdup(value);
	if (copy == NULL)
		return false;
	bool read = statement_open(&statement, strcpy(directive, word), copy);
	if (read)
		read = taker(&reading, &statement, copy);
	statement_close(&statement);
	free(copy);
	return read;
}

bool resolvconf_read_options(struct config *config, const struct config_location *location, const char *res_options)
{
	return read_value(config, location, "options", res_options, take_options);
}

// Unlike in the file, an empty list is used, and a leading blank follows an empty word: the root.
static bool take_localdomain(struct reading *reading, struct statement *statement, char *rest)
{
	static char root[] = "";
	rest[ascii_until(rest, "\n")] = '\0';
	if (ascii_span(rest, BLANKS) > 0 || rest[0] == '\0')
		statement_add(statement, root);
	return take_search(reading, statement, rest);
}

bool resolvconf_read_search(struct config *config, const struct config_location *location, const char *localdomain)
{
	return read_value(config, location, "search", localdomain, take_localdomain);
}

bool resolvconf_read_server(struct config *config, const struct config_location *location, const char *address)
{
	return read_value(config, location, "nameserver", address, take_nameserver);
}
