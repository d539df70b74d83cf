// SPDX-License-Identifier: MIT
#include "tests/fake/fake.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "config/base/clock.h"
#include "tests/fake/reply.h"
#include "tests/fake/server.h"
#include "tests/fake/transfer.h"

#define DATAGRAMS_AT_ONCE 64
#define EVENTS_AT_ONCE 64

// Sends one message now. rule says how, NULL plainly.
static void dispatch(
	struct fake *fake, const struct fake_peer *peer, const struct fake_rule *rule, const uint8_t *bytes, size_t size)
{
	if (peer->stream)
		fake_stream_reply(peer->stream, rule, bytes, size);
	else
		fake_endpoint_send(fake, peer, rule, bytes, size);
}

// splitmix64: the same seed, the same losses.
static uint64_t draw(struct fake *fake)
{
	uint64_t value = fake->random += UINT64_C(0x9E3779B97F4A7C15);
	value = (value ^ value >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	value = (value ^ value >> 27) * UINT64_C(0x94D049BB133111EB);
	return value ^ value >> 31;
}

bool fake_draw_loss(struct fake *fake, const struct fake_rule *rule)
{
	return rule && rule->has[FAKE_LOSS] && draw(fake) % 100 < rule->value[FAKE_LOSS];
}

static void delay(struct fake *fake, const struct fake_delayed *what, const uint8_t *bytes)
{
	struct fake_delayed *delayed = malloc(sizeof *delayed + what->size);
	if (!delayed)
		return;
	*delayed = *what;
	memcpy(delayed->bytes, bytes, what->size);
	struct fake_delayed **at = &fake->delayed;
	while (*at && (*at)->due <= delayed->due)
		at = &(*at)->next;
	delayed->next = *at;
	*at = delayed;
}

static void send_or_delay(struct fake *fake, const struct fake_peer *peer, const struct fake_rule *rule, size_t size)
{
	if (!rule || !rule->has[FAKE_DELAY]) {
		dispatch(fake, peer, rule, fake->reply, size);
		return;
	}
	const int64_t due = clock_now() + INT64_C(1000) * rule->value[FAKE_DELAY];
	const struct fake_delayed delayed = {.due = due, .peer = *peer, .rule = *rule, .size = size};
	delay(fake, &delayed, fake->reply);
}

// The receiver of the messages of a transfer.
struct receiver {
	struct fake *fake;
	const struct fake_peer *peer;
	const struct fake_rule *rule;
};

static void send_to_receiver(void *context, size_t size)
{
	const struct receiver *receiver = context;
	send_or_delay(receiver->fake, receiver->peer, receiver->rule, size);
}

static void send_transfer(
	struct fake *fake, const struct fake_peer *peer, const struct fake_query *query, const struct fake_rule *rule)
{
	struct receiver receiver = {fake, peer, rule};
	fake_transfer_write(&fake->zone, query, rule, fake->reply, send_to_receiver, &receiver);
}

void fake_take_message(struct fake *fake, const struct fake_peer *peer, const uint8_t *bytes, size_t size)
{
	struct fake_query query = {.over_tcp = peer->stream != NULL, .server = peer->endpoint->address};
	const enum wire_result result = fake_wire_read_query(bytes, size, &query);
	if (result == WIRE_IGNORE)
		return;
	query.client = peer->stream ? peer->stream->client : fake_address_of(&peer->address);
	query.time = clock_now();
	if (!peer->stream)
		fake_endpoint_refuse(fake, peer->endpoint);
	struct fake_rule *rule = result == WIRE_OK ? fake_rules_match(fake->rules, &query) : NULL;
	if (rule && !peer->stream && fake_draw_loss(fake, rule)) {
		rule->used--;
		fake_log_lost_query(fake, &query);
		return;
	}
	fake_log_query(fake, &query);
	if (result != WIRE_OK) {
		size = fake_reply_write_error(&query, result == WIRE_NOTIMP ? RCODE_NOTIMP : RCODE_FORMERR, fake->reply);
		dispatch(fake, peer, NULL, fake->reply, size);
		return;
	}
	if (rule && rule->has[FAKE_DROP])
		return;
	if (fake_transfer_is_due(&fake->zone, &query, rule)) {
		send_transfer(fake, peer, &query, rule);
		return;
	}
	size = fake_reply_write(&fake->zone, &query, rule, fake->reply);
	send_or_delay(fake, peer, rule, size);
	if (!rule || !rule->has[FAKE_THEN_TRUE])
		return;
	const struct fake_rule of_true = fake_rule_of_true(rule);
	size = fake_reply_write(&fake->zone, &query, &of_true, fake->reply);
	dispatch(fake, peer, &of_true, fake->reply, size);
}

static void take_datagrams(struct fake *fake, struct fake_endpoint *endpoint)
{
	for (int i = 0; i < DATAGRAMS_AT_ONCE; i++) {
		struct fake_peer peer = {.endpoint = endpoint, .address_length = sizeof peer.address};
		struct sockaddr *from = (struct sockaddr *)&peer.address;
		const int descriptor = endpoint->datagrams.descriptor;
		ssize_t size = recvfrom(descriptor, fake->scratch, WIRE_MESSAGE_MAX, 0, from, &peer.address_length);
		if (size < 0)
			return;
		fake_take_message(fake, &peer, fake->scratch, (size_t)size);
	}
}

static void send_what_is_due(struct fake *fake)
{
	const int64_t now = clock_now();
	while (fake->delayed && fake->delayed->due <= now) {
		struct fake_delayed *delayed = fake->delayed;
		fake->delayed = delayed->next;
		dispatch(fake, &delayed->peer, &delayed->rule, delayed->bytes, delayed->size);
		free(delayed);
	}
	for (struct fake_stream *stream = fake->streams, *next; stream; stream = next) {
		next = stream->next;
		fake_stream_write(fake, stream);
	}
}

// Milliseconds until the next reply is due; -1: none is waiting.
static int next_wait(const struct fake *fake)
{
	int64_t due = fake->delayed ? fake->delayed->due : INT64_MAX;
	for (const struct fake_stream *stream = fake->streams; stream; stream = stream->next)
		if (stream->output_sent < stream->output_size && stream->not_before > 0 && stream->not_before < due)
			due = stream->not_before;
	if (due == INT64_MAX)
		return -1;
	const int64_t rest = due - clock_now();
	return rest <= 0 ? 0 : (int)((rest + 999) / 1000);
}

static bool is_open(const struct fake *fake, const struct fake_watched *watched)
{
	const struct fake_stream *stream = fake->streams;
	while (stream && &stream->watched != watched)
		stream = stream->next;
	return stream != NULL;
}

static void handle(struct fake *fake, struct fake_watched *watched)
{
	switch (watched->kind) {
	case WATCH_WAKE:
		break;
	case WATCH_DATAGRAMS:
		take_datagrams(fake, watched->endpoint);
		break;
	case WATCH_LISTENER:
		fake_stream_accept(fake, watched->endpoint);
		break;
	case WATCH_STREAM:
		if (is_open(fake, watched))
			fake_stream_read(fake, (struct fake_stream *)watched);
		break;
	}
}

void fake_run(struct fake *fake)
{
	while (!fake->ends) {
		struct epoll_event events[EVENTS_AT_ONCE];
		pthread_mutex_lock(&fake->lock);
		const int wait = next_wait(fake);
		pthread_mutex_unlock(&fake->lock);
		const int count = epoll_wait(fake->epoll, events, EVENTS_AT_ONCE, wait);
		pthread_mutex_lock(&fake->lock);
		for (int i = 0; i < count; i++)
			handle(fake, events[i].data.ptr);
		send_what_is_due(fake);
		pthread_mutex_unlock(&fake->lock);
	}
}

void fake_interrupt(struct fake *fake)
{
	const uint64_t one = 1;
	fake->ends = true;
	if (write(fake->wake.descriptor, &one, sizeof one) < 0)
		return;
}

struct fake *fake_open(void)
{
	struct fake *fake = calloc(1, sizeof *fake);
	if (!fake)
		return NULL;
	pthread_mutex_init(&fake->lock, NULL);
	fake->log = -1;
	fake->epoll = epoll_create1(EPOLL_CLOEXEC);
	fake->wake = (struct fake_watched){.kind = WATCH_WAKE, .descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
	fake->scratch = malloc(WIRE_MESSAGE_MAX);
	fake->reply = malloc(WIRE_MESSAGE_MAX);
	if (fake->epoll < 0 || fake->wake.descriptor < 0 || !fake->scratch || !fake->reply) {
		fake_stop(fake);
		return NULL;
	}
	fake_watch(fake, &fake->wake, EPOLLIN);
	return fake;
}

static void close_descriptors(struct fake *fake)
{
	while (fake->streams)
		fake_stream_close(fake, fake->streams);
	for (size_t i = 0; i < fake->endpoint_count; i++)
		fake_endpoint_close(&fake->endpoints[i]);
	if (fake->epoll >= 0)
		close(fake->epoll);
	if (fake->wake.descriptor >= 0)
		close(fake->wake.descriptor);
	if (fake->log >= 0)
		close(fake->log);
}

void fake_stop(struct fake *fake)
{
	if (!fake)
		return;
	if (fake->has_thread) {
		fake_interrupt(fake);
		pthread_join(fake->thread, NULL);
	}
	close_descriptors(fake);
	while (fake->delayed) {
		struct fake_delayed *delayed = fake->delayed;
		fake->delayed = delayed->next;
		free(delayed);
	}
	fake_zone_clear(&fake->zone);
	fake_rules_clear(&fake->rules);
	pthread_mutex_destroy(&fake->lock);
	free(fake->queries);
	free(fake->scratch);
	free(fake->reply);
	free(fake);
}

__attribute__((format(printf, 2, 3))) static bool fail(struct fake *fake, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(fake->error, sizeof fake->error, format, arguments);
	va_end(arguments);
	return false;
}

// Port 0, which an address that a server is asked at cannot have, means none.
static bool read_address(const char *text, struct address *out)
{
	char bare[ADDRESS_TEXT_SIZE];
	const size_t length = strlen(text);
	const bool has_zero = length > 2 && strcmp(text + length - 2, ":0") == 0 && text[length - 3] != ':';
	snprintf(bare, sizeof bare, "%.*s", (int)(length - (has_zero ? 2 : 0)), text);
	return address_read(bare, out) || address_read_server(bare, 0, out);
}

bool fake_listen(struct fake *fake, const char *address_text, struct address *bound)
{
	struct address address;
	if (!address_text)
		address_text = "127.0.0.1";
	if (!read_address(address_text, &address))
		return fail(fake, "%s: expected an address", address_text);
	if (fake->endpoint_count == FAKE_ENDPOINTS_MAX)
		return fail(fake, "more than %d addresses", FAKE_ENDPOINTS_MAX);
	if (!fake_endpoint_open(fake, &address))
		return fail(fake, "%s: %s", address_text, strerror(errno));
	struct fake_endpoint *endpoint = &fake->endpoints[fake->endpoint_count - 1];
	fake_endpoint_refuse(fake, endpoint);
	if (fake->endpoint_count == 1)
		address_write_with_port(&endpoint->address, fake->text);
	if (bound)
		*bound = endpoint->address;
	return true;
}

static bool add_records_of(struct fake *fake, FILE *file, const char *name)
{
	int line = 0;
	const char *reason = "";
	pthread_mutex_lock(&fake->lock);
	const bool good = fake_zone_read(&fake->zone, file, &line, &reason);
	pthread_mutex_unlock(&fake->lock);
	return good || fail(fake, "%s:%d: %s", name, line, reason);
}

bool fake_add_records(struct fake *fake, const char *text)
{
	if (*text == '\0')
		return true;
	FILE *file = fmemopen((char *)text, strlen(text), "r");
	if (!file)
		return fail(fake, "%s", strerror(errno));
	const bool good = add_records_of(fake, file, "records");
	fclose(file);
	return good;
}

bool fake_add_file(struct fake *fake, const char *path)
{
	FILE *file = fopen(path, "re");
	if (!file)
		return fail(fake, "%s: %s", path, strerror(errno));
	const bool good = add_records_of(fake, file, path);
	fclose(file);
	return good;
}

static void apply_refusals(struct fake *fake)
{
	for (size_t i = 0; i < fake->endpoint_count; i++)
		fake_endpoint_refuse(fake, &fake->endpoints[i]);
}

bool fake_add_rules(struct fake *fake, const char *text)
{
	char *wrong = NULL;
	pthread_mutex_lock(&fake->lock);
	const bool good = fake_rules_read(&fake->rules, text, &wrong);
	apply_refusals(fake);
	pthread_mutex_unlock(&fake->lock);
	if (!good)
		fail(fake, "rule: '%s' is not understood", wrong ? wrong : "");
	free(wrong);
	return good;
}

void fake_clear_rules(struct fake *fake)
{
	pthread_mutex_lock(&fake->lock);
	fake_rules_clear(&fake->rules);
	apply_refusals(fake);
	pthread_mutex_unlock(&fake->lock);
}

void fake_seed(struct fake *fake, uint64_t seed)
{
	pthread_mutex_lock(&fake->lock);
	fake->random = seed;
	pthread_mutex_unlock(&fake->lock);
}

const char *fake_error(const struct fake *fake)
{
	return fake->error;
}

struct address fake_address(const struct fake *fake)
{
	return fake->endpoints[0].address;
}

const char *fake_text(const struct fake *fake)
{
	return fake->text;
}

size_t fake_connections(struct fake *fake)
{
	pthread_mutex_lock(&fake->lock);
	const size_t count = fake->connections;
	pthread_mutex_unlock(&fake->lock);
	return count;
}

size_t fake_open_connections(struct fake *fake)
{
	size_t count = 0;
	pthread_mutex_lock(&fake->lock);
	for (const struct fake_stream *stream = fake->streams; stream; stream = stream->next)
		count++;
	pthread_mutex_unlock(&fake->lock);
	return count;
}

static void *run_in_thread(void *fake)
{
	fake_run(fake);
	return NULL;
}

// This thread handles no signals of the program.
static bool start_thread(struct fake *fake)
{
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	fake->has_thread = pthread_create(&fake->thread, NULL, run_in_thread, fake) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return fake->has_thread || fail(fake, "no thread");
}

struct fake *fake_start(const char *address, const char *records, const char *rules)
{
	struct fake *fake = fake_open();
	if (!fake)
		return NULL;
	fake->remembers = true;
	if (fake_add_rules(fake, rules ? rules : "") && fake_add_records(fake, records ? records : "") &&
		fake_listen(fake, address, NULL) && start_thread(fake))
		return fake;
	fprintf(stderr, "fake: %s\n", fake->error);
	fake_stop(fake);
	return NULL;
}
