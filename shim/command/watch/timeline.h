// SPDX-License-Identifier: MIT
// Maps times of a run to places on an axis. If most lookups are too short to be seen, half of the axis is shared among
// them, however short they are.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct lookups;

// Between two knots, places are proportional to times.
struct knot {
	double time;   // milliseconds since 1970
	double place;  // 0 to 1
	int change;    // of the number of lookups that run
};

struct timeline {
	struct knot *knots;  // the beginning of the run, and the beginning and the end of each lookup
	size_t count;        // at least 2
	bool is_stretched;
};

// False for lack of memory. free(3) frees out->knots.
bool timeline_make(const struct lookups *lookups, struct timeline *out);

double timeline_place(const struct timeline *timeline, double time);

// The step of the ticks, in milliseconds: a round number, of which the axis has at most ten.
double timeline_step(const struct timeline *timeline);

// Writes the axis of a chart as HTML: its head, labels and lines.
void timeline_write(const struct timeline *timeline, FILE *out);
