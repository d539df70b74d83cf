// SPDX-License-Identifier: MIT
#include "shim/command/shell/shell_ask.h"

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "shim/command/command_line.h"
#include "shim/command/query/query.h"
#include "shim/command/shell/session.h"
#include "shim/command/shell/word_list.h"

// One question, referenced by the thread that asks and by the one that waits; the last reference frees it.
struct asking {
	struct shared_resolver *shared;
	struct query_options options;
	struct word_list words;
	FILE *out;  // into text
	char *text;
	size_t size;
	int status;
	sem_t over;  // posted with the answer, and by Ctrl-C
	atomic_bool is_answered;
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
	atomic_init(&asking->is_answered, false);
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
	asking->status = query_run(asking->shared->resolver, &asking->options, words->words, words->count, asking->out);
	fflush(asking->out);
	atomic_store(&asking->is_answered, true);
	sem_post(&asking->over);
	asking_release(asking);
	return NULL;
}

static void stop_waiting(int signal)
{
	(void)signal;
	sem_post(&waited_for->over);
}

// All signals are blocked in the thread, so that the waiting thread gets those of the terminal.
static bool start(struct asking *asking)
{
	pthread_attr_t detached;
	pthread_t thread;
	sigset_t all, before;
	sigfillset(&all);
	pthread_attr_init(&detached);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	atomic_fetch_add(&asking->holders, 1);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	const bool is_started = pthread_create(&thread, &detached, run_query, asking) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&detached);
	if (!is_started)
		asking_release(asking);
	return is_started;
}

// True if it was answered.
static bool wait_for(struct asking *asking)
{
	const struct sigaction stop = {.sa_handler = stop_waiting};
	struct sigaction before;
	waited_for = asking;
	sigaction(SIGINT, &stop, &before);
	const bool is_started = start(asking);
	while (is_started && sem_wait(&asking->over) != 0)
		continue;
	sigaction(SIGINT, &before, NULL);
	return is_started && atomic_load(&asking->is_answered);
}

int shell_ask(struct shared_resolver *shared, const struct query_options *options, char *const *words, size_t count)
{
	struct asking *asking = asking_open(shared, options, words, count);
	if (asking == NULL)
		return query_run(shared->resolver, options, words, count, stdout);
	int status = SHELL_INTERRUPTED;
	if (wait_for(asking)) {
		fwrite(asking->text, 1, asking->size, stdout);
		status = asking->status;
	}
	asking_release(asking);
	return status;
}
