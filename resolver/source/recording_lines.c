// SPDX-License-Identifier: MIT
#include "resolver/source/recording_lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/ascii.h"
#include "config/base/file.h"
#include "config/base/rrtype.h"

#define COMMENT "; "
#define HEAD_LINES 4

const char recording_head[] =
	"; Answers of DNS servers, recorded by withdns. To replay them: withdns --record=THIS_FILE PROGRAM\n"
	". 60 IN SOA localhost. nobody.invalid. 1 3600 600 86400 60\n"
	". 60 IN NS localhost.\n"
	"localhost. 60 IN A 127.0.0.1\n";

// ---- one line ----

// The word after the one at text; NULL at the end.
static const char *next_word(const char *text)
{
	const char *blank = text ? strchr(text, ' ') : NULL;
	return blank && blank[1] ? blank + 1 : NULL;
}

// An owner ends in a dot, a TTL begins with a digit, a type does not.
static bool read_line(const char *text, struct recording_line *out)
{
	const bool is_comment = strncmp(text, COMMENT, strlen(COMMENT)) == 0;
	const char *owner = text + (is_comment ? strlen(COMMENT) : 0), *word = next_word(owner);
	char type[RRTYPE_TEXT_SIZE];
	if (!word || word - owner < 2 || word[-2] != '.')
		return false;
	*out = (struct recording_line){.text = owner, .owner_size = (size_t)(word - owner) - 1};
	out->is_question = is_comment && !ascii_is_digit(*word);
	if (!out->is_question) {
		word = next_word(word);
		if (!word || strncmp(word, "IN ", 3) != 0)
			return false;
		word = next_word(word);
	}
	out->result = next_word(word);
	return out->result && ascii_copy(type, sizeof(type), word, (size_t)(out->result - word) - 1) &&
		rrtype_read(type, &out->type) && (out->is_question || rrtype_is_record(out->type));
}

static bool is_failure(const struct recording_line *question)
{
	static const char *const words[] = {"NOERROR", "NODATA", "NXDOMAIN"};
	for (size_t i = 0; i < ARRAY_LENGTH(words); i++)
		if (strncmp(question->result, words[i], strlen(words[i])) == 0)
			return false;
	return true;
}

// ---- the order ----

// Compares with their blank owners alone. Equal to other records of RRTYPE_ANY are all of their owner.
static int compare_keys(const void *left, const void *right)
{
	const struct recording_line *one = left, *other = right;
	const int owners = strncmp(one->text, other->text, one->owner_size + 1);
	if (owners || one->is_question != other->is_question)
		return owners ? owners : other->is_question - one->is_question;
	return !one->is_question && other->type == RRTYPE_ANY ? 0 : one->type - other->type;
}

static int compare(const void *one, const void *other)
{
	const struct recording_line *a = one, *b = other;
	const int keys = compare_keys(a, b);
	if (keys || a->answer != b->answer)
		return keys ? keys : ARRAY_ORDER(a->answer, b->answer);
	return strcmp(a->text, b->text);
}

// The first line of the list that equals the key; NULL if there is none.
static struct recording_line *find(const struct recording_line *list, size_t count, const struct recording_line *key)
{
	const size_t place = array_place(list, count, sizeof(*list), key, compare_keys);
	return place < count && compare_keys(&list[place], key) == 0 ? (struct recording_line *)&list[place] : NULL;
}

const struct recording_line *recording_lines_next(const struct recording_lines *lines, const char *owner, uint16_t type,
	bool is_question, const struct recording_line *previous)
{
	const struct recording_line key = {.text = owner, .type = type, .is_question = is_question};
	if (!previous)
		return find(lines->list, lines->count, &key);
	const struct recording_line *next = previous + 1;
	return next < lines->list + lines->count && compare_keys(next, &key) == 0 ? next : NULL;
}

// Sorts the lines. Of the records of an owner and type those of the first answer stay, each once.
static void sort(struct recording_lines *lines)
{
	struct recording_line *const list = lines->list;
	size_t kept = 0;
	if (lines->count)
		qsort(list, lines->count, sizeof(*list), compare);
	for (size_t i = 0; i < lines->count; i++) {
		const struct recording_line *last = kept ? &list[kept - 1] : NULL;
		const bool is_same = last && compare_keys(last, &list[i]) == 0;
		if (!is_same || (last->answer == list[i].answer && strcmp(last->text, list[i].text) != 0))
			list[kept++] = list[i];
	}
	lines->count = kept;
}

