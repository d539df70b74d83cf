// SPDX-License-Identifier: MIT
// The "hosts:" and "networks:" lines of nsswitch.conf(5), read as glibc 2.36 does.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum name_service {
	NAME_SERVICE_FILES,
	NAME_SERVICE_DNS,
};

// Bits for the statuses of a service after which the search ends (action "return").
enum name_status {
	NAME_STATUS_SUCCESS = 1,
	NAME_STATUS_NOT_FOUND = 2,
	NAME_STATUS_UNAVAILABLE = 4,
	NAME_STATUS_TRY_AGAIN = 8,
};

#define NAME_SERVICES_MAX 8

struct name_services {
	struct {
		uint8_t service;  // enum name_service; small, because each call has copies on its stack
		uint8_t ends_on;  // bits of enum name_status
	} list[NAME_SERVICES_MAX];
	size_t count;
	unsigned line;    // line number in the file; 0: not from the file
	bool has_others;  // the line names services that only libc implements, or libc rejects the file
	bool is_empty;    // the line names no service; glibc 2.36 reads past the end of such a list: do not ask libc
};

struct nsswitch {
	struct name_services hosts, networks;
};

// Reads the "hosts" and "networks" lines from the text of nsswitch.conf (size bytes, no NUL needed) as glibc 2.36 does:
// the last line of a database counts, '#' begins a comment only at the beginning of a line, a last line without a
// newline is ignored, an error in the line of any database invalidates the whole file. Without a line: the default of
// the running libc (files, then dns, since 2.35). A line without services gives count 0.
struct nsswitch nsswitch_read(const char *bytes, size_t size);

// Reads the text after "hosts:". False if glibc rejects it.
bool nsswitch_read_services(const char *text, struct name_services *out);

// Returns whether the service is among them.
bool nsswitch_has_service(const struct name_services *services, enum name_service service);

// The services for names that the user's directives cover: files if services has it, and always dns. Only success ends
// the search, and services that only libc implements are left out.
struct name_services nsswitch_chosen(const struct name_services *services);
