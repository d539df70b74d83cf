// SPDX-License-Identifier: MIT
#include "resolver/host_answer.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "config/sync/frame.h"
#include "resolver/dns/answer_chain.h"
#include "resolver/dns/packet.h"

static bool add_addresses(struct host *host, const struct answer *answer, const struct name *owner, uint16_t type)
{
	const struct record *last = NULL;  // the records of one RRset share the stored owner
	for (size_t i = 0; i < answer->record_count; i++) {
		const struct record *record = &answer->records[i];
		struct address address;
		if (record->type != type || !((last && last->owner == record->owner) || answer_owner_is(answer, record, owner)))
			continue;
		last = record;
		if (answer_address(answer, record, &address) && !host_add_address(host, &address))
			return false;
	}
	return true;
}

// The last name is the canonical one, the others are aliases.
NOINLINE_LARGE_FRAME static bool add_name(const struct name *name, const struct record *alias, void *context)
{
	struct host *host = context;
	char text[NAME_TEXT_SIZE];
	(void)alias;
	if (!name_is_hostname(name))
		return true;
	return (!host->name || host_add_alias(host, host->name)) && host_set_name(host, name_write(name, text));
}

NOINLINE_LARGE_FRAME static bool is_named(struct host *host, const struct question *question)
{
	char text[NAME_TEXT_SIZE];
	return host->name || host_set_name(host, name_write(&question->name, text));
}

// As glibc, returns the name with the case that the reply has. Returns false if there is no message.
static bool read_repeated(const struct answer *answer, const struct question *asked, struct name *name)
{
	if (!answer->message || answer->message_size < packet_question_end(asked))
		return false;
	const uint8_t *wire = answer->message + PACKET_HEADER_SIZE;
	return name_equal_wire(&asked->name, wire, asked->name.length) && name_from_wire(wire, asked->name.length, name);
}

bool host_add_answer(struct host *host, const struct answer *answer, const struct question *asked)
{
	struct question repeated = {.type = asked->type, .class = asked->class};
	struct name end;
	if (answer->outcome != OUTCOME_FOUND)
		return true;
	const struct question *question = read_repeated(answer, asked, &repeated.name) ? &repeated : asked;
	if (!answer_chain_walk(answer, question, host->name ? NULL : add_name, host, &end))
		return false;
	return is_named(host, question) && add_addresses(host, answer, &end, asked->type);
}

enum outcome host_take_ptr(struct host *host, const struct answer *answer, const struct question *question)
{
	struct name end, target;
	char text[NAME_TEXT_SIZE];
	if (answer->outcome != OUTCOME_FOUND || !answer_chain_end(answer, question, &end))
		return answer->outcome;
	for (size_t i = 0; i < answer->record_count; i++) {
		const struct record *record = &answer->records[i];
		if (record->type != RRTYPE_PTR || !answer_owner_is(answer, record, &end))
			continue;
		if (!answer_target(answer, record, &target) || !name_is_hostname(&target))
			return OUTCOME_NO_RECOVERY;
		return host_set_name(host, name_write(&target, text)) ? OUTCOME_FOUND : host_no_memory(host);
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
