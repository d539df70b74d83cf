// SPDX-License-Identifier: MIT
#include <arpa/nameser.h>
#include <errno.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tests/differential/matrix.h"

#define CANARY 0x5a
#define UNTOUCHED (-77)

// The first version of glibc that has them, on each architecture.
#if defined __x86_64__
#define OLD "GLIBC_2.2.5"
#elif defined __i386__ || defined __s390x__
#define OLD "GLIBC_2.2"
#elif defined __arm__
#define OLD "GLIBC_2.4"
#elif defined __riscv
#define OLD "GLIBC_2.27"
#else
#define OLD "GLIBC_2.17"
#endif
#ifdef __i386__
#define OLDEST "GLIBC_2.0"
#else
#define OLDEST OLD
#endif

// The names that binaries from before glibc 2.34 are bound to.
int old_query(const char *name, int class, int type, unsigned char *answer, int size);
int old_search(const char *name, int class, int type, unsigned char *answer, int size);
int old_querydomain(const char *name, const char *domain, int class, int type, unsigned char *answer, int size);
int old_nquery(res_state state, const char *name, int class, int type, unsigned char *answer, int size);
int old_nsearch(res_state state, const char *name, int class, int type, unsigned char *answer, int size);
int old_nquerydomain(
	res_state state, const char *name, const char *domain, int class, int type, unsigned char *answer, int size);
int old_send(const unsigned char *query, int length, unsigned char *answer, int size);
int old_nsend(res_state state, const unsigned char *query, int length, unsigned char *answer, int size);
__asm__(".symver old_query, __res_query@" OLD);
__asm__(".symver old_search, __res_search@" OLD);
__asm__(".symver old_querydomain, __res_querydomain@" OLD);
__asm__(".symver old_nquery, __res_nquery@" OLD);
__asm__(".symver old_nsearch, __res_nsearch@" OLD);
__asm__(".symver old_nquerydomain, __res_nquerydomain@" OLD);
__asm__(".symver old_send, __res_send@" OLDEST);
__asm__(".symver old_nsend, __res_nsend@" OLD);

enum kind { OF_NAME, BY_SEARCH, IN_DOMAIN };

static const struct function {
	const char *name;
	enum kind kind;
	int (*plain)(const char *, int, int, unsigned char *, int);
	int (*of_state)(res_state, const char *, int, int, unsigned char *, int);
	int (*in_domain)(const char *, const char *, int, int, unsigned char *, int);
	int (*in_domain_of_state)(res_state, const char *, const char *, int, int, unsigned char *, int);
} functions[] = {
	{.name = "res_query", .kind = OF_NAME, .plain = res_query},
	{.name = "res_search", .kind = BY_SEARCH, .plain = res_search},
	{.name = "res_querydomain", .kind = IN_DOMAIN, .in_domain = res_querydomain},
	{.name = "res_nquery", .kind = OF_NAME, .of_state = res_nquery},
	{.name = "res_nsearch", .kind = BY_SEARCH, .of_state = res_nsearch},
	{.name = "res_nquerydomain", .kind = IN_DOMAIN, .in_domain_of_state = res_nquerydomain},
	{.name = "__res_query", .kind = OF_NAME, .plain = old_query},
	{.name = "__res_search", .kind = BY_SEARCH, .plain = old_search},
	{.name = "__res_querydomain", .kind = IN_DOMAIN, .in_domain = old_querydomain},
	{.name = "__res_nquery", .kind = OF_NAME, .of_state = old_nquery},
	{.name = "__res_nsearch", .kind = BY_SEARCH, .of_state = old_nsearch},
	{.name = "__res_nquerydomain", .kind = IN_DOMAIN, .in_domain_of_state = old_nquerydomain},
};
#define OWN_SPELLINGS 6  // the first ones

// What one call asks for.
struct question {
	const char *name, *domain;
	int class, type;
	int size;  // of the answer's buffer
};

// Around the lengths of replies, and of the datagrams that a rule makes a server send.
static const int answer_sizes[] = {12, 13, 28, 64, 128, 500, 511, 512, 513, 514, 600, 699, 700, 714, 715, 716, 717, 718,
	800, 1000, 1024, 1195, 1199, 1200, 1201, 1210, 1211, 1212, 1226, 1227, 1228, 1231, 1232, 1233, 1280, 2048, 3227,
	3228, 4096, 16384, 65535, 65536};

