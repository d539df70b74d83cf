// SPDX-License-Identifier: MIT
#include <unistd.h>

#include "shim/command/program/object.h"
#include "tests/unit/files.h"
#include "tests/unit/object_image.h"
#include "tests/unit/spoil.h"
#include "tests/unit/unit.h"

static bool read_bytes(const void *bytes, size_t size, struct object *out)
{
	int descriptor = files_open_memory(bytes, size);
	const struct elf program = {
		.class = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32,
		.machine = EM_X86_64,
	};
	bool is_read = object_read(descriptor, &program, out);

	close(descriptor);
	return is_read;
}

static struct object object_of(const struct image *image)
{
	struct object object;

	assert_true(read_bytes(image, sizeof(*image), &object));
	return object;
}

// An object with all features.
static struct image image_of_library(void)
{
	struct image image = image_of_object(EM_X86_64);

	image_add_entry(&image, DT_SONAME, "libone.so.1");
	image_add_entry(&image, DT_NEEDED, "libtwo.so.2");
	image_add_entry(&image, DT_NEEDED, "libc.so.6");
	image_add_entry(&image, DT_RPATH, "/a:/b");
	image_add_entry(&image, DT_RUNPATH, "$ORIGIN");
	image_add_number(&image, DT_FLAGS_1, DF_1_NOW | DF_1_NODEFLIB);
	image_add_symbol(&image, "getaddrinfo", SHN_UNDEF);
	image_add_symbol(&image, "ares_query", 5);
	image_add_symbol(&image, "dlopen", SHN_UNDEF);
	image_add_symbol(&image, "printf", SHN_UNDEF);
	return image;
}

static void the_dynamic_section_of_an_object_is_read(void **state)
{
	(void)state;
	struct image image = image_of_library();
	struct object object = object_of(&image);

	assert_string_equal(object.name, "libone.so.1");
	assert_int_equal(object.needed_count, 2);
	assert_string_equal(object.needed[0], "libtwo.so.2");
	assert_string_equal(object.needed[1], "libc.so.6");
	assert_string_equal(object.rpath, "/a:/b");
	assert_string_equal(object.runpath, "$ORIGIN");
	assert_true(object.has_no_default_path);
	object_clear(&object);
}

static void names_are_wanted_or_had(void **state)
{
	(void)state;
	struct image image = image_of_library();
	struct object object = object_of(&image);

	for (size_t i = 0; i < call_count; i++) {
		assert_int_equal(object.imports[i], strcmp(calls[i].name, "getaddrinfo") == 0);
		assert_int_equal(object.defines[i], strcmp(calls[i].name, "ares_query") == 0);
	}
	assert_true(object.can[OBJECT_LOADS]);
	assert_false(object.can[OBJECT_STARTS]);
	object_clear(&object);
}

static void functions_that_start_programs_are_recognised(void **state)
{
	(void)state;
	struct image image = image_of_object(EM_X86_64);
	image_add_symbol(&image, "posix_spawnp", SHN_UNDEF);
	struct object object = object_of(&image);

	assert_false(object.can[OBJECT_LOADS]);
	assert_true(object.can[OBJECT_STARTS]);
	object_clear(&object);
}

static void without_sections_the_hash_table_counts_the_names(void **state)
{
	(void)state;
	struct {
		struct image image;
		uint32_t hash[2];
	} file = {.image = image_of_library(), .hash = {1, 2}};
	struct object object;

	file.image.header.e_shnum = 0;
	file.image.segments[IMAGE_LOAD].p_filesz = sizeof(file);
	image_add_number(&file.image, DT_HASH, IMAGE_AT + offsetof(__typeof__(file), hash));
	assert_true(read_bytes(&file, sizeof(file), &object));
	assert_true(object.imports[call_find("getaddrinfo")]);
	assert_false(object.defines[call_find("ares_query")]);
	object_clear(&object);
}

static void without_either_the_names_end_where_the_strings_begin(void **state)
{
	(void)state;
	struct image image = image_of_library();

	image.header.e_shnum = 0;
	struct object object = object_of(&image);
	assert_true(object.imports[call_find("getaddrinfo")]);
	assert_true(object.defines[call_find("ares_query")]);
	object_clear(&object);
}

