// SPDX-License-Identifier: MIT
// resolver(3): res_query, res_search, res_querydomain, res_send, res_mkquery and their res_n forms. Also under the
// names with two underscores, which binaries built for glibc before 2.34 use.
#include <errno.h>
#include <netdb.h>
#include <resolv.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "config/base/compiler.h"
#include "config/base/rrtype.h"
#include "config/base/strbuf.h"
#include "config/log_event.h"
#include "resolver/dns/message.h"
#include "resolver/message_lookup.h"
#include "resolver/search.h"
#include "shim/call_log.h"
#include "shim/errors.h"
#include "shim/libc.h"
#include "shim/reply_buffer.h"
#include "shim/shim.h"

// h_errno as res_query sets it. A positive reply without the requested records is a success: the program parses it.
static int h_errno_of(const struct shim_call *call, enum outcome outcome)
{
	if (outcome == OUTCOME_UNUSABLE)
		return NETDB_SUCCESS;
	if (outcome == OUTCOME_ERROR)
		return call->resolver ? TRY_AGAIN : NETDB_INTERNAL;
	return error_to_h_errno(outcome, NULL);
}

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

// Makes the lookup copy each reply into the program's buffer; a shorter reply leaves the rest of a longer one, as in
// glibc.
static void show_replies(struct shim_call *call, const struct reply_buffer *out, struct reply_copy *copy)
{
	copy->out = out;
	copy->keeps_ad = call->lookup.options->trust_ad;
	call->lookup.payload = reply_buffer_payload(out);
	call->lookup.on_reply = reply_buffer_copy;
	call->lookup.context = copy;
}

static int errno_of(const struct answer *answer)
{
	if (answer->source != SOURCE_UNSET)
		return answer->outcome == OUTCOME_TRY_AGAIN ? ETIMEDOUT : 0;
	return answer->error;
}

static bool is_u16(int number)
{
	return number >= 0 && number <= UINT16_MAX;
}

// What one call of res_query or res_search has found.
struct name_lookup {
	enum outcome outcome;
	struct question question;  // the one that is routed to libc, for OUTCOME_SYSTEM
	struct answer answer;
	struct reply_copy copy;
};

// The buffer cannot hold a header: glibc fails with EINVAL, but checks the name first.
static enum outcome refuse_buffer(const struct res_query *query, struct name_lookup *lookup)
{
	const bool is_root = !*query->name && !query->is_search;
	lookup->answer.error = EINVAL;
	return is_root || name_read(query->name, &lookup->question.name) ? OUTCOME_TRY_AGAIN : OUTCOME_NO_RECOVERY;
}

static enum outcome look_up(
	struct shim_call *call, struct __res_state *state, const struct res_query *query, struct name_lookup *lookup)
{
	if (!call->resolver)
		return shim_missing_resolver(call, &lookup->answer.error);
	use_context(call, state);
	if (!is_u16(query->class) || !is_u16(query->type))
		return OUTCOME_NO_RECOVERY;
	if (query->out.size < NS_HFIXEDSZ)
		return refuse_buffer(query, lookup);
	show_replies(call, &query->out, &lookup->copy);
	lookup->copy.clears = call->lookup.options->no_aaaa && query->class == ns_c_in && query->type == ns_t_aaaa;
	lookup->question = (struct question){.type = (uint16_t)query->type, .class = (uint16_t)query->class};
	return (query->is_search ? message_lookup_search : message_lookup_query)(
		call->resolver, &call->lookup, query->name, &lookup->question, &lookup->answer);
}

// The length to return, -1 on failure, and the value for h_errno.
static int result_of(
	const struct shim_call *call, const struct res_query *query, const struct name_lookup *lookup, int *error)
{
	*error = h_errno_of(call, lookup->outcome);
	// After a failure the buffer holds the reply, too, but the result is -1.
	const int length = *error == NETDB_SUCCESS && lookup->answer.message ? lookup->copy.length : -1;
	if (*error == NETDB_SUCCESS && length < 0)
		*error = NO_RECOVERY;
	// glibc's res_search first sets HOST_NOT_FOUND, which success does not reset.
	if (*error == NETDB_SUCCESS && query->is_search)
		*error = HOST_NOT_FOUND;
	return length;
}

static int give_ours(
	const struct shim_call *call, struct __res_state *state, const struct res_query *query, struct name_lookup *lookup)
{
	int error;
	const int length = result_of(call, query, lookup, &error);
	if (error != NETDB_SUCCESS)
		h_errno = state->res_h_errno = error;
	call_log_message(
		call, query->name, query->type, &lookup->answer, error_h_errno_word(length < 0 ? error : NETDB_SUCCESS));
	answer_clear(&lookup->answer);
	return length;
}

// Asks libc for the one name of the search that is routed to libc, or for the whole search if all of it is.
NOINLINE_LARGE_FRAME static int ask_libc(
	const struct shim_call *call, struct __res_state *state, const struct res_query *query, struct name_lookup *lookup)
{
	char text[SEARCH_TEXT_SIZE];
	struct res_query libcs = *query;
	call_log_message(call, query->name, query->type, &lookup->answer, NULL);
	answer_clear(&lookup->answer);
	libcs.name = search_libc_name(call->resolver, &call->lookup, query->name, &lookup->question, text);
	return libc_res_nquery(state, &libcs);
}

// Ends a call: with libc's errno, or with error unless that is 0.
static void leave(struct shim_call *call, bool is_libcs, int error)
{
	if (!is_libcs && error)
		errno = error;
	shim_leave(call, is_libcs || error);
}

