// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/config.h"
#include "resolver/dns/packet.h"
#include "resolver/dns/server_reply.h"
#include "resolver/source/zone_store.h"
#include "tests/unit/files.h"
#include "tests/unit/unit.h"

#define FILES_MAX 3
#define RECORDS_MAX 8
#define TEXT_SIZE 4096

// The records and files of a configuration.
struct stage {
	struct config_line records[RECORDS_MAX], files[FILES_MAX];
	struct config config;
	struct config_error error;
	struct zone_store *store;
	char text[TEXT_SIZE];
};

static void add_record(struct stage *stage, const char *text)
{
	size_t count = stage->config.record_count++;
	stage->records[count] = (struct config_line){(char *)text, (char *)"WITHDNS", (unsigned)count + 1, NULL};
	stage->config.records = stage->records;
}

static void add_file(struct stage *stage, const char *text)
{
	size_t count = stage->config.zone_count++;
	char *path = (char *)files_make((const char[]){(char)('a' + count), '\0'}, text);
	stage->files[count] = (struct config_line){path, (char *)"WITHDNS", 1, NULL};
	stage->config.zones = stage->files;
}

static void open_zones(struct stage *stage)
{
	stage->store = zone_load(&stage->config, &stage->error);
	assert_string_equal(stage->error.text, "");
	assert_non_null(stage->store);
}

static void write_section(struct stage *stage, const struct answer *answer, size_t from, size_t count)
{
	size_t length = strlen(stage->text);
	for (size_t i = from; i < from + count; i++) {
		const struct record *record = &answer->records[i];
		char name[NAME_TEXT_SIZE], type[RRTYPE_TEXT_SIZE];
		const struct name owner = answer_owner(answer, record);
		length += (size_t)snprintf(stage->text + length, TEXT_SIZE - length, " %s %u %s", name_write(&owner, name),
			record->ttl, rrtype_write(record->type, type));
		if (record->type == RRTYPE_A)
			length += (size_t)snprintf(stage->text + length, TEXT_SIZE - length, " %u", answer_data(answer, record)[3]);
	}
}

// "OUTCOME SOURCE: OWNER TTL TYPE [last byte of an IPv4 address]...; authority; additional".
static const char *ask(struct stage *stage, const char *name, const char *type)
{
	static const char *const outcomes[] = {
		"pass",
		"found",
		"no-name",
		"no-data",
		"try-again",
		"no-recovery",
		"unusable",
		"system",
		"error",
	};
	struct question question = {.class = RRCLASS_IN};
	struct answer answer = {0};
	assert_true(name_read(name, &question.name) && rrtype_read(type, &question.type));
	enum outcome outcome = zone_answer(stage->store, &question, &answer);
	assert_int_equal(outcome, answer.outcome);
	assert_int_equal(answer.rcode,
		outcome == OUTCOME_NO_NAME           ? RCODE_NXDOMAIN
			: outcome == OUTCOME_NO_RECOVERY ? RCODE_YXDOMAIN
											 : RCODE_NOERROR);
	if (outcome == OUTCOME_PASS)
		return "pass";
	snprintf(stage->text, TEXT_SIZE, "%s %s:", outcomes[outcome], answer_source_word(answer.source));
	write_section(stage, &answer, 0, answer.record_count);
	strcat(stage->text, ";");
	write_section(stage, &answer, answer.record_count, answer.authority_count);
	strcat(stage->text, ";");
	write_section(stage, &answer, answer.record_count + answer.authority_count, answer.additional_count);
	answer_clear(&answer);
	return stage->text;
}

struct asked {
	const char *name, *type, *expected;
};

static void check(struct stage *stage, const struct asked *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *got = ask(stage, cases[i].name, cases[i].type);
		if (strcmp(got, cases[i].expected) != 0)
			fail_msg("%s %s: %s, not %s", cases[i].name, cases[i].type, got, cases[i].expected);
	}
}

#define SOA "; app.test 30 SOA;"

