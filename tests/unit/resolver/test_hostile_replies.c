// SPDX-License-Identifier: MIT
// Attacks by servers that other resolvers fell for, each by its number: what the scripted server sends.
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "resolver/dns/packet.h"
#include "resolver/host_answer.h"
#include "resolver/lookup.h"
#include "resolver/source/upstream/transport.h"
#include "tests/unit/scene.h"

static const char records[] = "app.test. 60 A 192.0.2.1\n"
							  "app.test. 60 AAAA 2001:db8::1\n";

static void add_rules(struct scene *scene, const char *rules)
{
	if (!fake_add_rules(scene->servers[0], rules))
		fail_msg("%s", fake_error(scene->servers[0]));
}

// Returns the number of addresses; checks that all are of the requested families.
static size_t count_addresses(struct scene *scene, const char *name, sa_family_t family)
{
	const struct lookup_context lookup = scene_context(scene);
	struct host host = {0};
	const enum outcome outcome =
		lookup_host(scene->resolver, &lookup, &(struct lookup_request){name, family, 0}, &host);
	const size_t count = outcome == OUTCOME_FOUND ? host.address_count : 0;
	for (size_t i = 0; i < count; i++)
		assert_true(family == AF_UNSPEC || host.addresses[i].family == family);
	host_clear(&host);
	return count;
}

// 2048 is where glibc's buffer ended, 4096 is where ours does; a larger datagram comes again over TCP.
static void cve_2015_7547_replies_of_every_size_around_the_buffers_are_read(void **state)
{
	(void)state;
	static const unsigned sizes[] = {
		511, 512, 513, 1231, 1232, 1233, 2047, 2048, 2049, 2050, 4095, 4096, 4097, 16384, 60000, 65535};
	static const char *const orders[] = {
		"* addresses=9 size=%u",
		"*/A addresses=9 size=%u delay=5; */AAAA addresses=9 size=%u",
		"*/AAAA addresses=9 size=%u delay=5; */A addresses=9 size=%u",
		"*/A addresses=9 size=%u; */AAAA addresses=9",
		"*/AAAA addresses=9 size=%u; */A addresses=9",
	};
	struct scene datagrams = scene_of("", "", "hosts none"), streams = scene_of("", "", "hosts none\noptions use-vc");
	for (size_t i = 0; i < LENGTH(sizes); i++) {
		for (size_t j = 0; j < LENGTH(orders); j++) {
			char rules[128];
			snprintf(rules, sizeof rules, orders[j], sizes[i], sizes[i]);
			add_rules(&datagrams, rules);
			add_rules(&streams, rules);
			// A datagram that cannot be sent would only cause a timeout.
			if (sizes[i] <= 60000) {
				assert_int_equal(count_addresses(&datagrams, "app.test", AF_UNSPEC), 18);
				assert_int_equal(count_addresses(&datagrams, "app.test", AF_INET), 9);
				assert_int_equal(count_addresses(&datagrams, "app.test", AF_INET6), 9);
			}
			assert_int_equal(count_addresses(&streams, "app.test", AF_UNSPEC), 18);
		}
	}
	scene_close(&datagrams);
	scene_close(&streams);
}

// 100 addresses take 2 KiB at least.
static void cve_2023_4527_no_aaaa_and_a_long_reply_over_tcp(void **state)
{
	(void)state;
	static const char *const rules[] = {"* addresses=100", "* addresses=2000", "* addresses=200 truncate"};
	for (size_t i = 0; i < LENGTH(rules); i++) {
		struct scene scene = scene_of("", rules[i], "hosts none\noptions no-aaaa");
		const size_t count = i == 1 ? 2000 : i == 2 ? 200 : 100;
		assert_int_equal(count_addresses(&scene, "app.test", AF_UNSPEC), count);
		assert_int_equal(count_addresses(&scene, "app.test", AF_INET), count);
		assert_int_equal(count_addresses(&scene, "app.test", AF_INET6), 0);
		assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_AAAA), OUTCOME_NO_DATA);
		assert_int_equal(scene.answers[0].record_count, 0);
		assert_int_equal(fake_count(scene.servers[0], NULL, RRTYPE_AAAA), 0);
		scene_close(&scene);
	}
}

