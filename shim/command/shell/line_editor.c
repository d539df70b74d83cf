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

#include "shim/command/library.h"
#include "shim/command/shell/word_list.h"

#define LIBEDIT "libedit.so.2"

// Word separators for completion; '!' so that the path of a program is a word.
#define WORD_BREAKS " \t!"

#define REMEMBERED_MAX 1000

// The functions and variables of its readline interface that are used.
struct libedit {
	char *(*readline)(const char *prompt);
	int (*initialize)(void);
	int (*add_history)(const char *line);
	void (*stifle_history)(int most);
	void (*prepare_terminal)(int meta);
	void (*release_terminal)(void);
	void (*resize_terminal)(void);
	void (*redraw)(void);
	const char **name;
	FILE **in, **out;
	int (**get_character)(FILE *in);
	char **(**complete)(const char *word, int start, int end);
	const char **word_breaks;
	char **line;
	int *catches_signals;
	int *is_completed;
	int *append_character;
};

static const struct library_row symbols[] = {{"readline", offsetof(struct libedit, readline)},
	{"rl_initialize", offsetof(struct libedit, initialize)}, {"add_history", offsetof(struct libedit, add_history)},
	{"stifle_history", offsetof(struct libedit, stifle_history)},
	{"rl_prep_terminal", offsetof(struct libedit, prepare_terminal)},
	{"rl_deprep_terminal", offsetof(struct libedit, release_terminal)},
	{"rl_resize_terminal", offsetof(struct libedit, resize_terminal)},
	{"rl_forced_update_display", offsetof(struct libedit, redraw)},
	{"rl_readline_name", offsetof(struct libedit, name)}, {"rl_instream", offsetof(struct libedit, in)},
	{"rl_outstream", offsetof(struct libedit, out)}, {"rl_getc_function", offsetof(struct libedit, get_character)},
	{"rl_attempted_completion_function", offsetof(struct libedit, complete)},
	{"rl_completer_word_break_characters", offsetof(struct libedit, word_breaks)},
	{"rl_line_buffer", offsetof(struct libedit, line)}, {"rl_catch_signals", offsetof(struct libedit, catches_signals)},
	{"rl_attempted_completion_over", offsetof(struct libedit, is_completed)},
	{"rl_completion_append_character", offsetof(struct libedit, append_character)}};

// The signals handled while a line is read. SIGQUIT is ignored, as in any shell.
static const int signals[] = {SIGINT, SIGQUIT, SIGWINCH, SIGCONT, SIGTSTP, SIGTERM, SIGHUP};

#define SIGNAL_COUNT (sizeof(signals) / sizeof(signals[0]))

struct line_editor {
	bool has_libedit;
	struct libedit libedit;
	FILE *out;
	line_editor_complete *complete;
	void *context;
	bool is_dropped;  // the current line
	sigset_t mask_before;
	struct sigaction before[SIGNAL_COUNT];
};

// Callbacks of libedit and signal handlers have no context argument.
static struct line_editor *editing;
static volatile sig_atomic_t is_caught[SIGNAL_COUNT];

static void catch_signal(int signal)
{
	for (size_t i = 0; i < SIGNAL_COUNT; i++)
		if (signals[i] == signal)
			is_caught[i] = 1;
}

// They are blocked except while waiting for a key, so that none is missed.
static void signals_take(struct line_editor *editor)
{
	const struct sigaction action = {.sa_handler = catch_signal};
	sigset_t held;
	sigemptyset(&held);
	for (size_t i = 0; i < SIGNAL_COUNT; i++)
		sigaddset(&held, signals[i]);
	sigprocmask(SIG_BLOCK, &held, &editor->mask_before);
	for (size_t i = 0; i < SIGNAL_COUNT; i++) {
		is_caught[i] = 0;
		sigaction(signals[i], &action, &editor->before[i]);
	}
}

static void signals_return(struct line_editor *editor)
{
	for (size_t i = 0; i < SIGNAL_COUNT; i++)
		sigaction(signals[i], &editor->before[i], NULL);
	sigprocmask(SIG_SETMASK, &editor->mask_before, NULL);
}

static void redraw(struct line_editor *editor)
{
	if (!editor->has_libedit)
		return;
	editor->libedit.prepare_terminal(0);
	editor->libedit.redraw();
}

