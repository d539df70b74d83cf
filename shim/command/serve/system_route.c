// SPDX-License-Identifier: MIT
#include "shim/command/serve/system_route.h"

#include <string.h>

#include "config/base/address.h"
#include "resolver/responder.h"
#include "shim/command/libc_query.h"
#include "shim/command/serve/listeners.h"

bool system_route_returns(const struct listeners *listeners, struct address *out)
{
	struct address servers[LIBC_QUERY_SERVERS_MAX];
	const size_t count = libc_query_servers(servers);
	for (size_t i = 0; i < count; i++) {
		if (!listeners_have(listeners, &servers[i]))
			continue;
		*out = servers[i];
		return true;
	}
	return false;
}

uint8_t *system_route_ask(
	const struct responder_request *request, const struct question *question, size_t *size, enum outcome *outcome)
{
	char name[NAME_TEXT_SIZE + 1];
	struct address server;
	if (system_route_returns(request->context, &server)) {
		*outcome = OUTCOME_NO_RECOVERY;
		return NULL;
	}
	strcat(name_write(&question->name, name), question->name.length > 1 ? "." : "");
	return libc_query_message(name, question->class, question->type, size, outcome);
}