static void cve_2017_12132_no_more_is_asked_for_than_one_packet_holds(void **state)
{
	(void)state;
	static const char *const directives[] = {"", "options edns0", "options trust-ad", "options edns0 no-aaaa"};
	for (size_t i = 0; i < LENGTH(directives); i++) {
		struct scene scene = scene_of(records, "", directives[i]);
		scene_ask_both(&scene, "app.test");
		for (size_t j = 0; j < fake_count(scene.servers[0], NULL, 0); j++)
			assert_in_range(scene_query(scene.servers[0], j).payload, 0, 1232);
		scene_close(&scene);
	}
}

// Fewer than a socket's buffer holds: the true reply is among what came.
static void cve_2023_32067_empty_datagrams_do_not_end_a_lookup(void **state)
{
	(void)state;
	static const char *const rules[] = {
		"* empty then-true",
		"* flood=50 empty then-true",
		"* flood=50 short then-true",
		"* flood=50 garbage then-true",
	};
	for (size_t i = 0; i < LENGTH(rules); i++) {
		struct scene scene = scene_of(records, rules[i], "");
		scene_ask_both(&scene, "app.test");
		assert_string_equal(scene_answer(&scene, 0), "found; app.test A 192.0.2.1");
		assert_string_equal(scene_answer(&scene, 1), "found; app.test AAAA 2001:db8::1");
		scene_close(&scene);
	}
}

// A CNAME loop within one reply, and one across two servers.
static void cve_2014_9402_alias_loops_end(void **state)
{
	(void)state;
	static const char loops[] = "self.test. CNAME self.test.\n"
								"one.test. CNAME two.test.\ntwo.test. CNAME three.test.\nthree.test. CNAME one.test.\n"
								"tail.test. CNAME one.test.\n";
	static const char *const rules[] = {"", "* cname-only", "* cname-loop"};
	static const char *const names[] = {"self.test", "one.test", "tail.test"};
	for (size_t i = 0; i < LENGTH(rules) * LENGTH(names); i++) {
		struct scene scene = scene_of(loops, rules[i / LENGTH(names)], "hosts none");
		assert_int_equal(count_addresses(&scene, names[i % LENGTH(names)], AF_UNSPEC), 0);
		assert_in_range(fake_count(scene.servers[0], NULL, 0), 1, 40);
		scene_close(&scene);
	}
}

// Whole messages of 64 KiB over TCP that hold one type of record and nothing else.
static void cve_2020_8277_replies_of_64_kib_of_one_type_come_whole(void **state)
{
	(void)state;
	static const struct {
		uint16_t type;
		const char *format;
		unsigned count;
	} cases[] = {
		{RRTYPE_A, "app.test. A 10.%u.%u.1\n", 4000},
		{RRTYPE_AAAA, "app.test. AAAA 2001:db8::%u:%u\n", 2000},
		{RRTYPE_TXT, "app.test. TXT \"%u.%u\"\n", 3000},
		{RRTYPE_MX, "app.test. MX %u m%u.test.\n", 2000},
		{RRTYPE_PTR, "app.test. PTR p%u.q%u.test.\n", 2000},
		{RRTYPE_SRV, "app.test. SRV 0 0 %u s%u.test.\n", 1500},
	};
	const size_t size = 256 * 1024;
	char *text = malloc(size);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		size_t used = 0;
		for (unsigned j = 0; j < cases[i].count; j++)
			used += (size_t)snprintf(text + used, size - used, cases[i].format, j / 256, j % 256);
		struct scene scene = scene_of(text, "", "");
		assert_int_equal(scene_ask(&scene, "app.test", cases[i].type), OUTCOME_FOUND);
		assert_int_equal(scene.answers[0].record_count, cases[i].count);
		assert_true(scene.answers[0].over_tcp);
		scene_close(&scene);
	}
	free(text);
}

