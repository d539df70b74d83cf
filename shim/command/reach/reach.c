// SPDX-License-Identifier: MIT
#include "shim/command/reach/reach.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/base/address.h"
#include "config/base/file.h"
#include "config/base/older_headers.h"
#include "shim/command/command_line.h"
#include "shim/command/problem.h"
#include "shim/command/reach/arch.h"
#include "shim/command/reach/filter.h"
#include "shim/command/reach/nesting.h"
#include "shim/command/reach/obstacle.h"
#include "shim/command/reach/process.h"
#include "shim/command/reach/supervisor.h"
#include "shim/command/serve/serve.h"
#include "shim/command/watch/watch.h"

// What the supervisor tells the process that waits: first whether the program can start, then the wait(2) statuses of
// the program.
struct start {
	bool is_ready;
	pid_t program;
	struct problem problem;
};

// What the program and the supervisor have to agree on before the program is executed.
struct handshake {
	int program, supervisor;  // the two ends of a socket pair
	bool reports_opens;
};

// What the program tells: the number of the filter's descriptor or -1 and errno. EBUSY: there is a supervisor already.
struct filter_result {
	int reports, error;
	uint64_t mark;  // of the program then
};

// ---- the program ----

// Installs the filter and waits for the supervisor. The descriptor's number is written, not sent: sendmsg(2) would wait
// for a supervisor that does not read reports yet.
static bool enter_filter(const struct handshake *handshake)
{
	char go;
	struct filter_result result = {.reports = filter_install(handshake->reports_opens)};
	if (result.reports < 0)
		result.error = errno;
	if (result.error == EBUSY)
		result.mark = nesting_mark_program();
	const bool is_admitted =
		write(handshake->program, &result, sizeof(result)) == sizeof(result) && read(handshake->program, &go, 1) == 1;
	close(handshake->program);
	file_close(result.reports);
	return is_admitted;
}

// ---- the supervisor ----

static struct supervisor supervisor = {
	.nesting.lock = PTHREAD_MUTEX_INITIALIZER,
	.network = {.lock = PTHREAD_MUTEX_INITIALIZER, .clients_lock = PTHREAD_MUTEX_INITIALIZER},
	.receiving = PTHREAD_MUTEX_INITIALIZER,
};

static int make_socket(int domain, int type)
{
	return private_network_socket(&supervisor.network, domain, type, 0);
}

static void find_process(const struct address *client, bool is_stream, struct log_process *out)
{
	private_network_find_client(&supervisor.network, is_stream, client->port, out);
}

// Nothing of the program's may stay open here, so that its pipes end with it. Standard error is kept for a log.
static void close_inherited(int handshake, int statuses)
{
	const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (nothing >= 0) {
		dup2(nothing, STDIN_FILENO);
		dup2(nothing, STDOUT_FILENO);
	}
	watch_close_others((const int[]){STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO, handshake, statuses}, 5);
}

// Takes the filter's descriptor out of the program.
static bool take_reports(const struct handshake *handshake, pid_t program, struct problem *problem)
{
	struct filter_result result = {-1, ECHILD, 0};
	(void)!read(handshake->supervisor, &result, sizeof(result));
	supervisor.channel = -1;
	// The supervisor that is there already tells this one.
	supervisor.reports = result.error == EBUSY ? nesting_join(result.mark, &supervisor.channel) : -1;
	if (supervisor.reports >= 0)
		return true;
	if (result.error != 0)
		return obstacle_tell_here(OBSTACLE_FILTER, result.error, problem);
	const int pidfd = (int)syscall(SYS_pidfd_open, program, 0);
	supervisor.reports = (int)syscall(SYS_pidfd_getfd, pidfd, result.reports, 0);
	file_close(pidfd);
	return supervisor.reports >= 0 || obstacle_tell_here(OBSTACLE_DESCRIPTOR, errno, problem);
}

