// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/log_event.h"
#include "resolver/dns/packet_write.h"
#include "resolver/message_lookup.h"
#include "resolver/source/recording.h"
#include "resolver/source/recording_lines.h"
#include "tests/unit/files.h"
#include "tests/unit/scene.h"

static const char records[] = "test. 30 SOA ns.test. h.test. 1 2 3 4 5\n"
							  "test. 60 NS ns.test.\n"
							  "app.test. 600 A 192.0.2.1\n"
							  "www.test. 90 CNAME app.test.\n"
							  "both.test. 60 A 192.0.2.2\n"
							  "both.test. 60 AAAA 2001:db8::2\n"
							  "text.test. 60 TXT \"a\\010b\\\"\" \"c\"\n"
							  "mail.test. 60 MX 10 app.test.\n"
							  "other.test. 60 CNAME gone.example.\n"
							  "longer.test. 60 CNAME app.test.\n"
							  "old.test. 60 DNAME new.test.\n"
							  "a.old.test. 60 CNAME a.new.test.\n"
							  "a.new.test. 60 A 192.0.2.4\n"
							  "loop.test. 60 CNAME pool.test.\n"
							  "pool.test. 60 CNAME loop.test.\n"
							  "example. 90 SOA ns.example. h.example. 1 2 3 4 5\n"
							  "\\*.star.test. 60 A 192.0.2.3\n"
							  "broken.test. 60 A 192.0.2.6\n"
							  "2.2.0.192.in-addr.arpa. 60 PTR both.test.\n";
static const char rules[] =
	"bad.test servfail; lame.test lame; refused.test refused; silent.test drop; "
	"broken.test pointer-loop; form.test formerr; bare.test nodata-nosoa; nosoa.test nxdomain no-soa";
static const char *path;

static void write_directives(char *out, size_t size, const char *mode, const char *more)
{
	snprintf(out, size, "recording %s\nrecording-mode %s\noptions timeout-ms:200\n%s", path, mode, more);
}

static struct scene open_scene(const char *mode, const char *more)
{
	char directives[512];
	write_directives(directives, sizeof(directives), mode, more);
	return scene_of(records, rules, directives);
}

// What is in the file after its head.
static const char *recorded(void)
{
	const char *text = files_read(path);
	const size_t head = strlen(recording_head);
	if (*text)
		assert_memory_equal(text, recording_head, head);
	return *text ? text + head : text;
}

static void record(const char *name, uint16_t type)
{
	struct scene scene = open_scene("add", "");
	scene_ask(&scene, name, type);
	scene_close(&scene);
}

static int remove_file(void **state)
{
	(void)state;
	path = files_path("recorded.zone");
	unlink(path);
	return 0;
}

// ---- recording ----

