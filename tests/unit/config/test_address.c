// SPDX-License-Identifier: MIT
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include "config/base/address.h"
#include "tests/unit/unit.h"

// expected: the canonical form of text, with the port; NULL if text is not an address.
struct spelling {
	const char *text, *expected;
};

static void check(const struct spelling *cases, size_t count, bool (*read)(const char *, struct address *))
{
	for (size_t i = 0; i < count; i++) {
		char text[ADDRESS_TEXT_SIZE] = "";
		struct address address = {.port = 7};
		const bool was_read = read(cases[i].text, &address);
		if (was_read)
			address_write_with_port(&address, text);
		else
			assert_int_equal(address.port, 7);
		if (cases[i].expected == NULL && was_read)
			fail_msg("%s was read as %s", cases[i].text, text);
		if (cases[i].expected != NULL && strcmp(text, cases[i].expected) != 0)
			fail_msg("%s: expected %s, got %s", cases[i].text, cases[i].expected, was_read ? text : "nothing");
	}
}

static bool read_server(const char *text, struct address *out)
{
	return address_read_server(text, 53, out);
}

static void a_literal_is_read_strictly(void **state)
{
	(void)state;
	static const struct spelling cases[] = {
		{"192.0.2.1", "192.0.2.1:0"},
		{"255.255.255.255", "255.255.255.255:0"},
		{"0.0.0.0", "0.0.0.0:0"},
		{"::", "[::]:0"},
		{"2001:DB8::1", "[2001:db8::1]:0"},
		{"::ffff:192.0.2.1", "[::ffff:192.0.2.1]:0"},
		{"", NULL},
		{"127.1", NULL},
		{"0x7f.0.0.1", NULL},
		{"192.0.2.256", NULL},
		{"0.10.200.99", "0.10.200.99:0"},
		{"192.0.2.01", NULL},
		{"00.0.2.1", NULL},
		{"192.0.2.1000", NULL},
		{"192.0.2", NULL},
		{"192..2.1", NULL},
		{"192.0.2.", NULL},
		{"192.0.2.-1", NULL},
		{"192.0.2.1.1", NULL},
		{"192.0.2.1.", NULL},
		{" 192.0.2.1", NULL},
		{"192.0.2.1 ", NULL},
		{"192.0.2.1:53", NULL},
		{"192.0.2.1%1", NULL},
		{"[::1]", NULL},
		{"1:2:3:4:5:6:7", NULL},
		{"dns.example", NULL},
		{"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb", NULL},
	};
	check(cases, LENGTH(cases), address_read);
}

static void an_ipv4_address_is_read_in_all_forms_of_old(void **state)
{
	(void)state;
	static const struct spelling cases[] = {
		{"192.0.2.1", "192.0.2.1:0"},
		{"127.1", "127.0.0.1:0"},
		{"0x7f.0.0.010", "127.0.0.8:0"},
		{"3221225985", "192.0.2.1:0"},
		{"255.255.255.255", "255.255.255.255:0"},
		{"10.20.30.109", "10.20.30.109:0"},
		{"127.0.0.1 behind", NULL},
		{"127.0.0.1\n", NULL},
		{" 127.0.0.1", NULL},
		{"127.0.0.256", NULL},
		{"1.2.3.4.5", NULL},
		{"a.b", NULL},
		{"", NULL},
		{"::1", NULL},
	};
	check(cases, LENGTH(cases), address_read_ipv4);
}

static void a_scope_is_a_number_or_the_name_of_an_interface_of_a_link_local_address(void **state)
{
	(void)state;
	static const struct spelling cases[] = {
		{"fe80::1%lo", "[fe80::1%lo]:0"},
		{"ff02::1%lo", "[ff02::1%lo]:0"},
		{"fe80::1%1", "[fe80::1%lo]:0"},
		{"fe80::1%0", "[fe80::1]:0"},
		{"fe80::1%4294967295", "[fe80::1%4294967295]:0"},
		{"2001:db8::1%7", "[2001:db8::1%7]:0"},
		{"fe80::1%", NULL},
		{"fe80::1%nosuch", NULL},
		{"fe80::1%-1", NULL},
		{"fe80::1%1x", NULL},
		{"fe80::1%4294967296", NULL},
		{"fe80::1%99999999999999999999", NULL},
		{"::1%lo", NULL},
		{"2001:db8::1%lo", NULL},
	};
	check(cases, LENGTH(cases), address_read);
}

static void a_server_is_read_in_every_form_of_the_manual(void **state)
{
	(void)state;
	static const struct spelling cases[] = {
		{"192.0.2.1", "192.0.2.1:53"},
		{"192.0.2.1:5353", "192.0.2.1:5353"},
		{"192.0.2.1#5353", "192.0.2.1:5353"},
		{"192.0.2.1:65535", "192.0.2.1:65535"},
		{"192.0.2.1:1", "192.0.2.1:1"},
		{"2001:db8::1", "[2001:db8::1]:53"},
		{"2001:db8::1#5353", "[2001:db8::1]:5353"},
		{"[2001:db8::1]", "[2001:db8::1]:53"},
		{"[2001:db8::1]:5353", "[2001:db8::1]:5353"},
		{"[2001:db8::1]#5353", "[2001:db8::1]:5353"},
		{"fe80::1%lo", "[fe80::1%lo]:53"},
		{"fe80::1%lo#5353", "[fe80::1%lo]:5353"},
		{"[fe80::1%lo]:5353", "[fe80::1%lo]:5353"},
	};
	check(cases, LENGTH(cases), read_server);
}

