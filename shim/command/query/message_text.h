// SPDX-License-Identifier: MIT
// A DNS message shown to people: as lines of a zone file with the rest in comments, or as JSON.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "resolver/dns/message.h"
#include "shim/command/json.h"

struct listed_record;
struct listing;

// What its code and its answer section say; one that is malformed, or was cut before its answer, says nothing.
enum outcome message_text_outcome(const struct listing *listing);

// All but the verdict: header, question, sections, EDNS.
void message_text_write(const struct listing *listing, bool is_coloured, FILE *out);

// The records alone, of a message of a zone transfer.
void message_text_write_records(const struct listing *listing, FILE *out);

// One record as an object.
void message_text_write_record_json(const struct listed_record *record, struct json *json);

// What message_text_write writes as members of an object.
void message_text_write_json(const struct listing *listing, struct json *json);

// The bytes of a message, as comments or as member of that name.
void message_text_write_hex(const char *what, const uint8_t *bytes, size_t size, FILE *out);
void message_text_write_hex_json(const char *key, const uint8_t *bytes, size_t size, struct json *json);
