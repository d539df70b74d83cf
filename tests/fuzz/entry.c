// SPDX-License-Identifier: MIT
// A host packed into a caller's buffer of any size and alignment (CVE-2015-0235, CVE-2015-1781).
#include <netdb.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "resolver/dns/host.h"
#include "shim/hostent.h"
#include "tests/fuzz/fuzz.h"

#define ALIGNMENTS 16

// The input from front to back; zeros after its end.
struct reading {
	const uint8_t *at;
	size_t left;
};

static unsigned take(struct reading *reading)
{
	if (!reading->left)
		return 0;
	reading->left--;
	return *reading->at++;
}

static char *take_name(struct reading *reading)
{
	size_t length = take(reading);
	if (length > reading->left)
		length = reading->left;
	char *name = fuzz_text(reading->at, length);
	reading->at += length;
	reading->left -= length;
	return name;
}

static struct host take_host(struct reading *reading)
{
	struct host host = {0};
	char *name = take_name(reading);
	MUST(host_set_name(&host, name));
	free(name);
	for (unsigned left = take(reading) % 40; left > 0; left--) {
		name = take_name(reading);
		MUST(host_add_alias(&host, name));
		free(name);
	}
	for (unsigned left = 1 + take(reading); left > 0; left--) {
		struct address address = {.family = left % 3 ? AF_INET : AF_INET6, .bytes = {(uint8_t)left}};
		MUST(host_add_address(&host, &address));
	}
	return host;
}

// The caller's buffer: nothing but its own bytes may be touched.
struct room {
	char *block, *bytes;
	size_t size;
};

static bool is_inside(const struct room *room, const void *piece, size_t size, size_t alignment)
{
	const char *at = piece;
	bool is_within = at >= room->bytes && at + size <= room->bytes + room->size;
	return is_within && (uintptr_t)at % alignment == 0;
}

static void check_list(const struct room *room, char **list, size_t count, size_t piece, size_t alignment)
{
	MUST(is_inside(room, list, (count + 1) * sizeof *list, sizeof *list));
	for (size_t i = 0; i < count; i++)
		MUST(is_inside(room, list[i], piece ? piece : strlen(list[i]) + 1, alignment));
	MUST(!list[count]);
}

static size_t count_of(const struct host *host, int family)
{
	size_t count = 0;
	for (size_t i = 0; i < host->address_count; i++)
		count += host->addresses[i].family == family;
	return count;
}

static void check_entry(const struct room *room, const struct hostent *entry, const struct host *host, int family)
{
	MUST(entry->h_addrtype == family && entry->h_length == (family == AF_INET ? 4 : 16));
	MUST(is_inside(room, entry->h_name, strlen(host->name) + 1, 1) && strcmp(entry->h_name, host->name) == 0);
	check_list(room, entry->h_aliases, host->alias_count, 0, 1);
	check_list(room, entry->h_addr_list, count_of(host, family), (size_t)entry->h_length, sizeof(uint32_t));
	for (size_t i = 0; i < host->alias_count; i++)
		MUST(strcmp(entry->h_aliases[i], host->aliases[i]) == 0);
}

static bool pack(const struct host *host, int family, size_t size, size_t offset)
{
	struct hostent entry = {.h_length = -1};
	struct room room = {.block = malloc(offset + size + 1), .size = size};
	MUST(room.block);
	// So that the first byte after the buffer is the first that a sanitizer guards.
	room.block = realloc(room.block, offset + size ? offset + size : 1);
	room.bytes = room.block + offset;
	const bool fits =
		hostent_pack(host, family, &(struct hostent_buffer){.entry = &entry, .bytes = room.bytes, .size = size});
	MUST(fits || entry.h_length == -1);
	if (fits)
		check_entry(&room, &entry, host, family);
	MUST(!fits || size >= hostent_least_size(family) || !count_of(host, family));
	free(room.block);
	return fits;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct reading reading = {bytes, size};
	const int family = take(&reading) % 2 ? AF_INET6 : AF_INET;
	const size_t offset = take(&reading) % ALIGNMENTS;
	const size_t room = take(&reading) << 8 | take(&reading);
	struct host host = take_host(&reading);
	// What fits, fits into a larger one too.
	if (pack(&host, family, room % 16384, offset))
		MUST(pack(&host, family, room % 16384 + 1, offset));
	MUST(pack(&host, family, 65536, offset));
	host_clear(&host);
	return 0;
}
