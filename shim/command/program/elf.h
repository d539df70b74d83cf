// SPDX-License-Identifier: MIT
// Reads how an ELF file is loaded. The file is not trusted: data outside the file count as absent.
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct elf {
	uint8_t class;       // ELFCLASS32 or ELFCLASS64
	uint8_t byte_order;  // ELFDATA2LSB or ELFDATA2MSB
	uint16_t machine;    // EM_X86_64
	// The other members are set only if elf_is_readable.
	char interpreter[PATH_MAX];  // PT_INTERP, the dynamic loader; "" for none
	bool has_needed;             // DT_NEEDED: it needs libraries
	bool needs_more_than_musl;   // one of which is not within musl
	char libc[64];               // the C library among them: "libc.so.6"; "" for none
	bool is_loader;              // it is itself a dynamic loader of glibc (by its DT_SONAME)
	bool is_go;                  // built by Go (.note.go.buildid or .go.buildinfo)
};

enum elf_result {
	ELF_READ,
	ELF_NONE,     // not an ELF file
	ELF_DAMAGED,  // not executable: headers outside the file or of invalid sizes
};

// Reads by pread(2): the file offset does not change. *out is written only for ELF_READ.
enum elf_result elf_read(int descriptor, struct elf *out);

// The same by its path. False unless ELF_READ.
bool elf_read_file(const char *path, struct elf *out);

// Has it the byte order of this program?
bool elf_is_readable(const struct elf *elf);

// Can the two be loaded into one process?
bool elf_same_architecture(const struct elf *one, const struct elf *other);

// "x86-64"; "another architecture" if its name is not known.
const char *elf_architecture(const struct elf *elf);

// The words by which loaders for the architecture may replace $LIB (ld.so(8)), by index: "lib/x86_64-linux-gnu" (of
// Debian), "lib64", "lib32", "lib".
#define ELF_LIB_WORDS 4
#define ELF_LIB_WORD_SIZE 64
void elf_lib_word(const struct elf *elf, size_t index, char word[static ELF_LIB_WORD_SIZE]);

// "musl"; NULL for glibc.
const char *elf_other_libc(const struct elf *elf);

// Is it loaded by musl?
bool elf_is_for_musl(const struct elf *elf);

// Does musl's loader, which is its libc, take the place of that library (ldso/dynlink.c: load_library)?
bool elf_is_in_musl(const char *name);

// It has no dynamic loader, and is not one.
bool elf_is_static(const struct elf *elf);
