// SPDX-License-Identifier: MIT
// What a client is answered: by each source, in the size that it can take, and for queries that make no sense.
#include "resolver/responder.h"

#include "resolver/dns/listing.h"
#include "resolver/dns/packet.h"
#include "resolver/dns/packet_write.h"
#include "resolver/dns/wire.h"
#include "tests/unit/files.h"
#include "tests/unit/scene.h"

// One exchange of a client.
struct exchange {
	uint8_t query[PACKET_QUERY_MAX + 64];
	size_t query_size;
	struct responder_request request;
	enum responder_result result;
	uint8_t reply[RESPONDER_REPLY_MAX];
	size_t size;
	struct listing listing;
	char text[SCENE_TEXT_SIZE];
};

static struct exchange exchange;

// libc has libc.test, without records; another name does not exist.
static uint8_t *ask_libc(
	const struct responder_request *of, const struct question *question, size_t *size, enum outcome *outcome)
{
	const struct packet_request request = {.id = 7};
	char name[NAME_TEXT_SIZE];
	assert_ptr_equal(of, &exchange.request);
	assert_int_equal(question->class, RRCLASS_IN);
	*outcome = OUTCOME_NO_NAME;
	if (strcmp(name_write(&question->name, name), "libc.test") != 0)
		return NULL;
	uint8_t *reply = malloc(PACKET_QUERY_MAX);
	*size = packet_write_request(question, &request, reply);
	reply[2] |= FLAG_QR >> 8;
	return reply;
}

static void clear(void)
{
	listing_clear(&exchange.listing);
	static const struct responder_client client = {.arguments = "client=test"};
	exchange.request = (struct responder_request){.may_wait = true, .is_datagram = true, .client = &client};
	exchange.request.ask_libc = ask_libc;
}

static enum responder_result send_query(const struct scene *scene)
{
	exchange.request.message = exchange.query;
	exchange.request.size = exchange.query_size;
	exchange.size = 0;
	exchange.result = responder_answer(scene->resolver, &exchange.request, exchange.reply, &exchange.size);
	listing_clear(&exchange.listing);
	if (exchange.result == RESPONDER_REPLY)
		assert_true(listing_read(exchange.reply, exchange.size, &exchange.listing));
	assert_false(exchange.listing.is_malformed);
	assert_int_equal(exchange.listing.trailing, 0);
	return exchange.result;
}

static void prepare(const char *name, uint16_t type, unsigned flags)
{
	const struct question question = question_of(name, type);
	const struct packet_request request = {.id = 0x1234, .flags = flags};
	clear();
	exchange.query_size = packet_write_request(&question, &request, exchange.query);
}

static enum responder_result ask(const struct scene *scene, const char *name, uint16_t type, unsigned flags)
{
	prepare(name, type, flags);
	return send_query(scene);
}

// "NOERROR; qr rd ra; 2: www.test. CNAME app.test.; ..", with the section in front of each record: q, a, n, x.
static const char *reply_text(void)
{
	const struct listing *listing = &exchange.listing;
	char flags[LISTING_FLAGS_SIZE], code[RRTYPE_TEXT_SIZE], type[RRTYPE_TEXT_SIZE];
	int used = snprintf(exchange.text, sizeof(exchange.text), "%s; %s", rcode_write(listing->rcode, code),
		listing_write_flags(listing->flags, flags));
	for (size_t i = 0; i < listing->record_count && used < (int)sizeof(exchange.text) - 1; i++) {
		const struct listed_record *record = &listing->records[i];
		if (record->section != LISTING_QUESTION)
			used += snprintf(exchange.text + used, sizeof(exchange.text) - (size_t)used, "; %c %s %u %s %s",
				"qanx"[record->section], record -> owner, record -> ttl, rrtype_write(record->type, type),
				record -> data);
	}
	if (listing->has_edns)
		strncat(exchange.text, listing->dnssec_ok ? "; edns do" : "; edns", 10);
	return exchange.text;
}

static void assert_reply(const char *expected)
{
	assert_int_equal(exchange.result, RESPONDER_REPLY);
	assert_string_equal(reply_text(), expected);
	assert_int_equal(exchange.listing.id, 0x1234);
}

