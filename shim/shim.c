// SPDX-License-Identifier: MIT
#include "shim/shim.h"

#include <arpa/nameser.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/base/clock.h"
#include "config/base/file_stamp.h"
#include "config/base/hash.h"
#include "config/base/kernel.h"
#include "config/base/rrtype.h"
#include "config/config.h"
#include "config/config_load.h"
#include "config/environment.h"
#include "config/routes.h"
#include "config/sync/frame.h"
#include "config/sync/seqlock.h"
#include "config/sync/snapshot.h"
#include "resolver/lookup.h"
#include "resolver/message_lookup.h"
#include "resolver/reasons.h"
#include "resolver/resolver.h"
#include "shim/libc.h"
#include "shim/notice.h"

static struct environment environment;
static bool environment_taken;

// Runs early, because some programs clear their environment. If another library's constructor makes a lookup before this
// runs, renew() calls it.
__attribute__((constructor(101))) static void take_environment(void)
{
	if (environment_taken)
		return;
	notice_begin();
	environment_take(&environment);
	environment_taken = true;
}

// A resolver and the number of its configuration.
struct generation {
	struct resolver *resolver;
	unsigned number;
};

static void generation_close(void *value)
{
	struct generation *generation = value;
	resolver_close(generation->resolver);
	free(generation);
}

static struct snapshot current = {.dispose = generation_close};

// Without a valid configuration the call is not logged: tells the withdns that reads the journal that a lookup is missing.
NOINLINE_LARGE_FRAME static void log_missing(const struct config_error *error)
{
	struct config config;
	const struct log_event event = {
		.kind = EVENT_CONFIG,
		.name = LOG_MISSING,
		.result = {.text = error->text},
		.microseconds = -1,
	};
	if (!config_load_directives(&environment, &config))
		return;
	for (size_t i = 0; i < config.journal_count; i++)
		log_write(&config.journals[i], &event);
	config_clear(&config);
}

// NULL with *error filled.
static struct generation *generation_open(const struct resolver *older, struct config_error *error)
{
	static atomic_uint numbers;
	struct resolver *resolver = resolver_open(&environment, older, error);
	if (!resolver)
		return NULL;
	struct generation *generation = malloc(sizeof(*generation));
	if (!generation) {
		resolver_close(resolver);
		error->reason = ENOMEM;
		return NULL;
	}
	*generation = (struct generation){resolver, atomic_fetch_add(&numbers, 1) + 1};
	return generation;
}

// Reload failed: logs why the old configuration stays in effect.
static void log_kept(const struct shim_call *call, const struct config_error *error)
{
	const struct log_event event = {
		.kind = EVENT_CONFIG,
		.name = "kept",
		.result = {.text = error->text},
		.microseconds = -1,
	};
	config_log(resolver_config(call->resolver), &event);
}

static void log_foreign_file(const struct shim_call *call)
{
	const struct log_event event = {
		.kind = EVENT_CONFIG,
		.name = "ignored",
		.result = {.text = "~/.config/withdns.conf: it belongs to another user"},
		.microseconds = -1,
	};
	if (resolver_config(call->resolver)->has_foreign_file)
		config_log(resolver_config(call->resolver), &event);
}

// When the files are checked for changes next (clock_tick).
static _Atomic int64_t next_look;

// After a failed reload: the stamp of the files (resolver_files). Unchanged files are not read again until failed_until,
// because reading an invalid configuration again would delay every lookup. The pause is limited because the cause may be a
// file that the last valid configuration does not use, or a lack of memory or descriptors.
static _Atomic uint64_t failed_files;
static _Atomic int64_t failed_until;
static _Atomic uint64_t
	logged_failure;  // hash of the error text last logged; 0: none since the last valid configuration
#define PAUSE_AFTER_FAILURE 1000000

static void use_generation(struct shim_call *call, const struct generation *generation)
{
	call->resolver = generation->resolver;
	call->generation = generation->number;
}

static void keep_generation(
	const struct shim_call *call, const struct file_stamp_sum *files, const struct config_error *error)
{
	const uint64_t hash = hash_bytes(HASH_START, error->text, strlen(error->text));
	failed_files = files->hash;
	failed_until = clock_tick() + PAUSE_AFTER_FAILURE;
	if (atomic_exchange(&logged_failure, hash) != hash)
		log_kept(call, error);
}

