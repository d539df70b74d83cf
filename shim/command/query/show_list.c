// SPDX-License-Identifier: MIT
#include "shim/command/query/show_list.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/base/array.h"
#include "config/config.h"
#include "config/directive.h"
#include "config/fault.h"
#include "config/fault_text.h"
#include "config/options.h"
#include "shim/command/query/rows.h"
#include "shim/command/query/survey.h"
#include "shim/command/run_socket.h"
#include "shim/command/settings.h"
#include "shim/command/text.h"

// Bytes that must be escaped in a domain, because mistakes.h rejects them.
#define MISTAKEN ",/:#"

// The configuration and the rows found so far; the column of the origins depends on all rows.
struct showing {
	struct survey *survey;
	const struct config *config;  // of the survey
	struct rows rows;
};

// The functions that write a value return it allocated, and NULL for lack of memory.

static char *quoted(char *word)
{
	return directive_join(&word, 1);
}

// A domain as written after "for", where neither "for" nor '*' is a name.
static char *write_domain(const struct name *domain)
{
	char escaped[NAME_TEXT_SIZE + 1];
	name_write_escaped(domain, "*" MISTAKEN, escaped);
	if (strcmp(escaped, "for") == 0)
		strcat(escaped, ".");
	return quoted(escaped);
}

static const struct origin *origin_of(struct showing *showing, enum origin_of what, size_t index, size_t element)
{
	return origin_find(&showing->survey->book, what, index, element);
}

static void add(struct showing *showing, enum show_kind kind, const char *word, const char *value, const char *origin)
{
	rows_add(&showing->rows, &(struct row){.kind = kind, .name = word, .value = value, .why = origin});
}

// Adds a directive. Takes ownership of value, which is NULL for lack of memory. A path with a newline cannot be written
// as a directive.
static void show(struct showing *showing, const char *word, const struct origin *origin, char *value)
{
	char text[SETTINGS_ORIGIN_SIZE];
	settings_write_origin(showing->survey->line, origin, text);
	if (value != NULL)
		add(showing, strchr(value, '\n') != NULL ? SHOW_FACT : SHOW_DIRECTIVE, word, value, text);
	showing->rows.is_incomplete |= value == NULL;
	free(value);
}

static char *write_server(const struct server *server, const char *domain)
{
	char address[ADDRESS_TEXT_SIZE];
	return text_format(
		"%s%s%s", config_write_server(server, address), domain != NULL ? " for " : "", domain != NULL ? domain : "");
}

static void show_servers(struct showing *showing)
{
	const struct config *config = showing->config;
	for (size_t i = 0; i < config->route_count; i++) {
		const struct route *route = &config->routes[i];
		char *domain = i > 0 ? write_domain(&route->domain) : NULL;
		for (size_t j = 0; j < route->server_count; j++)
			show(showing, "nameserver", origin_of(showing, ORIGIN_SERVER, i, j),
				i > 0 && domain == NULL ? NULL : write_server(&route->servers[j], domain));
		free(domain);
	}
}

// The search list as written in a directive, without invalid names, which are never looked up.
static char *write_search(const struct config *config)
{
	char *line = strdup("");
	for (size_t i = 0; line != NULL && i < config->search_count; i++) {
		const char *domain = config->search[i] + (config->search[i][0] == '.');
		char text[NAME_TEXT_SIZE];
		struct name name;
		if (!name_read(*domain != '\0' ? domain : ".", &name))
			continue;
		char *word = quoted(name_write_escaped(&name, MISTAKEN, text));
		char *longer = word != NULL ? text_format("%s%s%s", line, *line != '\0' ? " " : "", word) : NULL;
		free(word);
		free(line);
		line = longer;
	}
	return line;
}

static void show_option(struct showing *showing, const struct option *option)
{
	char text[OPTION_TEXT_SIZE];
	if (*option_write(option, &showing->config->options, text) != '\0')
		show(showing, "options", origin_of(showing, ORIGIN_OPTION, option->offset, 0), strdup(text));
	else
		add(showing, SHOW_UNSET, "options", option->word, ORIGIN_DEFAULT);
}

static void show_options(struct showing *showing)
{
	for (size_t i = 0; i < OPTION_COUNT; i++)
		if (option_is_setting(&option_table[i]))
			show_option(showing, &option_table[i]);
}

