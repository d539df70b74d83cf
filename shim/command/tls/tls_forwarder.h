// SPDX-License-Identifier: MIT
// The forwarder of this process: one thread that keeps the connections to encrypted servers, and sends the queries of
// the processes that have its address (config/forwarder.h).
#pragma once

#include <stdbool.h>

struct run_address;

// Listens, once, for the processes of a run. The address, which is valid until the process ends, also in a child; NULL
// with errno. first: see forwarder_write_first; for it the thread loads the libraries and reads the authorities as soon
// as it starts.
const struct run_address *tls_forwarder_listen(const char *first);

// Does it listen?
bool tls_forwarder_is_listening(void);

// The sockets at which it listens; -1: none.
void tls_forwarder_sockets(int sockets[2]);

// Starts the thread, which goes on until the process ends. If it fails, connections are refused. False with errno.
bool tls_forwarder_start(void);

// Both, for this process and the programs that it starts.
const struct run_address *tls_forwarder_begin(const char *first);

// Connections are refused from then on, in the process that listens; a child closes its sockets thus.
void tls_forwarder_stop(void);

// Removes the file of the socket.
void tls_forwarder_remove(void);
