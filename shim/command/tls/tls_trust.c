// SPDX-License-Identifier: MIT
#include "shim/command/tls/tls_trust.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/ascii.h"
#include "config/base/encrypted.h"
#include "config/base/error_text.h"

#define DIGEST_SIZE 32
// New in OpenSSL 3; older ones have no such error.
#ifndef SSL_OP_IGNORE_UNEXPECTED_EOF
#define SSL_OP_IGNORE_UNEXPECTED_EOF (1u << 7)
#endif
// Of an error, in every version of OpenSSL; ERR_GET_REASON is that of the headers.
#define REASON_BITS 0xFFF

// Is the word not the one for nothing?
static char *value_of(char *word)
{
	return strcmp(word, "-") == 0 ? NULL : word;
}

static bool read_settings(struct tls_trust *trust)
{
	char *rest = trust->settings;
	uint32_t idle;
	if (!ascii_read_number(ascii_take_word(&rest, " "), UINT32_MAX, &idle))
		return false;
	trust->idle = idle;
	trust->has_tickets = *ascii_take_word(&rest, " ") == '1';
	trust->pins = value_of(ascii_take_word(&rest, " "));
	trust->ca = value_of(rest);
	return *rest != '\0';
}

// Called when the server offers a ticket. 1: the session is kept.
static int keep_session(SSL *ssl, SSL_SESSION *session)
{
	SSL_SESSION **kept = TLS(SSL_get_ex_data)(ssl, 0);
	if (kept == NULL)
		return 0;
	TLS(SSL_SESSION_free)(*kept);
	*kept = session;
	return 1;
}

// Functions of libcrypto, which libssl needs, are found by the handle of libssl. The process may end while this thread
// uses it. What is used has the same types in both versions, whichever the headers are of.
static bool load_openssl(void)
{
	extern struct library_symbol __start_openssl[], __stop_openssl[];
	static bool is_loaded;
	if (!is_loaded)
		is_loaded = (library_load("libssl.so.3", __start_openssl, __stop_openssl) ||
						library_load("libssl.so.1.1", __start_openssl, __stop_openssl)) &&
			TLS(OPENSSL_init_ssl)(OPENSSL_INIT_NO_ATEXIT, NULL) == 1;
	return is_loaded;
}

