// SPDX-License-Identifier: MIT
// getaddrinfo_a(3), gai_suspend, gai_cancel, gai_error.
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/differential/matrix.h"

#define REQUESTS_MAX 64
// More than glibc has threads for.
#define QUEUED 26

static const struct addrinfo stream_hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_CANONNAME};
static const struct addrinfo wrong_hints = {.ai_flags = 0x4000};

static void say_mode(int mode)
{
	if (mode == GAI_WAIT || mode == GAI_NOWAIT)
		say(" %s", mode == GAI_WAIT ? "wait" : "nowait");
	else
		say(" %d", mode);
}

// error is errno where that counts, else 0.
static void say_return(int code, int error)
{
	say_result();
	say_code(code);
	if (code == EAI_SYSTEM && error)
		say(" errno=%d", error);
	say_end();
}

static int submit(int mode, struct gaicb **list, int count, struct sigevent *event, const char *what)
{
	say("getaddrinfo_a %s", what);
	say_mode(mode);
	const int code = getaddrinfo_a(mode, list, count, event);
	say_return(code, errno);
	return code;
}

static void suspend(struct gaicb **list, int count, const struct timespec *timeout, const char *what)
{
	say("gai_suspend %s %s", what, timeout ? "with a timeout" : "without a timeout");
	const int code = gai_suspend((const struct gaicb **)list, count, timeout);
	say_return(code, 0);
}

static int ask_error(struct gaicb *request)
{
	say("gai_error");
	say_text(request->ar_name);
	const int code = gai_error(request);
	say_result();
	say_code(code);
	if (code == 0)
		say_list(request->ar_result);
	say_end();
	if (code == 0 && request->ar_result)
		freeaddrinfo(request->ar_result);
	request->ar_result = NULL;
	return code;
}

static void cancel(struct gaicb *request, const char *what)
{
	say("gai_cancel %s", what);
	const int code = gai_cancel(request);
	say_return(code, 0);
}

// Sleeps until all are done, as often as a wake-up is for another one. The number is not written: it is random.
static void wait_for(struct gaicb *requests, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct gaicb *one[] = {&requests[i]};
		while (gai_error(&requests[i]) == EAI_INPROGRESS)
			gai_suspend(one, 1, NULL);
	}
}

struct batch {
	struct gaicb requests[REQUESTS_MAX];
	struct gaicb *list[REQUESTS_MAX];
	int count;
};

static void batch_fill(struct batch *batch, const struct names *names)
{
	memset(batch, 0, sizeof(*batch));
	for (size_t i = 0; i < names->count && batch->count < REQUESTS_MAX; i++) {
		struct gaicb *request = &batch->requests[batch->count];
		request->ar_name = names->items[i];
		request->ar_service = i % 3 ? "80" : NULL;
		request->ar_request = i % 2 ? &stream_hints : NULL;
		batch->list[batch->count++] = request;
	}
}

static void batch_say(struct batch *batch)
{
	for (int i = 0; i < batch->count; i++)
		ask_error(&batch->requests[i]);
}

static void walk_waiting(const struct names *names)
{
	struct batch batch;
	batch_fill(&batch, names);
	submit(GAI_WAIT, batch.list, batch.count, NULL, "of all");
	batch_say(&batch);
	for (size_t i = 0; i < names->count; i++) {
		batch_fill(&batch, &(struct names){&names->items[i], 1});
		submit(GAI_WAIT, batch.list, 1, NULL, names->items[i]);
		batch_say(&batch);
	}
}

static void walk_no_waiting(const struct names *names)
{
	struct batch batch;
	batch_fill(&batch, names);
	submit(GAI_NOWAIT, batch.list, batch.count, NULL, "of all");
	wait_for(batch.requests, (size_t)batch.count);
	suspend(batch.list, batch.count, NULL, "of what is done");
	suspend(batch.list, 1, &(struct timespec){0}, "of one that is done");
	cancel(batch.list[0], "one that is done");
	cancel(NULL, "all of nothing");
	batch_say(&batch);
}

