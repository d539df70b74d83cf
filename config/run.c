// SPDX-License-Identifier: MIT
#include "config/run.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "config/base/ascii.h"
#include "config/base/clock.h"
#include "config/base/file.h"
#include "config/base/kernel.h"
#include "config/sync/forks.h"

#define WAIT_SECONDS 2

static _Atomic uint64_t lost;

// This thread's open channel, which run_abandon closes after a jump; -1: none.
static __thread int own = -1;

bool run_address_read(const char *word, const char *key, const char *begun, struct run_address *out)
{
	uint64_t time = 0;
	const size_t prefix = strlen(RUN_WORD);
	const bool is_time = begun == NULL || (ascii_take_number(&begun, INT64_MAX, &time) && *begun == '\0');
	if (strncmp(word, RUN_WORD, prefix) != 0 || word[prefix] != '/' || strlen(word) > prefix + RUN_PATH_MAX ||
		key == NULL || strlen(key) != RUN_KEY_SIZE || !is_time)
		return false;
	*out = (struct run_address){(char *)word + prefix, (char *)key, (int64_t)time};
	return true;
}

// An abstract name begins with a NUL (unix(7)).
socklen_t run_socket_name(const char *path, bool is_abstract, struct sockaddr_un *out)
{
	*out = (struct sockaddr_un){.sun_family = AF_UNIX};
	memcpy(out->sun_path + is_abstract, path, strlen(path));
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path) + 1);
}

static bool connect_to(int descriptor, const char *path, bool is_abstract)
{
	struct sockaddr_un address;
	const socklen_t length = run_socket_name(path, is_abstract, &address);
	int result;
	do
		result = kernel_connect(descriptor, (const struct sockaddr *)&address, length);
	while (result != 0 && errno == EINTR);
	return result == 0;
}

bool run_connect(int descriptor, const char *path)
{
	return connect_to(descriptor, path, true) || connect_to(descriptor, path, false);
}

int run_mark(void)
{
	return own;
}

void run_abandon(int mark)
{
	if (own != mark)
		close(own);
	own = mark;
}

// Clears `own` before closing: after a jump in between, the number may have been reused and must not be closed again.
static void close_channel(int descriptor, int older)
{
	own = older;
	if (descriptor >= 0)
		file_close(descriptor);
}

// Connects; -1 with errno. While the listener's queue is full connect(2) blocks, for at most SO_SNDTIMEO.
static int open_channel(const struct run_address *address)
{
	const struct timeval limit = {.tv_sec = WAIT_SECONDS};
	const int older = own, descriptor = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (descriptor < 0)
		return -1;
	own = descriptor;
	setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
	if (run_connect(descriptor, address->path))
		return descriptor;
	close_channel(descriptor, older);
	return -1;
}

static bool send_message(
	int descriptor, const struct run_address *address, enum run_message what, const void *content, size_t size)
{
	char kind = (char)what;
	struct iovec parts[] = {{address->key, RUN_KEY_SIZE}, {&kind, 1}, {(void *)content, size}};
	const struct msghdr message = {.msg_iov = parts, .msg_iovlen = sizeof parts / sizeof *parts};
	ssize_t sent;
	do
		sent = sendmsg(descriptor, &message, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent >= 0;
}

static bool send_losses(int descriptor, const struct run_address *address)
{
	const uint64_t count = atomic_exchange(&lost, 0);
	if (count == 0 || send_message(descriptor, address, RUN_LOST, &count, sizeof count))
		return true;
	lost += count;
	return false;
}

void run_note_loss(void)
{
	lost++;
}

// Waits for it, for WAIT_SECONDS at most.
static bool is_readable(int descriptor)
{
	const int64_t deadline = clock_now() + WAIT_SECONDS * INT64_C(1000000);
	struct pollfd polled = {.fd = descriptor, .events = POLLIN};
	int ready;
	do
		ready = kernel_poll(&polled, 1, clock_milliseconds_until(deadline));
	while (ready < 0 && errno == EINTR);
	if (ready == 0)
		errno = ETIMEDOUT;
	return ready > 0;
}

bool run_send_event(const struct run_address *address, const char *event, size_t size)
{
	static _Atomic unsigned seen;  // forks_count() + 1 of the process that has sent its first event
	const bool is_first = atomic_exchange(&seen, forks_count() + 1) != forks_count() + 1;
	const int older = own, descriptor = open_channel(address);
	const bool is_sent = descriptor >= 0 && send_losses(descriptor, address) &&
		send_message(descriptor, address, is_first ? RUN_FIRST : RUN_EVENT, event, size);
	if (!is_sent)
		run_note_loss();
	else if (is_first)
		is_readable(descriptor);
	close_channel(descriptor, older);
	return is_sent;
}

static bool receive_count(int descriptor, struct run_count *out)
{
	struct run_count reply;
	if (!is_readable(descriptor))
		return false;
	const ssize_t size = recv(descriptor, &reply, sizeof reply, MSG_DONTWAIT);
	if (size == (ssize_t)sizeof reply)
		*out = reply;
	else if (size >= 0)
		errno = EPIPE;
	return size == (ssize_t)sizeof reply;
}

bool run_ask_count(const struct run_address *address, struct run_count *count)
{
	const int older = own, descriptor = open_channel(address);
	const bool is_answered = descriptor >= 0 && send_message(descriptor, address, RUN_COUNT, count, sizeof *count) &&
		receive_count(descriptor, count);
	close_channel(descriptor, older);
	return is_answered;
}
