// SPDX-License-Identifier: MIT
#include "config/base/error_text.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

static const struct {
	int error;
	char text[48];  // an array instead of a pointer: nothing to relocate when the library is loaded
} texts[] = {{EACCES, "permission denied"}, {EADDRNOTAVAIL, "address not available"},
	{EAFNOSUPPORT, "address family not supported"}, {EBADF, "bad descriptor"}, {EBADMSG, "malformed"},
	{ECONNREFUSED, "connection refused"}, {ECONNRESET, "connection reset"}, {EFBIG, "too large"},
	{EHOSTDOWN, "host is down"}, {EHOSTUNREACH, "host unreachable"}, {EINVAL, "invalid argument"},
	{EIO, "input or output failed"}, {EISDIR, "is a directory"}, {ELOOP, "too many symbolic links"},
	{EMFILE, "too many open files"}, {EMSGSIZE, "message too long"}, {ENAMETOOLONG, "name too long"},
	{ENETDOWN, "network is down"}, {ENETUNREACH, "network unreachable"}, {ENFILE, "too many open files in the system"},
	{ENOBUFS, "no buffer space"}, {ENODATA, "not recorded"}, {ENODEV, "no such device"}, {ENOENT, "no such file"},
	{ENOMEM, "out of memory"}, {ENOSPC, "no space left"}, {ENOSYS, "not supported by the kernel"},
	{ENOTDIR, "not a directory"}, {ENXIO, "no such device or address"}, {EPERM, "not permitted"},
	{EPIPE, "connection closed"}, {EPROTO, "protocol error"}, {EROFS, "read-only file system"}, {ETIMEDOUT, "timeout"},
	{ETLS_LIBRARY, "OpenSSL 3 or nghttp2 is not installed"}, {ETLS_HANDSHAKE, "TLS handshake failed"},
	{ETLS_VERSION, "TLS version below 1.2"}, {ETLS_EXPIRED, "certificate has expired"},
	{ETLS_NOT_YET_VALID, "certificate is not yet valid"}, {ETLS_NAME, "certificate has another name"},
	{ETLS_AUTHORITY, "certificate of an unknown authority"}, {ETLS_PIN, "certificate lacks the pinned key"},
	{ETLS_CERTIFICATE, "certificate is invalid"}, {ETLS_CA_FILE, "certificates of the authorities cannot be read"},
	{ETLS_HTTP2, "server without HTTP/2"}, {ETLS_HTTP_REFUSED, "HTTP/2 request refused"},
	{ETLS_HTTP_STATUS, "HTTP status other than 200"}, {ETLS_HTTP_CONTENT, "HTTP content is no DNS message"},
	{ETLS_FORWARDER, "no process keeps connections"}};

const char *error_text(int error)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].error == error)
			return texts[i].text;
	return "error";
}

int error_number(const char *text)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (strcmp(texts[i].text, text) == 0)
			return texts[i].error;
	return 0;
}
