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
#include "config/loading.h"
#include "config/options.h"
#include "config/statement.h"

#define SERVERS_MAX 3  // glibc's MAXNS
#define WORD_SIZE 80   // an address or an option with its number
#define BLANKS " \t"   // the only separators: glibc supports neither quotes nor comments within a line

struct reading {
	struct loading *loading;
	unsigned server_count;  // `nameserver` lines so far
	struct words words;     // those that glibc reads from the current line, as the setters expect them
	char *spelled;          // room for the words whose spelling had to be changed, in the same allocation as words.word
	char *text;             // a copy of what is read, likewise
};

typedef bool taker(struct reading *reading, char *rest);

// words_clear frees the words. False without memory.
static bool open_reading(struct loading *loading, const char *bytes, size_t size, struct reading *out)
{
	// One for a word beyond the limit. The copy comes first, so that few pages are touched.
	char **word = malloc(WORDS_MAX * sizeof *word + size + 1 + (WORDS_MAX + 1) * WORD_SIZE);
	if (word == NULL)
		return false;
	*out = (struct reading){.loading = loading, .words.word = word, .text = (char *)(word + WORDS_MAX)};
	out->spelled = out->text + size + 1;
	memcpy(out->text, bytes, size);
	out->text[size] = '\0';
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
	const struct statement statement = {&reading->loading->config, &reading->loading->location, &reading->words, NULL};
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
			strbuf_add_texts(&spelled, option->word, ":");
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
	reading->words.word[0] = (char *)directive;
	reading->words.count = 1;
	return take_value(reading, rest);
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
bool resolvconf_read(struct loading *loading, const char *bytes, size_t size)
{
	struct reading reading;
	if (!open_reading(loading, bytes, size, &reading))
		return loading_fail_memory(loading);
	bool is_read = true;
	for (char *line = reading.text, *end; is_read && line < reading.text + size; line = end + 1) {
		end = memchr(line, '\n', (size_t)(reading.text + size - line));
		if (end == NULL)
			end = reading.text + size;
		*end = '\0';
		loading->location.line++;
		is_read = read_line(&reading, line);
	}
	words_clear(&reading.words);
	return is_read || loading_fail_memory(loading);
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

bool resolvconf_read_value(struct loading *loading, const char *label, const char *directive, const char *value)
{
	static const struct {
		const char *directive;
		taker *take;
	} values[] = {{"options", take_options}, {"search", take_localdomain}, {"nameserver", take_nameserver}};
	size_t i = 0;
	while (strcmp(values[i].directive, directive) != 0)
		i++;
	struct reading reading;
	loading_enter_part(loading, label);
	if (!open_reading(loading, value, strlen(value), &reading))
		return loading_fail_memory(loading);
	const bool is_read = take(&reading, directive, values[i].take, reading.text);
	words_clear(&reading.words);
	return is_read || loading_fail_memory(loading);
}
