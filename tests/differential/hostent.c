// SPDX-License-Identifier: MIT
#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tests/differential/matrix.h"

#define CANARY 0x5a
#define CANARY_SIZE 64
#define UNTOUCHED (-77)

// So that what is left of an earlier call is no part of the next one.
static void prepare(void)
{
	h_errno = UNTOUCHED;
	errno = 0;
}

// --- functions that return a pointer

static void end_with_entry(const struct hostent *entry, int error, int host_error)
{
	say_result();
	say_entry(entry, NULL, 0);
	if (!entry)
		say_h_errno("h_errno=", host_error);
	if (!entry && host_error != NETDB_SUCCESS)
		say(" errno=%d", error);
	say_end();
}

void make_gethostbyname(const char *name)
{
	say("gethostbyname");
	say_text(name);
	prepare();
	const struct hostent *entry = gethostbyname(name);
	end_with_entry(entry, errno, h_errno);
}

static void by_name2(const char *name, int family)
{
	say("gethostbyname2");
	say_text(name);
	say(" family=%d", family);
	prepare();
	const struct hostent *entry = gethostbyname2(name, family);
	end_with_entry(entry, errno, h_errno);
}

static void by_address(const void *address, socklen_t length, int family)
{
	say("gethostbyaddr");
	say_bytes(address, length);
	say(" family=%d", family);
	prepare();
	const struct hostent *entry = gethostbyaddr(address, length, family);
	end_with_entry(entry, errno, h_errno);
}

// --- functions that fill the caller's buffer

// The buffer begins at offset after an aligned address, followed by bytes that must stay unwritten.
struct room {
	char *block;
	char *bytes;
	size_t size;
	struct hostent entry;
	struct hostent *found;
	int host_error;
};

// What `found` points to before a call.
static struct hostent unfound;

static void room_open(struct room *room, size_t size, size_t offset)
{
	prepare();
	*room = (struct room){.block = malloc(offset + size + CANARY_SIZE), .size = size, .host_error = UNTOUCHED};
	if (!room->block)
		abort();
	memset(room->block, CANARY, offset + size + CANARY_SIZE);
	room->bytes = room->block + offset;
	room->found = &unfound;
}

static bool has_canary(const struct room *room)
{
	for (size_t i = 0; i < CANARY_SIZE; i++)
		if (room->bytes[room->size + i] != CANARY)
			return false;
	return true;
}

// What a call returned and where it left its results; ends the line.
static void room_say(struct room *room, int code)
{
	const int error = errno;
	say_result();
	say(" %d", code);
	if (room->found != &room->entry) {
		say_h_errno("h_errno=", room->host_error);
		if (error != code)
			say(" errno=%d", error);
	}
	if (room->found == &unfound)
		say(" untouched");
	else if (room->found && room->found != &room->entry)
		say(" a result that is not ours");
	else
		say_entry(room->found, room->bytes, room->size);
	if (!has_canary(room))
		say(" WROTE BEHIND THE BUFFER");
	say_end();
	free(room->block);
}

static void by_name_r(const char *name, size_t size, size_t offset)
{
	struct room room;
	say("gethostbyname_r");
	say_text(name);
	say(" size=%zu+%zu", size, offset);
	room_open(&room, size, offset);
	const int code = gethostbyname_r(name, &room.entry, room.bytes, size, &room.found, &room.host_error);
	room_say(&room, code);
}

void make_gethostbyname_r(const char *name, size_t size)
{
	by_name_r(name, size, 0);
}

static void by_name2_r(const char *name, int family, size_t size)
{
	struct room room;
	say("gethostbyname2_r");
	say_text(name);
	say(" family=%d size=%zu", family, size);
	room_open(&room, size, 0);
	const int code = gethostbyname2_r(name, family, &room.entry, room.bytes, size, &room.found, &room.host_error);
	room_say(&room, code);
}

static void by_address_r(const void *address, socklen_t length, int family, size_t size, size_t offset)
{
	struct room room;
	say("gethostbyaddr_r");
	say_bytes(address, length);
	say(" family=%d size=%zu+%zu", family, size, offset);
	room_open(&room, size, offset);
	const int code =
		gethostbyaddr_r(address, length, family, &room.entry, room.bytes, size, &room.found, &room.host_error);
	room_say(&room, code);
}

static bool next_entry_r(size_t size)
{
	struct room room;
	say("gethostent_r size=%zu", size);
	room_open(&room, size, 0);
	const int code = gethostent_r(&room.entry, room.bytes, size, &room.found, &room.host_error);
	const bool found = room.found == &room.entry;
	room_say(&room, code);
	return found;
}

// --- walks

static const int known_families[] = {AF_INET, AF_INET6};
static const int strange_families[] = {AF_UNSPEC, AF_LOCAL, 99, -1};

void walk_few_hostnames(const struct names *names)
{
	for (size_t i = 0; i < names->count; i++) {
		make_gethostbyname(names->items[i]);
		by_name2(names->items[i], AF_INET6);
		by_name2_r(names->items[i], AF_INET, 8192);
	}
}

void walk_hostnames(const struct names *names)
{
	static const size_t sizes[] = {0, 1, 8, 16, 32, 64, 128, 512, 1024, 2048, 8192};
	static const size_t offsets[] = {1, 3, 4, 7};
	// A name that no hosts file has: libc would abort for one that is there.
	for (size_t i = 0; i < LENGTH(strange_families); i++) {
		by_name2("nowhere.test", strange_families[i]);
		by_name2_r("nowhere.test", strange_families[i], 1024);
	}
	for (size_t i = 0; i < names->count; i++) {
		const char *name = names->items[i];
		make_gethostbyname(name);
		for (size_t j = 0; j < LENGTH(known_families); j++)
			by_name2(name, known_families[j]);
		for (size_t j = 0; j < LENGTH(sizes); j++) {
			by_name_r(name, sizes[j], 0);
			by_name2_r(name, AF_INET6, sizes[j]);
		}
		for (size_t j = 0; j < LENGTH(offsets); j++)
			by_name_r(name, 4096, offsets[j]);
	}
}

