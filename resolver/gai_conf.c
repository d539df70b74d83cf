// SPDX-License-Identifier: MIT
#include "resolver/gai_conf.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config/base/array.h"
#include "config/base/ascii.h"
#include "config/base/clock.h"
#include "config/base/file.h"
#include "config/sync/snapshot.h"
#include "resolver/address_rules.h"

#define PATH "/etc/gai.conf"
#define FILE_SIZE_MAX (1 << 20)

// A table while its file is parsed.
struct table_reader {
	struct prefix_value *rows;
	size_t count;
	bool has_catch_all;
};

struct rules_reader {
	struct table_reader labels;
	struct table_reader precedences;
	struct table_reader scopes;
	bool reload;
	bool no_memory;
};

// As glibc (strtoul): "" is 0, leading blanks and signs are accepted.
static bool read_number(const char *text, unsigned long maximum, unsigned long *out)
{
	char *end;
	errno = 0;
	const unsigned long number = strtoul(text, &end, 10);
	if (errno == ERANGE || *end != '\0' || number > maximum)
		return false;
	*out = number;
	return true;
}

// Parses "ADDRESS[/BITS]" of the family; bits is the length of its addresses.
static bool read_prefix(char *text, int family, unsigned long bits, struct prefix_value *out)
{
	char *slash = strchr(text, '/');
	if (slash)
		*slash = '\0';
	uint8_t bytes[16];
	const bool is_read = inet_pton(family, text, bytes) == 1;
	if (slash)
		*slash = '/';
	if (!is_read || (slash && !read_number(slash + 1, bits, &bits)))
		return false;
	if (family == AF_INET6) {
		memcpy(out->prefix, bytes, sizeof bytes);
		out->bits = (unsigned)bits;
		return true;
	}
	memset(out->prefix, 0, 10);
	memset(out->prefix + 10, 0xff, 2);
	memcpy(out->prefix + 12, bytes, 4);
	out->bits = ADDRESS_RULES_IPV4_BITS + (unsigned)bits;
	return true;
}

static bool read_scope_prefix(char *text, struct prefix_value *out)
{
	if (read_prefix(text, AF_INET, 32, out))
		return true;
	return read_prefix(text, AF_INET6, 128, out) && out->bits >= ADDRESS_RULES_IPV4_BITS &&
		memcmp(out->prefix, address_rules_default.scopes.rows[0].prefix, ADDRESS_RULES_IPV4_BITS / 8) == 0;
}

static bool add_row(struct table_reader *table, const struct prefix_value *row)
{
	struct prefix_value *rows = array_grown(table->rows, table->count, 1, sizeof *rows);
	if (!rows)
		return false;
	table->rows = rows;
	table->rows[table->count++] = *row;
	return true;
}

static void read_row(struct rules_reader *reader, struct table_reader *table, char *prefix, const char *value)
{
	struct prefix_value row;
	const bool is_scope = table == &reader->scopes;
	unsigned long number;
	if (!(is_scope ? read_scope_prefix(prefix, &row) : read_prefix(prefix, AF_INET6, 128, &row)))
		return;
	if (!read_number(value, INT_MAX, &number))
		return;
	row.value = (int)number;
	if (!add_row(table, &row))
		reader->no_memory = true;
	table->has_catch_all |= row.bits == (is_scope ? ADDRESS_RULES_IPV4_BITS : 0);
}

static void read_line(struct rules_reader *reader, char *line)
{
	static const char blanks[] = " \t\n\v\f\r";
	line[strcspn(line, "#")] = '\0';
	const char *directive = ascii_take_word(&line, blanks);
	char *first = ascii_take_word(&line, blanks);
	const char *second = ascii_take_word(&line, blanks);
	if (strcmp(directive, "label") == 0)
		read_row(reader, &reader->labels, first, second);
	else if (strcmp(directive, "precedence") == 0)
		read_row(reader, &reader->precedences, first, second);
	else if (strcmp(directive, "scopev4") == 0)
		read_row(reader, &reader->scopes, first, second);
	else if (strcmp(directive, "reload") == 0)
		reader->reload = strcmp(first, "yes") == 0;
}

