// SPDX-License-Identifier: MIT
#include "shim/command/reach/obstacle.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "shim/command/problem.h"

static const char *const steps[] = {
	[OBSTACLE_COOKIE] = "getsockopt (SO_NETNS_COOKIE)",
	[OBSTACLE_NAMESPACE] = "unshare",
	[OBSTACLE_CONFIGURE] = "a network namespace",
	[OBSTACLE_FILTER] = "seccomp",
	[OBSTACLE_DESCRIPTOR] = "pidfd_getfd",
	[OBSTACLE_MEMORY] = "process_vm_readv",
	[OBSTACLE_PROC] = "/proc",
};

// ---- the machine ----

// The number that the format finds in a line of the file; otherwise when there is none.
static int read_number(const char *path, const char *format, int otherwise)
{
	FILE *file = fopen(path, "re");
	char line[256];
	int number = otherwise;
	while (file != NULL && fgets(line, sizeof(line), file) != NULL && sscanf(line, format, &number) != 1)
		;
	if (file != NULL)
		fclose(file);
	return number;
}

void obstacle_read_machine(struct obstacle_machine *out)
{
	struct utsname system;
	*out = (struct obstacle_machine){
		.is_root = geteuid() == 0,
		.is_filtered = read_number("/proc/self/status", "Seccomp: %d", 0) == 2,
		.yama = read_number("/proc/sys/kernel/yama/ptrace_scope", "%d", -1),
		.apparmor = read_number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "%d", -1),
	};
	if (uname(&system) == 0)
		snprintf(out->kernel, sizeof(out->kernel), "%s", system.release);
}

// ---- causes ----

// What was observed: the first cause whose test holds is told; NULL always holds.
struct observation {
	enum obstacle_step step;
	int error;
	const struct obstacle_machine *machine;
};

static bool is_for_namespaces(const struct observation *seen)
{
	return seen->step == OBSTACLE_NAMESPACE || seen->step == OBSTACLE_CONFIGURE;
}

static bool is_for_processes(const struct observation *seen)
{
	return seen->step == OBSTACLE_DESCRIPTOR || seen->step == OBSTACLE_MEMORY;
}

static bool is_forbidden(const struct observation *seen)
{
	return seen->error == EPERM || seen->error == EACCES;
}

static bool is_old_kernel(const struct observation *seen)
{
	return (seen->step == OBSTACLE_COOKIE && seen->error == ENOPROTOOPT) ||
		(seen->step == OBSTACLE_FILTER && seen->error == EINVAL) ||
		(seen->error == ENOSYS && !seen->machine->is_filtered);
}

static bool is_without_proc(const struct observation *seen)
{
	return seen->step == OBSTACLE_PROC && seen->error == ENOENT;
}

static bool is_at_limit(const struct observation *seen)
{
	return seen->step == OBSTACLE_NAMESPACE && (seen->error == ENOSPC || seen->error == EUSERS);
}

static bool is_other_supervisor(const struct observation *seen)
{
	return seen->step == OBSTACLE_FILTER && seen->error == EBUSY;
}

static bool is_yama_for_root(const struct observation *seen)
{
	return is_for_processes(seen) && is_forbidden(seen) && seen->machine->yama == 2;
}

static bool is_yama_for_nobody(const struct observation *seen)
{
	return is_for_processes(seen) && is_forbidden(seen) && seen->machine->yama == 3;
}

// AppArmor lets the namespace be created, and refuses what is done in it.
static bool is_apparmor(const struct observation *seen)
{
	const struct obstacle_machine *machine = seen->machine;
	return is_for_namespaces(seen) && is_forbidden(seen) && !machine->is_root && machine->apparmor == 1 &&
		(seen->step == OBSTACLE_CONFIGURE || !machine->is_filtered);
}

static bool is_seccomp(const struct observation *seen)
{
	return seen->machine->is_filtered && (is_forbidden(seen) || seen->error == ENOSYS);
}

static bool is_for_root(const struct observation *seen)
{
	return is_forbidden(seen) && !seen->machine->is_root;
}

#define SERVE "use withdns --serve"

enum detail { DETAIL_NONE, DETAIL_STEP, DETAIL_RESULT, DETAIL_KERNEL };

static const struct {
	bool (*holds)(const struct observation *seen);
	const char *before;
	enum detail detail;
	const char *after;
} causes[] = {
	{is_old_kernel, "needs Linux 5.14 or later, and this is Linux ", DETAIL_KERNEL, ": " SERVE},
	{is_without_proc, "/proc is not mounted", DETAIL_NONE, ": mount it, or " SERVE},
	{is_at_limit, "no more namespaces are allowed (/proc/sys/user/max_net_namespaces, max_user_namespaces)",
		DETAIL_NONE, ": raise these limits, or " SERVE},
	{is_other_supervisor, "another supervisor has installed a seccomp filter already, and there can be only one",
		DETAIL_NONE, ""},
	{is_yama_for_root, "Yama (kernel.yama.ptrace_scope is 2) lets only root supervise processes", DETAIL_NONE,
		": run sudo withdns, or " SERVE},
	{is_yama_for_nobody, "Yama (kernel.yama.ptrace_scope is 3) lets nobody supervise processes until the next boot",
		DETAIL_NONE, ": " SERVE},
	{is_apparmor,
		"AppArmor (kernel.apparmor_restrict_unprivileged_userns is 1) lets only programs with a profile that says "
		"\"userns,\" use namespaces",
		DETAIL_NONE, ": run sudo withdns, install such a profile, or " SERVE},
	{is_seccomp, "a seccomp filter, such as that of a container, forbids ", DETAIL_STEP,
		": run the container with --security-opt seccomp=unconfined, or " SERVE " outside it"},
	{is_for_root, "this user may not use ", DETAIL_RESULT, ": run sudo withdns, or " SERVE},
	{NULL, "", DETAIL_RESULT, ": " SERVE},
};

static void write_detail(enum detail detail, const struct observation *seen, char text[256])
{
	text[0] = '\0';
	if (detail == DETAIL_KERNEL)
		snprintf(text, 256, "%s", seen->machine->kernel);
	if (detail == DETAIL_STEP)
		snprintf(text, 256, "%s", steps[seen->step]);
	if (detail == DETAIL_RESULT)
		snprintf(text, 256, "%s (%s)", steps[seen->step], strerror(seen->error));
}

bool obstacle_tell(enum obstacle_step step, int error, const struct obstacle_machine *machine, struct problem *problem)
{
	const struct observation seen = {step, error, machine};
	char detail[256];
	size_t cause = 0;
	while (causes[cause].holds != NULL && !causes[cause].holds(&seen))
		cause++;
	write_detail(causes[cause].detail, &seen, detail);
	return problem_set(problem, EXIT_OWN_ERROR, "--reach: %s%s%s", causes[cause].before, detail, causes[cause].after);
}

bool obstacle_tell_here(enum obstacle_step step, int error, struct problem *problem)
{
	struct obstacle_machine machine;
	obstacle_read_machine(&machine);
	return obstacle_tell(step, error, &machine, problem);
}
