// SPDX-License-Identifier: MIT
// Which process has which port of the private network, for the log.
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define CLIENTS_TEXT_SIZE 48

struct client {
	pid_t process;
	char program[16];  // as /proc/PID/comm has it, without its newline
};

// Zero pages are not allocated. All functions are thread-safe.
struct clients {
	pthread_mutex_t lock;
	struct client by_port[2][1 << 16];  // of UDP, of TCP
};

void clients_init(struct clients *clients);

// The port is in host byte order.
void clients_note(struct clients *clients, bool is_stream, uint16_t port, pid_t process);

// Writes "dig[123]" into text, which holds CLIENTS_TEXT_SIZE bytes. "" for a port that is not known.
void clients_write(struct clients *clients, bool is_stream, uint16_t port, char *text);