// Was a file written shortly before or while it was read, so that its content may be incomplete? Then the result is
// dropped and the next call reads again. After LOOKS such results in a row one is used: files may be written constantly.
static bool were_written(const struct shim_call *call, const struct file_stamp_sum *before)
{
	enum { LOOKS = 10 };
	static atomic_uint looks;
	if (call->resolver && before->has_empty)
		kernel_poll(NULL, 0, 2);
	const bool were = call->resolver && (before->is_unsettled || resolver_files(call->resolver).hash != before->hash);
	if (were && atomic_fetch_add(&looks, 1) + 1 < LOOKS)
		return true;
	looks = 0;
	return false;
}

// Creates a resolver and makes it the current one. If two threads do so at once, the later one stays; the earlier one is
// freed with its last user.
static void renew_or_report(struct shim_call *call, struct config_error *error)
{
	const struct file_stamp_sum before = call->resolver ? resolver_files(call->resolver) : (struct file_stamp_sum){0};
	struct generation *generation = generation_open(call->resolver, error);
	if (were_written(call, &before)) {
		if (generation)
			generation_close(generation);
	} else if (generation && snapshot_replace(&current, generation)) {
		use_generation(call, generation);
		log_foreign_file(call);
		logged_failure = 0;
	} else if (generation) {
		call->error = ENOMEM;
		generation_close(generation);
	} else {
		call->error = error->reason;
		if (call->resolver)
			keep_generation(call, &before, error);
		else if (!error->reason)
			notice_config(error->text);
		if (!call->resolver)
			log_missing(error);
	}
}

// The error text of 1 KiB is on the heap, because the files are read on the same small stack.
static void renew(struct shim_call *call)
{
	struct config_error *error = calloc(1, sizeof(*error));
	take_environment();
	if (error)
		renew_or_report(call, error);
	else
		call->error = ENOMEM;
	free(error);
}

static void observe(struct shim_call *call)
{
	if (!call->reasons)
		return;
	call->lookup.observe = reasons_note;
	call->lookup.observer = call->reasons;
}

// The NSS services that the program has set.
struct program_services {
	seqlock_word value[SEQLOCK_WORDS(struct name_services)];
	atomic_bool is_set;
};

static struct program_services hosts_services, networks_services;

static void set_program_services(struct program_services *location, const struct name_services *services)
{
	seqlock_write(location->value, services, sizeof(*services));
	atomic_store(&location->is_set, true);
}

static bool read_program_services(const struct program_services *location, struct name_services *out)
{
	return atomic_load(&location->is_set) && seqlock_read(location->value, out, sizeof(*out));
}

void shim_set_services(const struct name_services *services)
{
	set_program_services(&hosts_services, services);
}

void shim_set_network_services(const struct name_services *services)
{
	set_program_services(&networks_services, services);
}

// The program's own services apply as they are, but if the configuration has chosen servers, libc's other services are
// not asked.
static void use_program_services(struct shim_call *call)
{
	struct name_services *own = call->own_services;
	if (read_program_services(&networks_services, &call->own_network_services))
		call->lookup.network_services = &call->own_network_services;
	if (!read_program_services(&hosts_services, &own[0]))
		return;
	own[1] = own[0];
	own[1].has_others = false;
	call->lookup.services = &own[resolver_config(call->resolver)->servers_chosen];
	call->lookup.chosen_services = &own[1];
}

static void start_context(struct shim_call *call)
{
	call->lookup = lookup_context_of_config(resolver_config(call->resolver));
	use_program_services(call);
}

static void set_context(struct shim_call *call)
{
	start_context(call);
	if (res_state_is_changed())
		res_state_apply(__res_state(), &call->own, &call->lookup);
	observe(call);
}

// Collects the reasons for the log. On the heap, because they are too large for a small stack; if out of memory, the log
// lacks them.
static void start_log(struct shim_call *call)
{
	call->started = clock_now();
	call->reasons = malloc(sizeof(*call->reasons));
	if (call->reasons)
		reasons_begin(call->reasons);
	observe(call);
}

void shim_open_state(const struct shim_call *call)
{
	if (call->resolver)
		res_state_open(resolver_config(call->resolver), call->generation);
}

