// SPDX-License-Identifier: MIT
#include <elf.h>
#include <link.h>
#include <string.h>
#include <unistd.h>

#include "shim/command/program/elf.h"
#include "tests/unit/files.h"
#include "tests/unit/spoil.h"
#include "tests/unit/unit.h"

// A small program of this machine: its headers and the data that they describe.
struct image {
	ElfW(Ehdr) header;
	ElfW(Phdr) segments[4];
	char interpreter[32];
	ElfW(Dyn) dynamic[6];
	char strings[128];
	struct {
		ElfW(Nhdr) header;
		char name[4], build[4];
	} note;
	ElfW(Shdr) sections[2];
	char section_names[32];
};

enum { LOAD, INTERP, DYNAMIC, NOTE };

#define LOADED_AT 0x10000

// The smallest number of program headers that need more than 64 KiB.
#define PROGRAM_HEADERS (65536 / sizeof(ElfW(Phdr)) + 1)

static ElfW(Phdr) segment(uint32_t type, size_t offset, size_t size)
{
	return (ElfW(Phdr)){
		.p_type = type,
		.p_offset = offset,
		.p_vaddr = LOADED_AT + offset,
		.p_filesz = size,
		.p_align = 4,
	};
}

static struct image image_of_program(void)
{
	struct image image = {
		.header =
			{
				.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32,
					__BYTE_ORDER == __LITTLE_ENDIAN ? ELFDATA2LSB : ELFDATA2MSB, EV_CURRENT},
				.e_type = ET_DYN,
				.e_machine = EM_X86_64,
				.e_phoff = offsetof(struct image, segments),
				.e_phentsize = sizeof(ElfW(Phdr)),
				.e_phnum = 4,
				.e_shoff = offsetof(struct image, sections),
				.e_shentsize = sizeof(ElfW(Shdr)),
				.e_shnum = 2,
				.e_shstrndx = 0,
			},
		.segments =
			{
				[LOAD] = segment(PT_LOAD, 0, sizeof(image)),
				[INTERP] = segment(PT_INTERP, offsetof(struct image, interpreter), sizeof("/lib/ld-linux.so.2")),
				[DYNAMIC] = segment(PT_DYNAMIC, offsetof(struct image, dynamic), sizeof(image.dynamic)),
				[NOTE] = segment(PT_NOTE, offsetof(struct image, note), sizeof(image.note)),
			},
		.interpreter = "/lib/ld-linux.so.2",
		.dynamic =
			{
				{.d_tag = DT_NEEDED, .d_un = {.d_val = 1}},
				{.d_tag = DT_NEEDED, .d_un = {.d_val = 11}},
				{.d_tag = DT_STRTAB, .d_un = {.d_ptr = LOADED_AT + offsetof(struct image, strings)}},
				{.d_tag = DT_STRSZ, .d_un = {.d_val = sizeof(image.strings)}},
				{.d_tag = DT_NULL},
			},
		.strings = "\0libfoo.so\0libc.so.6\0ld-linux.so.2",
		.note = {.header = {.n_namesz = 4, .n_descsz = 4, .n_type = 3}, .name = "GNU"},
		.sections =
			{
				{.sh_name = 1,
					.sh_offset = offsetof(struct image, section_names),
					.sh_size = sizeof(image.section_names)},
				{.sh_name = 11},
			},
		.section_names = "\0.shstrtab\0.data",
	};
	return image;
}

static enum elf_result read_bytes(const void *bytes, size_t size, struct elf *out)
{
	int descriptor = files_open_memory(bytes, size);
	enum elf_result result = elf_read(descriptor, out);

	close(descriptor);
	return result;
}

static enum elf_result read_image(const struct image *image, struct elf *out)
{
	return read_bytes(image, sizeof(*image), out);
}

static void a_program_is_read_whole(void **state)
{
	(void)state;
	struct image image = image_of_program();
	struct elf elf;

	assert_int_equal(read_image(&image, &elf), ELF_READ);
	assert_int_equal(elf.machine, EM_X86_64);
	assert_string_equal(elf.interpreter, "/lib/ld-linux.so.2");
	assert_true(elf.has_needed);
	assert_string_equal(elf.libc, "libc.so.6");
	assert_false(elf.is_loader);
	assert_false(elf.is_go);
}

