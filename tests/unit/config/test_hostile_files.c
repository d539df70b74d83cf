// SPDX-License-Identifier: MIT
// Inputs that were security bugs in other resolvers, with their CVE numbers: they must neither hide a valid line nor do
// harm.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "resolver/address_rules.h"
#include "resolver/dns/host.h"
#include "resolver/source/hosts.h"
#include "tests/unit/configs.h"

#define LONG (1024 * 1024)

static int file;
static char path[32];

// In memory, because the files are large.
static int make_file(void **state)
{
	(void)state;
	file = memfd_create("hostile", MFD_CLOEXEC);
	snprintf(path, sizeof path, "/proc/self/fd/%d", file);
	return file < 0;
}

static int remove_file(void **state)
{
	(void)state;
	return close(file);
}

static void write_file(const char *bytes, size_t size)
{
	assert_int_equal(ftruncate(file, 0), 0);
	assert_int_equal(pwrite(file, bytes, size, 0), size);
}

// The parsers, each with a valid line and a check that it was read. The parser of directives is strict: it reports
// errors.

static bool load(const struct environment *environment, struct config *config)
{
	struct config_error error = {.text = ""};
	const bool is_loaded = config_load(environment, NULL, config, &error);
	assert_int_equal(is_loaded, !error.text[0]);
	assert_true(strlen(error.text) < sizeof error.text);
	return is_loaded;
}

static bool resolvconf_has_line(const char *bytes, size_t size)
{
	struct environment environment = environment_of(NULL);
	environment.resolvconf_path = path;
	struct config config;
	(void)bytes;
	(void)size;
	assert_true(load(&environment, &config));
	const struct address *server = &config.routes[0].servers[config.routes[0].server_count - 1].address;
	const bool has_line = server->bytes[0] == 192 && server->bytes[3] == 9;
	config_clear(&config);
	return has_line;
}

static bool ours_has_line_or_is_refused(const char *bytes, size_t size)
{
	struct environment environment = environment_of(NULL);
	environment.config_file = path;
	struct config config;
	(void)bytes;
	(void)size;
	if (!load(&environment, &config))
		return true;
	const bool has_line = config.routes[0].servers[0].address.bytes[3] == 9;
	config_clear(&config);
	return has_line;
}

static bool hosts_has_line(const char *bytes, size_t size)
{
	struct hosts *hosts = hosts_open(path);
	struct host host = {0};
	(void)bytes;
	(void)size;
	const bool has_line = hosts_find(hosts, "good.test", AF_INET, true, &host);
	host_clear(&host);
	hosts_close(hosts);
	return has_line;
}

static bool nsswitch_has_line(const char *bytes, size_t size)
{
	const struct name_services services = nsswitch_read(bytes, size).hosts;
	return services.count == 1 && services.list[0].service == NAME_SERVICE_DNS;
}

static bool host_conf_has_line(const char *bytes, size_t size)
{
	struct host_conf host_conf = {0};
	assert_true(host_conf_read(&host_conf, bytes, size));
	const bool has_line = host_conf.is_multi;
	host_conf_clear(&host_conf);
	return has_line;
}

static bool gai_conf_has_line(const char *bytes, size_t size)
{
	struct address_rules rules;
	char *text = malloc(size + 1);
	assert_non_null(text);
	memcpy(text, bytes, size);
	assert_true(address_rules_read(text, size, &rules));
	free(text);
	const bool has_line = rules.tables[ADDRESS_LABELS].rows[0].value == 77;
	address_rules_clear(&rules);
	return has_line;
}

static const struct reader {
	const char *line;
	bool (*has_line)(const char *bytes, size_t size);
} readers[] = {
	{"nameserver 192.0.2.9", resolvconf_has_line},
	{"nameserver 192.0.2.9", ours_has_line_or_is_refused},
	{"192.0.2.9 good.test", hosts_has_line},
	{"hosts: dns\n", nsswitch_has_line},
	{"multi on", host_conf_has_line},
	{"label ::1/128 77", gai_conf_has_line},
};

// Copies the text to a block of its exact size and a NUL, so that a sanitizer detects reads beyond it.
static bool has_line(const struct reader *reader, const char *before, size_t size, const char *behind)
{
	const size_t line = strlen(reader->line), all = size + line + strlen(behind);
	char *bytes = malloc(all + 1);
	assert_non_null(bytes);
	memcpy(bytes, before, size);
	memcpy(bytes + size, reader->line, line);
	strcpy(bytes + size + line, behind);
	write_file(bytes, all);
	const bool is_there = reader->has_line(bytes, all);
	free(bytes);
	return is_there;
}

