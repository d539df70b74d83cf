// SPDX-License-Identifier: MIT
#include "resolver/source/recording.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/ascii.h"
#include "config/base/error_text.h"
#include "config/base/file.h"
#include "config/base/strbuf.h"
#include "config/config.h"
#include "config/sync/frame.h"
#include "resolver/dns/answer_chain.h"
#include "resolver/dns/packet.h"
#include "resolver/dns/packet_write.h"
#include "resolver/dns/zone_file.h"
#include "resolver/source/recording_file.h"
#include "resolver/source/recording_lines.h"
#include "resolver/source/recording_text.h"

#define RCODE_MAX 4095

struct recording {
	const struct config *config;
	char *text;  // of the lines
	struct recording_lines lines;
	atomic_int failure;      // errno of the first failure
	atomic_bool is_stopped;  // since others kept the file locked
};

// ---- opening ----

static void fail(const char *path, unsigned line, const char *expected, struct config_error *error)
{
	struct strbuf out = {.bytes = error->text, .size = sizeof(error->text)};
	error->reason = file_is_shortage(errno) ? errno : 0;
	strbuf_add(&out, "recording ");
	strbuf_add_escaped(&out, path, ESCAPE_TEXT, CONFIG_ERROR_SIZE / 2);
	if (line) {
		strbuf_add(&out, ":");
		strbuf_add_number(&out, line);
	}
	strbuf_add(&out, expected);
	if (!line)
		strbuf_add(&out, error_text(errno));
	strbuf_end(&out);
}

static bool read_text(struct recording *recording, struct config_error *error)
{
	const struct config *config = recording->config;
	const char *path = config->recording_path;
	size_t size;
	unsigned wrong;
	const bool may_be_new = config->recording_mode != RECORDING_ONLY;
	if (file_read(path, RECORDING_FILE_MAX, &recording->text, &size) < 0) {
		if (may_be_new && errno == ENOENT)
			return true;
		fail(path, 0, ": expected a recording that can be read: ", error);
		return false;
	}
	if (recording_lines_read(&recording->lines, recording->text, size, &wrong))
		return true;
	fail(path, errno == ENOMEM ? 0 : wrong, ": expected a line of a recording", error);
	return false;
}

struct recording *recording_open(const struct config *config, struct config_error *error)
{
	struct recording *recording = calloc(1, sizeof(*recording));
	if (!recording) {
		fail(config->recording_path, 0, ": ", error);
		return NULL;
	}
	recording->config = config;
	if (read_text(recording, error))
		return recording;
	recording_close(recording);
	return NULL;
}

void recording_close(struct recording *recording)
{
	if (!recording)
		return;
	recording_lines_clear(&recording->lines);
	free(recording->text);
	free(recording);
}

// One question while its answer is composed.
struct replay {
	const struct recording_lines *lines;
	const struct question *question;
	char result[NAME_TEXT_SIZE + RRTYPE_TEXT_SIZE];  // "NXDOMAIN", then the zone; or the text of an error
	struct name name;                                // of the CNAME chain
	struct answer answer;
};

// ---- replayed records ----

// Callback for a record, which gets the name in the case of the question.
static bool add_parsed(void *context, const struct record_view *record, unsigned line)
{
	struct replay *replay = context;
	struct record_view view = *record;
	(void)line;
	view.owner = &replay->name;
	return answer_add(&replay->answer, SECTION_ANSWER, &view);
}

NOINLINE_LARGE_FRAME static bool add_line(struct replay *replay, const struct recording_line *line)
{
	struct zone_file_error wrong;
	const struct zone_file_options options = {.is_record = true, .visit = add_parsed, .context = replay};
	return zone_file_read_text(line->text, line->size, &options, &wrong);
}

// Adds the records of the type at the name.
NOINLINE_LARGE_FRAME static bool add_lines(struct replay *replay, uint16_t type, size_t *count)
{
	char owner[NAME_TEXT_SIZE];
	const struct recording_line *line;
	recording_text_write_owner(&replay->name, owner);
	*count = recording_lines_find(replay->lines, owner, type, false, &line);
	for (size_t i = 0; i < *count; i++)
		if (!add_line(replay, &line[i]))
			return false;
	return true;
}

// Follows the CNAME chain, and adds the records of the question's type at its end.
static bool add_chain(struct replay *replay, bool is_positive)
{
	const uint16_t type = replay->question->type;
	const struct answer *answer = &replay->answer;
	for (int links = 0; links <= ANSWER_CHAIN_MAX; links++) {
		size_t count = 0;
		if (is_positive && !add_lines(replay, type, &count))
			return false;
		const bool is_loop = answer_has_data(answer, &replay->name, RRTYPE_CNAME);
		if (count || is_loop || type == RRTYPE_CNAME || type == RRTYPE_ANY)
			return true;
		if (!add_lines(replay, RRTYPE_CNAME, &count))
			return false;
		if (!count || !answer_target(answer, &answer->records[answer->record_count - 1], &replay->name))
			return true;
	}
	return true;
}

// ---- replayed results ----

static bool read_rcode(const char *word, uint16_t *out)
{
	char text[RRTYPE_TEXT_SIZE];
	uint16_t rcode = 0;
	if (strcmp(word, RECORDING_NO_DATA) != 0 && strcmp(word, RECORDING_LAME) != 0)
		while (strcmp(rcode_write(rcode, text), word) != 0)
			if (rcode++ == RCODE_MAX)
				return false;
	*out = rcode;
	return true;
}