// Restores the terminal and takes the default action of the signal: ends, or stops and continues. The SIGCONT has then
// been handled.
static void pass_on(struct line_editor *editor, size_t index)
{
	const struct timespec at_once = {.tv_sec = 0};
	struct sigaction ours;
	sigset_t mask, one, go_on;
	if (editor->has_libedit)
		editor->libedit.release_terminal();
	sigaction(signals[index], &editor->before[index], &ours);
	raise(signals[index]);
	sigemptyset(&one);
	sigaddset(&one, signals[index]);
	sigprocmask(SIG_UNBLOCK, &one, &mask);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	sigaction(signals[index], &ours, NULL);
	sigemptyset(&go_on);
	sigaddset(&go_on, SIGCONT);
	sigtimedwait(&go_on, NULL, &at_once);
	redraw(editor);
}

// False where one of them ends the line.
static bool look_at_signals(struct line_editor *editor)
{
	for (size_t i = 0; i < SIGNAL_COUNT; i++) {
		if (!is_caught[i])
			continue;
		is_caught[i] = 0;
		if (signals[i] == SIGINT)
			return !(editor->is_dropped = true);
		if (signals[i] == SIGWINCH && editor->has_libedit)
			editor->libedit.resize_terminal();
		else if (signals[i] == SIGCONT)
			redraw(editor);
		else if (signals[i] == SIGTSTP || signals[i] == SIGTERM || signals[i] == SIGHUP)
			pass_on(editor, i);
	}
	return true;
}

static bool await_input(struct line_editor *editor)
{
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
	while (ppoll(&in, 1, NULL, &editor->mask_before) <= 0)
		if (!look_at_signals(editor))
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
	while (await_input(editing) && read(STDIN_FILENO, &byte, 1) == 1) {
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
	const struct libedit *libedit = &editing->libedit;
	struct word_list found = {.words = NULL};
	(void)end;
	*libedit->is_completed = 1;  // suppresses its file name completion
	editing->complete(*libedit->line, (size_t)start, word, &found, editing->context);
	char **matches = as_matches(&found);
	const char last = found.count == 1 ? found.words[0][strlen(found.words[0]) - 1] : ' ';
	*libedit->append_character = last == ':' || last == '/' ? '\0' : ' ';
	word_list_clear(&found);
	return matches;
}

static void set_up(const struct line_editor *editor)
{
	const struct libedit *libedit = &editor->libedit;
	setlocale(LC_CTYPE, "");  // for character widths
	*libedit->name = "withdns";
	*libedit->in = stdin;
	*libedit->out = editor->out;
	*libedit->get_character = get_character;
	*libedit->catches_signals = 0;
	libedit->initialize();
	*libedit->complete = complete_word;
	*libedit->word_breaks = WORD_BREAKS;
	libedit->stifle_history(REMEMBERED_MAX);
}

struct line_editor *line_editor_open(line_editor_complete *complete, void *context)
{
	struct line_editor *editor = calloc(1, sizeof(*editor));
	if (editor == NULL)
		return NULL;
	editor->complete = complete;
	editor->context = context;
	editor->out = isatty(STDOUT_FILENO) ? stdout : stderr;
	editing = editor;
	editor->has_libedit = library_load(LIBEDIT, symbols, sizeof(symbols) / sizeof(symbols[0]), &editor->libedit);
	if (editor->has_libedit)
		set_up(editor);
	return editor;
}

// libedit stays loaded, since it does not free its memory.
void line_editor_close(struct line_editor *editor)
{
	if (editor == NULL)
		return;
	editing = NULL;
	free(editor);
}

bool line_editor_has_keys(const struct line_editor *editor)
{
	return editor->has_libedit;
}

static char *read_plain(struct line_editor *editor, const char *prompt)
{
	char *line = NULL;
	size_t size;
	fputs(prompt, editor->out);
	fflush(editor->out);
	if (!await_input(editor) || getline(&line, &size, stdin) < 0) {
		free(line);
		return NULL;
	}
	line[strcspn(line, "\n")] = '\0';
	return line;
}

enum line_result line_editor_read(struct line_editor *editor, const char *prompt, char **line)
{
	editor->is_dropped = false;
	signals_take(editor);
	char *text = editor->has_libedit ? editor->libedit.readline(prompt) : read_plain(editor, prompt);
	signals_return(editor);
	if (text != NULL) {
		*line = text;
		return LINE_READ;
	}
	fputs(editor->is_dropped && editor->has_libedit ? "^C\n" : "\n", editor->out);
	fflush(editor->out);
	return editor->is_dropped ? LINE_DROPPED : LINE_END;
}

void line_editor_remember(struct line_editor *editor, const char *line)
{
	if (editor->has_libedit)
		editor->libedit.add_history(line);
}
