// SPDX-License-Identifier: MIT
// The domain that this machine counts itself to, for NI_NOFQDN of getnameinfo(3).
#pragma once

struct shim_call;

// Looked for once in a process, where glibc looks: behind the first dot of the canonical name of localhost, of the
// machine's host name, of what that name resolves to, of 127.0.0.1. NULL where none has one. The text lasts as long
// as the process.
const char *own_domain(struct shim_call *call);
