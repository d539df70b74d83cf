// SPDX-License-Identifier: MIT
// A program that calls with buffers of every size, before an inaccessible page, and with small stacks:
// hostile CASE [NAME]... Exit status 0, or 1 with a line that names the failed expectation.
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <resolv.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "tests/older_libc.h"

#define ROOM (1 << 20)
#define PAGE 4096
#define CANARY 0x5a

static char **names;  // the arguments, up to NULL

static bool fail(const char *what, const char *name, long number)
{
	printf("%s: %s (%ld)\n", name, what, number);
	return false;
}

// --- memory before an inaccessible page

static char *wall(void)
{
	static char *room;
	if (!room) {
		room = mmap(NULL, ROOM + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (room == MAP_FAILED || mprotect(room + ROOM, PAGE, PROT_NONE) != 0)
			abort();
	}
	return room + ROOM;
}

// A caller's buffer that ends shift bytes before the page. These bytes, and 64 before the buffer, must not change.
struct buffer {
	char *bytes;
	size_t size, shift;
	struct hostent entry, *found;
	int error;
};

static struct buffer buffer_of(size_t size, size_t shift)
{
	struct buffer buffer = {.bytes = wall() - shift - size, .size = size, .shift = shift};
	memset(buffer.bytes - 64, CANARY, 64 + size + shift);
	return buffer;
}

static bool is_untouched(const char *bytes, size_t size)
{
	while (size > 0 && bytes[size - 1] == CANARY)
		size--;
	return size == 0;
}

static bool has_canaries(const struct buffer *buffer)
{
	return is_untouched(buffer->bytes - 64, 64) && is_untouched(buffer->bytes + buffer->size, buffer->shift);
}

static bool is_inside(const struct buffer *buffer, const void *piece, size_t size, size_t alignment)
{
	const char *at = piece;
	const bool is_within = at >= buffer->bytes && at + size <= buffer->bytes + buffer->size;
	return is_within && (uintptr_t)at % alignment == 0;
}

static bool is_whole(const struct buffer *buffer)
{
	const struct hostent *entry = &buffer->entry;
	size_t aliases = 0, addresses = 0;
	bool is_right = is_inside(buffer, entry->h_name, strlen(entry->h_name) + 1, 1);
	for (; entry->h_aliases[aliases]; aliases++)
		is_right = is_right && is_inside(buffer, entry->h_aliases[aliases], strlen(entry->h_aliases[aliases]) + 1, 1);
	for (; entry->h_addr_list[addresses]; addresses++)
		is_right = is_right && is_inside(buffer, entry->h_addr_list[addresses], (size_t)entry->h_length, 4);
	return is_right && is_inside(buffer, entry->h_aliases, (aliases + 1) * sizeof(char *), sizeof(char *)) &&
		is_inside(buffer, entry->h_addr_list, (addresses + 1) * sizeof(char *), sizeof(char *));
}

typedef int look_up_r(const char *name, struct buffer *buffer);

static int by_name(const char *name, struct buffer *buffer)
{
	return gethostbyname_r(name, &buffer->entry, buffer->bytes, buffer->size, &buffer->found, &buffer->error);
}

static int by_name2(const char *name, struct buffer *buffer)
{
	return gethostbyname2_r(
		name, AF_INET6, &buffer->entry, buffer->bytes, buffer->size, &buffer->found, &buffer->error);
}

static int by_address(const char *name, struct buffer *buffer)
{
	struct in_addr address;
	inet_pton(AF_INET, name, &address);
	return gethostbyaddr_r(
		&address, sizeof address, AF_INET, &buffer->entry, buffer->bytes, buffer->size, &buffer->found, &buffer->error);
}

// Looks up with a buffer of that size and sets *is_found. False if an expectation failed.
static bool fits(look_up_r *look_up, const char *name, size_t size, size_t shift, bool *is_found)
{
	struct buffer buffer = buffer_of(size, shift);
	const int code = look_up(name, &buffer);
	*is_found = code == 0 && buffer.found;
	if (!has_canaries(&buffer))
		return fail("wrote beside the buffer", name, (long)size);
	if (*is_found && (buffer.found != &buffer.entry || !is_whole(&buffer)))
		return fail("handed out what is not in the buffer", name, (long)size);
	if (code == ERANGE && (buffer.found || buffer.error != NETDB_INTERNAL))
		return fail("ERANGE without NETDB_INTERNAL", name, (long)size);
	return true;
}

// --- cases

// Every size from 0. If a size is enough, each larger one is.
static bool every_size(look_up_r *look_up, const char *name, size_t largest)
{
	bool is_found = false, was_found = false;
	for (size_t size = 0; size <= largest; size++, was_found = is_found) {
		if (!fits(look_up, name, size, 0, &is_found))
			return false;
		if (was_found && !is_found)
			return fail("fits no more into a larger buffer", name, (long)size);
	}
	return true;
}

static bool ghost(void)
{
	char zeros[1100], dots[1100];
	memset(zeros, '0', sizeof zeros);
	strcpy(zeros + 1000, "1.1");
	for (size_t i = 0; i < sizeof dots - 1; i++)
		dots[i] = i % 2 ? '.' : '1';
	dots[sizeof dots - 1] = '\0';
	for (char **name = names; *name; name++)
		if (!every_size(by_name, *name, 2048) || !every_size(by_name2, *name, 2048))
			return false;
	return every_size(by_name, zeros, 2048) && every_size(by_name, dots, 2048) && every_size(by_name2, dots, 2048);
}

// The smallest size that is enough; 0 if none is.
static size_t needed(look_up_r *look_up, const char *name)
{
	size_t low = 0, high = ROOM / 2;
	bool is_found;
	while (low + 1 < high) {
		const size_t middle = (low + high) / 2;
		if (!fits(look_up, name, middle, 0, &is_found))
			return 0;
		*(is_found ? &high : &low) = middle;
	}
	return high < ROOM / 2 ? high : 0;
}

static bool every_alignment(look_up_r *look_up, const char *name)
{
	const size_t need = needed(look_up, name);
	if (!need)
		return fail("is not found at all", name, 0);
	for (size_t shift = 0; shift < 16; shift++) {
		for (size_t size = need > 40 ? need - 40 : 0; size < need + 40; size++) {
			bool is_found;
			if (!fits(look_up, name, size, shift, &is_found))
				return false;
			if (is_found != (size >= need) && (size + 16 <= need || size >= need + 16))
				return fail("the need differs by more than the alignment", name, (long)size);
		}
	}
	return true;
}

static bool alignment(void)
{
	for (char **name = names; *name; name++)
		if (!every_alignment(strspn(*name, "0123456789.") == strlen(*name) ? by_address : by_name, *name))
			return false;
	return true;
}

static size_t count_list(const struct addrinfo *list)
{
	size_t count = 0;
	for (; list; list = list->ai_next)
		count++;
	return count;
}

static size_t count_addresses(const char *name, int family)
{
	struct addrinfo *list = NULL;
	const struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_STREAM};
	if (getaddrinfo(name, "80", &hints, &list) != 0)
		return 0;
	const size_t count = count_list(list);
	freeaddrinfo(list);
	return count;
}

