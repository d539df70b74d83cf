// SPDX-License-Identifier: MIT
// getaddrinfo(3), freeaddrinfo(3).
#include "shim/getaddrinfo.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "config/base/compiler.h"
#include "config/base/strbuf.h"
#include "resolver/address_order.h"
#include "resolver/interfaces.h"
#include "resolver/lookup.h"
#include "shim/addrinfo_list.h"
#include "shim/call_log.h"
#include "shim/errors.h"
#include "shim/generation.h"
#include "shim/idn.h"
#include "shim/libc.h"
#include "shim/literal.h"
#include "shim/services.h"
#include "shim/shim.h"

// The last two are the retired AI_IDN_ALLOW_UNASSIGNED and AI_IDN_USE_STD3_ASCII_RULES.
#define KNOWN_FLAGS                                                                                             \
	(AI_PASSIVE | AI_CANONNAME | AI_NUMERICHOST | AI_V4MAPPED | AI_ALL | AI_ADDRCONFIG | AI_IDN | AI_CANONIDN | \
		AI_NUMERICSERV | 0x100 | 0x200)

// The arguments of one call, as the program passes them.
struct arguments {
	const char *node;
	const char *service;
	const struct addrinfo *hints;
};

// What they ask for, and what is found.
struct request {
	const char *node;  // NULL: this host
	int flags;
	int family;
	struct services services;
	struct host host;
	bool is_system;  // libc is to be asked
};

static const char *given(const char *text)
{
	return LIKELY(text && strcmp(text, "*") != 0) ? text : NULL;
}

// Validates the arguments in glibc's order, so that the same error comes first.
static int read_request(const struct shim_call *call, const struct arguments *arguments, struct request *request)
{
	static const struct addrinfo no_hints = {.ai_flags = AI_V4MAPPED | AI_ADDRCONFIG};
	const struct addrinfo *hints = arguments->hints ? arguments->hints : &no_hints;
	const char *service = given(arguments->service);
	request->node = given(arguments->node);
	request->flags = hints->ai_flags;
	request->family = hints->ai_family;
	request->host = (struct host){0};
	request->is_system = false;
	if (!request->node && !service)
		return EAI_NONAME;
	if (hints->ai_flags & ~KNOWN_FLAGS || (hints->ai_flags & AI_CANONNAME && !request->node))
		return EAI_BADFLAGS;
	if (hints->ai_family != AF_UNSPEC && hints->ai_family != AF_INET && hints->ai_family != AF_INET6)
		return EAI_FAMILY;
	if (hints->ai_flags & AI_ADDRCONFIG && !interface_narrow_family(&request->family, call->started)) {
		call_log_explain(call, "this machine has no address of that family");
		return EAI_NONAME;
	}
	return services_find(service, hints, &request->services);
}

// node NULL: the wildcard addresses with AI_PASSIVE, else the loopback addresses.
COLD static bool add_own_addresses(struct request *request)
{
	static const struct address own[] = {
		{.family = AF_INET6, .bytes = {[15] = 1}},
		{.family = AF_INET, .bytes = {127, 0, 0, 1}},
	};
	for (size_t i = 0; i < 2; i++) {
		struct address address = own[i];
		if (request->family != AF_UNSPEC && request->family != address.family)
			continue;
		if (request->flags & AI_PASSIVE)
			memset(address.bytes, 0, sizeof(address.bytes));
		if (!host_add_address(&request->host, &address))
			return false;
	}
	return true;
}

// Converts a literal to the requested family. False if that is impossible.
static bool fit_family(const struct request *request, struct address *address)
{
	if (request->family == AF_UNSPEC || request->family == address->family)
		return true;
	if (address->family == AF_INET && request->flags & AI_V4MAPPED) {
		*address = address_mapped(address);
		return true;
	}
	if (!address_is_mapped(address))
		return false;
	*address = address_from_bytes(AF_INET, address->bytes + 12);
	return true;
}

static bool is_simple(const struct request *request)
{
	return request->family == AF_INET && !(request->flags & AI_CANONNAME);
}

