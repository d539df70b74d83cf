// SPDX-License-Identifier: MIT
#include "config/setters.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/ascii.h"
#include "config/base/name.h"
#include "config/base/punycode.h"
#include "config/fault.h"
#include "config/fault_text.h"
#include "config/mistakes.h"
#include "config/statement.h"

// Can the data of a record of this type contain names?
static bool has_names(const struct words *words)
{
	static const char *const types[] = {"CNAME", "DNAME", "MX", "NS", "PTR", "SRV"};
	for (size_t i = 2; i < words->count && i < 5; i++) {
		for (size_t t = 0; t < sizeof types / sizeof *types; t++)
			if (ascii_equal(words->word[i], types[t]))
				return true;
	}
	return false;
}

// Copies a record, converting its owner and, with has_others, the names in its data to ASCII (punycode.h); keeps the
// blanks between words. out holds size bytes. False if a name cannot be converted.
static bool spell_words(const char *text, bool has_others, char *out, size_t size)
{
	static const char blanks[] = " \t\r";
	char *end = out;
	for (bool is_name = true; *text != '\0'; is_name = has_others) {
		const size_t length = strcspn(text, blanks), gap = strspn(text + length, blanks);
		char *word = strndup(text, length);
		const bool is_spelled =
			word != NULL && (!is_name || punycode_write_name(word, end, size - (size_t)(end - out)));
		if (is_spelled && !is_name)
			strcpy(end, word);
		free(word);
		if (!is_spelled)
			return false;
		end = mempcpy(end + strlen(end), text + length, gap);
		*end = '\0';
		text += length + gap;
	}
	return true;
}

// The record in zone file format, allocated; NULL with errno, EILSEQ for names that cannot be converted to ASCII.
static char *spell_record(const char *text, size_t length, const struct words *words)
{
	char *record = strndup(text, length);
	if (record == NULL || punycode_is_ascii(record))
		return record;
	const size_t size = 4 * length + NAME_TEXT_SIZE;  // "xn--tda." for each label of two bytes
	char *spelled = malloc(size);
	errno = spelled == NULL ? ENOMEM : EILSEQ;
	if (spelled != NULL && !spell_words(record, has_names(words), spelled, size)) {
		free(spelled);
		spelled = NULL;
	}
	free(record);
	return spelled;
}

// Stores the line only; resolver/ parses it and reports errors.
bool set_record(const struct statement *line)
{
	const struct words *words = line->words;
	struct config *config = line->config;
	if (words->count < 2)
		return statement_expect(line, "a record such as www.example A 192.0.2.1", NULL);
	const char *got;
	const char *mistake = mistake_in_record(words, &got);
	if (mistake != NULL)
		return statement_expect(line, mistake, got);
	size_t blanks = 0;  // skipped: in a zone file leading blanks mean the previous owner
	while (blanks < words->rest_length && ascii_is_blank(words->rest[blanks]))
		blanks++;
	char *text = config_own(config, spell_record(words->rest + blanks, words->rest_length - blanks, words));
	if (text == NULL && errno == EILSEQ)
		return statement_expect(line, "names in composed UTF-8 (NFC), or in their xn-- form", words->word[1]);
	const struct config_line record = {text, line->location->label, line->location->line, NULL};
	if (text == NULL || !array_append(&config->records, &config->record_count, &record, sizeof record))
		return statement_fail(line, errno);
	return origin_note(line->location, ORIGIN_RECORD, config->record_count - 1, 0);
}

// The optional second argument is the initial $ORIGIN.
bool set_zone(const struct statement *line)
{
	struct name name;
	struct config *config = line->config;
	const char *path = statement_word(line, 1), *origin = statement_word(line, 2);
	if (path == NULL || path[0] == '\0')
		return statement_expect(line, "one file", NULL);
	if (line->words->count > 3)
		return statement_expect(line, "one file and its origin", line->words->word[3]);
	if (origin != NULL && !name_read(origin, &name))
		return statement_expect(line, "an origin such as example.org", origin);
	const struct config_line zone = {statement_path(line, 1), line->location->label, line->location->line,
		origin != NULL ? config_own(config, strdup(origin)) : NULL};
	if (zone.text == NULL || (origin != NULL && zone.origin == NULL) ||
		!array_append(&config->zones, &config->zone_count, &zone, sizeof zone))
		return statement_fail(line, errno);
	return origin_note(line->location, ORIGIN_ZONE, config->zone_count - 1, 0);
}

