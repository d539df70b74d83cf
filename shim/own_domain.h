// SPDX-License-Identifier: MIT
// The DNS domain of this host, for NI_NOFQDN of getnameinfo(3).
#pragma once

struct shim_call;

// The part after the first dot of the first of these that has one, as in glibc: the canonical name of localhost,
// gethostname(2), the canonical name of that, the name of 127.0.0.1. NULL if none has one. Determined once per process
// by lookups in call; the text is never freed.
const char *own_domain(struct shim_call *call);
