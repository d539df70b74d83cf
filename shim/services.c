// SPDX-License-Identifier: MIT
#include "shim/services.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "config/base/ascii.h"
#include "config/base/compiler.h"

struct kind {
	int socktype;
	int protocol;
	const char *word;  // of services(5)
	bool is_default;   // used if the hints have neither a socket type nor a protocol
	bool is_raw;       // accepts any protocol; has no services
};

static const struct kind kinds[] = {
	{SOCK_STREAM, IPPROTO_TCP, "tcp", true, false},
	{SOCK_DGRAM, IPPROTO_UDP, "udp", true, false},
	{SOCK_DCCP, IPPROTO_DCCP, "dccp", false, false},
	{SOCK_DGRAM, IPPROTO_UDPLITE, "udplite", false, false},
	{SOCK_STREAM, IPPROTO_SCTP, "sctp", false, false},
	{SOCK_SEQPACKET, IPPROTO_SCTP, "sctp", false, false},
	{SOCK_RAW, 0, "raw", true, true},
};

#define KIND_COUNT (sizeof(kinds) / sizeof(kinds[0]))

// One lookup in services(5): of a port by name, or of a name by port.
struct service_lookup {
	const char *protocol;
	const char *name;  // NULL: by port
	uint16_t port;     // host byte order
	char *text;        // receives the name found by port
};

static bool take(struct service_lookup *lookup, const struct servent *found)
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

static int query_services(
	const struct service_lookup *lookup, struct servent *entry, char *buffer, size_t size, struct servent **found)
{
	*found = NULL;
	if (lookup->name)
		return getservbyname_r(lookup->name, lookup->protocol, entry, buffer, size, found);
	return getservbyport_r(htons(lookup->port), lookup->protocol, entry, buffer, size, found);
}

// EAI_SERVICE if services(5) has no such service.
static int look_up(struct service_lookup *lookup)
{
	char first[1024], *buffer = first, *larger = NULL;
	struct servent entry, *found;
	size_t size = sizeof(first);
	int code;
	while ((code = query_services(lookup, &entry, buffer, size, &found)) == ERANGE) {
		size *= 2;
		free(larger);
		buffer = larger = malloc(size);
		if (!buffer)
			return EAI_MEMORY;
	}
	bool is_taken = code == 0 && found && take(lookup, found);
	free(larger);
	return is_taken ? 0 : EAI_SERVICE;
}

COLD static int find_port(const char *name, const char *protocol, uint16_t *port)
{
	struct service_lookup lookup = {.protocol = protocol, .name = name};
	int code = look_up(&lookup);
	if (!code)
		*port = lookup.port;
	return code;
}

bool services_name(uint16_t port, const char *protocol, char *text)
{
	return look_up(&(struct service_lookup){.protocol = protocol, .port = port, .text = text}) == 0;
}

// The requested service: a port number, or a name, whose port may differ by protocol.
struct wanted {
	const char *name;  // NULL for a number, or nothing
	bool is_given;
	uint16_t port;
};

// Like glibc, reads by strtoul(3) into an int and uses its lower 16 bits; a negative one is looked up as a name.
COLD static int read_name_or_number(const char *text, int flags, struct wanted *wanted)
{
	char *end;
	int number = (int)strtoul(text, &end, 10);
	if (*end && flags & AI_NUMERICSERV)
		return EAI_NONAME;
	*wanted = (struct wanted){*end || number < 0 ? text : NULL, true, (uint16_t)number};
	return 0;
}

static int read_wanted(const char *text, int flags, struct wanted *wanted)
{
	*wanted = (struct wanted){0};
	if (!text || UNLIKELY(!*text))
		return 0;
	uint32_t plain;
	if (!ascii_read_number(text, UINT16_MAX + 1, &plain) || plain > UINT16_MAX)
		return read_name_or_number(text, flags, wanted);
	*wanted = (struct wanted){.is_given = true, .port = (uint16_t)plain};
	return 0;
}

// EAI_SERVICE if the service does not exist for this kind of socket.
static int offer(const struct kind *kind, const struct wanted *wanted, int protocol, struct service *service)
{
	uint16_t port = wanted->port;
	int code = 0;
	if (UNLIKELY(wanted->name))
		code = kind->is_raw ? EAI_SERVICE : find_port(wanted->name, kind->word, &port);
	if (!code)
		*service = (struct service){kind->socktype, UNLIKELY(kind->is_raw) ? protocol : kind->protocol, port};
	return code;
}

// No hints: a port number applies to all default kinds of socket, a name to each kind that has it.
COLD static int offer_all(const struct wanted *wanted, struct services *out)
{
	out->count = 0;
	for (size_t i = 0; i < KIND_COUNT; i++) {
		if (!wanted->name && !kinds[i].is_default)
			continue;
		int code = offer(&kinds[i], wanted, 0, &out->list[out->count]);
		if (code == EAI_MEMORY)
			return code;
		out->count += !code;
	}
	return out->count ? 0 : EAI_SERVICE;
}

// With a hint, only the first kind that matches it is used.
static const struct kind *find_kind(int socktype, int protocol)
{
	for (size_t i = 0; i < KIND_COUNT; i++) {
		const struct kind *kind = &kinds[i];
		if ((LIKELY(socktype == kind->socktype) || !socktype) &&
			(LIKELY(!protocol) || kind->is_raw || protocol == kind->protocol))
			return kind;
	}
	return NULL;
}

int services_find(const char *name, const struct addrinfo *hints, struct services *out)
{
	const int socktype = hints->ai_socktype, protocol = hints->ai_protocol;
	struct wanted wanted;
	int code = read_wanted(name, hints->ai_flags, &wanted);
	if (code)
		return code;
	if (!socktype && !protocol)
		return offer_all(&wanted, out);
	const struct kind *kind = find_kind(socktype, protocol);
	if (!kind)
		return socktype ? EAI_SOCKTYPE : EAI_SERVICE;
	out->count = 1;
	return UNLIKELY(kind->is_raw) && wanted.is_given ? EAI_SERVICE : offer(kind, &wanted, protocol, &out->list[0]);
}
