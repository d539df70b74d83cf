// SPDX-License-Identifier: MIT
// Faults in answers of all sources.
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "config/fault.h"
#include "resolver/dns/host.h"
#include "resolver/dns/packet.h"
#include "resolver/dns/packet_write.h"
#include "resolver/lookup.h"
#include "resolver/message_lookup.h"
#include "shim/command/problem.h"
#include "shim/command/watch/run_server.h"
#include "tests/unit/files.h"
#include "tests/unit/scene.h"

static const char records[] = "$ORIGIN test.\n"
							  "@ 60 SOA ns.test. root.test. 1 2 3 4 2\n"
							  "app 60 A 192.0.2.1\n"
							  "app 60 AAAA 2001:db8::1\n"
							  "www 60 CNAME app\n"
							  "mail 60 MX 10 app\n"
							  "many 60 A 192.0.2.1\n"
							  "many 60 A 192.0.2.2\n"
							  "many 60 A 192.0.2.3\n"
							  "many 60 A 192.0.2.4\n"
							  "many 60 A 192.0.2.5\n"
							  "many 60 AAAA 2001:db8::1\n"
							  "1.2.0.192.in-addr.arpa. 60 PTR app\n";

#define QUICK "\noptions timeout-ms:60\n"

static struct scene scene_with(const char *directives)
{
	return scene_of(records, "", directives);
}

static enum outcome look_up(struct scene *scene, const char *name, sa_family_t family, struct host *host)
{
	const struct lookup_context lookup = scene_context(scene);
	const int64_t start = clock_now();
	const enum outcome outcome = lookup_host(scene->resolver, &lookup, &(struct lookup_request){name, family, 0}, host);
	scene->milliseconds = (clock_now() - start) / 1000;
	return outcome;
}

static size_t count_of(struct scene *scene, const char *name, sa_family_t family)
{
	struct host host = {0};
	look_up(scene, name, family, &host);
	host_alter(&host);
	const size_t count = host.address_count;
	host_clear(&host);
	return count;
}

static void a_fault_answers_in_place_of_the_server(void **state)
{
	(void)state;
	static const struct {
		const char *fault, *name;
		enum outcome outcome;
		uint16_t rcode;
	} cases[] = {
		{"fault app.test nxdomain", "app.test", OUTCOME_NO_NAME, RCODE_NXDOMAIN},
		{"fault app.test nodata", "app.test", OUTCOME_NO_DATA, RCODE_NOERROR},
		{"fault *.test servfail", "app.test", OUTCOME_TRY_AGAIN, RCODE_SERVFAIL},
		{"fault * refused", "app.test", OUTCOME_TRY_AGAIN, RCODE_REFUSED},
		{"fault * formerr", "app.test", OUTCOME_NO_RECOVERY, RCODE_FORMERR},
		{"fault * notimp", "app.test", OUTCOME_TRY_AGAIN, RCODE_NOTIMP},
		{"fault * reply=garbage", "app.test", OUTCOME_UNUSABLE, RCODE_NOERROR},
		{"fault app.test/A nxdomain", "app.test", OUTCOME_NO_NAME, RCODE_NXDOMAIN},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct scene scene = scene_with(cases[i].fault);
		assert_int_equal(scene_ask(&scene, cases[i].name, RRTYPE_A), cases[i].outcome);
		assert_int_equal(scene.answers[0].rcode, cases[i].rcode);
		assert_int_equal(scene.answers[0].source, SOURCE_FAULT);
		assert_int_equal(fake_count(scene.servers[0], NULL, 0), 0);
		scene_close(&scene);
	}
}

static void other_names_and_types_are_let_alone(void **state)
{
	(void)state;
	struct scene scene = scene_with("fault *.app.test servfail\nfault app.test/MX servfail\nfault www.test servfail");
	scene_ask_both(&scene, "app.test");
	assert_string_equal(scene_answer(&scene, 0), "found; app.test A 192.0.2.1");
	assert_string_equal(scene_answer(&scene, 1), "found; app.test AAAA 2001:db8::1");
	scene_close(&scene);
}

