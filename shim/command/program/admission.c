// SPDX-License-Identifier: MIT
#include "shim/command/program/admission.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/base/array.h"
#include "config/base/file.h"
#include "shim/command/command_line.h"
#include "shim/command/problem.h"
#include "shim/command/program/findings.h"
#include "shim/command/program/result_text.h"

// Would --reach redirect a program whose result is not PROGRAM_REDIRECTABLE?
static bool helps(const struct program *program, bool loses_privileges)
{
	return program->result == PROGRAM_STATIC || program_dies_of_preload(program) ||
		(program_raises_privileges(program) && !loses_privileges);
}

// Programs whose resolver neither their file nor their libraries tell of.
static bool is_known_runtime(const char *path)
{
	static const char *const names[] = {"node", "nodejs", "deno", "bun", "java", "chromium", "chromium-browser",
		"chrome", "google-chrome", "google-chrome-stable", "brave-browser", "microsoft-edge", "electron"};
	for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
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

// The supervision that the program itself calls for.
static enum supervision supervision_of(const struct program *program, bool loses_privileges)
{
	if (program->result != PROGRAM_REDIRECTABLE)
		return helps(program, loses_privileges) ? SUPERVISION_ONLY : SUPERVISION_NONE;
	return program->is_read && program->is_native && has_own_resolver(program) ? SUPERVISION_OWN_RESOLVER
																			   : SUPERVISION_NONE;
}

static const char *use_of_reach(const struct findings *findings, enum supervision supervision)
{
	if (findings->result == FINDING_OWN_RESOLVER || supervision == SUPERVISION_OWN_RESOLVER)
		return "would redirect its own resolver, too";
	return supervision == SUPERVISION_ONLY ? "would redirect it" : NULL;
}

struct reach_use admission_use_of_reach(const struct findings *findings, bool loses_privileges)
{
	const enum supervision supervision = supervision_of(&findings->program, loses_privileges);
	const char *use = findings->program.is_native ? use_of_reach(findings, supervision) : NULL;
	if (use != NULL)
		return (struct reach_use){true, supervision != SUPERVISION_NONE, use};
	if (findings->result == FINDING_REDIRECTED || findings->result == FINDING_NO_LOOKUPS)
		return (struct reach_use){false, false, "is not needed, as far as can be seen"};
	if (program_raises_privileges(&findings->program))
		return (struct reach_use){
			false, false, "would take its privileges away (no_new_privs); sudo withdns --reach would not"};
	return (struct reach_use){false, false, "would not help"};
}

// The option that must observe all lookups; NULL: none.
static const char *expecting_option(const struct command_line *line)
{
	return line->expect != NULL ? "--expect" : line->expect_write != NULL ? "--expect-write" : NULL;
}

static const char *watching_option(const struct command_line *line)
{
	const char *expecting = expecting_option(line);
	return expecting != NULL ? expecting : line->report != NULL ? "--report" : line->summary ? "--summary" : NULL;
}

// The program is not supervised, because of the obstacle.
static void warn_of_unseen(const struct command_line *line, enum supervision wanted, const char *obstacle)
{
	const char *option = watching_option(line);
	if (line->quiet || (option == NULL && wanted != SUPERVISION_OWN_RESOLVER))
		return;
	problem_print("warning: %s%squeries that programs send themselves, not by libc, are not %s%s%s",
		option != NULL ? option : "", option != NULL ? ": " : "", option != NULL ? "seen" : "redirected",
		*obstacle != '\0' ? ": " : " (--reach)", obstacle);
}

// May the program be run without a supervisor? Writes a warning if --force overrides the result.
static bool is_admitted(
	const struct program *program, const struct command_line *line, const char *obstacle, struct problem *problem)
{
	if (program->result == PROGRAM_REDIRECTABLE)
		return true;
	const char *blind = expecting_option(line);
	const bool is_refused = blind != NULL || (program->result != PROGRAM_UNREADABLE && !line->force);
	char *why = result_text_of_program(program);
	if (why == NULL)
		return problem_out_of_memory(problem);
	if (is_refused)
		problem_set(problem, "%s%s%s%s%s%s", why, blind != NULL ? "; " : "",
			blind != NULL ? blind : ", or --force to run it unredirected",
			blind != NULL ? " cannot observe its lookups" : "", *obstacle != '\0' ? "; " : "", obstacle);
	else if (!line->quiet)
		problem_print("warning: %s%s%s", why, *obstacle != '\0' ? "; " : "", obstacle);
	free(why);
	return !is_refused;
}

bool admission_run_alone(const struct program *program, const struct command_line *line, enum supervision wanted,
	const char *obstacle, struct problem *problem)
{
	if (!is_admitted(program, line, obstacle, problem))
		return false;
	warn_of_unseen(line, wanted, obstacle);
	return true;
}

enum supervision admission_wanted(
	const struct program *program, const struct command_line *line, bool loses_privileges, bool is_inside)
{
	if (line->reach == REACH_REFUSED)
		return SUPERVISION_NONE;
	const enum supervision wanted = supervision_of(program, loses_privileges);
	if (wanted != SUPERVISION_NONE || program->result != PROGRAM_REDIRECTABLE)
		return wanted;
	return expecting_option(line) != NULL || is_inside ? SUPERVISION_OWN_RESOLVER : SUPERVISION_NONE;
}
