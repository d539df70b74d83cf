// SPDX-License-Identifier: MIT
#include "shim/command/program/findings.h"

#include <stdlib.h>
#include <string.h>

#include "config/base/file.h"
#include "shim/command/problem.h"
#include "shim/command/program/elf_file.h"
#include "shim/command/text.h"

#define CACHE "/etc/ld.so.cache"
#define MUSL_PATH_MAX 65536

// DT_SONAME, else the name in DT_NEEDED.
static const char *own_name(const struct findings *findings, size_t library)
{
	const struct library *row = &findings->libraries.all[library];
	return row->object.name != NULL ? row->object.name : row->name;
}

const char *findings_library_name(const struct findings *findings, size_t library)
{
	if (library == 0)
		return findings->program.image;
	return file_base_name(findings->libraries.all[library].name);
}

static bool is_of(const struct findings *findings, size_t library, enum call_owner owner)
{
	return library > 0 && call_owner_has_library(owner, file_base_name(own_name(findings, library)));
}

bool findings_has_call(const struct findings *findings, size_t library, size_t call)
{
	return findings->libraries.all[library].object.imports[call] && calls[call].owner == CALL_LIBC &&
		!is_of(findings, library, CALL_LIBC);
}

bool findings_is_defined(const struct findings *findings, size_t call)
{
	return findings->libraries.count > 0 && calls[call].owner == CALL_LIBC &&
		findings->libraries.all[0].object.defines[call];
}

// A function of that name in the program may be an interceptor, which calls the next one.
static bool looks_up(const struct findings *findings)
{
	for (size_t call = 0; call < call_count; call++)
		if (calls[call].asks && findings_is_defined(findings, call))
			return true;
	for (size_t i = 0; i < findings->libraries.count; i++)
		for (size_t call = 0; call < call_count; call++)
			if (calls[call].asks && findings_has_call(findings, i, call))
				return true;
	return false;
}

// Finds the object that defines a resolver function which a library imports: the resolver's own library, or the
// program, which is searched first. False if another library defines that name, which is then another function.
static bool find_supplier(const struct findings *findings, size_t call, struct own_resolver *out)
{
	bool is_another = false;
	for (size_t i = 0; i < findings->libraries.count; i++) {
		if (!findings->libraries.all[i].object.defines[call])
			continue;
		if (i == 0 || is_of(findings, i, calls[call].owner)) {
			out->where = i;
			return true;
		}
		is_another = true;
	}
	out->is_missing = true;
	return !is_another;
}

// A library that defines such a function, and is not the resolver's own, contains the resolver.
static bool uses(const struct findings *findings, size_t library, size_t call, struct own_resolver *out)
{
	const struct object *object = &findings->libraries.all[library].object;
	if (is_of(findings, library, calls[call].owner))
		return false;
	out->where = library;
	return object->defines[call] || (object->imports[call] && find_supplier(findings, call, out));
}

static bool find_use(const struct findings *findings, size_t library, enum call_owner owner, struct own_resolver *out)
{
	for (size_t call = 0; call < call_count; call++) {
		struct own_resolver own = {.owner = owner, .name = call_owner_name(owner)};
		if (calls[call].owner == owner && uses(findings, library, call, &own)) {
			*out = own;
			return true;
		}
	}
	return false;
}

bool findings_is_user(const struct findings *findings, size_t library, const struct own_resolver *own)
{
	struct own_resolver found;
	if (own->owner == CALL_OWNERS)
		return library == own->where;
	return find_use(findings, library, own->owner, &found);
}

static void find_own_resolver(struct findings *findings, enum call_owner owner)
{
	for (size_t i = 0; i < findings->libraries.count; i++)
		if (find_use(findings, i, owner, &findings->own[findings->own_count])) {
			findings->own_count++;
			return;
		}
}

// Go programs contain the names of their functions, even if stripped; those of the resolver only if it is used. With
// cgo, which imports getaddrinfo, they can use the resolver of libc.
static void find_go(struct findings *findings)
{
	const struct program *program = &findings->program;
	if (!program->elf.is_go || !elf_file_has_text(program->image, "net.(*Resolver).goLookup"))
		return;
	if (findings->libraries.count > 0 && findings_has_call(findings, 0, call_find("getaddrinfo")))
		return;
	findings->own[findings->own_count++] = (struct own_resolver){.owner = CALL_OWNERS, .name = "Go's"};
}

