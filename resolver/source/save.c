// SPDX-License-Identifier: MIT
#include "resolver/source/save.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/base/append.h"
#include "config/base/array.h"
#include "config/base/error_text.h"
#include "config/base/hash.h"
#include "config/base/strbuf.h"
#include "config/config.h"
#include "config/sync/frame.h"
#include "resolver/dns/answer_chain.h"
#include "resolver/dns/packet.h"
#include "resolver/dns/record_index.h"
#include "resolver/dns/record_text.h"
#include "resolver/source/save_records.h"

#define UNKNOWN_TTL 60  // seconds, if no record has a TTL

static const char title[] =
	"; What DNS servers answered, saved by withdns. To replay it: withdns -z THIS_FILE -s none PROGRAM\n";

struct save {
	const struct config *config;
	atomic_int failure;  // errno of the first failure
	struct save_records records;
};

// Buffers that are too large for the stack.
struct scratch {
	char line[RECORD_TEXT_SIZE];
	struct name ends[QUESTIONS_MAX];
	struct name before;
};

// The text that one call is going to append.
struct output {
	struct save *save;
	char *bytes;
	size_t used;
	struct scratch *scratch;
};

struct save *save_open(const struct config *config)
{
	struct save *save = calloc(1, sizeof(*save));
	if (save)
		save->config = config;
	return save;
}

void save_close(struct save *save)
{
	free(save);
}

// ---- lines ----

static void put(struct output *output, const char *bytes, size_t size)
{
	array_append_all(&output->bytes, &output->used, bytes, size, 1);
}

static void put_comment(struct output *output, const struct name *name, uint16_t type, const char *what)
{
	char name_text[NAME_TEXT_SIZE], type_text[RRTYPE_TEXT_SIZE];
	struct strbuf line = {.bytes = output->scratch->line, .size = sizeof(output->scratch->line)};
	const uint64_t hash = hash_bytes(name_hash(name, hash_word(HASH_START, type)), what, strlen(what));
	if (!save_records_add_comment(&output->save->records, hash))
		return;
	strbuf_add(&line, "; ");
	strbuf_add(&line, name_write(name, name_text));
	strbuf_add(&line, " ");
	strbuf_add(&line, rrtype_write(type, type_text));
	strbuf_add(&line, ": ");
	strbuf_add(&line, what);
	strbuf_add(&line, "\n");
	put(output, line.bytes, line.used);
}

// Returns why the record cannot be saved; or NULL with its line written to scratch, *size bytes, and its key.
static const char *write_line(
	const struct output *output, const struct record_view *record, size_t *size, struct save_key *key)
{
	char *line = output->scratch->line;
	if (name_is_wildcard(record->owner))
		return "a zone file would apply it to other names too";
	*size = record_text_write(record, line);
	if (!*size || !save_key_read(line, *size - 1, key))
		return "a record that no zone file can hold";
	if (save_records_contradict(&output->save->records, key))
		return "no other record may have the name of a CNAME";
	return NULL;
}

static void put_line(struct output *output, const struct record_view *record)
{
	struct save_key key;
	size_t size;
	if (!rrtype_is_record(record->type))
		return;
	const char *obstacle = write_line(output, record, &size, &key);
	if (obstacle)
		put_comment(output, record->owner, record->type, obstacle);
	else if (save_records_add(&output->save->records, &key))
		put(output, output->scratch->line, size);
}

// Makes the name exist in the replay, unless another record already does.
static void put_existence(struct output *output, const struct name *name, uint32_t ttl)
{
	char *line = output->scratch->line;
	struct save_key key;
	const struct record_view record = {name, SAVE_EXISTS, ttl, NULL, 0};
	const size_t size = record_text_write(&record, line);
	const bool is_readable = size && save_key_read(line, size - 1, &key);
	if (!is_readable || !save_records_have_name(&output->save->records, &key))
		put_line(output, &record);
}

