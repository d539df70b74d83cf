// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "tests/unit/names.h"

static void open_routes(struct config *config)
{
	*config = (struct config){.route_count = 0};
	assert_true(config_open(config));
}

static size_t add(struct config *config, const char *domain)
{
	const struct name name = name_of(domain);
	const ptrdiff_t index = config_add_route(config, &name);
	assert_true(index >= 0);
	if (config->routes[index].server_count == 0) {
		config->routes[index].servers = calloc(1, sizeof(struct server));
		config->routes[index].server_count = 1;
	}
	return (size_t)index;
}

static size_t route_index(const struct config *config, const char *text)
{
	const struct name name = name_of(text);
	return (size_t)(config_find_route(config, &name) - config->routes);
}

static void the_longest_domain_that_a_name_is_within_counts(void **state)
{
	(void)state;
	struct config config;
	open_routes(&config);
	const size_t org = add(&config, "org"), example = add(&config, "example.org"),
				 deep = add(&config, "a.b.Example.org");
	const size_t reverse = add(&config, "2.0.192.in-addr.arpa");
	assert_int_equal(route_index(&config, "org"), org);
	assert_int_equal(route_index(&config, "other.org"), org);
	assert_int_equal(route_index(&config, "example.org"), example);
	assert_int_equal(route_index(&config, "b.EXAMPLE.org"), example);
	assert_int_equal(route_index(&config, "x.a.b.example.ORG"), deep);
	assert_int_equal(route_index(&config, "notexample.org"), org);
	assert_int_equal(route_index(&config, "1.2.0.192.in-addr.arpa"), reverse);
	assert_int_equal(route_index(&config, "12.0.192.in-addr.arpa"), 0);
	assert_int_equal(route_index(&config, "example.com"), 0);
	assert_int_equal(route_index(&config, "."), 0);
	assert_int_equal(add(&config, "EXAMPLE.ORG"), example);
	assert_int_equal(config.route_count, 5);
	config_clear(&config);
}

static void a_route_without_servers_does_not_count(void **state)
{
	(void)state;
	struct config config;
	open_routes(&config);
	const size_t org = add(&config, "org");
	const struct name empty = name_of("example.org");
	assert_int_equal(config_add_route(&config, &empty), org + 1);
	assert_int_equal(route_index(&config, "www.example.org"), org);
	config_clear(&config);
}

static void many_domains_are_all_found(void **state)
{
	(void)state;
	enum { COUNT = 20000 };
	struct config config;
	char text[64];
	open_routes(&config);
	for (int i = 0; i < COUNT; i++) {
		snprintf(text, sizeof text, "ad%d.t%d.example", i, i % 7);
		assert_int_equal(add(&config, text), i + 1);
	}
	for (int i = 0; i < COUNT; i++) {
		snprintf(text, sizeof text, "www.ad%d.t%d.example", i, i % 7);
		assert_int_equal(route_index(&config, text), i + 1);
		snprintf(text, sizeof text, "ad%d.t%d.example", i, i % 7 + 1);
		assert_int_equal(route_index(&config, text), 0);
	}
	config_clear(&config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_longest_domain_that_a_name_is_within_counts),
		cmocka_unit_test(a_route_without_servers_does_not_count),
		cmocka_unit_test(many_domains_are_all_found),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
