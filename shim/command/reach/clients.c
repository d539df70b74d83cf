// SPDX-License-Identifier: MIT
#include "shim/command/reach/clients.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void clients_init(struct clients *clients)
{
	pthread_mutex_init(&clients->lock, NULL);
}

static void read_program(pid_t process, char program[16])
{
	char path[32];
	ssize_t length = 0;
	snprintf(path, sizeof(path), "/proc/%d/comm", process);
	const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	if (descriptor >= 0) {
		length = read(descriptor, program, 15);
		close(descriptor);
	}
	program[length > 0 ? length : 0] = '\0';
	program[strcspn(program, "\n")] = '\0';
}

void clients_note(struct clients *clients, bool is_stream, uint16_t port, pid_t process)
{
	struct log_process client = {.pid = process};
	read_program(process, client.program);
	pthread_mutex_lock(&clients->lock);
	clients->by_port[is_stream][port] = client;
	pthread_mutex_unlock(&clients->lock);
}

void clients_find(struct clients *clients, bool is_stream, uint16_t port, struct log_process *out)
{
	pthread_mutex_lock(&clients->lock);
	*out = clients->by_port[is_stream][port];
	pthread_mutex_unlock(&clients->lock);
}
