// SPDX-License-Identifier: MIT
#include "shim/command/query/show.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/config.h"
#include "config/config_load.h"
#include "config/directive.h"
#include "config/environment.h"
#include "config/fault.h"
#include "config/options.h"
#include "config/origin.h"
#include "shim/command/command_line.h"
#include "shim/command/problem.h"
#include "shim/command/query/show_list.h"
#include "shim/command/settings.h"

// Bytes that must be escaped in a domain, because mistakes.h rejects them.
#define MISTAKEN ",/:#"

// The configuration and the rows found so far; the column of the origins depends on all rows.
struct survey {
	const struct command_line *line;
	const struct config *config;
	struct origin_book *book;
	struct show_list list;
};

__attribute__((format(printf, 1, 0))) static char *written(const char *format, va_list arguments)
{
	char *text;

	return vasprintf(&text, format, arguments) < 0 ? NULL : text;
}

// A directive with its value.
__attribute__((format(printf, 4, 5))) static void show(
	struct survey *survey, const char *word, const struct origin *origin, const char *format, ...)
{
	char text[SETTINGS_ORIGIN_SIZE];
	va_list arguments;

	va_start(arguments, format);
	show_list_add(&survey->list, SHOW_DIRECTIVE, word, written(format, arguments),
		strdup(settings_write_origin(survey->line, origin, text)));
	va_end(arguments);
}

// A setting without a directive.
__attribute__((format(printf, 5, 6))) static void show_other(
	struct survey *survey, enum show_kind kind, const char *word, const char *origin, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	show_list_add(&survey->list, kind, word, written(format, arguments), strdup(origin));
	va_end(arguments);
}

static const struct origin *origin_of(struct survey *survey, enum origin_of what, size_t index)
{
	return origin_find(survey->book, what, index, 0);
}

static void show_path(
	struct survey *survey, const char *word, enum origin_of what, size_t index, char *path, const char *rest)
{
	char *quoted = directive_join(&path, 1);

	if (quoted == NULL)
		survey->list.is_short = true;
	else
		show(survey, word, origin_of(survey, what, index), "%s%s", quoted, rest);
	free(quoted);
}

static void show_unset(struct survey *survey, const char *word, const char *value)
{
	show_other(survey, SHOW_UNSET, word, ORIGIN_DEFAULT, "%s", value);
}

// A domain as written after "for", where neither "for" nor '*' is a name; allocated.
static char *write_domain(const struct name *domain)
{
	char escaped[NAME_TEXT_SIZE + 1], *text = escaped;

	name_write_escaped(domain, "*" MISTAKEN, escaped);
	if (strcmp(escaped, "for") == 0)
		strcat(escaped, ".");
	return directive_join(&text, 1);
}

static void show_servers(struct survey *survey)
{
	const struct config *config = survey->config;
	char address[ADDRESS_TEXT_SIZE];

	for (size_t i = 0; i < config->route_count; i++) {
		const struct route *route = &config->routes[i];
		char *domain = write_domain(&route->domain);

		if (domain == NULL)
			survey->list.is_short = true;
		for (size_t j = 0; domain != NULL && j < route->server_count; j++)
			show(survey, "nameserver", origin_find(survey->book, ORIGIN_SERVER, i, j), "%s%s%s",
				config_write_server(&route->servers[j], address), i > 0 ? " for " : "", i > 0 ? domain : "");
		free(domain);
	}
}

// A name as written in a directive. Invalid names, which are never looked up, are omitted; NULL for lack of memory.
static char *write_search(const struct config *config)
{
	char **words = calloc(config->search_count + 1, sizeof(*words));
	size_t count = 0;
	bool is_whole = words != NULL;

	for (size_t i = 0; is_whole && i < config->search_count; i++) {
		const char *domain = config->search[i] + (config->search[i][0] == '.');
		char text[NAME_TEXT_SIZE];
		struct name name;

		if (!name_read(*domain != '\0' ? domain : ".", &name))
			continue;
		words[count] = strdup(name_write_escaped(&name, MISTAKEN, text));
		is_whole = words[count++] != NULL;
	}
	char *line = is_whole ? directive_join(words, count) : NULL;
	while (count > 0)
		free(words[--count]);
	free(words);
	return line;
}

