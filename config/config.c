// SPDX-License-Identifier: MIT
#include "config/config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/base/error_text.h"
#include "config/base/file.h"
#include "config/base/file_stamp.h"
#include "config/base/strbuf.h"
#include "config/base/words.h"
#include "config/directive.h"
#include "config/directive_file.h"
#include "config/environment.h"
#include "config/precedence.h"
#include "config/resolvconf.h"
#include "config/routes.h"

#define LABEL_LIMIT 200
#define GOT_LIMIT 100

static const char resolvconf_path[] = "/etc/resolv.conf";
static const char nsswitch_path[] = "/etc/nsswitch.conf";
static const char hosts_path[] = "/etc/hosts";
static const char host_conf_path[] = "/etc/host.conf";

// Allocated, because a program's thread may have a stack of 16 KiB.
struct loading {
	struct config config;
	const struct config *before;  // current configuration of this process; NULL: none
	struct config_error *error;
	struct config_error expected;  // error of a setter, without the location
	struct config_location location;
};

static bool fail_with(const struct loading *loading, const char *text, const char *got)
{
	struct strbuf out = {.bytes = loading->error->text, .size = sizeof loading->error->text};
	strbuf_add_escaped(&out, loading->location.label, ESCAPE_TEXT, LABEL_LIMIT);
	strbuf_add(&out, ":");
	if (loading->location.line > 0) {
		strbuf_add_number(&out, loading->location.line);
		strbuf_add(&out, ":");
	}
	strbuf_add(&out, " ");
	strbuf_add_escaped(&out, text, ESCAPE_TEXT, SIZE_MAX);
	if (got != NULL) {
		strbuf_add(&out, ", got \"");
		strbuf_add_escaped(&out, got, ESCAPE_TEXT, GOT_LIMIT);
		strbuf_add(&out, "\"");
	}
	strbuf_end(&out);
	return false;
}

static bool fail(const struct loading *loading, const char *text)
{
	return fail_with(loading, text, NULL);
}

static bool fail_unknown(const struct loading *loading, const char *word)
{
	char text[CONFIG_ERROR_SIZE];
	struct strbuf out = {.bytes = text, .size = sizeof text};
	size_t count;
	const struct directive *directives = directive_all(&count);
	strbuf_add(&out, "unknown directive: expected one of");
	for (size_t i = 0; i < count; i++) {
		strbuf_add(&out, i == 0 ? " " : ", ");
		strbuf_add(&out, directives[i].word);
	}
	return fail_with(loading, strbuf_end(&out), word);
}

// Sources that contain directives

// `--` in WITHDNS: the lines below have lower precedence.
static bool is_section_end(const struct loading *loading, const struct words *words)
{
	return loading->location.source == CONFIG_SOURCE_DIRECTIVES && words->count == 1 &&
		strcmp(words->word[0], "--") == 0;
}

static bool set_directive(struct loading *loading, const struct words *words)
{
	if (words->count == 0)
		return true;
	if (is_section_end(loading, words)) {
		loading->location.rank++;
		return true;
	}
	const struct directive *directive = directive_find(words->word[0]);
	if (directive == NULL)
		return fail_unknown(loading, words->word[0]);
	return directive->set(&loading->config, &loading->location, words, &loading->expected) ||
		fail(loading, loading->expected.text);
}

static const char *words_failure(enum words_result result)
{
	switch (result) {
	case WORDS_OK:
		return NULL;
	case WORDS_TOO_MANY:
		return "expected at most 128 words in one line";
	case WORDS_OPEN_QUOTE:
		return "expected a closing \" before the end of the line";
	case WORDS_NO_MEMORY:
		break;
	}
	return "out of memory";
}

static bool read_directive(struct loading *loading, const char *bytes, size_t length)
{
	struct words words;
	loading->location.line++;
	if (memchr(bytes, '\0', length) != NULL)
		return fail(loading, "expected text without NUL bytes");
	const char *failure = words_failure(words_split(bytes, length, &words));
	const bool set = failure == NULL ? set_directive(loading, &words) : fail(loading, failure);
	words_clear(&words);
	return set;
}

