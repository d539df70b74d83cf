// SPDX-License-Identifier: MIT
#include "shim/command/tls/http2.h"

#include <errno.h>
#include <nghttp2/nghttp2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/ascii.h"
#include "config/base/encrypted.h"
#include "config/base/error_text.h"
#include "shim/command/library.h"
#include "shim/command/tls/tls_connection.h"

#define MEDIA_TYPE "application/dns-message"

#define HTTP2(function) LIBRARY_SYMBOL(nghttp2, function)

struct http2 {
	nghttp2_session *session;
	const struct encrypted_server *server;
	char authority[ADDRESS_TEXT_SIZE + sizeof(":65535")];
	void (*ended)(void *context, struct http2_stream *stream, int error);
	void *context;
};

bool http2_load(void)
{
	extern struct library_symbol __start_nghttp2[], __stop_nghttp2[];
	static bool is_loaded;
	is_loaded = is_loaded || library_load("libnghttp2.so.14", __start_nghttp2, __stop_nghttp2);
	return is_loaded;
}

// ---- callbacks of nghttp2 ----

static bool is_word(const uint8_t *bytes, size_t size, const char *word)
{
	return size == strlen(word) && ascii_equal_bytes(bytes, word, size);
}

// Parameters of a media type follow a ';' (RFC 9110 8.3.1).
static bool is_media_type(const uint8_t *value, size_t size)
{
	const size_t length = strlen(MEDIA_TYPE);
	return size >= length && is_word(value, length, MEDIA_TYPE) &&
		(size == length || value[length] == ';' || value[length] == ' ');
}

static int take_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name, size_t name_size,
	const uint8_t *value, size_t value_size, uint8_t flags, void *context)
{
	struct http2_stream *stream = HTTP2(nghttp2_session_get_stream_user_data)(session, frame->hd.stream_id);
	(void)flags;
	(void)context;
	if (stream == NULL)
		return 0;
	if (is_word(name, name_size, ":status"))
		stream->status = (unsigned)strtoul((const char *)value, NULL, 10);
	if (is_word(name, name_size, "content-type"))
		stream->is_dns = is_media_type(value, value_size);
	return 0;
}

