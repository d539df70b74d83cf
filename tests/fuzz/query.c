// SPDX-License-Identifier: MIT
// Arguments of res_send and res_search: packets and names of the program. There is no server.
#include <stdbool.h>

#include "config/config.h"
#include "config/environment.h"
#include "config/lookup_context.h"
#include "resolver/dns/packet.h"
#include "resolver/message_lookup.h"
#include "resolver/resolver.h"
#include "tests/fuzz/fuzz.h"

static struct resolver *resolver_without_servers(void)
{
	static struct resolver *resolver;
	const struct environment environment = {
		.directives = "nameserver none;hosts none;search corp.test lab.test;options ndots:2",
		.resolvconf_path = "/dev/null",
		.system_path = "/nonexistent",
		.nsswitch_path = "/dev/null",
	};
	struct config_error error;
	if (!resolver)
		resolver = resolver_open(&environment, NULL, &error);
	MUST(resolver);
	return resolver;
}

static struct lookup_context terms_for_packets(struct resolver *resolver)
{
	struct lookup_context lookup = lookup_context_of_config(resolver_config(resolver));
	lookup.as_packets = true;
	return lookup;
}

// The reply repeats the question.
static void check_reply(const struct answer *answer, const struct question *question, uint16_t id)
{
	struct answer read;
	if (!answer->message)
		return;
	MUST(packet_is_reply(answer->message, answer->message_size, id, 0, question));
	MUST(packet_read(answer->message, answer->message_size, question, &read));
	answer_clear(&read);
}

static void look_up_message(const uint8_t *bytes, size_t size)
{
	struct resolver *resolver = resolver_without_servers();
	const struct lookup_context lookup = terms_for_packets(resolver);
	struct question question;
	struct answer answer;
	uint16_t id;
	unsigned opcode;
	uint8_t *query = fuzz_copy(bytes, size);
	enum outcome outcome = message_lookup_send(resolver, &lookup, query, size, &answer);
	MUST(outcome == answer.outcome);
	if (packet_read_query(query, size, &id, &opcode, &question))
		check_reply(&answer, &question, id);
	else
		MUST(outcome == OUTCOME_ERROR && !answer.message);
	answer_clear(&answer);
	free(query);
}

static void ask(const uint8_t *bytes, size_t size)
{
	struct resolver *resolver = resolver_without_servers();
	const struct lookup_context lookup = terms_for_packets(resolver);
	struct question question = {.type = RRTYPE_A, .class = RRCLASS_IN};
	struct answer answer;
	char *name = fuzz_text(bytes, size);
	MUST(message_lookup_query(resolver, &lookup, name, &question, &answer) != OUTCOME_PASS);
	check_reply(&answer, &question, 0);
	answer_clear(&answer);
	question.type = RRTYPE_AAAA;
	MUST(message_lookup_search(resolver, &lookup, name, &question, &answer) != OUTCOME_PASS);
	check_reply(&answer, &question, 0);
	answer_clear(&answer);
	free(name);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	look_up_message(bytes, size);
	ask(bytes, size);
	return 0;
}