static void find_own_queries(struct findings *findings)
{
	for (size_t i = 0; i < findings->libraries.count; i++) {
		if (is_of(findings, i, CALL_LIBC) || !object_sends_queries(&findings->libraries.all[i].object))
			continue;
		findings->own[findings->own_count++] = (struct own_resolver){
			.owner = CALL_OWNERS,
			.name = "res_mkquery without res_send",
			.where = i,
		};
		return;
	}
}

// The shared runtime of AddressSanitizer ends the program if it is not the first library.
static void find_first(struct findings *findings)
{
	static const char runtime[] = "libasan.so";
	for (size_t i = 1; i < findings->libraries.count && findings->first == 0; i++)
		if (strncmp(file_base_name(own_name(findings, i)), runtime, sizeof(runtime) - 1) == 0)
			findings->first = i;
}

// What the program or its libraries, except those of libc, can do at run time.
static void find_abilities(struct findings *findings)
{
	for (size_t i = 0; i < findings->libraries.count; i++) {
		if (is_of(findings, i, CALL_LIBC))
			continue;
		for (size_t ability = 0; ability < OBJECT_ABILITIES; ability++)
			findings->can[ability] |= findings->libraries.all[i].object.can[ability];
	}
}

static enum finding result_of(const struct findings *findings)
{
	if (findings->program.result != PROGRAM_REDIRECTABLE)
		return FINDING_UNREACHABLE;
	if (findings->first > 0)
		return FINDING_SANITIZER;
	if (findings->own_count > 0)
		return FINDING_OWN_RESOLVER;
	return looks_up(findings) ? FINDING_REDIRECTED : FINDING_NO_LOOKUPS;
}

// Programs with raised privileges are examined too, since they make the same lookups.
static bool has_libraries(const struct program *program)
{
	const struct elf *elf = &program->elf;
	return program->is_read && elf_is_readable(elf) && !elf_is_static(elf) &&
		(elf_other_libc(elf) == NULL || elf_is_for_musl(elf));
}

// The list in /etc/ld-musl-x86_64.path for /lib/ld-musl-x86_64.so.1. NULL for lack of memory.
static char *read_musl_path(const char *interpreter)
{
	const char *name = file_base_name(interpreter);
	char *path = text_format("/etc/%.*s.path", (int)strcspn(name, "."), name), *list = NULL;
	size_t size;
	if (path == NULL || file_read(path, MUSL_PATH_MAX, &list, &size) != 0)
		list = strdup("/lib:/usr/local/lib:/usr/lib");
	free(path);
	return list;
}

// The loader ignores LD_LIBRARY_PATH for programs with raised privileges.
static bool read_libraries(struct findings *findings, struct problem *problem)
{
	bool is_privileged = findings->program.result != PROGRAM_REDIRECTABLE;
	if (!has_libraries(&findings->program))
		return true;
	char *musl_path = read_musl_path(findings->program.elf.interpreter);
	const struct library_places places = {
		.library_path = is_privileged ? NULL : getenv("LD_LIBRARY_PATH"),
		.cache = CACHE,
		.musl_path = musl_path,
	};
	const bool done = musl_path != NULL && libraries_find(findings->program.image, &places, &findings->libraries);
	free(musl_path);
	return done || problem_out_of_memory(problem);
}

static bool is_known(const struct program *program, struct problem *problem)
{
	if (program->result == PROGRAM_UNREADABLE)
		return problem_set(problem, "%s: %s cannot be read, so it cannot be checked", program->name, program->image);
	if (program->is_read || program->result != PROGRAM_REDIRECTABLE)
		return true;
	return problem_set_status(
		problem, EXIT_CANNOT_RUN, "%s: cannot be run: %s %s", program->name, program->image, program->obstacle);
}

bool findings_make(const char *word, const char *library, struct findings *out, struct problem *problem)
{
	struct findings findings = {.own_count = 0};
	if (!program_examine(word, library, &findings.program, problem))
		return false;
	if (!is_known(&findings.program, problem) || !read_libraries(&findings, problem)) {
		findings_clear(&findings);
		return false;
	}
	for (enum call_owner owner = CALL_LIBC + 1; owner < CALL_OWNERS; owner++)
		find_own_resolver(&findings, owner);
	find_go(&findings);
	find_own_queries(&findings);
	find_first(&findings);
	find_abilities(&findings);
	findings.result = result_of(&findings);
	*out = findings;
	return true;
}

void findings_clear(struct findings *findings)
{
	program_clear(&findings->program);
	libraries_clear(&findings->libraries);
	*findings = (struct findings){.own_count = 0};
}