static void what_is_no_elf_file_is_none(void **state)
{
	(void)state;
	static const char *const files[] = {"", "\177", "\177EL", "#!/bin/sh\n", "MZ\220"};
	struct elf elf;

	for (size_t i = 0; i < LENGTH(files); i++)
		assert_int_equal(read_bytes(files[i], strlen(files[i]), &elf), ELF_NONE);
}

static void a_program_without_interpreter_and_libraries_shows_neither(void **state)
{
	(void)state;
	struct image image = image_of_program();
	struct elf elf;

	image.segments[INTERP].p_type = PT_NULL;
	image.dynamic[0].d_tag = image.dynamic[1].d_tag = DT_DEBUG;
	assert_int_equal(read_image(&image, &elf), ELF_READ);
	assert_string_equal(elf.interpreter, "");
	assert_false(elf.has_needed);
	assert_string_equal(elf.libc, "");
}

static void what_musl_lacks_is_needed(void **state)
{
	(void)state;
	static const struct {
		const char *needed;
		bool is_more;
	} rows[] = {{"libc.so.6", false}, {"libdl.so.2", false}, {"libpthread.so.0", false}, {"libm.so.6", false},
		{"libresolv.so.2", true}, {"libcrypto.so.3", true}, {"libcfoo.so.1", true}};
	struct elf elf;

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct image image = image_of_program();
		image.dynamic[0].d_un.d_val = 11;
		strcpy(image.strings + 11, rows[i].needed);
		assert_int_equal(read_image(&image, &elf), ELF_READ);
		assert_int_equal(elf.needs_more_than_musl, rows[i].is_more);
	}
}

static void a_loader_is_recognised_by_its_soname(void **state)
{
	(void)state;
	struct image image = image_of_program();
	struct elf elf;

	image.dynamic[0] = (ElfW(Dyn)){.d_tag = DT_SONAME, .d_un = {.d_val = 21}};
	assert_int_equal(read_image(&image, &elf), ELF_READ);
	assert_true(elf.is_loader);
}

static void go_is_recognised_by_its_note(void **state)
{
	(void)state;
	struct image image = image_of_program();
	struct elf elf;

	image.note.header.n_type = 4;
	memcpy(image.note.name, "Go\0", 4);
	assert_int_equal(read_image(&image, &elf), ELF_READ);
	assert_true(elf.is_go);
}

static void go_is_recognised_by_its_section(void **state)
{
	(void)state;
	struct image image = image_of_program();
	struct elf elf;

	strcpy(image.section_names + 11, ".go.buildinfo");
	assert_int_equal(read_image(&image, &elf), ELF_READ);
	assert_true(elf.is_go);
}

static void another_byte_order_is_read_no_further(void **state)
{
	(void)state;
	struct image image = image_of_program();
	struct elf elf;

	image.header.e_ident[EI_DATA] ^= ELFDATA2LSB ^ ELFDATA2MSB;
	image.header.e_machine = 0x1600;
	assert_int_equal(read_image(&image, &elf), ELF_READ);
	assert_int_equal(elf.machine, EM_S390);
	assert_string_equal(elf.interpreter, "");
	assert_false(elf_is_readable(&elf));
}

static void headers_that_no_kernel_takes_are_damage(void **state)
{
	(void)state;
	struct image images[11];
	struct elf elf;

	for (unsigned i = 0; i < 11; i++)
		images[i] = image_of_program();
	images[0].header.e_type = ET_REL;
	images[1].header.e_phnum = 0;
	images[2].header.e_phnum = UINT16_MAX;
	images[3].header.e_phentsize--;
	images[4].header.e_phoff = (ElfW(Off)) - 8;
	images[5].segments[INTERP].p_filesz = 1;
	images[6].segments[INTERP].p_filesz = PATH_MAX + 1;
	images[7].segments[INTERP].p_filesz--;
	images[8].segments[INTERP].p_offset = sizeof(struct image) - 4;
	images[9].header.e_ident[EI_CLASS] ^= ELFCLASS32 ^ ELFCLASS64;  // its headers have the sizes of the other class
	images[10].header.e_ident[EI_CLASS] = ELFCLASSNONE;
	for (unsigned i = 0; i < 11; i++)
		assert_int_equal(read_image(&images[i], &elf), ELF_DAMAGED);
}

