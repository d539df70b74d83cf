// SPDX-License-Identifier: MIT
// The bytes of an ELF file: headers, sections and strings by their place. The file is not trusted: what lies outside
// it counts as absent, and nothing is looked through without a bound.
#pragma once

#include <elf.h>
#include <limits.h>
#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The files that this program can read: those like itself.
#define ELF_FILE_CLASS (sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32)
#define ELF_FILE_BYTE_ORDER (__BYTE_ORDER == __LITTLE_ENDIAN ? ELFDATA2LSB : ELFDATA2MSB)

// Seen through a window: its headers are small and stand together, and a system call for each would add up.
struct elf_file {
	int descriptor;  // borrowed; read by pread(2), so that its position stays
	uint64_t start;  // of the window
	size_t length;   // what of it is in the file
	uint8_t window[PATH_MAX];
	ElfW(Ehdr) header;  // see elf_file_read_header
};

// To be called before those below it. False for another class or byte order than this program's, and for what no
// kernel would run: neither ET_EXEC nor ET_DYN, headers of impossible sizes.
bool elf_file_read_header(struct elf_file *file);

// So many bytes from there, or false.
bool elf_file_read(struct elf_file *file, uint64_t offset, void *to, size_t size);

// A string of at most available bytes with its NUL; false if it does not end in them or does not fit.
bool elf_file_read_string(struct elf_file *file, uint64_t offset, uint64_t available, char *to, size_t size);

// So many bytes from there in memory of their own with a NUL behind them, to be freed; NULL where they are not all
// there, are too many to be true, or there is no memory.
char *elf_file_load(struct elf_file *file, uint64_t offset, uint64_t size);

// Do those bytes stand anywhere in the file, looked through from its beginning?
bool elf_file_has_text(int descriptor, const char *text);

// The index-th program header, entry of PT_DYNAMIC (up to DT_NULL) or section header; false behind the last one.
bool elf_file_segment(struct elf_file *file, unsigned index, ElfW(Phdr) * out);
bool elf_file_dynamic(struct elf_file *file, const ElfW(Phdr) * segment, unsigned index, ElfW(Dyn) * out);
bool elf_file_section(struct elf_file *file, unsigned index, ElfW(Shdr) * out);

// The first one of that type.
bool elf_file_find_segment(struct elf_file *file, uint32_t type, ElfW(Phdr) * out);
bool elf_file_find_section(struct elf_file *file, uint32_t type, ElfW(Shdr) * out);

// Where in the file stands what is loaded to that address.
bool elf_file_offset_of(struct elf_file *file, ElfW(Addr) address, uint64_t *out);

struct elf_strings {
	uint64_t offset, size;
};

// The strings that PT_DYNAMIC speaks of.
bool elf_file_find_strings(struct elf_file *file, const ElfW(Phdr) * segment, struct elf_strings *out);
