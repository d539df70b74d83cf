// SPDX-License-Identifier: MIT
// getnameinfo(3).
#include <arpa/inet.h>
#include <limits.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "config/base/compiler.h"
#include "config/base/libc_version.h"
#include "config/base/strbuf.h"
#include "resolver/lookup.h"
#include "shim/call_log.h"
#include "shim/errors.h"
#include "shim/idn.h"
#include "shim/libc.h"
#include "shim/services.h"
#include "shim/shim.h"

// The last two are the retired NI_IDN_ALLOW_UNASSIGNED and NI_IDN_USE_STD3_ASCII_RULES.
#define KNOWN_FLAGS (NI_NUMERICHOST | NI_NUMERICSERV | NI_NOFQDN | NI_NAMEREQD | NI_DGRAM | NI_IDN | 0x40 | 0x80)
// NI_NUMERICSCOPE of musl; glibc does not know it.
#define NUMERIC_SCOPE 0x100

// An output buffer of the caller: for the host or the service.
struct text {
	char *bytes;
	size_t size;
};

// The arguments of one call.
struct request {
	const struct sockaddr *address;
	socklen_t length;
	int flags;
	struct text host, service;
};

static int put(const struct text *out, const char *text)
{
	size_t size = strlen(text) + 1;
	if (size > out->size)
		return EAI_OVERFLOW;
	memcpy(out->bytes, text, size);
	return 0;
}

// Like glibc, writes the scope as interface name only for link-local addresses.
static void add_scope(const struct sockaddr_in6 *ipv6, int flags, struct strbuf *out)
{
	const struct in6_addr *address = &ipv6->sin6_addr;
	char name[IF_NAMESIZE];
	bool is_link_local = IN6_IS_ADDR_LINKLOCAL(address) || IN6_IS_ADDR_MC_LINKLOCAL(address);
	strbuf_add(out, "%");
	if (is_link_local && !(flags & NUMERIC_SCOPE) && if_indextoname(ipv6->sin6_scope_id, name))
		strbuf_add(out, name);
	else
		strbuf_add_number(out, ipv6->sin6_scope_id);
	strbuf_end(out);
}

NOINLINE_LARGE_FRAME static int put_numeric_host(const struct sockaddr *address, int flags, const struct text *out)
{
	char text[INET6_ADDRSTRLEN + 1 + IF_NAMESIZE];
	if (address->sa_family == AF_INET) {
		inet_ntop(AF_INET, &((const struct sockaddr_in *)address)->sin_addr, text, sizeof(text));
		return put(out, text);
	}
	const struct sockaddr_in6 *ipv6 = (const struct sockaddr_in6 *)address;
	inet_ntop(AF_INET6, &ipv6->sin6_addr, text, sizeof(text));
	if (ipv6->sin6_scope_id)
		add_scope(ipv6, flags, &(struct strbuf){.bytes = text, .size = sizeof(text), .used = strlen(text)});
	return put(out, text);
}

static struct address read_address(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET)
		return address_from_bytes(AF_INET, &((const struct sockaddr_in *)address)->sin_addr);
	return address_from_bytes(AF_INET6, &((const struct sockaddr_in6 *)address)->sin6_addr);
}

// A copy of the part after the first dot; NULL if there is none, or out of memory.
static char *domain_part(const char *name)
{
	const char *dot = name ? strchr(name, '.') : NULL;
	return dot ? strdup(dot + 1) : NULL;
}

static char *domain_of_name(struct shim_call *call, const char *name)
{
	struct host host = {0};
	lookup_host(call->resolver, &call->lookup, &(struct lookup_request){name, AF_INET, 0}, &host);
	char *domain = domain_part(host.name);
	host_clear(&host);
	return domain;
}

static char *domain_of_loopback(struct shim_call *call)
{
	struct host host = {0};
	struct in_addr loopback = {htonl(INADDR_LOOPBACK)};
	struct address address = address_from_bytes(AF_INET, &loopback);
	lookup_address(call->resolver, &call->lookup, &address, &host);
	char *domain = domain_part(host.name);
	host_clear(&host);
	return domain;
}

