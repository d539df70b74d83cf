// SPDX-License-Identifier: MIT
// Zone transfers, with the scripted server and with one that sends the messages described by a line.
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/base/kernel.h"
#include "resolver/direct_transfer.h"
#include "tests/fake/fake.h"
#include "tests/unit/names.h"
#include "tests/unit/virtual_clock.h"

#define PATIENCE_MS 5000  // if a message is expected
#define MOMENT_MS 30      // if none is expected

static const char records[] = "app.test. 60 A 192.0.2.1\n";

// ---- a server that sends what a line says ----

// Messages parted by '|', each of words: Q the question, q another one, S7 an SOA with the serial 7, A and N records, F
// an SOA of another owner, B one with bad data, O1 an OPT record with the upper bits of the code 16 (O0: none), I
// another id, r no reply, R5 the code 5, m a record more than there is, c7 seven bytes of it. At the end: '~' waits
// until the other side closes, '*' sends the last message over and over; else the connection is closed.
struct script {
	const char *line;
	int listener;
	struct address address;
	pthread_t thread;
};

struct draft {
	uint8_t bytes[600];
	size_t size, cut;
};

static void put(struct draft *draft, const void *bytes, size_t size)
{
	assert_true(draft->size + size <= sizeof draft->bytes);
	memcpy(draft->bytes + draft->size, bytes, size);
	draft->size += size;
}

#define PUT(draft, literal) put(draft, literal, sizeof(literal) - 1)
#define ZONE "\4zone\4test\0"

static void put_soa(struct draft *draft, unsigned serial)
{
	const uint32_t bytes = htonl(serial);
	PUT(draft, ZONE "\0\6\0\1\0\0\0\74\0\30\0\1h\0");
	put(draft, &bytes, 4);
	PUT(draft, "\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4");
	draft->bytes[7]++;
}

static void put_word(struct draft *draft, const char *word, const uint8_t *query)
{
	const unsigned number = (unsigned)strtoul(word + 1, NULL, 10);
	switch (*word) {
	case 'Q':
		put(draft, query + 12, sizeof ZONE + 3);
		draft->bytes[5]++;
		break;
	case 'q':
		PUT(draft, ZONE "\0\1\0\1");
		draft->bytes[5]++;
		break;
	case 'S':
		put_soa(draft, number);
		break;
	case 'A':
		PUT(draft, "\1a" ZONE "\0\1\0\1\0\0\0\74\0\4\300\0\2\1");
		draft->bytes[7]++;
		break;
	case 'N':
		PUT(draft, ZONE "\0\2\0\1\0\0\0\74\0\4\2ns\0");
		draft->bytes[7]++;
		break;
	case 'F':
		PUT(draft, "\1f" ZONE "\0\6\0\1\0\0\0\74\0\26\0\0\0\0\0\1\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4");
		draft->bytes[7]++;
		break;
	case 'B':
		PUT(draft, ZONE "\0\6\0\1\0\0\0\74\0\3\0\0\1");
		draft->bytes[7]++;
		break;
	case 'O':
		PUT(draft, "\0\0\51\4\320\0\0\0\0\0\0");
		draft->bytes[draft->size - 6] = (uint8_t)number;
		draft->bytes[11]++;
		break;
	case 'I':
		draft->bytes[1] ^= 1;
		break;
	case 'r':
		draft->bytes[2] &= 0x7f;
		break;
	case 'R':
		draft->bytes[3] = (uint8_t)number;
		break;
	case 'm':
		draft->bytes[7]++;
		break;
	case 'c':
		draft->cut = number;
		break;
	}
}

// Composes the next message of *line with its length prefix, and advances *line.
static struct draft draft_of(const char **line, const uint8_t *query)
{
	struct draft draft = {.cut = SIZE_MAX};
	const uint8_t start[] = {query[0], query[1], 0x84, 0, 0, 0, 0, 0, 0, 0, 0, 0};
	const char *at = *line;
	put(&draft, start, sizeof start);
	for (; *at && *at != '|' && *at != '~' && *at != '*'; at++)
		if (*at != ' ' && (at == *line || at[-1] == ' ' || at[-1] == '|'))
			put_word(&draft, at, query);
	*line = at;
	if (draft.cut < draft.size)
		draft.size = draft.cut;
	memmove(draft.bytes + 2, draft.bytes, draft.size);
	draft.bytes[0] = (uint8_t)(draft.size >> 8);
	draft.bytes[1] = (uint8_t)draft.size;
	draft.size += 2;
	return draft;
}

