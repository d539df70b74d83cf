// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "config/log.h"
#include "tests/unit/files.h"
#include "tests/unit/unit.h"

#define THREADS 8
#define LINES_EACH 200

static const char *path;

static int set_path(void **state)
{
	(void)state;
	static char program[] = "test_log";
	program_invocation_short_name = program;
	path = files_path("log");
	return 0;
}

static const struct log_event call = {
	.kind = EVENT_CALL,
	.call = "getaddrinfo",
	.name = "app.test",
	.arguments = "service=8080",
	.source = SOURCE_SERVER,
	.server = "127.0.0.1:5353",
	.transport = "udp",
	.result = {.code = RESULT_NOERROR},
	.addresses = "127.0.0.1 ::1",
	.microseconds = 417,
};

static const struct log_event exchange = {
	.kind = EVENT_EXCHANGE,
	.name = "app.test",
	.type = "A",
	.server = "127.0.0.1:5353",
	.transport = "udp",
	.result = {.code = RESULT_NXDOMAIN},
	.microseconds = 1005,
};

// What log_write put into the file, which is emptied.
static const char *written(const struct log *log, const struct log_event *event)
{
	log_write(log, event);
	if (access(path, F_OK) != 0)
		return "no file";
	const char *line = files_read(path);
	assert_int_equal(truncate(path, 0), 0);
	return line;
}

static struct log file_log(bool json)
{
	return (struct log){.target = LOG_FILE, .path = (char *)path, .json = json};
}

// The line without its time, program and process.
static const char *told(bool json, const struct log_event *event)
{
	const struct log log = file_log(json);
	const char *line = written(&log, event);
	const char *begin = strstr(line, json ? "\"program\":\"test_log\"," : "] ");
	assert_non_null(begin);
	return strchr(begin, json ? ',' : ' ') + 1;
}

static void a_call_is_one_line_of_text(void **state)
{
	(void)state;
	struct log_event event = call;
	assert_string_equal(told(false, &event),
		"getaddrinfo app.test service=8080 -> 127.0.0.1 ::1 "
		"(server 127.0.0.1:5353 udp, 0.41 ms)\n");
	event.addresses = NULL;
	event.result = (struct log_result){.text = "EAI_NONAME"};
	event.arguments = NULL;
	assert_string_equal(told(false, &event),
		"getaddrinfo app.test -> EAI_NONAME "
		"(server 127.0.0.1:5353 udp, 0.41 ms)\n");
	event.server = event.transport = NULL;
	event.source = SOURCE_HOSTS;
	event.microseconds = 12345678;
	assert_string_equal(told(false, &event), "getaddrinfo app.test -> EAI_NONAME (hosts, 12345.67 ms)\n");
	event.source = SOURCE_UNSET;
	assert_string_equal(told(false, &event), "getaddrinfo app.test -> EAI_NONAME (12345.67 ms)\n");
	event.reason = "127.0.0.1:5353 udp: NXDOMAIN\n";
	assert_string_equal(told(false, &event),
		"getaddrinfo app.test -> EAI_NONAME (12345.67 ms) "
		"because 127.0.0.1:5353 udp: NXDOMAIN\\x0a\n");
	event.reason = NULL;
	event.microseconds = -1;
	assert_string_equal(told(false, &event), "getaddrinfo app.test -> EAI_NONAME\n");
}

