// SPDX-License-Identifier: MIT
#include "config/name_list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/address.h"
#include "config/base/array.h"
#include "config/base/ascii.h"
#include "config/base/compiler.h"
#include "config/base/file.h"
#include "config/base/rrtype.h"
#include "config/config_error.h"

#define BLANKS " \t\r"
#define FILE_MAX (16 * 1024 * 1024)
#define MARKS "*/:?#"  // escaped in names: those of other lines, of URLs and of ports

bool name_list_read_name(const char *text, struct name *out)
{
	struct address address;
	if (!address_read(text, &address))
		return name_read(text, out);
	*out = name_of_address(&address);
	return true;
}

NOINLINE_LARGE_FRAME char *name_list_write_name(const struct name *name, char *text)
{
	struct address address;
	return name_to_address(name, &address) ? address_write(&address, text) : name_write_escaped(name, MARKS, text);
}

// Takes the "/TYPE" off the word. An IPv6 address has no '/', nor has a name one that is not escaped.
static bool take_type(char *word, struct listed_name *out)
{
	char *slash = (char *)ascii_find_unescaped(word, "/");
	if (slash == NULL)
		return true;
	*slash = '\0';
	return rrtype_read(slash + 1, &out->type) && out->type != 0;
}

// No lookup matches a URL, a port, a network or another pattern, and an address has no subdomains.
static bool read_word(char *word, struct listed_name *out)
{
	struct address address;
	if (!take_type(word, out))
		return false;
	out->is_below = strncmp(word, "*.", 2) == 0;
	const char *name = out->is_below ? word + 2 : word;
	const bool is_address = address_read(name, &address);
	if (is_address ? out->is_below : ascii_find_unescaped(name, MARKS) != NULL)
		return false;
	return name_list_read_name(name, &out->name);
}

// 0, or EINVAL for a malformed line, or ENOMEM. An empty line adds nothing.
static int add_line(struct name_list *list, char *line, unsigned number)
{
	struct listed_name one = {.line = number};
	char *comment = (char *)ascii_find_unescaped(line, "#");
	if (comment != NULL)
		*comment = '\0';
	char *rest = line;
	char *word = ascii_take_word(&rest, BLANKS);
	if (rest[strspn(rest, BLANKS)] != '\0' || (*word != '\0' && !read_word(word, &one)))
		return EINVAL;
	if (*word == '\0')
		return 0;
	return array_append(&list->list, &list->count, &one, sizeof one) ? 0 : ENOMEM;
}

// Adds all, and makes the index. Also returns the number of the last line.
static int add_lines(struct name_list *list, char *bytes, size_t size, unsigned *number)
{
	char *const limit = bytes + size;
	int error = 0;
	file_skip_mark(bytes, &size);
	for (char *at = limit - size, *end; error == 0 && at < limit; at = end + 1) {
		end = memchr(at, '\n', (size_t)(limit - at));
		if (end == NULL)
			end = limit;
		*end = '\0';
		++*number;
		error = strlen(at) == (size_t)(end - at) ? add_line(list, at, *number) : EINVAL;
	}
	if (error == 0 && list->count > 0 &&
		!suffix_index_open(&list->index, &list->list->name, sizeof *list->list, list->count))
		error = ENOMEM;
	return error;
}

bool name_list_read(const char *path, const char *what, struct name_list *out, struct config_error *error)
{
	struct config_file_place place = {.what = what, .path = path};
	char *bytes = NULL;
	size_t size;
	*out = (struct name_list){.path = strdup(path)};
	const bool is_read = out->path != NULL && file_stamp_read(path, FILE_MAX, &out->stamp, &bytes, &size) == 0;
	const int reason = is_read ? add_lines(out, bytes, size, &place.line) : errno;
	free(bytes);
	if (is_read && reason == 0)
		return true;
	if (is_read && reason == EINVAL)
		return config_error_set(error, &place, "expected one name or *.domain, then /TYPE or nothing", 0);
	place.line = 0;
	return config_error_set(error, &place, "expected a file of names that can be read", reason);
}

enum listing_state listed_name_find(const struct listed_name *listed, const struct name *name, uint16_t type)
{
	if (!(listed->is_below ? name_below : name_equal)(name, &listed->name))
		return LISTED_NOT;
	return listed->type == 0 || listed->type == type ? LISTED : LISTED_OTHERWISE;
}

enum listing_state name_list_find(const struct name_list *list, const struct name *name, uint16_t type)
{
	enum listing_state best = LISTED_NOT;
	for (size_t at = 0; best != LISTED && (at = suffix_index_next(&list->index, name, at)) != SIZE_MAX; at++) {
		const enum listing_state state = listed_name_find(&list->list[at], name, type);
		best = state > best ? state : best;
	}
	return best;
}

enum listing_state name_lists_find(const struct name_lists *lists, const struct name *name, uint16_t type)
{
	enum listing_state least = LISTED;
	for (size_t i = 0; i < lists->count; i++) {
		const enum listing_state state = name_list_find(&lists->list[i], name, type);
		least = state < least ? state : least;
	}
	return least;
}

NOINLINE_LARGE_FRAME static bool have_name(const struct name_lists *lists, const char *text)
{
	struct name name;
	return name_read(text, &name) && name_lists_find(lists, &name, 0) != LISTED_NOT;
}

bool name_lists_have(const struct name_lists *lists, const char *name)
{
	return lists->count > 0 && have_name(lists, name);
}

void name_list_clear(struct name_list *list)
{
	free(list->path);
	free(list->list);
	free(list->index.places);
	*list = (struct name_list){.list = NULL};
}