static void records_are_answered_with_their_chain(void **state)
{
	(void)state;
	struct scene scene = scene_of(
		"", "", "record app.test 60 A 192.0.2.1\nrecord www.test 60 CNAME app.test\nrecord mail.test 60 MX 5 app.test");
	ask(&scene, "www.test", RRTYPE_A, 0);
	assert_reply("NOERROR; qr aa rd ra; a www.test. 60 CNAME app.test.; a app.test. 60 A 192.0.2.1");
	// The second owner and the target are compressed: the header, the question, two records.
	assert_int_equal(exchange.size, 12 + 10 + 4 + (2 + 10 + 4 + 2) + (2 + 10 + 4));
	ask(&scene, "app.test", RRTYPE_AAAA, PACKET_EDNS | PACKET_DNSSEC_OK);
	assert_reply("NOERROR; qr aa rd ra; edns do");
	ask(&scene, "mail.test", RRTYPE_MX, PACKET_NO_RECURSION);
	assert_reply("NOERROR; qr aa ra; a mail.test. 60 MX 5 app.test.; x app.test. 60 A 192.0.2.1");
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 0);
	scene_close(&scene);
}

static void replies_of_servers_are_passed_on_in_the_client_s_form(void **state)
{
	(void)state;
	struct scene scene = scene_of("app.test. 60 A 192.0.2.1\n", "* aa ad", "options cache:100");
	ask(&scene, "aPP.test", RRTYPE_A, 0);
	assert_reply("NOERROR; qr rd ra; a aPP.test. 60 A 192.0.2.1");
	ask(&scene, "app.TEST", RRTYPE_A, PACKET_EDNS | PACKET_AD);
	assert_reply("NOERROR; qr rd ra; a app.TEST. 60 A 192.0.2.1; edns");
	assert_int_equal(fake_count(scene.servers[0], "app.test", RRTYPE_A), 1);
	assert_true(scene_query(scene.servers[0], 0).has_edns);
	ask(&scene, "app.test", RRTYPE_A, PACKET_EDNS | PACKET_CHECKING_DISABLED);
	assert_reply("NOERROR; qr rd ra cd; a app.test. 60 A 192.0.2.1; edns");
	assert_int_equal(fake_count(scene.servers[0], "app.test", RRTYPE_A), 2);
	ask(&scene, "nix.test", RRTYPE_A, 0);
	assert_int_equal(exchange.listing.rcode, RCODE_NXDOMAIN);
	scene_close(&scene);
}

static void ad_is_kept_for_clients_that_ask_where_the_server_is_trusted(void **state)
{
	(void)state;
	struct scene scene = scene_of("app.test. 60 A 192.0.2.1\n", "* ad", "options trust-ad");
	ask(&scene, "app.test", RRTYPE_A, PACKET_AD);
	assert_reply("NOERROR; qr rd ra ad; a app.test. 60 A 192.0.2.1");
	ask(&scene, "app.test", RRTYPE_A, 0);
	assert_reply("NOERROR; qr rd ra; a app.test. 60 A 192.0.2.1");
	scene_close(&scene);
}

