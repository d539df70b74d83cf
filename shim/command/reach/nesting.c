// SPDX-License-Identifier: MIT
#include "shim/command/reach/nesting.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "config/base/file.h"
#include "config/base/older_headers.h"
#include "config/base/random.h"
#include "shim/command/reach/process.h"
#include "shim/command/thread.h"

#define CALLS_MAX 4096  // that an inner supervisor decides at a time; others fail

// The address to which the inner supervisor connects its channel, a SOCK_SEQPACKET socket. The outer supervisor takes
// the channel, and sends it reports of processes with the mark.
struct nesting_request {
	sa_family_t family;  // AF_UNIX
	char name[14];       // REQUEST_NAME
	uint64_t mark;
};
#define REQUEST_NAME "\0withdns-reach"
#define IS_THERE EISCONN  // the result for the mark 0

_Static_assert(sizeof(struct nesting_request) <= sizeof(struct sockaddr_un), "it is an address");

// ---- the inner supervisor ----

static bool set_mark(uint64_t mark)
{
	return setrlimit(RLIMIT_LOCKS, &(struct rlimit){mark, mark}) == 0;
}

// An even number below the present limit: without privileges, a limit can only be lowered.
uint64_t nesting_mark_program(void)
{
	struct rlimit present;
	uint32_t drawn;
	if (getrlimit(RLIMIT_LOCKS, &present) != 0 || !random_draw(&drawn, sizeof(drawn)))
		return 0;
	const uint64_t distance = 2 + 2 * (uint64_t)drawn;
	const uint64_t mark = present.rlim_max > distance ? (present.rlim_max - distance) & ~UINT64_C(1) : 0;
	return mark != 0 && set_mark(mark) ? mark : 0;
}

static int request(int channel, uint64_t mark)
{
	struct nesting_request request = {.family = AF_UNIX, .mark = mark};
	memcpy(request.name, REQUEST_NAME, sizeof(request.name));
	return connect(channel, (const struct sockaddr *)&request, sizeof(request));
}

