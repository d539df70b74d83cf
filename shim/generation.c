// SPDX-License-Identifier: MIT
#include "shim/generation.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "config/base/clock.h"
#include "config/base/compiler.h"
#include "config/base/file_stamp.h"
#include "config/config.h"
#include "config/config_load.h"
#include "config/environment.h"
#include "config/sync/snapshot.h"
#include "resolver/reload.h"
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

static struct reload reload;

static atomic_bool is_unlogged;  // by the current generation

bool generation_is_unlogged(void)
{
	return atomic_load_explicit(&is_unlogged, memory_order_relaxed) &&
		clock_tick() < atomic_load_explicit(&reload.next_look, memory_order_relaxed);
}

bool generation_is_stale(const struct generation *used, int64_t now)
{
	return reload_is_due(&reload, used->resolver, now);
}

static int renew(struct generation *used, struct config_error *error)
{
	struct resolver *older = used->resolver;
	const struct file_stamp_sum before = older ? resolver_files(older) : (struct file_stamp_sum){0};
	struct generation *opened = open_generation(older, error);
	const enum reload_result result =
		reload_finish(&reload, older, &before, opened ? opened->resolver : NULL, error->text);
	if (result == RELOAD_DROP) {
		dispose(opened);
		return 0;
	}
	if (!opened && !older && !error->reason)
		notice_config(error->text);
	if (!opened && !older)
		log_missing(error);
	else if (result == RELOAD_TELL)
		log_config(older, "kept", error->text);
	if (!opened)
		return error->reason;
	if (!snapshot_replace(&current, opened)) {
		dispose(opened);
		return ENOMEM;
	}
	*used = *opened;
	is_unlogged = !config_is_logged(resolver_config(used->resolver));
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
