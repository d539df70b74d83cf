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

static void setting_clear(struct option_setting *setting)
{
	free(setting->directive);
	free(setting->option);
}

static void remove_front(struct command_line *line, size_t count)
{
	for (size_t i = 0; i < count; i++)
		setting_clear(&line->settings[i]);
	line->setting_count -= count;
	memmove(line->settings, line->settings + count, line->setting_count * sizeof(*line->settings));
}

bool command_line_insert(struct command_line *line, size_t at, char *directive, char *option, struct problem *problem)
{
	struct option_setting setting = {directive, option};
	if (directive == NULL || option == NULL ||
		!array_append(&line->settings, &line->setting_count, &setting, sizeof(setting))) {
		setting_clear(&setting);
		return problem_out_of_memory(problem);
	}
	memmove(&line->settings[at + 1], &line->settings[at], (line->setting_count - 1 - at) * sizeof(setting));
	line->settings[at] = setting;
	return true;
}

bool command_line_put_in_front(
	struct command_line *line, const char *directive, const char *option, struct problem *problem)
{
	static const char section_end[] = "--";
	const bool is_only = line->setting_count == 0;
	if (!is_only && !command_line_insert(line, 0, strdup(section_end), strdup(section_end), problem))
		return false;
	if (command_line_insert(line, 0, strdup(directive), strdup(option), problem))
		return true;
	if (!is_only)
		remove_front(line, 1);
	return false;
}

void command_line_take_front(struct command_line *line)
{
	remove_front(line, line->setting_count > 1 ? 2 : line->setting_count);
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
