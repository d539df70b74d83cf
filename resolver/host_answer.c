// SPDX-License-Identifier: MIT
#include "resolver/host_answer.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "config/base/compiler.h"
#include "resolver/dns/answer_chain.h"
#include "resolver/dns/packet.h"

static bool add_addresses(struct host *host, const struct answer *answer, const struct name *owner, uint16_t type)
{
	uint32_t known = UINT32_MAX;  // the records of one RRset share the stored owner
	for (size_t i = 0; i < answer->record_count; i++) {
		const struct record *record = &answer->records[i];
		struct address address;
		if (record->type != type || (record->owner != known && !answer_owner_is(answer, record, owner)))
			continue;
		known = record->owner;
		if (answer_address(answer, record, &address) && !host_add_address(host, &address))
			return false;
	}
	return true;
}

NOINLINE_LARGE_FRAME static bool set_name(struct host *host, const struct name *name)
{
	char text[NAME_TEXT_SIZE];
	return host_set_name(host, name_write(name, text));
}

// The last name is the canonical one, the others are aliases.
static bool add_name(const struct name *name, const struct record *alias, void *context)
{
	struct host *host = context;
	(void)alias;
	if (!name_is_hostname(name))
		return true;
	return (!host->name || host_add_alias(host, host->name)) && set_name(host, name);
}

// The name asked, which as in glibc has the case that the reply has, is the only one if there is no alias, and need not
// be a host name then.
NOINLINE_LARGE_FRAME static bool add_names(
	struct host *host, const struct answer *answer, const struct question *asked, bool is_alias)
{
	struct question question = *asked;
	struct name room;
	const size_t length = asked->name.length;
	if (answer->message_size >= packet_question_end(asked) &&
		name_equal_wire(&asked->name, answer->message + PACKET_HEADER_SIZE, length))
		memcpy(question.name.wire, answer->message + PACKET_HEADER_SIZE, length);
	if (is_alias && !answer_chain_walk(answer, &question, add_name, host, &room))
		return false;
	return host->name || set_name(host, &question.name);
}

bool host_add_answer(struct host *host, const struct answer *answer, const struct question *asked, bool wants_names)
{
	struct name room;
	if (UNLIKELY(answer->outcome != OUTCOME_FOUND))
		return true;
	const struct name *end = answer_chain_end(answer, asked, &room);
	if (!end || (UNLIKELY(wants_names) && !host->name && !add_names(host, answer, asked, end != &asked->name)))
		return false;
	return add_addresses(host, answer, end, asked->type);
}

enum outcome host_take_ptr(struct host *host, const struct answer *answer, const struct question *question)
{
	struct name room, target;
	const struct name *end = answer->outcome == OUTCOME_FOUND ? answer_chain_end(answer, question, &room) : NULL;
	if (!end)
		return answer->outcome;
	for (size_t i = 0; i < answer->record_count; i++) {
		const struct record *record = &answer->records[i];
		if (record->type != RRTYPE_PTR || !answer_owner_is(answer, record, end))
			continue;
		if (!answer_target(answer, record, &target) || !name_is_hostname(&target))
			return OUTCOME_NO_RECOVERY;
		return set_name(host, &target) ? OUTCOME_FOUND : host_no_memory(host);
	}
	return OUTCOME_UNUSABLE;
}

void host_take_source(struct host *host, const struct answer *answer)
{
	host->source = answer->source;
	host->server = answer->server;
	host->over_tcp = answer->over_tcp;
	host->rcode = answer->rcode;
	host->error = answer->error;
}
