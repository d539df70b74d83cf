// SPDX-License-Identifier: MIT
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/base/clock.h"
#include "config/base/file_stamp.h"
#include "resolver/dns/host.h"
#include "resolver/source/hosts.h"
#include "tests/unit/files.h"
#include "tests/unit/pretended_libc.h"
#include "tests/unit/unit.h"

#define TEXT_SIZE 1024
#define THREADS 4

static const char *path, *other_path;

static int set_paths(void **state)
{
	(void)state;
	path = files_path("hosts");
	other_path = files_path("other");
	return 0;
}

// "name(alias alias) address address", or "-" for nothing found.
static const char *describe(enum outcome outcome, struct host *host)
{
	static char text[TEXT_SIZE];
	char address[ADDRESS_TEXT_SIZE];
	if (outcome == OUTCOME_NO_NAME)
		return "-";
	assert_int_equal(outcome, OUTCOME_FOUND);
	assert_int_equal(host->source, SOURCE_HOSTS);
	int length = snprintf(text, sizeof text, "%s(", host->name);
	for (size_t i = 0; i < host->alias_count; i++)
		length += snprintf(text + length, sizeof text - (size_t)length, "%s%s", i ? " " : "", host->aliases[i]);
	length += snprintf(text + length, sizeof text - (size_t)length, ")");
	for (size_t i = 0; i < host->address_count; i++)
		length +=
			snprintf(text + length, sizeof text - (size_t)length, " %s", address_write(&host->addresses[i], address));
	host_clear(host);
	return text;
}

static const char *find(struct hosts *hosts, const char *name, sa_family_t family)
{
	struct host host = {0};
	return describe(hosts_find(hosts, name, family, true, &host), &host);
}

static const char *find_address(struct hosts *hosts, const char *text, bool maps_ipv4)
{
	struct host host = {0};
	struct address address;
	assert_true(address_read(text, &address));
	pretended_libc_set(maps_ipv4 ? "2.38" : "2.37");
	return describe(hosts_find_address(hosts, &address, &host), &host);
}

struct lookup_case {
	const char *content;
	const char *name;
	sa_family_t family;
	const char *expected;
};

static void check_lookups(const struct lookup_case *cases, size_t count)
{
	struct hosts *hosts = NULL;
	for (size_t i = 0; i < count; i++) {
		if (cases[i].content) {
			// Opened anew: when a change of the file is noticed depends on the pace of the machine.
			hosts_close(hosts);
			files_write_text(path, cases[i].content);
			hosts = hosts_open(path);
		}
		print_message("%zu: %s\n", i, cases[i].name);
		assert_string_equal(find(hosts, cases[i].name, cases[i].family), cases[i].expected);
	}
	hosts_close(hosts);
}

static void lines_are_read_as_glibc_reads_them(void **state)
{
	(void)state;
	static const struct lookup_case cases[] = {
		{"192.0.2.1 a\n", "a", AF_INET, "a() 192.0.2.1"},
		{NULL, "b", AF_INET, "-"},
		{NULL, "a.", AF_INET, "-"},
		{NULL, "A", AF_INET, "a() 192.0.2.1"},
		{"192.0.2.1 Host.Test aLias\n", "HOST.test", AF_INET, "Host.Test(aLias) 192.0.2.1"},
		{NULL, "ALIAS", AF_INET, "Host.Test(aLias) 192.0.2.1"},
		{"192.0.2.1 last", "last", AF_INET, "last() 192.0.2.1"},
		{"192.0.2.1 a b # c\n", "b", AF_INET, "a(b) 192.0.2.1"},
		{NULL, "c", AF_INET, "-"},
		{"192.0.2.1 a#b\n#192.0.2.2 a\n  # x\n\n", "a", AF_INET, "a() 192.0.2.1"},
		{" \t192.0.2.1\t \va\f b \r\n", "b", AF_INET, "a(b) 192.0.2.1"},
		{"192.0.2.1 a\r\n192.0.2.2 a\r\n", "a", AF_INET, "a() 192.0.2.1 192.0.2.2"},
		{"a\nbogus a\n1.2.3 a\n01.2.3.4 a\n256.1.1.1 a\n1.2.3.4. a\n192.0.2.1 a\n", "a", AF_UNSPEC, "a() 192.0.2.1"},
		{"fe80::1%lo a\n[::1] a\n192.0.2.1 a\n", "a", AF_UNSPEC, "a() 192.0.2.1"},
		{"1234:1234:1234:1234:1234:1234:255.255.255.255.255.255 a\n192.0.2.1 a\n", "a", AF_UNSPEC, "a() 192.0.2.1"},
		{"192.0.2.1 \xc3\xa9\n", "\xc3\xa9", AF_INET, "\xc3\xa9() 192.0.2.1"},
		{"192.0.2.1\n192.0.2.2 a\n", "a", AF_INET, "a() 192.0.2.2"},
		{"", "a", AF_UNSPEC, "-"},
		{"\n\n# nothing\n", "a", AF_UNSPEC, "-"},
	};
	check_lookups(cases, LENGTH(cases));
}

