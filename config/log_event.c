// SPDX-License-Identifier: MIT
#include "config/log_event.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#define WORD(name, word) [EVENT_##name] = word

const char *log_event_word(enum event_kind kind)
{
	static const char *const words[] = {WORD(CALL, "call"), WORD(EXCHANGE, "exchange"), WORD(ANSWER, "answer"),
		WORD(SHARED, "shared"), WORD(FAULT, "fault"), WORD(CONFIG, "config"), WORD(RECORDING, "recording")};
	return words[kind];
}

enum event_kind log_event_kind(const char *word)
{
	for (enum event_kind kind = EVENT_CALL; kind <= EVENT_RECORDING; kind++)
		if (strcmp(word, log_event_word(kind)) == 0)
			return kind;
	return EVENT_NONE;
}

const char *log_process_program(const struct log_process *process)
{
	return process != NULL ? process->program : program_invocation_short_name;
}

int64_t log_event_pid(const struct log_event *event)
{
	return event->process != NULL ? event->process->pid : getpid();
}

const char *log_event_program(const struct log_event *event)
{
	return log_process_program(event->process);
}
