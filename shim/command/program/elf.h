// SPDX-License-Identifier: MIT
// What an ELF file says about how it is loaded. The file is not trusted: what lies outside it counts as absent.
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

struct elf {
	uint8_t class;       // ELFCLASS32 or ELFCLASS64
	uint8_t byte_order;  // ELFDATA2LSB or ELFDATA2MSB
	uint16_t machine;    // EM_X86_64
	// The rest is filled only for files of the class and byte order that this program has itself.
	uint16_t type;               // ET_EXEC, ET_DYN
	char interpreter[PATH_MAX];  // PT_INTERP, "" without: the dynamic loader
	bool has_needed;             // DT_NEEDED: it wants libraries
	char libc[64];               // the one of them that is a C library: "libc.so.6"; "" without
	bool is_loader;              // it is itself a dynamic loader of glibc (by its DT_SONAME)
	bool is_go;                  // built by Go (.note.go.buildid or .go.buildinfo)
};

enum elf_result {
	ELF_READ,
	ELF_NONE,     // another kind of file
	ELF_DAMAGED,  // no kernel would run it: headers outside the file or of impossible sizes
};

// Reads by pread(2): the descriptor's position stays. *out is written only for ELF_READ.
enum elf_result elf_read(int descriptor, struct elf *out);

// May objects of the two meet in one process?
bool elf_same_architecture(const struct elf *one, const struct elf *other);

// "x86-64"; "another architecture" where it is none of those that are known by name.
const char *elf_architecture(const struct elf *elf);

// "musl"; NULL for glibc.
const char *elf_other_libc(const struct elf *elf);

// No loader runs for it, and it is none.
bool elf_is_static(const struct elf *elf);
