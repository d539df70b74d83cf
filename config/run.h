// SPDX-License-Identifier: MIT
// Messages from the processes of a run to withdns(1), the parent of the program, which collects the events of all
// processes and counts lookups for faults.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

struct sockaddr_un;

// The address of its unix(7) SOCK_SEQPACKET sockets: the abstract name "\0PATH", reachable after chroot(2) and under
// any user id, and the file PATH, reachable from other network namespaces. The key authenticates the sender, because
// socket names are public. path NULL: no address.
struct run_address {
	char *path, *key;
	int64_t begun;  // clock_now() when the run began; 0: unknown
};

#define RUN_WORD "unix:"
#define RUN_PATH_MAX 106  // bytes, so that both names fit
#define RUN_KEY_SIZE 32   // characters

// A packet consists of the key, one byte of enum run_message, and the content. A connection carries one packet, after a
// RUN_LOST packet if there were losses.
enum run_message {
	RUN_EVENT = 'e',  // one event (log.h)
	RUN_FIRST = 'f',  // the same, the first of a process; the sender waits until the connection is closed
	RUN_LOST = 'l',   // uint64_t: events that the sender could not send
	RUN_COUNT = 'c',  // struct run_count; the reply is the same structure and nothing else
};
#define RUN_HEADER_SIZE (RUN_KEY_SIZE + 1)

// Two counters, each identified by a hash. A request increments both; the reply holds their previous values.
struct run_count {
	uint64_t rule, lookup;
};

// Parses the words "unix:PATH", the key and, unless it is NULL, the time at which the run began. *out borrows from
// them. False, with *out unchanged, if they are malformed.
bool run_address_read(const char *word, const char *key, const char *begun, struct run_address *out);

// Writes the name of one of the two sockets of the path, at most RUN_PATH_MAX bytes. Returns its length for bind(2) and
// connect(2).
socklen_t run_socket_name(const char *path, bool is_abstract, struct sockaddr_un *out);

// Connects a SOCK_SEQPACKET socket to the two names of the path in turn. False with errno.
bool run_connect(int descriptor, const char *path);

// Sends one event (size bytes at event). The first of a process waits, so that the receiver can look at the process
// before it ends. Events that cannot be sent are counted and reported with the next that can.
// Blocks for at most two seconds, raises no SIGPIPE. False with errno.
bool run_send_event(const struct run_address *address, const char *event, size_t size);

// Counts an event as lost, because there was no memory to format it.
void run_note_loss(void);

// Sends *count and replaces it by the reply. Blocks for at most two seconds. On failure false with errno, *count
// unchanged.
bool run_ask_count(const struct run_address *address, struct run_count *count);

// For a call that is left by a jump (siglongjmp(3)): run_abandon closes what this thread opened since run_mark.
int run_mark(void);
void run_abandon(int mark);
