// SPDX-License-Identifier: MIT
#include "shim/command/settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/base/file.h"
#include "config/base/strbuf.h"
#include "config/config.h"
#include "config/config_error.h"
#include "config/directive.h"
#include "config/directive_file.h"
#include "config/fault.h"
#include "config/origin.h"
#include "resolver/resolver.h"
#include "shim/command/command_line.h"
#include "shim/command/problem.h"
#include "shim/command/run_socket.h"
#include "shim/command/settings_files.h"
#include "shim/command/text.h"

// The location of the directives of the environment in error messages of config.
#define DIRECTIVES_PLACE "WITHDNS"

// The limit of the kernel for one variable, in bytes: MAX_ARG_STRLEN for the smallest pages.
#define ENVIRONMENT_MAX (128 * 1024)

// Bytes of the configuration files in WITHDNS_CONF_COPY.
#define CONFIG_COPY_MAX (96 * 1024)

static bool is_set(const char *value)
{
	return value != NULL && *value != '\0';
}

// A record is passed on as it was written, but between directives a ';' outside quotes is a separator: a comment is
// dropped, anything else is an error.
static bool cut_comment(const struct option_setting *setting, char *directive, struct problem *problem)
{
	size_t length = directive_length(directive, strlen(directive), true);
	if (directive[length] == '\0')
		return true;
	if (length == 0 || (directive[length - 1] != ' ' && directive[length - 1] != '\t'))
		return problem_set(problem, "%s: expected a ; within double quotes", setting->option);
	while (length > 0 && (directive[length - 1] == ' ' || directive[length - 1] == '\t'))
		length--;
	directive[length] = '\0';
	return true;
}

static bool add_directives(const struct command_line *line, FILE *out, struct problem *problem)
{
	for (size_t i = 0; i < line->setting_count; i++) {
		char *directive = directive_absolute(line->settings[i].directive, NULL);
		if (directive == NULL)
			return problem_set(problem, "%s: %m", line->settings[i].option);
		const bool is_one = cut_comment(&line->settings[i], directive, problem);
		fprintf(out, "%s%s", i > 0 ? "\n" : "", directive);
		free(directive);
		if (!is_one)
			return false;
	}
	return true;
}

// Relative paths in inherited directives refer to our working directory, as ours do.
static bool add_inherited(const struct command_line *line, FILE *out, struct problem *problem)
{
	const char *inherited = line->inherited->directives;
	if (!is_set(inherited))
		return true;
	char *directives = directives_absolute(inherited, NULL);
	if (directives == NULL)
		return problem_out_of_memory(problem);
	fprintf(out, "%s%s", line->setting_count > 0 ? "\n--\n" : "", directives);
	free(directives);
	return true;
}

// Browsers that ask for this name leave DNS over HTTPS, which cannot be redirected, if it does not exist. As the last
// section, so that any other setting for the name takes precedence.
bool settings_supervise(struct settings *settings)
{
	const char *present = settings->directives;
	char *text =
		text_format("%s%snameserver none for use-application-dns.net", present, *present == '\0' ? "" : "\n--\n");
	if (text == NULL)
		return false;
	free(settings->directives);
	settings->directives = text;
	return true;
}

// The line "--" ends a section: our settings take precedence over the inherited ones.
static bool compose_directives(const struct command_line *line, char **directives, struct problem *problem)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	if (out == NULL)
		return problem_out_of_memory(problem);
	bool done = add_directives(line, out, problem) && add_inherited(line, out, problem);
	if (fclose(out) != 0 || text == NULL)
		done = problem_out_of_memory(problem);
	*directives = text;
	return done;
}

// The kernel would only report E2BIG.
static bool fits_environment(const char *directives, struct problem *problem)
{
	if (strlen(directives) + sizeof("WITHDNS=") <= ENVIRONMENT_MAX)
		return true;
	return problem_set(problem,
		"expected options of at most 128 KiB, got %zu KiB: write them into a file "
		"(-c FILE, -z FILE, -H FILE)",
		strlen(directives) / 1024);
}

