// SPDX-License-Identifier: MIT
// A server's reply, in every way in which one is read: as an answer, as a host, as a packet for the program.
#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "resolver/dns/answer_chain.h"
#include "resolver/dns/extended_error.h"
#include "resolver/dns/packet.h"
#include "resolver/dns/server_reply.h"
#include "resolver/host_answer.h"
#include "tests/fuzz/fuzz.h"

#define RECORD_LEAST 11  // bytes of the shortest record in a message

struct reply {
	const uint8_t *bytes;
	size_t size;
	uint16_t id;
	unsigned opcode;
	struct question question;
};

// Reads the question that the reply repeats. False if it is not a valid one.
static bool read_question(struct reply *reply)
{
	uint8_t *query = fuzz_copy(reply->bytes, reply->size);
	if (reply->size > 2)
		query[2] &= 0x7f;  // QR: a query has none
	bool is_read = packet_read_query(query, reply->size, &reply->id, &reply->opcode, &reply->question);
	free(query);
	return is_read;
}

static bool holds_a_name(uint16_t type)
{
	return type == RRTYPE_CNAME || type == RRTYPE_PTR || type == RRTYPE_NS || type == RRTYPE_DNAME;
}

static void check_record(const struct answer *answer, const struct record *record)
{
	struct name owner = answer_owner(answer, record), target;
	MUST(owner.length >= 1 && owner.length <= NAME_WIRE_SIZE);
	MUST(record->ttl <= INT32_MAX);
	MUST(record->data <= answer->store_size && record->data_length <= answer->store_size - record->data);
	MUST(record->type != RRTYPE_A || record->data_length == 4);
	MUST(record->type != RRTYPE_AAAA || record->data_length == 16);
	MUST(!holds_a_name(record->type) || answer_target(answer, record, &target));
}

static void check_answer(const struct answer *answer, const struct reply *reply)
{
	struct name room;
	MUST(answer->record_count <= reply->size / RECORD_LEAST);
	MUST(answer->message_size == reply->size && memcmp(answer->message, reply->bytes, reply->size) == 0);
	for (size_t i = 0; i < answer->record_count; i++)
		check_record(answer, &answer->records[i]);
	if (answer->outcome == OUTCOME_FOUND) {
		const struct name *end = answer_chain_end(answer, &reply->question, &room);
		MUST(end != NULL);
		MUST(answer_has_data(answer, end, reply->question.type));
	}
}

static void check_host_name(const char *name)
{
	MUST(strlen(name) < NAME_WIRE_SIZE);
	MUST(res_hnok(name));
}

// If the answer has no name that a program may see, the name asked for is used; it belongs to the caller.
static void check_host(const struct host *host, const struct reply *reply)
{
	char asked[NAME_TEXT_SIZE];
	name_write(&reply->question.name, asked);
	MUST(host->alias_count <= ANSWER_CHAIN_MAX);
	MUST(host->address_count <= reply->size / RECORD_LEAST);
	if (host->name && strcasecmp(host->name, asked) != 0)
		check_host_name(host->name);
	for (size_t i = 0; i < host->alias_count; i++)
		check_host_name(host->aliases[i]);
	for (size_t i = 0; i < host->address_count; i++)
		MUST(host->addresses[i].family == (reply->question.type == RRTYPE_A ? AF_INET : AF_INET6));
}

static void read_as_host(const struct answer *answer, const struct reply *reply)
{
	struct host host = {0};
	const uint16_t type = reply->question.type;
	if (type == RRTYPE_A || type == RRTYPE_AAAA) {
		MUST(host_add_answer(&host, answer, &reply->question, true));
		check_host(&host, reply);
	} else if (type == RRTYPE_PTR && host_take_ptr(&host, answer, &reply->question) == OUTCOME_FOUND) {
		check_host_name(host.name);
	}
	host_clear(&host);
}

