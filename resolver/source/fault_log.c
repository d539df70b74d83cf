// SPDX-License-Identifier: MIT
#include <errno.h>
#include <stdlib.h>

#include "config/base/clock.h"
#include "config/base/strbuf.h"
#include "config/fault.h"
#include "config/fault_text.h"
#include "config/log.h"
#include "config/lookup_context.h"
#include "resolver/source/fault.h"

// "match 2 of the run, drew 17 of 100". Returns text.
static const char *write_draw(const struct fault_plan *plan, char *text, size_t size)
{
	const struct fault_draw *draw = &plan->draw;
	struct strbuf line = {.bytes = text, .size = size};
	strbuf_add(&line, "match ");
	strbuf_add_number(&line, draw->match);
	strbuf_add(&line, draw->is_of_run ? " of the run" : " of the process");
	if (plan->fault->percent < 100) {
		strbuf_add(&line, ", drew ");
		strbuf_add_number(&line, fault_draw_percent(draw));
		strbuf_add(&line, " of 100");
	}
	return strbuf_end(&line);
}

// Allocated, since they are too large for small stacks.
struct texts {
	char draw[80], name[NAME_TEXT_SIZE], type[RRTYPE_TEXT_SIZE], fault[FAULT_TEXT_SIZE];
};

static void log_texts(const struct lookup_context *lookup, const struct fault_plan *plan,
	const struct question *question, struct log_result result, struct texts *texts)
{
	const struct log_event event = {
		.kind = EVENT_FAULT,
		.name = name_write(&question->name, texts->name),
		.arguments = fault_text_write(plan->fault, texts->fault),
		.type = rrtype_write(question->type, texts->type),
		.result = result,
		.detail = plan->draw.match ? write_draw(plan, texts->draw, sizeof(texts->draw)) : NULL,
		.microseconds = log_result_word(result) ? clock_now() - plan->begun : -1,
	};
	lookup_context_log(lookup, &event);
}

void fault_log(const struct lookup_context *lookup, const struct fault_plan *plan, const struct question *question,
	struct log_result result)
{
	if (!lookup_context_is_logged(lookup))
		return;
	const int saved = errno;
	struct texts *texts = malloc(sizeof(*texts));
	if (texts)
		log_texts(lookup, plan, question, result, texts);
	free(texts);
	errno = saved;
}