static void an_answer_is_a_comment_with_its_result_and_its_records(void **state)
{
	static const struct {
		const char *name;
		uint16_t type;
		const char *lines;
	} rows[] = {
		{"app.test", RRTYPE_A, "; app.test. A NOERROR\napp.test. 60 IN A 192.0.2.1\n"},
		{"APP.test", RRTYPE_A, "; app.test. A NOERROR\napp.test. 60 IN A 192.0.2.1\n"},
		{"www.test", RRTYPE_A, "app.test. 60 IN A 192.0.2.1\n; www.test. A NOERROR\nwww.test. 60 IN CNAME app.test.\n"},
		{"longer.test", RRTYPE_A,
			"app.test. 60 IN A 192.0.2.1\n; longer.test. A NOERROR\nlonger.test. 60 IN CNAME app.test.\n"},
		{"www.test", RRTYPE_CNAME, "; www.test. CNAME NOERROR\nwww.test. 60 IN CNAME app.test.\n"},
		{"www.test", RRTYPE_MX, "; www.test. MX NODATA test.\nwww.test. 60 IN CNAME app.test.\n"},
		{"other.test", RRTYPE_A, "; other.test. A NXDOMAIN example.\nother.test. 60 IN CNAME gone.example.\n"},
		{"a.old.test", RRTYPE_A,
			"a.new.test. 60 IN A 192.0.2.4\n; a.old.test. A NOERROR\na.old.test. 60 IN CNAME a.new.test.\n"},
		{"2.2.0.192.in-addr.arpa", RRTYPE_PTR,
			"; 2.2.0.192.in-addr.arpa. PTR NOERROR\n2.2.0.192.in-addr.arpa. 60 IN PTR both.test.\n"},
		{"mail.test", RRTYPE_MX, "; mail.test. MX NOERROR\nmail.test. 60 IN MX 10 app.test.\n"},
		{"text.test", RRTYPE_TXT, "; text.test. TXT NOERROR\ntext.test. 60 IN TXT \\# 7 04610a62220163\n"},
		{"gone.test", RRTYPE_A, "; gone.test. A NXDOMAIN test.\n"},
		{"nosoa.test", RRTYPE_A, "; nosoa.test. A NXDOMAIN\n"},
		{"app.test", RRTYPE_AAAA, "; app.test. AAAA NODATA test.\n"},
		{"bare.test", RRTYPE_A, "; bare.test. A NODATA\n"},
		{"bad.test", RRTYPE_A, "; bad.test. A SERVFAIL\n"},
		{"refused.test", RRTYPE_A, "; refused.test. A REFUSED\n"},
		{"form.test", RRTYPE_A, "; form.test. A FORMERR\n"},
		{"lame.test", RRTYPE_A, "; lame.test. A lame\n"},
		{"silent.test", RRTYPE_A, "; silent.test. A timeout\n"},
		{"broken.test", RRTYPE_A, "; broken.test. A malformed\n"},
		{"test", RRTYPE_NS, "; test. NS NOERROR\n; test. 60 IN NS ns.test.\n"},
		{"*.star.test", RRTYPE_A, "; *.star.test. A NOERROR\n; *.star.test. 60 IN A 192.0.2.3\n"},
	};
	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		remove_file(NULL);
		record(rows[i].name, rows[i].type);
		assert_string_equal(recorded(), rows[i].lines);
	}
}

static void the_order_of_the_questions_does_not_change_the_file(void **state)
{
	static const char *const names[] = {"www.test", "app.test", "gone.test", "a.old.test", "silent.test", "both.test"};
	char first[2048];
	(void)state;
	for (size_t i = 0; i < LENGTH(names); i++)
		record(names[i], RRTYPE_A);
	snprintf(first, sizeof(first), "%s", recorded());
	remove_file(NULL);
	for (size_t i = LENGTH(names); i-- > 0;)
		record(names[i], RRTYPE_A);
	assert_string_equal(recorded(), first);
}

static void what_is_recorded_stays_as_it_is(void **state)
{
	struct scene other = {0};
	struct stat before, after;
	char directives[512];
	(void)state;
	record("www.test", RRTYPE_A);
	assert_int_equal(stat(path, &before), 0);
	write_directives(directives, sizeof(directives), "add", "");
	scene_add(&other, "www.test. 60 CNAME both.test.\nboth.test. 60 A 192.0.2.2\napp.test. 60 A 192.0.2.9\n", "");
	scene_open(&other, directives);
	scene_ask(&other, "www.test", RRTYPE_A);
	scene_ask(&other, "app.test", RRTYPE_A);
	scene_close(&other);
	assert_string_equal(recorded(),
		"; app.test. A NOERROR\napp.test. 60 IN A 192.0.2.1\n"
		"; www.test. A NOERROR\nwww.test. 60 IN CNAME app.test.\n");
	record("www.test", RRTYPE_A);
	assert_int_equal(stat(path, &after), 0);
	assert_int_not_equal(before.st_ino, after.st_ino);
	record("app.test", RRTYPE_A);
	assert_int_equal(stat(path, &before), 0);
	assert_int_equal(before.st_ino, after.st_ino);
}

