// SPDX-License-Identifier: MIT
// A zone file: read, indexed, and asked for its own names.
#include <stdbool.h>

#include "config/config.h"
#include "resolver/dns/packet.h"
#include "resolver/dns/server_reply.h"
#include "resolver/dns/zone_file.h"
#include "resolver/source/zone_store.h"
#include "tests/fuzz/fuzz.h"

#define ASKED_MAX 32

// The first names that were read.
struct seen {
	struct question questions[ASKED_MAX];
	size_t asked;
};

static bool see(void *context, const struct record_view *record, unsigned line)
{
	struct seen *seen = context;
	struct name copy;
	MUST(line > 0 && record->type && record->ttl <= INT32_MAX && record->data_length <= UINT16_MAX);
	MUST(name_from_wire(record->owner->wire, record->owner->length, &copy));
	free(fuzz_copy(record->data, record->data_length));
	if (seen->asked < ASKED_MAX)
		seen->questions[seen->asked++] = (struct question){*record->owner, record->type, 1};
	return true;
}

static void ask(const struct zone_store *zones, const struct question *question)
{
	struct answer answer = {0};
	size_t size;
	if (zone_answer(zones, question, &answer) == OUTCOME_PASS) {
		MUST(!answer.records);
		return;
	}
	MUST(zone_store_line(zones, &question->name));
	MUST(answer.outcome != OUTCOME_FOUND || answer.record_count > 0);
	uint8_t *message = server_reply_make(&answer, question, 1, &size);
	MUST(message && size <= UINT16_MAX && packet_is_reply(message, size, 1, 0, question));
	free(message);
	answer_clear(&answer);
}

static void ask_around(const struct zone_store *zones, const struct question *question)
{
	struct question other = *question;
	ask(zones, &other);
	other.type = 255;
	ask(zones, &other);
	other.type = 1;
	ask(zones, &other);
	if (other.name.length > 250)
		return;
	memmove(other.name.wire + 2, other.name.wire, other.name.length);
	memcpy(other.name.wire, "\1x", 2);
	other.name.length = (uint8_t)(other.name.length + 2);
	ask(zones, &other);
}

static void open_and_ask(const uint8_t *bytes, size_t size, const struct seen *seen)
{
	struct config_line line = {(char *)fuzz_file(bytes, size)->path, (char *)"FILE", 1, NULL};
	const struct config config = {.zones = &line, .zone_count = 1};
	struct config_error error = {.reason = 0};
	struct zone_store *zones = zone_load(&config, &error);
	MUST(zones || error.text[0]);
	for (size_t i = 0; zones && i < seen->asked; i++)
		ask_around(zones, &seen->questions[i]);
	zone_store_close(zones);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct seen seen = {.asked = 0};
	const struct zone_file_options options = {.default_ttl = 60, .visit = see, .context = &seen};
	struct zone_file_error error;
	char *text = fuzz_copy(bytes, size);
	bool is_read = zone_file_read_text(text, size, &options, &error);
	MUST(is_read || error.text[0]);
	if (is_read)
		open_and_ask(bytes, size, &seen);
	free(text);
	return 0;
}
