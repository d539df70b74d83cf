// SPDX-License-Identifier: MIT
// Answers the queries of DNS clients by the settings (withdns --serve).
#pragma once

#include <stdbool.h>

struct address;
struct command_line;
struct log_process;
struct problem;

// Where the sockets of the server come from, and which processes its clients are.
struct serve_sockets {
	int (*make)(int domain, int type);  // as socket(2)
	// Fills *out with the process that has the client's address; pid 0: unknown. Thread-safe.
	void (*find_process)(const struct address *client, bool is_stream, struct log_process *out);
};

// Starts to serve on port 53 of all addresses, by sockets made so, and returns; threads go on until the process ends.
// All clients are admitted. False with *problem filled.
bool serve_begin(const struct command_line *line, const struct serve_sockets *sockets, struct problem *problem);

// The present settings of serve_begin, as a file of resolv.conf(5) (resolvconf_text). Allocated; NULL for lack of
// memory. Thread-safe.
char *serve_resolvconf(void);

// Serves at the addresses that the line's words name, until SIGTERM or SIGINT. Writes the addresses to standard output,
// in one line, when queries are answered. False with *problem filled if it cannot begin.
bool serve_run(const struct command_line *line, struct problem *problem);
