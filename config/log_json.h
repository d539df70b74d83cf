// SPDX-License-Identifier: MIT
// An event as one line of JSON.
#pragma once

struct log_event;
struct strbuf;

// Adds an object with a member for each value of the event (log_member.h), without a newline. The object stays whole:
// long values are cut, and a list ends in "...". line holds at least LOG_LINE_SIZE - 1 bytes.
void log_json_write(struct strbuf *line, const struct log_event *event);
