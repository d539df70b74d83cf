// SPDX-License-Identifier: MIT
#include "config/config_load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/base/error_text.h"
#include "config/base/file.h"
#include "config/base/file_stamp.h"
#include "config/base/strbuf.h"
#include "config/base/words.h"
#include "config/directive.h"
#include "config/directive_file.h"
#include "config/environment.h"
#include "config/loading.h"
#include "config/origin.h"
#include "config/resolvconf.h"
#include "config/statement.h"

// ---- directives ----

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
	return loading_fail_with(loading, strbuf_end(&out), word);
}

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
	const struct statement statement = {&loading->config, &loading->location, words, &loading->expected};
	return directive->set(&statement) || loading_fail(loading, loading->expected.text);
}

static bool read_directive(struct loading *loading, const char *bytes, size_t length)
{
	static const char *const failures[] = {
		[WORDS_TOO_MANY] = "expected at most 128 words in one line",
		[WORDS_OPEN_QUOTE] = "expected a closing \" before the end of the line",
		[WORDS_NO_MEMORY] = "out of memory",
	};
	struct words words;
	loading->location.line++;
	if (memchr(bytes, '\0', length) != NULL)
		return loading_fail(loading, "expected text without NUL bytes");
	const char *failure = failures[words_split(bytes, length, &words)];
	const bool set = failure == NULL ? set_directive(loading, &words) : loading_fail(loading, failure);
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

static bool load_directives_variable(struct loading *loading)
{
	const char *directives = loading->environment->directives;
	loading_enter_part(loading, "WITHDNS");
	return directives == NULL || read_directives(loading, directives, strlen(directives));
}

// Relative paths in a file are relative to its directory.
static bool read_directives_of(struct loading *loading, const char *path, const char *bytes, size_t size)
{
	const char *text = file_skip_mark(bytes, &size);
	char *directory = file_absolute_path(path, NULL);
	if (directory == NULL)
		return loading_fail_reading(loading, errno);
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
		return loading_fail(loading, "expected a file that only its owner can write (chmod go-w)");
	if (errno == EPERM)
		return loading_fail(loading, "expected a file that belongs to root or to this user");
	return loading_fail_reading(loading, errno);
}

// False, with *is_absent unchanged, on an error.
static bool load_file(struct loading *loading, const struct directive_file *file, bool *is_absent)
{
	struct config *config = &loading->config;
	char *bytes;
	size_t size;
	bool is_open;
	loading_enter_part(loading, file->path);
	// Taken before reading, so that a change during the reading is noticed.
	const struct file_stamp stamp = file_stamp_of(file->path);
	const enum directive_file_state state = directive_file_read(file, &bytes, &size, &is_open);
	if (state == DIRECTIVE_FILE_FAILED)
		return fail_file(loading, is_open);
	*is_absent = state == DIRECTIVE_FILE_ABSENT || state == DIRECTIVE_FILE_FOREIGN;
	config->has_foreign_file = config->has_foreign_file || state == DIRECTIVE_FILE_FOREIGN;
	if (*is_absent) {
		origin_note(&loading->location, ORIGIN_NO_FILE, 0, 0);
		return true;
	}
	config->file = (struct watched_file){.path = strdup(file->path), .stamp = stamp};
	config->file_is_copy = state == DIRECTIVE_FILE_COPIED;
	loading->location.version = file_stamp_version(&stamp);
	const bool read =
		config->file.path != NULL ? read_directives_of(loading, file->path, bytes, size) : loading_fail_memory(loading);
	free(bytes);
	return read;
}

// Loads the first file that exists.
static bool load_directives_file(struct loading *loading)
{
	struct directive_file files[DIRECTIVE_FILES_MAX];
	bool is_loaded = true, is_absent = true;
	loading_enter(loading, CONFIG_SOURCE_CONFIG_FILE);
	const size_t count = directive_file_list(loading->environment, loading->before, files);
	if (count == 0)
		return loading_fail_memory(loading);
	for (size_t i = 0; is_loaded && is_absent && i < count; i++)
		is_loaded = load_file(loading, &files[i], &is_absent);
	const int reason = errno;
	for (size_t i = 0; i < count; i++)
		directive_file_clear(&files[i]);
	errno = reason;
	return is_loaded;
}

// ---- the sources that libc reads too ----

// RES_OPTIONS and LOCALDOMAIN.
static bool load_variables(struct loading *loading)
{
	const bool is_secure = loading->environment->secure;
	const char *options = is_secure ? NULL : getenv("RES_OPTIONS");
	const char *search = is_secure ? NULL : getenv("LOCALDOMAIN");
	loading_enter(loading, CONFIG_SOURCE_LIBC_ENVIRONMENT);
	loading_enter_part(loading, "RES_OPTIONS");
	if (options != NULL && !resolvconf_read_options(&loading->config, &loading->location, options))
		return loading_fail_memory(loading);
	loading_enter_part(loading, "LOCALDOMAIN");
	return search == NULL || resolvconf_read_search(&loading->config, &loading->location, search) ||
		loading_fail_memory(loading);
}

// Errors after which glibc continues as with an empty file. EINVAL: not a regular file (file_read).
static bool counts_as_missing(int reason)
{
	static const int reasons[] = {EACCES, EINVAL, EISDIR, ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR, ENXIO, EPERM};
	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
		if (reasons[i] == reason)
			return true;
	return false;
}

// Reads the file that loading->location names. *bytes is NULL if it counts as empty, else the caller frees it.
static bool read_file(const struct loading *loading, char **bytes, size_t *size)
{
	*bytes = NULL;
	if (file_read(loading->location.label, CONFIG_FILE_MAX, bytes, size) == 0)
		return true;
	if (!counts_as_missing(errno))
		return loading_fail_reading(loading, errno);
	origin_note(&loading->location, ORIGIN_NO_FILE, 0, 0);
	return true;
}

// Enters and reads the file at path, and fills *file to detect changes. *bytes as in read_file.
static bool read_watched(
	struct loading *loading, const char *path, struct watched_file *file, char **bytes, size_t *size)
{
	loading_enter_part(loading, path);
	// The stamp is taken before reading, so that a change during the reading is noticed.
	*file = (struct watched_file){.path = strdup(path), .stamp = file_stamp_of(path)};
	return file->path != NULL ? read_file(loading, bytes, size) : loading_fail_memory(loading);
}

static bool load_resolvconf(struct loading *loading)
{
	const char *path = loading->environment->resolvconf_path;
	char *bytes;
	size_t size;
	loading_enter(loading, CONFIG_SOURCE_RESOLVCONF);
	if (!read_watched(loading, path != NULL ? path : "/etc/resolv.conf", &loading->config.resolvconf, &bytes, &size))
		return false;
	const bool is_set = bytes == NULL || resolvconf_read(&loading->config, &loading->location, bytes, size);
	free(bytes);
	return is_set || loading_fail_memory(loading);
}

static bool load_nsswitch(struct loading *loading)
{
	struct config *config = &loading->config;
	const char *path = loading->environment->nsswitch_path;
	char *bytes;
	size_t size;
	if (!read_watched(loading, path != NULL ? path : "/etc/nsswitch.conf", &config->nsswitch, &bytes, &size))
		return false;
	const struct nsswitch read = nsswitch_read(bytes != NULL ? bytes : "", bytes != NULL ? size : 0);
	free(bytes);
	config->network_services = read.networks;
	config->chosen_services = nsswitch_chosen(&read.hosts);
	// With default servers from a directive every name counts as chosen.
	config->services = config->servers_chosen ? config->chosen_services : read.hosts;
	loading->location.line = read.hosts.line;
	if (read.hosts.line > 0)
		origin_note(&loading->location, ORIGIN_SERVICES, 0, 0);
	return true;
}

// The file is RESOLV_HOST_CONF or /etc/host.conf. Each reload reads it again; glibc reads it once.
static bool load_host_conf(struct loading *loading)
{
	struct host_conf *host_conf = &loading->config.host_conf;
	const bool is_secure = loading->environment->secure;
	const char *path = is_secure ? NULL : getenv("RESOLV_HOST_CONF");
	char *bytes;
	size_t size;
	loading_enter_part(loading, path != NULL ? path : "/etc/host.conf");
	if (!read_file(loading, &bytes, &size))
		return false;
	const bool is_read = bytes == NULL || host_conf_read(host_conf, bytes, size);
	if (is_read && bytes != NULL)
		origin_note(&loading->location, ORIGIN_HOST_CONF, 0, 0);
	free(bytes);
	return (is_read && (is_secure || host_conf_read_environment(host_conf))) || loading_fail_memory(loading);
}

static bool load_libc(struct loading *loading)
{
	return load_variables(loading) && load_resolvconf(loading) && load_nsswitch(loading) && load_host_conf(loading);
}

// As glibc: the default search list is the domain of the host name.
static bool default_search(struct loading *loading)
{
	char host[256] = "";
	if (loading->precedence.owner[ORIGIN_SEARCH] != 0 || gethostname(host, sizeof host - 1) != 0)
		return true;
	const char *dot = strchr(host, '.');
	if (dot == NULL || dot[1] == '\0')
		return true;
	loading->location.label = ORIGIN_HOST_NAME;
	return resolvconf_read_search(&loading->config, &loading->location, dot + 1) || loading_fail_memory(loading);
}

static bool default_servers(struct loading *loading)
{
	if (loading->config.routes[0].server_count > 0)
		return true;
	loading->location.label = ORIGIN_DEFAULT;
	return resolvconf_read_server(&loading->config, &loading->location, "127.0.0.1") || loading_fail_memory(loading);
}

static bool default_hosts(struct loading *loading)
{
	const char *path = loading->environment->hosts_path;
	if (loading->precedence.owner[ORIGIN_HOSTS] != 0)
		return true;
	loading->config.hosts_path = strdup(path != NULL ? path : "/etc/hosts");
	return loading->config.hosts_path != NULL || loading_fail_memory(loading);
}

static bool load_libc_defaults(struct loading *loading)
{
	return default_search(loading) && default_servers(loading) && default_hosts(loading);
}

// ---- all sources ----

static bool load(struct loading *loading)
{
	return (loading->environment->secure || load_directives_variable(loading)) && load_directives_file(loading) &&
		load_libc(loading) && load_libc_defaults(loading) && loading_check_outputs(loading);
}

// Moves the configuration to *out if it was loaded; else takes the reason of the failure from errno, which was cleared
// before the load.
static bool finish(struct loading *loading, bool is_loaded, struct config *out)
{
	if (is_loaded) {
		*out = loading->config;
	} else {
		loading->error->reason = file_is_shortage(errno) ? errno : 0;
		config_clear(&loading->config);
	}
	free(loading);
	return is_loaded;
}

bool config_load(
	const struct environment *environment, const struct config *before, struct config *out, struct config_error *error)
{
	errno = 0;
	struct loading *loading = loading_open(environment, error);
	if (loading == NULL) {
		strcpy(error->text, error_text(ENOMEM));
		error->reason = ENOMEM;
		return false;
	}
	loading->before = before;
	return finish(loading, load(loading), out);
}

bool config_load_directives(const struct environment *environment, struct config *out)
{
	struct config_error error;
	struct loading *loading = loading_open(environment, &error);
	return loading != NULL && finish(loading, environment->secure || load_directives_variable(loading), out);
}