static bool read_directives(struct loading *loading, const char *bytes, size_t size)
{
	const char *end = bytes + size;
	while (bytes < end) {
		const size_t length =
			directive_length(bytes, (size_t)(end - bytes), loading->location.source == CONFIG_SOURCE_DIRECTIVES);
		if (!read_directive(loading, bytes, length))
			return false;
		bytes += length + 1;
	}
	return true;
}

static bool load_directives(struct loading *loading, const struct environment *environment)
{
	loading->location.label = "WITHDNS";
	if (environment->directives == NULL)
		return true;
	return read_directives(loading, environment->directives, strlen(environment->directives));
}

static bool fail_reading(const struct loading *loading, int reason)
{
	static const struct {
		int reason;
		const char *text;
	} texts[] = {
		{EINVAL, "expected a regular file"},
		{EISDIR, "expected a regular file, got a directory"},
		{EFBIG, "expected at most 4 MiB"},
		{ENOMEM, "out of memory"},
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		if (texts[i].reason == reason)
			return fail(loading, texts[i].text);
	}
	return fail_with(loading, "expected a readable file", error_text(reason));
}

// Relative paths in a file are relative to its directory.
static bool read_directives_of(struct loading *loading, const char *path, const char *bytes, size_t size)
{
	const char *text = file_skip_mark(bytes, &size);
	char *directory = file_absolute_path(path, NULL);
	if (directory == NULL)
		return fail_reading(loading, errno);
	strrchr(directory, '/')[1] = '\0';
	loading->location.directory = directory;
	const bool read = read_directives(loading, text, size);
	loading->location.directory = NULL;
	free(directory);
	return read;
}

static bool fail_file(const struct loading *loading, bool is_open)
{
	if (is_open)
		return fail(loading, "expected a file that only its owner can write (chmod go-w)");
	if (errno == EPERM)
		return fail(loading, "expected a file that belongs to root or to this user");
	return fail_reading(loading, errno);
}

// False, with *is_absent unchanged, on an error.
static bool load_file(struct loading *loading, const struct directive_file *file, bool *is_absent)
{
	struct config *config = &loading->config;
	char *bytes;
	size_t size;
	bool is_open;
	loading->location.label = file->path;
	loading->location.line = 0;
	// Taken before reading, so that a change during the reading is noticed.
	const struct file_stamp stamp = file_stamp_of(file->path);
	const enum directive_file_state state = directive_file_read(file, &bytes, &size, &is_open);
	if (state == DIRECTIVE_FILE_FAILED)
		return fail_file(loading, is_open);
	*is_absent = state == DIRECTIVE_FILE_ABSENT || state == DIRECTIVE_FILE_FOREIGN;
	config->has_foreign_file = config->has_foreign_file || state == DIRECTIVE_FILE_FOREIGN;
	if (*is_absent) {
		location_note(&loading->location, ORIGIN_NO_FILE, 0, 0);
		return true;
	}
	config->file = (struct watched_file){.path = strdup(file->path), .stamp = stamp};
	config->file_is_copy = state == DIRECTIVE_FILE_COPIED;
	const bool read = config->file.path != NULL ? read_directives_of(loading, file->path, bytes, size)
												: fail(loading, "out of memory");
	free(bytes);
	return read;
}

// Loads the first file that exists.
static bool load_config_file(struct loading *loading, const struct environment *environment)
{
	struct directive_file files[DIRECTIVE_FILES_MAX];
	bool is_loaded = true, is_absent = true;
	loading->location.source = CONFIG_SOURCE_CONFIG_FILE;
	loading->location.rank++;
	const size_t count = directive_file_list(environment, loading->before, files);
	if (count == 0)
		return fail(loading, "out of memory");
	for (size_t i = 0; is_loaded && is_absent && i < count; i++)
		is_loaded = load_file(loading, &files[i], &is_absent);
	const int reason = errno;
	for (size_t i = 0; i < count; i++)
		directive_file_clear(&files[i]);
	errno = reason;
	return is_loaded;
}

// Sources that glibc reads too