static void all_lines_of_a_name_count(void **state)
{
	(void)state;
	static const struct lookup_case cases[] = {
		{"192.0.2.1 a\n2001:db8::1 a\n192.0.2.2 a\n", "a", AF_UNSPEC, "a() 192.0.2.1 2001:db8::1 192.0.2.2"},
		{NULL, "a", AF_INET, "a() 192.0.2.1 192.0.2.2"},
		{NULL, "a", AF_INET6, "a() 2001:db8::1"},
		{"192.0.2.1 x a b\n192.0.2.2 y c a\n192.0.2.3 x d a\n", "a", AF_INET,
			"x(a b c a y d a) 192.0.2.1 192.0.2.2 192.0.2.3"},
		{"192.0.2.1 a\n192.0.2.2 A\n", "a", AF_INET, "a(A) 192.0.2.1 192.0.2.2"},
		{"192.0.2.1 a\n192.0.2.1 a\n", "a", AF_INET, "a() 192.0.2.1 192.0.2.1"},
		{"192.0.2.1 a a a\n", "a", AF_INET, "a(a a) 192.0.2.1"},
		{"2001:db8::1 six a\n192.0.2.1 four a\n", "a", AF_INET, "four(a) 192.0.2.1"},
	};
	check_lookups(cases, LENGTH(cases));
}

static void ipv4_is_also_found_in_mapped_addresses_and_the_ipv6_loopback(void **state)
{
	(void)state;
	static const struct lookup_case cases[] = {
		{"::1 a\n::ffff:192.0.2.1 a\n", "a", AF_INET, "a() 127.0.0.1 192.0.2.1"},
		{NULL, "a", AF_INET6, "a() ::1 ::ffff:192.0.2.1"},
		{NULL, "a", AF_UNSPEC, "a() ::1 ::ffff:192.0.2.1"},
		{"::192.0.2.1 a\n::2 a\n", "a", AF_INET, "-"},
	};
	check_lookups(cases, LENGTH(cases));
}

struct address_case {
	const char *content;  // of the file from then on; NULL: unchanged
	const char *address;
	const char *expected;
};

static void check_addresses(const struct address_case *cases, size_t count, bool has_mapped)
{
	struct hosts *hosts = hosts_open(path);
	for (size_t i = 0; i < count; i++) {
		if (cases[i].content)
			files_write_text(path, cases[i].content);
		print_message("%zu: %s\n", i, cases[i].address);
		assert_string_equal(find_address(hosts, cases[i].address, has_mapped), cases[i].expected);
	}
	hosts_close(hosts);
}

