// SPDX-License-Identifier: MIT
// A large matrix of resolver calls; everything that a caller can observe of one call is one line on stdout.
//
//	getaddrinfo "app.test" "80" family=0 type=1 protocol=0 flags=canonname => 0 [inet stream 6 192.0.2.1:80 len=16 ...]
//
// A line begins with the function's name, and " => " precedes the result of the call. Nothing in it differs from run to
// run (pointers, times, ids), so that two runs can be compared line by line. There are as many lines as calls.
#pragma once

#include <netdb.h>
#include <resolv.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))

// What a world is asked for: names, literals and addresses alike.
struct names {
	char **items;
	size_t count;
};

// --- the groups of calls, each in the file of its functions

void walk_hints(const struct names *names);      // getaddrinfo: services, socket types and protocols
void walk_flags(const struct names *names);      // getaddrinfo: every combination of flags
void walk_literals(const struct names *names);   // getaddrinfo and gethostbyname: what may be a literal address
void walk_names(const struct names *names);      // getaddrinfo: the names
void walk_few_names(const struct names *names);  // the same, only what differs where servers are slow
void walk_hostnames(const struct names *names);  // gethostbyname and its kin
void walk_few_hostnames(const struct names *names);
void walk_rooms(const struct names *names);      // gethostbyname_r and its kin: a buffer of every size
void walk_addresses(const struct names *names);  // gethostbyaddr and its kin, of those names that are literals
void walk_odd_addresses(const struct names *names);
void walk_kept(const struct names *names);          // what a call leaves of an earlier one's result
void walk_entries(const struct names *names);       // gethostent and its kin
void walk_nameinfo(const struct names *names);      // getnameinfo: every combination of flags, sizes, scopes
void walk_few_nameinfo(const struct names *names);  // getnameinfo of those names that are literals
void walk_async(const struct names *names);         // getaddrinfo_a and its kin
void walk_cancel(const struct names *names);        // gai_cancel while names[0] gets no answer
void walk_state(const struct names *names);         // res_init and its kin, and what they read
void walk_queries(const struct names *names);       // res_query and its kin
void walk_few_queries(const struct names *names);
void walk_packets(const struct names *names);       // res_mkquery, res_send
void walk_ipv6_queries(const struct names *names);  // res_send of a query for AAAA
void walk_reload(const struct names *names);        // lookups while the system's files change
void walk_settings(const struct names *names);      // all lookups after a program wrote into its _res
void walk_answer_sizes(const struct names *names);  // res_query and res_send with buffers of many sizes, by options

// --- what a line is made of

struct word {
	int value;
	const char *text;
};

void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void say_text(const char *text);  // quoted, with what is not printable escaped; NULL
void say_word(const char *label, const struct word *words, size_t count, int value);
void say_flags(const char *label, const struct word *words, size_t count, int value);
void say_address(int family, const void *bytes);
void say_socket_address(const struct sockaddr *address);
void say_bytes(const void *bytes, size_t size);  // in hexadecimal, a long one as its checksum
void say_h_errno(const char *label, int value);
void say_code(int code);  // of the getaddrinfo family
void say_list(const struct addrinfo *list);
// Where first is given: and does everything that belongs to entry lie in these bytes?
void say_entry(const struct hostent *entry, const char *first, size_t size);
void say_state(const struct __res_state *state);
void say_context(const char *text);  // is in all lines from now on; NULL: nothing
void say_result(void);               // what follows is what the call gave
void say_end(void);

// --- single calls for groups that are about something else

void make_getaddrinfo(const char *node, const char *service, const struct addrinfo *hints);
void make_gethostbyname(const char *name);
void make_gethostbyname_r(const char *name, size_t size);
void make_gethostent(void);
void make_getnameinfo(const char *address, uint16_t port, uint32_t scope, int flags);
void make_queries(const struct names *names, struct __res_state *state);
void make_sized_queries(const struct names *names, struct __res_state *state);
void make_sized_packets(const struct names *names, struct __res_state *state);

// Walks in a child, which is waited for.
void in_process(void (*walk)(const void *argument), const void *argument);