static void a_fault_of_one_type_leaves_the_other_to_the_server(void **state)
{
	(void)state;
	struct scene scene = scene_with("fault app.test/AAAA nodata");
	scene_ask_both(&scene, "app.test");
	assert_string_equal(scene_answer(&scene, 0), "found; app.test A 192.0.2.1");
	assert_string_equal(scene_answer(&scene, 1), "no data");
	assert_int_equal(fake_count(scene.servers[0], NULL, RRTYPE_AAAA), 0);
	scene_close(&scene);
}

static void given_addresses_are_the_answer(void **state)
{
	(void)state;
	struct scene scene = scene_with("fault *.test answer=192.0.2.8 192.0.2.9 ttl=7");
	scene_ask_both(&scene, "none.test");
	assert_string_equal(scene_answer(&scene, 0), "found; none.test A 192.0.2.8; none.test A 192.0.2.9");
	assert_int_equal(scene.answers[0].records[0].ttl, 7);
	assert_int_equal(scene.answers[0].lifetime, 7);
	assert_string_equal(scene_answer(&scene, 1), "no data");
	assert_int_equal(scene_ask(&scene, "mail.test", RRTYPE_MX), OUTCOME_FOUND);
	scene_close(&scene);
}

// Of a network: an address that the seed and the number of the lookup decide. The questions of a lookup share a draw.
static void an_address_is_drawn_from_a_network(void **state)
{
	(void)state;
	char runs[2][4][100] = {{""}};
	struct network network;
	assert_true(network_read("192.0.2.128/25", &network));
	for (size_t run = 0; run < LENGTH(runs); run++) {
		struct scene scene = scene_with("seed 7\nfault app.test answer=192.0.2.128/25,2001:db8::/64");
		for (size_t i = 0; i < LENGTH(runs[run]); i++) {
			struct address address;
			scene_ask_both(&scene, "app.test");
			assert_true(answer_address(&scene.answers[0], &scene.answers[0].records[0], &address));
			assert_true(network_contains(&network, &address));
			snprintf(runs[run][i], sizeof runs[run][i], "%.90s", scene_answer(&scene, 0));
			assert_memory_equal(scene_answer(&scene, 1), "found; app.test AAAA 2001:db8::", 31);
		}
		scene_close(&scene);
	}
	assert_memory_equal(runs[0], runs[1], sizeof runs[0]);
	assert_string_not_equal(runs[0][0], runs[0][1]);
}

static void a_fault_of_another_program_does_not_apply(void **state)
{
	(void)state;
	static const struct log_process other = {1, "curl"};
	struct scene scene = scene_with("fault app.test nxdomain by=curl\nfault app.test nodata by=test_fault_injection");
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_NO_DATA);
	struct lookup_context lookup = scene_context(&scene);
	lookup.process = &other;
	struct host host = {0};
	assert_int_equal(
		lookup_host(scene.resolver, &lookup, &(struct lookup_request){"app.test", AF_INET, 0}, &host), OUTCOME_NO_NAME);
	host_clear(&host);
	scene_close(&scene);
}

static void a_timeout_lasts_as_long_as_the_options_say(void **state)
{
	(void)state;
	static const char *const faults[] = {"fault * timeout", "fault * delay=5000", "fault * delay=5000 servfail",
		"fault * reply=empty", "fault * reply=wrong-id", "fault * reply=garbage delay=5000"};
	for (size_t i = 0; i < LENGTH(faults); i++) {
		char text[100];
		snprintf(text, sizeof text, "%s" QUICK, faults[i]);
		struct scene scene = scene_with(text);
		assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_TRY_AGAIN);
		assert_int_equal(scene.answers[0].error, ETIMEDOUT);
		assert_int_equal(scene.answers[0].source, SOURCE_FAULT);
		assert_true(scene.milliseconds >= 60 && scene.milliseconds < 5000);
		assert_int_equal(fake_count(scene.servers[0], NULL, 0), 0);
		scene_close(&scene);
	}
}

