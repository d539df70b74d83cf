// SPDX-License-Identifier: MIT
// An event as one line of text.
#pragma once

struct log_event;
struct strbuf;

// Adds the time, the process and the columns of the event (log_member.h), without a newline; withdns.conf(5) has the
// format. Long values are cut.
void log_text_write(struct strbuf *line, const struct log_event *event);
