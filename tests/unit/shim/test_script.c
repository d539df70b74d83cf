// SPDX-License-Identifier: MIT
#include <string.h>
#include <unistd.h>

#include "shim/command/program/script.h"
#include "tests/unit/files.h"
#include "tests/unit/unit.h"

static bool read_text(const char *text, size_t length, struct script *out)
{
	int descriptor = files_open_memory(text, length);
	bool is_script = script_read(descriptor, out);
	close(descriptor);
	return is_script;
}

static void a_first_line_is_read_as_the_kernel_does(void **state)
{
	(void)state;
	static const struct {
		const char *text, *interpreter, *argument;
	} cases[] = {
		{"#!/bin/sh\necho", "/bin/sh", ""},
		{"#!/bin/sh", "/bin/sh", ""},
		{"#! \t/bin/sh \t\n", "/bin/sh", ""},
		{"#!/bin/sh -e\n", "/bin/sh", "-e"},
		{"#!/bin/sh\t-e -x  y \n", "/bin/sh", "-e -x  y"},
		{"#!sh\n", "sh", ""},
		{"#!/bin/sh\r\n", "/bin/sh\r", ""},
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct script script;
		assert_true(read_text(cases[i].text, strlen(cases[i].text), &script));
		assert_string_equal(script.interpreter, cases[i].interpreter);
		assert_string_equal(script.argument, cases[i].argument);
	}
}

static void what_has_no_first_line_is_no_script(void **state)
{
	(void)state;
	static const char *const texts[] = {"", "#", "#!", "#!\n/bin/sh", "#! \t \n", "echo #!/bin/sh\n", " #!/bin/sh\n"};
	struct script script;

	for (size_t i = 0; i < LENGTH(texts); i++)
		assert_false(read_text(texts[i], strlen(texts[i]), &script));
}

// The kernel reads 256 bytes: it rejects a truncated name, and passes on a truncated argument.
static void a_line_longer_than_the_kernel_reads_is_cut(void **state)
{
	(void)state;
	char text[400];
	struct script script;

	memset(text, 'x', sizeof(text));
	memcpy(text, "#!/", 3);
	assert_false(read_text(text, sizeof(text), &script));
	assert_false(read_text(text, SCRIPT_LINE_SIZE, &script));
	assert_true(read_text(text, SCRIPT_LINE_SIZE - 1, &script));
	assert_int_equal(strlen(script.interpreter), SCRIPT_LINE_SIZE - 3);
	text[SCRIPT_LINE_SIZE - 1] = '\n';
	assert_true(read_text(text, sizeof(text), &script));
	assert_int_equal(strlen(script.interpreter), SCRIPT_LINE_SIZE - 3);
	text[SCRIPT_LINE_SIZE - 1] = 'x';
	text[10] = ' ';
	assert_true(read_text(text, sizeof(text), &script));
	assert_int_equal(strlen(script.interpreter), 8);
	assert_int_equal(strlen(script.argument), SCRIPT_LINE_SIZE - 1 - 11);
}

static void env_names_its_program(void **state)
{
	(void)state;
	static const struct {
		const char *argument, *program, *path;
	} cases[] = {
		{"python3", "python3", NULL},
		{"a name with blanks", "a name with blanks", NULL},
		{"-S python3", "python3", NULL},
		{"-Spython3 -u", "python3", NULL},
		{"-S  A=1 B='2 3' \"C=4\" python3", "python3", NULL},
		{"-S PATH=/opt/bin:/bin python3", "python3", "/opt/bin:/bin"},
		{"-S -u A --unset B -C / --chdir=/ -i python3", "python3", NULL},
		{"-S -- python3", "python3", NULL},
		{"-S -- -python3", "-python3", NULL},
		{"-S 'two words'", "two words", NULL},
		{"-S pyth'on'\"3\"", "python3", NULL},
		{"-ivS python3", "python3", NULL},
		{"--split-string=python3 -u", "python3", NULL},
		{"-S '$python'", "$python", NULL},
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct env_command command;
		assert_true(script_read_env(cases[i].argument, &command));
		assert_string_equal(command.program, cases[i].program);
		assert_int_equal(command.sets_path, cases[i].path != NULL);
		if (cases[i].path != NULL)
			assert_string_equal(command.path, cases[i].path);
	}
}

static void what_env_runs_is_not_guessed(void **state)
{
	(void)state;
	static const char *const arguments[] = {
		"",
		"-i",
		"-",
		"A=1",
		"-x",
		"-S",
		"-S ",
		"-S # python3",
		"-S A=1",
		"-S -u",
		"-S --",
		"-S ${PYTHON}",
		"-S \"$PYTHON\"",
		"-S py\\thon",
		"-S 'python",
		"-uA",
		"--split-strin=python3",
	};
	struct env_command command;

	for (size_t i = 0; i < LENGTH(arguments); i++)
		assert_false(script_read_env(arguments[i], &command));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_first_line_is_read_as_the_kernel_does),
		cmocka_unit_test(what_has_no_first_line_is_no_script),
		cmocka_unit_test(a_line_longer_than_the_kernel_reads_is_cut),
		cmocka_unit_test(env_names_its_program),
		cmocka_unit_test(what_env_runs_is_not_guessed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
