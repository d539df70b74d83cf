// SPDX-License-Identifier: MIT
#include "shim/libc.h"

#include <dlfcn.h>
#include <stdatomic.h>

enum function {
	GETADDRINFO,
	GETHOSTBYADDR,
	GETHOSTBYADDR_R,
	GETHOSTBYNAME2,
	GETHOSTBYNAME2_R,
	GETNAMEINFO,
	FUNCTION_COUNT,
};

static const struct {
	const char *name;
	void *ours;
} functions[FUNCTION_COUNT] = {
	[GETADDRINFO] = { "getaddrinfo", getaddrinfo },
	[GETHOSTBYADDR] = { "gethostbyaddr", gethostbyaddr },
	[GETHOSTBYADDR_R] = { "gethostbyaddr_r", gethostbyaddr_r },
	[GETHOSTBYNAME2] = { "gethostbyname2", gethostbyname2 },
	[GETHOSTBYNAME2_R] = { "gethostbyname2_r", gethostbyname2_r },
	[GETNAMEINFO] = { "getnameinfo", getnameinfo },
};

static __thread int depth;

// The next one behind ours. Loaded twice, the library would find itself there: that one is no use.
static void *find(enum function function)
{
	static _Atomic(void *) found[FUNCTION_COUNT];
	void *next = atomic_load_explicit(&found[function], memory_order_acquire);
	if (next)
		return next;
	next = dlsym(RTLD_NEXT, functions[function].name);
	if (next == functions[function].ours)
		next = NULL;
	atomic_store_explicit(&found[function], next, memory_order_release);
	return next;
}

int libc_is_calling(void)
{
	return depth > 0;
}

int libc_getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **result)
{
	int (*next)(const char *, const char *, const struct addrinfo *, struct addrinfo **) = find(GETADDRINFO);
	if (!next)
		return EAI_FAIL;
	depth++;
	int code = next(node, service, hints, result);
	depth--;
	return code;
}

struct hostent *libc_gethostbyname2(const char *name, int family)
{
	struct hostent *(*next)(const char *, int) = find(GETHOSTBYNAME2);
	if (!next) {
		h_errno = NO_RECOVERY;
		return NULL;
	}
	depth++;
	struct hostent *entry = next(name, family);
	depth--;
	return entry;
}

int libc_gethostbyname2_r(const char *name, int family, struct hostent *entry, char *buffer, size_t size,
                          struct hostent **result, int *h_errno_out)
{
	int (*next)(const char *, int, struct hostent *, char *, size_t, struct hostent **, int *) = find(GETHOSTBYNAME2_R);
	if (!next) {
		*result = NULL;
		*h_errno_out = NO_RECOVERY;
		return 0;
	}
	depth++;
	int code = next(name, family, entry, buffer, size, result, h_errno_out);
	depth--;
	return code;
}

struct hostent *libc_gethostbyaddr(const void *address, socklen_t length, int family)
{
	struct hostent *(*next)(const void *, socklen_t, int) = find(GETHOSTBYADDR);
	if (!next) {
		h_errno = NO_RECOVERY;
		return NULL;
	}
	depth++;
	struct hostent *entry = next(address, length, family);
	depth--;
	return entry;
}

int libc_gethostbyaddr_r(const void *address, socklen_t length, int family, struct hostent *entry, char *buffer, size_t size,
                         struct hostent **result, int *h_errno_out)
{
	int (*next)(const void *, socklen_t, int, struct hostent *, char *, size_t, struct hostent **, int *) =
		find(GETHOSTBYADDR_R);
	if (!next) {
		*result = NULL;
		*h_errno_out = NO_RECOVERY;
		return 0;
	}
	depth++;
	int code = next(address, length, family, entry, buffer, size, result, h_errno_out);
	depth--;
	return code;
}

int libc_getnameinfo(const struct sockaddr *address, socklen_t length, char *host, socklen_t host_size, char *service,
                     socklen_t service_size, int flags)
{
	int (*next)(const struct sockaddr *, socklen_t, char *, socklen_t, char *, socklen_t, int) = find(GETNAMEINFO);
	if (!next)
		return EAI_FAIL;
	depth++;
	int code = next(address, length, host, host_size, service, service_size, flags);
	depth--;
	return code;
}