// Writes an SOA for the owner of NS records, which is the apex of a zone: without it, below another zone's apex, the NS
// records would be a delegation.
NOINLINE_LARGE_FRAME static void put_zone_top(struct output *output, const struct record_view *server)
{
	uint8_t data[NAME_WIRE_SIZE + 1 + 20] = {0};
	struct name name;
	if (!name_from_wire(server->data, (unsigned)server->data_length, &name))
		return;
	memcpy(data, name.wire, name.length);
	const struct record_view record = {server->owner, RRTYPE_SOA, server->ttl, data, name.length + 1u + 20u};
	put_line(output, &record);
}

static void put_record(struct output *output, const struct answer *section, const struct record *record)
{
	struct name owner;
	const struct record_view view = answer_view(section, record, &owner);
	if (view.type == RRTYPE_NS)
		put_zone_top(output, &view);
	put_line(output, &view);
}

// ---- answers ----

// The answer section of a message while its CNAME chain is walked.
struct walk {
	struct output *output;
	struct answer section;
	struct record_index records, redirects;
	struct name *before;  // the previous name of the chain; length 0: none
};

// Writes the DNAME (RFC 6672) that leads from the previous name to this one. An owner has at most one.
NOINLINE_LARGE_FRAME static void put_redirect(const struct walk *walk, const struct name *name)
{
	const struct name *before = walk->before;
	struct name owner, target;
	for (unsigned at = 0; before->length && before->wire[at];) {
		at += before->wire[at] + 1u;
		if (!name_from_wire(before->wire + at, before->length - at, &owner))
			return;
		const struct record *record = record_index_next(&walk->redirects, &owner, NULL);
		if (record && answer_target(&walk->section, record, &target) && name_move(before, &owner, &target, &target) &&
			name_equal(&target, name))
			put_record(walk->output, &walk->section, record);
	}
}

static bool put_records_at(const struct name *name, const struct record *alias, void *context)
{
	const struct walk *walk = context;
	const struct record *record = NULL;
	(void)alias;
	put_redirect(walk, name);
	while ((record = record_index_next(&walk->records, name, record)))
		put_record(walk->output, &walk->section, record);
	*walk->before = *name;
	return true;
}

// Returns the SOA record of a zone that may contain the name. A name that does not exist is not the apex of its zone.
static const struct record *find_soa(const struct answer *authorities, const struct name *name, bool is_there)
{
	for (size_t i = 0; i < authorities->record_count; i++) {
		const struct record *record = &authorities->records[i];
		struct name owner = answer_owner(authorities, record);
		if (record->type == RRTYPE_SOA && name_within(name, &owner) && (is_there || !name_equal(name, &owner)))
			return record;
	}
	return NULL;
}

// Writes that the end of a chain has no records of the type. With records but no SOA in the reply the server did not
// recurse, so that nothing is known about the end.
static void put_negative(struct output *output, const struct answer *answer, const struct name *end, bool is_bare)
{
	struct answer authorities;
	bool is_there = answer->rcode != RCODE_NXDOMAIN;
	if (!packet_read_section(answer->message, answer->message_size, SECTION_AUTHORITY, &authorities))
		return;
	const struct record *soa = find_soa(&authorities, end, is_there);
	if (soa)
		put_record(output, &authorities, soa);
	if (is_there && (soa || is_bare))
		put_existence(output, end, soa ? soa->ttl : UNKNOWN_TTL);
	answer_clear(&authorities);
}

static bool is_usable(const struct answer *answer)
{
	unsigned code = answer->rcode & 15;
	return answer->source == SOURCE_SERVER && answer->message && (code == RCODE_NOERROR || code == RCODE_NXDOMAIN);
}

static void put_failure(struct output *output, const struct question *question, const struct answer *answer)
{
	char code[RRTYPE_TEXT_SIZE];
	bool is_reply = answer->source == SOURCE_SERVER;
	put_comment(output, &question->name, question->type,
		is_reply ? rcode_write(answer->rcode, code) : error_text(answer->error));
}