static void an_answer_replaces_a_failure_but_not_the_other_way_round(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct scene bad = {0};
		char directives[512];
		write_directives(directives, sizeof(directives), "add", "");
		scene_add(&bad, records, "app.test servfail");
		scene_open(&bad, directives);
		scene_ask(&bad, "app.test", RRTYPE_A);
		scene_close(&bad);
		assert_string_equal(
			recorded(), i ? "; app.test. A NOERROR\napp.test. 60 IN A 192.0.2.1\n" : "; app.test. A SERVFAIL\n");
		record("app.test", RRTYPE_A);
	}
}

static void a_cname_beside_other_records_is_a_comment(void **state)
{
	struct scene other = {0};
	char directives[512];
	(void)state;
	write_directives(directives, sizeof(directives), "add", "");
	scene_add(&other, "www.test. 60 A 192.0.2.7\nwww.test. 60 AAAA 2001:db8::7\n", "");
	scene_open(&other, directives);
	scene_ask(&other, "www.test", RRTYPE_AAAA);
	scene_close(&other);
	record("www.test", RRTYPE_A);
	assert_string_equal(recorded(),
		"app.test. 60 IN A 192.0.2.1\n; www.test. A NOERROR\n; www.test. AAAA NOERROR\n"
		"; www.test. 60 IN CNAME app.test.\nwww.test. 60 IN AAAA 2001:db8::7\n");
	struct scene scene = open_scene("none", "");
	scene_ask(&scene, "www.test", RRTYPE_A);
	assert_string_equal(scene_answer(&scene, 0), "found; www.test CNAME app.test; app.test A 192.0.2.1");
	scene_ask(&scene, "www.test", RRTYPE_AAAA);
	assert_string_equal(scene_answer(&scene, 0), "found; www.test AAAA 2001:db8::7");
	scene_close(&scene);
}

static void what_the_cache_answers_is_not_recorded_again(void **state)
{
	struct scene scene = open_scene("add", "options cache:100");
	(void)state;
	scene_ask(&scene, "app.test", RRTYPE_A);
	remove_file(NULL);
	scene_ask(&scene, "app.test", RRTYPE_A);
	assert_int_equal(scene.answers[0].source, SOURCE_CACHE);
	assert_int_equal(access(path, F_OK), -1);
	scene_close(&scene);
}

static void a_file_that_cannot_be_written_is_reported_once(void **state)
{
	const char *log = files_path("log");
	char directives[256];
	(void)state;
	snprintf(directives, sizeof(directives), "recording %s\nlog %s", files_path("none/such"), log);
	struct scene scene = scene_of(records, "", directives);
	errno = 4711;
	scene_ask(&scene, "app.test", RRTYPE_A);
	scene_ask(&scene, "both.test", RRTYPE_A);
	assert_int_equal(errno, 4711);
	assert_int_equal(scene.answers[0].outcome, OUTCOME_FOUND);
	assert_int_equal(resolver_recording_failure(scene.resolver), ENOENT);
	scene_close(&scene);
	const char *told = strstr(files_read(log), " recording ");
	assert_non_null(told);
	assert_non_null(strstr(told, "/none/such -> no such file"));
	assert_null(strstr(told + 1, " recording "));
}

static void after_a_lock_that_others_keep_nothing_is_recorded(void **state)
{
	(void)state;
	record("app.test", RRTYPE_A);
	char *before = strdup(recorded());
	const int holder = open(path, O_RDONLY);
	assert_int_equal(flock(holder, LOCK_EX), 0);
	struct scene scene = open_scene("add", "");
	scene_ask(&scene, "both.test", RRTYPE_A);
	close(holder);
	assert_int_equal(scene.answers[0].outcome, OUTCOME_FOUND);
	assert_int_equal(resolver_recording_failure(scene.resolver), ETIMEDOUT);
	scene_ask(&scene, "text.test", RRTYPE_TXT);
	assert_string_equal(recorded(), before);
	scene_close(&scene);
	free(before);
}

// ---- replaying ----