static void show_search(struct survey *survey)
{
	char *domains = write_search(survey->config);

	if (domains == NULL)
		survey->list.is_short = true;
	else
		show(survey, "search", origin_of(survey, ORIGIN_SEARCH, 0), "%s", domains);
	free(domains);
}

static void show_sortlist(struct survey *survey)
{
	const struct config *config = survey->config;

	for (size_t i = 0; i < config->sort_range_count; i++) {
		const struct sort_range *range = &config->sort_ranges[i];
		char address[ADDRESS_TEXT_SIZE];

		show(survey, "sortlist", origin_of(survey, ORIGIN_SORT_RANGE, i), "%s/%u.%u.%u.%u",
			address_write(&range->network, address), range->mask[0], range->mask[1], range->mask[2], range->mask[3]);
	}
	if (config->sort_range_count == 0)
		show_unset(survey, "sortlist", "");
}

static void show_option(struct survey *survey, const struct option *option)
{
	char text[OPTION_TEXT_SIZE];

	if (*option_write(option, &survey->config->options, text) != '\0')
		show(survey, "options", origin_of(survey, ORIGIN_OPTION, option->offset), "%s", text);
	else
		show_unset(survey, "options", option->word);
}

static void show_options(struct survey *survey)
{
	for (size_t i = 0; i < OPTION_COUNT; i++)
		if (option_is_setting(&option_table[i]))
			show_option(survey, &option_table[i]);
}

static void show_hosts(struct survey *survey)
{
	if (survey->config->hosts_path != NULL)
		show_path(survey, "hosts", ORIGIN_HOSTS, 0, survey->config->hosts_path, "");
	else
		show(survey, "hosts", origin_of(survey, ORIGIN_HOSTS, 0), "none");
}

// The length of a zone file line before its comment (RFC 1035 5.1), without trailing blanks.
static size_t record_length(const char *text)
{
	bool is_quoted = false;
	size_t length = 0;

	for (size_t at = 0; text[at] != '\0' && (is_quoted || text[at] != ';'); at++) {
		if (text[at] == '"')
			is_quoted = !is_quoted;
		else if (text[at] == '\\' && text[at + 1] != '\0')
			at++;
		if (text[at] != ' ' && text[at] != '\t' && text[at] != '\r')
			length = at + 1;
	}
	return length;
}

static void show_records(struct survey *survey)
{
	const struct config *config = survey->config;

	for (size_t i = 0; i < config->record_count; i++) {
		const char *text = config->records[i].text;
		show(survey, "record", origin_of(survey, ORIGIN_RECORD, i), "%.*s", (int)record_length(text), text);
	}
	if (config->record_count == 0)
		show_unset(survey, "record", "");
}

static void show_zone(struct survey *survey, size_t index)
{
	const struct config_line *zone = &survey->config->zones[index];
	char *words[] = {zone->text, zone->origin};
	char *line = directive_join(words, zone->origin != NULL ? 2 : 1);

	if (line == NULL)
		survey->list.is_short = true;
	else
		show(survey, "zone", origin_of(survey, ORIGIN_ZONE, index), "%s", line);
	free(line);
}

static void show_zones(struct survey *survey)
{
	const struct config *config = survey->config;

	for (size_t i = 0; i < config->zone_count; i++)
		show_zone(survey, i);
	if (config->zone_count == 0)
		show_unset(survey, "zone", "");
}

static void show_faults(struct survey *survey)
{
	const struct config *config = survey->config;
	char pattern[FAULT_PATTERN_SIZE], actions[FAULT_TEXT_SIZE];

	for (size_t i = 0; i < config->fault_count; i++) {
		char *word = fault_write_pattern(&config->faults[i], pattern);
		char *quoted = directive_join(&word, 1);

		if (quoted == NULL)
			survey->list.is_short = true;
		else
			show(survey, "fault", origin_of(survey, ORIGIN_FAULT, i), "%s %s", quoted,
				fault_write(&config->faults[i], actions));
		free(quoted);
	}
	if (config->fault_count == 0)
		show_unset(survey, "fault", "");
	if (config->has_seed)
		show(survey, "seed", origin_of(survey, ORIGIN_SEED, 0), "%llu", (unsigned long long)config->seed);
	else
		show_unset(survey, "seed", "");
}