static bool send_draft(int connection, const struct draft *draft)
{
	return send(connection, draft->bytes, draft->size, MSG_NOSIGNAL) == (ssize_t)draft->size;
}

// Waits on the virtual clock, without end.
static ssize_t receive_query(int connection, void *query, size_t size)
{
	struct pollfd polled = {.fd = connection, .events = POLLIN};
	kernel_poll(&polled, 1, -1);
	return recv(connection, query, size, 0);
}

static void *run_script(void *context)
{
	const struct script *script = context;
	struct pollfd polled = {.fd = script->listener, .events = POLLIN};
	kernel_poll(&polled, 1, -1);
	const int connection = accept(script->listener, NULL, NULL);
	uint8_t query[2 + 512];
	const char *at = script->line;
	struct draft draft;
	if (receive_query(connection, query, sizeof query) < 2 + 12)
		return NULL;
	for (bool is_open = *at && *at != '~'; is_open; at += *at == '|') {
		draft = draft_of(&at, query + 2);
		is_open = send_draft(connection, &draft) && *at == '|';
	}
	while (*at == '*' && send_draft(connection, &draft))
		;
	while (*at == '~' && receive_query(connection, query, sizeof query) > 0)
		;
	close(connection);
	return NULL;
}

static void script_start(struct script *script, const char *line)
{
	struct sockaddr_storage bound;
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof bound;
	script->line = line;
	script->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(script->listener, (struct sockaddr *)&any, sizeof any), 0);
	assert_int_equal(listen(script->listener, 1), 0);
	assert_int_equal(getsockname(script->listener, (struct sockaddr *)&bound, &length), 0);
	assert_true(address_from_sockaddr(&bound, &script->address));
	assert_int_equal(pthread_create(&script->thread, NULL, run_script, script), 0);
}

static void script_end(struct script *script)
{
	pthread_join(script->thread, NULL);
	close(script->listener);
}

// ---- transfers ----

struct seen {
	size_t messages, bytes, most;
};

static bool see(void *context, const uint8_t *message, size_t size)
{
	struct seen *seen = context;
	seen->messages++;
	seen->bytes += size;
	return message && (!seen->most || seen->messages < seen->most);
}

static enum outcome transfer(const char *line, uint16_t type, const struct direct_options *options, struct seen *seen,
	struct direct_transfer_result *result)
{
	struct question question = question_of("zone.test", type);
	struct script script;
	script_start(&script, line);
	const enum outcome outcome =
		direct_transfer(&script.address, &question, options, &(struct direct_receiver){see, seen}, result);
	script_end(&script);
	return outcome;
}

static void a_zone_is_received_up_to_its_second_soa(void **state)
{
	static const struct {
		const char *line;
		size_t messages, records;
	} rows[] = {
		{"Q S7 N A S7", 1, 4},
		{"Q S7|N|A|S7", 4, 4},
		{"Q S7 N|Q A A|A S7", 3, 6},
		{"Q S7 S7", 1, 2},
		{"Q S7|S7", 2, 2},
		{"Q S7 N A O0|S7 O0", 2, 4},
		{"Q S7 N A S7~", 1, 4},
		{"Q S7 N F A S7", 1, 5},
		{"Q S7 N B S7", 1, 4},
		{"Q S7 S7|I Q A", 1, 2},
	};
	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const struct direct_options options = {.timeout_ms = PATIENCE_MS};
		struct direct_transfer_result result;
		struct seen seen = {0};
		assert_int_equal(transfer(rows[i].line, RRTYPE_AXFR, &options, &seen, &result), OUTCOME_FOUND);
		assert_string_equal(result.text, "");
		assert_int_equal(result.messages, rows[i].messages);
		assert_int_equal(result.records, rows[i].records);
		assert_int_equal(result.serial, 7);
		assert_int_equal(seen.messages, rows[i].messages);
		assert_int_equal(seen.bytes, result.bytes);
		assert_false(result.is_incremental);
	}
}

