// SPDX-License-Identifier: MIT
#include "shim/command/query/show.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/array.h"
#include "config/config.h"
#include "config/directive.h"
#include "config/environment.h"
#include "config/fault.h"
#include "config/line.h"
#include "config/options.h"
#include "config/origin.h"
#include "shim/command/json.h"
#include "shim/command/options.h"
#include "shim/command/problem.h"
#include "shim/command/settings.h"

#define ORIGIN_COLUMN_MAX 48

enum shown_kind {
	SHOWN_DIRECTIVE,  // a line of withdns.conf(5)
	SHOWN_FACT,       // no directive, but it counts as well
	SHOWN_UNSET,      // a directive that is off, and has no way to say so
	SHOWN_NO_FILE,
};

struct shown {
	enum shown_kind kind;
	const char *word;   // the directive's, or what the fact is called
	char *value;
	char *origin;
};

// All that will be shown, put together first: the column of the origins follows from it.
struct listing {
	const struct command_line *line;
	const struct config *config;
	struct origin_book *book;
	struct shown *list;
	size_t count;
	bool is_short;  // of memory
};

static void keep(struct listing *listing, enum shown_kind kind, const char *word, char *value, char *origin)
{
	struct shown *list = array_grown(listing->list, listing->count, 1, sizeof(*list));

	if (list != NULL)
		listing->list = list;
	if (list == NULL || value == NULL || origin == NULL) {
		listing->is_short = true;
		free(value);
		free(origin);
		return;
	}
	// Only in a folder of such a name can a path have more than one line; no directive can say it.
	if (kind == SHOWN_DIRECTIVE && strchr(value, '\n') != NULL)
		kind = SHOWN_FACT;
	list[listing->count++] = (struct shown){.kind = kind, .word = word, .value = value, .origin = origin};
}

__attribute__((format(printf, 1, 0))) static char *written(const char *format, va_list arguments)
{
	char *text;

	return vasprintf(&text, format, arguments) < 0 ? NULL : text;
}

// A directive with its value.
__attribute__((format(printf, 4, 5))) static void show(struct listing *listing, const char *word,
	const struct origin *origin, const char *format, ...)
{
	char text[SETTINGS_ORIGIN_SIZE];
	va_list arguments;

	va_start(arguments, format);
	keep(listing, SHOWN_DIRECTIVE, word, written(format, arguments),
		strdup(settings_write_origin(listing->line, origin, text)));
	va_end(arguments);
}

// Something else that has a value.
__attribute__((format(printf, 5, 6))) static void show_other(struct listing *listing, enum shown_kind kind,
	const char *word, const char *origin, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	keep(listing, kind, word, written(format, arguments), strdup(origin));
	va_end(arguments);
}

static const struct origin *origin_of(struct listing *listing, enum origin_of what, size_t index)
{
	return origin_find(listing->book, what, index, 0);
}

static void show_path(struct listing *listing, const char *word, enum origin_of what, size_t index, char *path,
	const char *rest)
{
	char *quoted = directive_join(&path, 1);

	if (quoted == NULL)
		listing->is_short = true;
	else
		show(listing, word, origin_of(listing, what, index), "%s%s", quoted, rest);
	free(quoted);
}

static void show_unset(struct listing *listing, const char *word, const char *value)
{
	show_other(listing, SHOWN_UNSET, word, ORIGIN_DEFAULT, "%s", value);
}

// ---- where lookups go ----

// As it may stand behind "for", where neither that word nor a '*' is a name; allocated.
static char *write_domain(const struct name *domain)
{
	char plain[NAME_TEXT_SIZE], escaped[NAME_TEXT_SIZE];
	char *text = escaped, *end = escaped;

	for (const char *at = name_write(domain, plain); *at != '\0'; at++)
		if (*at == '*')
			end = stpcpy(end, "\\042");
		else
			*end++ = *at;
	strcpy(end, strcmp(plain, "for") == 0 ? "." : "");
	return directive_join(&text, 1);
}

static void show_servers(struct listing *listing)
{
	const struct config *config = listing->config;
	char address[ADDRESS_TEXT_SIZE];

	for (size_t i = 0; i < config->route_count; i++) {
		const struct route *route = &config->routes[i];
		char *domain = write_domain(&route->domain);

		if (domain == NULL)
			listing->is_short = true;
		for (size_t j = 0; domain != NULL && j < route->server_count; j++)
			show(listing, "nameserver", origin_find(listing->book, ORIGIN_SERVER, i, j), "%s%s%s",
				config_write_server(&route->servers[j], address), i > 0 ? " for " : "", i > 0 ? domain : "");
		free(domain);
	}
}

