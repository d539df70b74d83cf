// SPDX-License-Identifier: MIT
#include "config/terms.h"

#include "config/clock.h"
#include "config/config.h"

struct terms terms_of_config(const struct config *config)
{
	struct terms terms = {
		.config = config,
		.plain = &config->routes[0],
		.search = config->search,
		.search_count = config->search_count,
		.options = &config->options,
		.services = &config->services,
		.network_services = &config->network_services,
		.chosen_services = &config->chosen_services,
	};
	terms_start(&terms);
	return terms;
}

void terms_start(struct terms *terms)
{
	terms->deadline = clock_now() + options_deadline_ms(terms->options) * INT64_C(1000);
}

struct terms terms_share(const struct terms *terms, unsigned parts)
{
	struct terms share = *terms;
	int64_t now = clock_now();
	if (terms->deadline > now)
		share.deadline = now + (terms->deadline - now) / parts;
	return share;
}

bool terms_are_traced(const struct terms *terms)
{
	return terms->observe || config_is_traced(terms->config);
}

void terms_trace(const struct terms *terms, const struct trace_event *event)
{
	if (!terms->rehearsal)
		config_trace(terms->config, event);
	if (terms->observe)
		terms->observe(terms->observer, event);
}

const struct route *terms_route(const struct terms *terms, const struct name *name)
{
	const struct route *route = config_route(terms->config, name);
	return route == &terms->config->routes[0] ? terms->plain : route;
}
