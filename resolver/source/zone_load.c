// SPDX-License-Identifier: MIT
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/hash.h"
#include "config/config.h"
#include "resolver/dns/zone_file.h"
#include "resolver/source/zone_store.h"

#define DEFAULT_TTL 60

struct load {
	const struct config *config;
	struct zone_store *store;
	struct config_error *error;
	uint32_t location;        // index of the location that is being read
	struct hash_index known;  // of the linked items, by content
};

// line is counted in a file; 0: none.
static bool fail(const struct load *load, uint32_t number, unsigned line, const char *text)
{
	const struct zone_location *location = &load->store->locations[number];
	const struct config_file_place file = {.what = "", .path = location->path, .line = line};
	const struct config_file_place record = {
		.what = "", .path = location->line->label, .line = location->line->line, .directive = "record"};
	return config_error_set(load->error, location->path ? &file : &record, text, 0);
}

static bool fail_without_memory(struct config_error *error)
{
	return config_error_set(error, NULL, NULL, ENOMEM);
}

// ---- reading ----

// Callback for a record.
static bool add_record(void *context, const struct record_view *record, unsigned line)
{
	const struct load *load = context;
	struct zone_store *store = load->store;
	const struct zone_item item = {
		.ttl = record->ttl,
		.location = load->location,
		.line = line,
		.data_length = (uint16_t)record->data_length,
		.type = record->type,
	};
	const bool is_apex = record->type == RRTYPE_SOA && store->locations[item.location].path;
	return (!is_apex || zone_store_add_apex(store, record->owner)) &&
		zone_store_add_item(store, record->owner, item, record->data);
}

// Adds the location and makes it the current one. Takes the stamp of the file before reading it.
static bool add_location(struct load *load, struct zone_location location)
{
	struct zone_store *store = load->store;
	if (location.path)
		location.stamp = file_stamp_of(location.path);
	if (!array_append(&store->locations, &store->location_count, &location, sizeof(location)))
		return false;
	load->location = (uint32_t)store->location_count - 1;
	return true;
}

// Callback for the beginning of an included file; path NULL: the end of the current one.
static bool enter_file(void *context, const char *path)
{
	struct load *load = context;
	const struct zone_location *current = &load->store->locations[load->location];
	if (!path) {
		load->location = current->above;
		return true;
	}
	char *copy = strdup(path);
	const struct zone_location location = {current->line, copy, copy, load->location, {0}};
	if (copy && add_location(load, location))
		return true;
	free(copy);
	return false;
}

static bool read_text(struct load *load, const struct config_line *line, bool is_file, struct zone_file_error *wrong)
{
	struct name origin;
	const bool has_origin = is_file && line->origin && name_read(line->origin, &origin);
	const struct zone_file_options options = {
		.origin = has_origin ? &origin : NULL,
		.default_ttl = DEFAULT_TTL,
		.is_record = !is_file,
		.visit = add_record,
		.enter = enter_file,
		.context = load,
	};
	return is_file ? zone_file_read(line->text, &options, wrong)
				   : zone_file_read_text(line->text, strlen(line->text), &options, wrong);
}

static bool read_location(struct load *load, const struct config_line *line, bool is_file)
{
	struct zone_file_error wrong;
	if (!add_location(load, (struct zone_location){.line = line, .path = is_file ? line->text : NULL}))
		return fail_without_memory(load->error);
	if (read_text(load, line, is_file, &wrong))
		return true;
	if (!wrong.text[0])
		return fail_without_memory(load->error);
	return fail(load, load->location, wrong.line, wrong.text);
}

// As loading.c for the zone files: the recording must not be included, since its records would answer this run.
static bool check_included(const struct load *load)
{
	const char *path = load->config->recording_path;
	const struct file_stamp saved = path ? file_stamp_of(path) : (struct file_stamp){0};
	for (uint32_t i = 0; saved.is_regular && i < load->store->location_count; i++) {
		const struct zone_location *location = &load->store->locations[i];
		if (location->included && location->stamp.device == saved.device && location->stamp.inode == saved.inode)
			return fail(load, i, 0, "expected a file other than the recording");
	}
	return true;
}

static bool read_locations(struct load *load)
{
	const struct config *config = load->config;
	for (size_t i = 0; i < config->record_count; i++)
		if (!read_location(load, &config->records[i], false))
			return false;
	for (size_t i = 0; i < config->zone_count; i++)
		if (!read_location(load, &config->zones[i], true))
			return false;
	return check_included(load);
}

// ---- linking records to nodes ----

static uint64_t hash_of(const struct zone_store *store, const struct zone_item *item)
{
	const uint64_t start = hash_word(HASH_START, (uint64_t)item->node << 16 | item->type);
	return hash_bytes(start, store->bytes + item->data, item->data_length);
}

