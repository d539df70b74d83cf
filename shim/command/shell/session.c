// SPDX-License-Identifier: MIT
#include "shim/command/shell/session.h"

#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "resolver/resolver.h"
#include "shim/command/command_line.h"
#include "shim/command/problem.h"
#include "shim/command/query/query.h"
#include "shim/command/shell/word_list.h"
#include "shim/command/thread.h"

// Applies the settings of line, or changes nothing.
static bool apply(struct session *session, struct problem *problem)
{
	struct settings settings = {.directives = NULL};
	const struct resolver *older = session->shared != NULL ? session->shared->resolver : NULL;
	struct shared_resolver *shared =
		shared_resolver_open(settings_open(session->line, older, &settings, problem), problem);
	if (shared == NULL) {
		settings_clear(&settings);
		return false;
	}
	settings_clear(&session->settings);
	shared_resolver_release(session->shared);
	session->settings = settings;
	session->shared = shared;
	session->generation++;
	return true;
}

bool session_open(struct session *session, struct command_line *line, struct problem *problem)
{
	*session = (struct session){.line = line};
	return apply(session, problem);
}

void session_close(struct session *session)
{
	settings_clear(&session->settings);
	shared_resolver_release(session->shared);
	session->shared = NULL;
}

bool session_set(struct session *session, const char *directive, const char *option, struct problem *problem)
{
	if (!command_line_put_in_front(session->line, directive, option, problem))
		return false;
	if (!apply(session, problem)) {
		command_line_take_front(session->line);
		return false;
	}
	session->set_count++;
	return true;
}

bool session_undo(struct session *session, struct problem *problem)
{
	if (session->set_count == 0)
		return problem_set(problem, "undo: there is no setting to remove");
	command_line_take_front(session->line);
	session->set_count--;
	return apply(session, problem);
}

void session_refresh(struct session *session)
{
	struct problem ignored;
	if (resolver_files(session->shared->resolver).is_stale)
		apply(session, &ignored);
}

// ---- questions ----

// One question, referenced by the thread that asks and by the one that waits; the last reference frees it.
struct asking {
	struct shared_resolver *shared;
	struct query_options options;
	struct word_list words;
	FILE *out;  // into text
	char *text;
	size_t size;
	atomic_int status;  // SESSION_INTERRUPTED: not answered yet
	sem_t over;         // posted with the answer, and by Ctrl-C
	atomic_uint holders;
};

// The question that Ctrl-C cancels.
static struct asking *waited_for;

static void asking_release(struct asking *asking)
{
	if (asking == NULL || atomic_fetch_sub(&asking->holders, 1) != 1)
		return;
	word_list_clear(&asking->words);
	if (asking->out != NULL)
		fclose(asking->out);
	free(asking->text);
	sem_destroy(&asking->over);
	shared_resolver_release(asking->shared);
	free(asking);
}

static struct asking *asking_open(
	struct shared_resolver *shared, const struct query_options *options, char *const *words, size_t count)
{
	struct asking *asking = calloc(1, sizeof(*asking));
	if (asking == NULL)
		return NULL;
	asking->shared = shared_resolver_hold(shared);
	asking->options = *options;
	asking->out = open_memstream(&asking->text, &asking->size);
	sem_init(&asking->over, 0, 0);
	atomic_init(&asking->status, SESSION_INTERRUPTED);
	atomic_init(&asking->holders, 1);
	for (size_t i = 0; i < count; i++)
		word_list_add(&asking->words, words[i]);
	if (asking->out != NULL && asking->words.count == count)
		return asking;
	asking_release(asking);
	return NULL;
}

static void *run_query(void *context)
{
	struct asking *asking = context;
	const struct word_list *words = &asking->words;
	const int status = query_run(asking->shared->resolver, &asking->options, words->words, words->count, asking->out);
	fflush(asking->out);
	atomic_store(&asking->status, status);
	sem_post(&asking->over);
	asking_release(asking);
	return NULL;
}

static void stop_waiting(int signal)
{
	(void)signal;
	sem_post(&waited_for->over);
}

// The waiting thread gets the signals of the terminal.
static bool start(struct asking *asking)
{
	atomic_fetch_add(&asking->holders, 1);
	const bool is_started = thread_start(run_query, asking);
	if (!is_started)
		asking_release(asking);
	return is_started;
}

static int wait_for(struct asking *asking)
{
	const struct sigaction stop = {.sa_handler = stop_waiting};
	struct sigaction before;
	waited_for = asking;
	sigaction(SIGINT, &stop, &before);
	const bool is_started = start(asking);
	while (is_started && sem_wait(&asking->over) != 0)
		continue;
	sigaction(SIGINT, &before, NULL);
	return atomic_load(&asking->status);
}

int session_ask(const struct session *session, const struct query_options *options, char *const *words, size_t count)
{
	struct asking *asking = asking_open(session->shared, options, words, count);
	if (asking == NULL)
		return query_run(session->shared->resolver, options, words, count, stdout);
	const int status = wait_for(asking);
	if (status != SESSION_INTERRUPTED)
		fwrite(asking->text, 1, asking->size, stdout);
	asking_release(asking);
	return status;
}
