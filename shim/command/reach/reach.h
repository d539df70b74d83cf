// SPDX-License-Identifier: MIT
// Runs a program under a supervisor that sends its DNS queries to the responder, whatever the program is made of
// (withdns --reach).
#pragma once

#include <stdbool.h>

struct command_line;
struct problem;

// Forks the supervisor, and from that the program. Returns true in the process that is to execute the program: it has
// the filter, its parent is the supervisor, and everything else is as in the caller. The caller itself waits for the
// program, forwards signals, and ends as the program does; the supervisor stays for as long as a process has the
// filter. False with *problem filled, in the caller, if this machine does not permit it. With reports_opens, programs
// that open /etc/resolv.conf get a made-up one.
bool reach_fork(const struct command_line *line, bool reports_opens, struct problem *problem);

// The beginning of each text of a problem.
#define REACH_PREFIX "--reach: "

// Would reach_fork succeed on this machine? Tries it, and runs nothing. False with *problem filled.
bool reach_try(struct problem *problem);
