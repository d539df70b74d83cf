// SPDX-License-Identifier: MIT
#include "resolver/source/save.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/base/append.h"
#include "config/base/array.h"
#include "config/base/ascii.h"
#include "config/base/error_text.h"
#include "config/base/hash.h"
#include "config/config.h"
#include "config/sync/frame.h"
#include "resolver/dns/answer_chain.h"
#include "resolver/dns/packet.h"
#include "resolver/dns/record_index.h"
#include "resolver/dns/record_text.h"
#include "resolver/dns/wire.h"

#define SEEN_COUNT 16384  // hashes of written records; a power of two
#define SEEN_PROBES 8
#define UNKNOWN_TTL 60  // seconds, if no record has a TTL

static const char title[] =
	"; What DNS servers answered, saved by withdns. To replay it: withdns -z THIS_FILE -s none PROGRAM\n";

struct save {
	const struct config *config;
	atomic_bool has_written;
	atomic_int failure;        // errno of the first failure
	_Atomic uint64_t learned;  // bytes of the file read so far
	_Atomic uint64_t seen[SEEN_COUNT];
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

// ---- the contents of the file ----

static bool is_known(const struct save *save, uint64_t hash)
{
	for (unsigned i = 0; i < SEEN_PROBES; i++)
		if (atomic_load(&save->seen[(hash + i) % SEEN_COUNT]) == hash)
			return true;
	return false;
}

// Returns false if the hash is known already. A full table drops an older hash, whose record may then be written twice.
static bool remember(struct save *save, uint64_t hash)
{
	for (unsigned i = 0; i < SEEN_PROBES; i++) {
		uint64_t there = 0;
		if (atomic_compare_exchange_strong(&save->seen[(hash + i) % SEEN_COUNT], &there, hash))
			return true;
		if (there == hash)
			return false;
	}
	atomic_store(&save->seen[hash % SEEN_COUNT], hash);
	return true;
}

// Never 0, which marks an empty slot.
static uint64_t hash_text(uint64_t hash, const char *text, size_t size)
{
	return hash_bytes(hash, text, size) | 1;
}

// The hashes of a line.
struct record_key {
	uint64_t record;  // for CNAME, DNAME and SOA without the data: an owner has only one
	uint64_t alias;   // known if the owner has a CNAME
	uint64_t data;    // known if the owner has other records
	bool is_alias;
	bool may_be_beside;  // may coexist with a CNAME (RFC 4034 2.5)
};

static bool is_word(const char *word, size_t size, const char *wanted)
{
	return strlen(wanted) == size && memcmp(word, wanted, size) == 0;
}

// Parses "OWNER TTL IN TYPE DATA" as written by record_text_write. Returns false for comments and other text.
static bool read_key(const char *line, size_t size, struct record_key *out)
{
	const char *end = line + size, *words[5];
	char owner[NAME_TEXT_SIZE];
	words[0] = line;
	for (int i = 1; i < 5; i++) {
		const char *blank = memchr(words[i - 1], ' ', (size_t)(end - words[i - 1]));
		if (!blank)
			return false;
		words[i] = blank + 1;
	}
	const size_t owner_size = (size_t)(words[1] - words[0] - 1), type_size = (size_t)(words[4] - words[3] - 1);
	if (!owner_size || owner_size > sizeof(owner) || line[0] == ';')
		return false;
	for (size_t i = 0; i < owner_size; i++)
		owner[i] = (char)ascii_lower(line[i]);
	const uint64_t hash = hash_text(HASH_START, owner, owner_size);
	const uint64_t typed = hash_text(hash, words[3], type_size);
	out->is_alias = is_word(words[3], type_size, "CNAME");
	out->may_be_beside = is_word(words[3], type_size, "RRSIG") || is_word(words[3], type_size, "NSEC");
	const bool is_single =
		out->is_alias || is_word(words[3], type_size, "SOA") || is_word(words[3], type_size, "DNAME");
	out->record = is_single ? typed : hash_text(typed, words[4], (size_t)(end - words[4]));
	out->alias = hash_text(hash, "alias", 5);
	out->data = hash_text(hash, "data", 4);
	return true;
}

static void know_key(struct save *save, const struct record_key *record_key)
{
	if (record_key->is_alias)
		remember(save, record_key->alias);
	else if (!record_key->may_be_beside)
		remember(save, record_key->data);
}

static bool is_contradiction(const struct save *save, const struct record_key *record_key)
{
	return record_key->is_alias ? is_known(save, record_key->data)
								: !record_key->may_be_beside && is_known(save, record_key->alias);
}

// Records the hashes of whole lines. Returns the number of bytes parsed.
static size_t learn_lines(struct save *save, const char *bytes, size_t size)
{
	size_t at = 0;
	for (const char *end; (end = memchr(bytes + at, '\n', size - at)); at = (size_t)(end - bytes) + 1) {
		struct record_key record_key;
		const size_t length = (size_t)(end - bytes) - at;
		if (length < RECORD_TEXT_SIZE && read_key(bytes + at, length, &record_key)) {
			remember(save, record_key.record);
			know_key(save, &record_key);
		}
	}
	return at;
}

// The file has been replaced: forget its contents.
static void forget(struct save *save)
{
	atomic_store(&save->learned, 0);
	atomic_store(&save->has_written, false);
	for (size_t i = 0; i < SEEN_COUNT; i++)
		atomic_store_explicit(&save->seen[i], 0, memory_order_relaxed);
}

// Reads what other processes have appended since the last call. Processes that write at the same moment may write a
// record twice.
static void learn_file(struct save *save)
{
	const size_t size = 4 * RECORD_TEXT_SIZE;
	struct stat now;
	if (stat(save->config->save_path, &now) < 0)
		now = (struct stat){.st_mode = S_IFREG};
	off_t at = (off_t)atomic_load(&save->learned);
	if (now.st_size < at || (!now.st_size && atomic_load(&save->has_written))) {
		forget(save);
		at = 0;
	}
	// Only a regular file can be read.
	if (!S_ISREG(now.st_mode) || now.st_size == at)
		return;
	int descriptor = open(save->config->save_path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	char *bytes = malloc(size);
	while (descriptor >= 0 && bytes) {
		ssize_t got = pread(descriptor, bytes, size, at);
		size_t learned = got > 0 ? learn_lines(save, bytes, (size_t)got) : 0;
		if (!learned)
			break;
		at += (off_t)learned;
	}
	atomic_store(&save->learned, (uint64_t)at);
	free(bytes);
	if (descriptor >= 0)
		close(descriptor);
}

// ---- lines ----

static void put(struct output *output, const char *bytes, size_t size)
{
	char *grown = array_grown(output->bytes, output->used, size, 1);
	if (!grown)
		return;
	output->bytes = grown;
	memcpy(output->bytes + output->used, bytes, size);
	output->used += size;
}

static void put_text(struct output *output, const char *text)
{
	put(output, text, strlen(text));
}

static void put_comment(struct output *output, const struct name *name, uint16_t type, const char *what)
{
	char name_text[NAME_TEXT_SIZE], type_text[RRTYPE_TEXT_SIZE];
	if (!remember(output->save, hash_text(name_hash(name, hash_word(HASH_START, type)), what, strlen(what))))
		return;
	put_text(output, "; ");
	put_text(output, name_write(name, name_text));
	put_text(output, " ");
	put_text(output, rrtype_write(type, type_text));
	put_text(output, ": ");
	put_text(output, what);
	put_text(output, "\n");
}

static void put_line(struct output *output, const struct record_view *record)
{
	const struct name *owner = record->owner;
	const uint16_t type = record->type;
	char *line = output->scratch->line;
	struct record_key record_key;
	if (!rrtype_is_record(type))
		return;
	size_t size = name_is_wildcard(owner) ? 0 : record_text_write(record, line);
	if (name_is_wildcard(owner)) {
		put_comment(output, owner, type, "in a zone file it would be the answer for other names too");
	} else if (!size || !read_key(line, size - 1, &record_key)) {
		put_comment(output, owner, type, "a record that no zone file can hold");
	} else if (is_contradiction(output->save, &record_key)) {
		put_comment(output, owner, type, "no record may stand beside a CNAME");
	} else if (remember(output->save, record_key.record)) {
		know_key(output->save, &record_key);
		put(output, line, size);
	}
}

// Makes the name exist in the replay, unless another record already does.
static void put_existence(struct output *output, const struct name *name, uint32_t ttl)
{
	char *line = output->scratch->line;
	struct record_key record_key;
	const struct record_view record = {name, SAVE_EXISTS, ttl, NULL, 0};
	size_t size = record_text_write(&record, line);
	bool is_told = size && read_key(line, size - 1, &record_key) &&
		(is_known(output->save, record_key.data) || is_known(output->save, record_key.alias));
	if (!is_told)
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

static void tell(struct save *save, int error)
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

static void write_page(struct save *save, struct output *output)
{
	int descriptor = open_file(save->config->save_path);
	ssize_t written = descriptor >= 0 ? append_write(descriptor, output->bytes, output->used) : -1;
	if (written > 0)
		atomic_store(&save->has_written, true);
	if (written < 0)
		tell(save, errno);
	else if ((size_t)written < output->used)
		tell(save, ENOSPC);
	if (descriptor >= 0)
		close(descriptor);
}

void save_answers(struct save *save, const struct question *questions, unsigned wanted, const struct answer *answers)
{
	const int saved = errno;
	struct output output = {.save = save, .scratch = malloc(sizeof(struct scratch))};
	learn_file(save);
	if (output.scratch)
		put_answers(&output, questions, wanted, answers);
	if (output.used)
		write_page(save, &output);
	free(output.scratch);
	free(output.bytes);
	errno = saved;
}