static void cve_2024_25629_odd_lines_before_a_good_one_do_not_hide_it(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		size_t size;
	} lines[] = {
#define ROW(bytes) {bytes, sizeof(bytes) - 1}
		ROW(""),
		ROW("\n"),
		ROW("\0\n"),
		ROW("\n\0\n\0\0\n"),
		ROW("\0nameserver 192.0.2.1\n"),
		ROW("\r\n\r\n"),
		ROW("\xFF\xFE\n"),
		ROW("#\0\n"),
		ROW(" \0 \n"),
		ROW("\t\n\v\n\f\n"),
		ROW("search\0x\n"),
		ROW("hosts:\0files\n"),
		ROW("trim \0\n"),
		ROW("label \0\n"),
		ROW("options \0\nsortlist \0\n"),
		ROW("\x1B[2J\n"),
#undef ROW
	};
	static const char *const ends[] = {"", "\n", "\n\n"};
	for (size_t i = 0; i < LENGTH(readers); i++)
		for (size_t j = 0; j < LENGTH(lines); j++)
			for (size_t k = 0; k < LENGTH(ends); k++)
				if (!has_line(&readers[i], lines[j].bytes, lines[j].size, ends[k]))
					fail_msg("reader %zu, line %zu, end %zu", i, j, k);
}

// A line of 1 MiB of one byte, and one of valid words only.
static void cve_2024_25629_lines_of_1_mib_do_not_hide_a_good_one(void **state)
{
	(void)state;
	static const char bytes[] = "\0 x#;\t\r.:\"\\\xFF\n";
	static const char *const starts[] = {
		"",
		"search ",
		"options ",
		"sortlist ",
		"192.0.2.1 ",
		"hosts: ",
		"trim ",
		"label ",
	};
	char *text = malloc(LONG);
	assert_non_null(text);
	for (size_t i = 0; i < LENGTH(readers); i++) {
		for (size_t j = 0; j < sizeof bytes - 1; j++) {
			const char *start = starts[j % LENGTH(starts)];
			memset(text, bytes[j], LONG);
			memcpy(text, start, strlen(start));
			for (size_t k = 20; k < LONG && j % 2; k += 7)
				text[k] = ' ';
			text[LONG - 1] = '\n';
			if (!has_line(&readers[i], text, LONG, ""))
				fail_msg("reader %zu, byte %zu", i, j);
		}
	}
	free(text);
}

// Each byte value alone in a file.
static void cve_2024_25629_a_file_of_one_byte_is_read_without_fault(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(readers); i++) {
		for (unsigned byte = 0; byte < 256; byte++) {
			char *exact = calloc(2, 1);
			exact[0] = (char)byte;
			write_file(exact, 1);
			readers[i].has_line(exact, 1);
			free(exact);
		}
	}
}

static size_t count_ranges(const char *text, bool is_ours)
{
	struct environment environment = environment_of(NULL);
	*(is_ours ? &environment.config_file : &environment.resolvconf_path) = path;
	struct config config;
	write_file(text, strlen(text));
	if (!load(&environment, &config))
		return 0;
	const size_t count = config.sort_range_count;
	assert_in_range(count, 0, 10);
	config_clear(&config);
	return count;
}

static void cve_2022_4904_a_sortlist_of_any_length_stays_in_its_bounds(void **state)
{
	(void)state;
	for (int is_ours = 0; is_ours < 2; is_ours++) {
		for (size_t length = 0; length < 600; length++) {
			char text[1400] = "sortlist ";
			memset(text + 9, '1', length);
			text[9 + length] = '/';
			memset(text + 10 + length, '2', length);
			assert_int_equal(count_ranges(text, is_ours), !is_ours && length >= 1 && length <= 10);
		}
		assert_int_equal(count_ranges("sortlist 255.255.255.255/255.255.255.255 1.2.3.4", is_ours), 2);
		assert_int_equal(count_ranges("sortlist 1.1.1.1 2.2.2.2 3.3.3.3 4.4.4.4 5.5.5.5 6.6.6.6 7.7.7.7 8.8.8.8 "
									  "9.9.9.9 10.1.1.1 11.1.1.1 12.1.1.1",
							 is_ours),
			10);
	}
}

// inet_aton(3) accepts anything after a blank.
static void cve_2016_10739_an_address_with_trailing_characters_is_rejected(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"192.0.2.1 x",
		"192.0.2.1\tx",
		"192.0.2.1x",
		"192.0.2.1 ",
		"192.0.2.1\n",
		"192.0.2.1/24",
		"::1 x",
		"::1%lo x",
		"::1\n",
	};
	for (size_t i = 0; i < LENGTH(texts); i++) {
		struct address address;
		assert_false(address_read(texts[i], &address));
		assert_false(address_read_server(texts[i], 53, &address));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cve_2024_25629_odd_lines_before_a_good_one_do_not_hide_it),
		cmocka_unit_test(cve_2024_25629_lines_of_1_mib_do_not_hide_a_good_one),
		cmocka_unit_test(cve_2024_25629_a_file_of_one_byte_is_read_without_fault),
		cmocka_unit_test(cve_2022_4904_a_sortlist_of_any_length_stays_in_its_bounds),
		cmocka_unit_test(cve_2016_10739_an_address_with_trailing_characters_is_rejected),
	};
	return cmocka_run_group_tests(tests, make_file, remove_file);
}