static int call_function(
	const struct function *function, res_state state, const struct question *question, unsigned char *answer)
{
	const int class = question->class, type = question->type, size = question->size;
	if (function->plain)
		return function->plain(question->name, class, type, answer, size);
	if (function->of_state)
		return function->of_state(state, question->name, class, type, answer, size);
	if (function->in_domain)
		return function->in_domain(question->name, question->domain, class, type, answer, size);
	return function->in_domain_of_state(state, question->name, question->domain, class, type, answer, size);
}

static unsigned char *new_answer(int size)
{
	const size_t room = size > 0 ? (size_t)size : 0;
	unsigned char *answer = malloc(room + 1);
	if (!answer)
		abort();
	// Not with the canary: libc clears a flag in the header even where nothing came.
	memset(answer, 0, room);
	answer[room] = CANARY;
	return answer;
}

// After a failure the whole buffer: programs look at the header of a negative reply. The id differs from run to run.
static void say_answer(unsigned char *answer, int code, int size)
{
	const int room = size > 0 ? size : 0;
	const int filled = code >= 0 && code < room ? code : room;
	for (int i = 0; i < 2 && i < room; i++)
		answer[i] = 0;
	if (code > 0)
		say(" %s", code > size ? "longer" : "whole");
	if (code < 0 && room >= HFIXEDSZ)
		say_bytes(answer, HFIXEDSZ);
	say_bytes(answer, (size_t)filled);
	if (answer[room] != CANARY)
		say(" WROTE BEHIND THE BUFFER");
	free(answer);
}

static void call(const struct function *function, res_state state, const struct question *question)
{
	unsigned char *answer = new_answer(question->size);
	say("%s", function->name);
	say_text(question->name);
	if (function->kind == IN_DOMAIN)
		say_text(question->domain);
	say(" class=%d type=%d size=%d", question->class, question->type, question->size);
	h_errno = state->res_h_errno = UNTOUCHED;
	errno = 0;
	const int code = call_function(function, state, question, answer);
	const int error = errno;
	const int host_error = function->of_state || function->in_domain_of_state ? state->res_h_errno : h_errno;
	say_result();
	say(" %d", code);
	if (code < 0)
		say_h_errno("h_errno=", host_error);
	// After other failures it is an error of an internal attempt of libc.
	if (code < 0 && host_error == TRY_AGAIN)
		say(" errno=%d", error);
	say_answer(answer, code, question->size);
	say_end();
}

static void walk_types(const char *name, res_state state)
{
	static const int types[] = {
		ns_t_a, ns_t_aaaa, ns_t_mx, ns_t_txt, ns_t_srv, ns_t_ns, ns_t_soa, ns_t_cname, ns_t_ptr, ns_t_any, 65280, 0};
	for (size_t i = 0; i < LENGTH(types); i++)
		for (size_t j = 0; j < OWN_SPELLINGS; j++)
			if (functions[j].kind != IN_DOMAIN)
				call(&functions[j], state, &(struct question){name, NULL, ns_c_in, types[i], 4096});
}

static void walk_domains(const char *name, res_state state)
{
	static const char *const domains[] = {NULL, "", "corp.test", "corp.test.", "test", ".", "a..b"};
	for (size_t i = 0; i < LENGTH(domains); i++)
		for (size_t j = 0; j < OWN_SPELLINGS; j++)
			if (functions[j].kind == IN_DOMAIN)
				call(&functions[j], state, &(struct question){name, domains[i], ns_c_in, ns_t_a, 1024});
}

// Spellings, classes, types and sizes that programs do not often use.
static void walk_strange(const char *name, res_state state)
{
	static const int sizes[] = {0, 1, 11, 12, 13, 20, 28, 40, 64, 512, 65536, 100000};
	static const int classes[] = {0, ns_c_chaos, ns_c_any, 65535, 65536, -1};
	static const int types[] = {-1, 65535, 65536, 65537, ns_t_axfr, ns_t_opt};
	for (size_t i = 0; i < LENGTH(functions); i++) {
		const struct function *function = &functions[i];
		call(function, state, &(struct question){name, "test", ns_c_in, ns_t_aaaa, 4096});
		for (size_t j = 0; j < LENGTH(sizes); j++)
			call(function, state, &(struct question){name, NULL, ns_c_in, ns_t_a, sizes[j]});
		for (size_t j = 0; i < OWN_SPELLINGS && j < LENGTH(classes); j++)
			call(function, state, &(struct question){name, NULL, classes[j], ns_t_a, 512});
		for (size_t j = 0; i < OWN_SPELLINGS && j < LENGTH(types); j++)
			call(function, state, &(struct question){name, NULL, ns_c_in, types[j], 512});
	}
}