// Every size around those at which a buffer begins to be large enough, and a program's usual one.
void walk_rooms(const struct names *names)
{
	unsigned char address[16];
	for (size_t i = 0; i < names->count; i++) {
		const char *name = names->items[i];
		for (size_t size = 0; size < 1100; size = size == 130 ? 1000 : size + 1) {
			by_name_r(name, size, 0);
			by_name2_r(name, AF_INET, size);
			by_name2_r(name, AF_INET6, size);
			if (inet_pton(AF_INET, name, address) == 1)
				by_address_r(address, 4, AF_INET, size, 0);
			else if (inet_pton(AF_INET6, name, address) == 1)
				by_address_r(address, 16, AF_INET6, size, 0);
		}
	}
}

static void walk_address(const void *address, socklen_t length, int family)
{
	static const size_t sizes[] = {0, 8, 32, 64, 128, 512, 1024, 2048, 8192};
	by_address(address, length, family);
	for (size_t i = 0; i < LENGTH(sizes); i++)
		by_address_r(address, length, family, sizes[i], 0);
	by_address_r(address, length, family, 4096, 1);
	by_address_r(address, length, family, 4096, 4);
}

// Lengths and families that do not belong together.
static void walk_odd_address(const unsigned char *address)
{
	static const socklen_t lengths[] = {0, 3, 4, 5, 15, 16};
	for (size_t i = 0; i < LENGTH(lengths); i++) {
		for (size_t j = 0; j < LENGTH(strange_families); j++)
			by_address(address, lengths[i], strange_families[j]);
		for (size_t j = 0; j < LENGTH(known_families); j++) {
			by_address(address, lengths[i], known_families[j]);
			by_address_r(address, lengths[i], known_families[j], 1024, 0);
			by_address_r(address, lengths[i], known_families[j], 8, 0);
		}
	}
}

void walk_odd_addresses(const struct names *names)
{
	static const unsigned char address[16] = {192, 0, 2, 1}, unassigned[16];
	(void)names;
	walk_odd_address(address);
	walk_odd_address(unassigned);
}

void walk_addresses(const struct names *names)
{
	unsigned char address[16];
	for (size_t i = 0; i < names->count; i++) {
		if (inet_pton(AF_INET, names->items[i], address) == 1)
			walk_address(address, 4, AF_INET);
		else if (inet_pton(AF_INET6, names->items[i], address) == 1)
			walk_address(address, 16, AF_INET6);
	}
}

// The functions that return a pointer, each asked for a name or an address of its own.
static struct hostent *call_kept(size_t function, bool second)
{
	static const unsigned char addresses[2][4] = {{192, 0, 2, 1}, {192, 0, 2, 101}};
	static const char *const names[] = {"alias.test", "double.test"};
	switch (function) {
	case 0:
		say("gethostbyname");
		return gethostbyname(names[second]);
	case 1:
		say("gethostbyname2");
		return gethostbyname2(names[second], AF_INET6);
	case 2:
		say("gethostbyaddr");
		return gethostbyaddr(addresses[second], 4, AF_INET);
	default:
		say("gethostent");
		return gethostent();
	}
}

// One call, another one after it, and then the content of the first result.
void walk_kept(const struct names *names)
{
	(void)names;
	for (size_t i = 0; i < 4; i++) {
		for (size_t j = 0; j < 4; j++) {
			const struct hostent *first = call_kept(i, false);
			end_with_entry(first, 0, NETDB_SUCCESS);
			const struct hostent *second = call_kept(j, true);
			say(" after another%s", first && first == second ? ", in its place" : "");
			end_with_entry(second, 0, NETDB_SUCCESS);
			say("kept");
			end_with_entry(first, 0, NETDB_SUCCESS);
		}
	}
	endhostent();
}

static bool next_entry(void)
{
	say("gethostent");
	const struct hostent *entry = gethostent();
	// At the end libc may leave h_errno unchanged.
	end_with_entry(entry, 0, NETDB_SUCCESS);
	return entry != NULL;
}

void make_gethostent(void)
{
	next_entry();
}

void walk_entries(const struct names *names)
{
	// Those between would come to an end at other entries, as libc needs room for the whole line.
	static const size_t sizes[] = {0, 8, 1024};
	(void)names;
	for (int stay_open = 0; stay_open < 2; stay_open++) {
		sethostent(stay_open);
		for (int i = 0; i < 100 && next_entry(); i++)
			continue;
		next_entry();
		endhostent();
	}
	for (size_t i = 0; i < LENGTH(sizes); i++) {
		sethostent(0);
		for (int j = 0; j < 100 && next_entry_r(sizes[i]); j++)
			continue;
		// An entry that did not fit is returned again.
		while (next_entry_r(2048))
			continue;
		endhostent();
	}
	// Lookups in the middle leave the place alone, and without sethostent it begins at the first.
	next_entry();
	make_gethostbyname("hosted.test");
	next_entry_r(1024);
	make_gethostbyname("missing.test");
	next_entry();
	endhostent();
	next_entry();
	sethostent(1);
	next_entry();
	endhostent();
}
