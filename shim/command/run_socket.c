// SPDX-License-Identifier: MIT
#include "shim/command/run_socket.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "config/base/clock.h"
#include "config/base/file.h"
#include "config/directive.h"
#include "shim/command/problem.h"
#include "shim/command/text.h"

#define SOCKET_NAME "/run"

// RUN_KEY_SIZE digits.
static char *make_key(void)
{
	unsigned long long random[2];
	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return NULL;
	return text_format("%016llx%016llx", random[0], random[1]);
}

// 0711: other users can reach the socket by its name, and cannot list the directory.
static bool make_directory(struct run_socket *socket, const char *where)
{
	if (strlen(where) + sizeof("/withdns.XXXXXX" SOCKET_NAME) > RUN_PATH_MAX)
		return false;
	char *directory = text_format("%s/withdns.XXXXXX", where);
	if (directory != NULL && mkdtemp(directory) != NULL && chmod(directory, 0711) == 0) {
		socket->directory = directory;
		return true;
	}
	free(directory);
	return false;
}

// Without a directory, only the abstract name is used, which must be unique too.
static bool choose_path(struct run_socket *socket, bool has_file)
{
	const char *where = getenv("TMPDIR");
	// PROGRAM may connect from any working directory, and a directive is one line.
	const bool is_usable = where != NULL && where[0] == '/' && strpbrk(where, "\n\r") == NULL;
	if (has_file && ((is_usable && make_directory(socket, where)) || make_directory(socket, "/tmp")))
		socket->address.path = text_format("%s" SOCKET_NAME, socket->directory);
	else
		socket->address.path = text_format("/withdns.%.16s" SOCKET_NAME, socket->address.key);
	return socket->address.path != NULL;
}

static int listen_at(const char *path, bool is_abstract)
{
	struct sockaddr_un address;
	const socklen_t length = run_socket_name(path, is_abstract, &address);
	const int descriptor = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (descriptor >= 0 && bind(descriptor, (const struct sockaddr *)&address, length) == 0 &&
		(is_abstract || chmod(path, 0666) == 0) && listen(descriptor, SOMAXCONN) == 0)
		return descriptor;
	file_close(descriptor);
	return -1;
}

bool run_socket_is_listening(const struct run_socket *socket)
{
	return socket->listeners[0] >= 0 || socket->listeners[1] >= 0;
}

bool run_socket_open(struct run_socket *out, bool has_file, struct problem *problem)
{
	*out = (struct run_socket){.address.begun = clock_now(), .owner = getpid(), .listeners = {-1, -1}};
	out->address.key = make_key();
	if (out->address.key == NULL || !choose_path(out, has_file))
		return problem_out_of_memory(problem);
	out->listeners[0] = listen_at(out->address.path, true);
	if (out->directory != NULL)
		out->listeners[1] = listen_at(out->address.path, false);
	return run_socket_is_listening(out) || problem_set(problem, "cannot create a socket for the lookups: %m");
}

void run_socket_stop(struct run_socket *socket)
{
	for (size_t i = 0; i < 2; i++) {
		file_close(socket->listeners[i]);
		socket->listeners[i] = -1;
	}
}

void run_socket_remove(const struct run_socket *socket)
{
	if (socket->directory == NULL || socket->owner != getpid())
		return;
	if (socket->address.path != NULL)
		unlink(socket->address.path);
	rmdir(socket->directory);
}

void run_socket_close(struct run_socket *socket)
{
	run_socket_remove(socket);
	run_socket_stop(socket);
	free(socket->address.path);
	free(socket->address.key);
	free(socket->directory);
	*socket = (struct run_socket){.listeners = {-1, -1}};
}

char *run_socket_write(const struct run_address *address)
{
	char path[sizeof(RUN_WORD) + RUN_PATH_MAX], begun[24];
	char *words[] = {path, address->key, begun};
	snprintf(path, sizeof(path), RUN_WORD "%s", address->path);
	snprintf(begun, sizeof(begun), "%lld", (long long)address->begun);
	return directive_join(words, address->begun != 0 ? 3 : 2);
}