static void a_delay_comes_before_the_answer(void **state)
{
	(void)state;
	struct scene scene = scene_with("fault app.test delay=30\nfault mail.test delay=20..40 servfail");
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
	assert_true(scene.milliseconds >= 30);
	assert_int_equal(scene_ask(&scene, "mail.test", RRTYPE_MX), OUTCOME_TRY_AGAIN);
	assert_true(scene.milliseconds >= 20);
	scene_close(&scene);
}

static unsigned waits;

static void count_wait(int64_t begun)
{
	(void)begun;
	waits++;
}

// One that asks for IPv6 addresses, then for IPv4 ones to map.
static void a_delay_is_waited_for_once_a_call(void **state)
{
	(void)state;
	struct scene scene = scene_with("fault app.test answer=192.0.2.1,2001:db8::1 delay=20");
	struct host host = {0};
	struct lookup_context lookup = scene_context(&scene);
	const int64_t start = clock_now();
	lookup.while_waiting = count_wait;
	waits = 0;
	assert_int_equal(lookup_host(scene.resolver, &lookup,
						 &(struct lookup_request){"app.test", AF_INET6, LOOKUP_MAPPED | LOOKUP_ALL}, &host),
		OUTCOME_FOUND);
	assert_true(clock_now() - start >= 20000);
	assert_int_equal(host.address_count, 2);
	assert_int_equal(waits, 1);
	host_clear(&host);
	scene_close(&scene);
}

static void a_fault_of_the_first_lookups_ends_after_them(void **state)
{
	(void)state;
	struct scene scene = scene_with("fault app.test servfail first=2");
	for (int i = 0; i < 4; i++) {
		scene_ask_both(&scene, "app.test");
		assert_int_equal(scene.answers[0].outcome, i < 2 ? OUTCOME_TRY_AGAIN : OUTCOME_FOUND);
		assert_int_equal(scene.answers[1].outcome, i < 2 ? OUTCOME_TRY_AGAIN : OUTCOME_FOUND);
	}
	scene_close(&scene);
}

// One letter a lookup.
static void draw(const char *directives, size_t count, char *text)
{
	struct scene scene = scene_with(directives);
	for (size_t i = 0; i < count; i++) {
		scene_ask_both(&scene, "app.test");
		assert_int_equal(scene.answers[0].outcome, scene.answers[1].outcome);
		text[i] = scene.answers[0].outcome == OUTCOME_FOUND ? '.' : 'x';
	}
	text[count] = '\0';
	scene_close(&scene);
}

static void a_fault_begins_after_some_lookups(void **state)
{
	(void)state;
	char text[6];
	draw("fault app.test servfail first=2 after=1", 5, text);
	assert_string_equal(text, ".xx..");
	draw("fault app.test servfail after=3", 5, text);
	assert_string_equal(text, "...xx");
}

// The run of a process without withdns(1) begins with the process; the counter says when withdns(1) did.
static void a_fault_lasts_for_a_time_of_the_run(void **state)
{
	(void)state;
	static const char *const formats[] = {
		"fault app.test servfail first=9 from=2s..5s",
		"counter unix:/none 0123456789abcdef0123456789abcdef %lld000\nfault app.test servfail from=2s..5s",
	};
	for (size_t i = 0; i < LENGTH(formats); i++) {
		char directives[200], text[9] = "";
		const long long now = clock_now() / 1000 + 1;
		snprintf(directives, sizeof directives, formats[i], now);
		struct scene scene = scene_with(directives);
		const int64_t begun = i == 0 ? resolver_config(scene.resolver)->begun : now * 1000;
		for (size_t second = 0; second < 8; second++) {
			scene_sleep(begun + (int64_t)second * 1000000 - clock_now());
			scene_ask_both(&scene, "app.test");
			text[second] = scene.answers[0].outcome == OUTCOME_FOUND ? '.' : 'x';
		}
		assert_string_equal(text, "..xxx...");
		scene_close(&scene);
	}
}