static struct __res_state *open_state(void)
{
	static struct __res_state state;
	if (res_ninit(&state) != 0)
		abort();
	return &state;
}

void walk_queries(const struct names *names)
{
	res_state state = open_state();
	for (size_t i = 0; i < names->count; i++) {
		walk_types(names->items[i], state);
		walk_domains(names->items[i], state);
		if (i < 8)
			walk_strange(names->items[i], state);
	}
	res_nclose(state);
}

void walk_few_queries(const struct names *names)
{
	res_state state = open_state();
	for (size_t i = 0; i < names->count; i++) {
		const struct question question = {names->items[i], NULL, ns_c_in, ns_t_a, 1024};
		call(&functions[0], state, &question);
		call(&functions[4], state, &question);
	}
	res_nclose(state);
}

void make_queries(const struct names *names, struct __res_state *state)
{
	static const int types[] = {ns_t_a, ns_t_mx, ns_t_aaaa};
	for (size_t i = 0; i < names->count; i++)
		for (size_t j = 0; j < LENGTH(types); j++)
			for (size_t k = 0; k < OWN_SPELLINGS; k++)
				call(&functions[k], state, &(struct question){names->items[i], "test", ns_c_in, types[j], 2048});
}

void make_sized_queries(const struct names *names, struct __res_state *state)
{
	for (size_t i = 0; i < names->count; i++)
		for (size_t j = 0; j < OWN_SPELLINGS; j++)
			for (size_t k = 0; k < LENGTH(answer_sizes); k++)
				call(&functions[j], state, &(struct question){names->items[i], NULL, ns_c_in, ns_t_a, answer_sizes[k]});
}

// --- packets

static int make(const char *name, int operation, int class, int type, const unsigned char *data, int length,
	unsigned char *packet, int size)
{
	say("res_mkquery");
	say_text(name);
	say(" op=%d class=%d type=%d data=%d size=%d", operation, class, type, length, size);
	memset(packet, CANARY, (size_t)size);
	const int made = res_mkquery(operation, name, class, type, data, length, NULL, packet, size);
	say_result();
	say(" %d", made);
	if (made > 2) {
		const unsigned char id[2] = {packet[0], packet[1]};
		packet[0] = packet[1] = 0;
		say_bytes(packet, (size_t)made);
		memcpy(packet, id, sizeof(id));
	}
	say_end();
	return made;
}

static void send_packet(const char *function, res_state state, const unsigned char *packet, int length, int size)
{
	unsigned char *answer = new_answer(size);
	int code;
	say("%s", function);
	const unsigned id = length >= 2 ? (unsigned)(packet[0] << 8 | packet[1]) : 0;
	if (length > 2)
		say_bytes(packet + 2, (size_t)length - 2);
	say(" length=%d size=%d", length, size);
	if (strcmp(function, "res_send") == 0)
		code = res_send(packet, length, answer, size);
	else if (strcmp(function, "res_nsend") == 0)
		code = res_nsend(state, packet, length, answer, size);
	else if (strcmp(function, "__res_send") == 0)
		code = old_send(packet, length, answer, size);
	else
		code = old_nsend(state, packet, length, answer, size);
	const int error = errno;
	say_result();
	say(" %d", code);
	if (code < 0)
		say(" errno=%d", error);
	if (code >= 2 && size >= 2)
		say(" id %s", (unsigned)(answer[0] << 8 | answer[1]) == id ? "ours" : "not ours");
	say_answer(answer, code, size);
	say_end();
}

static void walk_making(const char *name)
{
	static const int operations[] = {ns_o_query, ns_o_iquery, ns_o_status, ns_o_notify, ns_o_update, 15};
	static const int sizes[] = {0, 11, 12, 16, 20, 32, 512, 4096};
	static const unsigned char data[] = {192, 0, 2, 1};
	unsigned char packet[4096];
	for (size_t i = 0; i < LENGTH(operations); i++) {
		make(name, operations[i], ns_c_in, ns_t_a, NULL, 0, packet, sizeof(packet));
		make(name, operations[i], ns_c_in, ns_t_a, data, sizeof(data), packet, sizeof(packet));
	}
	for (size_t i = 0; i < LENGTH(sizes); i++)
		make(name, ns_o_query, ns_c_in, ns_t_mx, NULL, 0, packet, sizes[i]);
	make(name, ns_o_query, ns_c_chaos, ns_t_txt, NULL, 0, packet, sizeof(packet));
	make(name, ns_o_query, 65536, -1, NULL, 0, packet, sizeof(packet));
}

