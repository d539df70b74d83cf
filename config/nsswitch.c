// SPDX-License-Identifier: MIT
#include "config/nsswitch.h"

#include <string.h>
#include <strings.h>

#include "config/base/array.h"
#include "config/base/ascii.h"
#include "config/base/libc_version.h"

// A slice of the text.
struct piece {
	const char *at, *end;
};

static void skip_blanks(struct piece *text)
{
	while (text->at < text->end && ascii_is_space(*text->at))
		text->at++;
}

// Statuses and actions are case-insensitive; service names are not.
static bool piece_is(const struct piece *piece, const char *word, bool in_any_case)
{
	const size_t length = (size_t)(piece->end - piece->at);
	return strlen(word) == length && (in_any_case ? strncasecmp : strncmp)(piece->at, word, length) == 0;
}

// Takes the text up to a stop character, a blank or the end; text advances past it.
static struct piece take_word(struct piece *text, char stop, char other_stop)
{
	struct piece word = {text->at, text->at};
	while (word.end < text->end && !ascii_is_space(*word.end) && *word.end != stop && *word.end != other_stop)
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
	} statuses[] = {{"SUCCESS", NAME_STATUS_SUCCESS}, {"NOTFOUND", NAME_STATUS_NOT_FOUND},
		{"UNAVAIL", NAME_STATUS_UNAVAILABLE}, {"TRYAGAIN", NAME_STATUS_TRY_AGAIN}};
	for (size_t i = 0; i < ARRAY_LENGTH(statuses); i++)
		if (piece_is(word, statuses[i].word, true))
			return statuses[i].status;
	return 0;
}

#define ALL_STATUSES 15u

// Reads "[!]STATUS=ACTION". `merge` is treated as `continue`: libc cannot merge answers for hosts, and returns
// uninitialized data.
static bool read_action(struct piece *text, unsigned *ends_on)
{
	bool is_negated = take_character(text, '!');
	struct piece word = take_word(text, '=', ']');
	unsigned statuses = read_status(&word);
	if (!statuses || !take_character(text, '='))
		return false;
	skip_blanks(text);
	struct piece action = take_word(text, '=', ']');
	if (is_negated)
		statuses = ALL_STATUSES & ~statuses;
	if (piece_is(&action, "return", true))
		*ends_on |= statuses;
	else if (piece_is(&action, "continue", true) || piece_is(&action, "merge", true))
		*ends_on &= ~statuses;
	else
		return false;
	return true;
}

// Reads the optional actions in brackets after a service.
static bool read_actions(struct piece *text, unsigned *ends_on)
{
	if (!take_character(text, '['))
		return true;
	skip_blanks(text);
	do {
		if (!read_action(text, ends_on))
			return false;
	} while (!take_character(text, ']'));
	return true;
}

static void add_service(struct name_services *services, enum name_service service, unsigned ends_on)
{
	if (services->count == NAME_SERVICES_MAX) {
		services->has_others = true;
		return;
	}
	services->list[services->count].service = service;
	services->list[services->count].ends_on = (uint8_t)ends_on;
	services->count++;
}

static void add_named(struct name_services *services, const struct piece *name, unsigned ends_on)
{
	if (piece_is(name, "files", false))
		add_service(services, NAME_SERVICE_FILES, ends_on);
	else if (piece_is(name, "dns", false))
		add_service(services, NAME_SERVICE_DNS, ends_on);
	else
		services->has_others = true;
}

// False if libc rejects the line. As libc it stops at a bracket in place of a service.
static bool read_services(struct piece text, struct name_services *out)
{
	struct name_services services = {0};
	for (;;) {
		skip_blanks(&text);
		struct piece name = take_word(&text, '[', '[');
		unsigned ends_on = NAME_STATUS_SUCCESS;
		if (name.at == name.end)
			break;
		if (!read_actions(&text, &ends_on))
			return false;
		add_named(&services, &name, ends_on);
	}
	services.is_empty = services.count == 0 && !services.has_others;
	*out = services;
	return true;
}

// glibc's default: "files dns", before 2.35 "dns [!UNAVAIL=return] files".
static struct name_services default_services(void)
{
	struct name_services services = {0};
	if (libc_version_is_before(2, 35))
		add_service(&services, NAME_SERVICE_DNS, ALL_STATUSES & ~(unsigned)NAME_STATUS_UNAVAILABLE);
	add_service(&services, NAME_SERVICE_FILES, NAME_STATUS_SUCCESS);
	if (!libc_version_is_before(2, 35))
		add_service(&services, NAME_SERVICE_DNS, NAME_STATUS_SUCCESS);
	return services;
}

// The databases that libc supports.
static bool is_database(const struct piece *word)
{
	static const char *const names[] = {"aliases", "ethers", "group", "group_compat", "gshadow", "gshadow_compat",
		"hosts", "initgroups", "netgroup", "networks", "passwd", "passwd_compat", "protocols", "publickey", "rpc",
		"services", "shadow", "shadow_compat"};
	for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
		if (names[i][0] == *word->at && piece_is(word, names[i], false))
			return true;
	return false;
}

// Reads a line: database, one blank or colon, services. False if libc rejects it, and with it the file.
static bool read_line(struct piece line, unsigned number, struct nsswitch *out)
{
	struct name_services read;
	line.end = line.at + strnlen(line.at, (size_t)(line.end - line.at));  // a C string, as for libc
	skip_blanks(&line);
	struct piece database = take_word(&line, ':', ':');
	if (line.at == line.end && *line.at != '\n')
		return true;
	line.at += line.at < line.end;
	if (!is_database(&database))
		return true;
	if (!read_services(line, &read))
		return false;
	read.line = number;
	if (piece_is(&database, "hosts", false))
		out->hosts = read;
	else if (piece_is(&database, "networks", false))
		out->networks = read;
	return true;
}

// The last line of a database counts. A last line without a newline is ignored, as in libc.
struct nsswitch nsswitch_read(const char *bytes, size_t size)
{
	const char *end = bytes + size, *newline;
	unsigned number = 0;
	struct nsswitch read = {default_services(), default_services()};
	for (const char *at = bytes; at < end; at = newline + 1) {
		newline = memchr(at, '\n', (size_t)(end - at));
		if (!newline)
			break;
		if (!read_line((struct piece){at, newline}, ++number, &read)) {
			read.hosts = read.networks = (struct name_services){.line = number, .has_others = true};
			break;
		}
	}
	return read;
}

bool nsswitch_read_services(const char *text, struct name_services *out)
{
	return read_services((struct piece){text, text + strlen(text)}, out);
}

bool nsswitch_has_service(const struct name_services *services, enum name_service service)
{
	for (size_t i = 0; i < services->count; i++)
		if (services->list[i].service == service)
			return true;
	return false;
}

struct name_services nsswitch_chosen(const struct name_services *services)
{
	struct name_services chosen = *services;
	chosen.has_others = false;
	if (!nsswitch_has_service(&chosen, NAME_SERVICE_DNS)) {
		chosen.count -= chosen.count == NAME_SERVICES_MAX;
		add_service(&chosen, NAME_SERVICE_DNS, NAME_STATUS_SUCCESS);
	}
	for (size_t i = 0; i < chosen.count; i++)
		chosen.list[i].ends_on = NAME_STATUS_SUCCESS;
	return chosen;
}
