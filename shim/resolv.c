// SPDX-License-Identifier: MIT
// resolver(3): res_query, res_search, res_querydomain, res_send, res_mkquery, their res_n forms, and res_init, res_ninit,
// res_nclose. Also under the names with two underscores, which binaries built for glibc before 2.34 use.
#include <errno.h>
#include <netdb.h>
#include <resolv.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "config/base/rrtype.h"
#include "config/base/strbuf.h"
#include "config/log_result.h"
#include "config/sync/frame.h"
#include "resolver/dns/message.h"
#include "resolver/lookup.h"
#include "resolver/message_lookup.h"
#include "resolver/search.h"
#include "shim/errors.h"
#include "shim/libc.h"
#include "shim/libc_symbol.h"
#include "shim/shim.h"

// The program's answer buffer.
struct reply {
	unsigned char *bytes;
	int size;
};

static bool is_initialised(const struct __res_state *state)
{
	return state->options & RES_INIT;
}

int __res_init(void)
{
	struct shim_call call;
	if (!shim_enter(&call, "res_init"))
		return libc_res_init();
	shim_refresh(&call);
	int code = call.resolver ? -!shim_init_state(&call) : libc_res_init();
	shim_log_packet(&call, NULL, 0, &(struct answer){0}, code < 0 ? "-1" : LOG_SUCCESS);
	shim_leave(&call, code < 0);
	return code;
}

int __res_ninit(struct __res_state *state)
{
	struct shim_call call;
	if (!shim_enter(&call, "res_ninit"))
		return libc_res_ninit(state);
	int code = call.resolver ? -!res_state_fill(state, call.lookup.config, call.generation) : libc_res_ninit(state);
	shim_log_packet(&call, NULL, 0, &(struct answer){0}, code < 0 ? "-1" : LOG_SUCCESS);
	shim_leave(&call, code < 0);
	return code;
}

void __res_nclose(struct __res_state *state)
{
	res_state_close(state);
}

// Copies replies to the program's buffer. glibc cuts a UDP reply to the buffer and returns the cut length; for TCP it
// returns the full length and sets TC in the part that fits.
struct copying {
	const struct reply *out;
	bool keeps_ad;
	bool clears;  // zero the buffer before each reply
	int length;   // to return for the last reply; -1: there was none
};

static void copy_reply(void *context, const uint8_t *message, size_t size, bool over_tcp)
{
	struct copying *copying = context;
	const struct reply *out = copying->out;
	size_t room = out->size > 0 ? (size_t)out->size : 0;
	size_t copied = size < room ? size : room;
	if (copying->clears)
		memset(out->bytes, 0, room);
	if (copied)
		memcpy(out->bytes, message, copied);
	if (copied < size && over_tcp && copied > 2)
		out->bytes[2] |= FLAG_TC >> 8;
	if (copied > NS_HFIXEDSZ && !copying->keeps_ad)
		out->bytes[3] &= (unsigned char)~FLAG_AD;
	copying->length = (int)(over_tcp ? size : copied);
}

// h_errno as res_query sets it. A positive reply without the requested records is a success: the program parses it.
static int h_errno_of(const struct shim_call *call, enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_FOUND:
	case OUTCOME_UNUSABLE:
		return NETDB_SUCCESS;
	case OUTCOME_NO_NAME:
		return HOST_NOT_FOUND;
	case OUTCOME_NO_DATA:
		return NO_DATA;
	case OUTCOME_NO_RECOVERY:
		return NO_RECOVERY;
	case OUTCOME_ERROR:
		return call->resolver ? TRY_AGAIN : NETDB_INTERNAL;
	default:
		return TRY_AGAIN;
	}
}

// The arguments of one call of a function that asks by name.
struct name_query {
	const char *function;
	const char *name;
	int class, type;
	enum outcome (*look_up)(
		struct resolver *, const struct lookup_context *, const char *, struct question *, struct answer *);
	int (*libc)(struct __res_state *, const char *, int, int, unsigned char *, int);
};

// The lookup context is that of the program's state. An unchanged _res needs no conversion: it holds a subset of the
// configuration, which applies as a whole.
static void use_context(struct shim_call *call, struct __res_state *state)
{
	if (state != __res_state())
		shim_use_state(call, state);
	else
		shim_open_state(call);
	call->lookup.as_packets = true;
}

