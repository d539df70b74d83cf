// SPDX-License-Identifier: MIT
#include "config/config.h"

#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"

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
