// SPDX-License-Identifier: MIT
// The services that libc asks for hosts, in their order: the "hosts:" line of nsswitch.conf(5).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
		uint8_t service;  // enum name_service; small, because each call has some of these on its stack
		uint8_t ends_on;  // of enum name_status
	} list[NAME_SERVICES_MAX];
	size_t count;
	unsigned line;  // of the file that says so; 0: none does
	bool
		has_others;  // services that only libc can ask stand there too, or it refuses the file: it then fails by itself
};

// glibc's own for hosts and networks when there is no file, or no such line: files, then dns.
struct name_services nsswitch_default(void);

struct nsswitch {
	struct name_services hosts, networks;
};

// Reads the text of nsswitch.conf (size bytes; need not end in NUL) as glibc 2.36 does: the last line of a database
// counts, '#' begins no comment behind other text, a last line without a newline is none, an error in the line of any
// database makes the whole file void. A line without services has count 0.
struct nsswitch nsswitch_read(const char *bytes, size_t size);

// Reads what stands behind "hosts:". False where glibc refuses it.
bool nsswitch_read_services(const char *text, struct name_services *out);

// The services of a name for which the user chose who answers: the files where they are asked at all, and the DNS even
// where it is not; nothing but an answer ends the search, and libc is not asked.
struct name_services nsswitch_chosen(const struct name_services *services);
