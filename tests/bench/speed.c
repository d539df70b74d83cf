// SPDX-License-Identifier: MIT
// A program that repeats one task and prints how long it takes: speed WHAT ARGUMENT THREADS MILLISECONDS WHAT is
//	new         a name that was not looked up before (ARGUMENT begins it)
//	same        the name ARGUMENT
//	among       one of ARGUMENT names, all of which were looked up before
//	numeric     the address ARGUMENT, many times, because the clock is too coarse for one
//	configured  the same as same with AI_ADDRCONFIG
//	addr        gethostbyaddr of the address ARGUMENT
//	nameinfo    getnameinfo of it
//	calculate   nothing that leaves the processor: how much of the machine a thread gets
//	first       the name ARGUMENT in a new process, which prints how long its first lookup took
//	exec        the program ARGUMENT from its start to its end
// or xCOUNT instead of MILLISECONDS: so many times. A line: median and 99th percentile of one (nanoseconds), and how
// many all threads did a second.
//
// speed memory COUNT THREADS: private memory (KiB) at the start, and after so many new names.
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "tests/bench/ask.h"

#define MOST_THREADS 64
#define SAMPLES 1024  // of a thread: the last ones
#define WARM_UP 3     // times, before anything counts

struct worker {
	const struct task *task;
	const char *argument;
	unsigned number;
	int64_t duration;  // nanoseconds of measuring; 0: `wanted` times instead
	unsigned long wanted;
	unsigned long done;
	int64_t elapsed;
	int64_t told;  // how long it took, where the task itself measures it; 0 otherwise
	int64_t samples[SAMPLES];
	bool is_good;
	pthread_t thread;
};

struct task {
	const char *word;
	bool (*run)(struct worker *worker);
};

static pthread_barrier_t all_are_warm;
extern char **environ;

// ---- what is done ----

static bool run_new(struct worker *worker)
{
	static _Thread_local unsigned count;
	char prefix[ASK_NAME_SIZE / 2], name[ASK_NAME_SIZE];
	snprintf(prefix, sizeof(prefix), "%.16s%ut", worker->argument, worker->number);
	snprintf(name, sizeof(name), ASK_NEW_NAME, prefix, ++count);
	return ask(name, false) == FOUND_BOTH;
}

static bool run_same(struct worker *worker)
{
	return ask(worker->argument, false) != FOUND_NOTHING;
}

static bool ask_numbered(unsigned number)
{
	char name[ASK_NAME_SIZE];
	snprintf(name, sizeof(name), ASK_NEW_NAME, "kept", number);
	return ask(name, false) != FOUND_NOTHING;
}

// Looks all up while nothing counts yet.
static bool run_among(struct worker *worker)
{
	static _Thread_local unsigned known, random;
	const unsigned count = (unsigned)atoi(worker->argument);
	bool is_good = count > 0;
	for (; is_good && known < count; known++)
		is_good = ask_numbered(known);
	random = random * 1664525 + 1013904223;
	return is_good && ask_numbered((random >> 8) % count);
}

static bool run_numeric(struct worker *worker)
{
	enum { TIMES = 16 };
	bool is_good = true;
	const int64_t start = ask_now();
	for (unsigned i = 0; i < TIMES; i++)
		is_good &= run_same(worker);
	worker->told = (ask_now() - start) / TIMES;
	return is_good;
}

static bool run_configured(struct worker *worker)
{
	return ask(worker->argument, true) != FOUND_NOTHING;
}

static bool run_addr(struct worker *worker)
{
	struct in_addr address;
	return inet_pton(AF_INET, worker->argument, &address) == 1 && gethostbyaddr(&address, sizeof(address), AF_INET);
}

static bool run_nameinfo(struct worker *worker)
{
	char host[NI_MAXHOST];
	struct sockaddr_in address = {.sin_family = AF_INET};
	return inet_pton(AF_INET, worker->argument, &address.sin_addr) == 1 &&
		getnameinfo((struct sockaddr *)&address, sizeof(address), host, sizeof(host), NULL, 0, NI_NAMEREQD) == 0;
}

static bool run_calculate(struct worker *worker)
{
	volatile unsigned sum = worker->number;
	for (unsigned i = 0; i < 200; i++)
		sum += i;
	return sum > 0;
}

static bool run_first(struct worker *worker)
{
	char command[256];
	snprintf(command, sizeof(command), "exec %.100s one %.100s", program_invocation_name, worker->argument);
	FILE *child = popen(command, "r");
	if (!child)
		return false;
	long long nanoseconds = 0;
	const bool has_told = fscanf(child, "%lld", &nanoseconds) == 1;
	worker->told = nanoseconds;
	return pclose(child) == 0 && has_told;
}

static bool run_exec(struct worker *worker)
{
	char *const arguments[] = {(char *)worker->argument, NULL};
	pid_t child;
	int status;
	return posix_spawn(&child, arguments[0], NULL, NULL, arguments, environ) == 0 &&
		waitpid(child, &status, 0) == child && status == 0;
}