// The EDNS payload size that glibc advertises for an answer buffer of that size, so that larger replies come by TCP.
static unsigned payload_for(int size)
{
	enum { LEAST = NS_PACKETSZ, MOST = 1200 };
	return size < LEAST ? LEAST : size > MOST ? MOST : (unsigned)size;
}

// Makes the lookup copy each reply into the program's buffer; a shorter reply leaves the rest of a longer one, as in glibc.
static void show_replies(struct shim_call *call, const struct reply *out, struct copying *copying)
{
	copying->out = out;
	copying->keeps_ad = call->lookup.options->trust_ad;
	call->lookup.payload = payload_for(out->size);
	call->lookup.see = copy_reply;
	call->lookup.context = copying;
}

static int errno_of(const struct answer *answer)
{
	if (answer->source != SOURCE_NOBODY)
		return answer->outcome == OUTCOME_TRY_AGAIN ? ETIMEDOUT : 0;
	return answer->error;
}

static bool is_u16(int number)
{
	return number >= 0 && number <= UINT16_MAX;
}

// Asks libc for the one name of the search that is routed to libc, or for the whole search if all of it is.
NOINLINE_LARGE_FRAME static int ask_libc(const struct shim_call *call, struct __res_state *state,
	const struct name_query *query, const struct question *question, const struct reply *out)
{
	char text[SEARCH_TEXT_SIZE];
	const char *name = search_libc_name(call->resolver, &call->lookup, query->name, question, text);
	return query->libc(state, name, query->class, query->type, out->bytes, out->size);
}

// What one call has found.
struct name_lookup {
	struct question question;  // the one that is routed to libc, for OUTCOME_SYSTEM
	struct answer answer;
	struct copying copying;
};

// The buffer cannot hold a header: glibc fails with EINVAL, but checks the name first.
static enum outcome refuse_buffer(const struct name_query *query, struct name_lookup *lookup)
{
	const bool is_root = !*query->name && query->look_up == message_lookup_query;
	lookup->answer.error = EINVAL;
	return is_root || name_read(query->name, &lookup->question.name) ? OUTCOME_TRY_AGAIN : OUTCOME_NO_RECOVERY;
}

static enum outcome look_up(struct shim_call *call, struct __res_state *state, const struct name_query *query,
	const struct reply *out, struct name_lookup *lookup)
{
	if (!call->resolver)
		return shim_missing_resolver(call, &lookup->answer.error);
	use_context(call, state);
	if (!is_u16(query->class) || !is_u16(query->type))
		return OUTCOME_NO_RECOVERY;
	if (out->size < NS_HFIXEDSZ)
		return refuse_buffer(query, lookup);
	show_replies(call, out, &lookup->copying);
	lookup->copying.clears = call->lookup.options->no_aaaa && query->class == ns_c_in && query->type == ns_t_aaaa;
	lookup->question = (struct question){.type = (uint16_t)query->type, .class = (uint16_t)query->class};
	return query->look_up(call->resolver, &call->lookup, query->name, &lookup->question, &lookup->answer);
}

// The length to return, -1 on failure, and the value for h_errno.
static int result_of(const struct shim_call *call, const struct name_query *query, enum outcome outcome,
	const struct name_lookup *lookup, int *error)
{
	*error = h_errno_of(call, outcome);
	// After a failure the buffer holds the reply, too, but the result is -1.
	const int length = *error == NETDB_SUCCESS && lookup->answer.message ? lookup->copying.length : -1;
	if (*error == NETDB_SUCCESS && length < 0)
		*error = NO_RECOVERY;
	// glibc's res_search first sets HOST_NOT_FOUND, which success does not reset.
	if (*error == NETDB_SUCCESS && query->look_up == message_lookup_search)
		*error = HOST_NOT_FOUND;
	return length;
}

