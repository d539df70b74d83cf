// SPDX-License-Identifier: MIT
#include "shim/services.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct kind {
	int socktype;
	int protocol;
	const char *word;  // of services(5)
	bool is_default;   // offered where the hints name neither a socket type nor a protocol
	bool is_raw;       // any protocol, no service
};

static const struct kind kinds[] = {
	{ SOCK_STREAM, IPPROTO_TCP, "tcp", true, false },
	{ SOCK_DGRAM, IPPROTO_UDP, "udp", true, false },
	{ SOCK_DCCP, IPPROTO_DCCP, "dccp", false, false },
	{ SOCK_DGRAM, IPPROTO_UDPLITE, "udplite", false, false },
	{ SOCK_STREAM, IPPROTO_SCTP, "sctp", false, false },
	{ SOCK_SEQPACKET, IPPROTO_SCTP, "sctp", false, false },
	{ SOCK_RAW, 0, "raw", true, true },
};

#define KIND_COUNT (sizeof(kinds) / sizeof(kinds[0]))

// One question to services(5): of a port by its name, or of a name by its port.
struct lookup {
	const char *protocol;
	const char *name;  // NULL: by port
	uint16_t port;     // host byte order
	char *text;        // takes the name found by port
};

static bool take(struct lookup *lookup, const struct servent *found)
{
	if (lookup->name) {
		lookup->port = ntohs((uint16_t)found->s_port);
		return true;
	}
	if (strlen(found->s_name) >= SERVICE_NAME_SIZE)
		return false;
	strcpy(lookup->text, found->s_name);
	return true;
}

// False where services(5) has no such service, or memory is short.
static bool look_up(struct lookup *lookup)
{
	struct servent entry, *found = NULL;
	int code = ERANGE;
	bool is_taken = false;
	for (size_t size = 1024; code == ERANGE; size *= 2) {
		char *buffer = malloc(size);
		if (!buffer)
			return false;
		if (lookup->name)
			code = getservbyname_r(lookup->name, lookup->protocol, &entry, buffer, size, &found);
		else
			code = getservbyport_r(htons(lookup->port), lookup->protocol, &entry, buffer, size, &found);
		is_taken = code == 0 && found && take(lookup, found);
		free(buffer);
	}
	return is_taken;
}

static bool find_port(const char *name, const char *protocol, uint16_t *port)
{
	struct lookup lookup = { .protocol = protocol, .name = name };
	if (!look_up(&lookup))
		return false;
	*port = lookup.port;
	return true;
}

bool services_name(uint16_t port, const char *protocol, char *text)
{
	return look_up(&(struct lookup){ .protocol = protocol, .port = port, .text = text });
}

// What was asked for: a number, or a name for which services(5) has a port for each protocol.
struct wanted {
	const char *name;  // NULL for a number, or nothing
	bool is_given;
	uint16_t port;
};

// glibc takes what strtoul(3) takes as an int, and the lower 16 bits of that; one below 0 is looked up as a name.
static int read_wanted(const char *text, int flags, struct wanted *wanted)
{
	*wanted = (struct wanted){ 0 };
	if (!text || !*text)
		return 0;
	char *end;
	int number = (int)strtoul(text, &end, 10);
	if (*end && flags & AI_NUMERICSERV)
		return EAI_NONAME;
	*wanted = (struct wanted){ *end || number < 0 ? text : NULL, true, (uint16_t)number };
	return 0;
}

// False where this kind of socket has no such service.
static bool offer(const struct kind *kind, const struct wanted *wanted, int protocol, struct service *service)
{
	uint16_t port = wanted->port;
	if (wanted->name && (kind->is_raw || !find_port(wanted->name, kind->word, &port)))
		return false;
	*service = (struct service){ kind->socktype, kind->is_raw ? protocol : kind->protocol, port };
	return true;
}

// Nothing hinted: a number goes to all the usual kinds, a name to every kind that has it.
static size_t offer_all(const struct wanted *wanted, struct service *services)
{
	size_t count = 0;
	for (size_t i = 0; i < KIND_COUNT; i++)
		if ((wanted->name || kinds[i].is_default) && offer(&kinds[i], wanted, 0, &services[count]))
			count++;
	return count;
}

// A hint means the first kind that matches it.
static const struct kind *find_kind(int socktype, int protocol)
{
	for (size_t i = 0; i < KIND_COUNT; i++) {
		const struct kind *kind = &kinds[i];
		if ((!socktype || socktype == kind->socktype) && (!protocol || kind->is_raw || protocol == kind->protocol))
			return kind;
	}
	return NULL;
}

int services_find(const char *name, int flags, int socktype, int protocol, struct service *services, size_t *count)
{
	struct wanted wanted;
	int code = read_wanted(name, flags, &wanted);
	if (code)
		return code;
	if (!socktype && !protocol) {
		*count = offer_all(&wanted, services);
		return *count ? 0 : EAI_SERVICE;
	}
	const struct kind *kind = find_kind(socktype, protocol);
	if (!kind)
		return socktype ? EAI_SOCKTYPE : EAI_SERVICE;
	if ((kind->is_raw && wanted.is_given) || !offer(kind, &wanted, protocol, &services[0]))
		return EAI_SERVICE;
	*count = 1;
	return 0;
}
