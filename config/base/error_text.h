// SPDX-License-Identifier: MIT
// Texts of errno values for logs and messages.
#pragma once

// Failures of encrypted servers, beyond the errno values of Linux.
enum tls_error {
	ETLS_LIBRARY = 5000,  // OpenSSL or nghttp2 is not installed
	ETLS_HANDSHAKE,
	ETLS_VERSION,
	ETLS_EXPIRED,
	ETLS_NOT_YET_VALID,
	ETLS_NAME,
	ETLS_AUTHORITY,
	ETLS_PIN,
	ETLS_CERTIFICATE,
	ETLS_CA_FILE,
	ETLS_HTTP2,
	ETLS_HTTP_REFUSED,  // by the server, which has not processed the request
	ETLS_HTTP_STATUS,
	ETLS_HTTP_CONTENT,
	ETLS_FORWARDER,  // there is none
};

// A constant English text; "error" for values that are not in the table. Replaces strerror(3), which translates and may
// allocate, and strerrordesc_np(3), which musl lacks.
const char *error_text(int error);

// The errno with that text; 0 without one.
int error_number(const char *text);
