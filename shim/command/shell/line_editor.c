// SPDX-License-Identifier: MIT
#include "shim/command/shell/line_editor.h"

#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#include "config/base/array.h"
#include "shim/command/library.h"
#include "shim/command/shell/word_list.h"

// Word separators for completion; '!' so that the path of a program is a word.
#define WORD_BREAKS " \t!"

#define REMEMBERED_MAX 1000
#define INTERVAL_MS 10

// The functions and variables of its readline interface that are used.
char *readline(const char *prompt);
int rl_initialize(void);
int add_history(const char *line);
void stifle_history(int most);
void rl_prep_terminal(int meta);
void rl_deprep_terminal(void);
void rl_resize_terminal(void);
void rl_forced_update_display(void);
extern const char *rl_readline_name;
extern FILE *rl_instream, *rl_outstream;
extern int (*rl_getc_function)(FILE *in);
extern char **(*rl_attempted_completion_function)(const char *word, int start, int end);
extern const char *rl_completer_word_break_characters;
extern char *rl_line_buffer;
extern int rl_catch_signals;
extern int rl_attempted_completion_over;
extern int rl_completion_append_character;

#define EDIT(symbol) LIBRARY_SYMBOL(libedit, symbol)

// Callbacks of libedit have no context argument.
static struct {
	bool has_libedit;
	FILE *out;
	line_editor_complete *complete;
	void *context;
	bool is_dropped;  // the current line
	sigset_t held;    // the signals that are blocked, and handled, while a line is read
	int signals;      // signalfd(2) descriptor for them; -1: they are polled for
} editor;

static void redraw(void)
{
	if (!editor.has_libedit)
		return;
	EDIT(rl_prep_terminal)(0);
	EDIT(rl_forced_update_display)();
}

static const struct timespec at_once = {.tv_sec = 0};

// Restores the terminal and takes the default action of the signal: ends, or stops and continues. The SIGCONT has then
// been handled.
static void pass_on(int signal)
{
	sigset_t mask, one, go_on;
	if (editor.has_libedit)
		EDIT(rl_deprep_terminal)();
	raise(signal);
	sigemptyset(&one);
	sigaddset(&one, signal);
	sigprocmask(SIG_UNBLOCK, &one, &mask);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	sigemptyset(&go_on);
	sigaddset(&go_on, SIGCONT);
	sigtimedwait(&go_on, NULL, &at_once);
	redraw();
}

// False where it ends the line. SIGQUIT is ignored, as in any shell.
static bool handle(int signal)
{
	if (signal == SIGINT)
		return !(editor.is_dropped = true);
	if (signal == SIGWINCH && editor.has_libedit)
		EDIT(rl_resize_terminal)();
	else if (signal == SIGCONT)
		redraw();
	else if (signal == SIGTSTP || signal == SIGTERM || signal == SIGHUP)
		pass_on(signal);
	return true;
}

static bool await_input(void)
{
	struct pollfd polled[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = editor.signals, .events = POLLIN}};
	do {
		poll(polled, ARRAY_LENGTH(polled), editor.signals >= 0 ? -1 : INTERVAL_MS);
		for (int signal; (signal = sigtimedwait(&editor.held, NULL, &at_once)) > 0;)
			if (!handle(signal))
				return false;
	} while (polled[0].revents == 0);
	return true;
}

// A wide character, or EOF.
static int get_character(FILE *in)
{
	mbstate_t state = {0};
	wchar_t character;
	char byte;
	(void)in;
	while (await_input() && read(STDIN_FILENO, &byte, 1) == 1) {
		const size_t result = mbrtowc(&character, &byte, 1, &state);
		if (result == (size_t)-1)
			return (unsigned char)byte;
		if (result != (size_t)-2)
			return (int)character;
	}
	return EOF;
}

static size_t common_length(const struct word_list *found)
{
	size_t length = strlen(found->words[0]);
	for (size_t i = 1; i < found->count; i++)
		for (size_t at = 0; at < length; at++)
			if (found->words[i][at] != found->words[0][at])
				length = at;
	return length;
}

// The format of libedit: the common prefix, then all completions. NULL for none. libedit takes ownership.
static char **as_matches(const struct word_list *found)
{
	char **matches = found->count == 0 ? NULL : calloc(found->count + 2, sizeof(*matches));
	if (matches == NULL)
		return NULL;
	matches[0] = strndup(found->words[0], common_length(found));
	for (size_t i = 0; i < found->count; i++)
		matches[i + 1] = strdup(found->words[i]);
	return matches;
}

static char **complete_word(const char *word, int start, int end)
{
	struct word_list found = {.words = NULL};
	(void)end;
	EDIT(rl_attempted_completion_over) = 1;  // suppresses its file name completion
	editor.complete(EDIT(rl_line_buffer), (size_t)start, word, &found, editor.context);
	char **matches = as_matches(&found);
	const char last = found.count == 1 ? found.words[0][strlen(found.words[0]) - 1] : ' ';
	EDIT(rl_completion_append_character) = last == ':' || last == '/' ? '\0' : ' ';
	word_list_clear(&found);
	return matches;
}

static void set_up(void)
{
	setlocale(LC_CTYPE, "");  // for character widths
	EDIT(rl_readline_name) = "withdns";
	EDIT(rl_instream) = stdin;
	EDIT(rl_outstream) = editor.out;
	EDIT(rl_getc_function) = get_character;
	EDIT(rl_catch_signals) = 0;
	EDIT(rl_initialize)();
	EDIT(rl_attempted_completion_function) = complete_word;
	EDIT(rl_completer_word_break_characters) = WORD_BREAKS;
	EDIT(stifle_history)(REMEMBERED_MAX);
}

bool line_editor_open(line_editor_complete *complete, void *context)
{
	static const int held[] = {SIGINT, SIGQUIT, SIGWINCH, SIGCONT, SIGTSTP, SIGTERM, SIGHUP};
	sigemptyset(&editor.held);
	for (size_t i = 0; i < ARRAY_LENGTH(held); i++)
		sigaddset(&editor.held, held[i]);
	editor.signals = signalfd(-1, &editor.held, SFD_CLOEXEC | SFD_NONBLOCK);
	extern struct library_symbol __start_libedit[], __stop_libedit[];
	editor.complete = complete;
	editor.context = context;
	editor.out = isatty(STDOUT_FILENO) ? stdout : stderr;
	editor.has_libedit = library_load("libedit.so.2", __start_libedit, __stop_libedit);
	if (editor.has_libedit)
		set_up();
	return editor.has_libedit;
}

static char *read_plain(const char *prompt)
{
	char *line = NULL;
	size_t size;
	fputs(prompt, editor.out);
	fflush(editor.out);
	if (!await_input() || getline(&line, &size, stdin) < 0) {
		free(line);
		return NULL;
	}
	line[strcspn(line, "\n")] = '\0';
	return line;
}

enum line_result line_editor_read(const char *prompt, char **line)
{
	sigset_t before;
	editor.is_dropped = false;
	sigprocmask(SIG_BLOCK, &editor.held, &before);
	char *text = editor.has_libedit ? EDIT(readline)(prompt) : read_plain(prompt);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (text != NULL) {
		*line = text;
		return LINE_READ;
	}
	fputs(editor.is_dropped && editor.has_libedit ? "^C\n" : "\n", editor.out);
	fflush(editor.out);
	return editor.is_dropped ? LINE_DROPPED : LINE_END;
}

void line_editor_remember(const char *line)
{
	if (editor.has_libedit)
		EDIT(add_history)(line);
}
