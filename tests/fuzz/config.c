// SPDX-License-Identifier: MIT
// Configuration: the same text as directives, as a file of ours and as each of the system's files and variables.
#include <stdbool.h>

#include "config/config.h"
#include "config/config_load.h"
#include "config/directive.h"
#include "config/environment.h"
#include "config/fault.h"
#include "config/fault_text.h"
#include "config/name_list.h"
#include "config/resolvconf.h"
#include "resolver/address_rules.h"
#include "tests/fuzz/fuzz.h"

#define NOWHERE "/nonexistent"

static void check_routes(const struct config *config)
{
	MUST(config->route_count >= 1 && config->routes[0].server_count >= 1);
	for (size_t i = 0; i < config->route_count; i++) {
		const struct route *route = &config->routes[i];
		MUST(route->domain.length >= 1);
		for (size_t j = 0; j < route->server_count; j++)
			MUST(route->servers[j].kind != SERVER_ADDRESS || route->servers[j].address.port > 0);
	}
}

static void check_options(const struct options *options)
{
	MUST(options->ndots <= 15);
	MUST(options->timeout >= 1 && options->timeout <= 30);
	MUST(options->attempts >= 1 && options->attempts <= 5);
	MUST(options_deadline_ms(options) > 0);
}

static void check_error(const struct config_error *error)
{
	size_t length = strnlen(error->text, sizeof error->text);
	MUST(length > 0 && length < sizeof error->text);
	for (size_t i = 0; i < length; i++)
		MUST((unsigned char)error->text[i] >= ' ' && error->text[i] != 0x7f);
}

// What is written of a fault is the same fault.
static void check_fault(const struct fault *fault)
{
	char pattern[FAULT_PATTERN_SIZE], text[FAULT_TEXT_SIZE], other[FAULT_PATTERN_SIZE + FAULT_TEXT_SIZE];
	char line[2 * FAULT_PATTERN_SIZE + FAULT_TEXT_SIZE + 16];
	char *words[] = {(char *)"fault", fault_text_write_pattern(fault, pattern)};
	char *start = directive_join(words, 2);
	struct words read;
	struct fault again;
	struct fault_mistake mistake;
	snprintf(line, sizeof line, "%s %s", start, fault_text_write(fault, text));
	MUST(strlen(text) < FAULT_TEXT_SIZE - 1);
	MUST(words_split(line, strlen(line), &read) == WORDS_OK);
	MUST(fault_text_read(&read, &again, &mistake));
	MUST(strcmp(pattern, fault_text_write_pattern(&again, other)) == 0);
	MUST(strcmp(text, fault_text_write(&again, other)) == 0);
	words_clear(&read);
	free(start);
}

static void load(const struct environment *environment)
{
	struct config config;
	struct config_error error;
	if (!config_load(environment, NULL, &config, &error)) {
		check_error(&error);
		return;
	}
	check_routes(&config);
	check_options(&config.options);
	MUST(config.sort_range_count <= 10);
	for (size_t i = 0; i < config.fault_count; i++)
		check_fault(&config.faults[i]);
	MUST(config.services.count <= NAME_SERVICES_MAX);
	MUST(config.host_conf.trim_count <= HOST_CONF_TRIMS_MAX);
	config_clear(&config);
}

// All of them at once are the system's files, one at a time ours.
static void load_by_each_source(const char *text, const char *path)
{
	struct environment environment = {
		.resolvconf_path = path,
		.nsswitch_path = path,
		.system_path = NOWHERE,
		.hosts_path = NOWHERE,
	};
	setenv("RESOLV_HOST_CONF", path, 1);
	setenv("RES_OPTIONS", text, 1);
	setenv("LOCALDOMAIN", text, 1);
	load(&environment);
	unsetenv("RES_OPTIONS");
	unsetenv("LOCALDOMAIN");
	environment.resolvconf_path = environment.nsswitch_path = NOWHERE;
	setenv("RESOLV_HOST_CONF", NOWHERE, 1);
	environment.config_file = path;
	load(&environment);
	environment.config_file = NULL;
	environment.config_copy = text;
	load(&environment);
	environment.config_copy = NULL;
	environment.directives = text;
	load(&environment);
}

// What is made absolute for a child is so a second time: nothing changes but empty lines at the end.
static void make_absolute(const char *text)
{
	char *once = directives_absolute(text, "/some/directory");
	MUST(once);
	char *twice = directives_absolute(once, "/another/directory");
	MUST(twice);
	const size_t length = strlen(twice);
	MUST(strncmp(once, twice, length) == 0 && !once[length + strspn(once + length, "\n")]);
	free(once);
	free(twice);
}

static void check_table(const struct prefix_table *table)
{
	MUST(table->count > 0);
	for (size_t i = 0; i < table->count; i++)
		MUST(table->rows[i].bits <= 128);
}

static void read_address_rules(const char *text, size_t size)
{
	struct address_rules rules;
	const struct destination destination = {
		.address = {.family = AF_INET6, .bytes = {0x20, 1, 0xd, 0xb8}},
		.source = {.family = AF_INET6, .bytes = {0x20, 1, 0xd, 0xb8, [15] = 1}},
	};
	char *changed = fuzz_text((const uint8_t *)text, size);
	MUST(address_rules_read(changed, size, &rules));
	free(changed);
	for (size_t i = 0; i < ADDRESS_TABLES; i++)
		check_table(&rules.tables[i]);
	address_rules_rank(&rules, &destination);
	address_rules_clear(&rules);
}

// Each listed name is found, and what is written of it is a name again.
static void read_names(const char *path)
{
	struct name_list list;
	struct config_error error;
	const bool is_read = name_list_read(path, "", &list, &error);
	for (size_t i = 0; is_read && i < list.count; i++) {
		const struct listed_name *listed = &list.list[i];
		char text[NAME_TEXT_SIZE];
		struct name name;
		MUST(listed->is_below || name_list_find(&list, &listed->name, listed->type) == LISTED);
		MUST(name_list_read_name(name_list_write_name(&listed->name, text), &name) && name_equal(&name, &listed->name));
	}
	name_list_clear(&list);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *text = fuzz_text(bytes, size);
	const char *path = fuzz_file(bytes, size)->path;
	load_by_each_source(text, path);
	read_names(path);
	make_absolute(text);
	read_address_rules(text, size);
	free(text);
	return 0;
}
