// SPDX-License-Identifier: MIT
#include "shim/command/reach/obstacle.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "shim/command/problem.h"
#include "shim/command/reach/process.h"

static const char *const steps[] = {
	[OBSTACLE_COOKIE] = "getsockopt (SO_NETNS_COOKIE)",
	[OBSTACLE_NAMESPACE] = "unshare",
	[OBSTACLE_CONFIGURE] = "a network namespace",
	[OBSTACLE_FILTER] = "seccomp",
	[OBSTACLE_DESCRIPTOR] = "pidfd_getfd",
	[OBSTACLE_MEMORY] = "process_vm_readv",
	[OBSTACLE_PROC] = "/proc",
};

static void read_machine(struct obstacle_machine *out)
{
	struct utsname system;
	*out = (struct obstacle_machine){
		.is_root = geteuid() == 0,
		.is_filtered = process_read_number("/proc/self/status", "Seccomp: %d", 0) == 2,
		.yama = process_read_number("/proc/sys/kernel/yama/ptrace_scope", "%d", -1),
		.apparmor = process_read_number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "%d", -1),
	};
	if (uname(&system) == 0)
		snprintf(out->kernel, sizeof(out->kernel), "%s", system.release);
}

enum detail { DETAIL_NONE, DETAIL_STEP, DETAIL_RESULT, DETAIL_KERNEL };
enum filter { FILTER_ANY, FILTER_THERE, FILTER_ABSENT };

// What is told, and when: members that are 0 do not matter.
struct cause {
	unsigned steps;
	int errors[3];
	const char *before;
	enum detail detail;
	const char *after;
	int yama, apparmor;
	enum filter filter;
	bool is_for_users;  // not for root
};

#define AT(step) (1U << OBSTACLE_##step)
#define FORBIDDEN EPERM, EACCES
#define SERVE "use withdns --serve"
#define OLD_KERNEL "needs Linux 5.14 or later, and this is Linux ", DETAIL_KERNEL, ": " SERVE
#define YAMA(number) "Yama (kernel.yama.ptrace_scope is " number ") lets "
#define APPARMOR                                                                                                \
	"AppArmor (kernel.apparmor_restrict_unprivileged_userns is 1) lets only programs with a profile that says " \
	"\"userns,\" use namespaces",                                                                               \
		DETAIL_NONE, ": run sudo withdns, install the profile that comes with it (see withdns(1)), or " SERVE

// The first that applies is told. AppArmor lets the namespace be created, and refuses what is done in it.
static const struct cause causes[] = {
	{AT(COOKIE), .errors = {ENOPROTOOPT}, OLD_KERNEL},
	{AT(FILTER), .errors = {EINVAL}, OLD_KERNEL},
	{0, .errors = {ENOSYS}, OLD_KERNEL, .filter = FILTER_ABSENT},
	{AT(PROC), .errors = {ENOENT}, "/proc is not mounted", DETAIL_NONE, ": mount it, or " SERVE},
	{AT(NAMESPACE), .errors = {ENOSPC, EUSERS},
		"no more namespaces are allowed (/proc/sys/user/max_net_namespaces, max_user_namespaces)", DETAIL_NONE,
		": raise these limits, or " SERVE},
	{AT(FILTER), .errors = {EBUSY},
		"another supervisor has installed a seccomp filter already, and there can be only one", DETAIL_NONE, ""},
	{AT(DESCRIPTOR) | AT(MEMORY), .errors = {FORBIDDEN}, YAMA("2") "only root supervise processes", DETAIL_NONE,
		": run sudo withdns, or " SERVE, .yama = 2},
	{AT(DESCRIPTOR) | AT(MEMORY), .errors = {FORBIDDEN}, YAMA("3") "nobody supervise processes until the next boot",
		DETAIL_NONE, ": " SERVE, .yama = 3},
	{AT(CONFIGURE), .errors = {FORBIDDEN}, APPARMOR, .apparmor = 1, .is_for_users = true},
	{AT(NAMESPACE), .errors = {FORBIDDEN}, APPARMOR, .apparmor = 1, .filter = FILTER_ABSENT, .is_for_users = true},
	{0, .errors = {FORBIDDEN, ENOSYS}, "a seccomp filter, such as that of a container, forbids ", DETAIL_STEP,
		": run the container with --security-opt seccomp=unconfined, or " SERVE " outside it", .filter = FILTER_THERE},
	{0, .errors = {FORBIDDEN}, "this user may not use ", DETAIL_RESULT, ": run sudo withdns, or " SERVE,
		.is_for_users = true},
	{0, .errors = {0}, "", DETAIL_RESULT, ": " SERVE},
};

static bool applies(
	const struct cause *cause, enum obstacle_step step, int error, const struct obstacle_machine *machine)
{
	const int *errors = cause->errors;
	return (cause->steps == 0 || (cause->steps & 1U << step) != 0) &&
		(errors[0] == 0 || error == errors[0] || error == errors[1] || error == errors[2]) &&
		(cause->yama == 0 || cause->yama == machine->yama) &&
		(cause->apparmor == 0 || cause->apparmor == machine->apparmor) &&
		(cause->filter == FILTER_ANY || machine->is_filtered == (cause->filter == FILTER_THERE)) &&
		(!cause->is_for_users || !machine->is_root);
}

bool obstacle_tell(enum obstacle_step step, int error, const struct obstacle_machine *machine, struct problem *problem)
{
	const struct cause *cause = causes;
	char detail[256] = "";
	while (!applies(cause, step, error, machine))
		cause++;
	if (cause->detail == DETAIL_KERNEL)
		snprintf(detail, sizeof(detail), "%s", machine->kernel);
	if (cause->detail == DETAIL_STEP)
		snprintf(detail, sizeof(detail), "%s", steps[step]);
	if (cause->detail == DETAIL_RESULT)
		snprintf(detail, sizeof(detail), "%s (%s)", steps[step], strerror(error));
	return problem_set(problem, "--reach: %s%s%s", cause->before, detail, cause->after);
}

bool obstacle_tell_here(enum obstacle_step step, int error, struct problem *problem)
{
	struct obstacle_machine machine;
	read_machine(&machine);
	return obstacle_tell(step, error, &machine, problem);
}