static size_t count_entry(const struct hostent *entry)
{
	size_t count = 0;
	while (entry && entry->h_addr_list[count])
		count++;
	return count;
}

// NAME COUNT: every function finds that number of IPv4 addresses.
static bool has_count(const char *name, size_t wanted)
{
	struct buffer buffer = buffer_of(ROOM / 2, 0);
	if (count_addresses(name, AF_INET) != wanted)
		return fail("getaddrinfo gives another number of addresses", name, (long)count_addresses(name, AF_INET));
	if (count_addresses(name, AF_UNSPEC) < wanted)
		return fail("getaddrinfo for both gives fewer", name, (long)count_addresses(name, AF_UNSPEC));
	if (count_entry(gethostbyname(name)) != wanted)
		return fail("gethostbyname gives another number", name, (long)count_entry(gethostbyname(name)));
	if (by_name(name, &buffer) != 0 || count_entry(buffer.found) != wanted)
		return fail("gethostbyname_r gives another number", name, (long)count_entry(buffer.found));
	return true;
}

static void *count_all(void *result)
{
	bool is_right = true;
	for (char **name = names; is_right && name[0] && name[1]; name += 2)
		is_right = has_count(name[0], strtoul(name[1], NULL, 10));
	*(bool *)result = is_right;
	return NULL;
}

