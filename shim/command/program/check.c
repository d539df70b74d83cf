// SPDX-License-Identifier: MIT
#include "shim/command/program/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "shim/command/json.h"
#include "shim/command/problem.h"
#include "shim/command/program/admission.h"
#include "shim/command/program/findings.h"
#include "shim/command/program/result_text.h"
#include "shim/command/text.h"

#define LABEL_WIDTH 14

// Begins a row. Rows with the same label show it once.
static void put_label(FILE *out, const char **label)
{
	fprintf(out, "%-*s", LABEL_WIDTH, *label);
	*label = "";
}

// What is reported.
struct report {
	struct findings findings;
	const struct reach_ability *reach;  // NULL: not known
	struct reach_use use;               // if it is known
	bool is_supervised;                 // on this machine, without the option
	const char *remedy;                 // NULL: none
	char *sentence;
};

static const char *location_name(const struct findings *findings, size_t library)
{
	return library == 0 ? "itself" : findings_library_name(findings, library);
}

static void write_files(FILE *out, const struct program *program)
{
	const char *label = "file";
	for (size_t i = 0; i < program->file_count; i++) {
		put_label(out, &label);
		text_escape(program->files[i], out);
		fputc('\n', out);
		label = i == 0 ? "run by" : "";
	}
}

static const char *linkage(const struct program *program)
{
	return !elf_is_readable(&program->elf) ? NULL : elf_is_static(&program->elf) ? "static" : "dynamic";
}

static const char *libc_name(const struct program *program)
{
	const char *other = elf_other_libc(&program->elf);
	// A program with a loader but without libraries has no libc.
	if (!elf_is_readable(&program->elf) || !program->elf.has_needed)
		return NULL;
	return other != NULL ? other : "glibc";
}

static void write_kind(FILE *out, const struct program *program)
{
	const char *label = "kind";
	const char *how = linkage(program), *libc = libc_name(program);
	put_label(out, &label);
	fprintf(out, "%s%s%s ELF%s%s%s\n", how == NULL ? "" : how, how == NULL ? "" : " ", elf_architecture(&program->elf),
		libc == NULL ? "" : ", ", libc == NULL ? "" : libc, program->elf.is_go ? ", built by Go" : "");
}

static void write_calls_of(FILE *out, const struct findings *findings, size_t library, const char **label)
{
	bool has_any = false;
	for (size_t call = 0; call < call_count; call++) {
		if (!findings_has_call(findings, library, call))
			continue;
		if (!has_any) {
			put_label(out, label);
			text_escape(location_name(findings, library), out);
		}
		fprintf(out, "%s%s", has_any ? ", " : ": ", calls[call].name);
		has_any = true;
	}
	if (has_any)
		fputc('\n', out);
}

// A row of one text, unless rows with this label were written.
static void put_row(FILE *out, const char *label, const char *text)
{
	if (*label == '\0')
		return;
	put_label(out, &label);
	fprintf(out, "%s\n", text);
}

static void write_calls(FILE *out, const struct findings *findings)
{
	const char *label = "calls";
	for (size_t i = 0; i < findings->libraries.count; i++)
		write_calls_of(out, findings, i, &label);
	put_row(out, label, "none");
}

static void write_own_resolvers(FILE *out, const struct findings *findings)
{
	const char *label = "own resolver";
	for (size_t i = 0; i < findings->own_count; i++) {
		const struct own_resolver *own = &findings->own[i];
		const char *separator = ", used by ";
		put_label(out, &label);
		fprintf(out, "%s, in ", own->name);
		text_escape(own->is_missing ? "a library that was not found" : location_name(findings, own->where), out);
		for (size_t user = 0; user < findings->libraries.count; user++) {
			if ((user == own->where && !own->is_missing) || !findings_is_user(findings, user, own))
				continue;
			fputs(separator, out);
			text_escape(location_name(findings, user), out);
			separator = ", ";
		}
		fputc('\n', out);
	}
	put_row(out, label, "none seen");
}

