// SPDX-License-Identifier: MIT
#include "shim/command/query/show_facts.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/config.h"
#include "shim/command/query/show_list.h"
#include "shim/command/query/survey.h"
#include "shim/command/settings.h"

static void add(struct show_list *list, enum show_kind kind, const char *word, const char *value, const char *origin)
{
	show_list_add(list, kind, word, strdup(value), strdup(origin));
}

static void add_services(struct show_list *list, struct survey *survey)
{
	char text[SURVEY_SERVICES_SIZE], origin[SETTINGS_ORIGIN_SIZE];
	add(list, SHOW_FACT, "nsswitch hosts", survey_write_services(&survey->config->services, text),
		survey_write_origin(survey, ORIGIN_SERVICES, 0, 0, origin));
}

// The first variable of those that is set; the file, if none is.
static const char *host_conf_origin(const char *const *variables, const char *file)
{
	for (; *variables != NULL; variables++)
		if (getenv(*variables) != NULL)
			return *variables;
	return file;
}

static void add_host_conf(struct show_list *list, struct survey *survey)
{
	static const char *const multi[] = {"RESOLV_MULTI", NULL}, *const reorder[] = {"RESOLV_REORDER", NULL};
	static const char *const trim[] = {"RESOLV_OVERRIDE_TRIM_DOMAINS", "RESOLV_ADD_TRIM_DOMAINS", NULL};
	const struct host_conf *host_conf = &survey->config->host_conf;
	const char *path = getenv("RESOLV_HOST_CONF");
	char file[SETTINGS_ORIGIN_SIZE];
	survey_write_origin(survey, ORIGIN_HOST_CONF, 0, 0, file);
	if (path != NULL)
		add(list, SHOW_FACT, "host.conf", path, "RESOLV_HOST_CONF");
	if (host_conf->is_multi)
		add(list, SHOW_FACT, "host.conf multi", "on", host_conf_origin(multi, file));
	if (host_conf->is_reordered)
		add(list, SHOW_FACT, "host.conf reorder", "on", host_conf_origin(reorder, file));
	for (size_t i = 0; i < host_conf->trim_count; i++)
		add(list, SHOW_FACT, "host.conf trim", host_conf->trims[i], host_conf_origin(trim, file));
}

// Files that are read at each lookup.
static void add_other_files(struct show_list *list)
{
	static const char gai_conf[] = "/etc/gai.conf";
	const char *aliases = secure_getenv("HOSTALIASES");
	if (aliases != NULL)
		add(list, access(aliases, R_OK) == 0 ? SHOW_FACT : SHOW_NO_FILE, "host aliases", aliases, "HOSTALIASES");
	if (access(gai_conf, R_OK) == 0)
		add(list, SHOW_FACT, "address order", gai_conf, ORIGIN_DEFAULT);
}

static void add_missing_files(struct show_list *list, struct survey *survey)
{
	const struct origin *origin;
	for (size_t position = 0; (origin = origin_next(&survey->book, ORIGIN_NO_FILE, &position)) != NULL;)
		add(list, SHOW_NO_FILE, "no file", origin->label, ORIGIN_DEFAULT);
}

void show_facts_add(struct survey *survey, struct show_list *list)
{
	add_services(list, survey);
	add_host_conf(list, survey);
	add_other_files(list);
	add_missing_files(list, survey);
}
