// SPDX-License-Identifier: MIT
#include "resolver/source/recording.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/ascii.h"
#include "config/base/compiler.h"
#include "config/base/error_text.h"
#include "config/config.h"
#include "resolver/dns/answer_chain.h"
#include "resolver/dns/packet.h"
#include "resolver/dns/record_text.h"
#include "resolver/dns/server_reply.h"
#include "resolver/dns/zone_file.h"
#include "resolver/source/recording_file.h"
#include "resolver/source/recording_lines.h"

// The TTL of all records, in seconds. TTLs of a resolver count down: they would differ in each run.
#define TTL 60

// Results that are no RCODE.
#define NO_DATA "NODATA"
#define LAME "lame"

struct recording {
	const struct config *config;
	struct recording_lines lines;
	atomic_int failure;      // errno of the first failure
	atomic_bool is_stopped;  // since others kept the file locked
};

// ---- opening ----

struct recording *recording_open(const struct config *config, struct config_error *error)
{
	struct recording *recording = calloc(1, sizeof(*recording));
	struct config_file_place place = {.what = "recording ", .path = config->recording_path};
	if (recording) {
		recording->config = config;
		const bool is_read = recording_lines_read(place.path, &recording->lines, &place.line);
		if (is_read || (errno == ENOENT && config->recording_mode != RECORDING_ONLY))
			return recording;
	}
	config_error_set(error, &place,
		place.line ? "expected a line of a recording" : "expected a recording that can be read",
		place.line ? 0 : errno);
	recording_close(recording);
	return NULL;
}

void recording_close(struct recording *recording)
{
	if (!recording)
		return;
	recording_lines_clear(&recording->lines);
	free(recording);
}

// In lower case, since servers may repeat the mixed case of 0x20. text holds NAME_TEXT_SIZE bytes.
static char *write_owner(const struct name *name, char *text)
{
	record_text_write_owner(name, text);
	for (char *at = text; *at; at++)
		*at = (char)ascii_lower(*at);
	return text;
}

// ---- replaying ----

// One question while its answer is composed.
struct replay {
	const struct recording_lines *lines;
	const struct question *question;
	struct answer answer;
	struct name name;                // of the CNAME chain
	char owner[NAME_TEXT_SIZE + 1];  // with a blank
	struct zone_file_error wrong;
	bool failed;
};

// Callback for a record, which gets the name in the case of the question.
static bool add_record(void *context, const struct record_view *record, unsigned line)
{
	struct replay *replay = context;
	struct record_view view = *record;
	(void)line;
	view.owner = &replay->name;
	return answer_add(&replay->answer, SECTION_ANSWER, &view);
}

// Adds the records of the type at the name, and returns their number.
static size_t add_records(struct replay *replay, uint16_t type)
{
	const struct zone_file_options options = {.is_record = true, .visit = add_record, .context = replay};
	const char *owner = strcat(write_owner(&replay->name, replay->owner), " ");
	const struct recording_line *line = NULL;
	size_t count = 0;
	for (; (line = recording_lines_next(replay->lines, owner, type, false, line)); count++)
		replay->failed |= !zone_file_read_text(line->text, strlen(line->text), &options, &replay->wrong);
	return count;
}

// Follows the CNAME chain, and adds the records of the question's type at its end.
static void add_chain(struct replay *replay, bool is_positive)
{
	const uint16_t type = replay->question->type;
	const struct answer *answer = &replay->answer;
	const bool has_aliases = type != RRTYPE_CNAME && type != RRTYPE_ANY;
	for (int links = 0; links <= ANSWER_CHAIN_MAX && !replay->failed; links++) {
		const bool is_loop = answer_has_data(answer, &replay->name, RRTYPE_CNAME);
		if ((is_positive && add_records(replay, type)) || is_loop || !has_aliases ||
			!add_records(replay, RRTYPE_CNAME) || replay->failed ||
			!answer_target(answer, &answer->records[answer->record_count - 1], &replay->name))
			return;
	}
}

// Adds an SOA record of the zone, with which the answer is negative (RFC 2308 2).
static void add_zone(struct replay *replay, const char *zone)
{
	static const uint8_t data[2 + 20] = {[sizeof(data) - 1] = TTL};
	const struct record_view soa = {&replay->name, RRTYPE_SOA, TTL, data, sizeof(data)};
	if (*zone)
		replay->failed |= !name_read(zone, &replay->name) || !answer_add(&replay->answer, SECTION_AUTHORITY, &soa);
}