static const char app_zone[] = "$ORIGIN app.test.\n$TTL 60\n"
							   "@ SOA ns host 1 2 3 4 30\n"
							   "@ NS ns\n@ NS ns.other.test.\n@ MX 10 mail\n"
							   "ns A 192.0.2.53\nmail A 192.0.2.25\nmail AAAA 2001:db8::25\n"
							   "www CNAME web\nweb CNAME host\nhost A 192.0.2.1\nHOST A 192.0.2.2\nhost A 192.0.2.1\n"
							   "dangling CNAME nowhere\nout CNAME far.other.test.\nloop CNAME pool\npool CNAME loop\n"
							   "a.b.c A 192.0.2.3\n"
							   "*.wild A 192.0.2.9\n*.wild MX 5 mail\nthere.wild TXT x\n*.alias CNAME host\n"
							   "sub NS ns.sub\nns.sub A 192.0.2.54\n"
							   "_x._tcp SRV 0 0 80 host\n";

static void a_zone_owns_all_below_its_apex(void **state)
{
	(void)state;
	static const struct asked cases[] = {
		{"host.app.test", "A", "found zone: host.app.test 60 A 1 host.app.test 60 A 2;;"},
		{"HOST.app.TEST", "A", "found zone: HOST.app.TEST 60 A 1 HOST.app.TEST 60 A 2;;"},
		{"host.app.test", "AAAA", "no-data zone:" SOA},
		{"nope.app.test", "A", "no-name zone:" SOA},
		{"x.host.app.test", "A", "no-name zone:" SOA},
		{"app.test", "SOA", "found zone: app.test 60 SOA;;"},
		{"other.test", "A", "pass"},
		{"test", "A", "pass"},
		{"xapp.test", "A", "pass"},
	};
	struct stage stage = {.text = ""};
	add_file(&stage, app_zone);
	open_zones(&stage);
	check(&stage, cases, LENGTH(cases));
	zone_store_close(stage.store);
}

// RFC 4592 2.2.2: a name with names below it exists.
static void an_empty_non_terminal_has_no_data(void **state)
{
	(void)state;
	static const struct asked cases[] = {
		{"a.b.c.app.test", "A", "found zone: a.b.c.app.test 60 A 3;;"},
		{"b.c.app.test", "A", "no-data zone:" SOA},
		{"c.app.test", "ANY", "no-data zone:" SOA},
		{"x.c.app.test", "A", "no-name zone:" SOA},
		{"wild.app.test", "A", "no-data zone:" SOA},
	};
	struct stage stage = {.text = ""};
	add_file(&stage, app_zone);
	open_zones(&stage);
	check(&stage, cases, LENGTH(cases));
	zone_store_close(stage.store);
}

static void a_wildcard_answers_for_names_that_do_not_exist_below_the_closest_encloser(void **state)
{
	(void)state;
	static const struct asked cases[] = {
		{"x.wild.app.test", "A", "found zone: x.wild.app.test 60 A 9;;"},
		{"x.y.wild.app.test", "A", "found zone: x.y.wild.app.test 60 A 9;;"},
		{"x.wild.app.test", "AAAA", "no-data zone:" SOA},
		{"there.wild.app.test", "A", "no-data zone:" SOA},
		{"x.there.wild.app.test", "A", "no-name zone:" SOA},
		{"*.wild.app.test", "A", "found zone: *.wild.app.test 60 A 9;;"},
		{"x.alias.app.test", "A", "found zone: x.alias.app.test 60 CNAME host.app.test 60 A 1 host.app.test 60 A 2;;"},
	};
	struct stage stage = {.text = ""};
	add_file(&stage, app_zone);
	open_zones(&stage);
	check(&stage, cases, LENGTH(cases));
	zone_store_close(stage.store);
}