static void other_resolvers_are_seen_by_symbols_that_were_not_stripped(void **state)
{
	(void)state;
	struct image image = image_of_object(EM_X86_64);
	image_add_symbol(&image, "ldns_resolver_query", 5);
	image_add_symbol(&image, "getaddrinfo", 5);
	image.sections[IMAGE_SYMBOLS].sh_type = SHT_SYMTAB;
	struct object object = {.name = NULL};
	int descriptor = files_open_memory(&image, sizeof(image));

	object_read_own_names(descriptor, &object);
	close(descriptor);
	assert_true(object.defines[call_find("ldns_resolver_query")]);
	assert_false(object.defines[call_find("getaddrinfo")]);
	object_clear(&object);
}

static void what_is_for_another_machine_is_no_object(void **state)
{
	(void)state;
	struct image images[3];
	struct object object;

	for (unsigned i = 0; i < 3; i++)
		images[i] = image_of_library();
	images[0].header.e_machine = EM_AARCH64;
	images[1].header.e_ident[EI_CLASS] ^= ELFCLASS32 ^ ELFCLASS64;
	images[2].header.e_ident[0] = 'e';
	for (unsigned i = 0; i < 3; i++)
		assert_false(read_bytes(&images[i], sizeof(images[i]), &object));
}

static void names_outside_the_strings_are_absent(void **state)
{
	(void)state;
	struct image images[5];

	for (unsigned i = 0; i < 5; i++)
		images[i] = image_of_library();
	images[0].dynamic[0].d_un.d_ptr = 1;                         // DT_STRTAB outside the loaded segments
	images[1].dynamic[1].d_un.d_val = sizeof(struct image) * 2;  // DT_STRSZ beyond the file
	images[2].dynamic[1].d_un.d_val = 1;
	images[3].dynamic[1].d_un.d_val = (ElfW(Addr)) - 1;
	images[4].segments[IMAGE_DYNAMIC].p_offset = (ElfW(Off)) - 16;
	for (unsigned i = 0; i < 5; i++) {
		struct object object = object_of(&images[i]);

		assert_null(object.name);
		assert_int_equal(object.needed_count, 0);
		assert_false(object.imports[call_find("getaddrinfo")]);
		object_clear(&object);
	}
}

static void names_are_read_up_to_the_end_of_the_file(void **state)
{
	(void)state;
	struct image image = image_of_library();

	memset(&image.sections[IMAGE_SYMBOLS].sh_size, 0xff, sizeof(image.sections[IMAGE_SYMBOLS].sh_size));
	struct object object = object_of(&image);
	assert_false(object.imports[call_find("getaddrinfo")]);
	assert_string_equal(object.name, "libone.so.1");
	object_clear(&object);
}

static void a_file_cut_anywhere_is_read_without_harm(void **state)
{
	(void)state;
	const struct image image = image_of_library();

	for (size_t size = 0; size < sizeof(image); size++) {
		struct object object;

		if (read_bytes(&image, size, &object))
			object_clear(&object);
	}
}

static void a_file_with_any_bytes_wrong_is_read_without_harm(void **state)
{
	(void)state;
	uint64_t seed = 1;

	for (unsigned round = 0; round < 5000; round++) {
		struct image image = image_of_library();
		struct object object;

		spoil(&image, SELFMAG, offsetof(struct image, entries), &seed);
		if (read_bytes(&image, sizeof(image), &object))
			object_clear(&object);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_dynamic_section_of_an_object_is_read),
		cmocka_unit_test(names_are_wanted_or_had),
		cmocka_unit_test(functions_that_start_programs_are_recognised),
		cmocka_unit_test(without_sections_the_hash_table_counts_the_names),
		cmocka_unit_test(without_either_the_names_end_where_the_strings_begin),
		cmocka_unit_test(other_resolvers_are_seen_by_symbols_that_were_not_stripped),
		cmocka_unit_test(what_is_for_another_machine_is_no_object),
		cmocka_unit_test(names_outside_the_strings_are_absent),
		cmocka_unit_test(names_are_read_up_to_the_end_of_the_file),
		cmocka_unit_test(a_file_cut_anywhere_is_read_without_harm),
		cmocka_unit_test(a_file_with_any_bytes_wrong_is_read_without_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