// The end of a connection without close_notify is one; messages have their lengths.
static int open_context(struct tls_trust *trust)
{
	if (!load_openssl())
		return ETLS_LIBRARY;
	const long mode = SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER;
	const long cache = SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL;
	SSL_CTX *context = trust->context = TLS(SSL_CTX_new)(TLS(TLS_client_method)());
	if (context == NULL)
		return ENOMEM;
	TLS(SSL_CTX_ctrl)(context, SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION, NULL);
	TLS(SSL_CTX_ctrl)(context, SSL_CTRL_MODE, mode, NULL);
	TLS(SSL_CTX_set_options)(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
	if (trust->has_tickets) {
		TLS(SSL_CTX_ctrl)(context, SSL_CTRL_SET_SESS_CACHE_MODE, cache, NULL);
		TLS(SSL_CTX_sess_set_new_cb)(context, keep_session);
	} else {
		TLS(SSL_CTX_set_options)(context, SSL_OP_NO_TICKET);
	}
	TLS(SSL_CTX_set_verify)(context, SSL_VERIFY_PEER, NULL);
	const bool has_authorities = trust->ca != NULL ? TLS(SSL_CTX_load_verify_locations)(context, trust->ca, NULL) == 1
												   : TLS(SSL_CTX_set_default_verify_paths)(context) == 1;
	return has_authorities ? 0 : ETLS_CA_FILE;
}

static struct tls_trust *open_trust(const char *settings, size_t size)
{
	struct tls_trust *trust = calloc(1, sizeof(*trust) + 2 * (size + 1));
	if (trust == NULL)
		return NULL;
	memcpy(trust->settings, settings, size);
	memcpy(trust->settings + size + 1, settings, size);  // the words of the first copy get terminated
	errno = read_settings(trust) ? open_context(trust) : EINVAL;
	if (errno == 0)
		return trust;
	if (trust->context != NULL)
		TLS(SSL_CTX_free)(trust->context);
	free(trust);
	return NULL;
}

struct tls_trust *tls_trust_find(struct tls_trust **list, const char *settings, size_t size)
{
	for (struct tls_trust *trust = *list; trust != NULL; trust = trust->next)
		if (trust->size == size && memcmp(trust->settings + size + 1, settings, size) == 0)
			return trust;
	struct tls_trust *trust = open_trust(settings, size);
	if (trust != NULL) {
		trust->size = size;
		trust->next = *list;
		*list = trust;
	}
	return trust;
}

// A key suffices for a server without a name (RFC 7858 4.2).
static bool needs_authority(const struct tls_trust *trust, const struct encrypted_server *server)
{
	return trust->pins == NULL || server->name[0] != '\0';
}

// Certificates have names in subjectAltName alone (RFC 8310 8.1). An address is not sent as a name (RFC 6066 3).
static bool expect_name(SSL *ssl, const struct encrypted_server *server, const struct address *address)
{
	struct address literal = *address;
	if (server->name[0] == '\0' || address_read(server->name, &literal))
		return TLS(X509_VERIFY_PARAM_set1_ip)(TLS(SSL_get0_param)(ssl), literal.bytes, address_length(&literal)) == 1;
	TLS(SSL_set_hostflags)(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
	return TLS(SSL_set1_host)(ssl, server->name) == 1 &&
		TLS(SSL_ctrl)(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, (void *)server->name) == 1;
}

SSL *tls_trust_begin(const struct tls_trust *trust, const struct encrypted_server *server,
	const struct address *address, SSL_SESSION **session, int descriptor)
{
	static const unsigned char dot[] = "\3dot", h2[] = "\2h2";
	SSL *ssl = TLS(SSL_new)(trust->context);
	if (ssl == NULL)
		return NULL;
	const bool is_set = expect_name(ssl, server, address) &&
		TLS(SSL_set_alpn_protos)(ssl, server->is_https ? h2 : dot, server->is_https ? 3 : 4) == 0 &&
		TLS(SSL_set_fd)(ssl, descriptor) == 1 && TLS(SSL_set_ex_data)(ssl, 0, session) == 1;
	if (!is_set) {
		TLS(SSL_free)(ssl);
		return NULL;
	}
	if (!needs_authority(trust, server))
		TLS(SSL_set_verify)(ssl, SSL_VERIFY_NONE, NULL);
	if (trust->has_tickets && *session != NULL)
		TLS(SSL_set_session)(ssl, *session);
	return ssl;
}

// The key of the server's certificate in the form of a pin (RFC 7858, Appendix A).
static bool write_pin(const SSL *ssl, char *out)
{
	unsigned char digest[DIGEST_SIZE], *key = NULL;
	const OPENSSL_STACK *chain = (const OPENSSL_STACK *)TLS(SSL_get_peer_cert_chain)(ssl);
	const X509 *certificate = TLS(OPENSSL_sk_value)(chain, 0);
	const int size = certificate != NULL ? TLS(i2d_X509_PUBKEY)(TLS(X509_get_X509_PUBKEY)(certificate), &key) : -1;
	const bool done = size > 0 && TLS(EVP_Digest)(key, (size_t)size, digest, NULL, TLS(EVP_sha256)(), NULL) == 1;
	strcpy(out, "sha256/");
	if (done)
		TLS(EVP_EncodeBlock)((unsigned char *)out + strlen(out), digest, DIGEST_SIZE);
	TLS(CRYPTO_free)(key, __FILE__, __LINE__);
	return done;
}

int tls_trust_check(const struct tls_trust *trust, const struct encrypted_server *server, const SSL *ssl)
{
	char pin[sizeof("sha256/") + DIGEST_SIZE * 2];
	const unsigned char *protocol;
	unsigned length;
	TLS(SSL_get0_alpn_selected)(ssl, &protocol, &length);
	if (trust->pins != NULL && (!write_pin(ssl, pin) || strstr(trust->pins, pin) == NULL))
		return ETLS_PIN;
	return server->is_https && (length != 2 || memcmp(protocol, "h2", 2) != 0) ? ETLS_HTTP2 : 0;
}

static int error_of_certificate(long result)
{
	static const struct {
		long result;
		int error;
	} rows[] = {{X509_V_ERR_CERT_HAS_EXPIRED, ETLS_EXPIRED}, {X509_V_ERR_CERT_NOT_YET_VALID, ETLS_NOT_YET_VALID},
		{X509_V_ERR_HOSTNAME_MISMATCH, ETLS_NAME}, {X509_V_ERR_IP_ADDRESS_MISMATCH, ETLS_NAME},
		{X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, ETLS_AUTHORITY},
		{X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, ETLS_AUTHORITY}, {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, ETLS_AUTHORITY},
		{X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, ETLS_AUTHORITY},
		{X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, ETLS_AUTHORITY}, {X509_V_ERR_CERT_UNTRUSTED, ETLS_AUTHORITY}};
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
		if (rows[i].result == result)
			return rows[i].error;
	return ETLS_CERTIFICATE;
}

int tls_trust_failure(const SSL *ssl, int result, int error)
{
	const int reason = (int)(TLS(ERR_peek_error)() & REASON_BITS);
	if (result == SSL_ERROR_ZERO_RETURN || result == SSL_ERROR_SYSCALL)
		return result == SSL_ERROR_SYSCALL && error != 0 ? error : EPIPE;
	if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED)
		return error_of_certificate(TLS(SSL_get_verify_result)(ssl));
	return reason == SSL_R_UNSUPPORTED_PROTOCOL || reason == SSL_R_TLSV1_ALERT_PROTOCOL_VERSION ? ETLS_VERSION
																								: ETLS_HANDSHAKE;
}