static void the_first_line_with_an_address_names_it(void **state)
{
	(void)state;
	static const struct address_case cases[] = {
		{"192.0.2.1 a b\n192.0.2.1 c\n2001:DB8:0::1 six\n", "192.0.2.1", "a(b) 192.0.2.1"},
		{NULL, "2001:db8::1", "six() 2001:db8::1"},
		{NULL, "192.0.2.2", "-"},
		{NULL, "::ffff:192.0.2.1", "-"},
		{"192.0.2.1\n192.0.2.1 a\n", "192.0.2.1", "() 192.0.2.1"},
		{"::1 six\n127.0.0.1 four\n", "127.0.0.1", "six() 127.0.0.1"},
		{"127.0.0.1 four\n::1 six\n", "127.0.0.1", "four() 127.0.0.1"},
		{NULL, "::1", "six() ::1"},
		{"::ffff:192.0.2.1 a\n", "192.0.2.1", "a() 192.0.2.1"},
		{NULL, "::ffff:192.0.2.1", "a() ::ffff:192.0.2.1"},
	};
	check_addresses(cases, LENGTH(cases), false);
}

static void an_ipv4_line_has_its_mapped_address_where_libc_says_so(void **state)
{
	(void)state;
	static const struct address_case cases[] = {
		{"192.0.2.1 a\n::ffff:192.0.2.1 b\n", "::ffff:192.0.2.1", "a() ::ffff:192.0.2.1"},
		{"::ffff:192.0.2.1 b\n192.0.2.1 a\n", "::ffff:192.0.2.1", "b() ::ffff:192.0.2.1"},
		{NULL, "192.0.2.1", "b() 192.0.2.1"},
		{"::1 six\n127.0.0.1 four\n", "::ffff:127.0.0.1", "four() ::ffff:127.0.0.1"},
		{"::1 six\n", "::ffff:127.0.0.1", "-"},
		{"127.0.0.1 four\n", "::1", "-"},
	};
	check_addresses(cases, LENGTH(cases), true);
}

static void a_nul_hides_the_rest_of_its_line(void **state)
{
	(void)state;
	static const char content[] = "192.0.2.1 a b\0 c\n192.0.2.2 c\n";
	files_write(path, content, sizeof content - 1);
	struct hosts *hosts = hosts_open(path);
	assert_string_equal(find(hosts, "c", AF_INET), "c() 192.0.2.2");
	assert_string_equal(find(hosts, "a", AF_INET), "a(b) 192.0.2.1");
	hosts_close(hosts);
}

static void long_lines_and_many_lines_are_read_whole(void **state)
{
	(void)state;
	enum { COUNT = 20000 };
	char name[32], expected[64];
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	for (int i = 0; i < COUNT; i++)
		fprintf(file, "10.%d.%d.%d line%d.test\n", i >> 16, i >> 8 & 255, i & 255, i);
	fprintf(file, "192.0.2.1");
	for (int i = 0; i < COUNT; i++)
		fprintf(file, " word%d", i);
	fclose(file);
	struct hosts *hosts = hosts_open(path);
	for (int i = 0; i < COUNT; i += 37) {
		struct host host = {0};
		snprintf(name, sizeof name, "LINE%d.test", i);
		snprintf(expected, sizeof expected, "line%d.test() 10.%d.%d.%d", i, i >> 16, i >> 8 & 255, i & 255);
		assert_string_equal(find(hosts, name, AF_INET), expected);
		snprintf(name, sizeof name, "word%d", i);
		assert_int_equal(hosts_find(hosts, name, AF_UNSPEC, true, &host), OUTCOME_FOUND);
		assert_int_equal(host.alias_count, COUNT - 1);
		host_clear(&host);
	}
	assert_string_equal(find(hosts, "line20000.test", AF_INET), "-");
	hosts_close(hosts);
}