static void read_lines(struct rules_reader *reader, char *text, size_t size)
{
	for (char *at = text, *end; at < text + size; at = end + 1) {
		end = memchr(at, '\n', (size_t)(text + size - at));
		if (!end)
			end = text + size;
		*end = '\0';
		read_line(reader, at);
	}
}

// Insertion sort: the rows are few, and it is stable, so that the first of equal rows wins.
static void sort_rows(struct table_reader *table)
{
	for (size_t i = 1; i < table->count; i++) {
		const struct prefix_value row = table->rows[i];
		size_t at = i;
		for (; at > 0 && table->rows[at - 1].bits < row.bits; at--)
			table->rows[at] = table->rows[at - 1];
		table->rows[at] = row;
	}
}

static bool finish_table(struct table_reader *table, const struct prefix_table *default_table)
{
	if (table->count == 0)
		return true;
	if (!table->has_catch_all && !add_row(table, &default_table->rows[default_table->count - 1]))
		return false;
	sort_rows(table);
	return true;
}

static struct prefix_table table_or_default(const struct table_reader *table, const struct prefix_table *default_table)
{
	return table->count == 0 ? *default_table : (struct prefix_table){table->rows, table->count};
}

bool gai_conf_read(const char *text, size_t size, struct address_rules *out)
{
	const struct address_rules *defaults = &address_rules_default;
	struct rules_reader *reader = calloc(1, sizeof *reader);
	char *copy = malloc(size + 1);
	if (reader && copy) {
		memcpy(copy, text, size);
		read_lines(reader, copy, size);
	}
	free(copy);
	if (!reader || !copy || reader->no_memory || !finish_table(&reader->labels, &defaults->labels) ||
		!finish_table(&reader->precedences, &defaults->precedences) ||
		!finish_table(&reader->scopes, &defaults->scopes)) {
		gai_conf_clear(&(struct address_rules){.owned = reader});
		return false;
	}
	*out = (struct address_rules){
		.labels = table_or_default(&reader->labels, &defaults->labels),
		.precedences = table_or_default(&reader->precedences, &defaults->precedences),
		.scopes = table_or_default(&reader->scopes, &defaults->scopes),
		.reload = reader->reload,
		.owned = reader,
	};
	return true;
}

void gai_conf_clear(struct address_rules *rules)
{
	struct rules_reader *reader = rules->owned;
	if (reader) {
		free(reader->labels.rows);
		free(reader->precedences.rows);
		free(reader->scopes.rows);
		free(reader);
	}
	*rules = (struct address_rules){.owned = NULL};
}

// ---- the file ----

struct gai_conf {
	struct address_rules rules;
	struct timespec modified;
};

static void dispose(void *value)
{
	struct gai_conf *conf = value;
	gai_conf_clear(&conf->rules);
	free(conf);
}

// Global, as the file: glibc also reads it once per process.
static struct snapshot current = {.dispose = dispose};

// Returns the default rules if the file is missing or unreadable; NULL without memory.
static struct gai_conf *load(bool reload, struct timespec modified)
{
	struct gai_conf *conf = malloc(sizeof *conf);
	if (!conf)
		return NULL;
	*conf = (struct gai_conf){.rules = address_rules_default, .modified = modified};
	conf->rules.reload = reload;
	char *text;
	size_t size;
	if (file_read(PATH, FILE_SIZE_MAX, &text, &size) != 0)
		return conf;
	const bool is_read = gai_conf_read(text, size, &conf->rules);
	free(text);
	if (is_read)
		return conf;
	free(conf);
	return NULL;
}

const struct address_rules *gai_conf_enter(void)
{
	struct gai_conf *conf = snapshot_enter(&current);
	if (conf && !conf->rules.reload)
		return &conf->rules;
	struct stat status;
	const bool exists = stat(PATH, &status) == 0;
	if (conf && exists && clock_equal(conf->modified, status.st_mtim))
		return &conf->rules;
	struct gai_conf *fresh = load(conf != NULL, exists ? status.st_mtim : (struct timespec){0});
	if (fresh && snapshot_replace(&current, fresh))
		return &fresh->rules;
	if (fresh)
		dispose(fresh);
	return conf ? &conf->rules : &address_rules_default;
}

void gai_conf_leave(void)
{
	snapshot_leave(&current);
}