static int ask(struct __res_state *state, const struct name_query *query, const struct reply *out)
{
	struct shim_call call;
	struct name_lookup lookup = {.answer = {.outcome = OUTCOME_NO_RECOVERY}, .copying = {.length = -1}};
	int error;
	if (!shim_enter(&call, query->function))
		return query->libc(state, query->name, query->class, query->type, out->bytes, out->size);
	const enum outcome outcome = look_up(&call, state, query, out, &lookup);
	const bool is_system = outcome == OUTCOME_SYSTEM;
	const int cause = errno_of(&lookup.answer);
	int length = result_of(&call, query, outcome, &lookup, &error);
	if (error != NETDB_SUCCESS)
		h_errno = state->res_h_errno = error;
	shim_log_packet(&call, query->name, query->type, &lookup.answer,
		is_system ? NULL : error_h_errno_word(length < 0 ? error : NETDB_SUCCESS));
	answer_clear(&lookup.answer);
	if (is_system)
		length = ask_libc(&call, state, query, &lookup.question, out);
	shim_leave(&call, is_system);
	if (!is_system && length < 0 && cause)
		errno = cause;
	return length;
}

static int ask_name(
	struct __res_state *state, const char *function, const char *name, int class, int type, const struct reply *out)
{
	return ask(state, &(struct name_query){function, name, class, type, message_lookup_query, libc_res_nquery}, out);
}

static int ask_search(
	struct __res_state *state, const char *function, const char *name, int class, int type, const struct reply *out)
{
	return ask(state, &(struct name_query){function, name, class, type, message_lookup_search, libc_res_nsearch}, out);
}

// "name.domain", or the name alone.
static int ask_in_domain(struct __res_state *state, const char *function, const char *name, const char *domain,
	int class, int type, const struct reply *out)
{
	char whole[NS_MAXDNAME];
	struct strbuf text = {.bytes = whole, .size = sizeof(whole)};
	strbuf_add(&text, name);
	strbuf_add(&text, domain ? "." : "");
	strbuf_add(&text, domain ? domain : "");
	// The empty name and a name that is too long are rejected as invalid names are.
	if (!text.used || text.used == text.size)
		return ask_name(state, function, "..", class, type, out);
	return ask_name(state, function, strbuf_end(&text), class, type, out);
}

// The name and type in the question of a query that the program made; "" if it cannot be parsed.
static const char *question_of(const unsigned char *query, int size, char *text, int *type)
{
	struct name name;
	if (size <= NS_HFIXEDSZ || !name_from_wire(query + NS_HFIXEDSZ, (unsigned)(size - NS_HFIXEDSZ), &name))
		return "";
	int end = NS_HFIXEDSZ + name.length;
	if (size - end >= 2)
		*type = query[end] << 8 | query[end + 1];
	return name_write(&name, text);
}

NOINLINE_LARGE_FRAME static void log_query(
	const struct shim_call *call, const unsigned char *query, int size, const struct answer *answer, const char *word)
{
	char text[NAME_TEXT_SIZE];
	int type = 0;
	if (!shim_is_logged(call))
		return;
	const char *name = question_of(query, size, text, &type);
	shim_log_packet(call, name, *name ? type : 0, answer, word);
}

static int send_query(struct __res_state *state, const char *function, const unsigned char *query, int query_size,
	const struct reply *out)
{
	struct shim_call call;
	struct answer answer = {.outcome = OUTCOME_ERROR, .error = EINVAL};
	if (!shim_enter(&call, function))
		return libc_res_nsend(state, query, query_size, out->bytes, out->size);
	if (call.resolver)
		use_context(&call, state);
	else
		answer.outcome = shim_missing_resolver(&call, &answer.error);
	if (call.resolver && query_size > 0 && out->size >= NS_HFIXEDSZ)
		message_lookup_send(call.resolver, &call.lookup, query, (size_t)query_size, &answer);
	int length = -1, cause = errno_of(&answer);
	bool is_system = answer.outcome == OUTCOME_SYSTEM;
	if (answer.message) {
		struct copying copying = {.out = out, .keeps_ad = call.lookup.options->trust_ad};
		copy_reply(&copying, answer.message, answer.message_size, answer.over_tcp);
		// glibc returns any reply over TCP, even SERVFAIL.
		length = answer.outcome != OUTCOME_TRY_AGAIN || answer.over_tcp ? copying.length : -1;
	}
	log_query(&call, query, query_size, &answer, is_system ? NULL : length < 0 ? "-1" : LOG_SUCCESS);
	answer_clear(&answer);
	if (is_system)
		length = libc_res_nsend(state, query, query_size, out->bytes, out->size);
	shim_leave(&call, is_system);
	if (!is_system && length < 0 && cause)
		errno = cause;
	return length;
}

