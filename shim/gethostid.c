// SPDX-License-Identifier: MIT
// gethostid(3): the identifier is that of /etc/hostid, else derived from the first IPv4 address of this host's name.
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "config/base/compiler.h"
#include "resolver/lookup.h"
#include "shim/call_log.h"
#include "shim/errors.h"
#include "shim/hostent.h"
#include "shim/libc.h"
#include "shim/shim.h"

static bool read_file(int32_t *id)
{
	int descriptor = open("/etc/hostid", O_RDONLY | O_CLOEXEC);
	if (descriptor < 0)
		return false;
	bool is_whole = read(descriptor, id, sizeof(*id)) == sizeof(*id);
	close(descriptor);
	return is_whole;
}

static bool read_host_name(char *name, size_t size)
{
	name[size - 1] = '\0';
	return gethostname(name, size - 1) == 0 && name[0];
}

static enum outcome look_up(const struct shim_call *call, const char *name, struct host *host)
{
	if (!call->resolver)
		return shim_missing_resolver(call, &host->error);
	return lookup_host(call->resolver, &call->lookup, &(struct lookup_request){name, AF_INET, 0}, host);
}

// Swaps the 16-bit halves of the address in network byte order, as glibc does.
static int32_t id_of_address(const struct address *address)
{
	uint32_t bytes;
	memcpy(&bytes, address->bytes, sizeof(bytes));
	return (int32_t)(bytes << 16 | bytes >> 16);
}

// Not by libc's gethostid, which would append search domains and so look up names that may be routed elsewhere.
NOINLINE_LARGE_FRAME static long id_of_libc(const char *name)
{
	struct hostent entry, *found = NULL;
	char bytes[1024];
	int error;
	const struct hostent_buffer buffer = {&entry, bytes, sizeof(bytes), &found, &error, NULL};
	libc_gethostbyname2_r(name, AF_INET, &buffer);
	if (!found)
		return 0;
	const struct address address = address_from_bytes(AF_INET, found->h_addr_list[0]);
	return id_of_address(&address);
}

static long id_of_name(const char *name)
{
	struct shim_call call;
	struct host host = {0};
	if (!shim_enter(&call, "gethostid"))
		return libc_gethostid();
	enum outcome outcome = look_up(&call, name, &host);
	long id = outcome == OUTCOME_FOUND ? id_of_address(&host.addresses[0]) : 0;
	if (outcome == OUTCOME_SYSTEM)
		id = host.name ? id_of_libc(host.name) : libc_gethostid();
	call_log_host(&call, name, NULL, &host, error_h_errno_word(error_to_h_errno(outcome, &host)));
	host_clear(&host);
	shim_leave(&call, false);
	return id;
}

long gethostid(void)
{
	char name[HOST_NAME_MAX + 2];
	int32_t id;
	if (read_file(&id))
		return id;
	return read_host_name(name, sizeof(name)) ? id_of_name(name) : 0;
}
