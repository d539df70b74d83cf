// SPDX-License-Identifier: MIT
// The scripted DNS server as a program (records and rules: fake.h).
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "tests/fake/fake.h"

#define EXIT_WRONG 2

static const char usage[] =
	"Usage: fakedns [-a ADDRESS[:PORT]]... [-l LOGFILE] [-z ZONEFILE]... [-r 'RR']... [-x 'RULE']... [-S SEED]\n"
	"               [-P PORTFILE]\n"
	"Answers DNS queries from records, changed by rules. Without -a it listens on 127.0.0.1 at a free port;\n"
	"each address is told on stdout once it listens, the first one's port written to PORTFILE.\n";

static struct fake *server;

static void stop(int signal_number)
{
	(void)signal_number;
	fake_interrupt(server);
}

// A parent that dies takes its server along; the second look is for one that died before the request.
static void end_with_parent(void)
{
	const pid_t parent = getppid();
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		exit(EXIT_SUCCESS);
}

static bool fail(const char *text)
{
	fprintf(stderr, "fakedns: %s\n", text);
	return false;
}

static bool take_option(int option, char *value)
{
	switch (option) {
	case 'l':
		return fake_log_to(server, value);
	case 'z':
		return fake_add_file(server, value);
	case 'S':
		fake_seed(server, strtoull(value, NULL, 0));
		return true;
	case 'r':
		return fake_add_records(server, value);
	default:
		return fake_add_rules(server, value);
	}
}

// The first rule wins, so those of later options follow: they are collected into one text.
static bool take_options(int count, char **arguments, char **addresses, char **port_file, char **rules)
{
	int option, address_count = 0;
	while ((option = getopt(count, arguments, "a:l:z:r:x:S:P:h")) != -1) {
		if (option == '?' || option == 'h') {
			fprintf(option == 'h' ? stdout : stderr, "%s", usage);
			exit(option == 'h' ? EXIT_SUCCESS : EXIT_WRONG);
		} else if (option == 'P') {
			*port_file = optarg;
		} else if (option == 'a') {
			addresses[address_count++] = optarg;
		} else if (option == 'x') {
			char *longer = NULL;
			if (asprintf(&longer, "%s\n%s", *rules ? *rules : "", optarg) < 0)
				return fail("no memory");
			free(*rules);
			*rules = longer;
		} else if (!take_option(option, optarg)) {
			return fail(fake_error(server));
		}
	}
	return optind == count || fail("expected options only");
}

// Renamed into place, so that a process that waits for the file finds it complete.
static bool write_port(const char *path, unsigned port)
{
	char *temporary = NULL;
	if (asprintf(&temporary, "%s.%d", path, (int)getpid()) < 0)
		return fail("no memory");
	int file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	const bool written =
		file >= 0 && dprintf(file, "%u\n", port) > 0 && close(file) == 0 && rename(temporary, path) == 0;
	free(temporary);
	return written || fail(strerror(errno));
}

static bool listen_on(char **addresses, const char *port_file)
{
	for (size_t i = 0; i == 0 || addresses[i]; i++) {
		struct address bound;
		char text[ADDRESS_TEXT_SIZE];
		if (!fake_listen(server, addresses[i], &bound))
			return fail(fake_error(server));
		if (i == 0 && port_file && !write_port(port_file, bound.port))
			return false;
		dprintf(STDOUT_FILENO, "%s\n", address_write_with_port(&bound, text));
	}
	return true;
}

int main(int count, char **arguments)
{
	char *port_file = NULL, *rules = NULL;
	char **addresses = calloc((size_t)count + 1, sizeof *addresses);
	struct sigaction action = {.sa_handler = stop};
	end_with_parent();
	server = fake_open();
	if (!server || !addresses || !take_options(count, arguments, addresses, &port_file, &rules))
		return EXIT_WRONG;
	if (rules && !take_option('x', rules)) {
		fail(fake_error(server));
		return EXIT_WRONG;
	}
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	if (!listen_on(addresses, port_file))
		return EXIT_WRONG;
	fake_run(server);
	fake_stop(server);
	free(rules);
	free(addresses);
	return EXIT_SUCCESS;
}
