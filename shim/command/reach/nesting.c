// SPDX-License-Identifier: MIT
#include "shim/command/reach/nesting.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/un.h>

#include "config/base/random.h"

_Static_assert(sizeof(struct nesting_request) <= sizeof(struct sockaddr_un), "it is an address");

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
	memcpy(request.name, NESTING_NAME, sizeof(request.name));
	return connect(channel, (const struct sockaddr *)&request, sizeof(request));
}

int nesting_join(int channel, uint64_t mark)
{
	return set_mark(mark + 1) ? request(channel, mark) : -1;
}

// Without the supervisor it is EBADF.
bool nesting_is_inside(void)
{
	return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == SECCOMP_MODE_FILTER && request(-1, 0) < 0 && errno == NESTING_IS_THERE;
}