// ---- names ----

// As a name is written in a directive. What is none has never been asked for, and is left out; NULL without memory.
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
		words[count] = strdup(name_write(&name, text));
		is_whole = words[count++] != NULL;
	}
	char *line = is_whole ? directive_join(words, count) : NULL;
	while (count > 0)
		free(words[--count]);
	free(words);
	return line;
}

static void show_search(struct listing *listing)
{
	char *domains = write_search(listing->config);

	if (domains == NULL)
		listing->is_short = true;
	else
		show(listing, "search", origin_of(listing, ORIGIN_SEARCH, 0), "%s", domains);
	free(domains);
}

static void show_sortlist(struct listing *listing)
{
	const struct config *config = listing->config;

	for (size_t i = 0; i < config->sort_range_count; i++) {
		const struct sort_range *range = &config->sort_ranges[i];
		char address[ADDRESS_TEXT_SIZE];

		show(listing, "sortlist", origin_of(listing, ORIGIN_SORT_RANGE, i), "%s/%u.%u.%u.%u",
			address_write(&range->network, address), range->mask[0], range->mask[1], range->mask[2], range->mask[3]);
	}
	if (config->sort_range_count == 0)
		show_unset(listing, "sortlist", "");
}

// ---- options ----

static void show_option(struct listing *listing, const struct option *option)
{
	char text[OPTION_TEXT_SIZE];

	if (*option_write(option, &listing->config->options, text) != '\0')
		show(listing, "options", origin_of(listing, ORIGIN_OPTION, option->offset), "%s", text);
	else
		show_unset(listing, "options", option->word);
}

static void show_options(struct listing *listing)
{
	for (size_t i = 0; i < OPTION_COUNT; i++)
		if (option_is_setting(&option_table[i]))
			show_option(listing, &option_table[i]);
}

// ---- answers of our own, and for tests ----

static void show_hosts(struct listing *listing)
{
	if (listing->config->hosts_path != NULL)
		show_path(listing, "hosts", ORIGIN_HOSTS, 0, listing->config->hosts_path, "");
	else
		show(listing, "hosts", origin_of(listing, ORIGIN_HOSTS, 0), "none");
}

// How much of a zone file's line stands before its comment (RFC 1035 5.1), without the blanks at the end.
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

static void show_records(struct listing *listing)
{
	const struct config *config = listing->config;

	for (size_t i = 0; i < config->record_count; i++) {
		const char *text = config->records[i].text;
		show(listing, "record", origin_of(listing, ORIGIN_RECORD, i), "%.*s", (int)record_length(text), text);
	}
	if (config->record_count == 0)
		show_unset(listing, "record", "");
}

static void show_zones(struct listing *listing)
{
	const struct config *config = listing->config;

	for (size_t i = 0; i < config->zone_count; i++)
		show_path(listing, "zone", ORIGIN_ZONE, i, config->zones[i].text, "");
	if (config->zone_count == 0)
		show_unset(listing, "zone", "");
}

static void show_faults(struct listing *listing)
{
	const struct config *config = listing->config;
	char pattern[FAULT_PATTERN_SIZE], actions[FAULT_TEXT_SIZE];

	for (size_t i = 0; i < config->fault_count; i++) {
		char *word = fault_write_pattern(&config->faults[i], pattern);
		char *quoted = directive_join(&word, 1);

		if (quoted == NULL)
			listing->is_short = true;
		else
			show(listing, "fault", origin_of(listing, ORIGIN_FAULT, i), "%s %s", quoted,
				fault_write(&config->faults[i], actions));
		free(quoted);
	}
	if (config->fault_count == 0)
		show_unset(listing, "fault", "");
	if (config->has_seed)
		show(listing, "seed", origin_of(listing, ORIGIN_SEED, 0), "%llu", (unsigned long long)config->seed);
	else
		show_unset(listing, "seed", "");
}

static void show_log(struct listing *listing)
{
	const struct trace *trace = &listing->config->trace;
	const struct origin *origin = origin_of(listing, ORIGIN_LOG, 0);
	const char *format = trace->json ? " json" : "";

	if (origin == NULL)
		show_unset(listing, "log", "");
	else if (trace->target == TRACE_FILE)
		show_path(listing, "log", ORIGIN_LOG, 0, trace->path, format);
	else if (trace->descriptor == STDERR_FILENO)
		show(listing, "log", origin, "stderr%s", format);
	else
		show(listing, "log", origin, "fd:%d%s", trace->descriptor, format);
}