static void show_run(
	struct survey *survey, const char *word, enum origin_of what, size_t index, const struct run_address *address)
{
	char path[sizeof(RUN_WORD) + RUN_PATH_MAX];
	char *words[] = {path, address->key};

	snprintf(path, sizeof(path), RUN_WORD "%s", address->path);
	char *quoted = directive_join(words, sizeof(words) / sizeof(words[0]));
	if (quoted == NULL)
		survey->list.is_short = true;
	else
		show(survey, word, origin_of(survey, what, index), "%s", quoted);
	free(quoted);
}

static void show_counters(struct survey *survey)
{
	const struct config *config = survey->config;

	for (size_t i = 0; i < config->counter_count; i++)
		show_run(survey, "counter", ORIGIN_COUNTER, i, &config->counters[i]);
	if (config->counter_count == 0)
		show_unset(survey, "counter", "");
}

static void show_log(struct survey *survey)
{
	const struct log *trace = &survey->config->log;
	const struct origin *origin = origin_of(survey, ORIGIN_LOG, 0);
	const char *format = trace->json ? " json" : "";

	if (origin == NULL)
		show_unset(survey, "log", "");
	else if (trace->target == LOG_FILE)
		show_path(survey, "log", ORIGIN_LOG, 0, trace->path, format);
	else if (trace->descriptor == STDERR_FILENO)
		show(survey, "log", origin, "stderr%s", format);
	else
		show(survey, "log", origin, "fd:%d%s", trace->descriptor, format);
}

static void show_kept_path(struct survey *survey, const char *word, enum origin_of what, char *path)
{
	if (path != NULL)
		show_path(survey, word, what, 0, path, "");
	else
		show_unset(survey, word, "");
}

static void show_journals(struct survey *survey)
{
	const struct config *config = survey->config;

	for (size_t i = 0; i < config->journal_count; i++) {
		if (config->journals[i].target == LOG_RUN)
			show_run(survey, "journal", ORIGIN_JOURNAL, i, &config->journals[i].run);
		else
			show_path(survey, "journal", ORIGIN_JOURNAL, i, config->journals[i].path, "");
	}
	if (config->journal_count == 0)
		show_unset(survey, "journal", "");
}

static void show_outputs(struct survey *survey)
{
	show_log(survey);
	show_journals(survey);
	show_kept_path(survey, "save", ORIGIN_SAVE, survey->config->save_path);
}

static char *add_actions(char *end, unsigned ends_on)
{
	static const struct {
		unsigned status;
		const char *word;
	} statuses[] = {
		{NAME_STATUS_NOT_FOUND, "NOTFOUND"},
		{NAME_STATUS_UNAVAILABLE, "UNAVAIL"},
		{NAME_STATUS_TRY_AGAIN, "TRYAGAIN"},
	};

	if (!(ends_on & NAME_STATUS_SUCCESS))
		end = stpcpy(end, " [SUCCESS=continue]");
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (ends_on & statuses[i].status)
			end += sprintf(end, " [%s=return]", statuses[i].word);
	return end;
}

// At most NAME_SERVICES_MAX of 80 bytes.
char *show_write_services(const struct name_services *services, char *text)
{
	static const char *const words[] = {[NAME_SERVICE_FILES] = "files", [NAME_SERVICE_DNS] = "dns"};
	char *end = text;

	*end = '\0';
	for (size_t i = 0; i < services->count; i++) {
		end = stpcpy(stpcpy(end, i > 0 ? " " : ""), words[services->list[i].service]);
		end = add_actions(end, services->list[i].ends_on);
	}
	if (services->has_others)
		strcpy(end, services->count > 0 ? ", then libc for its other services" : "libc for its own services");
	return text;
}

static void show_services(struct survey *survey)
{
	char text[SHOW_SERVICES_SIZE], origin[SETTINGS_ORIGIN_SIZE];

	show_other(survey, SHOW_FACT, "nsswitch hosts",
		settings_write_origin(survey->line, origin_of(survey, ORIGIN_SERVICES, 0), origin), "%s",
		show_write_services(&survey->config->services, text));
}