static void what_is_delegated_is_left_to_the_servers(void **state)
{
	(void)state;
	static const struct asked cases[] = {
		{"sub.app.test", "A", "pass"},
		{"sub.app.test", "NS", "pass"},
		{"x.y.sub.app.test", "A", "pass"},
		{"ns.sub.app.test", "A", "pass"},
		{"app.test", "NS", "found zone: app.test 60 NS app.test 60 NS;; ns.app.test 60 A 53"},
	};
	struct stage stage = {.text = ""};
	add_file(&stage, app_zone);
	open_zones(&stage);
	check(&stage, cases, LENGTH(cases));
	zone_store_close(stage.store);
}

static void chains_are_followed_as_far_as_they_are_known(void **state)
{
	(void)state;
	static const struct asked cases[] = {
		{"www.app.test", "A",
			"found zone: www.app.test 60 CNAME web.app.test 60 CNAME host.app.test 60 A 1 host.app.test 60 A 2;;"},
		{"www.app.test", "TXT", "unusable zone: www.app.test 60 CNAME web.app.test 60 CNAME" SOA},
		{"www.app.test", "CNAME", "found zone: www.app.test 60 CNAME;;"},
		{"www.app.test", "ANY", "found zone: www.app.test 60 CNAME;;"},
		{"dangling.app.test", "A", "no-name zone: dangling.app.test 60 CNAME" SOA},
		{"out.app.test", "A", "unusable zone: out.app.test 60 CNAME;;"},
	};
	struct stage stage = {.text = ""};
	add_file(&stage, app_zone);
	open_zones(&stage);
	check(&stage, cases, LENGTH(cases));
	assert_string_equal(
		ask(&stage, "loop.app.test", "A"), "unusable zone: loop.app.test 60 CNAME pool.app.test 60 CNAME;;");
	zone_store_close(stage.store);
}

#define LONG_LABEL "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg"
#define REDIRECT "old.app.test 60 DNAME"

// RFC 6672.
static void what_is_below_a_dname_is_elsewhere(void **state)
{
	(void)state;
	static const struct asked cases[] = {
		{"www.old.app.test", "A", "found zone: " REDIRECT " www.old.app.test 60 CNAME www.new.app.test 60 A 7;;"},
		{"WWW.Old.app.test", "A", "found zone: " REDIRECT " WWW.Old.app.test 60 CNAME WWW.new.app.test 60 A 7;;"},
		{"a.b.old.app.test", "A", "no-name zone: " REDIRECT " a.b.old.app.test 60 CNAME" SOA},
		{"www.old.app.test", "MX", "unusable zone: " REDIRECT " www.old.app.test 60 CNAME" SOA},
		{"www.old.app.test", "CNAME", "found zone: " REDIRECT " www.old.app.test 60 CNAME;;"},
		{"www.old.app.test", "ANY", "found zone: " REDIRECT " www.old.app.test 60 CNAME;;"},
		{"old.app.test", "A", "found zone: old.app.test 60 A 9;;"},
		{"old.app.test", "DNAME", "found zone: " REDIRECT ";;"},
		{"old.app.test", "AAAA", "no-data zone:" SOA},
		{"covered.old.app.test", "A",
			"found zone: " REDIRECT " covered.old.app.test 60 CNAME covered.new.app.test 60 A 6;;"},
		{"cut.old.app.test", "A", "no-name zone: " REDIRECT " cut.old.app.test 60 CNAME" SOA},
		{"x.twice.app.test", "A",
			"found zone: twice.app.test 60 DNAME x.twice.app.test 60 CNAME " REDIRECT
			" x.www.old.app.test 60 CNAME x.www.new.app.test 60 A 5;;"},
		{"x.far.app.test", "A", "unusable zone: far.app.test 60 DNAME x.far.app.test 60 CNAME;;"},
		{"x.ring.app.test", "A",
			"unusable zone: ring.app.test 60 DNAME x.ring.app.test 60 CNAME gnir.app.test 60 DNAME "
			"x.gnir.app.test 60 CNAME;;"},
		{"x.sub.old2.app.test", "A",
			"found zone: old2.app.test 60 DNAME x.sub.old2.app.test 60 CNAME "
			"x.sub.new.app.test 60 A 4;;"},
		{"x.lost.app.test", "A", "pass"},
		{LONG_LABEL "." LONG_LABEL "." LONG_LABEL ".old3.app.test", "A", "no-recovery zone: old3.app.test 60 DNAME;;"},
		{"mail.app.test", "MX", "found zone: mail.app.test 60 MX;;"},
	};
	struct stage stage = {.text = ""};
	add_file(&stage,
		"$ORIGIN app.test.\n$TTL 60\n@ SOA ns host 1 2 3 4 30\n"
		"old DNAME new\nold A 192.0.2.9\ncovered.old A 192.0.2.8\ncut.old NS ns.other.test.\n"
		"www.new A 192.0.2.7\ncovered.new A 192.0.2.6\nx.www.new A 192.0.2.5\n"
		"twice DNAME www.old\nfar DNAME other.test.\nring DNAME gnir\ngnir DNAME ring\n"
		"old2 DNAME new\nx.sub.new A 192.0.2.4\nlost NS ns.other.test.\nlost DNAME new\n"
		"old3 DNAME " LONG_LABEL "\nmail MX 5 www.old\n");
	open_zones(&stage);
	check(&stage, cases, LENGTH(cases));
	zone_store_close(stage.store);
}