// Writes the records of an answer. Returns false if it is negative; put_negative is then called after all records are
// written.
static bool put_positive(struct output *output, const struct question *question, const struct answer *answer,
	struct name *end, bool *is_bare)
{
	struct walk walk = {.output = output, .before = &output->scratch->before};
	if (!packet_read_section(answer->message, answer->message_size, SECTION_ANSWER, &walk.section))
		return true;
	walk.before->length = 0;
	walk.records = record_index_open(&walk.section, RRTYPE_ANY);
	walk.redirects = record_index_open(&walk.section, RRTYPE_DNAME);
	bool has_end = answer_chain_walk(&walk.section, question, put_records_at, &walk, end);
	record_index_close(&walk.redirects);
	record_index_close(&walk.records);
	bool has_data = has_end && answer_has_data(&walk.section, end, question->type);
	*is_bare = !walk.section.record_count;
	answer_clear(&walk.section);
	return has_data || !has_end;
}

// Negative answers come last: one answer may show that the name exists, and another that it lacks a type.
static void put_answers(
	struct output *output, const struct question *questions, unsigned wanted, const struct answer *answers)
{
	struct name *ends = output->scratch->ends;
	bool are_bare[QUESTIONS_MAX];
	unsigned negative = 0;
	for (unsigned i = 0; i < QUESTIONS_MAX && wanted >> i; i++) {
		const struct answer *answer = &answers[i];
		bool is_wanted = wanted & 1u << i && !(answer->flags & FLAG_OPCODE);
		bool is_name = questions[i].class == RRCLASS_IN && questions[i].name.length;
		if (!is_wanted || !is_name || answer->outcome == OUTCOME_ERROR || answer->source == SOURCE_CACHE)
			continue;
		if (!is_usable(answer))
			put_failure(output, &questions[i], answer);
		else if (!put_positive(output, &questions[i], answer, &ends[i], &are_bare[i]))
			negative |= 1u << i;
	}
	for (unsigned i = 0; i < QUESTIONS_MAX && negative >> i; i++)
		if (negative & 1u << i)
			put_negative(output, &answers[i], &ends[i], are_bare[i]);
}

// ---- the file ----

static void note_failure(struct save *save, int error)
{
	const struct log_event event = {
		.kind = EVENT_SAVE,
		.name = save->config->save_path,
		.result = log_result_of_error(error),
		.microseconds = -1,
	};
	int none = 0;
	if (atomic_compare_exchange_strong(&save->failure, &none, error))
		config_log(save->config, &event);
}

int save_failure(const struct save *save)
{
	return atomic_load(&save->failure);
}

// Writes the title if the file is new, even if other processes are writing.
static int open_file(const char *path)
{
	int descriptor = append_open(path, 0);
	if (descriptor >= 0 || errno != ENOENT)
		return descriptor;
	append_make(path, title, sizeof(title) - 1);
	return append_open(path, O_CREAT);
}

static void append(struct save *save, struct output *output)
{
	int descriptor = open_file(save->config->save_path);
	ssize_t written = descriptor >= 0 ? append_write(descriptor, output->bytes, output->used) : -1;
	if (written > 0)
		atomic_store(&save->records.has_written, true);
	if (written < 0)
		note_failure(save, errno);
	else if ((size_t)written < output->used)
		note_failure(save, ENOSPC);
	if (descriptor >= 0)
		close(descriptor);
}

void save_answers(struct save *save, const struct question *questions, unsigned wanted, const struct answer *answers)
{
	const int saved = errno;
	struct output output = {.save = save, .scratch = malloc(sizeof(struct scratch))};
	save_records_learn(&save->records, save->config->save_path);
	if (output.scratch)
		put_answers(&output, questions, wanted, answers);
	if (output.used)
		append(save, &output);
	free(output.scratch);
	free(output.bytes);
	errno = saved;
}