static void show_host_conf_word(
	struct survey *survey, const char *word, bool is_on, const char *const *variables, const char *value)
{
	char text[SETTINGS_ORIGIN_SIZE];
	const char *origin = settings_write_origin(survey->line, origin_of(survey, ORIGIN_HOST_CONF, 0), text);

	for (; *variables != NULL; variables++)
		if (getenv(*variables) != NULL)
			origin = *variables;
	if (is_on)
		show_other(survey, SHOW_FACT, word, origin, "%s", value);
}

static void show_host_conf(struct survey *survey)
{
	const struct host_conf *host_conf = &survey->config->host_conf;
	const char *path = getenv("RESOLV_HOST_CONF");

	if (path != NULL)
		show_other(survey, SHOW_FACT, "host.conf", "RESOLV_HOST_CONF", "%s", path);
	show_host_conf_word(survey, "host.conf multi", host_conf->is_multi, (const char *[]){"RESOLV_MULTI", NULL}, "on");
	show_host_conf_word(
		survey, "host.conf reorder", host_conf->is_reordered, (const char *[]){"RESOLV_REORDER", NULL}, "on");
	for (size_t i = 0; i < host_conf->trim_count; i++)
		show_host_conf_word(survey, "host.conf trim", true,
			(const char *[]){"RESOLV_ADD_TRIM_DOMAINS", "RESOLV_OVERRIDE_TRIM_DOMAINS", NULL}, host_conf->trims[i]);
}

// Files that are read at each lookup.
static void show_other_files(struct survey *survey)
{
	static const char gai_conf[] = "/etc/gai.conf";
	const char *aliases = secure_getenv("HOSTALIASES");

	if (aliases != NULL)
		show_other(survey, access(aliases, R_OK) == 0 ? SHOW_FACT : SHOW_NO_FILE, "host aliases", "HOSTALIASES", "%s",
			aliases);
	if (access(gai_conf, R_OK) == 0)
		show_other(survey, SHOW_FACT, "address order", ORIGIN_DEFAULT, "%s", gai_conf);
}

static void show_missing_files(struct survey *survey)
{
	const struct origin *origin;

	for (size_t position = 0; (origin = origin_next(survey->book, ORIGIN_NO_FILE, &position)) != NULL;)
		show_other(survey, SHOW_NO_FILE, "no file", ORIGIN_DEFAULT, "%s", origin->label);
}

static void gather(struct survey *survey)
{
	show_servers(survey);
	show_search(survey);
	show_sortlist(survey);
	show_options(survey);
	show_hosts(survey);
	show_records(survey);
	show_zones(survey);
	show_faults(survey);
	show_counters(survey);
	show_outputs(survey);
	show_services(survey);
	show_host_conf(survey);
	show_other_files(survey);
	show_missing_files(survey);
}

static bool show_loaded(const struct command_line *line, const struct config *config, struct origin_book *book,
	FILE *out, struct problem *problem)
{
	struct survey survey = {.line = line, .config = config, .book = book, .list = {.is_short = book->is_short}};

	gather(&survey);
	const bool is_whole = !survey.list.is_short;
	if (is_whole && line->query.json)
		show_list_write_json(&survey.list, out);
	else if (is_whole)
		show_list_write_text(&survey.list, line->verbose, out);
	show_list_clear(&survey.list);
	return is_whole || problem_out_of_memory(problem);
}

bool show_config(
	const struct command_line *line, const struct environment *inherited, FILE *out, struct problem *problem)
{
	struct settings settings = {.directives = NULL};
	struct config config = {.routes = NULL};
	struct config_error error;
	struct origin_book book;
	bool done = settings_make(line, inherited, &settings, problem);

	origin_book_open(&book);
	if (done) {
		struct environment environment = settings_environment(&settings, inherited);
		environment.origins = &book.origins;
		done = (config_load(&environment, &config, &error) || problem_set(problem, EXIT_OWN_ERROR, "%s", error.text)) &&
			show_loaded(line, &config, &book, out, problem);
	}
	config_clear(&config);
	origin_book_close(&book);
	settings_clear(&settings);
	return done;
}