static bool small_stack(void)
{
	pthread_t thread;
	pthread_attr_t attributes;
	bool is_right = false;
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 64 * 1024);
	wall();
	if (pthread_create(&thread, &attributes, count_all, &is_right) != 0)
		return fail("no thread", "small-stack", errno);
	pthread_join(thread, NULL);
	return is_right;
}

static bool counts(void)
{
	bool is_right;
	count_all(&is_right);
	return is_right;
}

// With every combination of flags the canonical name is a valid string of its own.
static bool ask_for_canonical_name(const char *name, int family, int flags)
{
	struct addrinfo *list = NULL;
	const struct addrinfo hints = {.ai_family = family, .ai_flags = flags};
	if (getaddrinfo(name, NULL, &hints, &list) != 0)
		return !list || fail("a list beside an error", name, flags);
	const char *canonical = list->ai_canonname ? list->ai_canonname : "";
	const bool is_text = strspn(canonical, "abcdefghijklmnopqrstuvwxyz0123456789-.:") == strlen(canonical);
	const bool is_right = is_text && !*canonical == !(flags & AI_CANONNAME);
	freeaddrinfo(list);
	return is_right || fail("another canonical name", name, flags);
}

static bool ask_in_every_way(void)
{
	static const int families[] = {AF_UNSPEC, AF_INET, AF_INET6};
	static const int flags[] = {AI_CANONNAME, AI_V4MAPPED, AI_ALL, AI_ADDRCONFIG};
	for (char **name = names; *name; name++) {
		for (unsigned i = 0; i < 3 * 16; i++) {
			int wanted = 0;
			for (unsigned bit = 0; bit < 4; bit++)
				wanted |= i / 3 & 1u << bit ? flags[bit] : 0;
			if (!ask_for_canonical_name(*name, families[i % 3], wanted))
				return false;
		}
	}
	return true;
}

static bool canonical_names(void)
{
	if (!ask_in_every_way())
		return false;
	const size_t before = heap_in_use();
	if (!ask_in_every_way() || !ask_in_every_way())
		return false;
	const size_t behind = heap_in_use();
	return before == behind || fail("something stays allocated", "canonical-names", (long)(behind - before));
}

// Other lookups between two gethostent calls do not restart at the first entry.
static bool entries(void)
{
	size_t alone = 0, between = 0;
	sethostent(0);
	while (alone < 100000 && gethostent())
		alone++;
	endhostent();
	sethostent(1);
	for (; between < 100000 && gethostent(); between++) {
		gethostbyname(names[0]);
		count_addresses(names[0], AF_UNSPEC);
		gethostbyaddr("\x7f\0\0\1", 4, AF_INET);
	}
	endhostent();
	const bool is_same = alone > 2 && alone < 100000 && alone == between;
	return is_same || fail("the list has another length", names[0], (long)between);
}

static bool is_shown_well(const char *name, const char *asked)
{
	return !name || strcmp(name, asked) == 0 || res_hnok(name) || fail("handed out", name, 0);
}

static bool look_up_forward(const char *name)
{
	struct addrinfo *list = NULL;
	const struct addrinfo hints = {.ai_flags = AI_CANONNAME};
	bool is_right = true;
	if (getaddrinfo(name, NULL, &hints, &list) == 0) {
		is_right = is_shown_well(list->ai_canonname, name);
		freeaddrinfo(list);
	}
	const struct hostent *entry = gethostbyname(name);
	if (!entry)
		return is_right;
	for (char **alias = entry->h_aliases; *alias; alias++)
		is_right = is_right && is_shown_well(*alias, name);
	return is_right && is_shown_well(entry->h_name, name);
}

