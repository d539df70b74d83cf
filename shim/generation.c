// SPDX-License-Identifier: MIT
#include "shim/generation.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/clock.h"
#include "config/base/file_stamp.h"
#include "config/base/hash.h"
#include "config/base/kernel.h"
#include "config/config.h"
#include "config/config_load.h"
#include "config/environment.h"
#include "config/sync/frame.h"
#include "config/sync/snapshot.h"
#include "resolver/resolver.h"
#include "shim/notice.h"

static struct environment environment;
static bool environment_taken;

// Runs early, because some programs clear their environment. If another library's constructor makes a lookup before
// this runs, generation_renew calls it.
__attribute__((constructor(101))) static void take_environment(void)
{
	if (environment_taken)
		return;
	notice_begin();
	environment_take(&environment);
	environment_taken = true;
}

static void dispose(void *value)
{
	struct generation *generation = value;
	if (generation)
		resolver_close(generation->resolver);
	free(generation);
}

static struct snapshot current = {.dispose = dispose};

struct generation generation_enter(void)
{
	const struct generation *generation = snapshot_enter(&current);
	return generation ? *generation : (struct generation){0};
}

void generation_leave(void)
{
	snapshot_leave(&current);
}

void generation_abandon(void)
{
	snapshot_abandon(&current);
}

// NULL with *error filled.
static struct generation *open_generation(const struct resolver *older, struct config_error *error)
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

static struct log_event event_of(const char *name, const char *text)
{
	return (struct log_event){.kind = EVENT_CONFIG, .name = name, .result = {.text = text}, .microseconds = -1};
}

// Without a valid configuration the call is not logged: the event informs the withdns(1) that reads the journal that a
// lookup is missing.
NOINLINE_LARGE_FRAME static void log_missing(const struct config_error *error)
{
	struct config config;
	const struct log_event event = event_of(LOG_MISSING, error->text);
	if (!config_load_directives(&environment, &config))
		return;
	for (size_t i = 0; i < config.journal_count; i++)
		log_write(&config.journals[i], &event);
	config_clear(&config);
}

static void log_config(const struct resolver *resolver, const char *name, const char *text)
{
	const struct log_event event = event_of(name, text);
	config_log(resolver_config(resolver), &event);
}

// After a failed reload: the stamp of the files (resolver_files). Unchanged files are not read again until
// failed_until, because reading an invalid configuration again would delay every lookup. The pause is limited because
// the cause may be a file that the last valid configuration does not use, or a lack of memory or descriptors.
static _Atomic uint64_t failed_files;
static _Atomic int64_t failed_until;
#define PAUSE_AFTER_FAILURE 1000000

// Hash of the error text last logged; 0: none since the last valid configuration.
static _Atomic uint64_t logged_failure;

static bool has_failed(const struct resolver *resolver)
{
	return clock_tick() < failed_until && resolver_files(resolver).hash == failed_files;
}

// clock_tick until which no call is logged.
static _Atomic int64_t unlogged_until;

bool generation_is_unlogged(void)
{
	return clock_tick() < atomic_load_explicit(&unlogged_until, memory_order_relaxed);
}

static void note_look(const struct resolver *resolver)
{
	const int64_t until = config_is_logged(resolver_config(resolver)) ? 0 : clock_tick() + FILE_STAMP_INTERVAL;
	atomic_store_explicit(&unlogged_until, until, memory_order_relaxed);
}

bool generation_is_stale(const struct generation *used)
{
	static _Atomic int64_t next_look;  // clock_tick
	if (!file_stamp_is_due(&next_look))
		return false;
	if (resolver_is_stale(used->resolver) && !has_failed(used->resolver))
		return true;
	note_look(used->resolver);
	return false;
}

// Was a file written shortly before or while it was read, so that its content may be incomplete? Then the result is
// dropped and the next call reads again. After LOOKS such results in a row one is used: files may be written
// constantly.
static bool were_written(const struct resolver *older, const struct file_stamp_sum *before)
{
	enum { LOOKS = 10 };
	static atomic_uint looks;
	if (older && before->has_empty)
		kernel_poll(NULL, 0, 2);
	const bool were = older && (before->is_unsettled || resolver_files(older).hash != before->hash);
	if (were && atomic_fetch_add(&looks, 1) + 1 < LOOKS)
		return true;
	looks = 0;
	return false;
}

static void keep_older(
	const struct resolver *older, const struct file_stamp_sum *files, const struct config_error *error)
{
	const uint64_t hash = hash_bytes(HASH_START, error->text, strlen(error->text));
	failed_files = files->hash;
	failed_until = clock_tick() + PAUSE_AFTER_FAILURE;
	if (atomic_exchange(&logged_failure, hash) != hash)
		log_config(older, "kept", error->text);
}

static void report_none(const struct config_error *error)
{
	if (!error->reason)
		notice_config(error->text);
	log_missing(error);
}

static int renew(struct generation *used, struct config_error *error)
{
	struct resolver *older = used->resolver;
	const struct file_stamp_sum before = older ? resolver_files(older) : (struct file_stamp_sum){0};
	struct generation *opened = open_generation(older, error);
	if (were_written(older, &before)) {
		dispose(opened);
		return 0;
	}
	if (!opened && older)
		keep_older(older, &before, error);
	else if (!opened)
		report_none(error);
	if (!opened)
		return error->reason;
	if (!snapshot_replace(&current, opened)) {
		dispose(opened);
		return ENOMEM;
	}
	*used = *opened;
	note_look(used->resolver);
	logged_failure = 0;
	if (resolver_config(used->resolver)->has_foreign_file)
		log_config(used->resolver, "ignored", "~/.config/withdns.conf: it belongs to another user");
	return 0;
}

// The error text of 1 KiB is on the heap, because the files are read on the same small stack.
int generation_renew(struct generation *used)
{
	struct config_error *error = calloc(1, sizeof(*error));
	take_environment();
	const int code = error ? renew(used, error) : ENOMEM;
	free(error);
	return code;
}

struct config *generation_read_config(const struct config *common)
{
	struct config_error *error = calloc(1, sizeof(*error));
	struct config *config = calloc(1, sizeof(*config));
	if (error && config && config_load(&environment, common, config, error)) {
		free(error);
		return config;
	}
	free(config);
	free(error);
	return NULL;
}
