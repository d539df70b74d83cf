// SPDX-License-Identifier: MIT
#include "shim/command/advice.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config/base/words.h"
#include "config/environment.h"
#include "config/mistakes.h"
#include "shim/command/command_line.h"
#include "shim/command/problem.h"

static void warn_of_ports(const struct option_setting *setting)
{
	struct words words;
	const enum words_result result = words_split(setting->directive, strlen(setting->directive), &words);
	const bool is_server = result == WORDS_OK && words.count > 0 && strcmp(words.word[0], "nameserver") == 0;
	for (size_t i = 1; is_server && i < words.count && strcmp(words.word[i], "for") != 0; i++) {
		const char *word = words.word[i], *colon = strrchr(word, ':');
		if (mistake_is_port(word))
			problem_print("warning: %s: %s has no port; the address with a port is [%.*s]%s", setting->option, word,
				(int)(colon - word), word, colon);
	}
	words_clear(&words);
}

static void warn_of_foreign_file(const struct command_line *line, const struct environment *inherited)
{
	const bool is_named = inherited->config_file != NULL && *inherited->config_file != '\0';
	char *path = line->config_file == NULL && !is_named ? environment_home_file(inherited) : NULL;
	struct stat status;
	if (path != NULL && stat(path, &status) == 0 && environment_is_foreign(&status))
		problem_print("warning: %s: ignored, because it belongs to another user (use -c to read it)", path);
	free(path);
}

void advice_write(const struct command_line *line, const struct environment *inherited)
{
	if (line->quiet)
		return;
	for (size_t i = 0; i < line->setting_count; i++)
		warn_of_ports(&line->settings[i]);
	warn_of_foreign_file(line, inherited);
}
