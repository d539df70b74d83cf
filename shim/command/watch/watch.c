// SPDX-License-Identifier: MIT
#include "shim/command/watch/watch.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/base/clock.h"
#include "config/base/older_headers.h"
#include "shim/command/problem.h"
#include "shim/command/watch/run_server.h"

#define INTERVAL_MS 10
#define REST_MS 2000

// Signals that are not blocked: our own faults, and the two that cannot be blocked.
static sigset_t held_signals(void)
{
	static const int own[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT};
	sigset_t set;
	sigfillset(&set);
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		sigdelset(&set, own[i]);
	return set;
}

bool watch_fork(struct watch *watch)
{
	const sigset_t held = held_signals();
	// With SIGCHLD ignored, children leave no status behind.
	const struct sigaction standard = {.sa_handler = SIG_DFL};
	sigprocmask(SIG_BLOCK, &held, &watch->mask_before);
	sigaction(SIGCHLD, &standard, &watch->child_signal_before);
	watch->child = fork();
	if (watch->child > 0)
		return true;
	watch_restore(watch);
	return watch->child == 0;
}

void watch_hold(void)
{
	const sigset_t held = held_signals();
	sigprocmask(SIG_BLOCK, &held, NULL);
}

void watch_restore(const struct watch *watch)
{
	sigaction(SIGCHLD, &watch->child_signal_before, NULL);
	sigprocmask(SIG_SETMASK, &watch->mask_before, NULL);
}

void watch_close_others(const int *kept, size_t count)
{
	for (unsigned first = 0, next = 0; next < ~0U; first = next + 1) {
		next = ~0U;
		for (size_t i = 0; i < count; i++)
			if (kept[i] >= (int)first && (unsigned)kept[i] < next)
				next = (unsigned)kept[i];
		if (first < next)
			syscall(SYS_close_range, first, next < ~0U ? next - 1 : next, 0);
	}
}

// Signals of the terminal (SI_KERNEL) reach the program too, since it is in the same process group; so do its own
// signals to that group. An alarm that was set before the fork belongs to the program.
static bool is_for_child(const struct watch *watch, const siginfo_t *info)
{
	if (info->si_signo == SIGCHLD)
		return false;
	if (info->si_signo == SIGALRM)
		return true;
	return info->si_code <= 0 && info->si_pid != watch->child;
}

// Takes the default action of a signal that is blocked.
static void act_by_default(int signal)
{
	const struct sigaction standard = {.sa_handler = SIG_DFL};
	struct sigaction before = standard;
	sigset_t set, mask;
	sigemptyset(&set);
	sigaddset(&set, signal);
	sigaction(signal, &standard, &before);
	raise(signal);
	sigprocmask(SIG_UNBLOCK, &set, &mask);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	sigaction(signal, &before, NULL);
}

// Stops as the program was stopped, so that a shell sees the job stop. The SIGCONT that continues us is pending, and
// forwarded later.
static void stop_too(int signal)
{
	const struct timespec at_once = {.tv_sec = 0};
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, signal);
	while (sigtimedwait(&set, NULL, &at_once) == signal)
		continue;  // the terminal sent it to us as well
	act_by_default(signal);
}

static void pass_signal(const struct watch *watch, const sigset_t *held)
{
	const struct timespec at_once = {.tv_sec = 0};
	siginfo_t info;
	if (sigtimedwait(held, &info, &at_once) > 0 && is_for_child(watch, &info))
		kill(watch->child, info.si_signo);
}

// What is waited for: events at the descriptor; has_ended handles them, and fills *status once the program has ended.
struct waiting {
	const struct watch *watch;
	struct run_server *server;
	int descriptor;
	bool (*has_ended)(const struct waiting *waiting, int *status);
};

// Without a signalfd(2) descriptor signals are polled for.
static int wait_for_end(const struct waiting *waiting)
{
	const sigset_t held = held_signals();
	int status = 0;
	const int signals = signalfd(-1, &held, SFD_CLOEXEC | SFD_NONBLOCK);
	struct pollfd polled[] = {{.fd = signals, .events = POLLIN}, {.fd = waiting->descriptor, .events = POLLIN}};
	while (!waiting->has_ended(waiting, &status)) {
		poll(polled, sizeof(polled) / sizeof(polled[0]), signals >= 0 ? -1 : INTERVAL_MS);
		pass_signal(waiting->watch, &held);
	}
	return status;
}

static bool serve_and_reap(const struct waiting *waiting, int *status)
{
	const pid_t child = waiting->watch->child;
	pid_t changed;
	run_server_serve(waiting->server);
	while ((changed = waitpid(child, status, WUNTRACED | WNOHANG)) == child) {
		if (!WIFSTOPPED(*status))
			return true;
		stop_too(WSTOPSIG(*status));
	}
	if (changed < 0 && errno == ECHILD) {
		*status = W_EXITCODE(0, 0);
		return true;
	}
	return false;
}

// Processes that outlive the program may continue to send, which is bounded.
int watch_wait(const struct watch *watch, struct run_server *server)
{
	const int status = wait_for_end(&(struct waiting){watch, server, server->poll, serve_and_reap});
	const int64_t deadline = clock_now() + REST_MS * INT64_C(1000);
	while (run_server_serve(server) && clock_now() < deadline)
		continue;
	return status;
}

static bool take_status(const struct waiting *waiting, int *status)
{
	const ssize_t size = recv(waiting->descriptor, status, sizeof(*status), MSG_DONTWAIT);
	if (size < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (size != sizeof(*status)) {
		problem_print("--reach: the supervisor has ended");
		*status = W_EXITCODE(EXIT_OWN_ERROR, 0);
	} else if (WIFSTOPPED(*status)) {
		stop_too(WSTOPSIG(*status));
		return false;
	}
	return true;
}

int watch_follow(const struct watch *watch, int statuses)
{
	watch_close_others((const int[]){STDERR_FILENO, statuses}, 2);
	return wait_for_end(&(struct waiting){watch, NULL, statuses, take_status});
}

_Noreturn void watch_end(int status)
{
	if (WIFSIGNALED(status)) {
		const int signal = WTERMSIG(status);
		const struct rlimit no_core = {.rlim_cur = 0};
		setrlimit(RLIMIT_CORE, &no_core);
		prctl(PR_SET_DUMPABLE, 0);
		act_by_default(signal);
		_exit(128 + signal);
	}
	_exit(WEXITSTATUS(status));
}
