// SPDX-License-Identifier: MIT
#include "config/nsswitch.h"

#include <string.h>
#include <strings.h>

// A part of the text.
struct piece {
	const char *at, *end;
};

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static void skip_blanks(struct piece *text)
{
	while (text->at < text->end && is_blank(*text->at))
		text->at++;
}

static bool piece_is(const struct piece *piece, const char *word)
{
	size_t length = (size_t)(piece->end - piece->at);
	return strlen(word) == length && strncasecmp(piece->at, word, length) == 0;
}

// What stands before the first of the stops, a blank, or the end; text goes on behind it.
static struct piece take_word(struct piece *text, const char *stops)
{
	struct piece word = { text->at, text->at };
	while (word.end < text->end && !is_blank(*word.end) && !strchr(stops, *word.end))
		word.end++;
	text->at = word.end;
	return word;
}

static bool take_character(struct piece *text, char c)
{
	skip_blanks(text);
	if (text->at == text->end || *text->at != c)
		return false;
	text->at++;
	return true;
}

static unsigned read_status(const struct piece *word)
{
	static const struct {
		const char *word;
		unsigned status;
	} statuses[] = {
		{ "SUCCESS", NAME_STATUS_SUCCESS },
		{ "NOTFOUND", NAME_STATUS_NOT_FOUND },
		{ "UNAVAIL", NAME_STATUS_UNAVAILABLE },
		{ "TRYAGAIN", NAME_STATUS_TRY_AGAIN },
	};
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (piece_is(word, statuses[i].word))
			return statuses[i].status;
	return 0;
}

#define ALL_STATUSES 15u

// One "[!]STATUS=ACTION". `merge` after a success is for other databases, and goes on.
static bool read_action(struct piece *text, unsigned *ends_on)
{
	bool is_negated = take_character(text, '!');
	struct piece word = take_word(text, "=]");
	unsigned statuses = read_status(&word);
	if (!statuses || !take_character(text, '='))
		return false;
	skip_blanks(text);
	struct piece action = take_word(text, "]");
	if (is_negated)
		statuses = ALL_STATUSES & ~statuses;
	if (piece_is(&action, "return"))
		*ends_on |= statuses;
	else if (piece_is(&action, "continue") || piece_is(&action, "merge"))
		*ends_on &= ~statuses;
	else
		return false;
	return true;
}

// The actions in brackets behind a service, if there are any.
static bool read_actions(struct piece *text, unsigned *ends_on)
{
	if (!take_character(text, '['))
		return true;
	while (!take_character(text, ']')) {
		if (text->at == text->end || !read_action(text, ends_on))
			return false;
	}
	return true;
}

static void add_service(struct name_services *services, enum name_service service, unsigned ends_on)
{
	if (services->count == NAME_SERVICES_MAX) {
		services->has_others = true;
		return;
	}
	services->list[services->count].service = service;
	services->list[services->count].ends_on = ends_on;
	services->count++;
}

static struct name_services read_services(struct piece text)
{
	struct name_services services = { 0 };
	for (skip_blanks(&text); text.at < text.end; skip_blanks(&text)) {
		struct piece name = take_word(&text, "[");
		unsigned ends_on = NAME_STATUS_SUCCESS;
		if (name.at == name.end || !read_actions(&text, &ends_on))
			return (struct name_services){ .has_others = true };
		if (piece_is(&name, "files"))
			add_service(&services, NAME_SERVICE_FILES, ends_on);
		else if (piece_is(&name, "dns"))
			add_service(&services, NAME_SERVICE_DNS, ends_on);
		else
			services.has_others = true;
	}
	return services;
}

struct name_services nsswitch_default(void)
{
	struct name_services services = { 0 };
	add_service(&services, NAME_SERVICE_FILES, NAME_STATUS_SUCCESS);
	add_service(&services, NAME_SERVICE_DNS, NAME_STATUS_SUCCESS);
	return services;
}

static struct piece next_line(const char *at, const char *end)
{
	const char *newline = memchr(at, '\n', (size_t)(end - at));
	return (struct piece){ at, newline ? newline : end };
}

static void cut_comment(struct piece *line)
{
	const char *comment = memchr(line->at, '#', (size_t)(line->end - line->at));
	if (comment)
		line->end = comment;
}

// The last line of that database counts; without one *services stays.
static void read_database(const char *bytes, size_t size, const char *database, struct name_services *services)
{
	const char *end = bytes + size;
	unsigned number = 0;
	for (const char *at = bytes; at < end;) {
		struct piece line = next_line(at, end);
		at = line.end + 1;
		cut_comment(&line);
		skip_blanks(&line);
		struct piece word = take_word(&line, ":");
		number++;
		if (!piece_is(&word, database) || !take_character(&line, ':'))
			continue;
		*services = read_services(line);
		services->line = number;
	}
}

struct name_services nsswitch_read(const char *bytes, size_t size)
{
	struct name_services services = nsswitch_default();
	read_database(bytes, size, "hosts", &services);
	return services;
}

struct name_services nsswitch_read_networks(const char *bytes, size_t size)
{
	struct name_services services = nsswitch_default();
	read_database(bytes, size, "networks", &services);
	return services;
}