static int answer_query(struct __res_state *state, const char *function, const struct res_query *query)
{
	struct shim_call call;
	struct name_lookup lookup = {.answer = {.outcome = OUTCOME_NO_RECOVERY}, .copy = {.length = -1}};
	if (!shim_enter(&call, function))
		return libc_res_nquery(state, query);
	lookup.outcome = look_up(&call, state, query, &lookup);
	const bool is_libcs = lookup.outcome == OUTCOME_SYSTEM;
	const int error = errno_of(&lookup.answer);
	const int length = (is_libcs ? ask_libc : give_ours)(&call, state, query, &lookup);
	leave(&call, is_libcs, length < 0 ? error : 0);
	return length;
}

// Asks for "name.domain", or for the name alone.
static int ask_in_domain(
	struct __res_state *state, const char *function, const char *domain, const struct res_query *query)
{
	char whole[NS_MAXDNAME];
	struct strbuf text = {.bytes = whole, .size = sizeof(whole)};
	struct res_query asked = *query;
	strbuf_add(&text, query->name);
	strbuf_add(&text, domain ? "." : "");
	strbuf_add(&text, domain ? domain : "");
	// The empty name and a name that is too long are rejected as invalid names are.
	asked.name = !text.used || text.used == text.size ? ".." : strbuf_end(&text);
	return answer_query(state, function, &asked);
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
	call_log_message(call, name, *name ? type : 0, answer, word);
}

// Copies the reply to the program's buffer and returns its length; -1 if there is none.
static int copy_answer(const struct shim_call *call, const struct answer *answer, const struct reply_buffer *out)
{
	struct reply_copy copy = {.out = out};
	if (!answer->message)
		return -1;
	copy.keeps_ad = call->lookup.options->trust_ad;
	reply_buffer_copy(&copy, answer->message, answer->message_size, answer->over_tcp);
	// glibc returns any reply over TCP, even SERVFAIL.
	return answer->outcome != OUTCOME_TRY_AGAIN || answer->over_tcp ? copy.length : -1;
}

static int send_query(struct __res_state *state, const char *function, const unsigned char *query, int query_size,
	const struct reply_buffer *out)
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
	int length = copy_answer(&call, &answer, out);
	const int error = errno_of(&answer);
	const bool is_libcs = answer.outcome == OUTCOME_SYSTEM;
	log_query(&call, query, query_size, &answer, is_libcs ? NULL : length < 0 ? "-1" : LOG_SUCCESS);
	answer_clear(&answer);
	if (is_libcs)
		length = libc_res_nsend(state, query, query_size, out->bytes, out->size);
	leave(&call, is_libcs, length < 0 ? error : 0);
	return length;
}

int res_nquery(struct __res_state *state, const char *name, int class, int type, unsigned char *answer, int size)
{
	return answer_query(state, "res_nquery", &(struct res_query){false, name, class, type, {answer, size}});
}

int res_query(const char *name, int class, int type, unsigned char *answer, int size)
{
	return answer_query(__res_state(), "res_query", &(struct res_query){false, name, class, type, {answer, size}});
}

int res_nsearch(struct __res_state *state, const char *name, int class, int type, unsigned char *answer, int size)
{
	return answer_query(state, "res_nsearch", &(struct res_query){true, name, class, type, {answer, size}});
}

int res_search(const char *name, int class, int type, unsigned char *answer, int size)
{
	return answer_query(__res_state(), "res_search", &(struct res_query){true, name, class, type, {answer, size}});
}

int res_nquerydomain(struct __res_state *state, const char *name, const char *domain, int class, int type,
	unsigned char *answer, int size)
{
	const struct res_query query = {false, name, class, type, {answer, size}};
	return ask_in_domain(state, "res_nquerydomain", domain, &query);
}

int res_querydomain(const char *name, const char *domain, int class, int type, unsigned char *answer, int size)
{
	const struct res_query query = {false, name, class, type, {answer, size}};
	return ask_in_domain(__res_state(), "res_querydomain", domain, &query);
}

int res_nsend(struct __res_state *state, const unsigned char *query, int query_size, unsigned char *answer, int size)
{
	return send_query(state, "res_nsend", query, query_size, &(struct reply_buffer){answer, size});
}

int res_send(const unsigned char *query, int query_size, unsigned char *answer, int size)
{
	return send_query(__res_state(), "res_send", query, query_size, &(struct reply_buffer){answer, size});
}

// res_mkquery makes no lookup but initialises _res. As in libc, it alone keeps timeouts that the program wrote to _res
// before, unless a file sets them.
static void open_own_state(void)
{
	struct shim_call call;
	struct __res_state *state = __res_state();
	const int retrans = state->retrans, retry = state->retry;
	const bool was_open = state->options & RES_INIT;
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

#if __has_attribute(copy)
#define ALIAS(target, original) __attribute__((alias(target), copy(original)))
#else
#define ALIAS(target, original) __attribute__((alias(target)))
#endif
// The headers of glibc before 2.34 make the plain names macros of those with two underscores, which are then defined
// above.
#ifdef res_query
#define SECOND_NAME(name) extern __typeof__(__##name) plain_##name __asm__(#name) ALIAS("__" #name, __##name)
#else
#define SECOND_NAME(name) __typeof__(name) __##name ALIAS(#name, name)
#endif
SECOND_NAME(res_query);
SECOND_NAME(res_nquery);
SECOND_NAME(res_search);
SECOND_NAME(res_nsearch);
SECOND_NAME(res_querydomain);
SECOND_NAME(res_nquerydomain);
SECOND_NAME(res_send);
SECOND_NAME(res_nsend);
SECOND_NAME(res_mkquery);
SECOND_NAME(res_nmkquery);
