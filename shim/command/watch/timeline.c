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

double timeline_length(const struct timeline *timeline)
{
	return timeline->knots[timeline->count - 1].time - timeline->knots[0].time;
}

// Places in proportion to time, for `share` of the axis in equal parts between the knots where a lookup runs.
static void set_places(struct timeline *timeline, double share)
{
	const double first = timeline->knots[0].time, length = timeline_length(timeline);
	int running = 0;
	size_t parts = 0;
	for (size_t i = 0; i < timeline->count; i++) {
		struct knot *knot = &timeline->knots[i];
		knot->place = (double)parts;
		running += knot->change;
		parts += running > 0 && knot[1].time - knot->time > 0.0005;  // half a microsecond
	}
	for (size_t i = 0; i < timeline->count; i++) {
		struct knot *knot = &timeline->knots[i];
		const double of_time = length > 0 ? (knot->time - first) / length : 0;
		knot->place = (1 - share) * of_time + (parts > 0 ? share * knot->place / (double)parts : 0);
	}
}

bool timeline_make(const struct lookups *lookups, struct timeline *out)
{
	const double began = lookups->began;
	size_t hidden = 0;
	*out = (struct timeline){.knots = calloc(2 * lookups->count + 2, sizeof(struct knot))};
	if (out->knots == NULL)
		return false;
	for (size_t i = 0; i < lookups->count; i++) {
		const struct lookup *lookup = &lookups->list[i];
		const double start = lookup->start > began ? lookup->start : began;
		const double end = start + (double)lookup->microseconds / 1000;
		out->knots[out->count++] = (struct knot){.time = start, .change = 1};
		out->knots[out->count++] = (struct knot){.time = end, .change = -1};
	}
	for (int i = 0; i < 2; i++)
		out->knots[out->count++] = (struct knot){.time = began};
	qsort(out->knots, out->count, sizeof(*out->knots), compare_knots);
	for (size_t i = 0; i < lookups->count; i++)
		hidden += (double)lookups->list[i].microseconds / 1000 * VISIBLE_SHARE < timeline_length(out);
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

double timeline_step(const struct timeline *timeline)
{
	static const double factors[] = {2, 2.5, 2};
	double step = 0.01;
	for (size_t i = 0; step * TIMELINE_TICKS < timeline_length(timeline); i++)
		step *= factors[i % 3];
	return step;
}