static char *find_own_domain(struct shim_call *call)
{
	char name[HOST_NAME_MAX + 1] = "";
	char *domain = domain_of_name(call, "localhost");
	if (domain || gethostname(name, sizeof(name) - 1) != 0)
		return domain;
	if ((domain = domain_part(name)) || (domain = domain_of_name(call, name)))
		return domain;
	return domain_of_loopback(call);
}

// The DNS domain of this host: the part after the first dot of the first of these that has one, as in glibc: the
// canonical name of localhost, gethostname(2), the canonical name of that, the name of 127.0.0.1. NULL if none has one.
// Determined once per process by lookups in call; the text is never freed.
static const char *own_domain(struct shim_call *call)
{
	static _Atomic(char *) known;
	static char none[] = "";
	char *domain = atomic_load(&known);
	if (!domain) {
		char *found = find_own_domain(call), *expected = NULL;
		domain = found ? found : none;
		if (!atomic_compare_exchange_strong(&known, &expected, domain)) {
			free(found);
			domain = expected;
		}
	}
	return *domain ? domain : NULL;
}

// NI_NOFQDN: cuts the name before this host's domain.
static void shorten(struct shim_call *call, char *name)
{
	const char *domain = own_domain(call);
	char *found = domain ? strstr(name, domain) : NULL;
	if (found && found > name && found[-1] == '.')
		found[-1] = '\0';
}

static int put_unicode(const struct text *out, const char *name)
{
	char *unicode;
	int code = idn_to_unicode(name, &unicode);
	if (code)
		return code;
	code = put(out, unicode);
	free(unicode);
	return code;
}

// The name of an address; EAI_NONAME if it has none.
static int put_host_name(struct shim_call *call, const struct request *request, struct host *host, bool *is_system)
{
	const struct address address = read_address(request->address);
	enum outcome outcome = OUTCOME_NO_NAME;
	if (!call->resolver) {
		outcome = shim_missing_resolver(call, &host->error);
		return outcome == OUTCOME_ERROR ? error_to_eai(outcome, host, false) : EAI_FAIL;
	}
	shim_open_state(call);
	if (address.family == AF_INET || !address_is_wildcard(&address))
		outcome = lookup_address(call->resolver, &call->lookup, &address, host);
	*is_system = outcome == OUTCOME_SYSTEM;
	if (outcome == OUTCOME_TRY_AGAIN || outcome == OUTCOME_ERROR)
		return error_to_eai(outcome, host, false);
	if (outcome != OUTCOME_FOUND)
		return EAI_NONAME;
	if (request->flags & NI_NOFQDN)
		shorten(call, host->name);
	return (request->flags & NI_IDN ? put_unicode : put)(&request->host, host->name);
}

static int put_internet_host(struct shim_call *call, const struct request *request, struct host *host, bool *is_system)
{
	if (!(request->flags & NI_NUMERICHOST)) {
		const int code = put_host_name(call, request, host, is_system);
		if (code != EAI_NONAME || *is_system)
			return code;
	}
	return request->flags & NI_NAMEREQD ? EAI_NONAME
										: put_numeric_host(request->address, request->flags, &request->host);
}

NOINLINE_LARGE_FRAME static int put_internet_service(const struct sockaddr *address, int flags, const struct text *out)
{
	char text[SERVICE_NAME_SIZE];
	uint16_t port = ntohs(((const struct sockaddr_in *)address)->sin_port);  // in the same place for both families
	if (!(flags & NI_NUMERICSERV) && services_name(port, flags & NI_DGRAM ? "udp" : "tcp", text))
		return put(out, text);
	// glibc writes as many digits as fit before it returns EAI_OVERFLOW.
	struct strbuf number = {.bytes = out->bytes, .size = out->size};
	strbuf_add_number(&number, port);
	const bool fits = number.used < number.size;
	strbuf_end(&number);
	return fits ? 0 : EAI_OVERFLOW;
}