static void where_one_fault_lets_a_lookup_alone_the_next_one_counts(void **state)
{
	(void)state;
	struct scene scene = scene_with("fault app.test servfail first=1\nfault *.test nxdomain first=2\nfault * nodata");
	static const enum outcome outcomes[] = {OUTCOME_TRY_AGAIN, OUTCOME_NO_NAME, OUTCOME_NO_NAME, OUTCOME_NO_DATA};
	for (size_t i = 0; i < LENGTH(outcomes); i++)
		assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), outcomes[i]);
	scene_close(&scene);
}

static void a_seed_gives_the_same_draws_in_every_run(void **state)
{
	(void)state;
	char one[201], other[201], third[201];
	draw("seed 7\nfault app.test servfail 30%", 200, one);
	draw("seed 7\nfault app.test servfail 30%", 200, other);
	draw("seed 8\nfault app.test servfail 30%", 200, third);
	assert_string_equal(one, other);
	assert_string_not_equal(one, third);
}

// Lookups of other names and types, as other threads make them, do not change the draws.
static void a_draw_depends_on_the_name_and_the_type_alone(void **state)
{
	(void)state;
	char alone[51], among[51];
	draw("seed 7\nfault * servfail 30%", 50, alone);
	struct scene scene = scene_with("seed 7\nfault * servfail 30%");
	for (size_t i = 0; i < 50; i++) {
		for (size_t other = 0; other < i % 4; other++) {
			scene_ask(&scene, "app.test", RRTYPE_MX);
			scene_ask_both(&scene, "many.test");
		}
		scene_ask_both(&scene, "app.test");
		among[i] = scene.answers[0].outcome == OUTCOME_FOUND ? '.' : 'x';
	}
	among[50] = '\0';
	scene_close(&scene);
	assert_string_equal(among, alone);
}

static void a_share_is_that_share_of_the_lookups(void **state)
{
	(void)state;
	static const unsigned shares[] = {1, 30, 70, 100};
	for (size_t i = 0; i < LENGTH(shares); i++) {
		char directives[100], text[1001];
		size_t with_faults = 0;
		snprintf(directives, sizeof directives, "seed 1\nfault app.test servfail %u%%", shares[i]);
		draw(directives, 1000, text);
		for (const char *at = text; *at; at++)
			with_faults += *at == 'x';
		assert_in_range(with_faults, shares[i] * 10 - shares[i] * 2, shares[i] * 12);
	}
}

static void counts_go_on_when_the_configuration_is_read_again(void **state)
{
	(void)state;
	struct scene scene = scene_with("fault app.test servfail first=2\nfault app.test servfail first=1");
	const struct environment environment =
		environment_of("nameserver none\nfault x.test nodata\nfault app.test servfail first=2");
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_TRY_AGAIN);
	struct resolver *older = scene.resolver;
	scene.resolver = resolver_of(&environment, older);
	resolver_close(older);
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_TRY_AGAIN);
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_NO_NAME);
	scene_close(&scene);
}

// Two resolvers, as two processes of a run have them; the server's thread counts.
struct run {
	struct run_server server;
	pthread_t thread;
	atomic_bool ends;
};

static void *serve(void *context)
{
	struct run *run = context;
	while (!run->ends)
		run_server_serve(&run->server);
	return NULL;
}

