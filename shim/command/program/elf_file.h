// SPDX-License-Identifier: MIT
// Reads headers, sections and strings of an ELF file of either class, in the types of 64 bits. The file is not trusted:
// data outside the file count as absent, and every search is bounded.
#pragma once

#include <elf.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The byte order of the files that this program can read: its own.
#define ELF_FILE_BYTE_ORDER (__BYTE_ORDER == __LITTLE_ENDIAN ? ELFDATA2LSB : ELFDATA2MSB)

// A buffer for one part of the file saves system calls: headers are small and adjacent.
struct elf_file {
	int descriptor;  // borrowed; read by pread(2), its offset does not change
	uint64_t start;  // offset of the window in the file
	size_t length;   // bytes in the window
	uint8_t window[PATH_MAX];
	Elf64_Ehdr header;  // see elf_file_read_header
};

// Can pread(2) start there? A sum of two such offsets does not overflow.
static inline bool elf_file_is_offset(uint64_t offset)
{
	return offset <= INT64_MAX;
}

// Must be called before the functions below. False for another byte order than this program's, and for a file that no
// kernel would execute: neither ET_EXEC nor ET_DYN, headers of invalid sizes.
bool elf_file_read_header(struct elf_file *file);

// Reads size bytes at offset; false if the file has fewer.
bool elf_file_read(struct elf_file *file, uint64_t offset, void *to, size_t size);

// Reads size bytes at offset into allocated memory with a NUL after them; the caller frees it. NULL if the file has
// fewer, if size is beyond the limit, or for lack of memory.
char *elf_file_load(struct elf_file *file, uint64_t offset, uint64_t size);

// Searches the whole file for text. False also if it cannot be read.
bool elf_file_has_text(const char *path, const char *text);

// Reads the index-th program header, entry of PT_DYNAMIC (up to DT_NULL) or section header; false after the last one.
bool elf_file_segment(struct elf_file *file, unsigned index, Elf64_Phdr *out);
bool elf_file_dynamic(struct elf_file *file, const Elf64_Phdr *segment, unsigned index, Elf64_Dyn *out);
bool elf_file_section(struct elf_file *file, unsigned index, Elf64_Shdr *out);

// The size of a symbol in the file, and the symbol in as many bytes of it.
size_t elf_file_symbol_size(const struct elf_file *file);
Elf64_Sym elf_file_symbol(const struct elf_file *file, const void *bytes);

// Find the first one of that type.
bool elf_file_find_segment(struct elf_file *file, uint32_t type, Elf64_Phdr *out);
bool elf_file_find_section(struct elf_file *file, uint32_t type, Elf64_Shdr *out);

// The value of the last entry of PT_DYNAMIC with that tag; 0 if there is none.
Elf64_Addr elf_file_dynamic_value(struct elf_file *file, const Elf64_Phdr *segment, int64_t tag);

// The file offset of the data that are loaded to address.
bool elf_file_offset_of(struct elf_file *file, Elf64_Addr address, uint64_t *out);

// A string table.
struct elf_strings {
	uint64_t offset, size;
	char *bytes;  // followed by a NUL; NULL: not loaded
};

// Reads a string of a table; false if it has no NUL there or does not fit.
bool elf_file_read_string(
	struct elf_file *file, const struct elf_strings *strings, uint64_t offset, char *to, size_t size);

// Finds the string table of PT_DYNAMIC.
bool elf_file_find_strings(struct elf_file *file, const Elf64_Phdr *segment, struct elf_strings *out);

// Loads a table, as elf_file_load; the caller frees strings->bytes.
bool elf_file_load_strings(struct elf_file *file, struct elf_strings *strings);

// Finds PT_DYNAMIC and loads its string table.
bool elf_file_load_dynamic(struct elf_file *file, Elf64_Phdr *segment, struct elf_strings *strings);

// A string of a table that is loaded; NULL for an offset outside of it.
const char *elf_file_string(const struct elf_strings *strings, uint64_t offset);
