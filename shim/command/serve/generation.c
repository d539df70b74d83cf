// SPDX-License-Identifier: MIT
#include "shim/command/serve/generation.h"

#include "config/base/clock.h"
#include "config/config.h"
#include "shim/command/problem.h"
#include "shim/command/serve/listeners.h"
#include "shim/command/settings.h"

static bool is_served(const struct server *server, const struct listeners *listeners, struct address *out)
{
	if (server->kind == SERVER_SYSTEM)
		return listeners_have_system(listeners, out);
	*out = server->address;
	return server->kind == SERVER_ADDRESS && listeners_have(listeners, out);
}

// A query to this server itself would come back to it without end.
static bool asks_itself(const struct config *config, const struct listeners *listeners, struct problem *problem)
{
	char text[ADDRESS_TEXT_SIZE];
	struct address address;
	for (size_t i = 0; i < config->route_count; i++)
		for (size_t j = 0; j < config->routes[i].server_count; j++) {
			const struct server *server = &config->routes[i].servers[j];
			if (!is_served(server, listeners, &address))
				continue;
			problem_set(problem, "expected a server other than %s, where withdns itself listens (%s)",
				address_write_with_port(&address, text),
				server->kind == SERVER_SYSTEM ? "/etc/resolv.conf, for the server system" : "-s SERVER");
			return true;
		}
	return false;
}

static struct resolver *open_resolver(
	const struct generations *generations, const struct resolver *older, struct problem *problem)
{
	struct settings settings = {.directives = NULL};
	struct resolver *resolver = settings_open(generations->line, older, &settings, problem);
	const bool is_ready = resolver != NULL && (older != NULL || settings_begin_recording(&settings, problem));
	settings_clear(&settings);
	if (is_ready && !asks_itself(resolver_config(resolver), generations->listeners, problem))
		return resolver;
	resolver_close(resolver);
	return NULL;
}

// Takes ownership of the resolver, which may be NULL: false then.
static bool replace(struct generations *generations, struct resolver *resolver, struct problem *problem)
{
	struct shared_resolver *const older = generations->current, *newer = shared_resolver_open(resolver, problem);
	if (newer == NULL)
		return false;
	pthread_mutex_lock(&generations->lock);
	generations->current = newer;
	pthread_mutex_unlock(&generations->lock);
	shared_resolver_release(older);
	return true;
}

bool generations_open(struct generations *generations, struct problem *problem)
{
	struct resolver *resolver = open_resolver(generations, NULL, problem);
	return replace(generations, resolver, problem);
}

void generations_renew(struct generations *generations, bool is_forced)
{
	const struct resolver *current = generations->current->resolver;
	struct problem problem = {.status = 0};
	if (!is_forced && !reload_is_due(&generations->reload, current, clock_now()))
		return;
	const struct file_stamp_sum files = resolver_files(current);
	struct resolver *resolver = open_resolver(generations, current, &problem);
	const enum reload_result result = reload_finish(&generations->reload, current, &files, resolver, problem.text);
	if (result == RELOAD_DROP)
		resolver_close(resolver);
	else if (result == RELOAD_USE && !replace(generations, resolver, &problem))
		problem_write(problem.text);
	else if (result == RELOAD_TELL)
		problem_write(problem.text);
}

struct shared_resolver *generations_take(struct generations *generations)
{
	pthread_mutex_lock(&generations->lock);
	struct shared_resolver *generation = shared_resolver_hold(generations->current);
	pthread_mutex_unlock(&generations->lock);
	return generation;
}

void generations_follow(struct generations *generations, struct shared_resolver **held)
{
	if (atomic_load(&generations->current) == *held)
		return;
	shared_resolver_release(*held);
	*held = generations_take(generations);
}
