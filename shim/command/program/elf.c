// SPDX-License-Identifier: MIT
#include "shim/command/program/elf.h"

#include <byteswap.h>
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "config/base/file.h"
#include "shim/command/program/elf_file.h"

// A limit against crafted files; real files are far below it.
#define NOTES_MAX 64

// The type of Go's build id note (cmd/link: ELF_NOTE_GOBUILDID_TAG).
#define NOTE_GO_BUILD_ID 4

// The kernel requires PT_INTERP, with its NUL, to fit PATH_MAX (fs/binfmt_elf.c).
static bool read_interpreter(struct elf_file *file, const Elf64_Phdr *segment, struct elf *out)
{
	if (segment->p_filesz < 2 || segment->p_filesz > sizeof(out->interpreter))
		return false;
	if (!elf_file_read(file, segment->p_offset, out->interpreter, segment->p_filesz))
		return false;
	return out->interpreter[segment->p_filesz - 1] == '\0';
}

static bool begins_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

static bool is_libc_name(const char *name)
{
	return begins_with(name, "libc.") || begins_with(name, "libuClibc");
}

static bool is_loader_name(const char *name)
{
	return begins_with(name, "ld-linux") || begins_with(name, "ld64.so") || begins_with(name, "ld.so");
}

bool elf_is_in_musl(const char *name)
{
	static const char *const parts[] = {"c.", "pthread.", "rt.", "m.", "dl.", "util.", "xnet."};
	for (size_t i = 0; begins_with(name, "lib") && i < sizeof(parts) / sizeof(parts[0]); i++)
		if (begins_with(name + 3, parts[i]))
			return true;
	return false;
}

static void read_dynamic_entry(
	struct elf_file *file, const Elf64_Dyn *entry, const struct elf_strings *strings, struct elf *out)
{
	char name[256];
	if (!elf_file_read_string(file, strings, entry->d_un.d_val, name, sizeof(name)))
		return;
	if (entry->d_tag == DT_SONAME)
		out->is_loader = is_loader_name(name);
	if (entry->d_tag == DT_NEEDED && !elf_is_in_musl(name))
		out->needs_more_than_musl = true;
	if (entry->d_tag == DT_NEEDED && is_libc_name(name) && strlen(name) < sizeof(out->libc))
		strcpy(out->libc, name);
}

static void read_dynamic_section(struct elf_file *file, struct elf *out)
{
	Elf64_Phdr segment;
	Elf64_Dyn entry;
	struct elf_strings strings = {.size = 0};
	if (!elf_file_find_segment(file, PT_DYNAMIC, &segment))
		return;
	bool has_strings = elf_file_find_strings(file, &segment, &strings);
	for (unsigned i = 0; elf_file_dynamic(file, &segment, i, &entry); i++) {
		if (entry.d_tag == DT_NEEDED)
			out->has_needed = true;
		if (has_strings && (entry.d_tag == DT_NEEDED || entry.d_tag == DT_SONAME))
			read_dynamic_entry(file, &entry, &strings, out);
	}
}

static uint64_t aligned(uint64_t size, uint64_t alignment)
{
	return (size + alignment - 1) / alignment * alignment;
}

static bool has_go_note(struct elf_file *file, const Elf64_Phdr *segment)
{
	uint64_t alignment = segment->p_align == 8 ? 8 : 4;
	uint64_t at = 0;
	if (!elf_file_is_offset(segment->p_offset))
		return false;
	for (unsigned i = 0; i < NOTES_MAX && at < segment->p_filesz; i++) {
		struct {
			Elf64_Nhdr header;
			char name[4];
		} note;
		if (!elf_file_read(file, segment->p_offset + at, &note, sizeof(note)))
			return false;
		if (note.header.n_type == NOTE_GO_BUILD_ID && note.header.n_namesz == 4 && memcmp(note.name, "Go\0", 4) == 0)
			return true;
		at += sizeof(note.header) + aligned(note.header.n_namesz, alignment) + aligned(note.header.n_descsz, alignment);
	}
	return false;
}

static bool has_section(struct elf_file *file, const char *wanted)
{
	Elf64_Shdr table, section;
	char name[32];
	if (!elf_file_section(file, file->header.e_shstrndx, &table))
		return false;
	const struct elf_strings names = {.offset = table.sh_offset, .size = table.sh_size};
	for (unsigned i = 0; elf_file_section(file, i, &section); i++)
		if (elf_file_read_string(file, &names, section.sh_name, name, sizeof(name)) && strcmp(name, wanted) == 0)
			return true;
	return false;
}

bool elf_is_readable(const struct elf *elf)
{
	return elf->byte_order == ELF_FILE_BYTE_ORDER;
}

// The first 20 bytes mean the same in both classes.
static bool read_identity(struct elf_file *file, struct elf *out)
{
	Elf32_Ehdr header;
	if (!elf_file_read(file, 0, &header, offsetof(Elf32_Ehdr, e_version)))
		return false;
	out->class = header.e_ident[EI_CLASS];
	out->byte_order = header.e_ident[EI_DATA];
	out->machine = elf_is_readable(out) ? header.e_machine : bswap_16(header.e_machine);
	return true;
}

