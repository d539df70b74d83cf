// SPDX-License-Identifier: MIT
#include "resolver/source/save.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/append.h"
#include "config/array.h"
#include "config/config.h"
#include "config/digest.h"
#include "config/error_text.h"
#include "resolver/dns/packet.h"
#include "resolver/dns/record_text.h"

#define SEEN_COUNT 8192    // digests remembered; a power of two
#define SEEN_PROBES 8
#define QUESTIONS_MAX 4    // at once, one at least for each family
#define UNKNOWN_TTL 60     // seconds, where no record tells
#define FLAG_OPCODE 0x7800

static const char title[] = "; What DNS servers answered, saved by withdns. To replay it: withdns -z THIS_FILE -s none PROGRAM\n";

struct save {
	const struct config *config;
	atomic_bool has_told;
	_Atomic uint64_t seen[SEEN_COUNT];
};

// What one call is about to write.
struct page {
	struct save *save;
	char *bytes;
	size_t used;
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

// ---- what was written before ----

// Where there is no room left an older one is forgotten, and may be written twice.
static bool is_new(struct save *save, uint64_t digest)
{
	digest = digest ? digest : 1;
	for (unsigned i = 0; i < SEEN_PROBES; i++) {
		_Atomic uint64_t *place = &save->seen[(digest + i) % SEEN_COUNT];
		uint64_t there = 0;
		if (atomic_compare_exchange_strong(place, &there, digest))
			return true;
		if (there == digest)
			return false;
	}
	atomic_store(&save->seen[digest % SEEN_COUNT], digest);
	return true;
}

enum remark { REMARK_RECORD, REMARK_NAME, REMARK_COMMENT };

static uint64_t digest_of(enum remark remark, const struct name *name, uint16_t type)
{
	return name_digest(name, digest_word(DIGEST_START, (uint64_t)remark << 16 | type));
}

// There can be one only, and whoever reads two would have to choose (RFC 1034 3.6.2, RFC 1035 5.2).
static bool is_single(uint16_t type)
{
	return type == RRTYPE_CNAME || type == RRTYPE_SOA;
}

// ---- lines ----

static void put(struct page *page, const char *bytes, size_t size)
{
	char *grown = array_grown(page->bytes, page->used, size, 1);
	if (!grown)
		return;
	page->bytes = grown;
	memcpy(page->bytes + page->used, bytes, size);
	page->used += size;
}

static void put_text(struct page *page, const char *text)
{
	put(page, text, strlen(text));
}

static void put_comment(struct page *page, const struct name *name, uint16_t type, const char *what)
{
	char name_text[NAME_TEXT_SIZE], type_text[RRTYPE_TEXT_SIZE];
	if (!is_new(page->save, digest_bytes(digest_of(REMARK_COMMENT, name, type), what, strlen(what))))
		return;
	put_text(page, "; ");
	put_text(page, name_write(name, name_text));
	put_text(page, " ");
	put_text(page, rrtype_write(type, type_text));
	put_text(page, ": ");
	put_text(page, what);
	put_text(page, "\n");
}

static bool is_wildcard(const struct name *name)
{
	return name->wire[0] == 1 && name->wire[1] == '*';
}

// OPT, and the types of questions (RFC 6895 3.1): no zone holds them.
static bool is_meta(uint16_t type)
{
	return type == RRTYPE_OPT || (type >= 128 && type <= RRTYPE_ANY);
}

static void put_line(struct page *page, const struct name *owner, uint16_t type, uint32_t ttl, const uint8_t *data,
                     size_t length)
{
	char line[RECORD_TEXT_SIZE];
	uint64_t digest = digest_of(REMARK_RECORD, owner, type);
	if (is_meta(type) || !is_new(page->save, is_single(type) ? digest : digest_bytes(digest, data, length)))
		return;
	size_t size = record_text_write(owner, type, ttl, data, length, line);
	if (is_wildcard(owner)) {
		put_comment(page, owner, type, "in a zone file it would be the answer for other names too");
	} else if (!size) {
		put_comment(page, owner, type, "a record that no zone file can hold");
	} else {
		is_new(page->save, digest_of(REMARK_NAME, owner, 0));
		put(page, line, size);
	}
}

// The owner of NS records is the top of a zone, so it has an SOA record: without one below another zone's it would be
// the place where that zone ends and others are asked.
static void put_zone_top(struct page *page, const struct name *owner, uint32_t ttl, const uint8_t *server, size_t length)
{
	uint8_t data[NAME_WIRE_SIZE + 1 + 20] = { 0 };
	struct name name;
	if (!name_from_wire(server, (unsigned)length, &name))
		return;
	memcpy(data, name.wire, name.length);
	put_line(page, owner, RRTYPE_SOA, ttl, data, name.length + 1u + 20u);
}

static void put_record(struct page *page, const struct answer *section, const struct record *record)
{
	struct name owner = answer_owner(section, record);
	const uint8_t *data = answer_data(section, record);
	if (record->type == RRTYPE_NS)
		put_zone_top(page, &owner, record->ttl, data, record->data_length);
	put_line(page, &owner, record->type, record->ttl, data, record->data_length);
}

// ---- answers ----

// The answer section of one message while its chain is walked.
struct walk {
	struct page *page;
	struct answer section;
};

static bool put_records_at(const struct name *name, void *context)
{
	const struct walk *walk = context;
	for (size_t i = 0; i < walk->section.record_count; i++)
		if (answer_owner_is(&walk->section, &walk->section.records[i], name))
			put_record(walk->page, &walk->section, &walk->section.records[i]);
	return true;
}

// The SOA record of a zone that the name can be in. A name that does not exist is not the top of its zone.
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

// The end of a chain has nothing of the type. Where neither is said nor that there is nothing at all, a server that does
// not recurse left the rest to be asked.
static void put_negative(struct page *page, const struct answer *answer, const struct name *end, bool is_bare)
{
	struct answer authorities;
	bool is_there = answer->rcode != RCODE_NXDOMAIN;
	if (!packet_read_section(answer->message, answer->message_size, PACKET_AUTHORITIES, &authorities))
		return;
	const struct record *soa = find_soa(&authorities, end, is_there);
	if (soa)
		put_record(page, &authorities, soa);
	if (is_there && (soa || is_bare) && is_new(page->save, digest_of(REMARK_NAME, end, 0)))
		put_line(page, end, SAVE_EXISTS, soa ? soa->ttl : UNKNOWN_TTL, NULL, 0);
	answer_clear(&authorities);
}

static void put_additions(struct page *page, const struct answer *answer)
{
	struct answer additions;
	if (!packet_read_section(answer->message, answer->message_size, PACKET_ADDITIONALS, &additions))
		return;
	for (size_t i = 0; i < additions.record_count; i++)
		if (additions.records[i].type == RRTYPE_A || additions.records[i].type == RRTYPE_AAAA)
			put_record(page, &additions, &additions.records[i]);
	answer_clear(&additions);
}

static bool is_usable(const struct answer *answer)
{
	unsigned code = answer->rcode & 15;
	return answer->source == SOURCE_SERVER && answer->message && (code == RCODE_NOERROR || code == RCODE_NXDOMAIN);
}

static void put_failure(struct page *page, const struct question *question, const struct answer *answer)
{
	char code[RRTYPE_TEXT_SIZE];
	bool is_reply = answer->source == SOURCE_SERVER;
	put_comment(page, &question->name, question->type,
	            is_reply ? rcode_write(answer->rcode, code) : error_text(answer->error));
}

// False where the answer says that something is not there, which it does after all that is.
static bool put_positive(struct page *page, const struct question *question, const struct answer *answer,
                         bool with_additions, struct name *end, bool *is_bare)
{
	struct walk walk = { .page = page };
	if (!packet_read_section(answer->message, answer->message_size, PACKET_ANSWERS, &walk.section))
		return true;
	bool has_end = answer_walk_chain(&walk.section, question, put_records_at, &walk, end);
	bool has_data = has_end && answer_has_data(&walk.section, end, question->type);
	*is_bare = !walk.section.record_count;
	answer_clear(&walk.section);
	if (has_data && with_additions)
		put_additions(page, answer);
	return has_data || !has_end;
}

// The name that all questions have may be known to exist by one answer, and have nothing by the other.
static void put_answers(struct page *page, const struct question *questions, unsigned wanted,
                        const struct answer *answers, bool with_additions)
{
	struct name ends[QUESTIONS_MAX];
	bool are_bare[QUESTIONS_MAX];
	unsigned negative = 0;
	for (unsigned i = 0; i < QUESTIONS_MAX && wanted >> i; i++) {
		const struct answer *answer = &answers[i];
		bool is_ours = wanted & 1u << i && questions[i].class == RRCLASS_IN && questions[i].name.length && !(answer->flags & FLAG_OPCODE);
		if (!is_ours || answer->outcome == OUTCOME_ERROR || answer->source == SOURCE_CACHE)
			continue;
		if (!is_usable(answer))
			put_failure(page, &questions[i], answer);
		else if (!put_positive(page, &questions[i], answer, with_additions, &ends[i], &are_bare[i]))
			negative |= 1u << i;
	}
	for (unsigned i = 0; i < QUESTIONS_MAX && negative >> i; i++)
		if (negative & 1u << i)
			put_negative(page, &answers[i], &ends[i], are_bare[i]);
}

// ---- the file ----

static void tell(struct save *save, int error)
{
	const struct trace_event event = {
		.event = "save", .name = save->config->save_path, .result = error_text(error), .microseconds = -1,
	};
	if (!atomic_exchange(&save->has_told, true))
		trace_write(&save->config->trace, &event);
}

// Whoever makes the file gives it its title, even where another process is the first to write its answers.
static int open_file(const char *path, struct page *page)
{
	int descriptor = append_open(path, O_EXCL);
	if (descriptor < 0)
		return append_open(path, 0);
	size_t used = page->used;
	put_text(page, title);
	if (page->used == used + sizeof(title) - 1) {
		memmove(page->bytes + sizeof(title) - 1, page->bytes, used);
		memcpy(page->bytes, title, sizeof(title) - 1);
	}
	return descriptor;
}

static void write_page(struct save *save, struct page *page)
{
	int descriptor = open_file(save->config->save_path, page);
	ssize_t written = descriptor >= 0 ? append_write(descriptor, page->bytes, page->used) : -1;
	if (written < 0)
		tell(save, errno);
	else if ((size_t)written < page->used)
		tell(save, ENOSPC);
	if (descriptor >= 0)
		close(descriptor);
}

void save_answers(struct save *save, const struct question *questions, unsigned wanted, const struct answer *answers,
                  bool with_additions)
{
	struct page page = { .save = save };
	int saved = errno;
	put_answers(&page, questions, wanted, answers, with_additions);
	if (page.used)
		write_page(save, &page);
	free(page.bytes);
	errno = saved;
}
