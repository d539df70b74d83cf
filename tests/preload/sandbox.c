// SPDX-License-Identifier: MIT
// A program with restricted rights (seccomp, chroot, AT_SECURE): sandbox CASE.
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <resolv.h>
#include <stddef.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

#include "tests/preload/guest.h"

// What glibc 2.36 to 2.43 ask of the kernel for the lookups below (getrandom: for the key of its malloc), and what any
// program needs to allocate, write and end.
static const int allowed[] = {
	__NR_socket,
	__NR_connect,
	__NR_bind,
	__NR_getsockname,
	__NR_setsockopt,
	__NR_sendto,
	__NR_sendmmsg,
	__NR_recvfrom,
	__NR_recvmsg,
	__NR_ioctl,
	__NR_openat,
	__NR_fstat,
#ifdef __NR_newfstatat
	__NR_newfstatat,
#else
	__NR_fstatat64,
#endif
	__NR_lseek,
	__NR_read,
	__NR_close,
	__NR_uname,
	__NR_writev,
	__NR_futex,
	__NR_getrandom,
	__NR_brk,
	__NR_mmap,
	__NR_munmap,
	__NR_write,
	__NR_clock_gettime,
	__NR_exit_group,
#ifdef __NR_poll
	__NR_poll,
#else
	__NR_ppoll,
#endif
};
#define ALLOWED (sizeof(allowed) / sizeof(allowed[0]))

// Any other system call kills the process.
static bool forbid_the_rest(void)
{
	struct sock_filter filter[2 * ALLOWED + 2];
	size_t count = 0;
	filter[count++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < ALLOWED; i++) {
		filter[count++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)allowed[i], 0, 1);
		filter[count++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	}
	filter[count++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
	const struct sock_fprog program = {(unsigned short)count, filter};
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

static bool finds_by_default(const char *name, const char *service)
{
	struct addrinfo *list = NULL;
	int code = getaddrinfo(name, service, NULL, &list);
	if (code)
		return printf("%s: %s\n", name, gai_strerror(code)), false;
	freeaddrinfo(list);
	return true;
}

// Over UDP and TCP, including the reading of interfaces and services and the sorting of several addresses.
static bool filtered(void)
{
	const struct in_addr address = {htonl(ADDRESS)};
	unsigned char reply[512];
	if (!forbid_the_rest())
		return expect(false, "the kernel takes the filter");
	return finds_by_default(NAME, "http") && finds_by_default("cut.test", NULL) &&
		finds_by_default("many.test", NULL) && expect(gethostbyname(NAME), "gethostbyname finds it") &&
		expect(gethostbyaddr(&address, sizeof(address), AF_INET), "gethostbyaddr finds it") &&
		expect(res_query(NAME, C_IN, T_A, reply, sizeof(reply)) > 0, "res_query finds it");
}

// Lets one system call fail, under both its names.
static bool refuse(int number, int other, int error)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)number, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)other, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = {sizeof(filter) / sizeof(filter[0]), filter};
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

#ifdef __NR_poll
#define POLL __NR_poll
#else
#define POLL __NR_ppoll
#endif

static bool fails_soon_without_poll(int error)
{
	struct addrinfo *list;
	struct timespec begun, ended;
	if (!refuse(POLL, __NR_ppoll, error))
		return expect(false, "the kernel takes the filter");
	clock_gettime(CLOCK_MONOTONIC, &begun);
	errno = 0;
	const int code = getaddrinfo("silent.test", NULL, NULL, &list), cause = errno;
	clock_gettime(CLOCK_MONOTONIC, &ended);
	if (code != EAI_SYSTEM || cause != error)
		printf("getaddrinfo said %s, errno %d\n", gai_strerror(code), cause);
	return code == EAI_SYSTEM && cause == error && expect(ended.tv_sec - begun.tv_sec < 50, "it fails at once");
}

static bool without_poll(void)
{
	return fails_soon_without_poll(ENOSYS);
}

static bool with_forbidden_poll(void)
{
	return fails_soon_without_poll(EPERM);
}

static bool move_to_empty_root(void)
{
	const char *root = getenv("EMPTY");
	return expect(root && chroot(root) == 0 && chdir("/") == 0, "the root can be changed");
}

static bool empty_root(void)
{
	return move_to_empty_root() && finds() && gethostbyname(NAME) && finds();
}

static bool empty_root_later(void)
{
	return finds() && move_to_empty_root() && finds() && gethostbyname(NAME) && finds();
}

// In a secure process the caller's environment is ignored: the system's own server has app.test.
static bool secure(void)
{
	return expect(getauxval(AT_SECURE) != 0, "the process is a secure one") && finds();
}

int main(int argc, char **argv)
{
	static const struct guest_case cases[] = {
		{"finds", finds},
		{"filtered", filtered},
		{"without-poll", without_poll},
		{"forbidden-poll", with_forbidden_poll},
		{"empty-root", empty_root},
		{"empty-root-later", empty_root_later},
		{"secure", secure},
	};
	return run_case(cases, sizeof(cases) / sizeof(cases[0]), argc, argv);
}
