// SPDX-License-Identifier: MIT
// A small dynamically linked object, put together in memory. Included by tests only.
#pragma once

#include <elf.h>
#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Of the class of this machine, unless the test says Elf32_##type.
#ifndef IMAGE_TYPE
#define IMAGE_TYPE(type) ElfW(type)
#endif

#define IMAGE_AT 0x10000  // where it is loaded

struct image {
	IMAGE_TYPE(Ehdr) header;
	IMAGE_TYPE(Phdr) segments[2];
	IMAGE_TYPE(Dyn) dynamic[16];
	IMAGE_TYPE(Sym) symbols[8];
	char strings[512];
	IMAGE_TYPE(Shdr) sections[3];
	// How far it is filled.
	unsigned entries, names;
	size_t strings_used;
};

enum { IMAGE_LOAD, IMAGE_DYNAMIC };
enum { IMAGE_NULL, IMAGE_SYMBOLS, IMAGE_STRINGS };

#define IMAGE_PLACE(field) (IMAGE_AT + offsetof(struct image, field))

static inline size_t image_add_string(struct image *image, const char *text)
{
	size_t at = image->strings_used;

	strcpy(image->strings + at, text);
	image->strings_used += strlen(text) + 1;
	return at;
}

static inline void image_add_number(struct image *image, IMAGE_TYPE(Sxword) tag, IMAGE_TYPE(Addr) value)
{
	image->dynamic[image->entries++] = (IMAGE_TYPE(Dyn)){.d_tag = tag, .d_un = {.d_val = value}};
}

// DT_NEEDED, DT_SONAME, DT_RPATH, DT_RUNPATH.
static inline void image_add_entry(struct image *image, IMAGE_TYPE(Sxword) tag, const char *text)
{
	image_add_number(image, tag, image_add_string(image, text));
}

static inline void image_add_symbol(struct image *image, const char *name, uint16_t section)
{
	IMAGE_TYPE(Word) at = (IMAGE_TYPE(Word))image_add_string(image, name);

	image->symbols[image->names++] = (IMAGE_TYPE(Sym)){.st_name = at, .st_shndx = section};
	image->sections[IMAGE_SYMBOLS].sh_size = image->names * sizeof(IMAGE_TYPE(Sym));
}

static inline struct image image_of_object(uint16_t machine)
{
	struct image image = {
		.header =
			{
				.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, sizeof(IMAGE_TYPE(Addr)) == 8 ? ELFCLASS64 : ELFCLASS32,
					__BYTE_ORDER == __LITTLE_ENDIAN ? ELFDATA2LSB : ELFDATA2MSB, EV_CURRENT},
				.e_type = ET_DYN,
				.e_machine = machine,
				.e_phoff = offsetof(struct image, segments),
				.e_phentsize = sizeof(IMAGE_TYPE(Phdr)),
				.e_phnum = 2,
				.e_shoff = offsetof(struct image, sections),
				.e_shentsize = sizeof(IMAGE_TYPE(Shdr)),
				.e_shnum = 3,
			},
		.segments =
			{
				[IMAGE_LOAD] = {.p_type = PT_LOAD, .p_vaddr = IMAGE_AT, .p_filesz = sizeof(image)},
				[IMAGE_DYNAMIC] = {.p_type = PT_DYNAMIC,
					.p_offset = offsetof(struct image, dynamic),
					.p_vaddr = IMAGE_PLACE(dynamic),
					.p_filesz = sizeof(image.dynamic)},
			},
		.sections =
			{
				[IMAGE_SYMBOLS] = {.sh_type = SHT_DYNSYM,
					.sh_addr = IMAGE_PLACE(symbols),
					.sh_offset = offsetof(struct image, symbols),
					.sh_link = IMAGE_STRINGS},
				[IMAGE_STRINGS] = {.sh_type = SHT_STRTAB,
					.sh_offset = offsetof(struct image, strings),
					.sh_size = sizeof(image.strings)},
			},
		.names = 1,
		.strings_used = 1,
	};
	image_add_number(&image, DT_STRTAB, IMAGE_PLACE(strings));
	image_add_number(&image, DT_STRSZ, sizeof(image.strings));
	image_add_number(&image, DT_SYMTAB, IMAGE_PLACE(symbols));
	image.sections[IMAGE_SYMBOLS].sh_size = sizeof(IMAGE_TYPE(Sym));
	return image;
}
