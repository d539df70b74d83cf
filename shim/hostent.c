// SPDX-License-Identifier: MIT
#include "shim/hostent.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "resolver/lookup.h"

// Allocates from a buffer; NULL from the first failure on.
struct piece_cutter {
	char *at;
	size_t left;
	bool failed;
};

static void *cut(struct piece_cutter *cutter, size_t size, size_t alignment)
{
	size_t padding = -(uintptr_t)cutter->at & (alignment - 1);
	if (cutter->failed || cutter->left < padding || cutter->left - padding < size) {
		cutter->failed = true;
		return NULL;
	}
	char *piece = cutter->at + padding;
	cutter->at = piece + size;
	cutter->left -= padding + size;
	return piece;
}

static char *cut_text(struct piece_cutter *cutter, const char *text)
{
	size_t size = strlen(text) + 1;
	char *piece = cut(cutter, size, 1);
	return piece ? memcpy(piece, text, size) : NULL;
}

static size_t address_size(int family)
{
	return family == AF_INET ? 4 : 16;
}

size_t hostent_least_size(int family)
{
	return 2 * sizeof(char *) + address_size(family) + 1;
}

static size_t count_addresses(const struct host *host, int family)
{
	size_t count = 0;
	for (size_t i = 0; i < host->address_count; i++)
		count += host->addresses[i].family == family;
	return count;
}

static void pack_addresses(const struct host *host, int family, char **list, struct piece_cutter *cutter)
{
	for (size_t i = 0; i < host->address_count && !cutter->failed; i++) {
		if (host->addresses[i].family != family)
			continue;
		char *bytes = cut(cutter, address_size(family), sizeof(uint32_t));
		if (bytes)
			*list++ = memcpy(bytes, host->addresses[i].bytes, address_size(family));
	}
	if (!cutter->failed)
		*list = NULL;
}

static void pack_aliases(const struct host *host, char **list, struct piece_cutter *cutter)
{
	for (size_t i = 0; i < host->alias_count && !cutter->failed; i++)
		list[i] = cut_text(cutter, host->aliases[i]);
	if (!cutter->failed)
		list[host->alias_count] = NULL;
}

static bool pack(const struct host *host, int family, const struct hostent_buffer *buffer)
{
	struct piece_cutter cutter = {buffer->bytes, buffer->size, false};
	const size_t address_count = count_addresses(host, family);
	char **addresses = cut(&cutter, (address_count + 1) * sizeof(char *), sizeof(char *));
	// Without aliases both lists share one final NULL, so that the smallest buffers that glibc accepts suffice.
	char **aliases = host->alias_count || !addresses
		? cut(&cutter, (host->alias_count + 1) * sizeof(char *), sizeof(char *))
		: addresses + address_count;
	pack_addresses(host, family, addresses, &cutter);
	char *name = cut_text(&cutter, host->name);
	pack_aliases(host, aliases, &cutter);
	if (cutter.failed)
		return false;
	*buffer->entry = (struct hostent){
		.h_name = name,
		.h_aliases = aliases,
		.h_addrtype = family,
		.h_length = (int)address_size(family),
		.h_addr_list = addresses,
	};
	return true;
}

bool hostent_pack(const struct host *host, int family, struct hostent_buffer *buffer)
{
	while (!pack(host, family, buffer))
		if (!hostent_grow(buffer))
			return false;
	return true;
}

struct kept_hostent {
	struct hostent entry;
	char *bytes;
	size_t size;
};

// The entries of one thread. glibc has one per process; per thread, no lock is needed that a fork could leave held, and
// threads do not overwrite each other's results.
struct keeper {
	struct kept_hostent slots[HOSTENT_SLOTS];
	atomic_bool is_taken;
	struct keeper *next;
};

static pthread_key_t keeper_key;
static bool has_keeper_key;

// All blocks, as many as there were threads at once. The block of an ended thread is not freed but reused by a new one,
// because the thread may have passed its last entry to another thread.
static _Atomic(struct keeper *) keepers;

static void leave_keeper(void *value)
{
	atomic_store(&((struct keeper *)value)->is_taken, false);
}

static struct keeper *take_left(void)
{
	struct keeper *keeper = atomic_load(&keepers);
	while (keeper && atomic_exchange(&keeper->is_taken, true))
		keeper = keeper->next;
	return keeper;
}

static struct keeper *new_keeper(void)
{
	struct keeper *keeper = calloc(1, sizeof(*keeper));
	if (!keeper)
		return NULL;
	keeper->is_taken = true;
	keeper->next = atomic_load(&keepers);
	while (!atomic_compare_exchange_weak(&keepers, &keeper->next, keeper))
		;
	return keeper;
}

__attribute__((constructor(101))) static void make_keeper_key(void)
{
	if (!has_keeper_key)
		has_keeper_key = pthread_key_create(&keeper_key, leave_keeper) == 0;
}

static struct keeper *this_keeper(void)
{
	make_keeper_key();
	if (!has_keeper_key)
		return NULL;
	struct keeper *keeper = pthread_getspecific(keeper_key);
	if (keeper)
		return keeper;
	keeper = take_left();
	if (!keeper)
		keeper = new_keeper();
	if (keeper && pthread_setspecific(keeper_key, keeper) != 0) {
		leave_keeper(keeper);
		return NULL;
	}
	return keeper;
}

void hostent_keep(enum hostent_slot slot, struct hostent_buffer *buffer)
{
	struct keeper *keeper = this_keeper();
	struct kept_hostent *kept = keeper ? &keeper->slots[slot] : NULL;
	buffer->kept = kept;
	buffer->entry = kept ? &kept->entry : NULL;
	buffer->bytes = kept ? kept->bytes : NULL;
	buffer->size = kept ? kept->size : 0;
}

bool hostent_grow(struct hostent_buffer *buffer)
{
	struct kept_hostent *kept = buffer->kept;
	const size_t size = buffer->size ? buffer->size * 2 : 1024;
	char *bytes = kept ? realloc(kept->bytes, size) : NULL;
	if (!bytes)
		return false;
	buffer->bytes = kept->bytes = bytes;
	buffer->size = kept->size = size;
	return true;
}