// From serial 5 on (RFC 1995 4).
static void changes_come_up_to_the_soa_that_ends_them(void **state)
{
	static const struct {
		const char *line;
		size_t records;
		bool is_incremental;
	} rows[] = {
		{"Q S5~", 1, false},
		{"Q S4~", 1, false},
		{"Q S7 N A S7~", 4, false},
		{"Q S4 N A S4~", 4, false},
		{"Q S7 S5 A S7 A A S7~", 7, true},
		{"Q S7|S5|S7|S7~", 4, true},
		{"Q S7 S5 A S6 N S6 A A|S7 A S7~", 11, true},
		{"Q S7 S5 S6 S6 S7 S7~", 6, true},
		{"Q S2147483659~", 1, false},
		{"Q S2147483651 N S2147483651~", 3, false},
	};
	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const struct direct_options options = {.serial = 5, .timeout_ms = PATIENCE_MS};
		struct direct_transfer_result result;
		struct seen seen = {0};
		assert_int_equal(transfer(rows[i].line, RRTYPE_IXFR, &options, &seen, &result), OUTCOME_FOUND);
		assert_int_equal(result.records, rows[i].records);
		assert_int_equal(result.is_incremental, rows[i].is_incremental);
	}
}

static void each_error_ends_the_transfer_with_its_text(void **state)
{
	static const struct {
		const char *line;
		enum outcome outcome;
		int error;
		size_t seen;
		const char *text;
	} rows[] = {
		{"Q R5~", OUTCOME_TRY_AGAIN, 0, 1, "the server replied REFUSED, after 0 records in 0 messages"},
		{"R5~", OUTCOME_TRY_AGAIN, 0, 1, "the server replied REFUSED, after 0 records in 0 messages"},
		{"Q R9~", OUTCOME_TRY_AGAIN, 0, 1, "the server replied NOTAUTH, after 0 records in 0 messages"},
		{"Q R3~", OUTCOME_NO_NAME, 0, 1, "the server replied NXDOMAIN, after 0 records in 0 messages"},
		{"Q R1~", OUTCOME_NO_RECOVERY, 0, 1, "the server replied FORMERR, after 0 records in 0 messages"},
		{"Q O1~", OUTCOME_NO_RECOVERY, 0, 1, "the server replied BADVERS, after 0 records in 0 messages"},
		{"Q S1 A|R2~", OUTCOME_TRY_AGAIN, 0, 2, "the server replied SERVFAIL, after 2 records in 1 message"},
		{"", OUTCOME_TRY_AGAIN, EPIPE, 0,
			"the server closed the connection before the zone's end, after 0 records in 0 messages"},
		{"Q c0~", OUTCOME_UNUSABLE, EBADMSG, 0, "received a message of 0 bytes, after 0 records in 0 messages"},
		{"Q S1 A A", OUTCOME_TRY_AGAIN, EPIPE, 1,
			"the server closed the connection before the zone's end, after 3 records in 1 message"},
		{"Q S1~", OUTCOME_TRY_AGAIN, ETIMEDOUT, 1, "no message for 30 ms, after 1 record in 1 message"},
		{"~", OUTCOME_TRY_AGAIN, ETIMEDOUT, 0, "no message for 30 ms, after 0 records in 0 messages"},
		{"Q N S1~", OUTCOME_UNUSABLE, EBADMSG, 0,
			"expected the zone's SOA first, got NS of zone.test, after 0 records in 0 messages"},
		{"Q F S1~", OUTCOME_UNUSABLE, EBADMSG, 0,
			"expected the zone's SOA first, got SOA of f.zone.test, after 0 records in 0 messages"},
		{"Q B S1~", OUTCOME_UNUSABLE, EBADMSG, 0,
			"expected the zone's SOA first, got SOA of zone.test, after 0 records in 0 messages"},
		{"Q~", OUTCOME_UNUSABLE, EBADMSG, 0, "received a message without records, after 0 records in 0 messages"},
		{"Q S1|Q~", OUTCOME_UNUSABLE, EBADMSG, 1, "received a message without records, after 1 record in 1 message"},
		{"Q S1 N S2~", OUTCOME_UNUSABLE, EBADMSG, 0,
			"the zone changed during the transfer, from serial 1 to 2, after 3 records in 0 messages"},
		{"Q S1 N S1 A~", OUTCOME_UNUSABLE, EBADMSG, 0,
			"expected no record after the zone's end, got A of a.zone.test, after 3 records in 0 messages"},
		{"I Q S1 S1~", OUTCOME_UNUSABLE, EBADMSG, 0,
			"received a message with another id, after 0 records in 0 messages"},
		{"Q S1|I A~", OUTCOME_UNUSABLE, EBADMSG, 1, "received a message with another id, after 1 record in 1 message"},
		{"r Q S1 S1~", OUTCOME_UNUSABLE, EBADMSG, 0,
			"received a message that is not a reply, after 0 records in 0 messages"},
		{"q S1 S1~", OUTCOME_UNUSABLE, EBADMSG, 0,
			"received a message with another question, after 0 records in 0 messages"},
		{"Q Q S1 S1~", OUTCOME_UNUSABLE, EBADMSG, 0,
			"received a message with another question, after 0 records in 0 messages"},
		{"S1 S1~", OUTCOME_UNUSABLE, EBADMSG, 0,
			"received a message with another question, after 0 records in 0 messages"},
		{"Q S1|q A~", OUTCOME_UNUSABLE, EBADMSG, 1,
			"received a message with another question, after 1 record in 1 message"},
		{"Q S1 S1 m~", OUTCOME_UNUSABLE, EBADMSG, 0, "received a malformed message, after 0 records in 0 messages"},
		{"Q S1|A c20~", OUTCOME_UNUSABLE, EBADMSG, 1, "received a malformed message, after 1 record in 1 message"},
		{"Q S1|A c11~", OUTCOME_UNUSABLE, EBADMSG, 1, "received a message of 11 bytes, after 1 record in 1 message"},
	};
	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const struct direct_options options = {
			.timeout_ms = rows[i].error == ETIMEDOUT ? MOMENT_MS : PATIENCE_MS,
		};
		struct direct_transfer_result result;
		struct seen seen = {0};
		const enum outcome outcome = transfer(rows[i].line, RRTYPE_AXFR, &options, &seen, &result);
		assert_string_equal(result.text, rows[i].text);
		assert_int_equal(outcome, rows[i].outcome);
		assert_int_equal(result.error, rows[i].error);
		assert_int_equal(seen.messages, rows[i].seen);
	}
}

