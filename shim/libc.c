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
	RES_INIT_ALL,
	RES_NINIT,
	RES_NCLOSE,
	RES_NQUERY,
	RES_NSEARCH,
	RES_NSEND,
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
	[RES_INIT_ALL] = { "__res_init", res_init },
	[RES_NINIT] = { "__res_ninit", res_ninit },
	[RES_NCLOSE] = { "__res_nclose", res_nclose },
	[RES_NQUERY] = { "res_nquery", res_nquery },
	[RES_NSEARCH] = { "res_nsearch", res_nsearch },
	[RES_NSEND] = { "res_nsend", res_nsend },
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

int libc_gethostbyaddr_r(const void *address, socklen_t length, int family, struct hostent *entry, char *buffer,
                         size_t size, struct hostent **result, int *h_errno_out)
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

int libc_res_init(void)
{
	int (*next)(void) = find(RES_INIT_ALL);
	return next ? next() : -1;
}

int libc_res_ninit(struct __res_state *state)
{
	int (*next)(struct __res_state *) = find(RES_NINIT);
	return next ? next(state) : -1;
}

void libc_res_nclose(struct __res_state *state)
{
	void (*next)(struct __res_state *) = find(RES_NCLOSE);
	if (next)
		next(state);
}

static int query(enum function function, struct __res_state *state, const char *name, int class, int type,
                 unsigned char *answer, int size)
{
	int (*next)(struct __res_state *, const char *, int, int, unsigned char *, int) = find(function);
	if (!next) {
		h_errno = NO_RECOVERY;
		return -1;
	}
	depth++;
	int length = next(state, name, class, type, answer, size);
	depth--;
	return length;
}

int libc_res_nquery(struct __res_state *state, const char *name, int class, int type, unsigned char *answer, int size)
{
	return query(RES_NQUERY, state, name, class, type, answer, size);
}

int libc_res_nsearch(struct __res_state *state, const char *name, int class, int type, unsigned char *answer, int size)
{
	return query(RES_NSEARCH, state, name, class, type, answer, size);
}

int libc_res_nsend(struct __res_state *state, const unsigned char *message, int message_size, unsigned char *answer,
                   int size)
{
	int (*next)(struct __res_state *, const unsigned char *, int, unsigned char *, int) = find(RES_NSEND);
	if (!next)
		return -1;
	depth++;
	int length = next(state, message, message_size, answer, size);
	depth--;
	return length;
}
