// SPDX-License-Identifier: MIT
// A hosts file: read, listed, and looked up in for its own words and addresses.
#include <stdbool.h>
#include <sys/socket.h>
#include <time.h>

#include "config/base/clock.h"
#include "resolver/dns/host.h"
#include "resolver/source/hosts.h"
#include "tests/fuzz/fuzz.h"

#define BLANKS " \t\n\v\f\r"
#define WORDS_LOOKED_UP 8

// The clock is a minute ahead in this program: otherwise a file just written is read again at each lookup.
void clock_get(clockid_t clock, struct timespec *out)
{
	clock_gettime(clock, out);
	out->tv_sec += 60;
}

int64_t clock_read(clockid_t clock)
{
	struct timespec now;
	clock_get(clock, &now);
	return clock_microseconds(&now);
}

static void check_name(const char *name)
{
	MUST(!strpbrk(name, BLANKS "#"));
}

static void check_host(const struct host *host)
{
	MUST(host->name && host->address_count > 0);
	check_name(host->name);
	for (size_t i = 0; i < host->alias_count; i++)
		check_name(host->aliases[i]);
}

// Is that word among the names of the host?
static bool has_name(const struct host *host, const char *name)
{
	bool is_there = strcasecmp(host->name, name) == 0;
	for (size_t i = 0; i < host->alias_count; i++)
		is_there = is_there || strcasecmp(host->aliases[i], name) == 0;
	return is_there;
}

// A name has an address, and that address has a name.
static void check_found(struct hosts *hosts, const struct host *host, const char *name)
{
	struct host by_address = {0};
	check_host(host);
	MUST(has_name(host, name));
	MUST(hosts_find_address(hosts, &host->addresses[0], &by_address) == OUTCOME_FOUND);
	check_host(&by_address);
	host_clear(&by_address);
}

static void look_up(struct hosts *hosts, const char *name, sa_family_t family, bool is_multi)
{
	struct host host = {0};
	if (hosts_find(hosts, name, family, is_multi, &host) == OUTCOME_FOUND) {
		MUST(family != AF_UNIX);
		check_found(hosts, &host, name);
	}
	host_clear(&host);
}

static void look_up_words(struct hosts *hosts, char *text)
{
	static const sa_family_t families[] = {AF_UNSPEC, AF_INET, AF_INET6, AF_UNIX};
	char *rest, *word = strtok_r(text, BLANKS "#", &rest);
	for (unsigned i = 0; word && i < WORDS_LOOKED_UP; i++) {
		look_up(hosts, word, AF_UNSPEC, true);
		look_up(hosts, word, families[i % 4], false);
		word = strtok_r(NULL, BLANKS "#", &rest);
	}
}

static void list_entries(struct hosts *hosts, size_t lines_max)
{
	size_t position = 0, before = 0, count = 0;
	struct host host = {0};
	while (hosts_entry(hosts, &position, &host) == OUTCOME_FOUND) {
		MUST(position > before && ++count <= lines_max);
		before = position;
		check_host(&host);
		host_clear(&host);
		// As a program does between two entries: it does not lead back to the first one (CVE-2014-8121).
		look_up(hosts, "localhost", AF_INET, true);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *text = fuzz_text(bytes, size);
	struct hosts *hosts = hosts_open(fuzz_file(bytes, size)->path);
	MUST(hosts);
	look_up(hosts, "", AF_UNSPEC, true);
	list_entries(hosts, size);
	look_up_words(hosts, text);
	hosts_close(hosts);
	free(text);
	return 0;
}
