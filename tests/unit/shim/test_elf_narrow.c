// SPDX-License-Identifier: MIT
#define IMAGE_TYPE(type) Elf32_##type

#include <unistd.h>

#include "shim/command/program/object.h"
#include "tests/unit/files.h"
#include "tests/unit/object_image.h"
#include "tests/unit/spoil.h"
#include "tests/unit/unit.h"

// A library of 32 bits.
static struct image image_of_library(void)
{
	struct image image = image_of_object(EM_386);

	image_add_entry(&image, DT_SONAME, "libone.so.1");
	image_add_entry(&image, DT_NEEDED, "libtwo.so.2");
	image_add_entry(&image, DT_NEEDED, "libc.so.6");
	image_add_symbol(&image, "getaddrinfo", SHN_UNDEF);
	image_add_symbol(&image, "ares_query", 5);
	return image;
}

static bool read_image(const struct image *image, struct elf *elf, struct object *object)
{
	int descriptor = files_open_memory(image, sizeof(*image));
	bool is_read = elf_read(descriptor, elf) == ELF_READ && object_read(descriptor, elf, object);

	close(descriptor);
	return is_read;
}

static void a_file_of_32_bits_is_read_on_every_machine(void **state)
{
	(void)state;
	struct image image = image_of_library();
	char word[ELF_LIB_WORD_SIZE];
	struct elf elf;
	struct object object;

	assert_true(read_image(&image, &elf, &object));
	assert_string_equal(elf_architecture(&elf), "i386");
	elf_lib_word(&elf, 0, word);
	assert_string_equal(word, "lib/i386-linux-gnu");
	assert_true(elf.has_needed);
	assert_string_equal(elf.libc, "libc.so.6");
	assert_string_equal(object.name, "libone.so.1");
	assert_int_equal(object.needed_count, 2);
	assert_string_equal(object.needed[1], "libc.so.6");
	object_clear(&object);
}

static void its_symbols_are_counted_by_any_means(void **state)
{
	(void)state;
	struct image images[2] = {image_of_library(), image_of_library()};

	images[1].header.e_shnum = 0;
	for (size_t i = 0; i < LENGTH(images); i++) {
		struct elf elf;
		struct object object;

		assert_true(read_image(&images[i], &elf, &object));
		assert_true(object.imports[call_find("getaddrinfo")]);
		assert_true(object.defines[call_find("ares_query")]);
		object_clear(&object);
	}
}

static void go_is_recognised_by_its_section(void **state)
{
	(void)state;
	struct image image = image_of_library();
	struct elf elf;
	struct object object;

	image.header.e_shstrndx = IMAGE_STRINGS;
	image.sections[IMAGE_SYMBOLS].sh_name = (Elf32_Word)image_add_string(&image, ".go.buildinfo");
	assert_true(read_image(&image, &elf, &object));
	assert_true(elf.is_go);
	object_clear(&object);
}

static void it_is_no_library_of_a_program_of_64_bits(void **state)
{
	(void)state;
	struct image image = image_of_library();
	const struct elf program = {.class = ELFCLASS64, .machine = EM_X86_64};
	struct object object;

	image.header.e_machine = EM_X86_64;
	int descriptor = files_open_memory(&image, sizeof(image));
	assert_false(object_read(descriptor, &program, &object));
	close(descriptor);
}

static void a_file_with_any_bytes_wrong_is_read_without_harm(void **state)
{
	(void)state;
	uint64_t seed = 1;

	for (unsigned round = 0; round < 5000; round++) {
		struct image image = image_of_library();
		struct elf elf;
		struct object object;

		spoil(&image, SELFMAG, offsetof(struct image, entries), &seed);
		if (read_image(&image, &elf, &object))
			object_clear(&object);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_of_32_bits_is_read_on_every_machine),
		cmocka_unit_test(its_symbols_are_counted_by_any_means),
		cmocka_unit_test(go_is_recognised_by_its_section),
		cmocka_unit_test(it_is_no_library_of_a_program_of_64_bits),
		cmocka_unit_test(a_file_with_any_bytes_wrong_is_read_without_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
