// SPDX-License-Identifier: MIT
#include "resolver/address_order.h"

#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/base/compiler.h"
#include "config/base/hash.h"
#include "config/base/kernel.h"
#include "config/sync/seqlock.h"
#include "resolver/address_rules.h"
#include "resolver/interfaces.h"

struct candidate {
	struct destination destination;
	uint8_t source_key[16];  // the source in the form of struct interface_address, to find its interface
	uint32_t interface;      // of the source; 0: unknown
	struct address_rank rank;
	size_t position;  // index in the original list
};

void address_order_prepare(int64_t begun)
{
	const int saved_errno = errno;
	address_rules_prepare();
	interfaces_prepare(begun);
	errno = saved_errno;
}

// ---- sources and interfaces ----

// One datagram socket for the whole list, connected to each address in turn. This sends no packets.
struct probe {
	int descriptor;
	int family;
	bool is_used;
};

static void probe_close(struct probe *probe)
{
	if (probe->descriptor >= 0)
		close(probe->descriptor);
	probe->descriptor = -1;
}

static void probe_open(struct probe *probe, int family)
{
	probe_close(probe);
	probe->family = family;
	probe->is_used = false;
	probe->descriptor = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

// Prepares the socket for an address of the family. An IPv6 socket also serves IPv4.
static void probe_prepare(struct probe *probe, int family)
{
	if (probe->descriptor < 0 || (probe->family == AF_INET && family == AF_INET6)) {
		probe_open(probe, family);
		return;
	}
	// Dissolve the association: otherwise the source of the last address would be kept.
	const struct sockaddr none = {.sa_family = AF_UNSPEC};
	if (probe->is_used)
		kernel_connect(probe->descriptor, &none, sizeof none);
}

static bool probe_connect(struct probe *probe, const struct address *address)
{
	struct sockaddr_storage storage;
	const socklen_t length = address_to_sockaddr(address, &storage);
	if (probe->descriptor < 0)
		return false;
	probe->is_used = true;
	if (kernel_connect(probe->descriptor, (const struct sockaddr *)&storage, length) == 0)
		return true;
	if (errno != EAFNOSUPPORT || probe->family != AF_INET6 || address->family != AF_INET)
		return false;
	probe_open(probe, AF_INET);  // net.ipv6.bindv6only is set
	return probe->descriptor >= 0 && kernel_connect(probe->descriptor, (const struct sockaddr *)&storage, length) == 0;
}

// Returns the local address of the socket: for IPv4 on an IPv6 socket ::ffff:192.0.2.1.
static bool probe_source(const struct probe *probe, struct address *out)
{
	struct sockaddr_storage source;
	socklen_t length = sizeof source;
	if (getsockname(probe->descriptor, (struct sockaddr *)&source, &length) != 0 ||
		!address_from_sockaddr(&source, out))
		return false;
	out->port = 0;
	out->scope = 0;
	return true;
}

// As glibc: all of 127/8 is 127.0.0.1, the address of the loopback interface, except on an IPv6 socket.
static void set_source_key(struct candidate *candidate, const struct address *source)
{
	static const uint8_t mapped_loopback[16] = {[10] = 0xff, 0xff, 127, 0, 0, 1};
	const bool is_loopback = source->family == AF_INET && source->bytes[0] == 127;
	const struct address mapped = address_mapped(source);
	memcpy(candidate->source_key, is_loopback ? mapped_loopback : mapped.bytes, 16);
}

// after_ipv6: glibc has a socket for IPv6 by then.
static void find_source(struct probe *probe, struct candidate *candidate, bool after_ipv6)
{
	const struct address *address = &candidate->destination.address;
	struct address source;
	probe_prepare(probe, address->family);
	if (!probe_connect(probe, address) || !probe_source(probe, &source))
		return;
	const struct address seen = source;
	if (source.family == AF_INET6 && address->family == AF_INET)
		source = address_from_bytes(AF_INET, source.bytes + 12);
	set_source_key(candidate, after_ipv6 ? &seen : &source);
	candidate->destination.source = source;
}

static bool has_ipv6(const struct candidate *candidates, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (candidates[i].destination.address.family == AF_INET6)
			return true;
	return false;
}

// Returns false without a descriptor.
static bool find_sources(struct candidate *candidates, size_t count)
{
	struct probe probe = {.descriptor = -1};
	bool after_ipv6 = false;
	if (has_ipv6(candidates, count))
		probe_open(&probe, AF_INET6);
	for (size_t i = 0; i < count; i++) {
		struct candidate *at = &candidates[i];
		after_ipv6 |= at->destination.address.family == AF_INET6;
		if (i > 0 && address_equal(&at->destination.address, &at[-1].destination.address)) {
			at->destination.source = at[-1].destination.source;
			memcpy(at->source_key, at[-1].source_key, sizeof at->source_key);
		} else {
			find_source(&probe, at, after_ipv6);
		}
	}
	const bool had_descriptor = probe.descriptor >= 0;
	probe_close(&probe);
	return had_descriptor;
}

// Returns whether rules 3, 4, 7 or 9 need the properties of the sources. With a single source they do not, unless IPv4
// addresses may be inside or outside its network (rule 9).
static bool needs_interfaces(const struct candidate *candidates, size_t count)
{
	const struct candidate *first = NULL;
	unsigned first_bits = 0;
	for (size_t i = 0; i < count; i++) {
		const struct destination *at = &candidates[i].destination;
		if (at->source.family == AF_UNSPEC)
			continue;
		const unsigned bits = address_rules_common_bits(&at->address, &at->source);
		if (!first) {
			first = &candidates[i];
			first_bits = bits;
		}
		if (memcmp(candidates[i].source_key, first->source_key, sizeof first->source_key) != 0)
			return true;
		if (at->source.family == AF_INET && bits != first_bits)
			return true;
	}
	return false;
}

// As glibc, reads the interfaces only if the machine has an IPv6 address other than ::1.
static void add_interfaces(struct candidate *candidates, size_t count, int64_t begun)
{
	struct interfaces interfaces = {0};
	if (!interfaces_recall(&interfaces, begun))
		return;
	for (size_t i = 0; interfaces.has_ipv6 && i < count; i++) {
		struct destination *destination = &candidates[i].destination;
		if (destination->source.family == AF_UNSPEC)
			continue;
		const struct interface_address *found = interfaces_find(&interfaces, candidates[i].source_key);
		if (!found)
			continue;
		candidates[i].interface = found->interface;
		destination->is_deprecated = found->is_deprecated;
		destination->is_home = found->is_home;
		destination->prefix_length = found->prefix_length;
	}
	interfaces_clear(&interfaces);
}

// Rule 7 decides only between sources on different interfaces.
static bool needs_link_types(const struct candidate *candidates, size_t count)
{
	const struct candidate *first = NULL;
	for (size_t i = 0; i < count; i++) {
		if (candidates[i].destination.source.family == AF_UNSPEC)
			continue;
		if (!first)
			first = &candidates[i];
		if (candidates[i].interface != first->interface)
			return true;
	}
	return false;
}

// Queries the link type of each interface once.
static void add_link_types(struct candidate *candidates, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const uint32_t interface = candidates[i].interface;
		size_t known = i;
		while (known > 0 && candidates[known - 1].interface != interface)
			known--;
		candidates[i].destination.is_native =
			known > 0 ? candidates[known - 1].destination.is_native : interface != 0 && interface_is_native(interface);
	}
}