// AF_LOCAL: the host is this one, the service is the socket's path.
NOINLINE_LARGE_FRAME static int put_local_host(int flags, const struct text *out)
{
	struct utsname self;
	if (!(flags & NI_NUMERICHOST) && uname(&self) == 0)
		return put(out, self.nodename);
	return flags & NI_NAMEREQD ? EAI_NONAME : put(out, "localhost");
}

// sun_path may lack a final NUL (unix(7)).
static int put_local_service(const struct sockaddr *address, socklen_t length, const struct text *out)
{
	char path[sizeof(struct sockaddr_un)] = "";
	size_t room = length - offsetof(struct sockaddr_un, sun_path);
	const char *given = ((const struct sockaddr_un *)address)->sun_path;
	memcpy(path, given, strnlen(given, room < sizeof(path) ? room : sizeof(path) - 1));
	return put(out, path);
}

static size_t least_length(sa_family_t family)
{
	if (family == AF_INET || family == AF_INET6)
		return family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
	return family == AF_LOCAL ? offsetof(struct sockaddr_un, sun_path) : SIZE_MAX;
}

static int check(const struct sockaddr *address, socklen_t length, const char *host, const char *service, int flags)
{
	// musl ignores flags that it does not know.
	if (flags & ~KNOWN_FLAGS && !libc_version_is_musl())
		return EAI_BADFLAGS;
	if (!address || length < sizeof(sa_family_t))
		return EAI_FAMILY;
	if (flags & NI_NAMEREQD && !host && !service)
		return EAI_NONAME;
	return length < least_length(address->sa_family) ? EAI_FAMILY : 0;
}

static bool is_wanted(const struct text *out)
{
	return out->bytes && out->size;
}

static int put_host(struct shim_call *call, const struct request *request, struct host *host, bool *is_system)
{
	const struct sockaddr *address = request->address;
	const bool is_looked_up = is_wanted(&request->host) && !(request->flags & NI_NUMERICHOST);
	if (!is_looked_up)
		host->source = SOURCE_LITERAL;  // no lookup is made
	if (!is_wanted(&request->host))
		return 0;
	return address->sa_family == AF_LOCAL ? put_local_host(request->flags, &request->host)
										  : put_internet_host(call, request, host, is_system);
}

static int put_service(const struct request *request)
{
	if (!is_wanted(&request->service))
		return 0;
	return request->address->sa_family == AF_LOCAL
		? put_local_service(request->address, request->length, &request->service)
		: put_internet_service(request->address, request->flags, &request->service);
}

NOINLINE_LARGE_FRAME static void log_call(
	const struct shim_call *call, const struct sockaddr *address, const struct host *host, const char *word)
{
	char text[INET6_ADDRSTRLEN + 1 + IF_NAMESIZE] = "";
	if (address && (address->sa_family == AF_INET || address->sa_family == AF_INET6))
		put_numeric_host(address, 0, &(struct text){text, sizeof(text)});
	call_log_host(call, text, NULL, host, word);
}

int getnameinfo(const struct sockaddr *address, socklen_t length, char *host_text, socklen_t host_size,
	char *service_text, socklen_t service_size, int flags)
{
	struct shim_call call;
	struct host host = {0};
	bool is_system = false;
	const struct request request = {address, length, flags, {host_text, host_size}, {service_text, service_size}};
	if (!shim_enter(&call, "getnameinfo"))
		return libc_getnameinfo(address, length, host_text, host_size, service_text, service_size, flags);
	call.is_reverse = true;
	int code = check(address, length, host_text, service_text, flags);
	bool is_readable = !code;
	if (!code)
		code = put_host(&call, &request, &host, &is_system);
	if (!code)
		code = put_service(&request);
	if (is_system) {
		code = libc_getnameinfo(address, length, host_text, host_size, service_text, service_size, flags);
		if (!code)
			host_set_name(&host, host_text);
	}
	log_call(&call, is_readable ? address : NULL, &host, error_eai_word(code));
	host_clear(&host);
	shim_leave(&call, code == EAI_SYSTEM);
	return code;
}