static void a_file_that_the_user_named_is_kept(void **state)
{
	(void)state;
	files_write_text(path,
		"\xEF\xBB\xBF"
		"192.0.2.1 a\n");
	struct hosts *hosts = hosts_open(path);
	assert_true(hosts_require(hosts));
	assert_string_equal(find(hosts, "a", AF_INET), "a() 192.0.2.1");
	struct file_stamp_sum before = {.hash = 0}, after = before;
	hosts_sum(hosts, &before);
	assert_false(before.is_stale);
	unlink(path);
	assert_string_equal(find(hosts, "a", AF_INET), "a() 192.0.2.1");
	hosts_sum(hosts, &after);
	assert_true(after.is_stale);
	assert_true(after.hash != before.hash);
	files_write_text(path, "192.0.2.2 b\n");
	const bool is_found = strcmp(find(hosts, "b", AF_INET), "-") != 0;
	assert_true(!is_found || !file_stamp_of(path).is_young);
	while (strcmp(find(hosts, "b", AF_INET), "-") == 0)
		usleep(1000);
	assert_string_equal(find(hosts, "b", AF_INET), "b() 192.0.2.2");
	assert_string_equal(find(hosts, "a", AF_INET), "-");
	hosts_close(hosts);

	// Without an earlier version of the file the lookup fails, and no further source may be asked.
	unlink(path);
	hosts = hosts_open(path);
	struct host host = {0};
	assert_false(hosts_require(hosts));
	assert_int_equal(hosts_find(hosts, "a", AF_INET, true, &host), OUTCOME_ERROR);
	assert_int_equal(host.error, ENOENT);
	hosts_close(hosts);
}

// As in glibc's nss_files, the mark is part of the address, which is then invalid.
static void a_byte_order_mark_in_libcs_own_file_spoils_its_line(void **state)
{
	(void)state;
	files_write_text(path,
		"\xEF\xBB\xBF"
		"192.0.2.1 a\n192.0.2.2 b\n");
	struct hosts *hosts = hosts_open(path);
	assert_string_equal(find(hosts, "a", AF_INET), "-");
	assert_string_equal(find(hosts, "b", AF_INET), "b() 192.0.2.2");
	hosts_close(hosts);
}

// since: before the change that was looked at last. On a busy machine the file may have settled by then, and so the
// next change shows after a pause.
static void expect_change(struct hosts *hosts, int64_t since, const char *expected)
{
	const char *found = find(hosts, "a", AF_INET);
	if (strcmp(found, expected) != 0 && clock_now() - since > STAMP_SETTLING / 2) {
		usleep(2 * FILE_STAMP_INTERVAL);
		found = find(hosts, "a", AF_INET);
	}
	assert_string_equal(found, expected);
}

static void a_change_is_noticed_at_once(void **state)
{
	(void)state;
	char content[] = "192.0.2.0 a\n", expected[] = "a() 192.0.2.0";
	struct hosts *hosts = hosts_open(path);
	int64_t before, now = clock_now();
	bool is_busy = false;
	for (int i = 0; i < 1000; i++) {
		content[8] = expected[12] = (char)('0' + i % 10);
		before = now;
		now = clock_now();
		files_write(i % 2 ? path : other_path, content, sizeof content - 1);
		if (i % 2 == 0)
			assert_int_equal(rename(other_path, path), 0);
		expect_change(hosts, before, expected);
		is_busy = is_busy || clock_now() - before > STAMP_SETTLING / 2;
	}
	unlink(path);
	expect_change(hosts, is_busy ? 0 : now, "-");
	files_write_text(path, "192.0.2.7 a\n");
	expect_change(hosts, is_busy ? 0 : now, "a() 192.0.2.7");
	hosts_close(hosts);
}

