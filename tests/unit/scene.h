// SPDX-License-Identifier: MIT
// A resolver and its scripted servers, as the tests of the upper floors need them. Included by tests only.
#pragma once

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/clock.h"
#include "config/base/kernel.h"
#include "config/lookup_context.h"
#include "resolver/dns/message.h"
#include "tests/fake/fake.h"
#include "tests/unit/configs.h"
#include "tests/unit/names.h"
#include "tests/unit/virtual_clock.h"

#define SCENE_SERVERS_MAX 4
#define SCENE_TEXT_SIZE 2048

// All zero is an empty one.
struct scene {
	struct fake *servers[SCENE_SERVERS_MAX];
	size_t server_count;
	struct resolver *resolver;
	struct answer answers[2];  // of the last scene_ask
	int64_t milliseconds;      // that it took
	char text[SCENE_TEXT_SIZE];
};

static inline int scene_count_descriptors(void)
{
	int count = 0;
	DIR *directory = opendir("/proc/self/fd");
	assert_non_null(directory);
	while (readdir(directory))
		count++;
	closedir(directory);
	return count;
}

// Adds a server, which the resolver asks in the order of these calls.
static inline struct fake *scene_add(struct scene *scene, const char *records, const char *rules)
{
	struct fake *server = fake_start(NULL, records, rules);
	assert_non_null(server);
	scene->servers[scene->server_count++] = server;
	return server;
}

// Opens a resolver by these directives alone.
static inline struct resolver *scene_open_resolver(const char *directives)
{
	const struct environment environment = environment_of(directives);
	environment_unset();
	return resolver_of(&environment, NULL);
}

// Opens the resolver with the servers added so far and these further directives; without `search` or `domain` among
// them names are searched for in the root alone, without `cache:` nothing is kept, so that each question can be seen.
static inline void scene_open(struct scene *scene, const char *directives)
{
	char text[SCENE_TEXT_SIZE] = "nameserver";
	for (size_t i = 0; i < scene->server_count; i++) {
		strcat(text, " ");
		strcat(text, fake_text(scene->servers[i]));
	}
	strcat(text, "\n");
	strcat(text, directives);
	if (!strstr(directives, "search ") && !strstr(directives, "domain "))
		strcat(text, "\nsearch .");
	if (!strstr(directives, "cache:"))
		strcat(text, "\noptions cache:0");
	scene->resolver = scene_open_resolver(text);
}

// One server, and a resolver that asks it.
static inline struct scene scene_of(const char *records, const char *rules, const char *directives)
{
	struct scene scene = {0};
	scene_add(&scene, records, rules);
	scene_open(&scene, directives);
	return scene;
}

// Two servers, the first one asked first.
static inline struct scene scene_of_two(const char *records, const char *first_rules, const char *second_rules)
{
	struct scene scene = {0};
	scene_add(&scene, records, first_rules);
	scene_add(&scene, records, second_rules);
	scene_open(&scene, "");
	return scene;
}

// For what has to grow old.
static inline void scene_sleep(int64_t microseconds)
{
	if (microseconds > 0)
		kernel_poll(NULL, 0, (int)((microseconds + 999) / 1000));
}

static inline void scene_clear_answers(struct scene *scene)
{
	for (size_t i = 0; i < LENGTH(scene->answers); i++)
		answer_clear(&scene->answers[i]);
}

static inline void scene_close(struct scene *scene)
{
	scene_clear_answers(scene);
	resolver_close(scene->resolver);
	for (size_t i = 0; i < scene->server_count; i++)
		fake_stop(scene->servers[i]);
	*scene = (struct scene){0};
}

static inline struct lookup_context scene_context(const struct scene *scene)
{
	return lookup_context_of_config(resolver_config(scene->resolver));
}

static inline struct question scene_question(const char *name, uint16_t type)
{
	return question_of(name, type);
}

static inline void scene_ask_questions(struct scene *scene, const struct question *questions, size_t count)
{
	const struct lookup_context lookup = scene_context(scene);
	const int64_t start = clock_now();
	scene_clear_answers(scene);
	resolver_answer(scene->resolver, &lookup, questions, count, scene->answers);
	scene->milliseconds = (clock_now() - start) / 1000;
}

static inline enum outcome scene_ask(struct scene *scene, const char *name, uint16_t type)
{
	const struct question question = scene_question(name, type);
	scene_ask_questions(scene, &question, 1);
	return scene->answers[0].outcome;
}

// A and AAAA together.
static inline void scene_ask_both(struct scene *scene, const char *name)
{
	const struct question questions[] = {scene_question(name, RRTYPE_A), scene_question(name, RRTYPE_AAAA)};
	scene_ask_questions(scene, questions, LENGTH(questions));
}

static inline const char *scene_outcome_word(enum outcome outcome)
{
	static const char *const words[] = {
		[OUTCOME_PASS] = "pass",
		[OUTCOME_FOUND] = "found",
		[OUTCOME_NO_NAME] = "no name",
		[OUTCOME_NO_DATA] = "no data",
		[OUTCOME_TRY_AGAIN] = "try again",
		[OUTCOME_NO_RECOVERY] = "no recovery",
		[OUTCOME_UNUSABLE] = "unusable",
		[OUTCOME_SYSTEM] = "system",
		[OUTCOME_ERROR] = "error",
	};
	return words[outcome];
}

static inline void scene_write_record(const struct answer *answer, const struct record *record, char *text, size_t size)
{
	char owner_text[NAME_TEXT_SIZE], type[RRTYPE_TEXT_SIZE], data[NAME_TEXT_SIZE] = "...";
	const struct name owner = answer_owner(answer, record);
	struct name target;
	if (record->type == RRTYPE_A || record->type == RRTYPE_AAAA) {
		const sa_family_t family = record->type == RRTYPE_A ? AF_INET : AF_INET6;
		const struct address address = address_from_bytes(family, answer_data(answer, record));
		address_write(&address, data);
	} else if (record->type == RRTYPE_CNAME && answer_target(answer, record, &target)) {
		name_write(&target, data);
	}
	snprintf(text, size, "; %s %s %s", name_write(&owner, owner_text), rrtype_write(record->type, type), data);
}

// "found; www.test CNAME app.test; app.test A 192.0.2.1"; lasts until the next call.
static inline const char *scene_answer(struct scene *scene, size_t which)
{
	const struct answer *answer = &scene->answers[which];
	int length = snprintf(scene->text, sizeof scene->text, "%s", scene_outcome_word(answer->outcome));
	for (size_t i = 0; i < answer->record_count && (size_t)length < sizeof scene->text - 1; i++) {
		scene_write_record(answer, &answer->records[i], scene->text + length, sizeof scene->text - (size_t)length);
		length += (int)strlen(scene->text + length);
	}
	return scene->text;
}

// The index-th query that a server got.
static inline struct fake_query scene_query(struct fake *server, size_t index)
{
	struct fake_query query;
	assert_true(fake_query(server, index, &query));
	return query;
}
