// SPDX-License-Identifier: MIT
// DNS over HTTPS (RFC 8484) by HTTP/2 (RFC 9113), with nghttp2, over a connection that the caller has.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct encrypted_server;
struct http2;
struct tls_connection;

// One POST request and its response, the caller's.
struct http2_stream {
	const uint8_t *query;  // its body
	size_t query_size, query_sent;
	int32_t id;  // 0: not begun
	unsigned status;
	bool is_dns;    // the response has the media type of DNS messages
	uint8_t *body;  // of the response; owned by the caller, who frees it
	size_t size;
};

// Loads nghttp2. False if it is not installed. For one thread, as all of this.
bool http2_load(void);

// *server must outlive it. ended is called once for each stream that was begun and not forgotten: error 0 if the
// response is a DNS message, ETLS_HTTP_REFUSED if the server has not processed the request, else an errno or one of
// enum tls_error. NULL with errno. nghttp2 must be loaded.
struct http2 *http2_open(const struct encrypted_server *server,
	void (*ended)(void *context, struct http2_stream *stream, int error), void *context);

// Begins a request, sent by http2_flush: before the next one begins, since Knot Resolver refuses two that overlap.
// False with errno.
bool http2_ask(struct http2 *http, struct http2_stream *stream);

// Cancels a stream, whose memory the caller may free then.
void http2_forget(struct http2 *http, struct http2_stream *stream);

// Takes what was received, and calls ended. Returns 0, or the error for which the connection is to be ended.
int http2_receive(struct http2 *http, const uint8_t *bytes, size_t size);

// Adds what is to be sent to the connection's output. Result likewise.
int http2_flush(struct http2 *http, struct tls_connection *connection);

// Calls nothing. Accepts NULL.
void http2_close(struct http2 *http);
