// SPDX-License-Identifier: MIT
// The services that libc asks, in their order: the "hosts:" and "networks:" lines of nsswitch.conf(5).
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum name_service {
	NAME_SERVICE_FILES,
	NAME_SERVICE_DNS,
};

// How one service's answer counts, as bits: statuses after which no further service is asked.
enum name_status {
	NAME_STATUS_SUCCESS = 1,
	NAME_STATUS_NOT_FOUND = 2,
	NAME_STATUS_UNAVAILABLE = 4,
	NAME_STATUS_TRY_AGAIN = 8,
};

#define NAME_SERVICES_MAX 8

struct name_services {
	struct {
		enum name_service service;
		unsigned ends_on;  // of enum name_status
	} list[NAME_SERVICES_MAX];
	size_t count;
	unsigned line;    // of the file that says so; 0: none does
	bool has_others;  // services that only libc can ask stand there too, or the line cannot be read
};

// glibc's own for hosts and networks when there is no file, or no such line: files, then dns.
struct name_services nsswitch_default(void);

// Reads the text of nsswitch.conf (size bytes; need not end in NUL).
struct name_services nsswitch_read(const char *bytes, size_t size);

// The same for networks.
struct name_services nsswitch_read_networks(const char *bytes, size_t size);
