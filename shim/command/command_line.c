// SPDX-License-Identifier: MIT
#include "shim/command/command_line.h"

#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/ascii.h"
#include "shim/command/problem.h"

bool command_line_read_payload(const char *text, uint16_t *out)
{
	uint32_t bytes;
	if (!ascii_read_between(text, 512, UINT16_MAX, &bytes))
		return false;
	*out = (uint16_t)bytes;
	return true;
}

#define SECTION_END "--"

static void setting_clear(struct option_setting *setting)
{
	free(setting->directive);
	free(setting->option);
}

static bool setting_make(struct option_setting *out, const char *directive, const char *option)
{
	*out = (struct option_setting){.directive = strdup(directive), .option = strdup(option)};
	if (out->directive != NULL && out->option != NULL)
		return true;
	setting_clear(out);
	return false;
}

bool command_line_put_in_front(
	struct command_line *line, const char *directive, const char *option, struct problem *problem)
{
	const size_t count = line->setting_count, added = count > 0 ? 2 : 1;
	struct option_setting *grown = array_grown(line->settings, count, added, sizeof(*grown));
	if (grown == NULL)
		return problem_out_of_memory(problem);
	line->settings = grown;
	struct option_setting front[2];
	if (!setting_make(&front[0], directive, option))
		return problem_out_of_memory(problem);
	if (added == 2 && !setting_make(&front[1], SECTION_END, SECTION_END)) {
		setting_clear(&front[0]);
		return problem_out_of_memory(problem);
	}
	memmove(grown + added, grown, count * sizeof(*grown));
	memcpy(grown, front, added * sizeof(*grown));
	line->setting_count += added;
	return true;
}

void command_line_take_front(struct command_line *line)
{
	const size_t removed = line->setting_count > 1 ? 2 : line->setting_count;
	for (size_t i = 0; i < removed; i++)
		setting_clear(&line->settings[i]);
	line->setting_count -= removed;
	memmove(line->settings, line->settings + removed, line->setting_count * sizeof(*line->settings));
}

void command_line_clear(struct command_line *line)
{
	for (size_t i = 0; i < line->setting_count; i++)
		setting_clear(&line->settings[i]);
	free(line->settings);
	free(line->words);
	free(line->networks);
	*line = (struct command_line){.action = ACTION_RUN};
}