static void the_processes_of_a_run_count_together(void **state)
{
	(void)state;
	struct run run = {.ends = false};
	struct problem problem;
	char directives[400], outcomes[13] = "";
	assert_true(run_server_open(&run.server, &problem));
	assert_true(run_server_start(&run.server));
	assert_int_equal(pthread_create(&run.thread, NULL, serve, &run), 0);
	snprintf(directives, sizeof directives,
		"counter unix:%s %s\nfault app.test servfail first=2\nfault mail.test nodata", run.server.socket.address.path,
		run.server.socket.address.key);
	struct scene scenes[] = {scene_with(directives), scene_with(directives)};
	for (size_t i = 0; i < 4; i++) {
		scene_ask_both(&scenes[i % 2], "app.test");
		outcomes[i] = scenes[i % 2].answers[1].outcome == OUTCOME_FOUND ? '.' : 'x';
		scene_ask(&scenes[i % 2], "mail.test", RRTYPE_MX);
	}
	run.ends = true;
	pthread_join(run.thread, NULL);
	run_server_close(&run.server);
	assert_string_equal(outcomes, "xx..");
	// Without the server each process counts by itself.
	scene_ask_both(&scenes[0], "app.test");
	assert_int_equal(scenes[0].answers[0].outcome, OUTCOME_TRY_AGAIN);
	scene_close(&scenes[0]);
	scene_close(&scenes[1]);
}

static void the_answer_of_a_fault_is_not_cached(void **state)
{
	(void)state;
	static const char *const faults[] = {
		"servfail",
		"nxdomain",
		"nodata",
		"answer=192.0.2.9",
		"ttl=7",
		"truncate",
	};
	for (size_t i = 0; i < LENGTH(faults); i++) {
		char directives[100];
		snprintf(directives, sizeof directives, "options cache:10\nfault app.test first=1 %s", faults[i]);
		struct scene scene = scene_with(directives);
		scene_ask(&scene, "app.test", RRTYPE_A);
		assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
		assert_string_equal(scene_answer(&scene, 0), "found; app.test A 192.0.2.1");
		assert_in_range(scene.answers[0].records[0].ttl, 58, 60);
		scene_close(&scene);
	}
}

static void faults_apply_to_kept_answers_too(void **state)
{
	(void)state;
	struct scene scene = scene_with("options cache:10\nfault app.test servfail 50%\nseed 3");
	size_t with_faults = 0;
	for (int i = 0; i < 20; i++)
		with_faults += scene_ask(&scene, "app.test", RRTYPE_A) == OUTCOME_TRY_AGAIN;
	assert_in_range(with_faults, 3, 17);
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 1);
	scene_close(&scene);
}

static void a_truncated_answer_comes_over_tcp(void **state)
{
	(void)state;
	struct scene scene = scene_with("fault app.test truncate");
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
	assert_true(scene.answers[0].over_tcp);
	assert_true(scene_query(scene.servers[0], 0).over_tcp);
	scene_close(&scene);
}

static void a_lost_datagram_is_sent_again(void **state)
{
	(void)state;
	struct scene scene = scene_with("fault app.test drop");
	scene_ask_both(&scene, "app.test");
	assert_string_equal(scene_answer(&scene, 0), "found; app.test A 192.0.2.1");
	assert_string_equal(scene_answer(&scene, 1), "found; app.test AAAA 2001:db8::1");
	assert_true(scene.milliseconds >= 10);
	assert_int_equal(fake_count(scene.servers[0], "app.test", RRTYPE_A), 1);
	scene_close(&scene);
}

static void addresses_are_limited_after_they_are_sorted(void **state)
{
	(void)state;
	struct scene scene = scene_with("fault many.test limit=2");
	assert_int_equal(count_of(&scene, "many.test", AF_UNSPEC), 2);
	assert_int_equal(count_of(&scene, "app.test", AF_UNSPEC), 2);
	scene_close(&scene);
	scene = scene_with("fault many.test/A limit=3");
	assert_int_equal(count_of(&scene, "many.test", AF_UNSPEC), 4);
	assert_int_equal(count_of(&scene, "many.test", AF_INET), 3);
	scene_close(&scene);
}

