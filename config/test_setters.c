// SPDX-License-Identifier: MIT
#include "config/test_setters.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/ascii.h"
#include "config/base/file.h"
#include "config/base/name.h"
#include "config/base/punycode.h"
#include "config/base/words.h"
#include "config/config.h"
#include "config/fault.h"
#include "config/mistakes.h"
#include "config/origin.h"
#include "config/precedence.h"
#include "config/setters.h"

// Takes ownership of text. False with errno.
static bool add_line(
	struct config_line **lines, size_t *count, const struct config_location *location, enum origin_of what, char *text)
{
	struct config_line *grown = text != NULL ? array_grown(*lines, *count, 1, sizeof **lines) : NULL;
	char *label = strdup(location->label);
	if (grown != NULL)
		*lines = grown;
	if (grown == NULL || label == NULL) {
		free(label);
		free(text);
		errno = ENOMEM;
		return false;
	}
	origin_note(location, what, *count, 0);
	grown[(*count)++] = (struct config_line){.text = text, .label = label, .line = location->line};
	return true;
}

// Can the data of a record of this type contain names?
static bool has_names(const struct words *words)
{
	static const char *const types[] = {"CNAME", "DNAME", "MX", "NS", "PTR", "SRV"};
	for (size_t i = 2; i < words->count && i < 5; i++) {
		for (size_t t = 0; t < sizeof types / sizeof *types; t++) {
			if (ascii_equal(words->word[i], types[t]))
				return true;
		}
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
bool set_record(struct config *config, const struct config_location *location, const struct words *words,
	struct config_error *expected)
{
	if (words->count < 2)
		return setter_expect(expected, words, "a record such as www.example A 192.0.2.1", NULL);
	const char *got;
	const char *mistake = mistake_in_record(words, &got);
	if (mistake != NULL)
		return setter_expect(expected, words, mistake, got);
	size_t blanks = 0;  // skipped: in a zone file leading blanks mean the previous owner
	while (blanks < words->rest_length && ascii_is_blank(words->rest[blanks]))
		blanks++;
	char *text = spell_record(words->rest + blanks, words->rest_length - blanks, words);
	if (text == NULL && errno == EILSEQ)
		return setter_expect(expected, words, "names in composed UTF-8 (NFC), or in their xn-- form", words->word[1]);
	return add_line(&config->records, &config->record_count, location, ORIGIN_RECORD, text) ||
		setter_fail(expected, words, errno);
}

bool set_file_is_path(const char *word)
{
	return word[0] != '\0';
}

// The argument of a directive with one path, made absolute and allocated; NULL with *expected filled.
static char *path_of(const struct config_location *location, const struct words *words, struct config_error *expected)
{
	if (words->count != 2 || words->word[1][0] == '\0') {
		setter_expect(expected, words, "one file", words->count > 2 ? words->word[2] : NULL);
		return NULL;
	}
	char *path = file_path_of_word(words->word[1], location->directory, location->home);
	if (path == NULL)
		setter_fail(expected, words, errno);
	return path;
}

// The optional second argument is the initial $ORIGIN.
bool set_zone(struct config *config, const struct config_location *location, const struct words *words,
	struct config_error *expected)
{
	struct name name;
	const char *origin = words->count == 3 ? words->word[2] : NULL;
	if (words->count < 2 || words->word[1][0] == '\0')
		return setter_expect(expected, words, "one file", NULL);
	if (words->count > 3)
		return setter_expect(expected, words, "one file and its origin", words->word[3]);
	if (origin != NULL && !name_read(origin, &name))
		return setter_expect(expected, words, "an origin such as example.org", origin);
	char *path = file_path_of_word(words->word[1], location->directory, location->home);
	char *kept = origin != NULL ? strdup(origin) : NULL;
	if (path == NULL || (origin != NULL && kept == NULL)) {
		const int error = errno;
		free(path);
		free(kept);
		return setter_fail(expected, words, error);
	}
	if (!add_line(&config->zones, &config->zone_count, location, ORIGIN_ZONE, path)) {
		free(kept);
		return setter_fail(expected, words, errno);
	}
	config->zones[config->zone_count - 1].origin = kept;
	return true;
}

bool set_fault(struct config *config, const struct config_location *location, const struct words *words,
	struct config_error *expected)
{
	struct fault fault;
	struct fault_mistake mistake;
	if (!fault_read(words, &fault, &mistake))
		return setter_expect(expected, words, mistake.expected, mistake.got);
	struct fault *grown = array_grown(config->faults, config->fault_count, 1, sizeof *grown);
	if (grown == NULL)
		return setter_fail(expected, words, ENOMEM);
	config->faults = grown;
	origin_note(location, ORIGIN_FAULT, config->fault_count, 0);
	fault.rank = location->rank;
	fault.counter = config->counter_count;
	grown[config->fault_count++] = fault;
	return true;
}

bool set_seed(struct config *config, const struct config_location *location, const struct words *words,
	struct config_error *expected)
{
	uint32_t number;
	if (words->count != 2 || !ascii_read_number(words->word[1], UINT32_MAX, &number))
		return setter_expect(expected, words, "one number", words->count > 1 ? words->word[words->count - 1] : NULL);
	if (!precedence_claim(location, SETTING_SEED))
		return true;
	origin_note(location, ORIGIN_SEED, 0, 0);
	config->seed = number;
	config->has_seed = true;
	return true;
}

bool set_journal_is_path(const char *word)
{
	return word[0] != '\0' && strncmp(word, RUN_WORD, strlen(RUN_WORD)) != 0;
}

static const char a_run[] = "unix:PATH and its key";

static bool read_run(const struct words *words, struct run_address *out, struct config_error *expected)
{
	if (words->count > 3)
		return setter_expect(expected, words, a_run, words->word[3]);
	const char *word = words->count > 1 ? words->word[1] : "";
	if (run_address_read(word, words->count > 2 ? words->word[2] : NULL, out))
		return true;
	if (errno == ENOMEM)
		return setter_fail(expected, words, ENOMEM);
	return setter_expect(expected, words, a_run, words->count > 1 ? words->word[words->count - 1] : NULL);
}

static bool read_journal(
	const struct config_location *location, const struct words *words, struct log *out, struct config_error *expected)
{
	*out = (struct log){.target = LOG_FILE, .json = true};
	if (words->count > 1 && strncmp(words->word[1], RUN_WORD, strlen(RUN_WORD)) == 0) {
		out->target = LOG_RUN;
		return read_run(words, &out->run, expected);
	}
	out->path = path_of(location, words, expected);
	return out->path != NULL;
}

// Journals accumulate: each withdns(1) that watches the program has its own.
bool set_journal(struct config *config, const struct config_location *location, const struct words *words,
	struct config_error *expected)
{
	struct log journal;
	if (!read_journal(location, words, &journal, expected))
		return false;
	struct log *grown = array_grown(config->journals, config->journal_count, 1, sizeof *grown);
	if (grown == NULL) {
		free(journal.path);
		run_address_clear(&journal.run);
		return setter_fail(expected, words, ENOMEM);
	}
	config->journals = grown;
	origin_note(location, ORIGIN_JOURNAL, config->journal_count, 0);
	grown[config->journal_count++] = journal;
	return true;
}

// Counts the faults that are read after it: those below it in its source, and those of sources of lower precedence.
bool set_counter(struct config *config, const struct config_location *location, const struct words *words,
	struct config_error *expected)
{
	struct run_address address;
	if (!read_run(words, &address, expected))
		return false;
	struct run_address *grown = array_grown(config->counters, config->counter_count, 1, sizeof *grown);
	if (grown == NULL) {
		run_address_clear(&address);
		return setter_fail(expected, words, ENOMEM);
	}
	config->counters = grown;
	origin_note(location, ORIGIN_COUNTER, config->counter_count, 0);
	grown[config->counter_count++] = address;
	return true;
}

bool set_save(struct config *config, const struct config_location *location, const struct words *words,
	struct config_error *expected)
{
	char *path = path_of(location, words, expected);
	if (path == NULL)
		return false;
	if (!precedence_claim(location, SETTING_SAVE)) {
		free(path);
		return true;
	}
	origin_note(location, ORIGIN_SAVE, 0, 0);
	free(config->save_path);
	config->save_path = path;
	return true;
}
