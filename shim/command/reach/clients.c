// SPDX-License-Identifier: MIT
#include "shim/command/reach/clients.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/file.h"

static void read_program(pid_t process, char program[16])
{
	char path[32], *text;
	size_t size;
	snprintf(path, sizeof(path), "/proc/%d/comm", process);
	if (file_read(path, 4096, &text, &size) != 0)  // no file of /proc tells its size
		return;
	snprintf(program, 16, "%.*s", (int)strcspn(text, "\n"), text);
	free(text);
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
