// SPDX-License-Identifier: MIT
#include "shim/command/program/supervision.h"

#include <elf.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "config/base/file.h"
#include "shim/command/program/object.h"
#include "shim/command/program/program.h"

bool supervision_is_of_raised(const struct program *program)
{
	return program->result == PROGRAM_SET_USER_ID || program->result == PROGRAM_SET_GROUP_ID ||
		program->result == PROGRAM_HAS_CAPABILITIES;
}

// Would --reach redirect a program whose result is not PROGRAM_REDIRECTABLE?
static bool helps(const struct program *program, bool needs_no_new_privileges)
{
	return program->result == PROGRAM_STATIC || program_dies_of_preload(program) ||
		(supervision_is_of_raised(program) && !needs_no_new_privileges);
}

// Programs whose resolver neither their file nor their libraries tell of.
static bool is_known_runtime(const char *path)
{
	static const char *const names[] = {"node", "nodejs", "deno", "bun", "java", "chromium", "chromium-browser",
		"chrome", "google-chrome", "google-chrome-stable", "brave-browser", "microsoft-edge", "electron"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(file_base_name(path), names[i]) == 0)
			return true;
	return false;
}

// Without cgo, which imports getaddrinfo, a Go program asks itself.
static bool has_resolver(const struct program *program, const struct object *object)
{
	for (size_t i = 0; i < call_count; i++)
		if (calls[i].owner != CALL_LIBC && (object->imports[i] || object->defines[i]))
			return true;
	return object_sends_queries(object) || (program->elf.is_go && !object->imports[call_find("getaddrinfo")]);
}

static bool has_own_resolver(const struct program *program)
{
	struct object object;
	bool result = is_known_runtime(program->path) || is_known_runtime(program->image);
	const int descriptor = result ? -1 : open(program->image, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (descriptor < 0)
		return result;
	if (object_read(descriptor, &program->elf, &object)) {
		result = has_resolver(program, &object);
		object_clear(&object);
	}
	close(descriptor);
	return result;
}

enum supervision supervision_of(const struct program *program, bool needs_no_new_privileges)
{
	if (program->result != PROGRAM_REDIRECTABLE)
		return helps(program, needs_no_new_privileges) ? SUPERVISION_ONLY : SUPERVISION_NONE;
	return program->is_read && program->is_native && has_own_resolver(program) ? SUPERVISION_OWN_RESOLVER
																			   : SUPERVISION_NONE;
}