static void check_same_records(const struct answer *one, const struct answer *other)
{
	MUST(one->record_count == other->record_count);
	for (size_t i = 0; i < one->record_count; i++) {
		const struct record *first = &one->records[i], *second = &other->records[i];
		const struct name owner = answer_owner(one, first), other_owner = answer_owner(other, second);
		MUST(name_equal(&owner, &other_owner));
		MUST(first->type == second->type && first->ttl == second->ttl && first->data_length == second->data_length);
		MUST(memcmp(answer_data(one, first), answer_data(other, second), first->data_length) == 0);
	}
}

// What is made of an answer for a program that reads packets says the same.
static void write_and_read_back(const struct answer *answer, const struct reply *reply)
{
	struct answer again;
	size_t size;
	uint8_t *message = server_reply_make(answer, &reply->question, reply->id, &size);
	if (!message)
		return;
	MUST(size <= UINT16_MAX);
	MUST(packet_is_reply(message, size, reply->id, 0, &reply->question));
	if (packet_is_truncated(message)) {
		free(message);
		return;
	}
	MUST(packet_read(message, size, &reply->question, &again));
	check_same_records(answer, &again);
	MUST(answer_extend(&again, &(struct answer){0}));
	answer_clear(&again);
	free(message);
}

static void read_as_packet(const struct reply *reply)
{
	const struct question asked = {reply->question.name, RRTYPE_AAAA, reply->question.class};
	struct answer kept;
	MUST(packet_keep(reply->bytes, reply->size, &kept));
	packet_edit_strip(kept.message, kept.message_size, &asked);
	MUST(kept.record_count == 0);
	answer_clear(&kept);
}

// The server's text cannot alter the rest of a log line.
static void read_errors(const struct reply *reply)
{
	char text[EXTENDED_ERROR_TEXT_SIZE];
	if (!extended_error_write(reply->bytes, reply->size, text))
		return;
	MUST(text[0] && strlen(text) < EXTENDED_ERROR_TEXT_SIZE);
	for (const char *at = text; *at; at++)
		MUST((unsigned char)*at >= 0x20 && *at != 0x7f);
}

// What is done to a message on its way to the program: its own case put back, the TTLs counted down.
static void change_message(const struct reply *reply)
{
	struct question same;
	struct packet_cookie cookie;
	const struct answer nothing = {0};
	uint16_t id;
	unsigned opcode;
	uint8_t *copy = fuzz_copy(reply->bytes, reply->size);
	if (packet_find_cookie(copy, reply->size, &nothing, &cookie))
		MUST(cookie.size == 0 || cookie.size == 8 || (cookie.size >= 16 && cookie.size <= PACKET_COOKIE_MAX));
	struct name upper = reply->question.name;
	for (unsigned i = 0; i < upper.length; i++)
		upper.wire[i] =
			(uint8_t)(upper.wire[i] >= 'a' && upper.wire[i] <= 'z' ? upper.wire[i] - 'a' + 'A' : upper.wire[i]);
	packet_edit_case(copy, reply->size, &reply->question.name, &upper);
	packet_edit_count_down(copy, reply->size, 1);
	copy[2] &= 0x7f;
	MUST(packet_read_query(copy, reply->size, &id, &opcode, &same));
	MUST(id == reply->id && name_equal(&same.name, &reply->question.name));
	free(copy);
}

static void read_reply(const struct reply *reply)
{
	struct answer answer;
	if (!packet_is_reply(reply->bytes, reply->size, reply->id, reply->opcode, &reply->question))
		return;
	MUST(reply->size >= PACKET_HEADER_SIZE);
	read_as_packet(reply);
	change_message(reply);
	read_errors(reply);
	if (!packet_read(reply->bytes, reply->size, &reply->question, &answer))
		return;
	check_answer(&answer, reply);
	read_as_host(&answer, reply);
	if (reply->question.name.length)
		write_and_read_back(&answer, reply);
	answer_clear(&answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct reply reply = {.size = size};
	uint8_t *copy = fuzz_copy(bytes, size);
	reply.bytes = copy;
	if (read_question(&reply))
		read_reply(&reply);
	free(copy);
	return 0;
}