// ---- the order ----

static int compare_candidates(const void *one, const void *other)
{
	const struct candidate *left = one, *right = other;
	const int order = address_rank_compare(&left->rank, &right->rank);
	if (order != 0)
		return order;
	return left->position < right->position ? -1 : 1;  // rule 10
}

// Is each pair in order? Rule 9 applies only within a family, so that neighbours of two families tell nothing about
// others: each candidate is compared with the last one of its family too.
static bool is_in_order(const struct candidate *candidates, size_t count)
{
	const struct candidate *last[] = {candidates, candidates};
	for (size_t i = 1; i < count; i++) {
		const struct candidate **own = &last[candidates[i].rank.family == AF_INET6];
		if (compare_candidates(&candidates[i - 1], &candidates[i]) > 0 || compare_candidates(*own, &candidates[i]) > 0)
			return false;
		*own = &candidates[i];
	}
	return true;
}

// Returns false if the sources could not be determined.
static bool sort(struct candidate *candidates, size_t count, int64_t begun)
{
	const bool is_known = find_sources(candidates, count);
	if (needs_interfaces(candidates, count))
		add_interfaces(candidates, count, begun);
	if (needs_link_types(candidates, count))
		add_link_types(candidates, count);
	const struct address_rules *rules = address_rules_enter();
	for (size_t i = 0; i < count; i++)
		candidates[i].rank = address_rules_rank(rules, &candidates[i].destination);
	address_rules_leave();
	if (!is_in_order(candidates, count))
		qsort(candidates, count, sizeof *candidates, compare_candidates);
	return is_known;
}

