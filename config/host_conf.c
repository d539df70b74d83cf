// SPDX-License-Identifier: MIT
#include "config/host_conf.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config/base/ascii.h"

#define BLANKS " \t\n\v\f\r"
#define LINE_PIECE_MAX 255  // glibc splits longer lines into lines of this length

static void read_switch(bool *out, const char *value)
{
	if (strncasecmp(value, "on", 2) == 0)
		*out = true;
	else if (strncasecmp(value, "off", 3) == 0)
		*out = false;
}

static bool read_trims(struct host_conf *out, const char *at)
{
	do {
		const size_t length = ascii_until(at, BLANKS "#,");
		if (out->trim_count == HOST_CONF_TRIMS_MAX)
			return true;
		char *trim = strndup(at, length);
		if (!trim)
			return false;
		out->trims[out->trim_count++] = trim;
		at += length + ascii_span(at + length, BLANKS);
		if (*at == ',' || *at == ';' || *at == ':')
			at += 1 + ascii_span(at + 1, BLANKS);
	} while (*at && *at != '#');
	return true;
}

static bool word_is(const char *at, size_t length, const char *word)
{
	return strlen(word) == length && strncasecmp(at, word, length) == 0;
}

static bool read_line(struct host_conf *out, const char *line)
{
	const char *word = line + ascii_span(line, BLANKS);
	const size_t length = ascii_until(word, BLANKS "#,");
	const char *value = word + length + ascii_span(word + length, BLANKS);
	if (word_is(word, length, "multi"))
		read_switch(&out->is_multi, value);
	else if (word_is(word, length, "reorder"))
		read_switch(&out->is_reordered, value);
	else if (word_is(word, length, "trim"))
		return read_trims(out, value);
	return true;
}

bool host_conf_read(struct host_conf *out, const char *bytes, size_t size)
{
	const char *end = bytes + size;
	while (bytes < end) {
		size_t length = (size_t)(end - bytes) < LINE_PIECE_MAX ? (size_t)(end - bytes) : LINE_PIECE_MAX;
		const char *newline = memchr(bytes, '\n', length);
		if (newline)
			length = (size_t)(newline - bytes) + 1;
		char line[LINE_PIECE_MAX + 1];
		memcpy(line, bytes, length);
		line[length] = '\0';
		bytes += length;
		if (!read_line(out, line))
			return false;
	}
	return true;
}

static void clear_trims(struct host_conf *conf)
{
	while (conf->trim_count > 0)
		free(conf->trims[--conf->trim_count]);
}

bool host_conf_read_environment(struct host_conf *out)
{
	const char *multi = getenv("RESOLV_MULTI");
	const char *reorder = getenv("RESOLV_REORDER");
	const char *added = getenv("RESOLV_ADD_TRIM_DOMAINS");
	const char *only = getenv("RESOLV_OVERRIDE_TRIM_DOMAINS");
	if (multi)
		read_switch(&out->is_multi, multi);
	if (reorder)
		read_switch(&out->is_reordered, reorder);
	if (added && !read_trims(out, added))
		return false;
	if (!only)
		return true;
	clear_trims(out);
	return read_trims(out, only);
}

void host_conf_clear(struct host_conf *conf)
{
	clear_trims(conf);
	*conf = (struct host_conf){0};
}

void host_conf_trim(const struct host_conf *conf, char *name)
{
	size_t length = strlen(name);
	for (size_t i = 0; i < conf->trim_count; i++) {
		size_t trim_length = strlen(conf->trims[i]);
		if (length > trim_length && ascii_equal(name + length - trim_length, conf->trims[i])) {
			name[length - trim_length] = '\0';
			return;
		}
	}
}