// The option of a line of the composed directives; NULL for an inherited line.
static const char *option_at(const struct command_line *line, unsigned number)
{
	return number <= line->setting_count ? line->settings[number - 1].option : NULL;
}

// The number of an inherited line among the inherited ones.
static unsigned inherited_number(const struct command_line *line, unsigned number)
{
	return line->setting_count > 0 ? number - (unsigned)line->setting_count - 1 : number;
}

// Reports the error with the option or the line that the user wrote.
static bool set_located(const struct command_line *line, const char *error, struct problem *problem)
{
	unsigned number;
	int text = 0;
	if (sscanf(error, DIRECTIVES_PLACE ":%u: %n", &number, &text) < 1 || text == 0 || number == 0)
		return problem_set(problem, "%s", error);
	const char *option = option_at(line, number);
	if (option != NULL)
		return problem_set(problem, "%s: %s", option, error + text);
	return problem_set(problem, DIRECTIVES_PLACE ":%u: %s", inherited_number(line, number), error + text);
}

static bool note_recording(const struct config *config, struct settings *settings, struct problem *problem)
{
	const bool begins_anew = config->recording_mode == RECORDING_ALL;
	if (config->recording_path == NULL)
		return true;
	settings->recording_mode = config_recording_mode(begins_anew ? RECORDING_ADD : config->recording_mode);
	if (begins_anew)
		settings->emptied_recording = strdup(config->recording_path);
	return !begins_anew || settings->emptied_recording != NULL || problem_out_of_memory(problem);
}

// Reduces *left, the room in bytes, by what is written. The text is left out if it does not fit.
static void write_copy(const struct command_line *line, const struct config_file *file, size_t *left, FILE *out)
{
	const size_t head = strlen(file->path) + sizeof "include 98304 18446744073709551615 \n";
	char *bytes = NULL;
	if (strchr(file->path, '\n') != NULL || head > *left)
		return;
	*left -= head;
	struct directive_copy copy = {.is_included = file->is_included, .version = file->version};
	if (file->is_copy)
		directive_file_copy(line->inherited->config_copy, file->path, &copy);
	else if (file_read(file->path, *left, &bytes, &copy.size) == 0)
		copy.text = bytes;
	if (copy.size > *left)
		copy.text = NULL;
	*left -= copy.text != NULL ? copy.size : 0;
	fputs(copy.is_included ? "include " : "file ", out);
	if (copy.text != NULL)
		fprintf(out, "%zu", copy.size);
	else
		fputc('-', out);
	fprintf(out, " %llu %s\n", (unsigned long long)copy.version, file->path);
	fwrite(copy.text, 1, copy.text != NULL ? copy.size : 0, out);
	free(bytes);
}

// PROGRAM may be unable to read the files at its first lookup: after chroot(2), as another user, without HOME. So their
// contents are passed on too, as far as they fit.
static bool copy_config(
	const struct command_line *line, const struct config *config, struct settings *settings, struct problem *problem)
{
	size_t size, left = CONFIG_COPY_MAX;
	if (config->file_count == 0)
		return true;
	FILE *out = open_memstream(&settings->config_copy, &size);
	if (out == NULL)
		return problem_out_of_memory(problem);
	for (size_t i = 0; i < config->file_count; i++)
		write_copy(line, &config->files[i], &left, out);
	return (fclose(out) == 0 && settings->config_copy != NULL) || problem_out_of_memory(problem);
}

// The faults of inherited settings and of files are counted by the outer run. Those of a file may be changed into such
// that are counted.
static bool is_counted_here(const struct command_line *line, const struct config *config)
{
	for (size_t i = 0; i < config->fault_count; i++) {
		const struct fault *fault = &config->faults[i];
		const bool is_own = line->setting_count > 0 && fault->rank == 1;
		const bool needs_run = fault->version != 0 || fault_needs_run(fault, config->has_seed);
		if (needs_run && (is_own || fault->counter == 0))
			return true;
	}
	return false;
}

