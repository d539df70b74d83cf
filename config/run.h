// SPDX-License-Identifier: MIT
// Messages from the processes of a run to the withdns that is the parent of the program (withdns(1)): it keeps the
// counters of faults, and collects the events of all processes.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Where it listens (unix(7), SOCK_SEQPACKET): at the abstract name "\0PATH", which is reached after chroot(2), under
// any user id and without a file system, and at PATH, which is reached from other network namespaces. The key proves
// that the sender belongs to the run: names of sockets are no secret. path is NULL: nowhere.
struct run_address {
	char *path, *key;
};

#define RUN_WORD "unix:"
#define RUN_PATH_MAX 106  // bytes, so that both names fit
#define RUN_KEY_SIZE 32   // characters

// A packet is the key, one byte that says what it is, and its content. A connection has one packet, but for losses,
// which come before it.
enum run_message {
	RUN_EVENT = 'e',  // one line of the journal, as JSON
	RUN_LOST = 'l',   // uint64_t: events that the sender could not send
	RUN_COUNT = 'c',  // struct run_count; the reply is the same structure and nothing else
};
#define RUN_HEADER_SIZE (RUN_KEY_SIZE + 1)

// Two counters, each named by a hash. A question adds one to both; the reply holds what they were before.
struct run_count {
	uint64_t rule, lookup;
};

// Reads "unix:PATH" and the key. False with *out empty and errno: EINVAL where they are malformed, or ENOMEM.
bool run_address_read(const char *word, const char *key, struct run_address *out);

// Accepts one that was never filled (all zero).
void run_address_clear(struct run_address *address);

// Sends one event. What cannot be sent is reported with the next event of this process that can be. Waits no longer
// than two seconds, sends no SIGPIPE. False with errno.
bool run_send_event(const struct run_address *address, const char *line, size_t size);

// Reports an event that could not be formatted, for want of memory.
void run_note_loss(void);

// Asks the counters; *count is replaced by the reply. Waits no longer than two seconds. False with errno, *count
// untouched.
bool run_ask_count(const struct run_address *address, struct run_count *count);
