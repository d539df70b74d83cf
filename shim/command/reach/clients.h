// SPDX-License-Identifier: MIT
// Which process has which port of the private network, for the log.
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "config/log_event.h"

// All zero at the beginning; zero pages are not allocated. All functions are thread-safe.
struct clients {
	pthread_mutex_t lock;
	struct log_process by_port[2][1 << 16];  // of UDP, of TCP
};

// The port is in host byte order.
void clients_note(struct clients *clients, bool is_stream, uint16_t port, pid_t process);

// pid is 0 for a port that is not known.
void clients_find(struct clients *clients, bool is_stream, uint16_t port, struct log_process *out);