// Processes of the run ask the forwarder of this one.
static bool add_forwarder(const struct config *config, struct settings *out)
{
	struct run_address forwarder = config->forwarder;
	if (!config->is_forwarded_here || forwarder.path == NULL)
		return true;
	forwarder.begun = 0;
	char *address = run_socket_write(&forwarder);
	char *directives = address != NULL ? text_format("forwarder %s\n%s", address, out->directives) : NULL;
	free(address);
	if (directives == NULL)
		return false;
	free(out->directives);
	out->directives = directives;
	return true;
}

static bool compose(const struct command_line *line, struct settings *out, struct problem *problem)
{
	// PROGRAM would not have these privileges, and would read other settings than those checked here.
	if (line->inherited->secure)
		return problem_set(problem, "expected withdns to run without raised privileges");
	const char *config_file = line->config_file != NULL ? line->config_file : line->inherited->config_file;
	if (is_set(config_file))
		out->config_file = file_path_of_word(config_file, NULL, getenv("HOME"));
	if (is_set(config_file) && out->config_file == NULL)
		return problem_set(problem, "%s: %m", config_file);
	return compose_directives(line, &out->directives, problem) &&
		(!line->is_supervised || settings_supervise(out) || problem_out_of_memory(problem)) &&
		fits_environment(out->directives, problem);
}

// The environment of PROGRAM, to read its configuration in this process. Borrows from both arguments.
static struct environment environment_of(const struct command_line *line, const struct settings *settings)
{
	struct environment environment = *line->inherited;
	environment.directives = settings->directives;
	if (settings->config_file != NULL)
		environment.config_file = settings->config_file;
	if (settings->config_copy != NULL)
		environment.config_copy = settings->config_copy;
	return environment;
}

struct resolver *settings_open(
	const struct command_line *line, const struct resolver *older, struct settings *out, struct problem *problem)
{
	struct config_error error = {.text = ""};
	if (!compose(line, out, problem))
		return NULL;
	const struct environment environment = environment_of(line, out);
	struct resolver *resolver = resolver_open(&environment, older, &error);
	if (resolver == NULL) {
		set_located(line, error.text, problem);
		return NULL;
	}
	const struct config *config = resolver_config(resolver);
	out->is_counted = is_counted_here(line, config);
	out->has_resolvconf = config->search_chosen || config->options_chosen;
	if (settings_files_check(config, problem) && note_recording(config, out, problem) &&
		copy_config(line, config, out, problem) && (add_forwarder(config, out) || problem_out_of_memory(problem)))
		return resolver;
	resolver_close(resolver);
	return NULL;
}

bool settings_begin_recording(const struct settings *settings, struct problem *problem)
{
	const char *path = settings->emptied_recording;
	return path == NULL || unlink(path) == 0 || errno == ENOENT ||
		problem_set(problem, "recording %s: expected a file that can be removed: %m", path);
}

static void clear_texts(struct settings *settings)
{
	free(settings->directives);
	free(settings->config_file);
	free(settings->config_copy);
	settings->directives = settings->config_file = settings->config_copy = NULL;
}

bool settings_make(const struct command_line *line, struct settings *out, struct problem *problem)
{
	clear_texts(out);
	struct resolver *resolver = settings_open(line, NULL, out, problem);
	resolver_close(resolver);
	return resolver != NULL;
}

char *settings_write_origin(const struct command_line *line, const struct origin *origin, char *text)
{
	const char *label = origin != NULL ? origin->label : ORIGIN_DEFAULT;
	const unsigned number = origin != NULL ? origin->line : 0;
	const bool is_composed = number > 0 && strcmp(label, DIRECTIVES_PLACE) == 0;
	const char *option = is_composed ? option_at(line, number) : NULL;
	struct strbuf out = {.bytes = text, .size = SETTINGS_ORIGIN_SIZE};
	strbuf_add_escaped(&out, option != NULL ? option : label, ESCAPE_TEXT, SETTINGS_ORIGIN_SIZE - 16);
	if (option == NULL && number > 0) {
		strbuf_add(&out, ":");
		strbuf_add_number(&out, is_composed ? inherited_number(line, number) : number);
	}
	return strbuf_end(&out);
}

void settings_clear(struct settings *settings)
{
	clear_texts(settings);
	free(settings->emptied_recording);
	*settings = (struct settings){.directives = NULL};
}