// Some file systems stamp two changes alike that follow each other within a clock tick. A mapping changes bytes
// without any stamp at all.
static bool change_behind_the_stamp(struct hosts *hosts, char digit)
{
	char *mapped;
	const int descriptor = open(path, O_RDWR | O_CLOEXEC);
	assert_true(descriptor >= 0);
	mapped = mmap(NULL, 12, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
	close(descriptor);
	assert_ptr_not_equal(mapped, MAP_FAILED);
	mapped[8] = '0';
	assert_string_equal(find(hosts, "a", AF_INET), "a() 192.0.2.0");
	mapped[8] = digit;
	const char expected[] = {'a', '(', ')', ' ', '1', '9', '2', '.', '0', '.', '2', '.', digit, '\0'};
	const bool is_found = strcmp(find(hosts, "a", AF_INET), expected) == 0;
	munmap(mapped, 12);
	return is_found;
}

static void a_change_within_the_same_clock_tick_is_noticed(void **state)
{
	(void)state;
	struct hosts *hosts = hosts_open(path);
	for (char digit = '1'; digit <= '9'; digit++) {
		bool is_found;
		int64_t started;
		do {
			files_write_text(path, "192.0.2.0 a\n");
			started = clock_now();
			is_found = change_behind_the_stamp(hosts, digit);
		} while (!is_found && clock_now() - started > 10000);  // a busy machine: the tick was over
		assert_true(is_found);
	}
	hosts_close(hosts);
}

static void entries_are_the_lines_with_an_ipv4_address_or_one_that_stands_for_it(void **state)
{
	(void)state;
	static const char *expected[] = {"a(b) 192.0.2.1", "() 127.0.0.1", "a() 192.0.2.1", "m() 192.0.2.2"};
	struct host host = {0};
	size_t position = 0;
	files_write_text(
		path, "192.0.2.1 a b\n# x\nbogus\n::1\n2001:db8::1 six\n192.0.2.1 a\n::ffff:192.0.2.2 m\n::2 two\n");
	struct hosts *hosts = hosts_open(path);
	for (size_t i = 0; i < LENGTH(expected); i++)
		assert_string_equal(describe(hosts_entry(hosts, &position, &host), &host), expected[i]);
	assert_int_equal(hosts_entry(hosts, &position, &host), OUTCOME_NO_NAME);
	assert_int_equal(hosts_entry(hosts, &position, &host), OUTCOME_NO_NAME);
	hosts_close(hosts);
}

static void without_multi_the_first_line_of_the_family_counts_alone(void **state)
{
	(void)state;
	static const struct {
		sa_family_t family;
		const char *expected;
	} cases[] = {
		{AF_UNSPEC, "a(b) 2001:db8::1"},
		{AF_INET, "a() 192.0.2.1"},
		{AF_INET6, "a(b) 2001:db8::1"},
		{AF_UNIX, "-"},
	};
	struct host host = {0};
	files_write_text(path, "2001:db8::1 a b\n192.0.2.1 a\n192.0.2.2 a\n2001:db8::2 a\n");
	struct hosts *hosts = hosts_open(path);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		enum outcome outcome = hosts_find(hosts, "a", cases[i].family, false, &host);
		assert_string_equal(describe(outcome, &host), cases[i].expected);
	}
	hosts_close(hosts);
}

static void what_is_no_readable_file_has_no_entries(void **state)
{
	(void)state;
	const char *nothing[] = {"/nonexistent/hosts", "/", "/dev/null", NULL, other_path};
	assert_int_equal(mkfifo(other_path, 0600), 0);
	for (size_t i = 0; i < LENGTH(nothing); i++) {
		struct hosts *hosts = hosts_open(nothing[i]);
		assert_non_null(hosts);
		assert_string_equal(find(hosts, "a", AF_UNSPEC), "-");
		assert_string_equal(find_address(hosts, "127.0.0.1", true), "-");
		hosts_close(hosts);
	}
	unlink(other_path);
	hosts_close(NULL);
}

static int count_descriptors(void)
{
	int count = 0;
	DIR *descriptors = opendir("/proc/self/fd");
	assert_non_null(descriptors);
	while (readdir(descriptors))
		count++;
	closedir(descriptors);
	return count;
}

static void no_descriptor_stays_open(void **state)
{
	(void)state;
	const int before = count_descriptors();
	files_write_text(path, "192.0.2.1 a\n");
	struct hosts *hosts = hosts_open(path);
	assert_string_equal(find(hosts, "a", AF_INET), "a() 192.0.2.1");
	assert_int_equal(count_descriptors(), before);
	hosts_close(hosts);
}

struct crowd {
	struct hosts *hosts;
	atomic_bool is_over;
	atomic_int failures;
};