// ---- the cache of orders ----

#define KNOWN_MAX 256  // addresses; longer lists are not cached
#define KNOWN_LISTS 64

struct known_order {
	int64_t until;             // start of the lookups for which it is too old
	uint64_t hash;             // of the addresses as given
	uint8_t order[KNOWN_MAX];  // as many indexes into them as there are
};
#define KNOWN_SIZE(count) (offsetof(struct known_order, order) + (count))

// Each is allocated for the first list that it keeps: many processes sort one.
static _Atomic(seqlock_word *) known_places[KNOWN_LISTS];

// NULL without memory.
static seqlock_word *open_place(uint64_t hash)
{
	_Atomic(seqlock_word *) *const place = &known_places[hash % KNOWN_LISTS];
	seqlock_word *known = *place;
	seqlock_word *const more = known ? NULL : calloc(SEQLOCK_WORDS(struct known_order), sizeof *more);
	if (!known && atomic_compare_exchange_strong(place, &known, more))
		return more;
	free(more);
	return known;
}

// Puts the addresses in the order in place: the one that belongs to i has been exchanged with those before i.
static void arrange(struct address *addresses, const uint8_t *order, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t from = order[i];
		while (from < i)
			from = order[from];
		const struct address moved = addresses[i];
		addresses[i] = addresses[from];
		addresses[from] = moved;
	}
}

static bool recall(uint64_t hash, struct address *addresses, size_t count, int64_t begun)
{
	struct known_order known;
	const seqlock_word *place = known_places[hash % KNOWN_LISTS];
	if (!place || !seqlock_read(place, &known, KNOWN_SIZE(count)) || known.hash != hash || known.until <= begun)
		return false;
	arrange(addresses, known.order, count);
	return true;
}

static void remember(uint64_t hash, const struct candidate *candidates, size_t count, int64_t begun)
{
	struct known_order known = {.until = begun + INTERFACES_PAUSE, .hash = hash};
	seqlock_word *place = open_place(hash);
	for (size_t i = 0; i < count; i++)
		known.order[i] = (uint8_t)candidates[i].position;
	if (place)
		seqlock_write(place, &known, KNOWN_SIZE(count));
}

static void sort_anew(uint64_t hash, struct address *addresses, size_t count, int64_t begun)
{
	struct candidate *candidates = calloc(count, sizeof *candidates);
	if (!candidates)
		return;
	for (size_t i = 0; i < count; i++)
		candidates[i] = (struct candidate){.destination.address = addresses[i], .position = i};
	if (sort(candidates, count, begun) && count <= KNOWN_MAX)
		remember(hash, candidates, count, begun);
	for (size_t i = 0; i < count; i++)
		addresses[i] = candidates[i].destination.address;
	free(candidates);
}

void address_order_sort(struct address *addresses, size_t count, int64_t begun)
{
	if (count < 2)
		return;
	const int saved_errno = errno;
	const uint64_t hash = hash_bytes(HASH_START, addresses, count * sizeof *addresses);
	if (UNLIKELY(count > KNOWN_MAX || !recall(hash, addresses, count, begun)))
		sort_anew(hash, addresses, count, begun);
	errno = saved_errno;
}