// ---- reading and adding ----

// Appends the lines of the text, whose newlines become NULs. Returns the end of the text, or the first wrong line. NULL
// without memory.
static char *split(struct recording_lines *lines, char *text, unsigned *number)
{
	for (char *end; *text; text = end, ++*number) {
		struct recording_line line;
		end = strchrnul(text, '\n');
		if (*end)
			*end++ = '\0';
		const bool is_line = read_line(text, &line);
		if (!is_line && *text && *text != ';')
			break;
		if (is_line && !array_append(&lines->list, &lines->count, &line, sizeof(line)))
			return NULL;
	}
	return text;
}

bool recording_lines_read(const char *path, struct recording_lines *out, unsigned *wrong)
{
	const size_t head = strlen(recording_head);
	size_t size;
	*out = (struct recording_lines){0};
	*wrong = 0;
	if (file_read(path, RECORDING_FILE_MAX, &out->text, &size) != 0)
		return false;
	const bool is_ours = strncmp(out->text, recording_head, head) == 0;
	*wrong = is_ours ? 1 + HEAD_LINES : 1;
	const char *end = is_ours ? split(out, out->text + head, wrong) : out->text;
	sort(out);
	if (end == out->text + size)
		return true;
	errno = end ? EBADMSG : ENOMEM;
	*wrong = end ? *wrong : 0;
	return false;
}

bool recording_lines_add(struct recording_lines *lines, char *text, bool *is_changed)
{
	struct recording_lines added = {0};
	const size_t known = lines->count;
	unsigned answer = 0;
	bool is_new = false, is_whole = split(&added, text, &answer);
	for (size_t i = answer = 0; is_whole && i < added.count; i++) {
		struct recording_line *line = &added.list[i];
		struct recording_line *same = line->is_question ? find(lines->list, known, line) : NULL;
		if (line->is_question)
			is_new = !same || (is_failure(same) && !is_failure(line));
		line->answer = answer += line->is_question;
		*is_changed |= is_new;
		if (is_new && same)
			*same = *line;
		else if (is_new)
			is_whole = array_append(&lines->list, &lines->count, line, sizeof(*line));
	}
	free(added.list);
	sort(lines);
	return is_whole;
}

// ---- the text ----

// Records of these types delimit a zone, or are computed from it.
static bool shapes_zone(uint16_t type)
{
	static const uint16_t types[] = {RRTYPE_NS, RRTYPE_SOA, RRTYPE_DNAME, RRTYPE_DS, RRTYPE_SIG, RRTYPE_NXT,
		RRTYPE_RRSIG, RRTYPE_NSEC, RRTYPE_NSEC3, RRTYPE_NSEC3PARAM, RRTYPE_DNSKEY};
	for (size_t i = 0; i < ARRAY_LENGTH(types); i++)
		if (types[i] == type)
			return true;
	return false;
}

// In a zone no other record may have the name of a CNAME (RFC 1034 3.6.2).
static bool is_contradicted(const struct recording_lines *lines, const struct recording_line *alias)
{
	const struct recording_line *other = NULL;
	while ((other = recording_lines_next(lines, alias->text, RRTYPE_ANY, false, other)))
		if (other->type != RRTYPE_CNAME && !shapes_zone(other->type))
			return true;
	return false;
}

static bool is_comment(const struct recording_lines *lines, const struct recording_line *line)
{
	return line->is_question || strncmp(line->text, "*.", 2) == 0 || shapes_zone(line->type) ||
		(line->type == RRTYPE_CNAME && is_contradicted(lines, line));
}

char *recording_lines_write(const struct recording_lines *lines, size_t *size)
{
	size_t room = strlen(recording_head) + 1;
	for (size_t i = 0; i < lines->count; i++)
		room += strlen(COMMENT) + strlen(lines->list[i].text) + 1;
	char *text = malloc(room), *at = text;
	if (!text)
		return NULL;
	at = stpcpy(at, recording_head);
	for (size_t i = 0; i < lines->count; i++) {
		const struct recording_line *line = &lines->list[i];
		at = stpcpy(at, is_comment(lines, line) ? COMMENT : "");
		at = stpcpy(stpcpy(at, line->text), "\n");
	}
	*size = (size_t)(at - text);
	return text;
}

void recording_lines_clear(struct recording_lines *lines)
{
	free(lines->list);
	free(lines->text);
	*lines = (struct recording_lines){0};
}