// Lists with NULL entries, empty lists, invalid arguments.
static void walk_strange(const struct names *names)
{
	struct batch batch;
	struct gaicb wrong = {.ar_name = "app.test", .ar_request = &wrong_hints}, empty = {.ar_name = NULL};
	struct gaicb *list[] = {NULL, &wrong, NULL, &empty};
	submit(GAI_WAIT, list, 4, NULL, "with holes");
	ask_error(&wrong);
	ask_error(&empty);
	submit(GAI_WAIT, list, 1, NULL, "of a hole");
	submit(GAI_WAIT, list, 0, NULL, "of nothing");
	submit(GAI_NOWAIT, list, 0, NULL, "of nothing");
	submit(GAI_WAIT, NULL, 0, NULL, "of no list");
	submit(7, list, 4, NULL, "in no mode");
	submit(-1, list, 0, NULL, "in no mode");
	suspend(list, 1, NULL, "of a hole");
	suspend(list, 0, NULL, "of nothing");
	suspend(list, 4, &(struct timespec){0}, "with holes");
	batch_fill(&batch, names);
	// Never handed over to getaddrinfo_a.
	ask_error(batch.list[0]);
	cancel(batch.list[0], "one that was never handed over");
	suspend(batch.list, 1, &(struct timespec){0}, "of a fresh one");
}

static void walk_signal(const struct names *names)
{
	struct batch batch;
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN, .sigev_value.sival_int = 4711};
	const struct timespec limit = {.tv_sec = 20};
	sigset_t set;
	siginfo_t got = {0};
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	batch_fill(&batch, names);
	submit(GAI_NOWAIT, batch.list, batch.count, &event, "with a signal");
	const int number = sigtimedwait(&set, &got, &limit);
	say("sigtimedwait => %d code=%d value=%d %s", number == SIGRTMIN, got.si_code, got.si_value.sival_int,
		got.si_pid == getpid() ? "from us" : "from another");
	say_end();
	batch_say(&batch);
	event.sigev_signo = 9999;
	submit(GAI_NOWAIT, batch.list, 1, &event, "with no signal");
	wait_for(batch.requests, 1);
	ask_error(batch.list[0]);
	submit(GAI_NOWAIT, batch.list, 0, &(struct sigevent){.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN},
		"of nothing with a signal");
	say("sigtimedwait => %d", sigtimedwait(&set, &got, &limit) == SIGRTMIN);
	say_end();
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t called = PTHREAD_COND_INITIALIZER;
static int calls, value;

static void notify(union sigval given)
{
	pthread_mutex_lock(&lock);
	calls++;
	value = given.sival_int;
	pthread_cond_signal(&called);
	pthread_mutex_unlock(&lock);
}

static void walk_thread(const struct names *names)
{
	struct batch batch;
	struct sigevent event = {
		.sigev_notify = SIGEV_THREAD, .sigev_notify_function = notify, .sigev_value.sival_int = 42};
	struct timespec limit;
	clock_gettime(CLOCK_REALTIME, &limit);
	limit.tv_sec += 20;
	batch_fill(&batch, names);
	submit(GAI_NOWAIT, batch.list, batch.count, &event, "with a function");
	pthread_mutex_lock(&lock);
	while (calls == 0 && pthread_cond_timedwait(&called, &lock, &limit) == 0)
		continue;
	say("sigev_notify_function => calls=%d value=%d", calls, value);
	pthread_mutex_unlock(&lock);
	say_end();
	batch_say(&batch);
	submit(GAI_NOWAIT, batch.list, 1, &(struct sigevent){.sigev_notify = SIGEV_NONE}, "without a notice");
	wait_for(batch.requests, 1);
	ask_error(batch.list[0]);
}

void walk_async(const struct names *names)
{
	if (names->count == 0)
		return;
	walk_waiting(names);
	walk_no_waiting(names);
	walk_strange(names);
	walk_signal(names);
	walk_thread(names);
}

// The first ones are being worked on, those that glibc has no thread for wait: these can be taken back.
void walk_cancel(const struct names *names)
{
	char *items[QUEUED];
	struct batch batch;
	for (size_t i = 0; names->count > 0 && i < QUEUED; i++)
		items[i] = names->items[0];
	if (names->count == 0)
		return;
	batch_fill(&batch, &(struct names){items, QUEUED});
	submit(GAI_NOWAIT, batch.list, batch.count, NULL, "of a name without an answer");
	suspend(batch.list, batch.count, &(struct timespec){0}, "of what goes on");
	suspend(batch.list, batch.count, &(struct timespec){.tv_nsec = 1000000}, "of what goes on");
	ask_error(batch.list[0]);
	cancel(batch.list[0], "the first");
	cancel(batch.list[QUEUED - 1], "the last");
	cancel(batch.list[QUEUED - 1], "the last again");
	ask_error(batch.list[QUEUED - 1]);
	cancel(NULL, "all");
	wait_for(batch.requests, QUEUED - 1);
	batch_say(&batch);
	cancel(NULL, "all that is done");
}