static void a_call_that_hands_packets_over_shows_their_records(void **state)
{
	(void)state;
	struct log_event event = {.kind = EVENT_CALL,
		.call = "res_query",
		.name = "app.test",
		.arguments = "type=MX",
		.result = {.text = "0"},
		.rcode = "NOERROR",
		.counts = (const uint16_t[]){2, 0, 0},
		.microseconds = -1};
	event.records = "10 a.test.\n20 \"b\".test.\n...";
	assert_string_equal(
		told(false, &event), "res_query app.test type=MX -> 10 a.test., 20 \"b\".test., ... NOERROR 2/0/0\n");
	assert_string_equal(told(true, &event),
		"\"event\":\"call\",\"call\":\"res_query\",\"name\":\"app.test\",\"arguments\":\"type=MX\","
		"\"result\":\"0\",\"rcode\":\"NOERROR\",\"answer\":2,\"authority\":0,\"additional\":0,"
		"\"records\":[\"10 a.test.\",\"20 \\\"b\\\".test.\",\"...\"]}\n");
	event.records = NULL;
	assert_string_equal(told(false, &event), "res_query app.test type=MX -> 0 NOERROR 2/0/0\n");
}

static void an_event_of_another_process_has_its_name_and_number(void **state)
{
	(void)state;
	const struct log_process process = {.pid = 12, .program = "dig"};
	const struct log_event event = {.kind = EVENT_CALL, .call = "query", .process = &process, .microseconds = -1};
	const struct log text = file_log(false), json = file_log(true);
	assert_string_equal(strchr(written(&text, &event), ' '), " dig[12] query\n");
	const char *line = written(&json, &event);
	assert_non_null(strstr(line, ",\"pid\":12,\"program\":\"dig\",\"event\":\"call\",\"call\":\"query\","));
	// The thread is that of this process, in which the events of a lookup follow each other.
	assert_non_null(strstr(line, ",\"thread\":"));
}

static void an_exchange_is_one_line_of_text(void **state)
{
	(void)state;
	struct log_event event = exchange;
	assert_string_equal(told(false, &event), "exchange app.test A 127.0.0.1:5353 udp -> NXDOMAIN (1.00 ms)\n");
	event.detail = "DNSSEC Bogus: no signature";
	event.rule = "corp.test";
	assert_string_equal(told(false, &event),
		"exchange app.test A 127.0.0.1:5353 udp -> NXDOMAIN "
		"(DNSSEC Bogus: no signature, for corp.test, 1.00 ms)\n");
	event.detail = event.rule = NULL;
	event.result = (struct log_result){.code = RESULT_NOERROR};
	event.addresses = "192.0.2.1";
	assert_string_equal(told(false, &event), "exchange app.test A 127.0.0.1:5353 udp -> NOERROR 192.0.2.1 (1.00 ms)\n");
}

static void json_has_one_member_for_each_value(void **state)
{
	(void)state;
	struct log_event event = call;
	assert_string_equal(told(true, &event),
		"\"event\":\"call\",\"call\":\"getaddrinfo\",\"name\":\"app.test\","
		"\"arguments\":\"service=8080\",\"source\":\"server\",\"server\":\"127.0.0.1:5353\","
		"\"transport\":\"udp\",\"result\":\"NOERROR\","
		"\"addresses\":[\"127.0.0.1\",\"::1\"],\"ms\":0.417}\n");
	event = exchange;
	event.addresses = "";
	assert_string_equal(told(true, &event),
		"\"event\":\"exchange\",\"name\":\"app.test\",\"type\":\"A\",\"server\":\"127.0.0.1:5353\","
		"\"transport\":\"udp\",\"result\":\"NXDOMAIN\",\"addresses\":[],\"ms\":1.005}\n");
	event.addresses = NULL;
	event.rcode = "NXDOMAIN";
	event.counts = (const uint16_t[]){3, 2, 1};
	assert_string_equal(told(true, &event),
		"\"event\":\"exchange\",\"name\":\"app.test\",\"type\":\"A\",\"server\":\"127.0.0.1:5353\","
		"\"transport\":\"udp\",\"result\":\"NXDOMAIN\",\"rcode\":\"NXDOMAIN\",\"answer\":3,"
		"\"authority\":2,\"additional\":1,\"ms\":1.005}\n");
	event.rcode = NULL;
	event.counts = NULL;
	event.rule = "corp.test";
	event.try = 2;
	assert_string_equal(told(true, &event),
		"\"event\":\"exchange\",\"name\":\"app.test\",\"type\":\"A\",\"rule\":\"corp.test\","
		"\"server\":\"127.0.0.1:5353\",\"transport\":\"udp\",\"result\":\"NXDOMAIN\","
		"\"try\":2,\"ms\":1.005}\n");
	event.bytes = 61;
	assert_non_null(strstr(told(true, &event), "\"try\":2,\"bytes\":61,\"ms\":1.005}\n"));
	event = (struct log_event){.kind = EVENT_EXCHANGE, .detail = "lame", .reason = "a \"b\"", .microseconds = 1};
	assert_string_equal(
		told(true, &event), "\"event\":\"exchange\",\"detail\":\"lame\",\"reason\":\"a \\\"b\\\"\",\"ms\":0.001}\n");
	event = (struct log_event){.kind = EVENT_CALL, .microseconds = -1};
	assert_string_equal(told(true, &event), "\"event\":\"call\"}\n");
}