int nesting_join(uint64_t mark, int *channel)
{
	int pair[2];
	if (mark == 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return -1;
	*channel = pair[0];
	// The mark of the supervisor itself, whose calls go on, is one more than that of its program.
	const int reports = set_mark(mark + 1) ? request(pair[1], mark) : -1;
	close(pair[1]);
	return reports;
}

// Without the supervisor it is EBADF.
bool nesting_is_inside(void)
{
	return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == SECCOMP_MODE_FILTER && request(-1, 0) < 0 && errno == IS_THERE;
}

// ---- the outer supervisor ----

struct session {
	struct session *next;
	struct nesting *nesting;
	uint64_t mark;  // 0: it has ended, and this may be used again
	int channel, reports;
	uint64_t calls[CALLS_MAX];  // that were passed on; many of them are decided
	size_t next_call;
};

// The session with the mark; NULL if there is none.
static struct session *find(const struct nesting *nesting, uint64_t mark)
{
	struct session *session = nesting->first;
	while (session != NULL && session->mark != mark)
		session = session->next;
	return session;
}

static bool is_request(const struct seccomp_notif *report, struct nesting_request *out)
{
	return report->data.nr == SYS_connect && report->data.args[2] == sizeof(*out) &&
		process_read((pid_t)report->pid, report->data.args[1], out, sizeof(*out)) == 0 &&
		memcmp(out->name, REQUEST_NAME, sizeof(out->name)) == 0;
}

// The filter's descriptor gives power over all processes with the filter: not to another user, nor into a sandbox.
// Reports have the numbers that processes have in our namespace.
static bool is_trusted(pid_t process)
{
	return process_has_same_user(process) && process_has_same(process, "pid") && process_has_same(process, "user");
}

// Waits until the inner supervisor, which says nothing, has ended. What it has not decided fails.
static void *watch(void *argument)
{
	struct session *session = argument;
	char byte;
	while (read(session->channel, &byte, 1) < 0 && errno == EINTR)
		;
	pthread_mutex_lock(&session->nesting->lock);
	for (size_t i = 0; i < CALLS_MAX; i++) {
		const struct seccomp_notif_resp response = {.id = session->calls[i], .error = -EPERM};
		if (response.id != 0)
			ioctl(session->reports, SECCOMP_IOCTL_NOTIF_SEND, &response);
	}
	file_close(session->channel);
	session->mark = 0;
	pthread_mutex_unlock(&session->nesting->lock);
	return NULL;
}

static bool begin(struct nesting *nesting, int reports, int channel, uint64_t mark)
{
	pthread_mutex_lock(&nesting->lock);
	struct session *session = find(nesting, 0);
	if (session == NULL && (session = calloc(1, sizeof(*session))) != NULL) {
		session->nesting = nesting;
		session->next = nesting->first;
		nesting->first = session;
	}
	bool done = false;
	if (session != NULL) {
		session->channel = channel;
		session->reports = reports;
		done = thread_start(watch, session);
		session->mark = done ? mark : 0;
	}
	atomic_store(&nesting->is_used, true);
	pthread_mutex_unlock(&nesting->lock);
	return done;
}

// Returns errno, or NESTING_ANSWERED with the channel taken and the filter's descriptor handed over.
static int take_session(
	struct nesting *nesting, int reports, const struct seccomp_notif *report, const struct nesting_request *request)
{
	const struct seccomp_notif_addfd answer = {
		.id = report->id, .flags = SECCOMP_ADDFD_FLAG_SEND, .srcfd = (uint32_t)reports, .newfd_flags = O_CLOEXEC};
	const int pidfd = (int)syscall(SYS_pidfd_open, report->pid, 0);
	const int channel = (int)syscall(SYS_pidfd_getfd, pidfd, (int)report->data.args[0], 0);
	file_close(pidfd);
	if (channel >= 0 && is_trusted((pid_t)report->pid) && begin(nesting, reports, channel, request->mark))
		return ioctl(reports, SECCOMP_IOCTL_NOTIF_ADDFD, &answer) < 0 ? EPERM : NESTING_ANSWERED;
	file_close(channel);
	return EPERM;
}

static bool remember(struct session *session, uint64_t call)
{
	for (size_t i = 0; i < CALLS_MAX; i++) {
		uint64_t *place = &session->calls[session->next_call++ % CALLS_MAX];
		if (*place != 0 && ioctl(session->reports, SECCOMP_IOCTL_NOTIF_ID_VALID, place) == 0)
			continue;
		*place = call;
		return true;
	}
	return false;
}

static int pass_on(struct nesting *nesting, const struct seccomp_notif *report, uint64_t mark)
{
	int error = EPERM;
	pthread_mutex_lock(&nesting->lock);
	struct session *session = find(nesting, mark & ~UINT64_C(1));
	if (session != NULL && (mark & 1) != 0)
		error = 0;
	else if (session != NULL && remember(session, report->id) &&
		send(session->channel, report, sizeof(*report), MSG_DONTWAIT | MSG_NOSIGNAL) == sizeof(*report))
		error = NESTING_ANSWERED;
	pthread_mutex_unlock(&nesting->lock);
	return error;
}

// Once there was a session, a limit that is neither ours nor a mark tells of a lost one.
bool nesting_decide(struct nesting *nesting, int reports, const struct seccomp_notif *report, int *error)
{
	struct nesting_request request;
	struct rlimit ours, theirs;
	if (is_request(report, &request)) {
		*error = request.mark == 0 ? IS_THERE : take_session(nesting, reports, report, &request);
		return true;
	}
	if (!atomic_load(&nesting->is_used) || getrlimit(RLIMIT_LOCKS, &ours) != 0)
		return false;
	if (prlimit((pid_t)report->pid, RLIMIT_LOCKS, NULL, &theirs) != 0)
		theirs.rlim_max = 0;
	if (theirs.rlim_max == ours.rlim_max)
		return false;
	*error = theirs.rlim_max < 2 ? EPERM : pass_on(nesting, report, theirs.rlim_max);
	return true;
}