static int take_data(
	nghttp2_session *session, uint8_t flags, int32_t id, const uint8_t *bytes, size_t size, void *context)
{
	struct http2_stream *stream = HTTP2(nghttp2_session_get_stream_user_data)(session, id);
	(void)flags;
	(void)context;
	if (stream == NULL || stream->status != 200 || !stream->is_dns)
		return 0;
	stream->is_dns =
		stream->size + size <= UINT16_MAX && array_append_all(&stream->body, &stream->size, bytes, size, 1);
	if (!stream->is_dns)
		HTTP2(nghttp2_submit_rst_stream)(session, NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
	return 0;
}

static int error_of(const struct http2_stream *stream, uint32_t code)
{
	if (code == NGHTTP2_REFUSED_STREAM)
		return ETLS_HTTP_REFUSED;
	if (code != NGHTTP2_NO_ERROR && code != NGHTTP2_CANCEL)
		return EPROTO;
	if (stream->status != 200)
		return ETLS_HTTP_STATUS;
	return stream->is_dns && stream->size > 0 ? 0 : ETLS_HTTP_CONTENT;
}

static int end_stream(nghttp2_session *session, int32_t id, uint32_t code, void *context)
{
	const struct http2 *http = context;
	struct http2_stream *stream = HTTP2(nghttp2_session_get_stream_user_data)(session, id);
	if (stream == NULL)
		return 0;
	stream->id = 0;
	http->ended(http->context, stream, error_of(stream, code));
	return 0;
}

static ssize_t give_query(nghttp2_session *session, int32_t id, uint8_t *buffer, size_t room, uint32_t *flags,
	nghttp2_data_source *source, void *context)
{
	struct http2_stream *stream = HTTP2(nghttp2_session_get_stream_user_data)(session, id);
	(void)source;
	(void)context;
	if (stream == NULL)
		return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
	const size_t left = stream->query_size - stream->query_sent, size = left < room ? left : room;
	memcpy(buffer, stream->query + stream->query_sent, size);
	stream->query_sent += size;
	if (size == left)
		*flags |= NGHTTP2_DATA_FLAG_EOF;
	return (ssize_t)size;
}

// ---- the session ----

static bool open_session(struct http2 *http)
{
	static const nghttp2_settings_entry settings[] = {{NGHTTP2_SETTINGS_ENABLE_PUSH, 0}};
	nghttp2_session_callbacks *callbacks;
	if (HTTP2(nghttp2_session_callbacks_new)(&callbacks) != 0)
		return false;
	HTTP2(nghttp2_session_callbacks_set_on_header_callback)(callbacks, take_header);
	HTTP2(nghttp2_session_callbacks_set_on_data_chunk_recv_callback)(callbacks, take_data);
	HTTP2(nghttp2_session_callbacks_set_on_stream_close_callback)(callbacks, end_stream);
	const bool is_open = HTTP2(nghttp2_session_client_new)(&http->session, callbacks, http) == 0;
	HTTP2(nghttp2_session_callbacks_del)(callbacks);
	return is_open &&
		HTTP2(nghttp2_submit_settings)(http->session, NGHTTP2_FLAG_NONE, settings, ARRAY_LENGTH(settings)) == 0;
}

struct http2 *http2_open(const struct encrypted_server *server,
	void (*ended)(void *context, struct http2_stream *stream, int error), void *context)
{
	const unsigned port = server->addresses[0].port;
	struct http2 *http = calloc(1, sizeof(*http));
	if (http == NULL)
		return NULL;
	http->server = server;
	http->ended = ended;
	http->context = context;
	snprintf(
		http->authority, sizeof(http->authority), port != ENCRYPTED_HTTPS_PORT ? "%s:%u" : "%s", server->name, port);
	if (open_session(http))
		return http;
	http2_close(http);
	errno = ENOMEM;
	return NULL;
}

static nghttp2_nv header(const char *name, const char *value)
{
	return (nghttp2_nv){(uint8_t *)name, (uint8_t *)value, strlen(name), strlen(value), NGHTTP2_NV_FLAG_NONE};
}

// The server may allow no further requests (GOAWAY).
bool http2_ask(struct http2 *http, struct http2_stream *stream)
{
	char size[8];
	snprintf(size, sizeof(size), "%u", (unsigned)stream->query_size);
	const nghttp2_nv headers[] = {header(":method", "POST"), header(":scheme", "https"),
		header(":authority", http->authority), header(":path", http->server->path), header("accept", MEDIA_TYPE),
		header("content-type", MEDIA_TYPE), header("content-length", size)};
	const nghttp2_data_provider body = {.read_callback = give_query};
	errno = EPIPE;
	if (HTTP2(nghttp2_session_check_request_allowed)(http->session) == 0)
		return false;
	stream->id = HTTP2(nghttp2_submit_request)(http->session, NULL, headers, ARRAY_LENGTH(headers), &body, stream);
	errno = ENOMEM;
	return stream->id > 0;
}

void http2_forget(struct http2 *http, struct http2_stream *stream)
{
	if (stream->id <= 0)
		return;
	HTTP2(nghttp2_session_set_stream_user_data)(http->session, stream->id, NULL);
	HTTP2(nghttp2_submit_rst_stream)(http->session, NGHTTP2_FLAG_NONE, stream->id, NGHTTP2_CANCEL);
	stream->id = 0;
}

int http2_receive(struct http2 *http, const uint8_t *bytes, size_t size)
{
	if (HTTP2(nghttp2_session_mem_recv)(http->session, bytes, size) < 0)
		return EPROTO;
	const bool is_over =
		HTTP2(nghttp2_session_want_read)(http->session) == 0 && HTTP2(nghttp2_session_want_write)(http->session) == 0;
	return is_over ? EPIPE : 0;
}

int http2_flush(struct http2 *http, struct tls_connection *connection)
{
	const uint8_t *bytes;
	ssize_t size;
	while ((size = HTTP2(nghttp2_session_mem_send)(http->session, &bytes)) > 0)
		if (!array_append_all(&connection->output, &connection->output_size, bytes, (size_t)size, 1))
			return ENOMEM;
	return size < 0 ? EPROTO : 0;
}

void http2_close(struct http2 *http)
{
	if (http == NULL)
		return;
	if (http->session != NULL)
		HTTP2(nghttp2_session_del)(http->session);
	free(http);
}
