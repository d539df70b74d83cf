// SPDX-License-Identifier: MIT
// Maps times of a run to places on an axis. If most lookups are too short to be seen, half of the axis is shared among
// them, however short they are.
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct lookups;

// Between two knots, places are proportional to times.
struct knot {
	double time;   // milliseconds since 1970
	double place;  // 0 to 1
	int change;    // of the number of lookups that run
};

struct timeline {
	struct knot *knots;  // the beginning of the run, and the beginning and the end of each lookup
	size_t count;
	bool is_stretched;
};

// From the beginning of the run (0: of the first lookup) on. False for lack of memory. free(3) frees out->knots.
bool timeline_make(const struct lookups *lookups, double began, struct timeline *out);

double timeline_place(const struct timeline *timeline, double time);

// Round times with at most TIMELINE_TICKS steps: milliseconds from the beginning to the tick with this number, from 0.
#define TIMELINE_TICKS 10
double timeline_tick(const struct timeline *timeline, unsigned number);
