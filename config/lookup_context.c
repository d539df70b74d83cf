// SPDX-License-Identifier: MIT
#include "config/lookup_context.h"

#include "config/base/clock.h"
#include "config/base/compiler.h"
#include "config/config.h"

void lookup_context_begin(struct lookup_context *lookup, const struct config *config, int64_t begun)
{
	*lookup = (struct lookup_context){
		.config = config,
		.default_route = &config->routes[0],
		.search = config->search,
		.search_count = config->search_count,
		.options = &config->options,
		.services = &config->services,
		.network_services = &config->network_services,
		.chosen_services = &config->chosen_services,
	};
	lookup_context_start(lookup, begun);
}

struct lookup_context lookup_context_of_config(const struct config *config)
{
	struct lookup_context lookup;
	lookup_context_begin(&lookup, config, clock_now());
	return lookup;
}

void lookup_context_start(struct lookup_context *lookup, int64_t begun)
{
	lookup->begun = begun;
	lookup->deadline = begun + options_deadline_ms(lookup->options) * INT64_C(1000);
}

int64_t lookup_context_share(const struct lookup_context *lookup, unsigned parts)
{
	const int64_t now = parts > 1 ? clock_now() : lookup->deadline;
	return lookup->deadline > now ? now + (lookup->deadline - now) / parts : lookup->deadline;
}

bool lookup_context_is_logged(const struct lookup_context *lookup)
{
	return UNLIKELY(lookup->observe) || config_is_logged(lookup->config);
}

void lookup_context_log(const struct lookup_context *lookup, const struct log_event *event)
{
	struct log_event attributed = *event;
	attributed.process = lookup->process;
	if (!lookup->dry_run)
		config_log(lookup->config, &attributed);
	if (lookup->observe)
		lookup->observe(lookup->observer, &attributed);
}

const struct route *lookup_context_route(const struct lookup_context *lookup, const struct name *name)
{
	const struct route *route = config_find_route(lookup->config, name);
	return LIKELY(route == &lookup->config->routes[0]) ? lookup->default_route : route;
}

const char *lookup_context_rule(const struct lookup_context *lookup, const struct name *name, char *text)
{
	const struct route *route = config_find_route(lookup->config, name);
	return route != &lookup->config->routes[0] ? name_write(&route->domain, text) : NULL;
}
