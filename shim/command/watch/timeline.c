// SPDX-License-Identifier: MIT
#include "shim/command/watch/timeline.h"

#include <stdlib.h>

#include "config/base/array.h"
#include "shim/command/watch/lookups.h"
#include "shim/command/watch/page.h"

#define TICKS_MOST 10
#define LABEL_SHARE 0.08  // of the axis
#define LINE_SHARE 0.01
#define VISIBLE_SHARE 500  // a lookup that takes less than this part of the axis is hard to see

static int compare_times(const void *one, const void *other)
{
	return ARRAY_ORDER(((const struct knot *)one)->time, ((const struct knot *)other)->time);
}

static int compare_knots(const void *one, const void *other)
{
	const struct knot *left = one, *right = other;
	return left->time != right->time ? compare_times(one, other) : right->change - left->change;
}

static double length_of(const struct timeline *timeline)
{
	return timeline->knots[timeline->count - 1].time - timeline->knots[0].time;
}

// Places in proportion to time, for `share` of the axis in equal parts between the knots where a lookup runs.
static void set_places(struct timeline *timeline, double share)
{
	const double first = timeline->knots[0].time, length = length_of(timeline);
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
		hidden += (double)lookups->list[i].microseconds / 1000 * VISIBLE_SHARE < length_of(out);
	out->is_stretched = hidden * 2 > lookups->count;
	set_places(out, out->is_stretched ? 0.5 : 0);
	return true;
}

double timeline_place(const struct timeline *timeline, double time)
{
	const struct knot wanted = {.time = time};
	const struct knot *start =
		timeline->knots + array_place(timeline->knots + 1, timeline->count - 2, sizeof(wanted), &wanted, compare_times);
	const struct knot *end = start + 1;
	const double length = end->time - start->time, behind = time - start->time;
	const double share = length <= 0 || behind > length ? 1 : behind < 0 ? 0 : behind / length;
	return start->place + share * (end->place - start->place);
}

double timeline_step(const struct timeline *timeline)
{
	static const double factors[] = {2, 2.5, 2};
	double step = 0.01;
	for (size_t i = 0; step * TICKS_MOST < length_of(timeline); i++)
		step *= factors[i % 3];
	return step;
}

// A tick has a line, and a label if there is room.
static void write_ticks(const struct timeline *timeline, bool has_labels, FILE *out)
{
	const double step = timeline_step(timeline);
	double before = -1;
	for (unsigned i = 0; i <= TICKS_MOST && i * step <= length_of(timeline); i++) {
		const double place = timeline_place(timeline, timeline->knots[0].time + i * step);
		if (place - before < (has_labels ? LABEL_SHARE : LINE_SHARE) || (has_labels && place > 1 - LABEL_SHARE / 2))
			continue;
		fprintf(out, "<i style=--a:%d>", (int)(place * 10000));
		if (has_labels)
			page_write_duration(out, i * step);
		fputs("</i>", out);
		before = place;
	}
}

void timeline_write(const struct timeline *timeline, FILE *out)
{
	fputs("<div class=axis><p class=head><b>name</b><u>answered by</u><s>result</s><i>ms</i></p>", out);
	write_ticks(timeline, true, out);
	fputs("</div>\n<div class=grid aria-hidden=true>", out);
	write_ticks(timeline, false, out);
	fputs("</div>\n", out);
}
