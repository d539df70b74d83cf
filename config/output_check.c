// SPDX-License-Identifier: MIT
#include "config/output_check.h"

#include <string.h>

#include "config/base/file_stamp.h"
#include "config/base/strbuf.h"
#include "config/loading.h"

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

// What is written to, and how messages name it.
struct output {
	const char *path;
	const char *name;         // what is written
	const char *zone_wanted;  // where a zone file is written to
};

static bool check_zones(struct loading *loading, const struct output *output)
{
	const struct config *config = &loading->config;
	for (size_t i = 0; i < config->zone_count; i++) {
		const struct config_line *zone = &config->zones[i];
		if (!is_same_file(zone->text, output->path))
			continue;
		loading->location.label = zone->label;
		loading->location.line = zone->line;
		return loading_fail_with(loading, output->zone_wanted, zone->text);
	}
	return true;
}

static bool fail_output(struct loading *loading, const struct output *output, const char *got)
{
	char text[128];
	struct strbuf out = {.bytes = text, .size = sizeof text};
	strbuf_add(&out, "expected a separate file for ");
	strbuf_add(&out, output->name);
	strbuf_add(&out, ", got ");
	strbuf_add(&out, got);
	loading_enter_part(loading, output->path);
	return loading_fail(loading, strbuf_end(&out));
}

static bool check_output(struct loading *loading, const struct output *output)
{
	const struct config *config = &loading->config;
	const struct {
		const char *path, *name;
	} inputs[] = {
		{config->hosts_path, "the hosts file"},
		{config->file.path, "the configuration file"},
		{config->resolvconf.path, "resolv.conf"},
		{config->nsswitch.path, "nsswitch.conf"},
	};
	if (!check_zones(loading, output))
		return false;
	for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
		if (is_same_file(inputs[i].path, output->path))
			return fail_output(loading, output, inputs[i].name);
	}
	return true;
}

bool output_check(struct loading *loading)
{
	const struct config *config = &loading->config;
	const struct output saved = {config->save_path, "saved answers", "expected a zone file other than the save file"};
	const struct output logged = {config->log.path, "the log", "expected a zone file other than the log"};
	if (saved.path != NULL && !check_output(loading, &saved))
		return false;
	if (is_same_file(saved.path, logged.path))
		return fail_output(loading, &saved, "the log");
	return logged.path == NULL || check_output(loading, &logged);
}
