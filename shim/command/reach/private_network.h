// SPDX-License-Identifier: MIT
// A network namespace in which every address is local (network_namespaces(7)): sockets of it can connect to any server,
// and reach another process that listens there.
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "config/log_event.h"

struct problem;

struct private_network {
	int requests;          // a socket pair to the process in the namespace
	uint64_t cookie;       // of the namespace (SO_NETNS_COOKIE)
	uint64_t home_cookie;  // of that of this process
	atomic_bool is_used;   // by a program
	pthread_mutex_t lock, clients_lock;
	struct log_process clients[2][1 << 16];  // which process has which port: of UDP, of TCP
};

// Starts the process that creates the namespace: as root, or with a user namespace of its own. It ends with the thread
// that called this, which does not wait for it by waitpid(-1). *network is all zero but for the locks; its zero pages
// are not allocated. False with *problem filled, saying what the machine refuses.
bool private_network_open(struct private_network *network, struct problem *problem);

// A socket of the namespace, as socket(2). Link-local addresses with this scope (0: none) are local, too. -1 with
// errno. Thread-safe.
int private_network_socket(struct private_network *network, int domain, int type, unsigned scope);

// The cookie of the namespace of a socket. 0 with errno.
uint64_t private_network_cookie(int descriptor);

// Notes the process that has a port (in host byte order) of the namespace, or finds it: pid is 0 for a port that is not
// known. Thread-safe.
void private_network_note_client(struct private_network *network, bool is_stream, uint16_t port, pid_t process);
void private_network_find_client(
	struct private_network *network, bool is_stream, uint16_t port, struct log_process *out);