static int answer_literal(struct request *request, struct address address)
{
	request->host.source = SOURCE_LITERAL;
	if (!fit_family(request, &address))
		return EAI_ADDRFAMILY;
	return error_to_eai(host_set_literal(&request->host, request->node, &address), &request->host, is_simple(request));
}

// Is it an IPv6 literal with an invalid scope, while AF_INET is requested? glibc checks the family first.
static bool is_foreign_scope(const struct request *request)
{
	char text[INET6_ADDRSTRLEN];
	struct address address;
	const char *scope = request->family == AF_INET ? strchr(request->node, '%') : NULL;
	if (!scope || scope - request->node >= INET6_ADDRSTRLEN)
		return false;
	*(char *)mempcpy(text, request->node, (size_t)(scope - request->node)) = '\0';
	return address_read(text, &address) && address.family == AF_INET6 && !address_is_mapped(&address);
}

static int find_addresses(struct shim_call *call, struct request *request)
{
	struct host *host = &request->host;
	struct address literal;
	if (!request->node)
		return add_own_addresses(request) ? 0 : EAI_MEMORY;
	if (lookup_literal(request->node, &literal))
		return answer_literal(request, literal);
	if (is_foreign_scope(request))
		return EAI_ADDRFAMILY;
	if (request->flags & AI_NUMERICHOST || !*request->node)
		return EAI_NONAME;
	shim_open_state(call);
	// glibc calls gethostbyname2_r here, which treats more names as address literals.
	if (is_simple(request) && literal_read(request->node, AF_INET, &literal) != OUTCOME_PASS)
		return EAI_NONAME;
	if (!call->resolver) {
		enum outcome outcome = shim_missing_resolver(call, &host->error);
		return outcome == OUTCOME_ERROR ? error_to_eai(outcome, host, is_simple(request)) : EAI_FAIL;
	}
	call->lookup.while_waiting = address_order_prepare;
	const struct lookup_request wanted = {
		.name = request->node,
		.family = (sa_family_t)request->family,
		.flags = (request->flags & AI_V4MAPPED ? LOOKUP_MAPPED : 0) | (request->flags & AI_ALL ? LOOKUP_ALL : 0) |
			(request->flags & AI_CANONNAME ? 0 : LOOKUP_NO_NAMES),
	};
	enum outcome outcome = lookup_host(call->resolver, &call->lookup, &wanted, host);
	request->is_system = outcome == OUTCOME_SYSTEM;
	return error_to_eai(outcome, host, is_simple(request));
}

// AI_CANONIDN: converts the canonical name to Unicode.
COLD static int show_name(struct host *host)
{
	char *unicode;
	int code = idn_to_unicode(host->name, &unicode);
	if (code)
		return code;
	free(host->name);
	host->name = unicode;
	return 0;
}

static int answer(struct shim_call *call, struct request *request, struct addrinfo **result)
{
	struct host *host = &request->host;
	int code = find_addresses(call, request);
	if (!code && request->flags & AI_CANONNAME && request->flags & AI_CANONIDN)
		code = show_name(host);
	if (code)
		return code;
	address_order_sort(host->addresses, host->address_count, call->started);
	host_alter(host);
	*result = addrinfo_list_make(request->flags, &request->services, host->addresses, host->address_count);
	if (*result && request->flags & AI_CANONNAME && !addrinfo_list_set_name(*result, host->name)) {
		addrinfo_list_free(*result);
		return EAI_MEMORY;
	}
	return *result ? 0 : EAI_MEMORY;
}

// AI_IDN: looks up the A-label form of the name.
COLD static int answer_idn(struct shim_call *call, struct request *request, struct addrinfo **result)
{
	char *ascii;
	int code = idn_to_ascii(request->node, &ascii);
	if (code)
		return code;
	request->node = ascii;
	code = answer(call, request, result);
	free(ascii);
	return code;
}

// Writes service and family for the log; NULL if neither is given.
static const char *write_arguments(const struct arguments *arguments, char *text, size_t size)
{
	const int family = arguments->hints ? arguments->hints->ai_family : AF_UNSPEC;
	struct strbuf out = {.bytes = text, .size = size};
	if (arguments->service) {
		strbuf_add(&out, " service=");
		strbuf_add(&out, arguments->service);
	}
	if (family == AF_INET || family == AF_INET6)
		strbuf_add(&out, family == AF_INET ? " family=inet" : " family=inet6");
	return *strbuf_end(&out) ? text + 1 : NULL;
}

