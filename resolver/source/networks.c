// SPDX-License-Identifier: MIT
#include "resolver/source/networks.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "config/base/ascii.h"
#include "config/base/file.h"
#include "config/base/libc_version.h"
#include "resolver/dns/host.h"

#define FILE_LIMIT (4 << 20)  // bytes
#define NUMBER_SIZE 64        // size of a number with all its parts
#define INVALID UINT32_MAX    // number

static const char blanks[] = " \t\r\v\f";

// As in glibc: "10" is 10.0.0.0.
static uint32_t read_number(const char *word)
{
	char text[NUMBER_SIZE];
	unsigned dots = 0;
	size_t length = strlen(word);
	if (!length || length + sizeof(".0.0.0") > sizeof(text))
		return INVALID;
	memcpy(text, word, length + 1);
	for (const char *c = text; *c; c++)
		dots += *c == '.';
	for (; dots < 3; dots++, length += 2)
		memcpy(text + length, ".0", sizeof(".0"));
	return inet_network(text);
}

static bool is_wanted(const struct host *network, uint32_t number, const struct network_query *wanted)
{
	if (!wanted->name)
		return number == wanted->number;
	if (ascii_equal(network->name, wanted->name))
		return true;
	for (size_t i = 0; i < network->alias_count; i++)
		if (ascii_equal(network->aliases[i], wanted->name))
			return true;
	return false;
}

static bool add_aliases(struct host *network, char *rest)
{
	for (char *word = ascii_take_word(&rest, blanks); *word; word = ascii_take_word(&rest, blanks))
		if (!host_add_alias(network, word))
			return false;
	return true;
}

// Parses a line: name, number, aliases. Returns OUTCOME_NO_NAME if it does not match.
static enum outcome read_line(char *line, const struct network_query *wanted, struct host *out)
{
	struct host network = {.source = SOURCE_HOSTS};
	line[ascii_until(line, "#")] = '\0';
	const char *name = ascii_take_word(&line, blanks);
	if (!*name)
		return OUTCOME_NO_NAME;
	const uint32_t number = read_number(ascii_take_word(&line, blanks));
	if (number == INVALID && !libc_version_is_before(2, 42))
		return OUTCOME_NO_NAME;
	const uint32_t bytes = htonl(number);
	const struct address address = address_from_bytes(AF_INET, &bytes);
	enum outcome outcome = OUTCOME_ERROR;
	if (host_set_name(&network, name) && add_aliases(&network, line) && host_add_address(&network, &address))
		outcome = is_wanted(&network, number, wanted) ? OUTCOME_FOUND : OUTCOME_NO_NAME;
	if (outcome == OUTCOME_FOUND)
		*out = network;
	else
		host_clear(&network);
	if (outcome == OUTCOME_ERROR)
		out->error = ENOMEM;
	return outcome;
}

enum outcome networks_find(const char *path, const struct network_query *wanted, struct host *out)
{
	enum outcome outcome = OUTCOME_NO_NAME;
	char *bytes;
	size_t size;
	if (file_read(path, FILE_LIMIT, &bytes, &size) != 0) {
		if (!file_is_shortage(errno))
			return OUTCOME_NO_NAME;
		out->error = errno;
		return OUTCOME_ERROR;
	}
	for (char *line = bytes, *next = line; outcome == OUTCOME_NO_NAME && line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		outcome = read_line(line, wanted, out);
	}
	free(bytes);
	return outcome;
}
