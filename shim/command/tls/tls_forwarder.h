// SPDX-License-Identifier: MIT
// The forwarder of this process: one thread that keeps the connections to encrypted servers, and sends the queries of
// the processes that have its address (config/forwarder.h).
#pragma once

#include <stdbool.h>

struct run_address;
struct run_socket;

// Listens, once, for the processes of a run. The address, which is valid until the process ends, also in a child; NULL
// with errno. first: see forwarder_write_first; for it the thread loads the libraries and reads the authorities as soon
// as it starts.
const struct run_address *tls_forwarder_listen(const char *first);

// The socket at which it listens; with no listener where it does not.
struct run_socket *tls_forwarder_socket(void);

// Starts the thread, which goes on until the process ends. If it fails, connections are refused. False with errno.
bool tls_forwarder_start(void);

// Both, for this process and the programs that it starts.
const struct run_address *tls_forwarder_begin(const char *first);