static const char *const senders[] = {"res_send", "res_nsend", "__res_send", "__res_nsend"};

static void walk_sending(const char *name, res_state state)
{
	static const int sizes[] = {0, 11, 12, 20, 64, 512, 4096, 65536};
	unsigned char packet[600];
	const int made = make(name, ns_o_query, ns_c_in, ns_t_a, NULL, 0, packet, sizeof(packet));
	if (made < 0)
		return;
	for (size_t i = 0; i < LENGTH(sizes); i++)
		for (size_t j = 0; j < LENGTH(senders); j++)
			send_packet(senders[j], state, packet, made, sizes[i]);
}

static size_t add_edns(unsigned char *packet, size_t length, unsigned payload)
{
	const unsigned char record[] = {
		0, 0, ns_t_opt, (unsigned char)(payload >> 8), (unsigned char)payload, 0, 0, 0, 0, 0, 0};
	memcpy(packet + length, record, sizeof(record));
	packet[11]++;
	return length + sizeof(record);
}

void make_sized_packets(const struct names *names, struct __res_state *state)
{
	static const unsigned payloads[] = {0, 512, 1200, 4096};
	unsigned char packet[600];
	for (size_t i = 0; i < names->count; i++) {
		for (size_t j = 0; j < LENGTH(payloads); j++) {
			int made = make(names->items[i], ns_o_query, ns_c_in, ns_t_a, NULL, 0, packet, 512);
			if (made > 0 && payloads[j])
				made = (int)add_edns(packet, (size_t)made, payloads[j]);
			for (size_t k = 0; made > 0 && k < LENGTH(answer_sizes); k++) {
				send_packet("res_send", state, packet, made, answer_sizes[k]);
				send_packet("res_nsend", state, packet, made, answer_sizes[k]);
			}
		}
	}
}

// Packets that res_mkquery does not make.
static void walk_handmade(res_state state)
{
	static const unsigned char with_edns[] = "\x12\x34\1\0\0\1\0\0\0\0\0\1\3app\4test\0\0\1\0\1"
											 "\0\0\51\4\xd0\0\0\x80\0\0\0";
	static const unsigned char without_question[] = "\x12\x34\1\0\0\0\0\0\0\0\0\0";
	static const unsigned char in_capitals[] = "\x12\x34\1\0\0\1\0\0\0\0\0\0\3ApP\4TEsT\0\0\34\0\1";
	static const unsigned char without_recursion[] = "\0\0\0\0\0\1\0\0\0\0\0\0\3app\4test\0\0\20\0\1";
	static const struct {
		const unsigned char *bytes;
		int length;
	} packets[] = {
		{with_edns, sizeof(with_edns) - 1},
		{without_question, sizeof(without_question) - 1},
		{in_capitals, sizeof(in_capitals) - 1},
		{without_recursion, sizeof(without_recursion) - 1},
	};
	for (size_t i = 0; i < LENGTH(packets); i++) {
		send_packet("res_send", state, packets[i].bytes, packets[i].length, 1024);
		send_packet("res_nsend", state, packets[i].bytes, packets[i].length, 1024);
	}
}

void walk_packets(const struct names *names)
{
	res_state state = open_state();
	for (size_t i = 0; i < names->count; i++) {
		walk_making(names->items[i]);
		walk_sending(names->items[i], state);
	}
	walk_handmade(state);
	res_nclose(state);
}

// One query for IPv6 addresses, sent by one function.
struct sending {
	const char *name, *sender;
	bool has_edns;
};

// With no-aaaa libc aborts where one sender's call follows another's, and returns uninitialised data where the answer
// has no room for the question.
static void walk_ipv6_query(const void *argument)
{
	static const int sizes[] = {128, 512, 4096, 65536};
	const struct sending *sending = argument;
	unsigned char packet[600];
	int made = make(sending->name, ns_o_query, ns_c_in, ns_t_aaaa, NULL, 0, packet, 512);
	if (made > 0 && sending->has_edns)
		made = (int)add_edns(packet, (size_t)made, 1200);
	struct __res_state *state = open_state();
	for (size_t i = 0; made > 0 && i < LENGTH(sizes); i++)
		send_packet(sending->sender, state, packet, made, sizes[i]);
}

void walk_ipv6_queries(const struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		for (size_t j = 0; j < 2 * LENGTH(senders); j++)
			in_process(walk_ipv6_query, &(struct sending){names->items[i], senders[j / 2], j % 2});
}