static void a_line_begins_with_the_time_and_the_process(void **state)
{
	(void)state;
	char process[64];
	struct tm date = {.tm_year = 0};
	const struct log text = file_log(false), json = file_log(true);
	const time_t before = time(NULL);
	const char *line = written(&text, &call);
	const char *rest = strptime(line, "%Y-%m-%dT%H:%M:%S", &date);
	assert_non_null(rest);
	// time(3) may be a tick earlier than the clock that the log reads.
	assert_in_range(timegm(&date), before, time(NULL) + 1);
	assert_int_equal(strspn(rest + 1, "0123456789"), 3);
	snprintf(process, sizeof process, "Z test_log[%d] getaddrinfo ", (int)getpid());
	assert_memory_equal(rest + 4, process, strlen(process));

	line = written(&json, &call);
	rest = strptime(line, "{\"v\":1,\"time\":\"%Y-%m-%dT%H:%M:%S", &date);
	assert_non_null(rest);
	snprintf(process, sizeof process, "Z\",\"pid\":%d,\"program\":\"test_log\",", (int)getpid());
	assert_memory_equal(rest + 4, process, strlen(process));
}

static void what_a_name_smuggles_in_is_escaped(void **state)
{
	(void)state;
	static const struct {
		const char *name, *text, *json;
	} cases[] = {
		{"a\nb", "a\\x0ab", "a\\u000ab"}, {"\x1B[31m\x7F", "\\x1b[31m\\x7f", "\\u001b[31m\\u007f"},
		{"a b", "a\\x20b", "a b"}, {"a\"b\\.c", "a\"b\\.c", "a\\\"b\\\\.c"},
		{"\xC3\xA4\xF0\x9F\x98\x80", "\xC3\xA4\xF0\x9F\x98\x80", "\xC3\xA4\xF0\x9F\x98\x80"},
		{"\xFF", "\\xff", "\\\\xff"}, {"\xC2\x9B", "\\xc2\\x9b", "\\\\xc2\\\\x9b"},  // a C1 control
		{"\xC0\xAF", "\\xc0\\xaf", "\\\\xc0\\\\xaf"},                                // overlong
		{"\xED\xA0\x80", "\\xed\\xa0\\x80", "\\\\xed\\\\xa0\\\\x80"},                // a surrogate
		{"\xF4\x90\x80\x80", "\\xf4\\x90\\x80\\x80", "\\\\xf4\\\\x90\\\\x80\\\\x80"},
		{"\xE2\x82", "\\xe2\\x82", "\\\\xe2\\\\x82"},  // broken off
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char expected[128];
		const struct log_event event = {.kind = EVENT_CALL, .call = "c", .name = cases[i].name, .microseconds = -1};
		snprintf(expected, sizeof expected, "c %s\n", cases[i].text);
		assert_string_equal(told(false, &event), expected);
		snprintf(expected, sizeof expected, "\"event\":\"call\",\"call\":\"c\",\"name\":\"%s\"}\n", cases[i].json);
		assert_string_equal(told(true, &event), expected);
	}
}