static void show_kept_path(struct listing *listing, const char *word, enum origin_of what, char *path)
{
	if (path != NULL)
		show_path(listing, word, what, 0, path, "");
	else
		show_unset(listing, word, "");
}

static void show_outputs(struct listing *listing)
{
	show_log(listing);
	show_kept_path(listing, "journal", ORIGIN_JOURNAL, listing->config->journal.path);
	show_kept_path(listing, "save", ORIGIN_SAVE, listing->config->save_path);
}

// ---- what libc goes by as well ----

static char *add_actions(char *end, unsigned ends_on)
{
	static const struct {
		unsigned status;
		const char *word;
	} statuses[] = {
		{NAME_STATUS_NOT_FOUND, "NOTFOUND"}, {NAME_STATUS_UNAVAILABLE, "UNAVAIL"}, {NAME_STATUS_TRY_AGAIN, "TRYAGAIN"},
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

static void show_services(struct listing *listing)
{
	char text[SHOW_SERVICES_SIZE], origin[SETTINGS_ORIGIN_SIZE];

	show_other(listing, SHOWN_FACT, "nsswitch hosts",
		settings_write_origin(listing->line, origin_of(listing, ORIGIN_SERVICES, 0), origin), "%s",
		show_write_services(&listing->config->services, text));
}

static void show_host_conf_word(struct listing *listing, const char *word, bool is_on, const char *const *variables,
	const char *value)
{
	char text[SETTINGS_ORIGIN_SIZE];
	const char *origin = settings_write_origin(listing->line, origin_of(listing, ORIGIN_HOST_CONF, 0), text);

	for (; *variables != NULL; variables++)
		if (getenv(*variables) != NULL)
			origin = *variables;
	if (is_on)
		show_other(listing, SHOWN_FACT, word, origin, "%s", value);
}

static void show_host_conf(struct listing *listing)
{
	const struct host_conf *host_conf = &listing->config->host_conf;
	const char *path = getenv("RESOLV_HOST_CONF");

	if (path != NULL)
		show_other(listing, SHOWN_FACT, "host.conf", "RESOLV_HOST_CONF", "%s", path);
	show_host_conf_word(listing, "host.conf multi", host_conf->is_multi, (const char *[]){"RESOLV_MULTI", NULL}, "on");
	show_host_conf_word(listing, "host.conf reorder", host_conf->is_reordered,
		(const char *[]){"RESOLV_REORDER", NULL}, "on");
	for (size_t i = 0; i < host_conf->trim_count; i++)
		show_host_conf_word(listing, "host.conf trim", true,
			(const char *[]){"RESOLV_ADD_TRIM_DOMAINS", "RESOLV_OVERRIDE_TRIM_DOMAINS", NULL}, host_conf->trims[i]);
}

// Files that count for every lookup, and are read when there is one.
static void show_other_files(struct listing *listing)
{
	static const char gai_conf[] = "/etc/gai.conf";
	const char *aliases = secure_getenv("HOSTALIASES");

	if (aliases != NULL)
		show_other(listing, access(aliases, R_OK) == 0 ? SHOWN_FACT : SHOWN_NO_FILE, "host aliases", "HOSTALIASES",
			"%s", aliases);
	if (access(gai_conf, R_OK) == 0)
		show_other(listing, SHOWN_FACT, "address order", ORIGIN_DEFAULT, "%s", gai_conf);
}

static void show_missing_files(struct listing *listing)
{
	const struct origin *origin;

	for (size_t position = 0; (origin = origin_next(listing->book, ORIGIN_NO_FILE, &position)) != NULL;)
		show_other(listing, SHOWN_NO_FILE, "no file", ORIGIN_DEFAULT, "%s", origin->label);
}

static void gather(struct listing *listing)
{
	show_servers(listing);
	show_search(listing);
	show_sortlist(listing);
	show_options(listing);
	show_hosts(listing);
	show_records(listing);
	show_zones(listing);
	show_faults(listing);
	show_outputs(listing);
	show_services(listing);
	show_host_conf(listing);
	show_other_files(listing);
	show_missing_files(listing);
}

// ---- writing ----

static int width_of(const struct shown *shown)
{
	return (int)(strlen(shown->word) + strlen(shown->value)) + 1 + (shown->kind == SHOWN_FACT ? 2 : 0);
}

static int origin_column(const struct listing *listing)
{
	int column = 0;

	for (size_t i = 0; i < listing->count; i++) {
		const int width = width_of(&listing->list[i]);
		if (listing->list[i].kind <= SHOWN_FACT && width > column && width <= ORIGIN_COLUMN_MAX)
			column = width;
	}
	return column;
}

// What stands in a comment stays in it.
static void write_escaped(const char *text, FILE *out)
{
	char escaped[SETTINGS_ORIGIN_SIZE];
	struct line line = {.bytes = escaped, .size = sizeof(escaped)};

	line_add_escaped(&line, text, LINE_TEXT, sizeof(escaped) - 1);
	fputs(line_end(&line), out);
}

static void write_fact(const struct shown *shown, int column, FILE *out)
{
	fprintf(out, "# %s ", shown->word);
	write_escaped(shown->value, out);
	fprintf(out, "%*s  # %s\n", width_of(shown) < column ? column - width_of(shown) : 0, "", shown->origin);
}

static void write_directive(const struct shown *shown, int column, FILE *out)
{
	// Within a record a '#' is no comment.
	const char mark = strcmp(shown->word, "record") == 0 ? ';' : '#';
	const int width = width_of(shown) - (*shown->value == '\0');

	fprintf(out, "%s%s%s%*s  %c %s\n", shown->word, *shown->value != '\0' ? " " : "", shown->value,
		width < column ? column - width : 0, "", mark, shown->origin);
}

// The directives, then the options.
static void write_unset(const struct listing *listing, FILE *out)
{
	const char *before = "# not set: ";

	for (size_t i = 0; i < listing->count; i++) {
		const struct shown *shown = &listing->list[i];
		if (shown->kind != SHOWN_UNSET || *shown->value != '\0')
			continue;
		fprintf(out, "%s%s", before, shown->word);
		before = ", ";
	}
	before = "\n# not set: options ";
	for (size_t i = 0; i < listing->count; i++) {
		const struct shown *shown = &listing->list[i];
		if (shown->kind != SHOWN_UNSET || *shown->value == '\0')
			continue;
		fprintf(out, "%s%s", before, shown->value);
		before = " ";
	}
	fputs("\n", out);
}

static void write_text(const struct listing *listing, FILE *out)
{
	const int column = origin_column(listing);

	for (size_t i = 0; i < listing->count; i++)
		if (listing->list[i].kind <= SHOWN_FACT)
			(listing->list[i].kind == SHOWN_FACT ? write_fact : write_directive)(&listing->list[i], column, out);
	write_unset(listing, out);
	for (size_t i = 0; listing->line->verbose && i < listing->count; i++) {
		if (listing->list[i].kind != SHOWN_NO_FILE)
			continue;
		fputs("# not there: ", out);
		write_escaped(listing->list[i].value, out);
		putc('\n', out);
	}
}

static void write_json_list(const struct listing *listing, enum shown_kind kind, const char *key, struct json *json)
{
	json_begin(json, key, '[');
	for (size_t i = 0; i < listing->count; i++) {
		const struct shown *shown = &listing->list[i];
		if (shown->kind != kind)
			continue;
		json_begin(json, NULL, '{');
		json_text(json, kind == SHOWN_FACT ? "name" : "directive", shown->word);
		json_text(json, "value", shown->value);
		json_text(json, "origin", shown->origin);
		json_end(json, '}');
	}
	json_end(json, ']');
}

static void write_json(const struct listing *listing, FILE *out)
{
	struct json json = {.out = out, .is_first = true};

	json_begin(&json, NULL, '{');
	write_json_list(listing, SHOWN_DIRECTIVE, "settings", &json);
	write_json_list(listing, SHOWN_FACT, "others", &json);
	write_json_list(listing, SHOWN_UNSET, "not_set", &json);
	json_begin(&json, "not_there", '[');
	for (size_t i = 0; i < listing->count; i++)
		if (listing->list[i].kind == SHOWN_NO_FILE)
			json_text(&json, NULL, listing->list[i].value);
	json_end(&json, ']');
	json_end(&json, '}');
	fputc('\n', out);
}

static void listing_clear(struct listing *listing)
{
	for (size_t i = 0; i < listing->count; i++) {
		free(listing->list[i].value);
		free(listing->list[i].origin);
	}
	free(listing->list);
}

static bool show_loaded(const struct command_line *line, const struct config *config, struct origin_book *book,
	FILE *out, struct problem *problem)
{
	struct listing listing = {.line = line, .config = config, .book = book, .is_short = book->is_short};

	gather(&listing);
	const bool is_whole = !listing.is_short;
	if (is_whole)
		(line->query.json ? write_json : write_text)(&listing, out);
	listing_clear(&listing);
	return is_whole || problem_out_of_memory(problem);
}

bool show_config(const struct command_line *line, const struct environment *inherited, FILE *out,
	struct problem *problem)
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
