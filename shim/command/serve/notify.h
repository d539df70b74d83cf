// SPDX-License-Identifier: MIT
// Tells the service manager that started this process about its state (sd_notify(3)).
#pragma once

#include <stdbool.h>

// Sends READY=1 to the socket of NOTIFY_SOCKET: a path, or @NAME of an abstract one. Does nothing if the variable is
// not set. False with errno.
bool notify_ready(void);
