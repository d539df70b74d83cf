// SPDX-License-Identifier: MIT
#include "shim/command/shell/line_editor.h"

#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#include "config/base/array.h"
#include "shim/command/library.h"
#include "shim/command/shell/word_list.h"

// Word separators for completion; '!' so that the path of a program is a word.
#define WORD_BREAKS " \t!"

#define REMEMBERED_MAX 1000

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

// The signals handled while a line is read. SIGQUIT is ignored, as in any shell.
static const int signals[] = {SIGINT, SIGQUIT, SIGWINCH, SIGCONT, SIGTSTP, SIGTERM, SIGHUP};

#define SIGNAL_COUNT ARRAY_LENGTH(signals)

// Callbacks of libedit and signal handlers have no context argument.
static struct {
	bool has_libedit;
	FILE *out;
	line_editor_complete *complete;
	void *context;
	bool is_dropped;  // the current line
	sigset_t mask_before;
	struct sigaction before[SIGNAL_COUNT];
} editor;
static volatile sig_atomic_t is_caught[SIGNAL_COUNT];

static void catch_signal(int signal)
{
	for (size_t i = 0; i < SIGNAL_COUNT; i++)
		if (signals[i] == signal)
			is_caught[i] = 1;
}

// They are blocked except while waiting for a key, so that none is missed.
static void signals_take(void)
{
	const struct sigaction action = {.sa_handler = catch_signal};
	sigset_t held;
	sigemptyset(&held);
	for (size_t i = 0; i < SIGNAL_COUNT; i++)
		sigaddset(&held, signals[i]);
	sigprocmask(SIG_BLOCK, &held, &editor.mask_before);
	for (size_t i = 0; i < SIGNAL_COUNT; i++) {
		is_caught[i] = 0;
		sigaction(signals[i], &action, &editor.before[i]);
	}
}

static void signals_return(void)
{
	for (size_t i = 0; i < SIGNAL_COUNT; i++)
		sigaction(signals[i], &editor.before[i], NULL);
	sigprocmask(SIG_SETMASK, &editor.mask_before, NULL);
}

static void redraw(void)
{
	if (!editor.has_libedit)
		return;
	EDIT(rl_prep_terminal)(0);
	EDIT(rl_forced_update_display)();
}

// Restores the terminal and takes the default action of the signal: ends, or stops and continues. The SIGCONT has then
// been handled.
static void pass_on(size_t index)
{
	const struct timespec at_once = {.tv_sec = 0};
	struct sigaction ours;
	sigset_t mask, one, go_on;
	if (editor.has_libedit)
		EDIT(rl_deprep_terminal)();
	sigaction(signals[index], &editor.before[index], &ours);
	raise(signals[index]);
	sigemptyset(&one);
	sigaddset(&one, signals[index]);
	sigprocmask(SIG_UNBLOCK, &one, &mask);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	sigaction(signals[index], &ours, NULL);
	sigemptyset(&go_on);
	sigaddset(&go_on, SIGCONT);
	sigtimedwait(&go_on, NULL, &at_once);
	redraw();
}

// False where one of them ends the line.
static bool look_at_signals(void)
{
	for (size_t i = 0; i < SIGNAL_COUNT; i++) {
		if (!is_caught[i])
			continue;
		is_caught[i] = 0;
		if (signals[i] == SIGINT)
			return !(editor.is_dropped = true);
		if (signals[i] == SIGWINCH && editor.has_libedit)
			EDIT(rl_resize_terminal)();
		else if (signals[i] == SIGCONT)
			redraw();
		else if (signals[i] == SIGTSTP || signals[i] == SIGTERM || signals[i] == SIGHUP)
			pass_on(i);
	}
	return true;
}

static bool await_input(void)
{
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
	while (ppoll(&in, 1, NULL, &editor.mask_before) <= 0)
		if (!look_at_signals())
			return false;
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
	editor.is_dropped = false;
	signals_take();
	char *text = editor.has_libedit ? EDIT(readline)(prompt) : read_plain(prompt);
	signals_return();
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
