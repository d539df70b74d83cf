// SPDX-License-Identifier: MIT
#include "shim/command/libc_query.h"

#include <dlfcn.h>
#include <errno.h>
#include <gnu/lib-names.h>
#include <limits.h>
#include <netdb.h>
#include <resolv.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "config/base/address.h"
#include "resolver/dns/host.h"

#define ANSWER_MAX 65535

_Static_assert(LIBC_QUERY_SERVERS_MAX == MAXNS, "as many servers as libc has");

// The function of that name in libc itself, even if libwithdns.so is preloaded into this process, as within another
// withdns. Returns `known` if libc cannot be identified.
static void *own(const char *name, void *known)
{
	void *libc = dlopen(LIBC_SO, RTLD_LAZY | RTLD_NOLOAD);
	void *own = libc != NULL ? dlsym(libc, name) : NULL;
	if (libc != NULL)
		dlclose(libc);
	return own != NULL ? own : known;
}

// What a code of libc means; a table ends with the meaning of all others.
struct meaning {
	int code;
	enum outcome outcome;
};
#define OTHERS INT_MIN

static enum outcome outcome_of(const struct meaning *meanings, int code)
{
	while (meanings->code != code && meanings->code != OTHERS)
		meanings++;
	return meanings->outcome;
}

static const struct meaning eai_meanings[] = {{0, OUTCOME_FOUND}, {EAI_NONAME, OUTCOME_NO_NAME},
	{EAI_NODATA, OUTCOME_NO_DATA}, {EAI_ADDRFAMILY, OUTCOME_NO_DATA}, {EAI_AGAIN, OUTCOME_TRY_AGAIN},
	{EAI_MEMORY, OUTCOME_ERROR}, {EAI_SYSTEM, OUTCOME_ERROR}, {OTHERS, OUTCOME_NO_RECOVERY}};
static const struct meaning h_errno_meanings[] = {{HOST_NOT_FOUND, OUTCOME_NO_NAME}, {NO_DATA, OUTCOME_NO_DATA},
	{TRY_AGAIN, OUTCOME_TRY_AGAIN}, {NO_RECOVERY, OUTCOME_NO_RECOVERY}, {OTHERS, OUTCOME_ERROR}};

static bool add_node(struct host *host, const struct addrinfo *node)
{
	struct sockaddr_storage storage = {.ss_family = AF_UNSPEC};
	struct address address;
	memcpy(&storage, node->ai_addr, node->ai_addrlen);
	return !address_from_sockaddr(&storage, &address) || host_add_address(host, &address);
}

enum outcome libc_query_host(const char *name, struct host *host)
{
	__typeof__(getaddrinfo) *ask = own("getaddrinfo", getaddrinfo);
	struct addrinfo *list = NULL, hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_CANONNAME};
	const char *asked = host->name != NULL ? host->name : name;
	int code = ask(asked, NULL, &hints, &list);
	bool is_whole = code != 0 || host_set_name(host, list->ai_canonname != NULL ? list->ai_canonname : asked);
	for (const struct addrinfo *node = list; node != NULL && is_whole; node = node->ai_next)
		is_whole = add_node(host, node);
	if (list != NULL)
		freeaddrinfo(list);
	host->source = SOURCE_SYSTEM;
	host->error = is_whole ? 0 : ENOMEM;
	return is_whole ? outcome_of(eai_meanings, code) : OUTCOME_ERROR;
}

enum outcome libc_query_address(const struct address *address, struct host *host)
{
	__typeof__(getnameinfo) *ask = own("getnameinfo", getnameinfo);
	struct sockaddr_storage storage;
	socklen_t length = address_to_sockaddr(address, &storage);
	char name[NI_MAXHOST];
	int code = ask((struct sockaddr *)&storage, length, name, sizeof(name), NULL, 0, NI_NAMEREQD);
	host->source = SOURCE_SYSTEM;
	if (code == 0 && host_set_name(host, name))
		return OUTCOME_FOUND;
	host->error = code == 0 ? ENOMEM : 0;
	return code == 0 ? OUTCOME_ERROR : outcome_of(eai_meanings, code);
}

uint8_t *libc_query_message(const char *name, uint16_t class, uint16_t type, size_t *size, enum outcome *outcome)
{
	__typeof__(res_ninit) *open_state = own("__res_ninit", res_ninit);
	__typeof__(res_nsearch) *search = own("res_nsearch", res_nsearch);
	__typeof__(res_nclose) *close_state = own("__res_nclose", res_nclose);
	struct __res_state state = {.options = 0};
	uint8_t *message = malloc(ANSWER_MAX);
	int length = -1;
	*outcome = OUTCOME_ERROR;
	if (message != NULL && open_state(&state) == 0) {
		length = search(&state, name, class, type, message, ANSWER_MAX);
		*outcome = length < 0 ? outcome_of(h_errno_meanings, state.res_h_errno) : OUTCOME_FOUND;
		close_state(&state);
	}
	if (length < 0) {
		free(message);
		return NULL;
	}
	*size = (size_t)length;
	return message;
}

// An IPv6 address is kept outside the list.
static bool read_server(const struct __res_state *state, int i, struct address *out)
{
	const struct sockaddr_in6 *ipv6 = state->_u._ext.nsaddrs[i];
	struct sockaddr_storage storage = {.ss_family = AF_UNSPEC};
	if (state->nsaddr_list[i].sin_family == AF_INET)
		memcpy(&storage, &state->nsaddr_list[i], sizeof(state->nsaddr_list[i]));
	else if (ipv6 != NULL)
		memcpy(&storage, ipv6, sizeof(*ipv6));
	return address_from_sockaddr(&storage, out);
}

size_t libc_query_servers(struct address out[LIBC_QUERY_SERVERS_MAX])
{
	__typeof__(res_ninit) *open_state = own("__res_ninit", res_ninit);
	__typeof__(res_nclose) *close_state = own("__res_nclose", res_nclose);
	struct __res_state state = {.options = 0};
	size_t count = 0;
	if (open_state(&state) != 0)
		return 0;
	for (int i = 0; i < state.nscount && count < LIBC_QUERY_SERVERS_MAX; i++)
		count += read_server(&state, i, &out[count]);
	close_state(&state);
	return count;
}