static void a_record_may_redirect_too(void **state)
{
	(void)state;
	static const struct asked cases[] = {
		{"www.old.test", "A", "unusable record: old.test 60 DNAME www.old.test 60 CNAME;;"},
		{"own.old.test", "A", "found record: own.old.test 60 A 1;;"},
		{"old.test", "A", "no-data record:;;"},
		{"x.wild.old.test", "A", "found record: x.wild.old.test 60 A 2;;"},
		{"old2.test", "A", "pass"},
	};
	struct stage stage = {.text = ""};
	add_record(&stage, "old.test DNAME new.test");
	add_record(&stage, "own.old.test A 192.0.2.1");
	add_record(&stage, "*.wild.old.test A 192.0.2.2");
	open_zones(&stage);
	check(&stage, cases, LENGTH(cases));
	zone_store_close(stage.store);
}

static void known_addresses_of_targets_are_additional_records(void **state)
{
	(void)state;
	static const struct asked cases[] = {
		{"app.test", "MX", "found zone: app.test 60 MX;; mail.app.test 60 A 25 mail.app.test 60 AAAA"},
		{"x.wild.app.test", "MX", "found zone: x.wild.app.test 60 MX;; mail.app.test 60 A 25 mail.app.test 60 AAAA"},
		{"_x._tcp.app.test", "SRV", "found zone: _x._tcp.app.test 60 SRV;; host.app.test 60 A 1 host.app.test 60 A 2"},
	};
	struct stage stage = {.text = ""};
	add_file(&stage, app_zone);
	open_zones(&stage);
	check(&stage, cases, LENGTH(cases));
	zone_store_close(stage.store);
}

static void records_own_their_names_alone_and_come_before_zones(void **state)
{
	(void)state;
	static const struct asked cases[] = {
		{"host.app.test", "A", "found record: host.app.test 60 A 100;;"},
		{"host.app.test", "AAAA", "no-data record:;;"},
		{"x.host.app.test", "A", "no-name zone:" SOA},
		// The source is that of the last name.
		{"www.app.test", "A", "found record: www.app.test 60 CNAME web.app.test 60 CNAME host.app.test 60 A 100;;"},
		{"one.test", "A", "found record: one.test 5 A 101;;"},
		{"x.one.test", "A", "pass"},
		{"x.star.test", "A", "found record: x.star.test 60 A 102;;"},
		{"x.y.star.test", "A", "found record: x.y.star.test 60 A 102;;"},
		{"own.star.test", "A", "no-data record:;;"},
		{"star.test", "A", "pass"},
		{"loose.test", "A", "found record: loose.test 7 A 103;;"},
		{"x.loose.test", "A", "pass"},
	};
	struct stage stage = {.text = ""};
	add_file(&stage, app_zone);
	add_file(&stage, "loose.test. 7 A 192.0.2.103\n");
	add_record(&stage, "host.app.test A 192.0.2.100");
	add_record(&stage, "one.test 5 IN A 192.0.2.101");
	add_record(&stage, "*.star.test A 192.0.2.102");
	add_record(&stage, "own.star.test TXT x");
	open_zones(&stage);
	check(&stage, cases, LENGTH(cases));
	zone_store_close(stage.store);
}

