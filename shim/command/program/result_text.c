// SPDX-License-Identifier: MIT
#include "shim/command/program/result_text.h"

#include <stdlib.h>
#include <string.h>

#include "shim/command/program/findings.h"
#include "shim/command/text.h"

static const struct {
	const char *verb, *what, *why, *remedy;
} explanations[] = {
	[PROGRAM_UNREADABLE] = {"cannot", "be read", "so it was not examined", "its lookups may not be redirected"},
	[PROGRAM_STATIC] = {"is", "statically linked", "so no loader runs that could preload a library",
		"use a dynamically linked build"},
	[PROGRAM_SET_USER_ID] = {"is", "set-user-ID", "and the loader ignores preloaded libraries in such programs",
		"use a copy that is not"},
	[PROGRAM_SET_GROUP_ID] = {"is", "set-group-ID", "and the loader ignores preloaded libraries in such programs",
		"use a copy that is not"},
	[PROGRAM_HAS_CAPABILITIES] = {"has", "file capabilities",
		"and the loader ignores preloaded libraries in such programs", "use a copy that has none"},
	[PROGRAM_OTHER_LIBC] = {"runs on", "another libc", "and the library cannot be loaded there",
		"use a build for glibc"},
	[PROGRAM_OLDER_LIBC] = {"runs on", "an older libc", "and its loader would end it", "use the portable build"},
	[PROGRAM_OTHER_ARCHITECTURE] = {"is for", "another architecture", "and no library can be preloaded there",
		"install the library for it, or use another build"},
};

// The reason in a few words: "statically linked", "another libc (musl)".
static char *reason_of(const struct program *program)
{
	const char *what = explanations[program->result].what;
	if (program->result == PROGRAM_OLDER_LIBC)
		return text_format(
			"%s (glibc 2.%u; the library needs 2.%u)", what, program->glibc.found, program->glibc.needed);
	return program->detail == NULL ? strdup(what) : text_format("%s (%s)", what, program->detail);
}

char *result_text_of_program(const struct program *program)
{
	const bool is_script = program->file_count > 1;
	char *reason = reason_of(program), *text = NULL;
	if (reason != NULL)
		text = text_format("%s%s%s %s %s, %s: %s", program->name, is_script ? ": its interpreter " : "",
			is_script ? program->image : "", explanations[program->result].verb, reason,
			explanations[program->result].why, explanations[program->result].remedy);
	free(reason);
	return text;
}

static char *describe_unreachable(const struct program *program, bool is_supervised)
{
	const bool is_script = program->file_count > 1;
	char *reason = reason_of(program), *text = NULL;
	if (reason != NULL)
		text = text_format("%s: %s redirected: %s%s%s%s", program->name,
			is_supervised ? "is supervised (--reach), since it cannot otherwise be" : "cannot be",
			is_script ? "its interpreter " : "", is_script ? program->image : "", is_script ? ": " : "", reason);
	free(reason);
	return text;
}

// "c-ares, in libcares.so.2; Go's"
static char *name_own_resolvers(const struct findings *findings)
{
	char *text = strdup("");
	for (size_t i = 0; i < findings->own_count && text != NULL; i++) {
		const struct own_resolver *own = &findings->own[i];
		const bool is_elsewhere = own->where > 0 && !own->is_missing;
		char *longer = text_format("%s%s%s%s%s", text, i > 0 ? "; " : "", own->name, is_elsewhere ? ", in " : "",
			is_elsewhere ? findings_library_name(findings, own->where) : "");
		free(text);
		text = longer;
	}
	return text;
}

static char *describe_own_resolvers(const struct findings *findings, bool is_supervised)
{
	char *names = name_own_resolvers(findings), *text = NULL;
	if (names != NULL)
		text = text_format("%s: can be redirected, %s its own resolver (%s) asks DNS itself", findings->program.name,
			is_supervised ? "and is supervised (--reach), since" : "but", names);
	free(names);
	return text;
}

char *result_text_of_findings(const struct findings *findings, bool is_supervised)
{
	const char *name = findings->program.name;
	switch (findings->result) {
	case FINDING_UNREACHABLE:
		return describe_unreachable(&findings->program, is_supervised);
	case FINDING_OWN_RESOLVER:
		return describe_own_resolvers(findings, is_supervised);
	case FINDING_SANITIZER:
		return text_format("%s: cannot be redirected: %s stops it unless it is the first library", name,
			findings_library_name(findings, findings->first));
	case FINDING_NO_LOOKUPS:
		return text_format("%s: looks nothing up by itself%s", name,
			findings->can[OBJECT_FETCHES] ? ", unless through functions that it finds at run time (dlsym)" : "");
	default:
		return text_format("%s: can be redirected", name);
	}
}

const char *result_text_remedy(const struct findings *findings)
{
	if (findings->result == FINDING_UNREACHABLE)
		return explanations[findings->program.result].remedy;
	return findings->result == FINDING_SANITIZER ? "set ASAN_OPTIONS=verify_asan_link_order=0" : NULL;
}