static const struct task tasks[] = {
	{"new", run_new},
	{"same", run_same},
	{"among", run_among},
	{"numeric", run_numeric},
	{"configured", run_configured},
	{"addr", run_addr},
	{"nameinfo", run_nameinfo},
	{"first", run_first},
	{"calculate", run_calculate},
	{"exec", run_exec},
};

static const struct task *find_task(const char *word)
{
	for (size_t i = 0; i < sizeof(tasks) / sizeof(*tasks); i++)
		if (strcmp(tasks[i].word, word) == 0)
			return &tasks[i];
	return NULL;
}

// ---- how often, and how long it takes ----

static void *work(void *argument)
{
	struct worker *worker = argument;
	worker->is_good = true;
	for (unsigned i = 0; worker->duration > 0 && i < WARM_UP; i++)
		worker->is_good &= worker->task->run(worker);
	pthread_barrier_wait(&all_are_warm);
	const int64_t start = ask_now();
	int64_t before = start;
	while (worker->is_good && (worker->duration ? before - start < worker->duration : worker->done < worker->wanted)) {
		worker->is_good = worker->task->run(worker);
		const int64_t after = ask_now();
		worker->samples[worker->done++ % SAMPLES] = worker->told ? worker->told : after - before;
		before = after;
	}
	worker->elapsed = before - start;
	return NULL;
}

static bool work_all(struct worker *workers, unsigned count)
{
	bool is_good = true;
	pthread_barrier_init(&all_are_warm, NULL, count);
	if (count == 1)
		return work(workers), workers->is_good;  // a program without threads, as libc detects it
	for (unsigned i = 0; i < count; i++)
		if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
			return false;
	for (unsigned i = 0; i < count; i++) {
		pthread_join(workers[i].thread, NULL);
		is_good &= workers[i].is_good;
	}
	return is_good;
}

// ---- output ----

static int compare(const void *left, const void *right)
{
	const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
	return (a > b) - (a < b);
}

static void print_times(const struct worker *workers, unsigned count)
{
	static int64_t samples[MOST_THREADS * SAMPLES];
	size_t sample_count = 0;
	double rate = 0;
	for (unsigned i = 0; i < count; i++) {
		const size_t own = workers[i].done < SAMPLES ? workers[i].done : SAMPLES;
		memcpy(samples + sample_count, workers[i].samples, own * sizeof(*samples));
		sample_count += own;
		rate += workers[i].done * 1e9 / workers[i].elapsed;
	}
	qsort(samples, sample_count, sizeof(*samples), compare);
	printf("%lld %lld %.0f\n", (long long)samples[sample_count / 2], (long long)samples[sample_count * 99 / 100], rate);
}

static long private_memory(void)
{
	char line[256];
	long kibibytes = -1;
	FILE *file = fopen("/proc/self/smaps_rollup", "r");
	while (file && fgets(line, sizeof(line), file) && sscanf(line, "Private_Dirty: %ld", &kibibytes) != 1)
		continue;
	if (file)
		fclose(file);
	return kibibytes;
}

static bool tell_times(struct worker *workers, unsigned count)
{
	if (!work_all(workers, count))
		return false;
	print_times(workers, count);
	return true;
}

static bool tell_memory(struct worker *workers, unsigned count)
{
	const long before = private_memory();
	if (!work_all(workers, count))
		return false;
	printf("%ld %ld\n", before, private_memory());
	return true;
}

static bool tell_one(const char *name)
{
	const int64_t start = ask_now();
	const bool found = ask(name, false) != FOUND_NOTHING;
	printf("%lld\n", (long long)(ask_now() - start));
	return found;
}

int main(int argc, char **argv)
{
	static struct worker workers[MOST_THREADS];
	const char *word = argc > 2 ? argv[1] : "";
	const bool is_memory = strcmp(word, "memory") == 0;
	const struct task *task = find_task(is_memory ? "new" : word);
	const unsigned count = argc > 3 ? (unsigned)atoi(argv[3]) : 0;
	if (strcmp(word, "one") == 0)
		return tell_one(argv[2]) ? 0 : 1;
	const char *times = is_memory ? argv[2] : argc > 4 && argv[4][0] == 'x' ? argv[4] + 1 : NULL;
	if (!task || argc != (is_memory ? 4 : 5) || count < 1 || count > MOST_THREADS)
		return fprintf(stderr, "usage: speed WHAT ARGUMENT THREADS MILLISECONDS, or speed memory COUNT THREADS\n"), 2;

	for (unsigned i = 0; i < count; i++)
		workers[i] = (struct worker){
			.task = task,
			.argument = is_memory ? "m" : argv[2],
			.number = i,
			.duration = times ? 0 : atoi(argv[4]) * INT64_C(1000000),
			.wanted = times ? strtoul(times, NULL, 10) / count : 0,
		};
	const bool done = is_memory ? tell_memory(workers, count) : tell_times(workers, count);
	if (!done)
		fprintf(stderr, "speed: %s %s did not work\n", word, argv[2]);
	return done ? 0 : 1;
}
