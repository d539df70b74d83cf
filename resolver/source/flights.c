// SPDX-License-Identifier: MIT
#include "resolver/source/flights.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "config/clock.h"
#include "config/forks.h"
#include "config/futex.h"

#define FLIGHTS_MAX 64  // at once; what meets another one in its place goes alone
#define GRACE INT64_C(100000)  // microseconds behind its deadline in which a flight may still land

struct flight {
	_Atomic uint64_t what;     // 0: nobody asks
	_Atomic uint64_t landed;   // how many have ended here
	atomic_uint signal;        // futex: changes with landed
	atomic_uint passengers;
	atomic_uint forks;         // of the asking thread's process
	_Atomic int64_t deadline;  // of the asking thread, clock_now
	_Atomic int64_t patience;  // how long before its deadline it began
	_Atomic pthread_t pilot;
};

struct flights {
	struct flight list[FLIGHTS_MAX];
};

static __thread struct flight *own;

// As a flight stands that nobody sits in: what takes off in its place is not taken for lost before it has said more.
static void reset(struct flight *flight)
{
	flight->deadline = INT64_MAX;
	flight->patience = INT64_MAX;
	flight->pilot = 0;
}

struct flights *flights_open(void)
{
	struct flights *flights = calloc(1, sizeof(*flights));
	for (size_t i = 0; flights && i < FLIGHTS_MAX; i++) {
		reset(&flights->list[i]);
		flights->list[i].forks = forks_count();
	}
	return flights;
}

void flights_close(struct flights *flights)
{
	free(flights);
}

// Left over from the parent's other threads, or by a thread that ended in some way of its own.
static bool is_lost(const struct flight *flight)
{
	return flight->forks != forks_count() || flight->deadline <= clock_now() - GRACE;
}

// Until it has landed, or one's own time is over, or nobody sits in it any more.
static void board(struct flight *flight, uint64_t what, int64_t deadline)
{
	uint64_t landed = flight->landed;
	flight->passengers++;
	while (flight->what == what && flight->landed == landed && clock_now() < deadline && !is_lost(flight)) {
		unsigned signal = flight->signal;
		int64_t until = flight->deadline < deadline - GRACE ? flight->deadline + GRACE : deadline;
		if (flight->what == what && flight->landed == landed)
			futex_wait(&flight->signal, signal, until - clock_now());
	}
	flight->passengers--;
}

static bool take_off(struct flight *flight, uint64_t what, int64_t deadline)
{
	uint64_t other = flight->what;
	own = flight;  // first: a jump must not leave it to nobody
	if ((other && !is_lost(flight)) || !atomic_compare_exchange_strong(&flight->what, &other, what)) {
		own = NULL;
		return false;
	}
	flight->forks = forks_count();
	flight->patience = deadline - clock_now();
	flight->deadline = deadline;
	flight->pilot = pthread_self();
	return true;
}

struct flight *flight_begin(struct flights *flights, uint64_t what, int64_t deadline, bool *joined)
{
	struct flight *flight = &flights->list[what % FLIGHTS_MAX];
	*joined = false;
	if (!what || own)
		return NULL;
	if (take_off(flight, what, deadline))
		return flight;
	// A signal handler of the asking thread would wait for itself; who has much more time than the pilot would have to
	// begin anew behind him.
	if (flight->what != what || pthread_equal(flight->pilot, pthread_self()) ||
	    flight->patience < (deadline - clock_now()) / 2)
		return NULL;
	board(flight, what, deadline);
	*joined = true;
	return NULL;
}

bool flight_has_passengers(const struct flight *flight)
{
	return flight && flight->passengers;
}

void flight_end(struct flight *flight)
{
	if (!flight)
		return;
	reset(flight);
	flight->landed++;
	flight->signal++;
	flight->what = 0;
	if (flight->passengers)
		futex_wake(&flight->signal);
	own = NULL;
}

const struct flight *flights_mark(void)
{
	return own;
}

void flights_abandon(const struct flight *mark)
{
	if (own != mark)
		flight_end(own);
}
