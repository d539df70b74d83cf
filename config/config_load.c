// SPDX-License-Identifier: MIT
#include "config/config_load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/base/error_text.h"
#include "config/base/file.h"
#include "config/base/file_stamp.h"
#include "config/directive_reader.h"
#include "config/environment.h"
#include "config/forwarder.h"
#include "config/loading.h"
#include "config/origin.h"
#include "config/resolvconf.h"

// ---- the sources that libc reads too ----

// RES_OPTIONS and LOCALDOMAIN.
static bool load_variables(struct loading *loading)
{
	const bool is_secure = loading->environment->secure;
	const char *options = is_secure ? NULL : getenv("RES_OPTIONS");
	const char *search = is_secure ? NULL : getenv("LOCALDOMAIN");
	loading_enter(loading, CONFIG_SOURCE_LIBC_ENVIRONMENT);
	return (options == NULL || resolvconf_read_value(loading, "RES_OPTIONS", "options", options)) &&
		(search == NULL || resolvconf_read_value(loading, "LOCALDOMAIN", "search", search));
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

// Enters and reads a file of libc's, and fills *file to detect changes. *bytes is NULL if it counts as empty, else the
// caller frees it.
static bool read_file(struct loading *loading, const char *path, struct config_file *file, char **bytes, size_t *size)
{
	loading_enter_part(loading, path);
	file->path = config_own(&loading->config, strdup(path));
	*bytes = NULL;
	if (file->path == NULL)
		return loading_fail_memory(loading);
	if (file_stamp_read(path, CONFIG_FILE_MAX, &file->stamp, bytes, size) == 0)
		return true;
	return counts_as_missing(errno) ? origin_note(&loading->location, ORIGIN_NO_FILE, 0, 0)
									: loading_fail_reading(loading, errno);
}

static bool load_resolvconf(struct loading *loading)
{
	const char *path = loading->environment->resolvconf_path;
	char *bytes;
	size_t size;
	loading_enter(loading, CONFIG_SOURCE_RESOLVCONF);
	if (!read_file(loading, path != NULL ? path : "/etc/resolv.conf", &loading->config.resolvconf, &bytes, &size))
		return false;
	const bool is_set = bytes == NULL || resolvconf_read(loading, bytes, size);
	free(bytes);
	return is_set;
}

static bool load_nsswitch(struct loading *loading)
{
	struct config *config = &loading->config;
	const char *path = loading->environment->nsswitch_path;
	char *bytes;
	size_t size;
	if (!read_file(loading, path != NULL ? path : "/etc/nsswitch.conf", &config->nsswitch, &bytes, &size))
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
	struct config_file ignored;
	char *bytes;
	size_t size;
	if (!read_file(loading, path != NULL ? path : "/etc/host.conf", &ignored, &bytes, &size))
		return false;
	const bool is_read = bytes == NULL || host_conf_read(host_conf, bytes, size);
	if (is_read && bytes != NULL)
		origin_note(&loading->location, ORIGIN_HOST_CONF, 0, 0);
	free(bytes);
	return (is_read && (is_secure || host_conf_read_environment(host_conf))) || loading_fail_memory(loading);
}

// As glibc: the default search list is the domain of the host name.
static bool default_search(struct loading *loading)
{
	char host[256] = "";
	if (loading->owners[ORIGIN_SEARCH] != 0 || gethostname(host, sizeof host - 1) != 0)
		return true;
	const char *dot = strchr(host, '.');
	return dot == NULL || dot[1] == '\0' || resolvconf_read_value(loading, ORIGIN_HOST_NAME, "search", dot + 1);
}

static bool default_servers(struct loading *loading)
{
	return loading->config.routes[0].server_count > 0 ||
		resolvconf_read_value(loading, ORIGIN_DEFAULT, "nameserver", "127.0.0.1");
}

static bool default_hosts(struct loading *loading)
{
	const char *path = loading->environment->hosts_path;
	if (loading->owners[ORIGIN_HOSTS] != 0)
		return true;
	loading->config.hosts_path = config_own(&loading->config, strdup(path != NULL ? path : "/etc/hosts"));
	return loading->config.hosts_path != NULL || loading_fail_memory(loading);
}

// ---- all sources ----

static bool has_servers(const struct config *config)
{
	return config->servers_chosen || config->route_count > 1;
}

// A file that was emptied or is half written must not hand the names over to libc's servers: to choose these takes
// `nameserver system`.
static bool check_choice(struct loading *loading)
{
	const struct config *config = &loading->config;
	if (loading->before == NULL || !has_servers(loading->before) || has_servers(config))
		return true;
	loading_enter_part(loading, config->file_count > 0 ? config->files[0].path : "WITHDNS");
	return loading_fail(loading, "no server is chosen any more: expected `nameserver`, such as `nameserver system`");
}

// Without a forwarder no lookup could reach these servers.
static bool find_forwarder(struct loading *loading)
{
	struct run_address *forwarder = &loading->config.forwarder;
	const struct address *server = forwarder_find(&loading->config);
	const struct run_address *(*begin)(const char *first) = loading->environment->begin_forwarder;
	if (server == NULL || forwarder->path != NULL)
		return forwarder_bind(&loading->config) || loading_fail_memory(loading);
	loading_enter_part(loading, server->path);
	if (begin == NULL)
		return loading_fail(loading,
			"expected withdns to run the program: its library speaks no TLS; or start withdns "
			"-s SERVER --serve unix:PATH, and use the server unix:PATH");
	char *first = forwarder_write_first(&loading->config);
	const struct run_address *begun = first != NULL ? begin(first) : NULL;
	const int reason = errno;
	free(first);
	errno = reason;
	if (begun == NULL)
		return loading_fail_reading(loading, errno);
	loading->config.is_forwarded_here = true;
	*forwarder = *begun;
	return forwarder_bind(&loading->config) || loading_fail_memory(loading);
}

static bool load(struct loading *loading)
{
	return (loading->environment->secure || directive_reader_load_variable(loading)) &&
		directive_reader_load_file(loading) && load_variables(loading) && load_resolvconf(loading) &&
		load_nsswitch(loading) && load_host_conf(loading) && default_search(loading) && default_servers(loading) &&
		default_hosts(loading) && loading_check_outputs(loading) && check_choice(loading) && find_forwarder(loading);
}

// Moves the configuration to *out if it was loaded; else takes the reason of the failure from errno, which was cleared
// before the load.
static bool finish(struct loading *loading, bool is_loaded, struct config *out)
{
	if (is_loaded) {
		loading_decide_recording(loading);
		*out = loading->config;
	} else {
		loading->error->reason = file_is_shortage(errno) ? errno : 0;
		config_clear(&loading->config);
	}
	free(loading);
	return is_loaded;
}

static bool load_from(
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

// Takes the files as withdns(1) read them, if these choose servers. False, with *config cleared, for a lack of memory
// or descriptors.
static bool load_copies(const struct environment *environment, struct config *config, struct config_error *error)
{
	struct environment copies = *environment;
	struct config current = *config;
	copies.prefers_copies = true;
	const bool is_loaded = load_from(&copies, NULL, config, error);
	if (is_loaded ? has_servers(config) : error->reason != 0) {
		config_clear(&current);
		return is_loaded;
	}
	if (is_loaded)
		config_clear(config);
	*config = current;
	return true;
}

bool config_load(
	const struct environment *environment, const struct config *before, struct config *out, struct config_error *error)
{
	if (!load_from(environment, before, out, error))
		return false;
	const bool has_copies = before == NULL && environment->config_copy != NULL && !environment->secure;
	return !has_copies || has_servers(out) || load_copies(environment, out, error);
}

bool config_load_directives(const struct environment *environment, struct config *out)
{
	struct config_error error;
	struct loading *loading = loading_open(environment, &error);
	if (loading == NULL)
		return false;
	loading->is_variable_only = true;
	return finish(loading, environment->secure || directive_reader_load_variable(loading), out);
}
