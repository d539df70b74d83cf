// SPDX-License-Identifier: MIT
// Names and questions, as tests write them.
#pragma once

#include "config/base/name.h"
#include "resolver/dns/message.h"
#include "tests/unit/unit.h"

static inline struct name name_of(const char *text)
{
	struct name name;
	if (!name_read(text, &name))
		fail_msg("%s was not read", text);
	return name;
}

static inline struct question question_of(const char *name, uint16_t type)
{
	return (struct question){.name = name_of(name), .type = type, .class = RRCLASS_IN};
}