static void addresses_are_shuffled_by_the_seed(void **state)
{
	(void)state;
	unsigned orders = 0;
	for (int run = 0; run < 2; run++) {
		struct scene scene = scene_with("seed 5\nfault many.test shuffle");
		unsigned number = 0;
		for (int i = 0; i < 5; i++) {
			struct host host = {0};
			assert_int_equal(look_up(&scene, "many.test", AF_INET, &host), OUTCOME_FOUND);
			host_alter(&host);
			for (size_t j = 0; j < host.address_count; j++)
				number = number * 7 + host.addresses[j].bytes[3];
			assert_int_equal(host.address_count, 5);
			host_clear(&host);
		}
		assert_true(run == 0 || number == orders);
		orders = number;
		scene_close(&scene);
	}
}

static void faults_apply_to_the_hosts_file_too(void **state)
{
	(void)state;
	static const struct {
		const char *fault;
		enum outcome outcome;
		size_t addresses;
	} cases[] = {
		{"fault other.test servfail", OUTCOME_FOUND, 3},
		{"fault host.test servfail", OUTCOME_TRY_AGAIN, 0},
		{"fault host.test nxdomain", OUTCOME_NO_NAME, 0},
		{"fault host.test/A nxdomain", OUTCOME_FOUND, 1},
		{"fault host.test limit=2", OUTCOME_FOUND, 2},
		{"fault host.test delay=5000" QUICK, OUTCOME_TRY_AGAIN, 0},
		{"fault host.test timeout" QUICK, OUTCOME_TRY_AGAIN, 0},
		{"fault host.test answer=192.0.2.200", OUTCOME_FOUND, 1},
		{"fault host.test/AAAA timeout" QUICK, OUTCOME_FOUND, 2},
		{"fault host.test/A timeout" QUICK, OUTCOME_FOUND, 1},
	};
	const char *path = files_make("hosts", "192.0.2.7 host.test\n192.0.2.8 host.test\n2001:db8::7 host.test\n");
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char directives[200];
		struct host host = {0};
		snprintf(directives, sizeof directives, "hosts %s\n%s", path, cases[i].fault);
		struct scene scene = scene_with(directives);
		assert_int_equal(look_up(&scene, "host.test", AF_UNSPEC, &host), cases[i].outcome);
		host_alter(&host);
		assert_int_equal(host.address_count, cases[i].addresses);
		assert_int_equal(fake_count(scene.servers[0], "host.test", 0), 0);
		host_clear(&host);
		scene_close(&scene);
	}
}

// libc is not asked after a fault answer: its other services would supply the real one.
static void libc_is_not_asked_for_what_a_fault_has_answered(void **state)
{
	(void)state;
	struct environment environment = environment_of("fault *.test nxdomain\noptions timeout-ms:1");
	environment.nsswitch_path = files_make("nsswitch.conf", "hosts: files dns myhostname\n");
	struct scene scene = {.resolver = resolver_of(&environment, NULL)};
	struct host host = {0};
	assert_int_equal(look_up(&scene, "app.test", AF_UNSPEC, &host), OUTCOME_NO_NAME);
	host_clear(&host);
	assert_int_equal(look_up(&scene, "app.other", AF_UNSPEC, &host), OUTCOME_SYSTEM);
	host_clear(&host);
	scene_close(&scene);
}

static void an_address_is_looked_up_by_its_reverse_name(void **state)
{
	(void)state;
	struct scene scene = scene_with("fault *.in-addr.arpa/PTR servfail first=1");
	struct host host = {0};
	struct address address;
	const struct lookup_context lookup = scene_context(&scene);
	assert_true(address_read("192.0.2.1", &address));
	assert_int_equal(lookup_address(scene.resolver, &lookup, &address, &host), OUTCOME_TRY_AGAIN);
	host_clear(&host);
	assert_int_equal(lookup_address(scene.resolver, &lookup, &address, &host), OUTCOME_FOUND);
	assert_string_equal(host.name, "app.test");
	host_clear(&host);
	scene_close(&scene);
}

static enum outcome ask_message(
	struct scene *scene, const char *name, uint16_t type, bool ignores_truncation, struct answer *answer)
{
	struct lookup_context lookup = scene_context(scene);
	struct options options = *lookup.options;
	struct question question = {.type = type, .class = RRCLASS_IN};
	options.ignore_truncation = ignores_truncation;
	lookup.options = &options;
	lookup.as_packets = true;
	return message_lookup_query(scene->resolver, &lookup, name, &question, answer);
}