// Each writing of the file gives both names the same address, and the name at its end is there at once or not at all.
static bool look_up_once(struct hosts *hosts)
{
	struct host host = {0};
	if (hosts_find(hosts, "steady", AF_INET, true, &host) != OUTCOME_FOUND)
		return false;
	const bool is_right = host.address_count == 1 && strcmp(host.name, "steady") == 0;
	host_clear(&host);
	return is_right;
}

static void *look_up_again_and_again(void *argument)
{
	struct crowd *crowd = argument;
	while (!crowd->is_over)
		if (!look_up_once(crowd->hosts))
			atomic_fetch_add(&crowd->failures, 1);
	return NULL;
}

static void replace_file(int number)
{
	char content[128];
	const int length =
		snprintf(content, sizeof content, "192.0.2.%d steady x%d\n# %*s\n", number % 256, number, number % 50, "");
	files_write(other_path, content, (size_t)length);
	assert_int_equal(rename(other_path, path), 0);
}

static void start_crowd(struct crowd *crowd, pthread_t *threads)
{
	replace_file(0);
	*crowd = (struct crowd){.hosts = hosts_open(path)};
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, look_up_again_and_again, crowd), 0);
}

static void stop_crowd(struct crowd *crowd, pthread_t *threads)
{
	crowd->is_over = true;
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(crowd->failures, 0);
	hosts_close(crowd->hosts);
}

static void many_threads_look_up_while_the_file_changes(void **state)
{
	(void)state;
	struct crowd crowd;
	pthread_t threads[THREADS];
	start_crowd(&crowd, threads);
	for (int i = 1; i < 500; i++)
		replace_file(i);
	stop_crowd(&crowd, threads);
}

static void expect_child_to_look_up(struct hosts *hosts)
{
	const pid_t child = fork();
	if (child == 0) {
		alarm(10);  // a child that hangs is killed
		int right = 0;
		for (int i = 0; i < 20; i++)
			right += look_up_once(hosts);
		_exit(right == 20 ? 0 : 1);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void a_child_of_fork_looks_up_whatever_other_threads_did(void **state)
{
	(void)state;
#ifdef __SANITIZE_ADDRESS__
	skip();  // the sanitizer's malloc is left locked by such a fork; libc's is not
#endif
	struct crowd crowd;
	pthread_t threads[THREADS];
	start_crowd(&crowd, threads);
	for (int i = 1; i < 50; i++) {
		replace_file(i);
		expect_child_to_look_up(crowd.hosts);
	}
	stop_crowd(&crowd, threads);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_read_as_glibc_reads_them),
		cmocka_unit_test(all_lines_of_a_name_count),
		cmocka_unit_test(ipv4_is_also_found_in_mapped_addresses_and_the_ipv6_loopback),
		cmocka_unit_test(the_first_line_with_an_address_names_it),
		cmocka_unit_test(an_ipv4_line_has_its_mapped_address_where_libc_says_so),
		cmocka_unit_test(a_nul_hides_the_rest_of_its_line),
		cmocka_unit_test(long_lines_and_many_lines_are_read_whole),
		cmocka_unit_test(a_file_that_the_user_named_is_kept),
		cmocka_unit_test(a_byte_order_mark_in_libcs_own_file_spoils_its_line),
		cmocka_unit_test(a_change_is_noticed_at_once),
		cmocka_unit_test(a_change_within_the_same_clock_tick_is_noticed),
		cmocka_unit_test(entries_are_the_lines_with_an_ipv4_address_or_one_that_stands_for_it),
		cmocka_unit_test(without_multi_the_first_line_of_the_family_counts_alone),
		cmocka_unit_test(what_is_no_readable_file_has_no_entries),
		cmocka_unit_test(no_descriptor_stays_open),
		cmocka_unit_test(many_threads_look_up_while_the_file_changes),
		cmocka_unit_test(a_child_of_fork_looks_up_whatever_other_threads_did),
	};
	return cmocka_run_group_tests(tests, set_paths, files_remove);
}
