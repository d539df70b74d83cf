// SPDX-License-Identifier: MIT
#include "config/config.h"

#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/hash.h"

const struct config_file *config_find_file(const struct config *config, const char *path)
{
	for (size_t i = 0; i < config->file_count; i++)
		if (strcmp(config->files[i].path, path) == 0)
			return &config->files[i];
	return NULL;
}

bool config_is_young(const struct config *config)
{
	for (size_t i = 0; i < config->file_count; i++)
		if (config->files[i].stamp.is_young && !config->files[i].is_copy)
			return true;
	for (size_t i = 0; i < config->only.count; i++)
		if (config->only.list[i].stamp.is_young)
			return true;
	return false;
}

void config_sum(const struct config *config, struct file_stamp_sum *sum)
{
	for (size_t i = 0; i < config->file_count; i++)
		file_stamp_sum_add(sum, config->files[i].path, &config->files[i].stamp, false);
	for (size_t i = 0; i < config->only.count; i++)
		file_stamp_sum_add(sum, config->only.list[i].path, &config->only.list[i].stamp, false);
	sum->settings_hash = sum->hash;
	sum->are_settings_unsettled = sum->is_unsettled;
	file_stamp_sum_add(
		sum, config->resolvconf.path, config->options.no_reload ? NULL : &config->resolvconf.stamp, true);
	file_stamp_sum_add(sum, config->nsswitch.path, &config->nsswitch.stamp, true);
}

char *config_own(struct config *config, char *text)
{
	if (text != NULL && array_append(&config->owned, &config->owned_count, &text, sizeof text))
		return text;
	free(text);
	return NULL;
}

void config_clear(struct config *config)
{
	for (size_t i = 0; i < config->owned_count; i++)
		free(config->owned[i]);
	free(config->owned);
	for (size_t i = 0; i < config->route_count; i++)
		free(config->routes[i].servers);
	free(config->routes);
	free(config->route_index.places);
	free(config->search);
	free(config->sort_ranges);
	free(config->journals);
	free(config->counters);
	free(config->tls_pins);
	free(config->records);
	free(config->zones);
	for (size_t i = 0; i < config->only.count; i++)
		name_list_clear(&config->only.list[i]);
	free(config->only.list);
	free(config->faults);
	free(config->files);
	host_conf_clear(&config->host_conf);
	*config = (struct config){.routes = NULL};
}

const char *config_write_server(const struct server *server, char *text)
{
	static const char *const words[] = {[SERVER_SYSTEM] = "system", [SERVER_NONE] = "none"};
	return server->kind == SERVER_ADDRESS ? address_write_with_port(&server->address, text) : words[server->kind];
}

// ---- routes ----

// The suffix of a name from byte start on.
struct suffix {
	const struct name *name;
	unsigned start;
};

static bool is_route_for(const void *things, uint32_t number, const void *key)
{
	const struct config *config = things;
	const struct suffix *suffix = key;
	const struct name *domain = &config->routes[number].domain;
	return name_end_is(suffix->name, suffix->start, domain->wire, domain->length);
}

static uint64_t hash_of(const void *things, uint32_t number)
{
	const struct config *config = things;
	return name_hash_end(&config->routes[number].domain, 0, HASH_START);
}

// The index of the route for exactly this suffix, or HASH_INDEX_NONE.
static uint32_t find_route(const struct config *config, const struct name *name, unsigned start)
{
	const struct suffix suffix = {name, start};
	return hash_index_find(&config->route_index, name_hash_end(name, start, HASH_START), is_route_for, config, &suffix);
}

static bool add_route(struct config *config, const struct name *domain)
{
	const struct route route = {.domain = *domain};
	if (!array_append(&config->routes, &config->route_count, &route, sizeof route))
		return false;
	if (hash_index_add(&config->route_index, hash_of, config))
		return true;
	config->route_count--;
	return false;
}

bool config_open(struct config *config)
{
	struct name root;
	return name_read(".", &root) && add_route(config, &root);
}

ptrdiff_t config_add_route(struct config *config, const struct name *domain)
{
	const uint32_t found = find_route(config, domain, 0);
	if (found != HASH_INDEX_NONE)
		return (ptrdiff_t)found;
	return add_route(config, domain) ? (ptrdiff_t)config->route_count - 1 : -1;
}

const struct route *config_find_route(const struct config *config, const struct name *name)
{
	if (config->route_count > 1) {
		for (unsigned start = 0; start < name->length; start += name->wire[start] + 1u) {
			const uint32_t found = find_route(config, name, start);
			if (found != HASH_INDEX_NONE && config->routes[found].server_count > 0)
				return &config->routes[found];
		}
	}
	return &config->routes[0];
}