// Composes the message of a server, and reads it.
static bool compose(struct replay *replay, const char *result, struct answer *out)
{
	struct answer *answer = &replay->answer;
	char word[RRTYPE_TEXT_SIZE];
	const size_t length = ascii_until(result, " ");
	if (!ascii_copy(word, sizeof(word), result, length))
		return false;
	answer->is_lame = strcmp(word, LAME) == 0;
	if (!answer->is_lame && strcmp(word, NO_DATA) != 0 && !rcode_read(word, &answer->rcode))
		return false;
	add_chain(replay, strcmp(word, "NOERROR") == 0);
	add_zone(replay, result + length + (result[length] == ' '));
	size_t size;
	uint8_t *message = replay->failed ? NULL : server_reply_make(answer, replay->question, 0, &size);
	const bool is_read = message && packet_read(message, size, replay->question, out);
	free(message);
	if (!is_read)
		return false;
	out->rcode = answer->rcode;
	out->is_lame = answer->is_lame;
	if (out->is_lame)
		out->outcome = OUTCOME_TRY_AGAIN;
	return true;
}

static bool replay_question(const struct recording_lines *lines, const struct question *question, struct answer *out)
{
	const bool may_be_there = lines->count && question->class == RRCLASS_IN && question->name.length;
	struct replay *replay = may_be_there ? malloc(sizeof(*replay)) : NULL;
	if (!replay)
		return false;
	*replay = (struct replay){.lines = lines, .question = question, .name = question->name};
	const char *owner = strcat(write_owner(&question->name, replay->owner), " ");
	const struct recording_line *line = recording_lines_next(lines, owner, question->type, true, NULL);
	const int error = line ? error_number(line->result) : 0;
	if (error)
		*out = (struct answer){.outcome = error == EBADMSG ? OUTCOME_UNUSABLE : OUTCOME_TRY_AGAIN, .error = error};
	const bool is_done = error || (line && compose(replay, line->result, out));
	if (is_done)
		out->source = SOURCE_RECORDING;
	answer_clear(&replay->answer);
	free(replay);
	return is_done;
}

enum outcome recording_answer(const struct recording *recording, const struct question *question, struct answer *out)
{
	const enum recording_mode mode = recording ? recording->config->recording_mode : RECORDING_ALL;
	const bool is_replayed = mode == RECORDING_NEW || mode == RECORDING_ONLY;
	if (is_replayed && replay_question(&recording->lines, question, out))
		return out->outcome;
	if (mode != RECORDING_ONLY)
		return OUTCOME_PASS;
	*out = (struct answer){.outcome = OUTCOME_TRY_AGAIN, .error = RECORDING_UNKNOWN, .source = SOURCE_RECORDING};
	return out->outcome;
}

// ---- recording ----

// What is written. Allocated, because it is too large for the stack.
struct writing {
	const struct question *question;
	struct answer reply;
	struct name name;
	char owner[NAME_TEXT_SIZE], zone[NAME_TEXT_SIZE];
	char line[RECORD_TEXT_SIZE];
	char *text;  // for recording_lines_add
	size_t size;
	bool failed;  // without memory
};

static void put(struct writing *writing, const char *bytes, size_t size)
{
	writing->failed |= !array_append_all(&writing->text, &writing->size, bytes, size, 1);
}

NOINLINE_LARGE_FRAME static void put_question(struct writing *writing, const char *result)
{
	char type[RRTYPE_TEXT_SIZE];
	const char *const parts[] = {"; ", write_owner(&writing->question->name, writing->owner), " ",
		rrtype_write(writing->question->type, type), " ", result, *writing->zone ? " " : "", writing->zone, "\n"};
	for (size_t i = 0; i < ARRAY_LENGTH(parts); i++)
		put(writing, parts[i], strlen(parts[i]));
}

NOINLINE_LARGE_FRAME static void put_record(struct writing *writing, const struct record *record)
{
	writing->name = answer_owner(&writing->reply, record);
	const struct record_view view = {
		&writing->name, record->type, TTL, answer_data(&writing->reply, record), record->data_length};
	const size_t size = rrtype_is_record(record->type) ? record_text_write(&view, writing->line) : 0;
	const char *owner = write_owner(&writing->name, writing->owner);
	if (size)
		memcpy(writing->line, owner, strlen(owner));
	put(writing, writing->line, size);
}

// Callback for a name of the chain: writes its CNAME; at the end of the chain the records of the question's type.
static bool put_records_at(const struct name *name, const struct record *alias, void *context)
{
	struct writing *writing = context;
	const struct answer *reply = &writing->reply;
	const uint16_t type = writing->question->type;
	if (alias)
		put_record(writing, alias);
	for (const struct record *at = reply->records; !alias && at < reply->records + reply->record_count; at++)
		if ((type == RRTYPE_ANY || at->type == type) && answer_owner_is(reply, at, name))
			put_record(writing, at);
	return true;
}