static bool load_libc_environment(struct loading *loading, const struct environment *environment)
{
	loading->location.source = CONFIG_SOURCE_LIBC_ENVIRONMENT;
	loading->location.rank++;
	loading->location.label = "RES_OPTIONS";
	loading->location.line = 0;
	if (environment->secure)
		return true;
	const char *options = getenv("RES_OPTIONS");
	const char *search = getenv("LOCALDOMAIN");
	if (options != NULL && !resolvconf_read_options(&loading->config, &loading->location, options))
		return fail(loading, "out of memory");
	loading->location.label = "LOCALDOMAIN";
	if (search != NULL && !resolvconf_read_search(&loading->config, &loading->location, search))
		return fail(loading, "out of memory");
	return true;
}

// Errors after which glibc continues as with an empty file. EINVAL: not a regular file (file_read).
static bool counts_as_missing(int reason)
{
	static const int reasons[] = {EACCES, EINVAL, EISDIR, ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR, ENXIO, EPERM};
	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
		if (reasons[i] == reason)
			return true;
	}
	return false;
}

// True if the file of loading->location counts as empty after this error; otherwise fails the load.
static bool skip_unreadable(const struct loading *loading, int reason)
{
	if (!counts_as_missing(reason))
		return fail_reading(loading, reason);
	location_note(&loading->location, ORIGIN_NO_FILE, 0, 0);
	return true;
}

static bool load_resolvconf(struct loading *loading, const struct environment *environment)
{
	struct watched_file *file = &loading->config.resolvconf;
	char *bytes;
	size_t size;
	loading->location.source = CONFIG_SOURCE_RESOLVCONF;
	loading->location.rank++;
	loading->location.label = environment->resolvconf_path != NULL ? environment->resolvconf_path : resolvconf_path;
	loading->location.line = 0;
	file->path = strdup(loading->location.label);
	if (file->path == NULL)
		return fail(loading, "out of memory");
	// Taken before reading, so that a change during the reading is noticed.
	file->stamp = file_stamp_of(file->path);
	if (file_read(file->path, CONFIG_FILE_MAX, &bytes, &size) != 0)
		return skip_unreadable(loading, errno);
	const bool read = resolvconf_read(&loading->config, &loading->location, bytes, size);
	free(bytes);
	return read || fail(loading, "out of memory");
}

// nsswitch.conf

static bool load_nsswitch(struct loading *loading, const struct environment *environment)
{
	struct config *config = &loading->config;
	struct watched_file *file = &config->nsswitch;
	char *bytes;
	size_t size;
	loading->location.label = environment->nsswitch_path != NULL ? environment->nsswitch_path : nsswitch_path;
	loading->location.line = 0;
	file->path = strdup(loading->location.label);
	if (file->path == NULL)
		return fail(loading, "out of memory");
	file->stamp = file_stamp_of(file->path);
	config->services = config->network_services = nsswitch_default();
	if (file_read(file->path, CONFIG_FILE_MAX, &bytes, &size) == 0) {
		const struct nsswitch read = nsswitch_read(bytes, size);
		config->services = read.hosts;
		config->network_services = read.networks;
		free(bytes);
	} else if (!skip_unreadable(loading, errno)) {
		return false;
	}
	if (config->services.line > 0) {
		loading->location.line = config->services.line;
		location_note(&loading->location, ORIGIN_SERVICES, 0, 0);
	}
	config->chosen_services = nsswitch_chosen(&config->services);
	// With default servers from a directive every name counts as chosen.
	if (config->servers_chosen)
		config->services = config->chosen_services;
	return true;
}

// host.conf

// The file is RESOLV_HOST_CONF or /etc/host.conf; a missing one counts as empty. It is read again at each reload,
// unlike in glibc, which reads it once.
static bool load_host_conf(struct loading *loading, const struct environment *environment)
{
	struct host_conf *host_conf = &loading->config.host_conf;
	const char *path = environment->secure ? NULL : getenv("RESOLV_HOST_CONF");
	char *bytes;
	size_t size;
	loading->location.label = path != NULL ? path : host_conf_path;
	loading->location.line = 0;
	if (file_read(loading->location.label, CONFIG_FILE_MAX, &bytes, &size) == 0) {
		const bool read = host_conf_read(host_conf, bytes, size);
		free(bytes);
		if (!read)
			return fail(loading, "out of memory");
		location_note(&loading->location, ORIGIN_HOST_CONF, 0, 0);
	} else if (!skip_unreadable(loading, errno)) {
		return false;
	}
	return environment->secure || host_conf_read_environment(host_conf) || fail(loading, "out of memory");
}

