// SPDX-License-Identifier: MIT
#include "shim/hostent.h"

#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include "resolver/dns/host.h"
#include "tests/unit/unit.h"

static struct host host_of_app(void)
{
	static const struct address addresses[] = {
		{.family = AF_INET, .bytes = {192, 0, 2, 1}},
		{.family = AF_INET6, .bytes = {0x20, 1, 0xd, 0xb8}},
		{.family = AF_INET, .bytes = {192, 0, 2, 2}},
	};
	struct host host = {0};
	assert_true(host_set_name(&host, "app.test"));
	assert_true(host_add_alias(&host, "www.test"));
	for (size_t i = 0; i < LENGTH(addresses); i++)
		assert_true(host_add_address(&host, &addresses[i]));
	return host;
}

// At each alignment, in the smallest buffer that is enough, which is found by trying.
static void a_host_is_packed_into_a_buffer_of_any_alignment(void **state)
{
	(void)state;
	struct host host = host_of_app();
	for (size_t offset = 0; offset < sizeof(void *); offset++) {
		_Alignas(void *) char buffer[512];
		struct hostent entry = {.h_name = NULL};
		struct hostent_buffer out = {.entry = &entry, .bytes = buffer + offset};
		for (; !hostent_pack(&host, AF_INET, &out); out.size++)
			assert_null(entry.h_name);
		assert_true(out.size >= hostent_least_size(AF_INET));
		assert_string_equal(entry.h_name, "app.test");
		assert_string_equal(entry.h_aliases[0], "www.test");
		assert_null(entry.h_aliases[1]);
		assert_int_equal(entry.h_length, 4);
		assert_memory_equal(entry.h_addr_list[1], "\xC0\0\2\2", 4);
		assert_null(entry.h_addr_list[2]);
		assert_int_equal((uintptr_t)entry.h_aliases % sizeof(void *), 0);
	}
	host_clear(&host);
}

static void each_slot_keeps_its_own_entry(void **state)
{
	(void)state;
	struct host host = host_of_app(), other = {0};
	assert_true(host_set_name(&other, "other.test"));
	struct hostent_buffer buffers[2];
	hostent_keep(HOSTENT_BY_NAME, &buffers[0]);
	hostent_keep(HOSTENT_BY_ADDRESS, &buffers[1]);
	assert_true(hostent_pack(&host, AF_INET6, &buffers[0]));
	assert_true(hostent_pack(&other, AF_INET, &buffers[1]));
	const struct hostent *first = buffers[0].entry, *second = buffers[1].entry;
	assert_string_equal(first->h_name, "app.test");
	assert_int_equal(first->h_length, 16);
	assert_string_equal(second->h_name, "other.test");
	host_clear(&host);
	host_clear(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_host_is_packed_into_a_buffer_of_any_alignment),
		cmocka_unit_test(each_slot_keeps_its_own_entry),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