static void messages_of_any_length_are_looked_at(void **state)
{
	(void)state;
	for (unsigned cut = 0; cut < 80; cut++) {
		const struct direct_options options = {.timeout_ms = PATIENCE_MS};
		struct direct_transfer_result result;
		struct seen seen = {0};
		char line[32];
		snprintf(line, sizeof line, "Q S1 A N S1 c%u", cut);
		assert_int_equal(transfer(line, RRTYPE_AXFR, &options, &seen, &result), OUTCOME_UNUSABLE);
		assert_int_equal(seen.messages, 0);
	}
}

static void a_transfer_without_end_is_ended(void **state)
{
	const struct direct_options options = {.timeout_ms = PATIENCE_MS, .transfer_ms = MOMENT_MS};
	struct direct_transfer_result result;
	struct seen seen = {0};
	(void)state;
	assert_int_equal(transfer("Q S1|A N A*", RRTYPE_AXFR, &options, &seen, &result), OUTCOME_TRY_AGAIN);
	assert_int_equal(result.error, ETIMEDOUT);
	assert_non_null(strstr(result.text, "the transfer did not end within 30 ms, after "));
	assert_int_equal(seen.messages, result.messages);
	assert_int_equal(result.records, 1 + 3 * (result.messages - 1));
}

static void the_callback_may_end_the_transfer(void **state)
{
	const struct direct_options options = {.timeout_ms = PATIENCE_MS};
	struct direct_transfer_result result;
	struct seen seen = {.most = 3};
	(void)state;
	assert_int_equal(transfer("Q S1|A N A*", RRTYPE_AXFR, &options, &seen, &result), OUTCOME_ERROR);
	assert_int_equal(result.error, ECANCELED);
	assert_int_equal(result.messages, 3);
	assert_string_equal(result.text, "cancelled, after 7 records in 3 messages");
}