// Whole as far as its strings, brackets and escapes go.
static bool is_whole_json(const char *line)
{
	int depth = 0;
	bool in_string = false;
	for (; *line != '\0' && *line != '\n'; line++) {
		if (in_string && *line == '\\')
			line++;
		else if (*line == '"')
			in_string = !in_string;
		else if (!in_string)
			depth += (*line == '{' || *line == '[') - (*line == '}' || *line == ']');
	}
	return depth == 0 && !in_string && strcmp(line, "\n") == 0;
}

static void long_values_are_cut(void **state)
{
	(void)state;
	static const char *const fillings[] = {"x", "\x01", "\"", "\xFF", "\xC3\xA4", "1.1.1.1 ", "\x01 "};
	char filling[8192];
	for (size_t i = 0; i < LENGTH(fillings); i++) {
		filling[0] = '\0';
		for (size_t length = 0; length + strlen(fillings[i]) < sizeof filling; length += strlen(fillings[i]))
			strcpy(filling + length, fillings[i]);
		const struct log_event event = {.kind = EVENT_EXCHANGE,
			.call = filling,
			.name = filling,
			.arguments = filling,
			.type = filling,
			.source = SOURCE_SERVER,
			.server = filling,
			.transport = filling,
			.result = {.text = filling},
			.addresses = filling,
			.names = filling,
			.microseconds = 1,
			.rule = filling,
			.rcode = filling,
			.detail = filling,
			.reason = filling,
			.try = 1,
			.records = filling};
		struct log_event short_event = call;
		short_event.addresses = filling;
		const struct log text = file_log(false), json = file_log(true);
		const char *line = written(&text, &event);
		assert_in_range(strlen(line), 200, LOG_LINE_SIZE);
		assert_non_null(strstr(line, "..."));
		assert_non_null(strstr(line, " ms) because "));
		assert_non_null(strchr(line, '\n'));
		line = written(&json, &event);
		assert_in_range(strlen(line), 200, LOG_LINE_SIZE);
		assert_true(is_whole_json(line));
		assert_non_null(strstr(line, "...\""));
		assert_non_null(strstr(line, "\"ms\":0.001}\n"));
		line = written(&json, &short_event);
		assert_in_range(strlen(line), 200, LOG_LINE_SIZE);
		assert_true(is_whole_json(line));
		assert_non_null(strstr(line, "...\"],\"ms\":0.417}\n"));
	}
}

static void the_file_is_opened_for_one_line_only(void **state)
{
	(void)state;
	const struct log log = file_log(false);
	struct stat file;
	const mode_t before = umask(0027);
	const int lowest = open("/dev/null", O_RDONLY);
	close(lowest);
	errno = 4711;
	log_write(&log, &call);
	log_write(&log, &call);
	assert_int_equal(errno, 4711);
	umask(before);
	const int now = open("/dev/null", O_RDONLY);
	close(now);
	assert_int_equal(now, lowest);
	assert_int_equal(stat(path, &file), 0);
	assert_int_equal(file.st_mode & 0777, 0640);
	assert_string_equal(strchr(written(&log, &call), '\n') != NULL ? "lines" : "", "lines");
}

static void a_target_that_fails_does_not_affect_the_program(void **state)
{
	(void)state;
	char nowhere[] = "/nonexistent/log", directory[] = "/";
	struct log log = {.target = LOG_FILE, .path = nowhere};
	errno = 4711;
	log_write(&log, &call);
	log.path = directory;
	log_write(&log, &call);
	assert_int_equal(mkfifo(path, 0600), 0);
	log = file_log(false);  // without a reader
	log_write(&log, &call);
	log_write(&(struct log){.target = LOG_OFF}, &call);
	assert_int_equal(errno, 4711);
}

