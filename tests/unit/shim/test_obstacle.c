// SPDX-License-Identifier: MIT
#include "shim/command/reach/obstacle.h"

#include <errno.h>
#include <string.h>

#include "shim/command/problem.h"
#include "tests/unit/unit.h"

// A machine without any of the settings.
#define PLAIN .yama = -1, .apparmor = -1, .kernel = "6.1.0"

static const struct {
	enum obstacle_step step;
	int error;
	struct obstacle_machine machine;
	const char *cause, *remedy;
} cases[] = {
	{OBSTACLE_COOKIE, ENOPROTOOPT, {.yama = -1, .kernel = "5.10.0-28-amd64"},
		"needs Linux 5.14 or later, and this is Linux 5.10.0-28-amd64", "--serve"},
	{OBSTACLE_FILTER, EINVAL, {PLAIN}, "needs Linux 5.14", "--serve"},
	{OBSTACLE_DESCRIPTOR, ENOSYS, {PLAIN}, "needs Linux 5.14", "--serve"},
	{OBSTACLE_DESCRIPTOR, ENOSYS, {PLAIN, .is_filtered = true}, "a seccomp filter", "seccomp=unconfined"},
	{OBSTACLE_NAMESPACE, ENOSPC, {PLAIN}, "/proc/sys/user/max_net_namespaces", "raise these limits"},
	{OBSTACLE_NAMESPACE, EPERM, {PLAIN, .is_filtered = true}, "forbids unshare", "seccomp=unconfined"},
	{OBSTACLE_NAMESPACE, EPERM, {PLAIN, .is_filtered = true, .is_root = true}, "forbids unshare", "seccomp=unconfined"},
	{OBSTACLE_NAMESPACE, EPERM, {.yama = 1, .apparmor = 1}, "AppArmor", "install the profile that comes with it"},
	{OBSTACLE_CONFIGURE, EPERM, {.yama = 1, .apparmor = 1}, "AppArmor", "sudo withdns"},
	{OBSTACLE_CONFIGURE, EPERM, {.yama = 1, .apparmor = 1, .is_filtered = true}, "AppArmor", "sudo withdns"},
	{OBSTACLE_NAMESPACE, EPERM, {PLAIN}, "this user may not use unshare (Operation not permitted)", "sudo withdns"},
	{OBSTACLE_NAMESPACE, EINVAL, {PLAIN}, "unshare (Invalid argument)", "--serve"},
	{OBSTACLE_FILTER, EBUSY, {PLAIN}, "another supervisor", "only one"},
	{OBSTACLE_FILTER, EPERM, {PLAIN, .is_filtered = true}, "forbids seccomp", "seccomp=unconfined"},
	{OBSTACLE_DESCRIPTOR, EPERM, {.yama = 2, .is_filtered = true}, "Yama (kernel.yama.ptrace_scope is 2)",
		"sudo withdns"},
	{OBSTACLE_MEMORY, EPERM, {.yama = 3, .is_root = true}, "Yama (kernel.yama.ptrace_scope is 3)", "--serve"},
	{OBSTACLE_MEMORY, EPERM, {.yama = 1, .is_filtered = true}, "forbids process_vm_readv", "seccomp=unconfined"},
	{OBSTACLE_PROC, ENOENT, {PLAIN}, "/proc is not mounted", "mount it"},
	{OBSTACLE_MEMORY, EPERM, {PLAIN, .is_root = true}, "process_vm_readv (Operation not permitted)", "--serve"},
};

static void what_forbids_the_supervisor_is_told_with_a_remedy(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct problem problem = {.status = 0};
		assert_false(obstacle_tell(cases[i].step, cases[i].error, &cases[i].machine, &problem));
		assert_int_equal(problem.status, EXIT_OWN_ERROR);
		if (strstr(problem.text, cases[i].cause) == NULL || strstr(problem.text, cases[i].remedy) == NULL)
			fail_msg("case %zu: %s", i, problem.text);
		assert_null(strchr(problem.text, '\n'));
	}
}

static void what_root_needs_no_remedy_for_is_not_told_to_root(void **state)
{
	(void)state;
	const struct obstacle_machine root = {.is_root = true, .yama = -1, .apparmor = 1};
	struct problem problem;
	obstacle_tell(OBSTACLE_NAMESPACE, EPERM, &root, &problem);
	assert_null(strstr(problem.text, "sudo"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_forbids_the_supervisor_is_told_with_a_remedy),
		cmocka_unit_test(what_root_needs_no_remedy_for_is_not_told_to_root),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