static bool read_segments(struct elf_file *file, struct elf *out)
{
	for (unsigned i = 0; i < file->header.e_phnum; i++) {
		Elf64_Phdr segment;
		if (!elf_file_segment(file, i, &segment))
			return false;
		// Only the first one is used, as by the kernel.
		if (segment.p_type == PT_INTERP && out->interpreter[0] == '\0' && !read_interpreter(file, &segment, out))
			return false;
		if (segment.p_type == PT_NOTE && has_go_note(file, &segment))
			out->is_go = true;
	}
	return true;
}

enum elf_result elf_read(int descriptor, struct elf *out)
{
	struct elf_file file = {.descriptor = descriptor};
	struct elf elf = {.class = ELFCLASSNONE};
	char magic[SELFMAG];
	if (!elf_file_read(&file, 0, magic, sizeof(magic)) || memcmp(magic, ELFMAG, SELFMAG) != 0)
		return ELF_NONE;
	if (!read_identity(&file, &elf))
		return ELF_DAMAGED;
	if (elf_is_readable(&elf)) {
		if (!elf_file_read_header(&file) || !read_segments(&file, &elf))
			return ELF_DAMAGED;
		read_dynamic_section(&file, &elf);
		elf.is_go = elf.is_go || has_section(&file, ".go.buildinfo");
	}
	*out = elf;
	return ELF_READ;
}

bool elf_read_file(const char *path, struct elf *out)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	if (descriptor < 0)
		return false;
	enum elf_result result = elf_read(descriptor, out);
	close(descriptor);
	return result == ELF_READ;
}

// The libc.so of glibc is a linker script; as a needed library it is that of musl.
static const struct {
	const char *text;
	bool whole;  // the whole file name, or a prefix
	const char *libc;
} libc_marks[] = {{"ld-musl", false, "musl"}, {"libc.musl", false, "musl"}, {"ld-uClibc", false, "uClibc"},
	{"ld64-uClibc", false, "uClibc"}, {"libuClibc", false, "uClibc"}, {"libc.so.0", true, "uClibc"},
	{"libc.so.1", true, "uClibc"}, {"linker", true, "bionic"}, {"linker64", true, "bionic"}, {"libc.so", true, "musl"}};

static const char *other_libc_by_name(const char *name)
{
	for (size_t i = 0; i < sizeof(libc_marks) / sizeof(libc_marks[0]); i++) {
		const char *text = libc_marks[i].text;
		if (libc_marks[i].whole ? strcmp(name, text) == 0 : begins_with(name, text))
			return libc_marks[i].libc;
	}
	return NULL;
}

const char *elf_other_libc(const struct elf *elf)
{
	const char *libc = other_libc_by_name(file_base_name(elf->interpreter));
	return libc != NULL ? libc : other_libc_by_name(elf->libc);
}

bool elf_is_for_musl(const struct elf *elf)
{
	const char *libc = elf_other_libc(elf);
	return libc != NULL && strcmp(libc, "musl") == 0;
}

static const struct architecture {
	uint16_t machine;
	uint8_t class;
	const char *name, *multiarch;
} architectures[] = {
	{EM_X86_64, ELFCLASS64, "x86-64", "x86_64-linux-gnu"},
	{EM_X86_64, ELFCLASS32, "x32", "x86_64-linux-gnux32"},
	{EM_386, ELFCLASS32, "i386", "i386-linux-gnu"},
	{EM_AARCH64, ELFCLASS64, "aarch64", "aarch64-linux-gnu"},
	{EM_ARM, ELFCLASS32, "arm", "arm-linux-gnueabihf"},
	{EM_RISCV, ELFCLASS64, "riscv64", "riscv64-linux-gnu"},
	{EM_RISCV, ELFCLASS32, "riscv32", "riscv32-linux-gnu"},
	{EM_PPC64, ELFCLASS64, "ppc64", "powerpc64le-linux-gnu"},
	{EM_PPC, ELFCLASS32, "ppc", "powerpc-linux-gnu"},
	{EM_S390, ELFCLASS64, "s390x", "s390x-linux-gnu"},
	{EM_MIPS, ELFCLASS64, "mips64", "mips64el-linux-gnuabi64"},
	{EM_MIPS, ELFCLASS32, "mips", "mipsel-linux-gnu"},
};

static const struct architecture *architecture_of(const struct elf *elf)
{
	for (size_t i = 0; i < sizeof(architectures) / sizeof(architectures[0]); i++)
		if (architectures[i].machine == elf->machine && architectures[i].class == elf->class)
			return &architectures[i];
	return NULL;
}

const char *elf_architecture(const struct elf *elf)
{
	const struct architecture *architecture = architecture_of(elf);
	return architecture != NULL ? architecture->name : "another architecture";
}

void elf_lib_word(const struct elf *elf, size_t index, char word[static ELF_LIB_WORD_SIZE])
{
	static const char *const words[ELF_LIB_WORDS] = {"lib/", "lib64", "lib32", "lib"};
	const struct architecture *architecture = architecture_of(elf);
	snprintf(word, ELF_LIB_WORD_SIZE, "%s%s", words[index],
		index > 0                  ? ""
			: architecture != NULL ? architecture->multiarch
								   : ".");
}

bool elf_same_architecture(const struct elf *one, const struct elf *other)
{
	return one->class == other->class && one->byte_order == other->byte_order && one->machine == other->machine;
}

bool elf_is_static(const struct elf *elf)
{
	return elf->interpreter[0] == '\0' && !elf->has_needed && !elf->is_loader;
}