static void programs_that_read_packets_see_a_packet(void **state)
{
	(void)state;
	static const struct {
		const char *fault;
		unsigned rcode;
		enum outcome outcome;
		unsigned answers;
	} cases[] = {
		{"nxdomain", RCODE_NXDOMAIN, OUTCOME_NO_NAME, 0},
		{"nodata", RCODE_NOERROR, OUTCOME_NO_DATA, 0},
		{"servfail", RCODE_SERVFAIL, OUTCOME_TRY_AGAIN, 0},
		{"refused", RCODE_REFUSED, OUTCOME_TRY_AGAIN, 0},
		{"limit=2", RCODE_NOERROR, OUTCOME_FOUND, 2},
		{"shuffle", RCODE_NOERROR, OUTCOME_FOUND, 5},
		{"answer=192.0.2.9", RCODE_NOERROR, OUTCOME_FOUND, 1},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char directives[100];
		struct answer answer;
		snprintf(directives, sizeof directives, "fault many.test %s", cases[i].fault);
		struct scene scene = scene_with(directives);
		assert_int_equal(ask_message(&scene, "many.test", RRTYPE_A, false, &answer), cases[i].outcome);
		assert_non_null(answer.message);
		assert_int_equal(answer.message[3] & 15, cases[i].rcode);
		assert_int_equal(answer.message[7], cases[i].answers);
		answer_clear(&answer);
		scene_close(&scene);
	}
}

static void programs_that_read_packets_see_the_ttl(void **state)
{
	(void)state;
	struct scene scene = scene_with("fault many.test ttl=4711");
	struct answer answer, read;
	const struct question question = scene_question("many.test", RRTYPE_A);
	assert_int_equal(ask_message(&scene, "many.test", RRTYPE_A, false, &answer), OUTCOME_FOUND);
	assert_true(packet_read(answer.message, answer.message_size, &question, &read));
	for (size_t i = 0; i < read.record_count; i++)
		assert_int_equal(read.records[i].ttl, 4711);
	answer_clear(&read);
	answer_clear(&answer);
	scene_close(&scene);
}

static void programs_that_ignore_truncation_see_it(void **state)
{
	(void)state;
	struct scene scene = scene_with("fault many.test truncate");
	struct answer answer;
	ask_message(&scene, "many.test", RRTYPE_A, true, &answer);
	assert_non_null(answer.message);
	assert_int_equal(answer.message[2] & 2, 2);
	assert_int_equal(answer.message[7], 0);
	answer_clear(&answer);
	assert_int_equal(ask_message(&scene, "many.test", RRTYPE_A, false, &answer), OUTCOME_FOUND);
	assert_int_equal(answer.message[2] & 2, 0);
	assert_int_equal(answer.message[7], 5);
	answer_clear(&answer);
	scene_close(&scene);
}

static void a_query_that_the_program_wrote_gets_its_own_id_back(void **state)
{
	(void)state;
	static const char *const faults[] = {
		"fault * nxdomain",
		"fault * truncate",
		"fault * truncate answer=192.0.2.9",
		"fault * limit=1",
	};
	for (size_t i = 0; i < LENGTH(faults); i++) {
		struct scene scene = scene_with(faults[i]);
		struct lookup_context lookup = scene_context(&scene);
		struct options options = *lookup.options;
		uint8_t query[PACKET_QUERY_MAX];
		struct answer answer;
		const struct question question = scene_question("many.test", RRTYPE_A);
		const size_t size = packet_write_request(&question, &(struct packet_request){.id = 0x1234}, query);
		options.ignore_truncation = true;
		lookup.options = &options;
		lookup.as_packets = true;
		message_lookup_send(scene.resolver, &lookup, query, size, &answer);
		assert_non_null(answer.message);
		assert_true(packet_is_reply(answer.message, answer.message_size, 0x1234, 0, &question));
		answer_clear(&answer);
		scene_close(&scene);
	}
}