// Defaults

// As glibc: the default search list is the domain of the host name.
static bool default_search(struct loading *loading)
{
	char host[256] = "";
	if (loading->config.precedence->owner[SETTING_SEARCH] != 0 || gethostname(host, sizeof host - 1) != 0)
		return true;
	const char *dot = strchr(host, '.');
	if (dot == NULL || dot[1] == '\0')
		return true;
	loading->location.label = ORIGIN_HOST_NAME;
	return resolvconf_read_search(&loading->config, &loading->location, dot + 1) || fail(loading, "out of memory");
}

static bool default_servers(struct loading *loading)
{
	if (loading->config.routes[0].server_count > 0)
		return true;
	loading->location.label = ORIGIN_DEFAULT;
	return resolvconf_read_server(&loading->config, &loading->location, "127.0.0.1") || fail(loading, "out of memory");
}

static bool default_hosts(struct loading *loading, const struct environment *environment)
{
	if (loading->config.precedence->owner[SETTING_HOSTS] != 0)
		return true;
	loading->config.hosts_path = strdup(environment->hosts_path != NULL ? environment->hosts_path : hosts_path);
	return loading->config.hosts_path != NULL || fail(loading, "out of memory");
}

static bool fill_defaults(struct loading *loading, const struct environment *environment)
{
	return default_search(loading) && default_servers(loading) && default_hosts(loading, environment);
}

// Files that are written must not be sources of answers or settings

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
		return fail_with(loading, output->zone_wanted, zone->text);
	}
	return true;
}