static void the_deepest_zone_counts(void **state)
{
	(void)state;
	static const struct asked cases[] = {
		{"x.sub.app.test", "A", "found zone: x.sub.app.test 60 A 7;;"},
		{"nope.sub.app.test", "A", "no-name zone:; sub.app.test 20 SOA;"},
		{"nope.app.test", "A", "no-name zone:" SOA},
	};
	struct stage stage = {.text = ""};
	add_file(&stage, app_zone);
	add_file(&stage, "$ORIGIN sub.app.test.\n@ 20 SOA ns host 1 2 3 4 30\nx 60 A 192.0.2.7\n");
	open_zones(&stage);
	check(&stage, cases, LENGTH(cases));
	zone_store_close(stage.store);
}

static void the_address_of_a_record_resolves_to_its_name_unless_it_has_a_ptr_record(void **state)
{
	(void)state;
	static const struct asked cases[] = {
		{"1.2.0.192.in-addr.arpa", "PTR", "found record: 1.2.0.192.in-addr.arpa 60 PTR;;"},
		{"1.2.0.192.in-addr.arpa", "A", "no-data record:;;"},
		{"2.2.0.192.in-addr.arpa", "PTR", "found record: 2.2.0.192.in-addr.arpa 9 PTR;;"},
		{"3.2.0.192.in-addr.arpa", "PTR", "pass"},
		{"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", "PTR",
			"found record: 1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa 60 PTR;;"},
		{"53.2.0.192.in-addr.arpa", "PTR", "pass"},
	};
	struct stage stage = {.text = ""};
	add_file(&stage, app_zone);
	add_record(&stage, "one.test A 192.0.2.1");
	add_record(&stage, "two.test A 192.0.2.2");
	add_record(&stage, "2.2.0.192.in-addr.arpa 9 PTR other.test");
	add_record(&stage, "*.star.test A 192.0.2.3");
	add_record(&stage, "six.test AAAA 2001:db8::1");
	open_zones(&stage);
	check(&stage, cases, LENGTH(cases));
	zone_store_close(stage.store);
}

