// SPDX-License-Identifier: MIT
// DNS cookies (RFC 7873) as a server makes them.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fake_query;
struct fake_rule;

#define COOKIE_CLIENT_SIZE 8
#define COOKIE_SERVER_MIN 8
#define COOKIE_MAX 40

// The cookie that belongs to this query, both halves, in a form like that of RFC 9018. It follows from the client's
// half, the client's address without its port, the server's address, and the rule's cookie-secret. Returns its size.
size_t fake_cookie_write(const struct fake_query *query, const struct fake_rule *rule, uint8_t out[COOKIE_MAX]);

// Is the length of the cookie invalid by RFC 7873 4? False without a cookie.
bool fake_cookie_is_malformed(const struct fake_query *query);

// Has the query the complete and correct cookie?
bool fake_cookie_is_right(const struct fake_query *query, const struct fake_rule *rule);
