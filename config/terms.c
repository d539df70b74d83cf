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
	};
	terms_start(&terms);
	return terms;
}

void terms_start(struct terms *terms)
{
	const struct options *options = terms->options;
	unsigned milliseconds = options->timeout_ms ? options->timeout_ms : options->timeout * options->attempts * 1000;
	terms->deadline = clock_now() + milliseconds * INT64_C(1000);
}

const struct route *terms_route(const struct terms *terms, const struct name *name)
{
	const struct config *config = terms->config;
	const struct route *best = terms->plain;
	unsigned length = 0;
	for (size_t i = 1; i < config->route_count; i++) {
		const struct route *route = &config->routes[i];
		if (route->domain.length > length && name_within(name, &route->domain)) {
			best = route;
			length = route->domain.length;
		}
	}
	return best;
}
