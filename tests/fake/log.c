// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/base/clock.h"
#include "config/sync/futex.h"
#include "tests/fake/server.h"

#define LINE_SIZE (NAME_TEXT_SIZE + 256)

bool fake_log_to(struct fake *fake, const char *path)
{
	fake->log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (fake->log < 0)
		snprintf(fake->error, sizeof fake->error, "%s: %s", path, strerror(errno));
	return fake->log >= 0;
}

static const char *class_text(uint16_t class, char *text, size_t size)
{
	if (class == RRCLASS_IN)
		return "IN";
	snprintf(text, size, "CLASS%u", class);
	return text;
}

static void write_line(const struct fake *fake, const char *prefix, const struct fake_query *query)
{
	char line[LINE_SIZE], name[NAME_TEXT_SIZE], client[ADDRESS_TEXT_SIZE], server[ADDRESS_TEXT_SIZE];
	char type[RRTYPE_TEXT_SIZE], class[16], edns[48] = "";
	if (query->has_edns)
		snprintf(edns, sizeof edns, query->cookie_size ? " edns=%u cookie=%zu" : " edns=%u", query->payload,
			query->cookie_size);
	const char *transport = query->over_tcp ? "tcp" : "udp";
	int length = snprintf(line, sizeof line, "%s%s %s id=%u %s %s %s%s%s%s%s%s", prefix, transport,
		address_write_with_port(&query->client, client), query->id, name_write(&query->name, name),
		rrtype_write(query->type, type), class_text(query->class, class, sizeof class), edns,
		query->flags & WIRE_RD ? " rd" : "", query->flags & WIRE_AD ? " ad" : "", query->flags & WIRE_CD ? " cd" : "",
		query->edns_flags & 0x8000 ? " do" : "");
	if (fake->endpoint_count > 1)
		length += snprintf(
			line + length, sizeof line - (size_t)length, " to=%s", address_write_with_port(&query->server, server));
	line[length++] = '\n';
	if (write(fake->log, line, (size_t)length) < 0)
		return;
}

static void remember(struct fake *fake, const struct fake_query *query)
{
	if (fake->query_count == fake->query_capacity) {
		const size_t capacity = fake->query_capacity ? 2 * fake->query_capacity : 64;
		struct fake_query *queries = realloc(fake->queries, capacity * sizeof *queries);
		if (!queries)
			return;
		fake->queries = queries;
		fake->query_capacity = capacity;
	}
	fake->queries[fake->query_count++] = *query;
}

void fake_log_query(struct fake *fake, const struct fake_query *query)
{
	if (fake->log >= 0)
		write_line(fake, "", query);
	if (!fake->remembers)
		return;
	remember(fake, query);
	atomic_fetch_add(&fake->arrivals, 1);
	futex_wake(&fake->arrivals);
}

void fake_log_lost_query(struct fake *fake, const struct fake_query *query)
{
	fake->lost_queries++;
	if (fake->log >= 0)
		write_line(fake, "lost ", query);
}

static size_t locked_count(struct fake *fake, const size_t *count)
{
	pthread_mutex_lock(&fake->lock);
	const size_t now = *count;
	pthread_mutex_unlock(&fake->lock);
	return now;
}

size_t fake_lost_queries(struct fake *fake)
{
	return locked_count(fake, &fake->lost_queries);
}

size_t fake_lost_replies(struct fake *fake)
{
	return locked_count(fake, &fake->lost_replies);
}

size_t fake_count(struct fake *fake, const char *name, uint16_t type)
{
	struct name wanted = {0};
	size_t count = 0;
	if (name && !name_read(name, &wanted))
		return 0;
	pthread_mutex_lock(&fake->lock);
	for (size_t i = 0; i < fake->query_count; i++) {
		const struct fake_query *query = &fake->queries[i];
		count += (!name || name_equal(&query->name, &wanted)) && (type == 0 || query->type == type);
	}
	pthread_mutex_unlock(&fake->lock);
	return count;
}

bool fake_query(struct fake *fake, size_t index, struct fake_query *out)
{
	pthread_mutex_lock(&fake->lock);
	const bool found = index < fake->query_count;
	if (found)
		*out = fake->queries[index];
	pthread_mutex_unlock(&fake->lock);
	return found;
}

bool fake_wait(struct fake *fake, size_t count, unsigned timeout_ms)
{
	const int64_t until = clock_now() + INT64_C(1000) * timeout_ms;
	int64_t left;
	unsigned seen = atomic_load(&fake->arrivals);
	while (locked_count(fake, &fake->query_count) < count && (left = until - clock_now()) > 0) {
		futex_wait(&fake->arrivals, seen, left);
		seen = atomic_load(&fake->arrivals);
	}
	return locked_count(fake, &fake->query_count) >= count;
}

void fake_forget(struct fake *fake)
{
	pthread_mutex_lock(&fake->lock);
	fake->query_count = fake->lost_queries = fake->lost_replies = 0;
	pthread_mutex_unlock(&fake->lock);
}