static const char zone[] =
	"zone.test. 60 SOA ns.zone.test. h.zone.test. 7 1 2 3 4\nzone.test. 60 NS ns.zone.test.\n"
	"ns.zone.test. 60 A 192.0.2.53\nwww.zone.test. 60 A 192.0.2.1\nwww.zone.test. 60 A 192.0.2.2\n"
	"zone.test. 60 CH TXT \"other\"\nother.test. 60 A 192.0.2.3\n";

static void the_scripted_server_hands_out_its_zones(void **state)
{
	static const struct {
		const char *name, *rules;
		size_t messages, records;
		const char *text;
	} rows[] = {
		{"zone.test", "", 1, 6, ""},
		{"zone.test", "* axfr-records=1", 6, 6, ""},
		{"zone.test", "* axfr-records=4", 2, 6, ""},
		{"zone.test", "* axfr-records=5 tcp-dribble", 2, 6, ""},
		{"zone.test", "* axfr-records=4 tcp-close-after=150", 1, 4, "the server closed the connection before "},
		{"zone.test", "* axfr-no-end", 1, 5, "no message for "},
		{"zone.test", "* refused", 0, 0, "the server replied REFUSED"},
		{"zone.test", "* wrong-id", 0, 0, "received a message with another id"},
		{"www.zone.test", "", 0, 0, "the server replied NOTAUTH"},
	};
	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct fake *fake = fake_start(NULL, zone, rows[i].rules);
		const struct address server = fake_address(fake);
		const struct question question = question_of(rows[i].name, RRTYPE_AXFR);
		const bool waits = strstr(rows[i].text, "no message");
		const struct direct_options options = {.timeout_ms = waits ? MOMENT_MS : PATIENCE_MS};
		struct direct_transfer_result result;
		struct seen seen = {0};
		direct_transfer(&server, &question, &options, &(struct direct_receiver){see, &seen}, &result);
		assert_memory_equal(result.text, rows[i].text, strlen(rows[i].text) + !*rows[i].text);
		assert_int_equal(result.messages, rows[i].messages);
		assert_int_equal(result.records, rows[i].records);
		fake_stop(fake);
	}
}

static void a_closed_port_is_reported(void **state)
{
	struct fake *fake = fake_start(NULL, records, "* tcp-refuse");
	const struct address server = fake_address(fake);
	const struct question question = question_of("zone.test", RRTYPE_AXFR);
	const struct direct_options options = {.timeout_ms = PATIENCE_MS};
	struct direct_transfer_result result;
	struct seen seen = {0};
	(void)state;
	assert_int_equal(direct_transfer(&server, &question, &options, &(struct direct_receiver){see, &seen}, &result),
		OUTCOME_TRY_AGAIN);
	assert_int_equal(result.error, ECONNREFUSED);
	assert_string_equal(result.text, "no connection: connection refused, after 0 records in 0 messages");
	fake_stop(fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_zone_is_received_up_to_its_second_soa),
		cmocka_unit_test(changes_come_up_to_the_soa_that_ends_them),
		cmocka_unit_test(each_error_ends_the_transfer_with_its_text),
		cmocka_unit_test(messages_of_any_length_are_looked_at),
		cmocka_unit_test(a_transfer_without_end_is_ended),
		cmocka_unit_test(the_callback_may_end_the_transfer),
		cmocka_unit_test(the_scripted_server_hands_out_its_zones),
		cmocka_unit_test(a_closed_port_is_reported),
	};
	virtual_clock_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