static void contradictory_records_are_errors_with_file_and_line(void **state)
{
	(void)state;
	static const struct {
		const char *file, *record, *expected;
	} cases[] = {
		{"a A 192.0.2.1\nb CNAME a\nb A 192.0.2.1\n", NULL, ":3: expected no other record with the name of a CNAME"},
		{"b A 192.0.2.1\nB CNAME a\n", NULL, ":2: expected no other record with the name of a CNAME"},
		{"b CNAME a\nb CNAME c\n", NULL, ":2: expected no other record with the name of a CNAME"},
		{"b DNAME a\nb DNAME c\n", NULL, ":2: expected only one DNAME with the same name"},
		{"b DNAME a\nb CNAME c\n", NULL, ":2: expected no other record with the name of a CNAME"},
		{"b A 192.0.2\n", NULL, ":1: expected the data of a record of type A"},
		{NULL, "x A 1", "WITHDNS:1: record: expected the data of a record of type A, got \"1\""},
		{"x.test A 192.0.2.1\n", "x.test CNAME y", "expected no other record with the name of a CNAME"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct stage stage = {.text = ""};
		if (cases[i].file)
			add_file(&stage, cases[i].file);
		if (cases[i].record)
			add_record(&stage, cases[i].record);
		stage.store = zone_load(&stage.config, &stage.error);
		assert_null(stage.store);
		if (!strstr(stage.error.text, cases[i].expected))
			fail_msg("%s, not %s", stage.error.text, cases[i].expected);
		zone_store_close(stage.store);
	}
}

static void a_duplicate_record_counts_once(void **state)
{
	(void)state;
	struct stage stage = {.text = ""};
	add_file(&stage, app_zone);
	add_file(&stage, "app.test. 60 SOA ns.app.test. host.app.test. 2 2 3 4 5\nhost.app.test. 60 A 192.0.2.1\n");
	add_record(&stage, "one.test CNAME two.test");
	add_record(&stage, "one.test CNAME two.test");
	open_zones(&stage);
	assert_string_equal(ask(&stage, "host.app.test", "A"), "found zone: host.app.test 60 A 1 host.app.test 60 A 2;;");
	assert_string_equal(ask(&stage, "app.test", "SOA"), "found zone: app.test 60 SOA;;");
	assert_string_equal(ask(&stage, "nope.app.test", "A"), "no-name zone:" SOA);
	assert_string_equal(ask(&stage, "one.test", "CNAME"), "found record: one.test 60 CNAME;;");
	zone_store_close(stage.store);
}

static void a_class_but_in_is_for_others(void **state)
{
	(void)state;
	struct question question = {.type = RRTYPE_A, .class = 3};
	struct answer answer = {0};
	struct stage stage = {.text = ""};
	add_file(&stage, app_zone);
	open_zones(&stage);
	assert_true(name_read("host.app.test", &question.name));
	assert_int_equal(zone_answer(stage.store, &question, &answer), OUTCOME_PASS);
	zone_store_close(stage.store);
}

static void a_reply_that_is_too_long_is_truncated_and_has_tc(void **state)
{
	(void)state;
	static char text[300000];
	struct question question = {.type = RRTYPE_TXT, .class = RRCLASS_IN};
	struct answer answer = {0}, read;
	struct stage stage = {.text = ""};
	size_t length = 0, size;
	for (unsigned i = 0; i < 3000; i++)
		length += (size_t)sprintf(text + length, "many.test. TXT \"number %u\" xxxxxxxxxxxxxxxxxxxx\n", i);
	add_file(&stage, text);
	open_zones(&stage);
	assert_true(name_read("many.test", &question.name));
	assert_int_equal(zone_answer(stage.store, &question, &answer), OUTCOME_FOUND);
	assert_int_equal(answer.record_count, 3000);
	uint8_t *message = server_reply_make(&answer, &question, 1, &size);
	assert_non_null(message);
	assert_true(size <= UINT16_MAX && packet_is_truncated(message));
	assert_true(packet_read(message, size, &question, &read));
	assert_true(read.record_count > 900 && read.record_count < 3000);
	free(message);
	answer_clear(&read);
	answer_clear(&answer);
	zone_store_close(stage.store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_zone_owns_all_below_its_apex),
		cmocka_unit_test(an_empty_non_terminal_has_no_data),
		cmocka_unit_test(a_wildcard_answers_for_names_that_do_not_exist_below_the_closest_encloser),
		cmocka_unit_test(what_is_delegated_is_left_to_the_servers),
		cmocka_unit_test(chains_are_followed_as_far_as_they_are_known),
		cmocka_unit_test(what_is_below_a_dname_is_elsewhere),
		cmocka_unit_test(a_record_may_redirect_too),
		cmocka_unit_test(known_addresses_of_targets_are_additional_records),
		cmocka_unit_test(records_own_their_names_alone_and_come_before_zones),
		cmocka_unit_test(the_deepest_zone_counts),
		cmocka_unit_test(the_address_of_a_record_resolves_to_its_name_unless_it_has_a_ptr_record),
		cmocka_unit_test(contradictory_records_are_errors_with_file_and_line),
		cmocka_unit_test(a_duplicate_record_counts_once),
		cmocka_unit_test(a_class_but_in_is_for_others),
		cmocka_unit_test(a_reply_that_is_too_long_is_truncated_and_has_tc),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
