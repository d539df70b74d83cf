// SPDX-License-Identifier: MIT
// Compares the list of interface addresses with that of libc (getifaddrs(3)) on this machine.
#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "config/base/clock.h"
#include "resolver/interfaces.h"
#include "tests/unit/unit.h"

static bool mapped_bytes(const struct sockaddr *address, uint8_t *out)
{
	static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};
	if (!address)
		return false;
	if (address->sa_family == AF_INET6) {
		memcpy(out, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, 16);
		return true;
	}
	memcpy(out, prefix, sizeof prefix);
	memcpy(out + 12, &((const struct sockaddr_in *)(const void *)address)->sin_addr, 4);
	return address->sa_family == AF_INET;
}

static unsigned mask_length(const struct sockaddr *mask)
{
	uint8_t bytes[16];
	unsigned bits = 0;
	mapped_bytes(mask, bytes);
	for (unsigned i = mask->sa_family == AF_INET ? 12 : 0; i < 16; i++)
		bits += (unsigned)__builtin_popcount(bytes[i]);
	return bits;
}

static void every_address_that_libc_lists_is_found(void **state)
{
	(void)state;
	struct interfaces interfaces;
	struct ifaddrs *list;
	uint8_t bytes[16];
	size_t count = 0;
	if (!interfaces_read(&interfaces))
		skip();
	assert_int_equal(getifaddrs(&list), 0);
	for (const struct ifaddrs *at = list; at; at = at->ifa_next) {
		if (!mapped_bytes(at->ifa_addr, bytes))
			continue;
		count++;
		if (at->ifa_flags & IFF_POINTOPOINT)
			continue;
		const struct interface_address *found = interfaces_find(&interfaces, bytes);
		assert_non_null(found);
		assert_int_equal(found->interface, if_nametoindex(at->ifa_name));
		assert_int_equal(found->prefix_length, mask_length(at->ifa_netmask));
	}
	assert_int_equal(interfaces.count, count);
	freeifaddrs(list);
	interfaces_clear(&interfaces);
	assert_int_equal(interfaces.count, 0);
}

static void an_address_of_no_interface_is_not_found(void **state)
{
	(void)state;
	const uint8_t documentation[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 0x77};
	struct interfaces interfaces = {0};
	assert_null(interfaces_find(&interfaces, documentation));
	if (interfaces_read(&interfaces))
		assert_null(interfaces_find(&interfaces, documentation));
	interfaces_clear(&interfaces);
}

static void a_family_counts_with_an_address_other_than_its_loopback(void **state)
{
	(void)state;
	static const uint8_t ipv4_loopback[16] = {[10] = 0xff, 0xff, 127, 0, 0, 1}, ipv6_loopback[16] = {[15] = 1};
	struct ifaddrs *list;
	uint8_t bytes[16];
	bool expected_ipv4 = false, expected_ipv6 = false;
	int ipv4 = AF_INET, ipv6 = AF_INET6, any = AF_UNSPEC;
	assert_int_equal(getifaddrs(&list), 0);
	for (const struct ifaddrs *at = list; at; at = at->ifa_next) {
		if (!mapped_bytes(at->ifa_addr, bytes))
			continue;
		if (at->ifa_addr->sa_family == AF_INET)
			expected_ipv4 |= memcmp(bytes, ipv4_loopback, 16) != 0;
		else
			expected_ipv6 |= memcmp(bytes, ipv6_loopback, 16) != 0;
	}
	freeifaddrs(list);
	errno = ENOTTY;
	assert_int_equal(interface_narrow_family(&ipv4, clock_now()), expected_ipv4);
	assert_int_equal(interface_narrow_family(&ipv6, clock_now()), expected_ipv6);
	assert_true(interface_narrow_family(&any, clock_now()));
	assert_int_equal(errno, ENOTTY);
	assert_int_equal(any, expected_ipv4 == expected_ipv6 ? AF_UNSPEC : expected_ipv4 ? AF_INET : AF_INET6);
}

static void what_is_prepared_is_recalled_without_asking_again(void **state)
{
	(void)state;
	struct interfaces asked, recalled;
	struct rlimit before, none;
	if (!interfaces_read(&asked) || asked.count > 16)
		skip();
	interfaces_prepare(clock_now());
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = (struct rlimit){.rlim_cur = 0, .rlim_max = before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	const bool is_recalled = interfaces_recall(&recalled, clock_now());
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_true(is_recalled);
	assert_int_equal(recalled.count, asked.count);
	assert_memory_equal(recalled.addresses, asked.addresses, asked.count * sizeof *asked.addresses);
	assert_int_equal(recalled.has_ipv4, asked.has_ipv4);
	assert_int_equal(recalled.has_ipv6, asked.has_ipv6);
	interfaces_clear(&asked);
	interfaces_clear(&recalled);
}

static void only_an_interface_that_exists_is_native(void **state)
{
	(void)state;
	const unsigned loopback = if_nametoindex("lo");
	if (!loopback)
		skip();
	assert_true(interface_is_native(loopback));
	assert_false(interface_is_native(0x7ffffff0));
}

static void no_descriptor_stays_open(void **state)
{
	(void)state;
	struct interfaces interfaces = {0};
	const int before = dup(0);
	close(before);
	interfaces_read(&interfaces);
	interface_is_native(1);
	interfaces_clear(&interfaces);
	const int after = dup(0);
	close(after);
	assert_int_equal(after, before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_address_that_libc_lists_is_found),
		cmocka_unit_test(an_address_of_no_interface_is_not_found),
		cmocka_unit_test(a_family_counts_with_an_address_other_than_its_loopback),
		cmocka_unit_test(what_is_prepared_is_recalled_without_asking_again),
		cmocka_unit_test(only_an_interface_that_exists_is_native),
		cmocka_unit_test(no_descriptor_stays_open),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
