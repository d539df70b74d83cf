// SPDX-License-Identifier: MIT
#include "shim/command/program/script.h"

#include <stddef.h>
#include <string.h>
#include <unistd.h>

#define BLANKS " \t"

// The end of the line; NULL if the buffer ends within the interpreter's name, which the kernel rejects
// (fs/binfmt_script.c). It passes on a truncated argument.
static char *find_line_end(char *line)
{
	char *newline = strchr(line, '\n');
	const char *name = line + 2 + strspn(line + 2, BLANKS);
	if (newline != NULL)
		return newline;
	if (strlen(line) < SCRIPT_LINE_SIZE)
		return line + strlen(line);
	return name[strcspn(name, BLANKS)] == '\0' ? NULL : line + SCRIPT_LINE_SIZE - 1;
}

bool script_read(int descriptor, struct script *out)
{
	char line[SCRIPT_LINE_SIZE + 1] = "";
	if (pread(descriptor, line, SCRIPT_LINE_SIZE, 0) < 2 || line[0] != '#' || line[1] != '!')
		return false;
	char *end = find_line_end(line);
	if (end == NULL)
		return false;
	while (end > line + 2 && strchr(BLANKS, end[-1]) != NULL)
		end--;
	*end = '\0';
	const char *name = line + 2 + strspn(line + 2, BLANKS);
	if (*name == '\0')
		return false;
	size_t length = strcspn(name, BLANKS);
	struct script script = {.interpreter = ""};
	memcpy(script.interpreter, name, length);
	strcpy(script.argument, name + length + strspn(name + length, BLANKS));
	*out = script;
	return true;
}

// The argument of -S, which may be in a group ("-iS") or in the long form; NULL for none.
static const char *split_string_of(const char *argument)
{
	static const char word[] = "--split-string=";
	if (strncmp(argument, word, sizeof(word) - 1) == 0)
		return argument + sizeof(word) - 1;
	if (argument[0] != '-')
		return NULL;
	size_t flags = 1 + strspn(argument + 1, "iv0");
	return argument[flags] == 'S' ? argument + flags + 1 : NULL;
}

// Takes one word as env -S does. False at the end, and at escapes and ${VAR}, which are not supported.
static bool take_word(const char **text, char *word)
{
	const char *at = *text + strspn(*text, " \t\v\f\r\n");
	char quote = '\0';
	if (*at == '\0' || *at == '#')
		return false;
	for (; *at != '\0' && (quote != '\0' || strchr(" \t\v\f\r\n", *at) == NULL); at++) {
		if (*at == '\\' || (*at == '$' && quote != '\''))
			return false;
		if (quote == '\0' && (*at == '"' || *at == '\''))
			quote = *at;
		else if (*at == quote)
			quote = '\0';
		else
			*word++ = *at;
	}
	*word = '\0';
	*text = at;
	return quote == '\0';
}

// Options of env(1) that take the next word when their value is not attached.
static bool wants_next_word(const char *option)
{
	static const char *const options[] = {"-u", "--unset", "-C", "--chdir"};
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (strcmp(option, options[i]) == 0)
			return true;
	return false;
}

static bool skip_env_options(const char **text, char *word)
{
	while (take_word(text, word)) {
		if (strcmp(word, "--") == 0)
			return take_word(text, word);
		if (word[0] != '-')
			return true;
		if (wants_next_word(word) && !take_word(text, word))
			return false;
	}
	return false;
}

static bool read_env_words(const char *text, struct env_command *out)
{
	char word[SCRIPT_LINE_SIZE];
	if (!skip_env_options(&text, word))
		return false;
	while (strchr(word, '=') != NULL) {
		if (strncmp(word, "PATH=", 5) == 0) {
			out->sets_path = true;
			strcpy(out->path, word + 5);
		}
		if (!take_word(&text, word))
			return false;
	}
	strcpy(out->program, word);
	return true;
}

bool script_read_env(const char *argument, struct env_command *out)
{
	const char *words = split_string_of(argument);
	struct env_command command = {.program = ""};
	if (strlen(argument) >= SCRIPT_LINE_SIZE)
		return false;
	if (words != NULL) {
		if (!read_env_words(words, &command))
			return false;
	} else {
		// Without -S the argument is one word, including blanks; after options and VAR=x the script is the program.
		if (argument[0] == '\0' || argument[0] == '-' || strchr(argument, '=') != NULL)
			return false;
		strcpy(command.program, argument);
	}
	*out = command;
	return true;
}
