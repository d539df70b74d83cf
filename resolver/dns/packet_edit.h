// SPDX-License-Identifier: MIT
// Changes in place of replies that packet_is_reply accepted.
#pragma once

#include <stddef.h>
#include <stdint.h>

struct name;
struct question;

// Replaces sent (the name with randomised case) by name (the same in the program's case) in the question and in each
// uncompressed owner name, so that the program sees the case that it asked for. size counts the header.
void packet_edit_case(uint8_t *message, size_t size, const struct name *sent, const struct name *name);

// Subtracts seconds from the TTL of each record except OPT; the result is at least 0.
void packet_edit_count_down(uint8_t *message, size_t size, uint32_t seconds);

// Sets the TTL of each record except OPT.
void packet_edit_set_ttl(uint8_t *message, size_t size, uint32_t ttl);

// Sets TC in the header.
void packet_edit_set_truncated(uint8_t *message);

// Makes a reply empty: sets the record counts to 0, QDCOUNT to 1 and QTYPE to question->type. Does not shorten it.
void packet_edit_strip(uint8_t *message, size_t size, const struct question *question);