static bool fail_output(struct loading *loading, const struct output *output, const char *got)
{
	char text[128];
	struct strbuf out = {.bytes = text, .size = sizeof text};
	strbuf_add(&out, "expected a file of its own for ");
	strbuf_add(&out, output->name);
	strbuf_add(&out, ", got ");
	strbuf_add(&out, got);
	loading->location.label = output->path;
	loading->location.line = 0;
	return fail(loading, strbuf_end(&out));
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

// A saved SOA record in a zone file in use would make all other names of its zone disappear. Log lines make any other
// file unreadable.
static bool check_outputs(struct loading *loading)
{
	const struct config *config = &loading->config;
	const struct output saved = {config->save_path, "what is saved", "expected a zone file that nothing is saved in"};
	const struct output logged = {config->trace.path, "the log", "expected a zone file that nothing is logged to"};
	if (saved.path != NULL && !check_output(loading, &saved))
		return false;
	if (is_same_file(saved.path, logged.path))
		return fail_output(loading, &saved, "the log");
	return logged.path == NULL || check_output(loading, &logged);
}

#define CACHE_DEFAULT 4096  // answers: about 1 MiB when full
#define MAX_TTL_DEFAULT (24 * 60 * 60)

static bool config_open(struct config *config)
{
	*config = (struct config){.options = {
								  .ndots = 1,
								  .timeout = 5,
								  .attempts = 2,
								  .cache = CACHE_DEFAULT,
								  .max_ttl = MAX_TTL_DEFAULT,
							  }};
	config->precedence = calloc(1, sizeof *config->precedence);
	return config->precedence != NULL && routes_open(config);
}

static bool load_sources(struct loading *loading, const struct environment *environment)
{
	if (!environment->secure && !load_directives(loading, environment))
		return false;
	return load_config_file(loading, environment) && load_libc_environment(loading, environment) &&
		load_resolvconf(loading, environment) && load_nsswitch(loading, environment) &&
		load_host_conf(loading, environment);
}

// The errno if the failure is temporary, else 0. These errors end the load at once, so errno is still theirs.
static int temporary_reason(int reason)
{
	return file_is_shortage(reason) ? reason : 0;
}

bool config_reload(
	const struct environment *environment, const struct config *before, struct config *out, struct config_error *error)
{
	errno = 0;
	struct loading *loading = calloc(1, sizeof *loading);
	if (loading == NULL) {
		strcpy(error->text, error_text(ENOMEM));
		error->reason = ENOMEM;
		return false;
	}
	loading->before = before;
	loading->error = error;
	loading->location = (struct config_location){
		.source = CONFIG_SOURCE_DIRECTIVES,
		.rank = 1,
		.label = "WITHDNS",
		.origins = environment->origins,
		.home = environment->secure ? NULL : environment->home,
	};
	const bool loaded = config_open(&loading->config)
		? load_sources(loading, environment) && fill_defaults(loading, environment) && check_outputs(loading)
		: fail(loading, "out of memory");
	if (loaded) {
		*out = loading->config;
	} else {
		error->reason = temporary_reason(errno);
		config_clear(&loading->config);
	}
	free(loading);
	return loaded;
}

bool config_load(const struct environment *environment, struct config *out, struct config_error *error)
{
	return config_reload(environment, NULL, out, error);
}

bool config_load_directives(const struct environment *environment, struct config *out)
{
	struct config_error *error = malloc(sizeof *error);
	struct loading *loading = calloc(1, sizeof *loading);
	bool loaded = false;
	if (error != NULL && loading != NULL) {
		loading->error = error;
		loading->location =
			(struct config_location){.source = CONFIG_SOURCE_DIRECTIVES, .rank = 1, .home = environment->home};
		loaded = config_open(&loading->config) && (environment->secure || load_directives(loading, environment));
	}
	if (loaded)
		*out = loading->config;
	else if (loading != NULL)
		config_clear(&loading->config);
	free(loading);
	free(error);
	return loaded;
}

static bool has_changed(const struct watched_file *file)
{
	if (file->path == NULL)
		return false;
	const struct file_stamp now = file_stamp_of(file->path);
	return !file_stamp_equal(&file->stamp, &now);
}

// Unlike libc's files the configuration file is not reread before it has settled.
static bool is_outdated(const struct watched_file *file)
{
	if (file->path == NULL)
		return false;
	const struct file_stamp now = file_stamp_of(file->path);
	return file_stamp_is_outdated(&file->stamp, &now);
}

bool config_is_stale(const struct config *config)
{
	const bool is_reloaded = !config->options.no_reload;
	return has_changed(&config->nsswitch) || (is_reloaded && has_changed(&config->resolvconf)) ||
		is_outdated(&config->file);
}

void config_sum(const struct config *config, struct file_stamp_sum *sum)
{
	file_stamp_sum_add(sum, config->file.path, false);
	file_stamp_sum_add(sum, config->resolvconf.path, true);
	file_stamp_sum_add(sum, config->nsswitch.path, true);
}

static void precedence_close(struct config_precedence *precedence)
{
	if (precedence == NULL)
		return;
	free(precedence->route_ranks);
	free(precedence);
}

static void config_line_clear(struct config_line *line)
{
	free(line->text);
	free(line->label);
	free(line->origin);
}

void config_clear(struct config *config)
{
	routes_close(config);
	for (size_t i = 0; i < config->search_count; i++)
		free(config->search[i]);
	free(config->search);
	free(config->sort_ranges);
	free(config->hosts_path);
	free(config->trace.path);
	for (size_t i = 0; i < config->journal_count; i++) {
		free(config->journals[i].path);
		run_address_clear(&config->journals[i].run);
	}
	for (size_t i = 0; i < config->counter_count; i++)
		run_address_clear(&config->counters[i]);
	free(config->journals);
	free(config->counters);
	free(config->save_path);
	for (size_t i = 0; i < config->record_count; i++)
		config_line_clear(&config->records[i]);
	for (size_t i = 0; i < config->zone_count; i++)
		config_line_clear(&config->zones[i]);
	free(config->records);
	free(config->zones);
	free(config->faults);
	free(config->file.path);
	free(config->resolvconf.path);
	free(config->nsswitch.path);
	host_conf_clear(&config->host_conf);
	precedence_close(config->precedence);
	*config = (struct config){.routes = NULL};
}

unsigned options_deadline_ms(const struct options *options)
{
	return options->timeout_ms != 0 ? options->timeout_ms : options->timeout * options->attempts * 1000;
}

const char *config_write_server(const struct server *server, char *text)
{
	static const char *const words[] = {[SERVER_SYSTEM] = "system", [SERVER_NONE] = "none"};

	return server->kind == SERVER_ADDRESS ? address_write_with_port(&server->address, text) : words[server->kind];
}