static bool look_up_backward(const char *text)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	char host[NI_MAXHOST] = "";
	inet_pton(AF_INET, text, &address.sin_addr);
	const struct hostent *entry = gethostbyaddr(&address.sin_addr, sizeof address.sin_addr, AF_INET);
	if (entry && !is_shown_well(entry->h_name, text))
		return false;
	return getnameinfo((struct sockaddr *)&address, sizeof address, host, sizeof host, NULL, 0, 0) != 0 ||
		is_shown_well(host, text);
}

static bool shown_names(void)
{
	for (char **name = names; *name; name++)
		if (!(strspn(*name, "0123456789.") == strlen(*name) ? look_up_backward : look_up_forward)(*name))
			return false;
	return true;
}

static bool text_sizes(void)
{
	for (char **name = names; *name; name++) {
		struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(65535)};
		inet_pton(AF_INET, *name, &address.sin_addr);
		for (socklen_t size = 0; size <= 300; size++) {
			struct buffer buffer = buffer_of(size, 0);
			const int code =
				getnameinfo((struct sockaddr *)&address, sizeof address, buffer.bytes, size, NULL, 0, NI_NUMERICSERV);
			if (!has_canaries(&buffer) || (code == 0 && size && strnlen(buffer.bytes, size) == size))
				return fail("wrote beside the text", *name, (long)size);
			buffer = buffer_of(size, 0);
			getnameinfo((struct sockaddr *)&address, sizeof address, NULL, 0, buffer.bytes, size, NI_NUMERICSERV);
			if (!has_canaries(&buffer))
				return fail("wrote beside the service", *name, (long)size);
		}
	}
	return true;
}

typedef int query(const char *name, int class, int type, unsigned char *answer, int size);

static int send_query(const char *name, int class, int type, unsigned char *answer, int size)
{
	unsigned char packet[512];
	const int length = res_mkquery(ns_o_query, name, class, type, NULL, 0, NULL, packet, sizeof packet);
	return length < 0 ? -1 : res_send(packet, length, answer, size);
}

static bool packet_sizes(void)
{
	static const int sizes[] = {
		0, 1, 2, 11, 12, 13, 511, 512, 513, 1232, 2047, 2048, 2049, 4095, 4096, 4097, 65534, 65535, 65536, 100000};
	static query *const queries[] = {res_query, res_search, send_query};
	for (char **name = names; *name; name++) {
		for (size_t i = 0; i < 3 * sizeof sizes / sizeof *sizes; i++) {
			const int size = sizes[i / 3];
			struct buffer buffer = buffer_of((size_t)size, 0);
			const int length = queries[i % 3](*name, ns_c_in, ns_t_a, (unsigned char *)buffer.bytes, size);
			if (!has_canaries(&buffer) || length > 65535)
				return fail("wrote beside the answer", *name, size);
			if (length < NS_HFIXEDSZ && size >= 100000)
				return fail("has no answer", *name, size);
		}
	}
	return true;
}

static bool tails(void)
{
	for (char **name = names; *name; name++) {
		struct addrinfo *list;
		const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST};
		const int code = getaddrinfo(*name, NULL, &hints, &list);
		if (code != EAI_NONAME)
			return fail("is no address", *name, code);
	}
	return true;
}

static const struct {
	const char *word;
	bool (*holds)(void);
} cases[] = {
	{"ghost", ghost},
	{"alignment", alignment},
	{"small-stack", small_stack},
	{"counts", counts},
	{"canonical-names", canonical_names},
	{"entries", entries},
	{"shown-names", shown_names},
	{"text-sizes", text_sizes},
	{"packet-sizes", packet_sizes},
	{"tails", tails},
};

int main(int argc, char **argv)
{
	names = argv + 2;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (argc > 1 && strcmp(argv[1], cases[i].word) == 0)
			return !cases[i].holds();
	return 2;
}