static void every_answer_is_replayed_as_it_was(void **state)
{
	static const struct {
		const char *name;
		uint16_t type;
	} rows[] = {{"app.test", RRTYPE_A}, {"WWW.test", RRTYPE_A}, {"www.test", RRTYPE_MX}, {"other.test", RRTYPE_A},
		{"mail.test", RRTYPE_MX}, {"text.test", RRTYPE_TXT}, {"both.test", RRTYPE_ANY}, {"gone.test", RRTYPE_A},
		{"nosoa.test", RRTYPE_A}, {"app.test", RRTYPE_AAAA}, {"bare.test", RRTYPE_A}, {"bad.test", RRTYPE_A},
		{"refused.test", RRTYPE_A}, {"form.test", RRTYPE_A}, {"lame.test", RRTYPE_A}, {"silent.test", RRTYPE_A},
		{"broken.test", RRTYPE_A}, {"test", RRTYPE_NS}, {"test", RRTYPE_SOA}, {"*.star.test", RRTYPE_A}};
	struct scene recording = open_scene("add", "");
	char texts[LENGTH(rows)][SCENE_TEXT_SIZE];
	struct answer was[LENGTH(rows)];
	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		scene_ask(&recording, rows[i].name, rows[i].type);
		snprintf(texts[i], sizeof(texts[i]), "%s", scene_answer(&recording, 0));
		was[i] = recording.answers[0];
	}
	struct scene scene = open_scene("none", "");
	for (size_t i = 0; i < LENGTH(rows); i++) {
		scene_ask(&scene, rows[i].name, rows[i].type);
		assert_string_equal(scene_answer(&scene, 0), texts[i]);
		assert_int_equal(scene.answers[0].rcode, was[i].rcode);
		assert_int_equal(scene.answers[0].has_soa, was[i].has_soa);
		assert_int_equal(scene.answers[0].is_lame, was[i].is_lame);
		assert_int_equal(answer_has_no_reply(&scene.answers[0]), was[i].source == SOURCE_UNSET);
		assert_int_equal(scene.answers[0].source, SOURCE_RECORDING);
		assert_true(scene.milliseconds < 200);
	}
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 0);
	scene_close(&recording);
	scene_close(&scene);
}

static void a_loop_is_recorded_once_and_replayed(void **state)
{
	(void)state;
	record("loop.test", RRTYPE_A);
	assert_string_equal(
		recorded(), "; loop.test. A NODATA\nloop.test. 60 IN CNAME pool.test.\npool.test. 60 IN CNAME loop.test.\n");
	struct scene scene = open_scene("none", "");
	scene_ask(&scene, "loop.test", RRTYPE_A);
	assert_string_equal(scene_answer(&scene, 0), "unusable; loop.test CNAME pool.test; pool.test CNAME loop.test");
	scene_close(&scene);
}

static void what_is_not_recorded_fails_and_is_logged(void **state)
{
	char log[512];
	(void)state;
	record("app.test", RRTYPE_A);
	snprintf(log, sizeof(log), "log %s", files_path("replay.log"));
	struct scene scene = open_scene("none", log);
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_AAAA), OUTCOME_TRY_AGAIN);
	assert_int_equal(scene.answers[0].error, RECORDING_UNKNOWN);
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 0);
	assert_non_null(strstr(files_read(files_path("replay.log")), " recording app.test AAAA -> not recorded\n"));
	scene_close(&scene);
}

static void a_query_of_the_program_itself_gets_its_id_and_other_opcodes_no_answer(void **state)
{
	struct question question = question_of("app.test", RRTYPE_A);
	uint8_t query[PACKET_QUERY_MAX];
	(void)state;
	record("app.test", RRTYPE_A);
	struct scene scene = open_scene("none", "");
	struct lookup_context lookup = scene_context(&scene);
	lookup.as_packets = true;
	for (unsigned opcode = 0; opcode < 2; opcode++) {
		const struct packet_request request = {.id = 0x1234, .opcode = 4 * opcode};
		const size_t size = packet_write_request(&question, &request, query);
		struct answer *answer = &scene.answers[0];
		scene_clear_answers(&scene);
		message_lookup_send(scene.resolver, &lookup, query, size, answer);
		assert_int_equal(answer->error, opcode ? RECORDING_UNKNOWN : 0);
		assert_int_equal(answer->message != NULL, !opcode);
		if (!opcode)
			assert_memory_equal(answer->message, "\x12\x34", 2);
	}
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 0);
	scene_close(&scene);
}