static void write_missing(FILE *out, const struct findings *findings)
{
	const char *label = "missing";
	for (size_t i = 0; i < findings->libraries.count; i++) {
		const struct library *library = &findings->libraries.all[i];
		if (library->path != NULL)
			continue;
		put_label(out, &label);
		text_escape(library->name, out);
		fputs(", wanted by ", out);
		text_escape(location_name(findings, library->needed_by), out);
		fputc('\n', out);
	}
}

// Adds an item to a row of items; the first one begins the row.
static void put_item(FILE *out, const char *label, bool *has_any, const char *item)
{
	if (*has_any)
		fputs(", ", out);
	else
		put_label(out, &label);
	fputs(item, out);
	*has_any = true;
}

// The loader searches the program before preloaded libraries. Whether its function calls the next one, as in
// AddressSanitizer and Chromium, is not known.
static void write_defined(FILE *out, const struct findings *findings)
{
	bool has_any = false;
	for (size_t call = 0; call < call_count; call++)
		if (findings_is_defined(findings, call))
			put_item(out, "defines", &has_any, calls[call].name);
	if (has_any)
		fputs(" of its own, which comes first\n", out);
}

static void write_unseen(FILE *out, const struct findings *findings)
{
	static const char *const words[] = {
		[OBJECT_LOADS] = "libraries that it loads later",
		[OBJECT_FETCHES] = "functions that it fetches by name",
		[OBJECT_STARTS] = "programs that it starts",
	};
	bool has_any = false;
	for (size_t i = 0; i < OBJECT_ABILITIES; i++)
		if (findings->can[i])
			put_item(out, "not seen", &has_any, words[i]);
	if (has_any)
		fputc('\n', out);
}

static void write_reach(FILE *out, const struct report *report)
{
	const char *label = "--reach", *obstacle = report->reach->obstacle;
	put_label(out, &label);
	fputs(report->use.text, out);
	fputs(obstacle == NULL ? "; works here" : "; does not work here: ", out);
	text_escape(obstacle == NULL ? "" : obstacle, out);
	fputs(report->is_supervised ? ", by itself\n" : "\n", out);
}

static void write_text(FILE *out, const struct report *report)
{
	const struct findings *findings = &report->findings;
	write_files(out, &findings->program);
	if (findings->program.is_read)
		write_kind(out, &findings->program);
	if (findings->libraries.count > 0)
		write_calls(out, findings);
	if (findings->libraries.count > 0 || findings->own_count > 0)
		write_own_resolvers(out, findings);
	write_defined(out, findings);
	write_missing(out, findings);
	write_unseen(out, findings);
	if (report->remedy != NULL)
		put_row(out, "remedy", report->remedy);
	if (report->reach != NULL)
		write_reach(out, report);
	text_escape(report->sentence, out);
	fputc('\n', out);
}

static const char *path_of(const struct findings *findings, size_t library)
{
	return library < findings->libraries.count ? findings->libraries.all[library].path : findings->program.image;
}

static void write_json_calls_of(struct json *json, const struct findings *findings, size_t library)
{
	bool has_any = false;
	for (size_t call = 0; call < call_count; call++) {
		if (!findings_has_call(findings, library, call))
			continue;
		if (!has_any) {
			json_begin(json, NULL, '{');
			json_text(json, "file", path_of(findings, library));
			json_begin(json, "names", '[');
		}
		json_text(json, NULL, calls[call].name);
		has_any = true;
	}
	if (has_any) {
		json_end(json, ']');
		json_end(json, '}');
	}
}

static void write_json_own_resolvers(struct json *json, const struct findings *findings)
{
	json_begin(json, "own_resolvers", '[');
	for (size_t i = 0; i < findings->own_count; i++) {
		const struct own_resolver *own = &findings->own[i];
		json_begin(json, NULL, '{');
		json_text(json, "name", own->name);
		json_text(json, "file", own->is_missing ? NULL : path_of(findings, own->where));
		json_begin(json, "used_by", '[');
		for (size_t user = 0; user < findings->libraries.count; user++)
			if (findings_is_user(findings, user, own))
				json_text(json, NULL, path_of(findings, user));
		json_end(json, ']');
		json_end(json, '}');
	}
	json_end(json, ']');
}