COLD static void log_call(
	const struct shim_call *call, const struct arguments *arguments, const struct host *host, int code)
{
	char text[128];
	const char *name = arguments->node ? arguments->node : "";
	call_log_host(call, name, write_arguments(arguments, text, sizeof(text)), host, error_eai_word(code));
}

// Copies the addresses that libc found to host, for the log. The list repeats each address for each service.
COLD static void note_addresses(struct host *host, const struct addrinfo *list)
{
	for (const struct addrinfo *at = list; at; at = at->ai_next) {
		bool is_ipv4 = at->ai_family == AF_INET;
		const void *bytes = is_ipv4 ? (const void *)&((const struct sockaddr_in *)at->ai_addr)->sin_addr
									: (const void *)&((const struct sockaddr_in6 *)at->ai_addr)->sin6_addr;
		struct address address = address_from_bytes((sa_family_t)at->ai_family, bytes);
		bool is_known = host->address_count && address_equal(&host->addresses[host->address_count - 1], &address);
		if (!is_known && !host_add_address(host, &address))
			return;
	}
}

int getaddrinfo_answer(
	const char *function, const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **result)
{
	const struct arguments arguments = {node, service, hints};
	struct shim_call call;
	struct request request;
	if (!shim_enter(&call, function))
		return libc_getaddrinfo(node, service, hints, result);
	int code = read_request(&call, &arguments, &request);
	bool is_idn = !code && request.node && request.flags & AI_IDN;
	if (!code)
		code = is_idn ? answer_idn(&call, &request, result) : answer(&call, &request, result);
	if (UNLIKELY(request.is_system)) {
		code = libc_getaddrinfo(request.host.name ? request.host.name : node, service, hints, result);
		if (!code)
			note_addresses(&request.host, *result);
	}
	code = error_eai_of_libc(code);
	if (shim_is_logged(&call))
		log_call(&call, &arguments, &request.host, code);
	host_clear(&request.host);
	const int number = error_errno_of_eai(code);
	if (UNLIKELY(number))
		errno = number;
	shim_leave(&call, number || code == EAI_SYSTEM);
	return code;
}

// Reads an address without a scope, which may be the name of an interface.
static bool read_plain(const char *node, struct address *out)
{
	if (LIKELY(!strchr(node, ':')))
		return address_read_ipv4(node, out);
	*out = (struct address){.family = AF_INET6};
	return inet_pton(AF_INET6, node, out->bytes) == 1;
}

// Answers for an address, and a port, that are given as numbers, where nothing of the configuration counts. False for
// anything else.
static bool answer_numbers(const struct arguments *arguments, struct addrinfo **result)
{
	const int flags = AI_PASSIVE | AI_NUMERICHOST | AI_V4MAPPED | AI_ALL | AI_NUMERICSERV;
	const struct addrinfo *hints = arguments->hints;
	struct address address;
	struct services services;
	if (!arguments->node || !hints || hints->ai_flags & ~flags || !read_plain(arguments->node, &address))
		return false;
	if (hints->ai_family != AF_UNSPEC && hints->ai_family != address.family)
		return false;
	const struct addrinfo by_number = {
		.ai_flags = AI_NUMERICSERV, .ai_socktype = hints->ai_socktype, .ai_protocol = hints->ai_protocol};
	if (!generation_is_unlogged() || services_find(arguments->service, &by_number, &services) != 0)
		return false;
	struct addrinfo *list = addrinfo_list_make(hints->ai_flags, &services, &address, 1);
	if (list)
		*result = list;
	return list;
}

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **result)
{
	if (answer_numbers(&(struct arguments){node, service, hints}, result))
		return 0;
	return getaddrinfo_answer("getaddrinfo", node, service, hints, result);
}

void freeaddrinfo(struct addrinfo *list)
{
	addrinfo_list_free(list);
}
