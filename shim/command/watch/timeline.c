// SPDX-License-Identifier: MIT
#include "shim/command/watch/timeline.h"

#include <stdlib.h>

#include "shim/command/watch/lookups.h"

#define VISIBLE_SHARE 500  // a lookup that takes less than this part of the axis is hard to see

static int compare_knots(const void *one, const void *other)
{
	const struct knot *left = one, *right = other;
	if (left->time != right->time)
		return left->time < right->time ? -1 : 1;
	return right->change - left->change;
}

static void add_knot(struct timeline *timeline, double time, int change)
{
	timeline->knots[timeline->count++] = (struct knot){.time = time, .change = change};
}

// Places in proportion to time, for `share` of the axis in equal parts between the knots where a lookup runs.
static void set_places(struct timeline *timeline, double share)
{
	const double first = timeline->knots[0].time, whole = timeline->knots[timeline->count - 1].time - first;
	size_t running = 0, parts = 0;
	for (size_t i = 0; i + 1 < timeline->count; i++) {
		struct knot *knot = &timeline->knots[i];
		knot->place = (double)parts;
		running += (size_t)knot->change;
		parts += running > 0 && knot[1].time - knot->time > 0.0005;  // half a microsecond
	}
	timeline->knots[timeline->count - 1].place = (double)parts;
	for (size_t i = 0; i < timeline->count; i++) {
		struct knot *knot = &timeline->knots[i];
		const double of_time = whole > 0 ? (knot->time - first) / whole : 0;
		knot->place = (1 - share) * of_time + (parts > 0 ? share * knot->place / (double)parts : 0);
	}
}

bool timeline_make(const struct lookups *lookups, double began, struct timeline *out)
{
	size_t hidden = 0;
	*out = (struct timeline){.knots = calloc(2 * lookups->count + 2, sizeof(struct knot))};
	if (out->knots == NULL)
		return false;
	for (size_t i = 0; i < lookups->count; i++) {
		const struct lookup *lookup = &lookups->list[i];
		const double start = lookup->start > began ? lookup->start : began;
		add_knot(out, start, 1);
		add_knot(out, start + (double)lookup->microseconds / 1000, -1);
	}
	if (began > 0 || out->count == 0)
		add_knot(out, began, 0);
	if (out->count == 1)
		add_knot(out, began, 0);
	qsort(out->knots, out->count, sizeof(*out->knots), compare_knots);
	const double whole = out->knots[out->count - 1].time - out->knots[0].time;
	for (size_t i = 0; i < lookups->count; i++)
		hidden += (double)lookups->list[i].microseconds / 1000 * VISIBLE_SHARE < whole;
	out->is_stretched = hidden * 2 > lookups->count;
	set_places(out, out->is_stretched ? 0.5 : 0);
	return true;
}

double timeline_place(const struct timeline *timeline, double time)
{
	size_t low = 1, high = timeline->count - 1;
	while (low < high) {
		const size_t middle = (low + high) / 2;
		if (timeline->knots[middle].time < time)
			low = middle + 1;
		else
			high = middle;
	}
	const struct knot *end = &timeline->knots[low], *start = end - 1;
	const double length = end->time - start->time, behind = time - start->time;
	const double share = length <= 0 || behind > length ? 1 : behind < 0 ? 0 : behind / length;
	return start->place + share * (end->place - start->place);
}

double timeline_tick(const struct timeline *timeline, unsigned number)
{
	static const double factors[] = {2, 2.5, 2};
	const double whole = timeline->knots[timeline->count - 1].time - timeline->knots[0].time;
	double step = 0.01;
	for (size_t i = 0; step * TIMELINE_TICKS < whole; i++)
		step *= factors[i % 3];
	return number * step;
}