static bool has_content(const void *things, uint32_t number, const void *key)
{
	const struct zone_store *store = things;
	const struct zone_item *item = &store->items[number], *wanted = key;
	return item->node == wanted->node && item->type == wanted->type && item->data_length == wanted->data_length &&
		memcmp(store->bytes + item->data, store->bytes + wanted->data, item->data_length) == 0;
}

// Appends the item to the list of its node. Omits duplicates and a second SOA of a zone.
static bool link_item(struct load *load, struct zone_node *node, uint32_t number)
{
	struct zone_store *store = load->store;
	struct zone_item *item = &store->items[number];
	item->node = (uint32_t)(node - store->nodes);
	const uint64_t hash = hash_of(store, item);
	if (hash_index_find(&load->known, hash, has_content, store, item) != HASH_INDEX_NONE ||
		(item->type == RRTYPE_SOA && zone_store_next(store, node, RRTYPE_SOA, NULL)))
		return true;
	const bool is_alias = item->type == RRTYPE_CNAME, is_data = !is_alias && !rrtype_may_join_alias(item->type);
	if ((is_alias && (node->has_alias || node->has_data)) || (is_data && node->has_alias))
		return fail(load, item->location, item->line, "expected no other record with the name of a CNAME");
	if (item->type == RRTYPE_DNAME && node->has_redirect)
		return fail(load, item->location, item->line, "expected only one DNAME with the same name");
	hash_index_put(&load->known, hash, number);
	*(node->last ? &store->items[node->last - 1].next : &node->first) = number + 1;
	node->last = number + 1;
	node->has_alias |= is_alias;
	node->has_data |= is_data;
	node->has_redirect |= item->type == RRTYPE_DNAME;
	return true;
}

// Links the item to its node. In a zone also creates the nodes between it and the apex.
static bool enter_item(struct load *load, uint32_t number)
{
	struct zone_store *store = load->store;
	const struct zone_item *item = &store->items[number];
	const struct name name = zone_store_name(store, item->owner, item->owner_length);
	const uint32_t zone = store->locations[item->location].path ? zone_store_zone(store, &name) : ZONE_NONE;
	const unsigned least = zone == ZONE_NONE ? name.length : store->apexes[zone - 1].name.length;
	struct zone_node *node = zone_store_make_node(store, zone, &name, item->owner, 0);
	if (!node)
		return fail_without_memory(load->error);
	if (!link_item(load, node, number))
		return false;
	store->has_zoneless_domains |= zone == ZONE_NONE && (name_is_wildcard(&name) || node->has_redirect);
	for (unsigned start = name.wire[0] + 1u; name.length - start >= least && start < name.length;
		 start += name.wire[start] + 1u)
		if (!zone_store_make_node(store, zone, &name, item->owner, start))
			return fail_without_memory(load->error);
	return true;
}

// Adds a PTR record for the address of a `record` line, unless records for its reverse name exist.
static bool add_reverse(struct load *load, uint32_t number)
{
	struct zone_store *store = load->store;
	const struct zone_item *item = &store->items[number];
	const struct name target = zone_store_name(store, item->owner, item->owner_length);
	const bool is_ipv4 = item->type == RRTYPE_A && item->data_length == 4;
	const bool is_ipv6 = item->type == RRTYPE_AAAA && item->data_length == 16;
	if (!(is_ipv4 || is_ipv6) || store->locations[item->location].path || name_is_wildcard(&target))
		return true;
	const struct address address = address_from_bytes(is_ipv4 ? AF_INET : AF_INET6, store->bytes + item->data);
	const struct name owner = name_of_address(&address);
	struct zone_match known;
	if (zone_store_find(store, &owner, &known) == OUTCOME_FOUND && known.node->first)
		return true;
	struct zone_item reverse = *item;
	reverse.type = RRTYPE_PTR;
	reverse.data_length = target.length;
	reverse.next = 0;
	if (!zone_store_add_item(store, &owner, reverse, target.wire))
		return fail_without_memory(load->error);
	return enter_item(load, (uint32_t)store->item_count - 1);
}

static bool link_items(struct load *load)
{
	const uint32_t count = (uint32_t)load->store->item_count;
	if (!hash_index_open(&load->known, 2 * (size_t)count))  // each record may add a PTR record
		return fail_without_memory(load->error);
	for (uint32_t i = 0; i < count; i++)
		if (!enter_item(load, i))
			return false;
	for (uint32_t i = 0; i < count; i++)
		if (!add_reverse(load, i))
			return false;
	return true;
}

struct zone_store *zone_load(const struct config *config, struct config_error *error)
{
	struct load load = {.config = config, .store = calloc(1, sizeof(*load.store)), .error = error};
	if (!load.store) {
		fail_without_memory(error);
		return NULL;
	}
	const bool is_loaded = read_locations(&load) && link_items(&load);
	free(load.known.places);
	if (is_loaded)
		return load.store;
	zone_store_close(load.store);
	return NULL;
}
