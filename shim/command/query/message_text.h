// SPDX-License-Identifier: MIT
// Writes a DNS message as lines of a zone file, with other data in comments, or as JSON.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "resolver/dns/message.h"
#include "shim/command/json.h"

struct colours;
struct listed_record;
struct listing;

// The outcome by rcode and answer section; OUTCOME_TRY_AGAIN for a malformed or truncated message.
enum outcome message_text_outcome(const struct listing *listing);

// Writes header, question, sections and EDNS.
void message_text_write(const struct listing *listing, const struct colours *colours, FILE *out);

// Writes only the records, for a message of a zone transfer.
void message_text_write_records(const struct listing *listing, FILE *out);

// Writes only the data of the answer section, one record a line.
void message_text_write_values(const struct listing *listing, FILE *out);

// Writes one record as an object.
void message_text_write_record_json(const struct listed_record *record, struct json *json);

// Writes members of an object for a question: its name as the user wrote it, class and type.
void message_text_write_question_json(const char *name, uint16_t class, uint16_t type, struct json *json);

// Writes the content of message_text_write as members of an object.
void message_text_write_json(const struct listing *listing, struct json *json);

// Writes the bytes of a message as comments, or as a member of that name.
void message_text_write_hex(const char *what, const uint8_t *bytes, size_t size, FILE *out);
void message_text_write_hex_json(const char *key, const uint8_t *bytes, size_t size, struct json *json);