static void a_reply_that_does_not_fit_is_truncated(void **state)
{
	(void)state;
	struct scene scene = scene_of("", "* addresses=40",
		"record many.test TXT aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa "
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa "
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa "
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa "
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	static const struct {
		const char *name;
		uint16_t type;
	} cases[] = {{"many.test", RRTYPE_TXT}, {"server.test", RRTYPE_A}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		ask(&scene, cases[i].name, cases[i].type, 0);
		assert_true(exchange.listing.is_truncated);
		assert_int_equal(exchange.listing.record_count, 1);  // the question
		assert_true(exchange.size <= PACKET_PLAIN_PAYLOAD);
		ask(&scene, cases[i].name, cases[i].type, PACKET_EDNS);
		assert_false(exchange.listing.is_truncated);
		assert_true(exchange.listing.record_count > 1);
		prepare(cases[i].name, cases[i].type, 0);
		exchange.request.is_datagram = false;
		send_query(&scene);
		assert_false(exchange.listing.is_truncated);
		assert_true(exchange.size > PACKET_PLAIN_PAYLOAD);
	}
	scene_close(&scene);
}

static void queries_that_make_no_sense_are_refused_as_bind_does(void **state)
{
	(void)state;
	struct scene scene = scene_of("", "", "record app.test A 192.0.2.1");
	// The bytes from an offset on are replaced; a cut shortens the query.
	static const struct {
		unsigned at;
		uint8_t byte;
		unsigned cut;
		enum responder_result result;
		unsigned rcode;
	} cases[] = {
		{2, 0x81, 0, RESPONDER_NO_REPLY, 0},            // QR
		{2, 0x01, 18, RESPONDER_NO_REPLY, 0},           // 11 bytes
		{2, 0x11, 0, RESPONDER_REPLY, RCODE_NOTIMP},    // opcode STATUS
		{2, 0x29, 0, RESPONDER_REPLY, RCODE_NOTIMP},    // opcode UPDATE
		{5, 0, 0, RESPONDER_REPLY, RCODE_FORMERR},      // no question
		{5, 2, 0, RESPONDER_REPLY, RCODE_FORMERR},      // two
		{11, 1, 0, RESPONDER_REPLY, RCODE_FORMERR},     // a record that is not there
		{12, 0xc0, 0, RESPONDER_REPLY, RCODE_FORMERR},  // a compressed name
		{12, 0x43, 0, RESPONDER_REPLY, RCODE_FORMERR},  // a label of an unknown kind
		{2, 0x01, 1, RESPONDER_REPLY, RCODE_FORMERR},   // cut within the question
		{23, 252, 0, RESPONDER_REPLY, RCODE_REFUSED},   // AXFR
		{23, 251, 0, RESPONDER_REPLY, RCODE_REFUSED},   // IXFR
		{23, 253, 0, RESPONDER_REPLY, RCODE_NOTIMP},    // MAILB
		{23, 41, 0, RESPONDER_REPLY, RCODE_FORMERR},    // OPT
		{23, 250, 0, RESPONDER_REPLY, RCODE_FORMERR},   // TSIG
		{23, 0, 0, RESPONDER_REPLY, RCODE_NOERROR},     // type 0
		{25, 0, 0, RESPONDER_REPLY, RCODE_FORMERR},     // class 0
		{25, 254, 0, RESPONDER_REPLY, RCODE_FORMERR},   // class NONE
		{25, 255, 0, RESPONDER_REPLY, RCODE_FORMERR},   // class ANY
		{23, 1, 0, RESPONDER_REPLY, RCODE_NOERROR},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		prepare("app.test", RRTYPE_A, 0);
		exchange.query[cases[i].at] = cases[i].byte;
		exchange.query_size -= cases[i].cut;
		assert_int_equal(send_query(&scene), cases[i].result);
		if (cases[i].result == RESPONDER_REPLY)
			assert_int_equal(exchange.listing.rcode, cases[i].rcode);
	}
	scene_close(&scene);
}

// Cut behind the name, behind the type, within the class.
static void an_incomplete_question_is_not_repeated(void **state)
{
	(void)state;
	struct scene scene = scene_of("", "", "");
	for (unsigned cut = 1; cut <= 4; cut++) {
		prepare("app.test", RRTYPE_A, 0);
		exchange.query_size -= cut;
		send_query(&scene);
		assert_int_equal(exchange.size, 12);
		assert_int_equal(exchange.listing.record_count, 0);
	}
	scene_close(&scene);
}

// EDNS version 1, a second OPT record, an OPT record with an owner.
static void only_edns_0_is_spoken(void **state)
{
	(void)state;
	struct scene scene = scene_of("", "", "record app.test A 192.0.2.1");
	prepare("app.test", RRTYPE_A, PACKET_EDNS);
	const size_t opt = exchange.query_size - 11;
	exchange.query[opt + 6] = 1;
	send_query(&scene);
	assert_reply("BADVERS; qr rd; edns");
	prepare("app.test", RRTYPE_A, PACKET_EDNS);
	memcpy(exchange.query + exchange.query_size, exchange.query + opt, 11);
	exchange.query_size += 11;
	exchange.query[11] = 2;
	send_query(&scene);
	assert_reply("FORMERR; qr rd");
	scene_close(&scene);
}

// Options of EDNS: code, length, and the bytes that follow.
static void malformed_options_are_an_error(void **state)
{
	(void)state;
	static const struct {
		uint8_t option[20];
		uint8_t size;
		unsigned rcode;
	} cases[] = {
		{{0}, 0, RCODE_NOERROR},
		{{0, 3, 0, 0}, 4, RCODE_NOERROR},
		{{0, 3, 0, 2, 'a'}, 5, RCODE_FORMERR},
		{{0, 3, 0}, 3, RCODE_FORMERR},
		{{0, 10, 0, 8}, 12, RCODE_NOERROR},
		{{0, 10, 0, 7}, 11, RCODE_FORMERR},
		{{0, 10, 0, 9}, 13, RCODE_FORMERR},
		{{0, 10, 0, 16}, 20, RCODE_NOERROR},
	};
	struct scene scene = scene_of("", "", "record app.test A 192.0.2.1");
	for (size_t i = 0; i < LENGTH(cases); i++) {
		prepare("app.test", RRTYPE_A, PACKET_EDNS);
		exchange.query[exchange.query_size - 1] = cases[i].size;
		memcpy(exchange.query + exchange.query_size, cases[i].option, cases[i].size);
		exchange.query_size += cases[i].size;
		send_query(&scene);
		assert_int_equal(exchange.listing.rcode, cases[i].rcode);
	}
	scene_close(&scene);
}

static void the_hosts_file_answers_names_and_addresses(void **state)
{
	(void)state;
	char directives[256];
	snprintf(directives, sizeof(directives), "hosts %s",
		files_make("hosts", "192.0.2.7 host.test alias.test\n2001:db8::7 six.test\n"));
	struct scene scene = scene_of("host.test. 60 MX 5 mx.test.\n", "", directives);
	ask(&scene, "alias.test", RRTYPE_A, 0);
	assert_reply("NOERROR; qr aa rd ra; a alias.test. 0 A 192.0.2.7");
	ask(&scene, "host.test", RRTYPE_AAAA, 0);
	assert_reply("NOERROR; qr aa rd ra");
	ask(&scene, "7.2.0.192.in-addr.arpa", RRTYPE_PTR, 0);
	assert_reply("NOERROR; qr aa rd ra; a 7.2.0.192.in-addr.arpa. 0 PTR host.test.");
	ask(&scene, "7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.IP6.ARPA", RRTYPE_PTR, 0);
	assert_non_null(strstr(reply_text(), " PTR six.test."));
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 0);
	ask(&scene, "host.test", RRTYPE_MX, 0);
	assert_reply("NOERROR; qr rd ra; a host.test. 60 MX 5 mx.test.");
	scene_close(&scene);
	files_remove(NULL);
}