static char *write_sort_range(const struct config *config, size_t index)
{
	const struct sort_range *range = &config->sort_ranges[index];
	const uint8_t *mask = range->mask;
	char address[ADDRESS_TEXT_SIZE];
	return text_format("%s/%u.%u.%u.%u", address_write(&range->network, address), mask[0], mask[1], mask[2], mask[3]);
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

static char *write_record(const struct config *config, size_t index)
{
	const char *text = config->records[index].text;
	return strndup(text, record_length(text));
}

static char *write_zone(const struct config *config, size_t index)
{
	const struct config_line *zone = &config->zones[index];
	char *words[] = {zone->text, zone->origin};
	return directive_join(words, zone->origin != NULL ? 2 : 1);
}

static char *write_only(const struct config *config, size_t index)
{
	return quoted(config->only.list[index].path);
}

static char *write_fault(const struct config *config, size_t index)
{
	char pattern[FAULT_PATTERN_SIZE], actions[FAULT_TEXT_SIZE];
	char *word = quoted(fault_text_write_pattern(&config->faults[index], pattern));
	char *value = word == NULL ? NULL : text_format("%s %s", word, fault_text_write(&config->faults[index], actions));
	free(word);
	return value;
}

static char *write_seed(const struct config *config, size_t index)
{
	(void)index;
	return text_format("%llu", (unsigned long long)config->seed);
}

static char *write_counter(const struct config *config, size_t index)
{
	return run_socket_write(&config->counters[index]);
}

static char *write_log(const struct config *config, size_t index)
{
	const struct log *log = &config->log;
	const char *format = log->json ? " json" : "";
	(void)index;
	if (log->target != LOG_FILE)
		return log->descriptor == STDERR_FILENO ? text_format("stderr%s", format)
												: text_format("fd:%d%s", log->descriptor, format);
	char *path = quoted(log->path);
	char *value = path == NULL ? NULL : text_format("%s%s", path, format);
	free(path);
	return value;
}

static char *write_journal(const struct config *config, size_t index)
{
	const struct log *journal = &config->journals[index];
	return journal->target == LOG_RUN ? run_socket_write(&journal->run) : quoted(journal->path);
}

static char *write_pin(const struct config *config, size_t index)
{
	return strdup(config->tls_pins[index]);
}

static char *write_forwarder(const struct config *config, size_t index)
{
	(void)index;
	return run_socket_write(&config->forwarder);
}

// A directive that has no value by default.
struct setting {
	const char *word;
	enum origin_of what;
	size_t offset;  // in struct config, of the number of values or of a path; 0: one value, which has an origin if set
	char *(*write)(const struct config *config, size_t index);  // NULL: it is a path
};
static const struct setting sort_list = {
	"sortlist", ORIGIN_SORT_RANGE, offsetof(struct config, sort_range_count), write_sort_range};
static const struct setting settings[] = {
	{"record", ORIGIN_RECORD, offsetof(struct config, record_count), write_record},
	{"zone", ORIGIN_ZONE, offsetof(struct config, zone_count), write_zone},
	{"only", ORIGIN_ONLY, offsetof(struct config, only.count), write_only},
	{"fault", ORIGIN_FAULT, offsetof(struct config, fault_count), write_fault},
	{"seed", ORIGIN_SEED, 0, write_seed},
	{"counter", ORIGIN_COUNTER, offsetof(struct config, counter_count), write_counter},
	{"forwarder", ORIGIN_FORWARDER, 0, write_forwarder},
	{"tls-ca", ORIGIN_TLS_CA, offsetof(struct config, tls_ca), NULL},
	{"tls-pin", ORIGIN_TLS_PIN, offsetof(struct config, tls_pin_count), write_pin},
	{"log", ORIGIN_LOG, 0, write_log},
	{"journal", ORIGIN_JOURNAL, offsetof(struct config, journal_count), write_journal},
	{"recording", ORIGIN_RECORDING, offsetof(struct config, recording_path), NULL},
};

static void show_setting(struct showing *showing, const struct setting *setting)
{
	const void *member = (const char *)showing->config + setting->offset;
	const bool is_list = setting->offset != 0 && setting->write != NULL;
	const size_t count = is_list ? *(const size_t *)member : origin_of(showing, setting->what, 0, 0) != NULL;
	for (size_t i = 0; i < count; i++)
		show(showing, setting->word, origin_of(showing, setting->what, i, 0),
			setting->write != NULL ? setting->write(showing->config, i) : quoted(*(char *const *)member));
	if (count == 0)
		add(showing, SHOW_UNSET, setting->word, "", ORIGIN_DEFAULT);
}

static void show_services(struct showing *showing)
{
	char text[SURVEY_SERVICES_SIZE], origin[SETTINGS_ORIGIN_SIZE];
	add(showing, SHOW_FACT, "nsswitch hosts", survey_write_services(&showing->config->services, text),
		survey_write_origin(showing->survey, ORIGIN_SERVICES, 0, 0, origin));
}

// The first variable of those that is set; the file, if none is.
static const char *host_conf_origin(const char *const *variables, const char *file)
{
	for (; *variables != NULL; variables++)
		if (getenv(*variables) != NULL)
			return *variables;
	return file;
}

static void show_host_conf(struct showing *showing)
{
	static const char *const multi[] = {"RESOLV_MULTI", NULL}, *const reorder[] = {"RESOLV_REORDER", NULL};
	static const char *const trim[] = {"RESOLV_OVERRIDE_TRIM_DOMAINS", "RESOLV_ADD_TRIM_DOMAINS", NULL};
	const struct host_conf *host_conf = &showing->config->host_conf;
	const char *path = getenv("RESOLV_HOST_CONF");
	char file[SETTINGS_ORIGIN_SIZE];
	survey_write_origin(showing->survey, ORIGIN_HOST_CONF, 0, 0, file);
	if (path != NULL)
		add(showing, SHOW_FACT, "host.conf", path, "RESOLV_HOST_CONF");
	if (host_conf->is_multi)
		add(showing, SHOW_FACT, "host.conf multi", "on", host_conf_origin(multi, file));
	if (host_conf->is_reordered)
		add(showing, SHOW_FACT, "host.conf reorder", "on", host_conf_origin(reorder, file));
	for (size_t i = 0; i < host_conf->trim_count; i++)
		add(showing, SHOW_FACT, "host.conf trim", host_conf->trims[i], host_conf_origin(trim, file));
}

// Files that are read at each lookup.
static void show_other_files(struct showing *showing)
{
	static const char gai_conf[] = "/etc/gai.conf";
	const char *aliases = secure_getenv("HOSTALIASES");
	if (aliases != NULL)
		add(showing, access(aliases, R_OK) == 0 ? SHOW_FACT : SHOW_NO_FILE, "host aliases", aliases, "HOSTALIASES");
	if (access(gai_conf, R_OK) == 0)
		add(showing, SHOW_FACT, "address order", gai_conf, ORIGIN_DEFAULT);
}

static void show_missing_files(struct showing *showing)
{
	const struct origin *origin;
	for (size_t position = 0; (origin = origin_next(&showing->survey->book, ORIGIN_NO_FILE, &position)) != NULL;)
		add(showing, SHOW_NO_FILE, "no file", origin->label, ORIGIN_DEFAULT);
}

void show_list(struct survey *survey, struct rows *out)
{
	struct showing showing = {.survey = survey, .config = survey->config};
	char *hosts = survey->config->hosts_path;
	show_servers(&showing);
	show(&showing, "search", origin_of(&showing, ORIGIN_SEARCH, 0, 0), write_search(survey->config));
	show_setting(&showing, &sort_list);
	show_options(&showing);
	show(&showing, "hosts", origin_of(&showing, ORIGIN_HOSTS, 0, 0), hosts != NULL ? quoted(hosts) : strdup("none"));
	for (size_t i = 0; i < ARRAY_LENGTH(settings); i++)
		show_setting(&showing, &settings[i]);
	if (survey->config->recording_path != NULL)
		show(&showing, "recording-mode", origin_of(&showing, ORIGIN_RECORDING_MODE, 0, 0),
			strdup(config_recording_mode(survey->config->recording_mode)));
	show_services(&showing);
	show_host_conf(&showing);
	show_other_files(&showing);
	show_missing_files(&showing);
	showing.rows.is_incomplete |= survey->book.is_incomplete;
	*out = showing.rows;
}