static void more_headers_than_the_kernel_takes_are_damage(void **state)
{
	(void)state;
	static struct {
		struct image image;
		ElfW(Phdr) segments[PROGRAM_HEADERS];
	} file;
	struct elf elf;

	file.image = image_of_program();
	file.image.header.e_phoff = offsetof(__typeof__(file), segments);
	file.image.header.e_phnum = PROGRAM_HEADERS - 1;
	assert_int_equal(read_bytes(&file, sizeof(file), &elf), ELF_READ);
	file.image.header.e_phnum = PROGRAM_HEADERS;
	assert_int_equal(read_bytes(&file, sizeof(file), &elf), ELF_DAMAGED);
}

static void architectures_are_the_same_if_nothing_differs(void **state)
{
	(void)state;
	const struct elf one = {.class = ELFCLASS64, .byte_order = ELFDATA2LSB, .machine = EM_X86_64};
	struct elf class = one, byte_order = one, machine = one;

	class.class = ELFCLASS32;
	byte_order.byte_order = ELFDATA2MSB;
	machine.machine = EM_AARCH64;
	assert_true(elf_same_architecture(&one, &one));
	assert_false(elf_same_architecture(&one, &class));
	assert_false(elf_same_architecture(&one, &byte_order));
	assert_false(elf_same_architecture(&one, &machine));
}

static void data_outside_the_file_are_absent(void **state)
{
	(void)state;
	struct image images[7];
	struct elf elf;

	for (unsigned i = 0; i < 7; i++)
		images[i] = image_of_program();
	images[0].segments[DYNAMIC].p_offset = (ElfW(Off)) - 16;
	images[1].segments[DYNAMIC].p_offset = sizeof(struct image);
	images[2].dynamic[2].d_un.d_ptr = 1;
	images[3].dynamic[3].d_un.d_val = sizeof("\0libfoo.so\0libc.so.6") - 1;
	images[4].dynamic[1].d_un.d_val = (ElfW(Addr)) - 1;
	images[5].dynamic[3].d_un.d_val = 5;
	memset(images[6].strings + 16, 'x', 100);
	for (unsigned i = 0; i < 7; i++) {
		assert_int_equal(read_image(&images[i], &elf), ELF_READ);
		assert_string_equal(elf.libc, "");
		assert_int_equal(elf.has_needed, i >= 2);
	}
}

static void a_file_cut_anywhere_is_read_without_harm(void **state)
{
	(void)state;
	const struct image image = image_of_program();
	struct elf elf;

	for (size_t size = SELFMAG; size < sizeof(image); size++)
		if (read_bytes(&image, size, &elf) == ELF_READ)
			assert_true(size >= offsetof(struct image, interpreter) + sizeof("/lib/ld-linux.so.2"));
}

static void a_file_with_any_bytes_wrong_is_read_without_harm(void **state)
{
	(void)state;
	uint64_t seed = 1;
	struct elf elf;

	for (unsigned round = 0; round < 20000; round++) {
		struct image image = image_of_program();

		spoil(&image, SELFMAG, sizeof(image), &seed);
		if (read_image(&image, &elf) == ELF_READ) {
			assert_true(strnlen(elf.interpreter, sizeof(elf.interpreter)) < sizeof(elf.interpreter));
			assert_true(strnlen(elf.libc, sizeof(elf.libc)) < sizeof(elf.libc));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_program_is_read_whole),
		cmocka_unit_test(what_is_no_elf_file_is_none),
		cmocka_unit_test(a_program_without_interpreter_and_libraries_shows_neither),
		cmocka_unit_test(what_musl_lacks_is_needed),
		cmocka_unit_test(a_loader_is_recognised_by_its_soname),
		cmocka_unit_test(go_is_recognised_by_its_note),
		cmocka_unit_test(go_is_recognised_by_its_section),
		cmocka_unit_test(another_byte_order_is_read_no_further),
		cmocka_unit_test(headers_that_no_kernel_takes_are_damage),
		cmocka_unit_test(more_headers_than_the_kernel_takes_are_damage),
		cmocka_unit_test(architectures_are_the_same_if_nothing_differs),
		cmocka_unit_test(data_outside_the_file_are_absent),
		cmocka_unit_test(a_file_cut_anywhere_is_read_without_harm),
		cmocka_unit_test(a_file_with_any_bytes_wrong_is_read_without_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
