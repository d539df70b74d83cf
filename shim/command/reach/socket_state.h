// SPDX-License-Identifier: MIT
// What a socket that replaces another one takes over from it: options, flags and local address.
#pragma once

#include <stdbool.h>
#include <sys/socket.h>

// Binds `to` to the local address of `from`; where the kernel would choose that by the route, to the one by which it
// would reach the destination (NULL: none is chosen), as connect(2) does. The port is another one if that of `from` is
// taken. False with errno.
bool socket_state_bind(int from, int to, const struct sockaddr *destination, socklen_t length);

// Sets the options and flags of `to`, which is bound, to those of `from`, as far as both have them.
void socket_state_copy(int from, int to);

// The local port of an internet socket; 0: none.
unsigned socket_state_port(int descriptor);
