// SPDX-License-Identifier: MIT
#include "shim/command/shell/shell_program.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "shim/command/problem.h"
#include "shim/command/program/launch.h"
#include "shim/command/program/program.h"
#include "shim/command/program/result_text.h"

#define SH "/bin/sh"

void shell_program_ignore_signals(struct shell_signals *before)
{
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	sigaction(SIGINT, &ignore, &before->interrupt);
	sigaction(SIGQUIT, &ignore, &before->quit);
}

void shell_program_restore_signals(const struct shell_signals *before)
{
	sigaction(SIGINT, &before->interrupt, NULL);
	sigaction(SIGQUIT, &before->quit, NULL);
}

// The first program of text, allocated; NULL if the shell syntax is too complex.
static char *first_word(const char *text)
{
	const size_t length = strcspn(text, " \t");
	if (length == 0 || strcspn(text, "\"'\\$`~*?[](){}<>|&;#=!%") < length)
		return NULL;
	return strndup(text, length);
}

// Warns if the first program of the text cannot be redirected. Unknown commands are left to sh.
static void warn_if_unreachable(const struct shell_program *start)
{
	struct program program;
	struct problem ignored;
	char *name = first_word(start->text), *why = NULL;
	if (name != NULL && program_examine(name, start->library, &program, &ignored)) {
		why = program.result != PROGRAM_REDIRECTABLE ? result_text_of_program(&program) : NULL;
		program_clear(&program);
	}
	if (why != NULL)
		problem_print("warning: %s", why);
	free(why);
	free(name);
}

_Noreturn static void exec_program(const struct shell_program *start)
{
	const char *shell = getenv("SHELL");
	const char *name = start->text[0] != '\0' || shell == NULL || *shell == '\0' ? SH : shell;
	char sh[] = "sh", option[] = "-c";
	char *with_text[] = {sh, option, (char *)start->text, NULL}, *alone[] = {(char *)name, NULL};
	struct program program;
	struct problem problem;
	if (start->before != NULL)
		shell_program_restore_signals(start->before);
	if (program_examine(name, start->library, &program, &problem))
		launch_exec(&program, start->text[0] != '\0' ? with_text : alone, start->library, start->settings, &problem);
	problem_write(problem.text);
	_exit(problem.status);
}

// Stops as the program has stopped, so that our parent sees it; both continue together. Ctrl-Z usually stops both: then
// the program already continues.
static void stop_with_child(pid_t child)
{
	siginfo_t info = {.si_pid = 0};
	if (waitid(P_PID, (id_t)child, &info, WSTOPPED | WNOHANG) != 0 || info.si_pid == 0)
		return;
	raise(info.si_status);
	kill(child, SIGCONT);
}

// Its wait(2) status.
static int wait_for(pid_t child)
{
	siginfo_t info;
	int status = W_EXITCODE(EXIT_OWN_ERROR, 0);
	for (;;) {
		const int failure = waitid(P_PID, (id_t)child, &info, WSTOPPED | WEXITED | WNOWAIT);
		if (failure != 0 && errno == EINTR)
			continue;
		if (failure != 0 || info.si_code != CLD_STOPPED)
			break;
		stop_with_child(child);
	}
	waitpid(child, &status, 0);
	return status;
}

// Restores the foreground process group and the modes of the terminal after a program was killed.
static void restore_terminal(const struct termios *modes, int status)
{
	const pid_t foreground = tcgetpgrp(STDIN_FILENO);
	sigset_t output, before;
	if (foreground != getpgrp() && kill(-foreground, 0) != 0 && errno == ESRCH) {
		sigemptyset(&output);
		sigaddset(&output, SIGTTOU);
		sigprocmask(SIG_BLOCK, &output, &before);
		tcsetpgrp(STDIN_FILENO, getpgrp());
		sigprocmask(SIG_SETMASK, &before, NULL);
	}
	if (WIFSIGNALED(status) && tcgetpgrp(STDIN_FILENO) == getpgrp())
		tcsetattr(STDIN_FILENO, TCSADRAIN, modes);
}

// The terminal has shown ^C without a newline.
static int status_of(int status)
{
	if (!WIFSIGNALED(status))
		return WEXITSTATUS(status);
	fprintf(stderr, "%s\n", WTERMSIG(status) == SIGINT ? "" : strsignal(WTERMSIG(status)));
	return 128 + WTERMSIG(status);
}

int shell_program_run(const struct shell_program *start)
{
	struct termios modes;
	if (!start->is_quiet)
		warn_if_unreachable(start);
	fflush(stdout);
	const bool is_in_foreground = tcgetpgrp(STDIN_FILENO) == getpgrp() && tcgetattr(STDIN_FILENO, &modes) == 0;
	const pid_t pid = fork();
	if (pid == 0)
		exec_program(start);
	if (pid < 0)
		problem_print("fork: %m");
	const int status = pid < 0 ? W_EXITCODE(EXIT_OWN_ERROR, 0) : wait_for(pid);
	if (is_in_foreground)
		restore_terminal(&modes, status);
	return status_of(status);
}
