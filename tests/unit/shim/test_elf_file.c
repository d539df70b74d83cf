// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shim/command/program/elf_file.h"
#include "tests/unit/files.h"
#include "tests/unit/unit.h"

// A file with that text at that offset and nothing before it.
static int file_with(const char *text, off_t offset)
{
	int descriptor = files_open_memory("", 0);

	assert_int_equal(pwrite(descriptor, text, strlen(text), offset), strlen(text));
	return descriptor;
}

static void a_text_is_found_wherever_it_stands(void **state)
{
	(void)state;
	// At the boundaries of the pieces that are read.
	char path[32];
	static const off_t places[] = {0, 1, 4096, 262144 - 9, 262144 - 1, 262144, 524288 - 8, 524288, 600000};

	for (size_t i = 0; i < LENGTH(places); i++) {
		int descriptor = file_with("some text", places[i]);

		snprintf(path, sizeof(path), "/proc/self/fd/%d", descriptor);
		assert_true(elf_file_has_text(path, "some text"));
		assert_false(elf_file_has_text(path, "some texts"));
		close(descriptor);
	}
}

static void what_is_loaded_is_in_the_file(void **state)
{
	(void)state;
	struct elf_file file = {.descriptor = file_with("12345", 0)};
	char *bytes = elf_file_load(&file, 1, 4);

	assert_string_equal(bytes, "2345");
	free(bytes);
	assert_null(elf_file_load(&file, 1, 5));
	assert_null(elf_file_load(&file, 6, 0));
	assert_null(elf_file_load(&file, UINT64_MAX, 2));
	assert_null(elf_file_load(&file, 0, UINT64_MAX));
	close(file.descriptor);
}

static void what_is_too_much_to_be_true_is_not_loaded(void **state)
{
	(void)state;
	struct elf_file file = {.descriptor = file_with("12345", 0)};

	assert_int_equal(ftruncate(file.descriptor, (off_t)1 << 40), 0);
	assert_null(elf_file_load(&file, 0, UINT64_C(1) << 40));
	close(file.descriptor);
}

static void strings_end_within_what_is_theirs(void **state)
{
	(void)state;
	int descriptor = files_open_memory("abc\0defghijk", 12);
	struct elf_file file = {.descriptor = descriptor};
	const struct elf_strings strings = {.offset = 0, .size = 12}, cut = {.offset = 0, .size = 3};
	char text[8];

	assert_true(elf_file_read_string(&file, &strings, 0, text, sizeof(text)));
	assert_string_equal(text, "abc");
	assert_false(elf_file_read_string(&file, &cut, 0, text, sizeof(text)));
	assert_false(elf_file_read_string(&file, &strings, 4, text, sizeof(text)));
	assert_false(elf_file_read_string(&file, &strings, 12, text, sizeof(text)));
	assert_false(elf_file_read_string(&file, &strings, UINT64_MAX, text, sizeof(text)));
	assert_false(
		elf_file_read_string(&file, &(struct elf_strings){.offset = UINT64_MAX, .size = 12}, 1, text, sizeof(text)));
	close(descriptor);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_is_found_wherever_it_stands),
		cmocka_unit_test(what_is_loaded_is_in_the_file),
		cmocka_unit_test(what_is_too_much_to_be_true_is_not_loaded),
		cmocka_unit_test(strings_end_within_what_is_theirs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
