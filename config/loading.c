// SPDX-License-Identifier: MIT
#include "config/loading.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/error_text.h"
#include "config/base/file_stamp.h"
#include "config/base/strbuf.h"
#include "config/config.h"
#include "config/environment.h"

#define CACHE_DEFAULT 4096  // answers: about 1 MiB when full
#define MAX_TTL_DEFAULT (24 * 60 * 60)

struct loading *loading_open(const struct environment *environment, struct config_error *error)
{
	struct loading *loading = calloc(1, sizeof *loading);
	if (loading == NULL)
		return NULL;
	loading->config.options = (struct options){
		.ndots = 1,
		.timeout = 5,
		.attempts = 2,
		.cache = CACHE_DEFAULT,
		.max_ttl = MAX_TTL_DEFAULT,
	};
	loading->config.begun = environment->begun;
	loading->environment = environment;
	loading->error = error;
	loading->location = (struct config_location){
		.source = CONFIG_SOURCE_DIRECTIVES,
		.rank = 1,
		.label = "WITHDNS",
		.origins = environment->origins,
		.home = environment->secure ? NULL : environment->home,
		.owners = loading->owners,
		.included = &loading->included,
	};
	if (config_open(&loading->config))
		return loading;
	config_clear(&loading->config);
	free(loading);
	return NULL;
}

void loading_enter(struct loading *loading, enum config_source source)
{
	loading->location.source = source;
	loading->location.rank++;
}

void loading_enter_part(struct loading *loading, const char *label)
{
	loading->location.label = label;
	loading->location.line = 0;
}

bool loading_fail_with(const struct loading *loading, const char *text, const char *got)
{
	const struct config_location *location = &loading->location;
	const struct config_file_place place = {"", location->label, location->line, NULL, got};
	return config_error_set(loading->error, &place, text, 0);
}

bool loading_fail(const struct loading *loading, const char *text)
{
	return loading_fail_with(loading, text, NULL);
}

bool loading_fail_memory(const struct loading *loading)
{
	return loading_fail(loading, "out of memory");
}

bool loading_fail_reading(const struct loading *loading, int reason)
{
	static const struct {
		int reason;
		const char *text;
	} texts[] = {{EINVAL, "expected a regular file"}, {EISDIR, "expected a regular file, got a directory"},
		{EFBIG, "expected at most 4 MiB"}, {ENOMEM, "out of memory"}};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (texts[i].reason == reason)
			return loading_fail(loading, texts[i].text);
	return loading_fail_with(loading, "expected a readable file", error_text(reason));
}

// Files that do not exist yet are compared by path. Devices such as /dev/null are never the same, since they store
// nothing.
static bool is_same_file(const char *one, const char *other)
{
	if (one == NULL || other == NULL)
		return false;
	const struct file_stamp first = file_stamp_of(one), second = file_stamp_of(other);
	if (!first.exists || !second.exists)
		return strcmp(one, other) == 0;
	return first.is_regular && first.device == second.device && first.inode == second.inode;
}

// Compares an output, which `name` is in messages, with all that is read, and with the log; NULL: not with that.
static bool check_output(struct loading *loading, const char *path, const char *name, const char *log)
{
	const struct config *config = &loading->config;
	const struct {
		const char *path, *name;
	} inputs[] = {{config->hosts_path, "the hosts file"}, {config->resolvconf.path, "resolv.conf"},
		{config->nsswitch.path, "nsswitch.conf"}, {log, "the log"}};
	const char *found = NULL;
	char text[128];
	for (size_t i = 0; i < config->zone_count; i++) {
		const struct config_line *zone = &config->zones[i];
		if (!is_same_file(zone->text, path))
			continue;
		loading_enter_part(loading, zone->label);
		loading->location.line = zone->line;
		return loading_fail_with(
			loading, strbuf_join(text, sizeof text, "expected a zone file other than ", name), zone->text);
	}
	for (size_t i = 0; i < config->file_count; i++)
		if (is_same_file(config->files[i].path, path))
			found = "the configuration file";
	for (size_t i = 0; found == NULL && i < sizeof inputs / sizeof *inputs; i++)
		if (is_same_file(inputs[i].path, path))
			found = inputs[i].name;
	if (found == NULL)
		return true;
	loading_enter_part(loading, path);
	return loading_fail(
		loading, strbuf_join(text, sizeof text, "expected a separate file for ", name, ", got ", found));
}

bool loading_check_outputs(struct loading *loading)
{
	const struct config *config = &loading->config;
	return check_output(loading, config->recording_path, "the recording", config->log.path) &&
		check_output(loading, config->log.path, "the log", NULL);
}

void loading_decide_recording(struct loading *loading)
{
	struct config *config = &loading->config;
	const struct config *before = loading->before;
	if (config->recording_path == NULL || config->recording_mode != RECORDING_ONCE)
		return;
	const bool is_decided = before != NULL && before->recording_path != NULL &&
		strcmp(before->recording_path, config->recording_path) == 0 &&
		(before->recording_mode == RECORDING_ADD || before->recording_mode == RECORDING_ONLY);
	const struct file_stamp file = file_stamp_of(config->recording_path);
	const enum recording_mode found = file.exists && file.size > 0 ? RECORDING_ONLY : RECORDING_ADD;
	config->recording_mode = is_decided ? before->recording_mode : found;
}