bool set_only(const struct statement *line)
{
	struct config *config = line->config;
	struct name_list names;
	const char *path = statement_only_path(line);
	if (path == NULL)
		return false;
	const bool is_read = name_list_read(path, "only: ", &names, line->expected);
	if (is_read && array_append(&config->only.list, &config->only.count, &names, sizeof names))
		return origin_note(line->location, ORIGIN_ONLY, config->only.count - 1, 0);
	name_list_clear(&names);
	return is_read && statement_fail(line, ENOMEM);
}

bool set_fault(const struct statement *line)
{
	struct fault fault;
	struct fault_mistake mistake;
	struct config *config = line->config;
	if (!fault_text_read(line->words, &fault, &mistake))
		return statement_expect(line, mistake.expected, mistake.got);
	fault.version = line->location->version;
	fault.rank = line->location->rank;
	fault.counter = config->counter_count;
	if (!array_append(&config->faults, &config->fault_count, &fault, sizeof fault))
		return statement_fail(line, ENOMEM);
	return origin_note(line->location, ORIGIN_FAULT, config->fault_count - 1, 0);
}

bool set_seed(const struct statement *line)
{
	uint32_t number;
	if (line->words->count != 2 || !ascii_read_number(line->words->word[1], UINT32_MAX, &number))
		return statement_expect(line, "one number", statement_last_word(line));
	if (!statement_claim(line, ORIGIN_SEED))
		return true;
	line->config->seed = number;
	line->config->has_seed = true;
	return true;
}

static bool read_journal(const struct statement *line, struct log *out)
{
	const char *word = statement_word(line, 1);
	*out = (struct log){.target = LOG_FILE, .json = true};
	if (word != NULL && strncmp(word, RUN_WORD, strlen(RUN_WORD)) == 0) {
		out->target = LOG_RUN;
		return statement_run(line, &out->run);
	}
	out->path = statement_only_path(line);
	return out->path != NULL;
}

// Journals accumulate: each withdns(1) that watches the program has its own.
bool set_journal(const struct statement *line)
{
	struct log journal;
	struct config *config = line->config;
	if (!read_journal(line, &journal))
		return false;
	if (!array_append(&config->journals, &config->journal_count, &journal, sizeof journal))
		return statement_fail(line, ENOMEM);
	return origin_note(line->location, ORIGIN_JOURNAL, config->journal_count - 1, 0);
}

// Counts the faults that are read after it: those below it in its source, and those of sources of lower precedence.
bool set_counter(const struct statement *line)
{
	struct run_address address;
	struct config *config = line->config;
	if (!statement_run(line, &address))
		return false;
	if (!array_append(&config->counters, &config->counter_count, &address, sizeof address))
		return statement_fail(line, ENOMEM);
	return origin_note(line->location, ORIGIN_COUNTER, config->counter_count - 1, 0);
}

bool set_recording(const struct statement *line)
{
	return statement_set_path(line, ORIGIN_RECORDING, &line->config->recording_path);
}

// The file is read next (directive_reader.c).
bool set_include(const struct statement *line)
{
	*line->location->included = statement_only_path(line);
	return *line->location->included != NULL;
}

static const char *const recording_modes[] = {
	[RECORDING_ONCE] = "once",
	[RECORDING_NEW] = "new",
	[RECORDING_ALL] = "all",
	[RECORDING_ONLY] = "none",
	[RECORDING_ADD] = "add",
};

const char *config_recording_mode(enum recording_mode mode)
{
	return recording_modes[mode];
}

bool set_recording_mode(const struct statement *line)
{
	const char *word = line->words->count == 2 ? line->words->word[1] : "";
	for (size_t i = 0; i < ARRAY_LENGTH(recording_modes); i++) {
		if (strcmp(word, recording_modes[i]) != 0)
			continue;
		if (statement_claim(line, ORIGIN_RECORDING_MODE))
			line->config->recording_mode = (enum recording_mode)i;
		return true;
	}
	return statement_expect(line, "once, new, all, none or add", statement_last_word(line));
}