static void jump_out(void *argument)
{
	const struct shim_call *call = argument;
	resolver_abandon(&call->mark);
	snapshot_abandon(&current);
}

static bool has_failed(const struct resolver *resolver)
{
	return clock_tick() < failed_until && resolver_files(resolver).hash == failed_files;
}

static bool is_stale(const struct generation *generation)
{
	return file_stamp_is_due(&next_look) && resolver_is_stale(generation->resolver) &&
		!has_failed(generation->resolver);
}

bool shim_enter(struct shim_call *call, const char *function)
{
	if (libc_is_calling())
		return false;
	pthread_testcancel();
	*call = (struct shim_call){.function = function, .saved_errno = errno, .mark = resolver_mark()};
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &call->cancel_state);
	const struct generation *generation = snapshot_enter(&current);
	jump_guard_set(&call->guard, call->cancel_state, jump_out, call);
	if (generation)
		use_generation(call, generation);
	if (!generation || is_stale(generation))
		renew(call);
	if (call->resolver)
		set_context(call);
	if (shim_is_logged(call))
		start_log(call);
	return true;
}

void shim_use_state(struct shim_call *call, const struct __res_state *state)
{
	start_context(call);
	res_state_apply(state, &call->own, &call->lookup);
	observe(call);
}

static bool is_to_be_read(const struct resolver *resolver)
{
	return !resolver || resolver_config(resolver)->options.no_reload || resolver_is_stale(resolver);
}

void shim_refresh(struct shim_call *call)
{
	if (!is_to_be_read(call->resolver))
		return;
	renew(call);
	if (call->resolver)
		set_context(call);
}

// By a configuration that is read for it alone. What is wrong with it was told when the process's was read.
static bool init_private_state(const struct config *common)
{
	struct config_error *error = calloc(1, sizeof(*error));
	struct config *config = calloc(1, sizeof(*config));
	bool is_filled = false;
	if (error && config && config_load_again(&environment, common, config, error)) {
		is_filled = res_state_fill_own(config, RES_STATE_PRIVATE);
		config_clear(config);
	} else if (error && config) {
		is_filled = res_state_fill_own(common, RES_STATE_PRIVATE);
	}
	free(config);
	free(error);
	return is_filled;
}

bool shim_init_state(const struct shim_call *call)
{
	const struct config *config = resolver_config(call->resolver);
	if (res_state_has_own_values(config))
		return init_private_state(config);
	return res_state_fill_own(config, call->generation);
}

enum outcome shim_missing_resolver(const struct shim_call *call, int *error)
{
	*error = call->error;
	return call->error ? OUTCOME_ERROR : OUTCOME_NO_RECOVERY;
}

static void report_save_failure(const struct shim_call *call)
{
	const int failure = resolver_save_failure(call->resolver);
	if (failure)
		notice_unwritable(NOTICE_SAVE, resolver_config(call->resolver)->save_path, failure);
}

void shim_leave(struct shim_call *call, bool keep_errno)
{
	const int error = keep_errno ? errno : call->saved_errno;
	if (call->resolver)
		report_save_failure(call);
	free(call->reasons);
	jump_guard_clear(&call->guard);
	snapshot_leave(&current);
	pthread_setcancelstate(call->cancel_state, NULL);
	errno = error;
}

// As many addresses as fit; the log cuts long lines anyway.
static const char *write_addresses(const struct host *host, char *text, size_t size)
{
	size_t length = 0;
	text[0] = '\0';
	for (size_t i = 0; i < host->address_count && length + ADDRESS_TEXT_SIZE + 1 < size; i++) {
		if (i)
			text[length++] = ' ';
		address_write(&host->addresses[i], text + length);
		length += strlen(text + length);
	}
	return text;
}

bool shim_is_logged(const struct shim_call *call)
{
	return call->resolver && config_is_logged(resolver_config(call->resolver));
}

static bool was_routed(enum answer_source source)
{
	return source == SOURCE_SERVER || source == SOURCE_CACHE || source == SOURCE_SYSTEM || source == SOURCE_NONE;
}