static void an_applied_fault_is_logged(void **state)
{
	(void)state;
	const char *path = files_path("log");
	char directives[SCENE_TEXT_SIZE];
	snprintf(directives, sizeof directives, "log %s\nseed 5\nfault app.test/A servfail delay=1 first=1 99%%", path);
	struct scene scene = scene_with(directives);
	scene_ask(&scene, "app.test", RRTYPE_A);
	scene_close(&scene);
	const char *text = files_read(path);
	assert_non_null(strstr(text, " fault app.test "));
	assert_non_null(strstr(text, "servfail delay=1 99% first=1"));
	assert_non_null(strstr(text, "-> SERVFAIL (match 1 of the process, drew "));
	assert_non_null(strstr(text, " config faults -> counted by process\n"));
}

static void nothing_is_left_open(void **state)
{
	(void)state;
	struct scene scene = scene_with("fault app.test drop\nfault www.test truncate\nfault mail.test timeout" QUICK);
	const int before = scene_count_descriptors();
	scene_ask_both(&scene, "app.test");
	scene_ask_both(&scene, "www.test");
	scene_ask_both(&scene, "mail.test");
	assert_int_equal(scene_count_descriptors(), before);
	scene_close(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fault_answers_in_place_of_the_server),
		cmocka_unit_test(an_address_is_drawn_from_a_network),
		cmocka_unit_test(a_fault_of_another_program_does_not_apply),
		cmocka_unit_test(other_names_and_types_are_let_alone),
		cmocka_unit_test(a_fault_of_one_type_leaves_the_other_to_the_server),
		cmocka_unit_test(given_addresses_are_the_answer),
		cmocka_unit_test(a_timeout_lasts_as_long_as_the_options_say),
		cmocka_unit_test(a_delay_comes_before_the_answer),
		cmocka_unit_test(a_delay_is_waited_for_once_a_call),
		cmocka_unit_test(a_fault_of_the_first_lookups_ends_after_them),
		cmocka_unit_test(a_fault_begins_after_some_lookups),
		cmocka_unit_test(a_fault_lasts_for_a_time_of_the_run),
		cmocka_unit_test(where_one_fault_lets_a_lookup_alone_the_next_one_counts),
		cmocka_unit_test(a_seed_gives_the_same_draws_in_every_run),
		cmocka_unit_test(a_draw_depends_on_the_name_and_the_type_alone),
		cmocka_unit_test(a_share_is_that_share_of_the_lookups),
		cmocka_unit_test(the_processes_of_a_run_count_together),
		cmocka_unit_test(counts_go_on_when_the_configuration_is_read_again),
		cmocka_unit_test(the_answer_of_a_fault_is_not_cached),
		cmocka_unit_test(faults_apply_to_kept_answers_too),
		cmocka_unit_test(a_truncated_answer_comes_over_tcp),
		cmocka_unit_test(a_lost_datagram_is_sent_again),
		cmocka_unit_test(addresses_are_limited_after_they_are_sorted),
		cmocka_unit_test(addresses_are_shuffled_by_the_seed),
		cmocka_unit_test(faults_apply_to_the_hosts_file_too),
		cmocka_unit_test(libc_is_not_asked_for_what_a_fault_has_answered),
		cmocka_unit_test(an_address_is_looked_up_by_its_reverse_name),
		cmocka_unit_test(programs_that_read_packets_see_a_packet),
		cmocka_unit_test(programs_that_read_packets_see_the_ttl),
		cmocka_unit_test(programs_that_ignore_truncation_see_it),
		cmocka_unit_test(a_query_that_the_program_wrote_gets_its_own_id_back),
		cmocka_unit_test(an_applied_fault_is_logged),
		cmocka_unit_test(nothing_is_left_open),
	};
	virtual_clock_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
