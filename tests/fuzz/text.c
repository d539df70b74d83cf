// SPDX-License-Identifier: MIT
// Short texts: names, addresses, types, words, and their form in a log.
#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdbool.h>

#include "config/base/address.h"
#include "config/base/name.h"
#include "config/base/rrtype.h"
#include "config/base/strbuf.h"
#include "config/base/words.h"
#include "config/directive.h"
#include "resolver/lookup.h"
#include "shim/command/program/script.h"
#include "tests/fuzz/fuzz.h"

static bool is_shown(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

// libc's own functions judge a name alike.
static void read_name(const char *text)
{
	char written[NAME_TEXT_SIZE];
	unsigned char wire[NS_MAXCDNAME];
	struct name name, again;
	const bool is_name = name_read(text, &name);
	if (*text && strcmp(text, ".") != 0)
		MUST(is_name == (ns_name_pton(text, wire, sizeof wire) >= 0));
	if (!is_name)
		return;
	MUST(name.length >= 1 && memcmp(name.wire, wire, strcmp(text, ".") ? name.length : 0) == 0);
	MUST(strlen(name_write(&name, written)) < sizeof written && is_shown(written));
	MUST(name_read(written, &again) && name_equal(&name, &again));
	MUST(name_is_hostname(&name) == (res_hnok(text) != 0));
}

static void read_wire(const uint8_t *bytes, size_t size)
{
	struct name name;
	uint8_t *wire = fuzz_copy(bytes, size);
	if (name_from_wire(wire, (unsigned)size, &name)) {
		MUST(name.length <= size && memcmp(name.wire, wire, name.length) == 0);
		MUST(name_within(&name, &name));
	}
	free(wire);
}

static void check_address(const struct address *address)
{
	char written[ADDRESS_TEXT_SIZE];
	struct address again;
	MUST(address->family == AF_INET || address->family == AF_INET6 || address->family == AF_UNIX);
	MUST(strlen(address_write_with_port(address, written)) < sizeof written);
	if (address->port != 0 || address->family == AF_UNIX)
		MUST(address_read_server(written, 1, &again) && address_equal(address, &again));
	MUST(strlen(address_write(address, written)) < sizeof written);
}

// A literal with trailing characters is none (CVE-2016-10739).
static void read_address(const char *text)
{
	struct address address;
	if (address_read(text, &address) || address_read_server(text, 53, &address))
		check_address(&address);
	if (lookup_literal(text, &address)) {
		check_address(&address);
		// After the % follows an interface, and Linux takes "lo:any text" for lo, as libc does.
		MUST(strcspn(text, " \t\n\v\f\r") >= strcspn(text, "%"));
	}
}

static void read_words(const uint8_t *bytes, size_t size)
{
	struct words words;
	char *line = fuzz_copy(bytes, size);
	if (words_split(line, size, &words) == WORDS_OK) {
		size_t length = 0;
		for (size_t i = 0; i < words.count; i++)
			length += strlen(words.word[i]) + 1;
		MUST(words.count <= WORDS_MAX && length <= size + 1);
	}
	words_clear(&words);
	MUST(directive_length(line, size, true) <= size && directive_length(line, size, false) <= size);
	free(line);
}

static void write_line(const char *text)
{
	static const enum escape_style styles[] = {ESCAPE_TEXT, ESCAPE_WORD, ESCAPE_JSON};
	for (size_t i = 0; i < sizeof styles / sizeof *styles; i++) {
		for (size_t size = 1; size < 64; size = size * 2 + 1) {
			char *bytes = malloc(size);
			struct strbuf line = {.bytes = bytes, .size = size};
			MUST(bytes);
			strbuf_add_escaped(&line, text, styles[i], 40);
			MUST(strlen(strbuf_end(&line)) < size && is_shown(bytes));
			MUST(styles[i] != ESCAPE_WORD || !strchr(bytes, ' '));
			free(bytes);
		}
	}
}

static void read_type(const char *text)
{
	char written[RRTYPE_TEXT_SIZE];
	uint16_t type, again;
	if (rrtype_read(text, &type))
		MUST(rrtype_read(rrtype_write(type, written), &again) && again == type);
}

static void read_env(const char *text)
{
	char argument[SCRIPT_LINE_SIZE];
	struct env_command command;
	snprintf(argument, sizeof argument, "%s", text);
	if (script_read_env(argument, &command))
		MUST(strlen(command.program) < sizeof command.program && strlen(command.path) < sizeof command.path);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *text = fuzz_text(bytes, size);
	read_name(text);
	read_wire(bytes, size);
	read_address(text);
	read_words(bytes, size);
	write_line(text);
	read_type(text);
	read_env(text);
	free(text);
	return 0;
}