static void new_replays_what_is_there_and_records_what_is_not(void **state)
{
	struct scene bad = open_scene("add", "");
	(void)state;
	scene_ask(&bad, "bad.test", RRTYPE_A);
	scene_close(&bad);
	struct scene scene = open_scene("new", "");
	assert_int_equal(scene_ask(&scene, "bad.test", RRTYPE_A), OUTCOME_TRY_AGAIN);
	assert_int_equal(fake_count(scene.servers[0], NULL, 0), 0);
	assert_int_equal(scene_ask(&scene, "app.test", RRTYPE_A), OUTCOME_FOUND);
	assert_int_equal(scene.answers[0].source, SOURCE_SERVER);
	scene_close(&scene);
	assert_string_equal(recorded(), "; app.test. A NOERROR\napp.test. 60 IN A 192.0.2.1\n; bad.test. A SERVFAIL\n");
}

static void once_records_where_there_is_no_recording_and_then_replays(void **state)
{
	(void)state;
	files_write_text(path, "");
	struct scene recording = open_scene("once", "");
	assert_int_equal(resolver_config(recording.resolver)->recording_mode, RECORDING_ADD);
	scene_ask(&recording, "app.test", RRTYPE_A);
	struct scene replay = open_scene("once", "");
	assert_int_equal(resolver_config(replay.resolver)->recording_mode, RECORDING_ONLY);
	scene_ask(&replay, "app.test", RRTYPE_A);
	assert_int_equal(replay.answers[0].source, SOURCE_RECORDING);
	scene_close(&recording);
	scene_close(&replay);
}

static void a_file_that_is_no_recording_is_an_error(void **state)
{
	static const struct {
		const char *mode, *text, *error;
	} rows[] = {
		{"new", "all:\n\techo not a recording\n", ":1: expected a line of a recording"},
		{"none", "%s\n; a comment\nwww.test. CNAME app.test.\n", ":7: expected a line of a recording"},
		{"none", NULL, ": expected a recording that can be read: no such file"},
	};
	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		char directives[512], text[512], error_text[512];
		struct config_error error;
		remove_file(NULL);
		snprintf(text, sizeof(text), rows[i].text ? rows[i].text : "", recording_head);
		if (rows[i].text)
			files_write_text(path, text);
		write_directives(directives, sizeof(directives), rows[i].mode, "");
		const struct environment environment = environment_of(directives);
		assert_null(resolver_open(&environment, NULL, &error));
		snprintf(error_text, sizeof(error_text), "recording %s%s", path, rows[i].error);
		assert_string_equal(error.text, error_text);
	}
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup(test, remove_file)
	const struct CMUnitTest tests[] = {
		TEST(an_answer_is_a_comment_with_its_result_and_its_records),
		TEST(the_order_of_the_questions_does_not_change_the_file),
		TEST(what_is_recorded_stays_as_it_is),
		TEST(an_answer_replaces_a_failure_but_not_the_other_way_round),
		TEST(a_cname_beside_other_records_is_a_comment),
		TEST(what_the_cache_answers_is_not_recorded_again),
		TEST(a_file_that_cannot_be_written_is_reported_once),
		TEST(after_a_lock_that_others_keep_nothing_is_recorded),
		TEST(every_answer_is_replayed_as_it_was),
		TEST(a_loop_is_recorded_once_and_replayed),
		TEST(what_is_not_recorded_fails_and_is_logged),
		TEST(a_query_of_the_program_itself_gets_its_id_and_other_opcodes_no_answer),
		TEST(new_replays_what_is_there_and_records_what_is_not),
		TEST(once_records_where_there_is_no_recording_and_then_replays),
		TEST(a_file_that_is_no_recording_is_an_error),
	};
	virtual_clock_start();
	return cmocka_run_group_tests(tests, NULL, files_remove);
}