// Finds the zone of a negative answer: the owner of the first SOA record in the authority section.
NOINLINE_LARGE_FRAME static void find_zone(struct writing *writing, const struct answer *answer)
{
	struct answer all;
	writing->failed |= !packet_read_records(answer->message, answer->message_size, &all);
	const size_t end = all.record_count + all.authority_count;
	size_t at = all.record_count;
	while (at < end && all.records[at].type != RRTYPE_SOA)
		at++;
	if (at < end) {
		writing->name = answer_owner(&all, &all.records[at]);
		write_owner(&writing->name, writing->zone);
	}
	answer_clear(&all);
}

// Writes the question, with the RCODE or the error of its answer and the zone of a negative one, and the records of the
// CNAME chain and at its end. Leaves out signatures, the DNAMEs that CNAMEs were made from, the additional section, and
// records that fit no line.
static void put_answer(struct writing *writing, const struct answer *answer)
{
	char rcode[RRTYPE_TEXT_SIZE];
	struct answer *reply = &writing->reply;
	*writing->zone = '\0';
	if (!answer->message || !packet_read(answer->message, answer->message_size, writing->question, reply)) {
		const int failure = answer->outcome == OUTCOME_UNUSABLE ? EBADMSG : answer->error;
		const int error = answer->message ? errno : failure;
		writing->failed |= error == ENOMEM;
		put_question(writing, error_text(error));
		return;
	}
	const bool is_empty = reply->rcode == RCODE_NOERROR && reply->outcome != OUTCOME_FOUND;
	if (is_empty || reply->rcode != RCODE_NOERROR)
		find_zone(writing, answer);
	put_question(writing, reply->is_lame ? LAME : is_empty ? NO_DATA : rcode_write(reply->rcode, rcode));
	answer_chain_walk(reply, writing->question, put_records_at, writing, &writing->name);
	answer_clear(reply);
}

// Other opcodes, other classes and local failures are not recorded.
static bool is_recorded(const struct question *question, const struct answer *answer)
{
	return !(answer->flags & FLAG_OPCODE) && question->class == RRCLASS_IN && question->name.length &&
		answer->outcome != OUTCOME_ERROR;
}

// Returns 0 or an errno.
static int add_answers(const char *path, struct writing *writing, const struct question *questions, unsigned wanted,
	const struct answer *answers)
{
	for (size_t i = 0; i < QUESTIONS_MAX; i++) {
		writing->question = &questions[i];
		if (wanted & 1u << i && is_recorded(&questions[i], &answers[i]))
			put_answer(writing, &answers[i]);
	}
	const bool is_needed = writing->size > 0;
	put(writing, "", 1);
	if (writing->failed)
		return ENOMEM;
	return !is_needed || recording_file_add(path, writing->text) ? 0 : errno;
}

// ---- failures ----

// Of the question, or NULL: of the file.
NOINLINE_LARGE_FRAME static void log_failure(const struct config *config, const struct question *question, int error)
{
	char name[NAME_TEXT_SIZE], type[RRTYPE_TEXT_SIZE];
	const struct log_event event = {
		.kind = EVENT_RECORDING,
		.name = question ? name_write(&question->name, name) : config->recording_path,
		.type = question ? rrtype_write(question->type, type) : NULL,
		.result = log_result_of_error(error),
		.microseconds = -1,
	};
	config_log(config, &event);
}

void recording_log_unknown(const struct recording *recording, const struct question *question)
{
	const int saved = errno;
	if (config_is_logged(recording->config))
		log_failure(recording->config, question, RECORDING_UNKNOWN);
	errno = saved;
}

int recording_failure(const struct recording *recording)
{
	return recording ? atomic_load(&recording->failure) : 0;
}

void recording_add(
	struct recording *recording, const struct question *questions, unsigned wanted, const struct answer *answers)
{
	const struct config *config = recording->config;
	const int saved = errno;
	if (recording->is_stopped)
		return;
	struct writing *writing = calloc(1, sizeof(*writing));
	const int error = writing ? add_answers(config->recording_path, writing, questions, wanted, answers) : ENOMEM;
	if (error == ETIMEDOUT)
		recording->is_stopped = true;
	if (error && atomic_compare_exchange_strong(&recording->failure, &(int){0}, error))
		log_failure(config, NULL, error);
	if (writing)
		free(writing->text);
	free(writing);
	errno = saved;
}
