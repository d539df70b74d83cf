// SPDX-License-Identifier: MIT
#include "shim/command/tls/tls_connection.h"

#include <errno.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "config/base/address.h"
#include "config/base/file.h"

int tls_connection_open(struct tls_connection *connection, const struct address *address)
{
	struct sockaddr_storage sockaddr;
	const socklen_t length = address_to_sockaddr(address, &sockaddr);
	const int descriptor = socket(address->family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	connection->endpoint.descriptor = descriptor;
	connection->state = TLS_HANDSHAKING;
	connection->events = EPOLLIN | EPOLLOUT;
	connection->began = connection->heard = connection->waits = connection->loop->now;
	connection->acknowledged = 0;
	if (descriptor < 0 || setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int)) != 0 ||
		(connect(descriptor, (const struct sockaddr *)&sockaddr, length) != 0 && errno != EINPROGRESS))
		return errno;
	connection->ssl = tls_trust_begin(connection->trust, &connection->where, address, &connection->session, descriptor);
	if (connection->ssl == NULL)
		return ENOMEM;
	return tls_loop_watch(connection->loop, &connection->endpoint, EPOLL_CTL_ADD, connection->events) ? 0 : errno;
}

static int wait_for(struct tls_connection *connection, uint32_t events)
{
	if (events != connection->events && !tls_loop_watch(connection->loop, &connection->endpoint, EPOLL_CTL_MOD, events))
		return errno;
	connection->events = events;
	return 0;
}

// Waits for what the last call of OpenSSL wanted. Returns 0, or the error with which it failed.
static int wait_or_fail(struct tls_connection *connection, int returned)
{
	const int error = errno;
	const int result = TLS(SSL_get_error)(connection->ssl, returned);
	if (result != SSL_ERROR_WANT_READ && result != SSL_ERROR_WANT_WRITE)
		return tls_trust_failure(connection->ssl, result, error);
	const bool writes =
		result == SSL_ERROR_WANT_WRITE || (connection->state == TLS_OPEN && connection->output_size > 0);
	return wait_for(connection, writes ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

// A failure to connect is one of the first message.
int tls_connection_shake_hands(struct tls_connection *connection)
{
	TLS(ERR_clear_error)();
	errno = 0;
	const int returned = TLS(SSL_connect)(connection->ssl);
	if (returned != 1)
		return wait_or_fail(connection, returned);
	const int error = tls_trust_check(connection->trust, &connection->where, connection->ssl);
	if (error != 0)
		return error;
	connection->state = TLS_OPEN;
	connection->heard = connection->loop->now;
	return tls_connection_flush(connection);
}

int tls_connection_flush(struct tls_connection *connection)
{
	while (connection->output_size > 0) {
		TLS(ERR_clear_error)();
		errno = 0;
		const int sent = TLS(SSL_write)(connection->ssl, connection->output, (int)connection->output_size);
		if (sent <= 0)
			return wait_or_fail(connection, sent);
		connection->output_size -= (size_t)sent;
		memmove(connection->output, connection->output + sent, connection->output_size);
	}
	tls_connection_acknowledge(connection);
	return wait_for(connection, EPOLLIN);
}

ssize_t tls_connection_read(struct tls_connection *connection, uint8_t *buffer, size_t size)
{
	TLS(ERR_clear_error)();
	errno = 0;
	const int received = TLS(SSL_read)(connection->ssl, buffer, (int)size);
	if (received > 0) {
		connection->heard = connection->loop->now;
		return received;
	}
	const int error = wait_or_fail(connection, received);
	errno = error;
	return error != 0 ? -1 : 0;
}

void tls_connection_acknowledge(const struct tls_connection *connection)
{
	setsockopt(connection->endpoint.descriptor, IPPROTO_TCP, TCP_QUICKACK, &(int){1}, sizeof(int));
}

int64_t tls_connection_waits_since(struct tls_connection *connection)
{
	int waiting = 0;
	(void)!ioctl(connection->endpoint.descriptor, SIOCOUTQ, &waiting);
	const uint64_t acknowledged = TLS(BIO_number_written)(TLS(SSL_get_wbio)(connection->ssl)) - (uint64_t)waiting;
	if (waiting == 0 || acknowledged != connection->acknowledged)
		connection->waits = connection->loop->now;
	connection->acknowledged = acknowledged;
	return connection->waits;
}

void tls_connection_close(struct tls_connection *connection)
{
	if (connection->state == TLS_CLOSED)
		return;
	if (connection->state == TLS_OPEN)
		TLS(SSL_shutdown)(connection->ssl);
	if (connection->ssl != NULL)
		TLS(SSL_free)(connection->ssl);
	file_close(connection->endpoint.descriptor);
	free(connection->output);
	connection->ssl = NULL;
	connection->output = NULL;
	connection->output_size = 0;
	connection->state = TLS_CLOSED;
}