// Creates the private network and takes the program's reports, if this machine permits all that a supervisor does.
static bool take_control(const struct handshake *handshake, pid_t program, struct problem *problem)
{
	char copy;
	if (!private_network_open(&supervisor.network, problem) || !take_reports(handshake, program, problem))
		return false;
	// The program is a copy of this process as yet.
	errno = process_read(program, (uintptr_t)&supervisor, &copy, sizeof(copy));
	if (errno != 0)
		return obstacle_tell_here(OBSTACLE_MEMORY, errno, problem);
	return access("/proc/self/fdinfo", X_OK) == 0 || obstacle_tell_here(OBSTACLE_PROC, errno, problem);
}

static void tell(int statuses, const void *message, size_t size)
{
	(void)!write(statuses, message, size);
}

// As the subreaper, collects all that ends, and tells of the program; until there is no process left.
static void collect(pid_t program, int statuses)
{
	int status;
	for (;;) {
		const pid_t ended = waitpid(-1, &status, WUNTRACED);
		if (ended < 0 && errno == ECHILD)
			return;
		if (ended == program)
			tell(statuses, &status, sizeof(status));
	}
}

static bool prepare(const struct command_line *line, const struct handshake *handshake, struct start *start)
{
	const struct serve_sockets sockets = {make_socket, find_process};
	return take_control(handshake, start->program, &start->problem) &&
		(line == NULL ||
			(serve_begin(line, &sockets, &start->problem) && supervisor_start(&supervisor, &start->problem)));
}

// In a process group of its own it is not stopped or killed with the program's. Statuses are lost if SIGCHLD is
// ignored, as the program may want it.
static void become_supervisor(void)
{
	setpgid(0, 0);
	signal(SIGCHLD, SIG_DFL);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
}

_Noreturn static void supervise(
	const struct command_line *line, const struct handshake *handshake, pid_t program, int statuses)
{
	struct start start = {.program = program};
	become_supervisor();
	close_inherited(handshake->supervisor, statuses);
	start.is_ready = prepare(line, handshake, &start);
	tell(statuses, &start, sizeof(start));
	if (!start.is_ready || line == NULL)
		_exit(EXIT_OWN_ERROR);
	tell(handshake->supervisor, "", 1);
	close(handshake->supervisor);
	collect(program, statuses);
	_exit(0);
}

// ---- the process that waits ----

static bool wait_for_program(struct watch *watch, int statuses, bool is_trial, struct problem *problem)
{
	struct start start = {.is_ready = false};
	if (read(statuses, &start, sizeof(start)) != sizeof(start)) {
		problem_set(problem, "--reach: the supervisor has ended");
	} else if (start.is_ready && !is_trial) {
		watch->child = start.program;
		watch_end(watch_follow(watch, statuses));
	} else {
		*problem = start.problem;
	}
	waitpid(watch->child, NULL, 0);
	close(statuses);
	watch_restore(watch);
	return start.is_ready;
}

// Without a line it is a trial: returns in the caller, and the program is not executed.
bool reach_fork(const struct command_line *line, bool reports_opens, struct problem *problem)
{
	struct watch watch;
	int statuses[2], pair[2];
	if (!ARCH_IS_KNOWN)
		return problem_set(problem, "--reach: works on x86-64 and arm64 only: use withdns --serve");
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, statuses) != 0)
		return problem_set(problem, "--reach: socketpair: %m");
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0 || !watch_fork(&watch))
		return problem_set(problem, "--reach: %m");
	const struct handshake handshake = {pair[0], pair[1], reports_opens};
	if (watch.child > 0) {
		close(pair[0]);
		close(pair[1]);
		close(statuses[1]);
		return wait_for_program(&watch, statuses[0], line == NULL, problem);
	}
	close(statuses[0]);
	watch_hold();
	const pid_t program = fork();
	close(program != 0 ? handshake.program : handshake.supervisor);
	if (program == 0) {
		close(statuses[1]);
		if (!enter_filter(&handshake))  // the supervisor tells why
			_exit(EXIT_OWN_ERROR);
		watch_restore(&watch);
		return true;
	}
	supervise(line, &handshake, program, statuses[1]);
}

bool reach_try(struct problem *problem)
{
	return reach_fork(NULL, false, problem);
}