// Adds an SOA record of the zone, with which the answer is negative (RFC 2308 2).
NOINLINE_LARGE_FRAME static bool add_zone(struct replay *replay, const char *zone)
{
	const uint8_t data[2 + 20] = {[sizeof(data) - 1] = RECORDING_TTL};
	struct name name;
	const struct record_view soa = {&name, RRTYPE_SOA, RECORDING_TTL, data, sizeof(data)};
	return !*zone || (name_read(zone, &name) && answer_add(&replay->answer, SECTION_AUTHORITY, &soa));
}

static bool compose(struct replay *replay)
{
	char *rest = replay->result;
	const char *word = ascii_take_word(&rest, " ");
	replay->answer.is_lame = strcmp(word, RECORDING_LAME) == 0;
	return read_rcode(word, &replay->answer.rcode) && add_chain(replay, strcmp(word, "NOERROR") == 0) &&
		add_zone(replay, rest);
}

// Reads the composed message as one of a server.
static bool finish(const struct replay *replay, struct answer *out)
{
	size_t size;
	uint8_t *message = packet_write_reply(&replay->answer, replay->question, 0, &size);
	const bool is_read = message && packet_read(message, size, replay->question, out);
	free(message);
	if (!is_read)
		return false;
	out->source = SOURCE_RECORDING;
	out->rcode = replay->answer.rcode;
	out->is_lame = replay->answer.is_lame;
	if (out->is_lame)
		out->outcome = OUTCOME_TRY_AGAIN;
	return true;
}

static bool replay_result(struct replay *replay, struct answer *out)
{
	const int error = error_number(replay->result);
	if (error) {
		const enum outcome outcome = error == EBADMSG ? OUTCOME_UNUSABLE : OUTCOME_TRY_AGAIN;
		*out = (struct answer){.outcome = outcome, .error = error, .source = SOURCE_RECORDING};
		return true;
	}
	const bool is_done = compose(replay) && finish(replay, out);
	answer_clear(&replay->answer);
	return is_done;
}

static bool find_question(struct replay *replay)
{
	const struct recording_line *line;
	char *owner = replay->result;
	size_t size;
	recording_text_write_owner(&replay->question->name, owner);
	if (replay->question->class != RRCLASS_IN || !replay->question->name.length ||
		!recording_lines_find(replay->lines, owner, replay->question->type, true, &line))
		return false;
	const char *result = recording_line_result(line, &size);
	return ascii_copy(replay->result, sizeof(replay->result), result, size);
}

static bool replay_question(const struct recording_lines *lines, const struct question *question, struct answer *out)
{
	struct replay *replay = calloc(1, sizeof(*replay));
	if (!replay)
		return false;
	replay->lines = lines;
	replay->question = question;
	replay->name = question->name;
	const bool is_done = find_question(replay) && replay_result(replay, out);
	free(replay);
	return is_done;
}

// ---- answers ----

NOINLINE_LARGE_FRAME static void log_unknown(const struct config *config, const struct question *question)
{
	char name[NAME_TEXT_SIZE], type[RRTYPE_TEXT_SIZE];
	const struct log_event event = {
		.kind = EVENT_RECORDING,
		.name = name_write(&question->name, name),
		.type = rrtype_write(question->type, type),
		.result = log_result_of_error(RECORDING_UNKNOWN),
		.microseconds = -1,
	};
	config_log(config, &event);
}

enum outcome recording_answer(const struct recording *recording, const struct question *question, struct answer *out)
{
	if (recording->config->recording_mode == RECORDING_ADD || recording->config->recording_mode == RECORDING_ALL)
		return OUTCOME_PASS;
	if (replay_question(&recording->lines, question, out))
		return out->outcome;
	if (recording->config->recording_mode == RECORDING_NEW)
		return OUTCOME_PASS;
	*out = (struct answer){.outcome = OUTCOME_TRY_AGAIN, .error = RECORDING_UNKNOWN, .source = SOURCE_RECORDING};
	return out->outcome;
}

void recording_log_unknown(const struct recording *recording, const struct question *question)
{
	const int saved = errno;
	if (config_is_logged(recording->config))
		log_unknown(recording->config, question);
	errno = saved;
}

static void note_failure(struct recording *recording, int error)
{
	const struct log_event event = {
		.kind = EVENT_RECORDING,
		.name = recording->config->recording_path,
		.result = log_result_of_error(error),
		.microseconds = -1,
	};
	int none = 0;
	if (error == ETIMEDOUT)
		recording->is_stopped = true;
	if (atomic_compare_exchange_strong(&recording->failure, &none, error))
		config_log(recording->config, &event);
}

int recording_failure(const struct recording *recording)
{
	return atomic_load(&recording->failure);
}

// Other opcodes, other classes and local failures are not recorded.
static bool is_recorded(const struct question *question, const struct answer *answer)
{
	return !(answer->flags & FLAG_OPCODE) && question->class == RRCLASS_IN && question->name.length &&
		answer->outcome != OUTCOME_ERROR;
}

void recording_add(
	struct recording *recording, const struct question *questions, unsigned wanted, const struct answer *answers)
{
	if (recording->is_stopped)
		return;
	const int saved = errno;
	struct recording_text texts[QUESTIONS_MAX] = {{0}};
	size_t count = 0;
	bool is_whole = true;
	for (size_t i = 0; i < QUESTIONS_MAX && wanted >> i; i++)
		if (wanted & 1u << i && is_recorded(&questions[i], &answers[i]))
			is_whole &= recording_text_write(&questions[i], &answers[i], &texts[count++]);
	if (!is_whole)
		note_failure(recording, ENOMEM);
	else if (count && !recording_file_add(recording->config->recording_path, texts, count))
		note_failure(recording, errno);
	while (count)
		free(texts[--count].bytes);
	errno = saved;
}