// As in glibc, the option keeps AAAA queries from servers alone.
static void the_hosts_file_has_ipv6_addresses_with_no_aaaa_too(void **state)
{
	(void)state;
	char directives[256];
	snprintf(
		directives, sizeof(directives), "options no-aaaa\nhosts %s", files_make("hosts", "2001:db8::7 six.test\n"));
	struct scene scene = scene_of("app.test. 60 A 192.0.2.1\napp.test. 60 AAAA 2001:db8::1\n", "", directives);
	ask(&scene, "six.test", RRTYPE_AAAA, 0);
	assert_reply("NOERROR; qr aa rd ra; a six.test. 0 AAAA 2001:db8::7");
	ask(&scene, "app.test", RRTYPE_AAAA, 0);
	assert_reply("NOERROR; qr rd ra");
	scene_close(&scene);
	files_remove(NULL);
}

static void who_may_not_wait_gets_what_is_kept_alone(void **state)
{
	(void)state;
	struct scene scene = scene_of("app.test. 60 A 192.0.2.1\n", "",
		"options cache:100\nrecord here.test A 192.0.2.9\nrecord away.test CNAME app.test");
	static const char *const names[] = {"app.test", "away.test"};
	for (size_t i = 0; i < LENGTH(names); i++) {
		prepare(names[i], RRTYPE_A, 0);
		exchange.request.may_wait = false;
		assert_int_equal(send_query(&scene), RESPONDER_WOULD_WAIT);
	}
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 0);
	prepare("here.test", RRTYPE_A, 0);
	exchange.request.may_wait = false;
	send_query(&scene);
	assert_int_equal(exchange.result, RESPONDER_REPLY);
	ask(&scene, "app.test", RRTYPE_A, 0);
	prepare("app.test", RRTYPE_A, PACKET_EDNS);
	exchange.request.may_wait = false;
	send_query(&scene);
	assert_reply("NOERROR; qr rd ra; a app.test. 60 A 192.0.2.1; edns");
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 1);
	scene_close(&scene);
}

static void faults_reach_the_client(void **state)
{
	(void)state;
	struct scene scene = scene_of("", "",
		"record app.test 60 A 192.0.2.1\nrecord cut.test A 192.0.2.2\noptions timeout-ms:50\n"
		"fault lost.test timeout\nfault app.test first=1 servfail\nfault cut.test truncate\nfault no.test answer=192.0.2.3");
	assert_int_equal(ask(&scene, "lost.test", RRTYPE_A, 0), RESPONDER_NO_REPLY);
	prepare("app.test", RRTYPE_A, 0);
	exchange.request.may_wait = false;
	assert_int_equal(send_query(&scene), RESPONDER_WOULD_WAIT);
	ask(&scene, "app.test", RRTYPE_A, 0);
	assert_reply("SERVFAIL; qr rd ra");
	ask(&scene, "app.test", RRTYPE_A, 0);
	assert_reply("NOERROR; qr aa rd ra; a app.test. 60 A 192.0.2.1");
	ask(&scene, "cut.test", RRTYPE_A, 0);
	assert_reply("NOERROR; qr tc rd ra");
	prepare("cut.test", RRTYPE_A, 0);
	exchange.request.is_datagram = false;
	send_query(&scene);
	assert_false(exchange.listing.is_truncated);
	assert_int_equal(exchange.listing.record_count, 2);
	ask(&scene, "no.test", RRTYPE_A, 0);
	assert_non_null(strstr(reply_text(), " A 192.0.2.3"));
	scene_close(&scene);
}

