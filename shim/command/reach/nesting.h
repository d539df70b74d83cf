// SPDX-License-Identifier: MIT
// withdns in a program that another withdns supervises: the kernel allows one supervisor alone, which passes on what is
// reported of the inner program. Processes of an inner program have a mark, their limit RLIMIT_LOCKS: the kernel ignores
// this limit (since Linux 2.4.25), children inherit it, and no program sets it.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

// The address to which the inner supervisor connects its channel, a SOCK_SEQPACKET socket. The outer supervisor takes
// the channel, and sends it reports (struct seccomp_notif) of processes with the mark.
struct nesting_request {
	sa_family_t family;  // AF_UNIX
	char name[14];       // NESTING_NAME
	uint64_t mark;
};
#define NESTING_NAME "\0withdns-reach"
#define NESTING_IS_THERE EISCONN  // the result for the mark 0

// The mark of the supervisor itself, whose calls go on, is one more than that of its program.
#define NESTING_IS_OWNER(mark) (((mark)&1) != 0)

// Does another withdns supervise this process?
bool nesting_is_inside(void);

// Marks this process with a new mark, which it returns. 0 if that is not possible.
uint64_t nesting_mark_program(void);

// Marks this process as the supervisor of the program with that mark, and asks the outer one for reports of the
// program. Returns a descriptor by which they are answered (seccomp_unotify(2)); -1 with errno. The channel ends when
// the outer supervisor does.
int nesting_join(int channel, uint64_t mark);