// One end of a stream, and what the other end has written into it.
static struct channel channel_with(const void *bytes, size_t size, int *other)
{
	int ends[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
	const int room = 4 << 20;
	setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
	assert_int_equal(write(ends[1], bytes, size), size);
	*other = ends[1];
	return (struct channel){.descriptor = ends[0], .stream = true};
}

static void musl_2023_frames_of_every_length_below_a_header_are_whole_and_no_replies(void **state)
{
	(void)state;
	const struct question question = scene_question("app.test", RRTYPE_A);
	uint8_t bytes[2 + PACKET_HEADER_SIZE] = {0}, unused[1];
	for (uint8_t length = 0; length < PACKET_HEADER_SIZE; length++) {
		uint8_t *message = NULL;
		bool cut;
		int other;
		bytes[1] = length;
		bytes[4] = 0x80;
		struct channel channel = channel_with(bytes, 2u + length, &other);
		assert_int_equal(channel_receive(&channel, unused, sizeof unused, &message, &cut), length);
		assert_non_null(message);
		assert_false(packet_is_reply(message, length, 0, 0, &question));
		channel_close(&channel);
		close(other);
	}
}

// A TCP message that is cut at any byte, its length prefix included.
static void musl_2023_a_stream_that_ends_within_a_frame_has_no_message(void **state)
{
	(void)state;
	const uint8_t bytes[100] = {0, 200};
	uint8_t unused[1];
	for (size_t size = 0; size < sizeof bytes; size++) {
		uint8_t *message = NULL;
		bool cut;
		int other;
		struct channel channel = channel_with(bytes, size, &other);
		assert_int_equal(channel_receive(&channel, unused, sizeof unused, &message, &cut), 0);
		close(other);
		assert_int_equal(channel_receive(&channel, unused, sizeof unused, &message, &cut), -1);
		assert_null(message);
		channel_close(&channel);
	}
}

// The buffer grows from one frame to the next, and is not taken for larger than it is.
static void cve_2017_9445_frames_that_grow_come_whole(void **state)
{
	(void)state;
	static const size_t sizes[] = {0, 1, 12, 512, 4093, 4094, 4095, 4096, 65534, 65535, 12, 65535};
	size_t all = 0;
	for (size_t i = 0; i < LENGTH(sizes); i++)
		all += 2 + sizes[i];
	uint8_t *bytes = calloc(all, 1), *at = bytes, unused[1];
	for (size_t i = 0; i < LENGTH(sizes); i++, at += 2 + sizes[i - 1]) {
		at[0] = (uint8_t)(sizes[i] >> 8);
		at[1] = (uint8_t)sizes[i];
		memset(at + 2, (int)i, sizes[i]);
	}
	int other;
	struct channel channel = channel_with(bytes, all, &other);
	for (size_t i = 0; i < LENGTH(sizes); i++) {
		uint8_t *message = NULL;
		bool cut;
		assert_int_equal(channel_receive(&channel, unused, sizeof unused, &message, &cut), sizes[i]);
		assert_non_null(message);
		assert_true(!sizes[i] || (message[0] == i && message[sizes[i] - 1] == i));
	}
	channel_close(&channel);
	close(other);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cve_2015_7547_replies_of_every_size_around_the_buffers_are_read),
		cmocka_unit_test(cve_2023_4527_no_aaaa_and_a_long_reply_over_tcp),
		cmocka_unit_test(cve_2017_12132_no_more_is_asked_for_than_one_packet_holds),
		cmocka_unit_test(cve_2023_32067_empty_datagrams_do_not_end_a_lookup),
		cmocka_unit_test(cve_2014_9402_alias_loops_end),
		cmocka_unit_test(cve_2020_8277_replies_of_64_kib_of_one_type_come_whole),
		cmocka_unit_test(musl_2023_frames_of_every_length_below_a_header_are_whole_and_no_replies),
		cmocka_unit_test(musl_2023_a_stream_that_ends_within_a_frame_has_no_message),
		cmocka_unit_test(cve_2017_9445_frames_that_grow_come_whole),
	};
	virtual_clock_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
