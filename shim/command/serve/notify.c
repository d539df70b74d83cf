// SPDX-License-Identifier: MIT
#include "shim/command/serve/notify.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "config/base/file.h"

static bool send_to(const char *socket_name, const char *text)
{
	struct sockaddr_un sockaddr = {.sun_family = AF_UNIX};
	const size_t length = strlen(socket_name);
	if (length >= sizeof(sockaddr.sun_path)) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(sockaddr.sun_path, socket_name, length);
	if (socket_name[0] == '@')
		sockaddr.sun_path[0] = '\0';
	const int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (descriptor < 0)
		return false;
	// The length of the address is part of an abstract name.
	const socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
	const bool is_sent =
		sendto(descriptor, text, strlen(text), MSG_NOSIGNAL, (const struct sockaddr *)&sockaddr, size) >= 0;
	file_close(descriptor);
	return is_sent;
}

bool notify_ready(void)
{
	const char *socket_name = getenv("NOTIFY_SOCKET");
	return socket_name == NULL || socket_name[0] == '\0' || send_to(socket_name, "READY=1");
}