static void write_json_program(struct json *json, const struct program *program)
{
	json_text(json, "program", program->name);
	json_begin(json, "files", '[');
	for (size_t i = 0; i < program->file_count; i++)
		json_text(json, NULL, program->files[i]);
	json_end(json, ']');
	if (!program->is_read)
		return;
	json_text(json, "linkage", linkage(program));
	json_text(json, "architecture", elf_architecture(&program->elf));
	json_text(json, "libc", libc_name(program));
	json_bool(json, "go", program->elf.is_go);
}

static void write_json_libraries(struct json *json, const struct findings *findings)
{
	const struct libraries *libraries = &findings->libraries;
	json_begin(json, "calls", '[');
	for (size_t i = 0; i < libraries->count; i++)
		write_json_calls_of(json, findings, i);
	json_end(json, ']');
	json_begin(json, "defines", '[');
	for (size_t call = 0; call < call_count; call++)
		if (findings_is_defined(findings, call))
			json_text(json, NULL, calls[call].name);
	json_end(json, ']');
	json_begin(json, "libraries", '[');
	for (size_t i = 1; i < libraries->count; i++)
		json_text(json, NULL, libraries->all[i].path);
	json_end(json, ']');
	json_begin(json, "missing", '[');
	for (size_t i = 1; i < libraries->count; i++)
		if (libraries->all[i].path == NULL)
			json_text(json, NULL, libraries->all[i].name);
	json_end(json, ']');
	json_bool(json, "loads_libraries", findings->can[OBJECT_LOADS]);
	json_bool(json, "fetches_functions", findings->can[OBJECT_FETCHES]);
	json_bool(json, "starts_programs", findings->can[OBJECT_STARTS]);
}

static void write_json_reach(struct json *json, const struct report *report)
{
	json_begin(json, "reach", '{');
	json_bool(json, "useful", report->use.is_useful);
	json_bool(json, "by_itself", report->is_supervised);
	json_text(json, "use", report->use.text);
	json_bool(json, "works", report->reach->obstacle == NULL);
	json_text(json, "obstacle", report->reach->obstacle);
	json_end(json, '}');
}

static void write_json(FILE *out, const struct report *report)
{
	static const char *const words[] = {
		[FINDING_REDIRECTED] = "redirected",
		[FINDING_NO_LOOKUPS] = "no lookups",
		[FINDING_OWN_RESOLVER] = "own resolver",
		[FINDING_UNREACHABLE] = "unreachable",
		[FINDING_SANITIZER] = "unreachable",
	};
	const struct findings *findings = &report->findings;
	struct json json = json_open(out);
	write_json_program(&json, &findings->program);
	if (findings->libraries.count > 0)
		write_json_libraries(&json, findings);
	write_json_own_resolvers(&json, findings);
	json_text(&json, "result", words[findings->result]);
	json_text(&json, "remedy", report->remedy);
	json_text(&json, "verdict", report->sentence);
	if (report->reach != NULL)
		write_json_reach(&json, report);
	json_close(&json);
}

bool check_program(const struct check *check, int *status, struct problem *problem)
{
	struct report report = {.reach = check->reach};
	const struct findings *findings = &report.findings;
	if (!findings_make(check->word, check->library, &report.findings, problem))
		return false;
	if (report.reach != NULL)
		report.use = admission_use_of_reach(findings, report.reach->needs_no_new_privileges);
	report.is_supervised = report.use.is_automatic && report.reach->obstacle == NULL;
	report.remedy = report.is_supervised ? NULL : result_text_remedy(findings);
	report.sentence = result_text_of_findings(findings, report.is_supervised);
	if (report.sentence != NULL)
		(check->json ? write_json : write_text)(stdout, &report);
	const bool is_good = findings->result == FINDING_REDIRECTED || findings->result == FINDING_NO_LOOKUPS;
	const bool done = report.sentence != NULL || problem_out_of_memory(problem);
	*status = report.is_supervised || is_good ? 0 : 1;
	free(report.sentence);
	findings_clear(&report.findings);
	return done;
}