static void a_pipe_without_a_reader_raises_no_signal(void **state)
{
	(void)state;
	int ends[2];
	sigset_t set;
	struct log log = {.target = LOG_OFF};
	assert_int_equal(pipe(ends), 0);
	log_bind(&log, ends[1]);
	close(ends[0]);
	errno = 4711;
	log_write(&log, &call);  // would end the program
	assert_int_equal(errno, 4711);
	pthread_sigmask(SIG_BLOCK, NULL, &set);
	assert_int_equal(sigismember(&set, SIGPIPE), 0);

	// One that was pending before is the program's.
	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	log_write(&log, &call);
	sigpending(&set);
	assert_int_equal(sigismember(&set, SIGPIPE), 0);
	raise(SIGPIPE);
	log_write(&log, &call);
	sigpending(&set);
	assert_int_equal(sigismember(&set, SIGPIPE), 1);
	const struct timespec at_once = {.tv_sec = 0};
	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	assert_int_equal(sigtimedwait(&set, NULL, &at_once), SIGPIPE);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	close(ends[1]);
}

static void a_descriptor_that_became_another_file_is_left_alone(void **state)
{
	(void)state;
	int ends[2];
	char line[LOG_LINE_SIZE];
	struct log log = {.target = LOG_OFF};
	assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
	log_bind(&log, ends[1]);
	assert_int_equal(log.target, LOG_DESCRIPTOR);
	log_write(&log, &call);
	assert_true(read(ends[0], line, sizeof line) > 0);

	const int database = open(path, O_RDWR | O_CREAT, 0600);
	assert_int_equal(dup2(database, ends[1]), ends[1]);
	log_write(&log, &call);
	struct stat file;
	assert_int_equal(fstat(database, &file), 0);
	assert_int_equal(file.st_size, 0);
	close(ends[1]);
	log_write(&log, &call);
	log_bind(&log, ends[1]);
	assert_int_equal(log.target, LOG_OFF);
	close(database);
	close(ends[0]);
}

static void *write_many(void *argument)
{
	const struct log log = file_log(true);
	struct log_event event = call;
	event.name = argument;
	for (unsigned i = 0; i < LINES_EACH; i++)
		log_write(&log, &event);
	return NULL;
}

static void lines_of_many_threads_never_mix(void **state)
{
	(void)state;
	static char names[THREADS][400];
	pthread_t threads[THREADS];
	char line[2 * LOG_LINE_SIZE];
	unsigned count = 0;
	for (size_t i = 0; i < THREADS; i++) {
		memset(names[i], 'a' + (int)i, sizeof names[i] - 1);
		assert_int_equal(pthread_create(&threads[i], NULL, write_many, names[i]), 0);
	}
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	for (; fgets(line, sizeof line, file) != NULL; count++) {
		const char *name = strstr(line, "\"name\":\"") + strlen("\"name\":\"");
		assert_true(is_whole_json(line));
		assert_int_equal(strspn(name, (const char[]){name[0], '\0'}), sizeof names[0] - 1);
	}
	fclose(file);
	assert_int_equal(count, THREADS * LINES_EACH);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_path, files_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_call_is_one_line_of_text),
		CASE(a_call_that_hands_packets_over_shows_their_records),
		CASE(an_event_of_another_process_has_its_name_and_number),
		CASE(an_exchange_is_one_line_of_text),
		CASE(json_has_one_member_for_each_value),
		CASE(a_line_begins_with_the_time_and_the_process),
		CASE(what_a_name_smuggles_in_is_escaped),
		CASE(long_values_are_cut),
		CASE(the_file_is_opened_for_one_line_only),
		CASE(a_target_that_fails_does_not_affect_the_program),
		CASE(a_pipe_without_a_reader_raises_no_signal),
		CASE(a_descriptor_that_became_another_file_is_left_alone),
		CASE(lines_of_many_threads_never_mix),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