// The domain of the route of the name, in text (NAME_TEXT_SIZE bytes); NULL for the default route. For a searched name it
// is the route of the name without a search domain.
static const char *rule_of(const struct shim_call *call, const char *spelled, char *text)
{
	const struct config *config = resolver_config(call->resolver);
	struct address address;
	struct name name;
	if (call->is_reverse && address_read(spelled, &address))
		name = name_of_address(&address);
	else if (!name_read(spelled, &name))
		return NULL;
	const struct route *route = routes_find(config, &name);
	return route != &config->routes[0] ? name_write(&route->domain, text) : NULL;
}

void shim_explain(const struct shim_call *call, const char *reason)
{
	if (call->reasons)
		reasons_note(call->reasons, &(struct log_event){.kind = EVENT_ANSWER, .result = {.text = reason}});
}

// Why a call failed, in text (REASONS_TEXT_SIZE bytes); NULL if it did not, or if unknown. A result that did not fit the
// program's buffer was found, so it has no reason.
static const char *reason_of(
	const struct shim_call *call, const char *name, const struct host *host, const char *result, char *text)
{
	const bool is_found = call->is_reverse ? host->name != NULL : host->address_count > 0;
	if (!call->reasons || is_found || !result || strcmp(result, LOG_SUCCESS) == 0)
		return NULL;
	return reasons_write(call->reasons, call->is_reverse ? NULL : name, text);
}

// begun: the members of the event that only the caller knows.
static void log_call(const struct shim_call *call, const char *name, const char *arguments, const struct host *host,
	const char *result, const struct log_event *begun)
{
	char addresses[1024], server[ADDRESS_TEXT_SIZE], rule[NAME_TEXT_SIZE];
	char reason[REASONS_TEXT_SIZE];
	struct log_event event = {
		.kind = EVENT_CALL,
		.call = call->function,
		.name = name,
		.arguments = arguments,
		.source = host->source,
		.rule = was_routed(host->source) ? rule_of(call, name, rule) : NULL,
		.result = {.text = result},
		.reason = reason_of(call, name, host, result, reason),
		.rcode = begun->rcode,
		.counts = begun->counts,
		.records = begun->records,
		.names = call->is_reverse ? host->name : NULL,
		.microseconds = clock_now() - call->started,
	};
	if (!call->is_reverse && host->address_count)
		event.addresses = write_addresses(host, addresses, sizeof(addresses));
	if (host->source == SOURCE_SERVER) {
		event.server = address_write_with_port(&host->server, server);
		event.transport = host->over_tcp ? "tcp" : "udp";
	}
	const struct config *config = resolver_config(call->resolver);
	const int failure = config_log(config, &event);
	if (failure)
		notice_unwritable(NOTICE_LOG, config->log.path, failure);
}

void shim_log(
	const struct shim_call *call, const char *name, const char *arguments, const struct host *host, const char *result)
{
	if (shim_is_logged(call))
		log_call(call, name, arguments, host, result, &(struct log_event){0});
}

static void log_packet(const struct shim_call *call, const char *name, int type, const struct answer *answer,
	const char *result, const char *records)
{
	char arguments[RRTYPE_TEXT_SIZE + 8], text[RRTYPE_TEXT_SIZE];
	const struct host host = {.source = answer->source, .server = answer->server, .over_tcp = answer->over_tcp};
	const uint8_t *message = answer->message;
	char rcode[RRTYPE_TEXT_SIZE];
	uint16_t counts[3];
	struct log_event begun = {0};
	if (message && answer->message_size >= NS_HFIXEDSZ) {
		for (size_t i = 0; i < 3; i++)
			counts[i] = (uint16_t)(message[6 + 2 * i] << 8 | message[7 + 2 * i]);
		begun = (struct log_event){.rcode = rcode_write(answer->rcode, rcode), .counts = counts};
	}
	begun.records = records;
	stpcpy(stpcpy(arguments, LOG_TYPE_ARGUMENT), rrtype_write((uint16_t)type, text));
	log_call(call, name, type ? arguments : NULL, &host, result, &begun);
}

void shim_log_packet(
	const struct shim_call *call, const char *name, int type, const struct answer *answer, const char *result)
{
	char text[MESSAGE_LOOKUP_RECORDS_SIZE] = "";
	if (!shim_is_logged(call))
		return;
	const int saved = errno;
	message_lookup_write_records(answer, (uint16_t)type, text);
	errno = saved;
	log_packet(call, name, type, answer, result, *text ? text : NULL);
}