int res_nquery(struct __res_state *state, const char *name, int class, int type, unsigned char *answer, int size)
{
	return ask_name(state, "res_nquery", name, class, type, &(struct reply){answer, size});
}

int res_query(const char *name, int class, int type, unsigned char *answer, int size)
{
	return ask_name(__res_state(), "res_query", name, class, type, &(struct reply){answer, size});
}

int res_nsearch(struct __res_state *state, const char *name, int class, int type, unsigned char *answer, int size)
{
	return ask_search(state, "res_nsearch", name, class, type, &(struct reply){answer, size});
}

int res_search(const char *name, int class, int type, unsigned char *answer, int size)
{
	return ask_search(__res_state(), "res_search", name, class, type, &(struct reply){answer, size});
}

int res_nquerydomain(struct __res_state *state, const char *name, const char *domain, int class, int type,
	unsigned char *answer, int size)
{
	return ask_in_domain(state, "res_nquerydomain", name, domain, class, type, &(struct reply){answer, size});
}

int res_querydomain(const char *name, const char *domain, int class, int type, unsigned char *answer, int size)
{
	return ask_in_domain(__res_state(), "res_querydomain", name, domain, class, type, &(struct reply){answer, size});
}

int res_nsend(struct __res_state *state, const unsigned char *query, int query_size, unsigned char *answer, int size)
{
	return send_query(state, "res_nsend", query, query_size, &(struct reply){answer, size});
}

int res_send(const unsigned char *query, int query_size, unsigned char *answer, int size)
{
	return send_query(__res_state(), "res_send", query, query_size, &(struct reply){answer, size});
}

// res_mkquery makes no lookup but initialises _res. As in libc, it alone keeps timeouts that the program wrote to _res
// before, unless a file sets them.
static void open_own_state(void)
{
	struct shim_call call;
	struct __res_state *state = __res_state();
	const int retrans = state->retrans, retry = state->retry;
	const bool was_open = is_initialised(state);
	if (!shim_enter(&call, "res_mkquery"))
		return;
	shim_open_state(&call);
	if (!was_open && retrans && state->retrans == RES_TIMEOUT)
		state->retrans = retrans;
	if (!was_open && retry && state->retry == RES_DFLRETRY)
		state->retry = retry;
	shim_leave(&call, false);
}

int res_nmkquery(struct __res_state *state, int opcode, const char *name, int class, int type,
	const unsigned char *data, int data_size, const unsigned char *record, unsigned char *buffer, int size)
{
	return libc_res_nmkquery(state, opcode, name, class, type, data, data_size, record, buffer, size);
}

int res_mkquery(int opcode, const char *name, int class, int type, const unsigned char *data, int data_size,
	const unsigned char *record, unsigned char *buffer, int size)
{
	open_own_state();
	return libc_res_nmkquery(__res_state(), opcode, name, class, type, data, data_size, record, buffer, size);
}

// The symbol names of glibc before 2.34.
#if __has_attribute(copy)
#define OLD_NAME(name) __attribute__((alias(#name), copy(name)))
#else
#define OLD_NAME(name) __attribute__((alias(#name)))
#endif
__typeof__(res_query) __res_query OLD_NAME(res_query);
__typeof__(res_nquery) __res_nquery OLD_NAME(res_nquery);
__typeof__(res_search) __res_search OLD_NAME(res_search);
__typeof__(res_nsearch) __res_nsearch OLD_NAME(res_nsearch);
__typeof__(res_querydomain) __res_querydomain OLD_NAME(res_querydomain);
__typeof__(res_nquerydomain) __res_nquerydomain OLD_NAME(res_nquerydomain);
__typeof__(res_send) __res_send OLD_NAME(res_send);
__typeof__(res_nsend) __res_nsend OLD_NAME(res_nsend);
__typeof__(res_mkquery) __res_mkquery OLD_NAME(res_mkquery);
__typeof__(res_nmkquery) __res_nmkquery OLD_NAME(res_nmkquery);