static void what_is_no_server_is_refused(void **state)
{
	(void)state;
	static const struct spelling cases[] = {
		{"", NULL},
		{"dns.example", NULL},
		{"dns.example:53", NULL},
		{"192.0.2.1:", NULL},
		{"192.0.2.1:0", NULL},
		{"192.0.2.1:65536", NULL},
		{"192.0.2.1:4294967349", NULL},
		{"192.0.2.1:18446744073709551669", NULL},
		{"192.0.2.1:-1", NULL},
		{"192.0.2.1:+53", NULL},
		{"192.0.2.1: 53", NULL},
		{"192.0.2.1:53x", NULL},
		{"192.0.2.1:53:53", NULL},
		{"192.0.2.1#53#53", NULL},
		{"#53", NULL},
		{":53", NULL},
		{"[", NULL},
		{"[]", NULL},
		{"[::1", NULL},
		{"[::1]x", NULL},
		{"[::1]:", NULL},
		{"[::1]:0", NULL},
		{"[::1]53", NULL},
		{"[192.0.2.1]:53", NULL},
		{"[[::1]]", NULL},
	};
	check(cases, LENGTH(cases), read_server);
}

static void the_longest_text_fits(void **state)
{
	(void)state;
	char text[ADDRESS_TEXT_SIZE];
	struct address address = {.family = AF_INET6, .port = 65535, .scope = UINT32_MAX};
	memset(address.bytes, 0xFE, sizeof address.bytes);
	assert_string_equal(
		address_write_with_port(&address, text), "[fefe:fefe:fefe:fefe:fefe:fefe:fefe:fefe%4294967295]:65535");
	assert_string_equal(address_write(&(struct address){.family = AF_UNSPEC}, text), "");
}

static void a_unix_socket_is_read_by_its_absolute_path(void **state)
{
	(void)state;
	char longest[] = "unix:/"
					 "pppppppppppppppppppppppppppppppppppppppppppppppppp"
					 "pppppppppppppppppppppppppppppppppppppppppppppppppp"
					 "pppppp";
	char text[ADDRESS_TEXT_SIZE + 1];
	struct address address = {.port = 7}, again, other;
	struct sockaddr_storage storage;
	assert_false(read_server("unix:", &address));
	assert_false(read_server("unix:relative", &address));
	assert_true(read_server(longest, &address));
	assert_string_equal(address_write_with_port(&address, text), longest);
	assert_string_equal(address_write(&address, text), longest);
	assert_string_equal(address.path, longest + 5);
	assert_int_equal(address_to_sockaddr(&address, &storage), sizeof(struct sockaddr_un));
	assert_string_equal(((struct sockaddr_un *)&storage)->sun_path, longest + 5);
	assert_true(read_server(longest, &again));
	assert_true(address_equal(&address, &again));
	assert_true(read_server("unix:/p", &other));
	assert_false(address_equal(&address, &other));
	assert_string_equal(address_transport(&other, true), "unix");
	strcpy(text, longest);
	assert_false(read_server(strcat(text, "p"), &again));
}

static void equal_addresses_agree_in_family_port_scope_and_bytes(void **state)
{
	(void)state;
	const struct address one = {.family = AF_INET, .port = 53, .bytes = {192, 0, 2, 1}};
	struct address other = one;
	other.bytes[4] = 9;  // beyond an IPv4 address
	assert_true(address_equal(&one, &other));
	other.bytes[3] = 2;
	assert_false(address_equal(&one, &other));
	other = one;
	other.port = 54;
	assert_false(address_equal(&one, &other));
	other = one;
	other.family = AF_INET6;
	assert_false(address_equal(&one, &other));
	struct address scoped = other;
	scoped.scope = 1;
	assert_false(address_equal(&other, &scoped));
}

static void a_sockaddr_carries_everything(void **state)
{
	(void)state;
	struct sockaddr_storage storage;
	struct address address;
	assert_true(address_read_server("[fe80::1%7]:5353", 53, &address));
	assert_int_equal(address_to_sockaddr(&address, &storage), sizeof(struct sockaddr_in6));
	const struct sockaddr_in6 *ipv6 = (const struct sockaddr_in6 *)&storage;
	assert_int_equal(ipv6->sin6_family, AF_INET6);
	assert_int_equal(ntohs(ipv6->sin6_port), 5353);
	assert_int_equal(ipv6->sin6_scope_id, 7);
	assert_memory_equal(&ipv6->sin6_addr, address.bytes, 16);

	assert_true(address_read_server("192.0.2.1", 53, &address));
	assert_int_equal(address_to_sockaddr(&address, &storage), sizeof(struct sockaddr_in));
	const struct sockaddr_in *ipv4 = (const struct sockaddr_in *)&storage;
	assert_int_equal(ipv4->sin_family, AF_INET);
	assert_int_equal(ntohs(ipv4->sin_port), 53);
	const struct address back = address_from_bytes(AF_INET, &ipv4->sin_addr);
	address.port = 0;
	assert_true(address_equal(&back, &address));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_literal_is_read_strictly),
		cmocka_unit_test(an_ipv4_address_is_read_in_all_forms_of_old),
		cmocka_unit_test(a_scope_is_a_number_or_the_name_of_an_interface_of_a_link_local_address),
		cmocka_unit_test(a_server_is_read_in_every_form_of_the_manual),
		cmocka_unit_test(what_is_no_server_is_refused),
		cmocka_unit_test(the_longest_text_fits),
		cmocka_unit_test(a_unix_socket_is_read_by_its_absolute_path),
		cmocka_unit_test(equal_addresses_agree_in_family_port_scope_and_bytes),
		cmocka_unit_test(a_sockaddr_carries_everything),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
