// SPDX-License-Identifier: MIT
// Properties that hold on any machine, whatever its interfaces, routes and gai.conf are. The rules:
// test_address_rules.c.
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "config/base/clock.h"
#include "resolver/address_order.h"
#include "tests/unit/unit.h"

#define NO_INTERFACE 0x7ffffff0  // an index that no interface has; connecting to a link-local address needs one

static struct address read_address(const char *text)
{
	struct address address;
	assert_true(address_read(text, &address));
	return address;
}

static void fewer_than_two_addresses_are_left_alone(void **state)
{
	(void)state;
	struct address address = read_address("192.0.2.1");
	address_order_sort(NULL, 0, clock_now());
	address_order_sort(&address, 1, clock_now());
	assert_int_equal(address.bytes[3], 1);
}

static void equal_addresses_and_those_alike_keep_their_order(void **state)
{
	(void)state;
	struct address addresses[64];
	for (size_t i = 0; i < LENGTH(addresses); i++) {
		addresses[i] = read_address("127.0.0.1");
		addresses[i].port = (uint16_t)i;
	}
	address_order_sort(addresses, LENGTH(addresses), clock_now());
	for (size_t i = 0; i < LENGTH(addresses); i++)
		assert_int_equal(addresses[i].port, i);
}

static void what_can_be_reached_comes_before_what_cannot(void **state)
{
	(void)state;
	struct address addresses[] = {read_address("fe80::1"), read_address("127.0.0.1"), read_address("fe80::2")};
	addresses[0].scope = addresses[2].scope = NO_INTERFACE;
	address_order_sort(addresses, LENGTH(addresses), clock_now());
	assert_int_equal(addresses[0].family, AF_INET);
	assert_int_equal(addresses[1].bytes[15], 1);
	assert_int_equal(addresses[2].bytes[15], 2);
}

static void no_address_is_lost_and_a_sorted_list_stays(void **state)
{
	(void)state;
	static const char *texts[] = {
		"192.0.2.1",
		"2001:db8::1",
		"127.0.0.1",
		"::1",
		"10.1.2.3",
		"fe80::1",
		"::ffff:192.0.2.1",
	};
	struct address addresses[LENGTH(texts)], again[LENGTH(texts)];
	for (size_t i = 0; i < LENGTH(texts); i++)
		addresses[i] = read_address(texts[i]);
	address_order_sort(addresses, LENGTH(texts), clock_now());
	for (size_t i = 0; i < LENGTH(texts); i++) {
		const struct address address = read_address(texts[i]);
		size_t found = 0;
		for (size_t j = 0; j < LENGTH(texts); j++)
			found += address_equal(&addresses[j], &address);
		assert_int_equal(found, 1);
	}
	memcpy(again, addresses, sizeof again);
	address_order_sort(again, LENGTH(texts), clock_now());
	for (size_t i = 0; i < LENGTH(texts); i++)
		assert_true(address_equal(&again[i], &addresses[i]));
}

static void errno_and_descriptors_are_as_before(void **state)
{
	(void)state;
	struct address addresses[] = {read_address("192.0.2.1"), read_address("127.0.0.1"), read_address("fe80::1")};
	addresses[2].scope = NO_INTERFACE;
	const int before = dup(0);
	close(before);
	errno = ENOTTY;
	address_order_sort(addresses, LENGTH(addresses), clock_now());
	assert_int_equal(errno, ENOTTY);
	const int after = dup(0);
	close(after);
	assert_int_equal(after, before);
}

static void without_descriptors_the_precedences_decide(void **state)
{
	(void)state;
	struct address addresses[] = {read_address("2002:c000:201::1"), read_address("2001:db8::1"), read_address("::1")};
	const struct address loopback = read_address("::1");
	struct rlimit old, none;
	address_order_sort(addresses, LENGTH(addresses), clock_now());  // reads gai.conf
	const struct address first = addresses[0];
	addresses[0] = addresses[2];
	addresses[2] = first;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	none = (struct rlimit){.rlim_cur = 3, .rlim_max = old.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	address_order_sort(addresses, LENGTH(addresses), clock_now());
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	assert_true(address_equal(&addresses[0], &loopback));
}

// The second time no socket can be had.
static void the_order_of_a_long_list_is_kept(void **state)
{
	(void)state;
	struct address addresses[80], again[80];
	struct rlimit old;
	for (size_t i = 0; i < LENGTH(addresses); i++) {
		addresses[i] = read_address(i % 2 ? "127.0.0.0" : "fe80::");
		addresses[i].bytes[i % 2 ? 3 : 15] = (uint8_t)(i + 1);
		addresses[i].scope = i % 2 ? 0 : NO_INTERFACE;
	}
	memcpy(again, addresses, sizeof again);
	address_order_sort(addresses, LENGTH(addresses), clock_now());
	assert_int_equal(addresses[39].family, AF_INET);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	const struct rlimit none = {.rlim_cur = 3, .rlim_max = old.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	address_order_sort(again, LENGTH(again), clock_now());
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	assert_memory_equal(again, addresses, sizeof again);
}

// getaddrinfo cannot be given literals of both families; localhost has both even on a machine without a network.
static void a_list_from_libc_is_in_order_already(void **state)
{
	(void)state;
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *list = NULL;
	if (getaddrinfo("localhost", NULL, &hints, &list) != 0)
		skip();
	struct address addresses[16], sorted[16];
	size_t count = 0;
	for (const struct addrinfo *at = list; at && count < LENGTH(addresses); at = at->ai_next) {
		const sa_family_t family = at->ai_addr->sa_family;
		const size_t offset =
			family == AF_INET ? offsetof(struct sockaddr_in, sin_addr) : offsetof(struct sockaddr_in6, sin6_addr);
		addresses[count++] = address_from_bytes(family, (const char *)at->ai_addr + offset);
	}
	freeaddrinfo(list);
	memcpy(sorted, addresses, sizeof sorted);
	address_order_sort(sorted, count, clock_now());
	for (size_t i = 0; i < count; i++)
		assert_true(address_equal(&sorted[i], &addresses[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fewer_than_two_addresses_are_left_alone),
		cmocka_unit_test(equal_addresses_and_those_alike_keep_their_order),
		cmocka_unit_test(what_can_be_reached_comes_before_what_cannot),
		cmocka_unit_test(no_address_is_lost_and_a_sorted_list_stays),
		cmocka_unit_test(errno_and_descriptors_are_as_before),
		cmocka_unit_test(without_descriptors_the_precedences_decide),
		cmocka_unit_test(the_order_of_a_long_list_is_kept),
		cmocka_unit_test(a_list_from_libc_is_in_order_already),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
