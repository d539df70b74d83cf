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
	struct table_reader tables[ADDRESS_TABLES];
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

// Parses "ADDRESS[/BITS]" of the family, whose addresses have so many bits.
static bool read_prefix(char *text, int family, unsigned long address_bits, struct prefix_value *out)
{
	char *slash = strchr(text, '/');
	unsigned long bits = address_bits;
	uint8_t bytes[16];
	if (slash)
		*slash = '\0';
	const bool is_read = inet_pton(family, text, bytes) == 1;
	if (slash)
		*slash = '/';
	if (!is_read || (slash && !read_number(slash + 1, address_bits, &bits)))
		return false;
	const struct address address = address_from_bytes((sa_family_t)family, bytes), mapped = address_mapped(&address);
	memcpy(out->prefix, mapped.bytes, sizeof(out->prefix));
	out->bits = (family == AF_INET ? ADDRESS_RULES_IPV4_BITS : 0) + (unsigned)bits;
	return true;
}

static bool read_scope_prefix(char *text, struct prefix_value *out)
{
	static const uint8_t mapped[ADDRESS_RULES_IPV4_BITS / 8] = {[10] = 0xff, 0xff};
	if (read_prefix(text, AF_INET, 32, out))
		return true;
	return read_prefix(text, AF_INET6, 128, out) && out->bits >= ADDRESS_RULES_IPV4_BITS &&
		memcmp(out->prefix, mapped, sizeof(mapped)) == 0;
}

static void read_row(struct rules_reader *reader, struct table_reader *table, char *prefix, const char *value)
{
	struct prefix_value row;
	const bool is_scope = table == &reader->tables[ADDRESS_SCOPES];
	unsigned long number;
	if (!(is_scope ? read_scope_prefix(prefix, &row) : read_prefix(prefix, AF_INET6, 128, &row)))
		return;
	if (!read_number(value, INT_MAX, &number))
		return;
	row.value = (int)number;
	if (!array_append(&table->rows, &table->count, &row, sizeof row))
		reader->no_memory = true;
	table->has_catch_all |= row.bits == (is_scope ? ADDRESS_RULES_IPV4_BITS : 0);
}

static void read_line(struct rules_reader *reader, char *line)
{
	static const char *const directives[ADDRESS_TABLES] = {"label", "precedence", "scopev4"};
	static const char blanks[] = " \t\n\v\f\r";
	line[ascii_until(line, "#")] = '\0';
	const char *directive = ascii_take_word(&line, blanks);
	char *first = ascii_take_word(&line, blanks);
	const char *second = ascii_take_word(&line, blanks);
	for (size_t i = 0; i < ADDRESS_TABLES; i++)
		if (strcmp(directive, directives[i]) == 0)
			read_row(reader, &reader->tables[i], first, second);
	if (strcmp(directive, "reload") == 0)
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

// Sets *out to the rows that were read, or, if there are none, to the default. Returns false without memory.
static bool finish_table(struct table_reader *table, const struct prefix_table *by_default, struct prefix_table *out)
{
	*out = *by_default;
	if (table->count == 0)
		return true;
	const struct prefix_value *last = &by_default->rows[by_default->count - 1];
	if (!table->has_catch_all && !array_append(&table->rows, &table->count, last, sizeof *last))
		return false;
	sort_rows(table);
	*out = (struct prefix_table){table->rows, table->count};
	return true;
}

bool gai_conf_read(const char *text, size_t size, struct address_rules *out)
{
	struct rules_reader *reader = calloc(1, sizeof *reader);
	struct address_rules rules = {.owned = reader};
	char *copy = malloc(size + 1);
	bool is_whole = reader && copy;
	if (is_whole) {
		memcpy(copy, text, size);
		read_lines(reader, copy, size);
		rules.reload = reader->reload;
		is_whole = !reader->no_memory;
	}
	free(copy);
	for (size_t i = 0; is_whole && i < ADDRESS_TABLES; i++)
		is_whole = finish_table(&reader->tables[i], &address_rules_default.tables[i], &rules.tables[i]);
	if (is_whole)
		*out = rules;
	else
		gai_conf_clear(&rules);
	return is_whole;
}

void gai_conf_clear(struct address_rules *rules)
{
	struct rules_reader *reader = rules->owned;
	for (size_t i = 0; reader && i < ADDRESS_TABLES; i++)
		free(reader->tables[i].rows);
	free(reader);
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
static struct gai_conf *load(bool reload)
{
	struct gai_conf *conf = malloc(sizeof *conf);
	if (!conf)
		return NULL;
	*conf = (struct gai_conf){.rules = address_rules_default};
	conf->rules.reload = reload;
	struct stat status;
	char *text;
	size_t size;
	if (file_read_with_status(PATH, FILE_SIZE_MAX, &text, &size, &status) != 0)
		return conf;
	conf->modified = status.st_mtim;
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
	if (conf && stat(PATH, &status) == 0 && clock_equal(conf->modified, status.st_mtim))
		return &conf->rules;
	struct gai_conf *fresh = load(conf != NULL);
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
