// SPDX-License-Identifier: MIT
// OpenSSL, loaded where an encrypted server is set.
#pragma once

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "shim/command/library.h"

// New in OpenSSL 3; older ones have no such error.
#ifndef SSL_OP_IGNORE_UNEXPECTED_EOF
#define SSL_OP_IGNORE_UNEXPECTED_EOF (1u << 7)
#endif

// The functions that are used; macros of OpenSSL use some of them.
#define TLS_FUNCTIONS(FUNCTION)                \
	FUNCTION(CRYPTO_free)                      \
	FUNCTION(ERR_clear_error)                  \
	FUNCTION(ERR_peek_error)                   \
	FUNCTION(EVP_Digest)                       \
	FUNCTION(EVP_EncodeBlock)                  \
	FUNCTION(EVP_sha256)                       \
	FUNCTION(OPENSSL_init_ssl)                 \
	FUNCTION(OPENSSL_sk_value)                 \
	FUNCTION(SSL_CTX_ctrl)                     \
	FUNCTION(SSL_CTX_free)                     \
	FUNCTION(SSL_CTX_load_verify_locations)    \
	FUNCTION(SSL_CTX_new)                      \
	FUNCTION(SSL_CTX_sess_set_new_cb)          \
	FUNCTION(SSL_CTX_set_default_verify_paths) \
	FUNCTION(SSL_CTX_set_options)              \
	FUNCTION(SSL_CTX_set_verify)               \
	FUNCTION(SSL_SESSION_free)                 \
	FUNCTION(SSL_connect)                      \
	FUNCTION(SSL_ctrl)                         \
	FUNCTION(SSL_free)                         \
	FUNCTION(SSL_get0_alpn_selected)           \
	FUNCTION(SSL_get0_param)                   \
	FUNCTION(SSL_get_error)                    \
	FUNCTION(SSL_get_ex_data)                  \
	FUNCTION(SSL_get_peer_cert_chain)          \
	FUNCTION(SSL_get_verify_result)            \
	FUNCTION(SSL_new)                          \
	FUNCTION(SSL_read)                         \
	FUNCTION(SSL_set1_host)                    \
	FUNCTION(SSL_set_alpn_protos)              \
	FUNCTION(SSL_set_ex_data)                  \
	FUNCTION(SSL_set_fd)                       \
	FUNCTION(SSL_set_hostflags)                \
	FUNCTION(SSL_set_session)                  \
	FUNCTION(SSL_set_verify)                   \
	FUNCTION(SSL_shutdown)                     \
	FUNCTION(SSL_write)                        \
	FUNCTION(TLS_client_method)                \
	FUNCTION(X509_VERIFY_PARAM_set1_ip)        \
	FUNCTION(X509_get_X509_PUBKEY)             \
	FUNCTION(i2d_X509_PUBKEY)

struct tls_library {
	TLS_FUNCTIONS(LIBRARY_MEMBER)
};

// NULL if it is not installed. For one thread.
const struct tls_library *tls_library_load(void);