// The client itself must reject the message, at once; the program here is the test.
static void a_client_gets_messages_that_are_no_reply(void **state)
{
	(void)state;
	struct scene scene = scene_of("", "",
		"record app.test 60 A 192.0.2.1\nfault app.test reply=wrong-id by=test_responder\n"
		"fault hosts.test reply=empty\nfault bad.test reply=garbage delay=1");
	struct listing listing;
	static const struct {
		const char *name;
		uint16_t id;
		size_t size;
		bool is_malformed;
	} cases[] = {{"app.test", 0x1234 ^ 0xffff, 26, false}, {"hosts.test", 0x1234, PACKET_HEADER_SIZE, false},
		{"bad.test", 0x1234, 26 + 32, true}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct responder_request *request = &exchange.request;
		prepare(cases[i].name, RRTYPE_A, 0);
		exchange.request.message = exchange.query;
		exchange.request.size = exchange.query_size;
		assert_int_equal(responder_answer(scene.resolver, request, exchange.reply, &exchange.size), RESPONDER_REPLY);
		assert_int_equal(exchange.size, cases[i].size);
		assert_true(listing_read(exchange.reply, exchange.size, &listing));
		assert_int_equal(listing.id, cases[i].id);
		assert_int_equal(listing.is_malformed, cases[i].is_malformed);
		assert_true(listing.flags & FLAG_QR);
		listing_clear(&listing);
	}
	scene_close(&scene);
}

static void routes_decide_which_servers_answer(void **state)
{
	(void)state;
	struct scene scene = scene_of("", "* refused", "nameserver none for gone.test\nnameserver system for libc.test");
	ask(&scene, "a.gone.test", RRTYPE_A, PACKET_EDNS);
	assert_reply("NXDOMAIN; qr rd ra; edns");
	ask(&scene, "libc.test", RRTYPE_A, PACKET_EDNS);
	assert_reply("NOERROR; qr rd ra; edns");
	prepare("libc.test", RRTYPE_A, 0);
	exchange.request.may_wait = false;
	assert_int_equal(send_query(&scene), RESPONDER_WOULD_WAIT);
	ask(&scene, "www.libc.test", RRTYPE_A, 0);
	assert_reply("NXDOMAIN; qr rd ra");
	ask(&scene, "app.test", RRTYPE_A, 0);
	assert_int_equal(exchange.listing.rcode, RCODE_REFUSED);
	scene_close(&scene);
}

static void without_a_reply_of_a_server_the_client_gets_servfail(void **state)
{
	(void)state;
	struct scene scene = scene_of("", "* drop", "options timeout-ms:50");
	ask(&scene, "app.test", RRTYPE_A, PACKET_EDNS);
	assert_reply("SERVFAIL; qr rd ra; edns");
	scene_close(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_answered_with_their_chain),
		cmocka_unit_test(replies_of_servers_are_passed_on_in_the_client_s_form),
		cmocka_unit_test(ad_is_kept_for_clients_that_ask_where_the_server_is_trusted),
		cmocka_unit_test(a_reply_that_does_not_fit_is_truncated),
		cmocka_unit_test(queries_that_make_no_sense_are_refused_as_bind_does),
		cmocka_unit_test(an_incomplete_question_is_not_repeated),
		cmocka_unit_test(only_edns_0_is_spoken),
		cmocka_unit_test(malformed_options_are_an_error),
		cmocka_unit_test(the_hosts_file_answers_names_and_addresses),
		cmocka_unit_test(the_hosts_file_has_ipv6_addresses_with_no_aaaa_too),
		cmocka_unit_test(who_may_not_wait_gets_what_is_kept_alone),
		cmocka_unit_test(faults_reach_the_client),
		cmocka_unit_test(a_client_gets_messages_that_are_no_reply),
		cmocka_unit_test(routes_decide_which_servers_answer),
		cmocka_unit_test(without_a_reply_of_a_server_the_client_gets_servfail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
