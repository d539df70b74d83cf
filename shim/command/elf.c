// SPDX-License-Identifier: MIT
#include "shim/command/elf.h"

#include <byteswap.h>
#include <elf.h>
#include <errno.h>
#include <link.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

// Bounds on what is looked through. Real files stay far below; a made-up one must not keep us busy.
#define DYNAMIC_MAX 4096
#define NOTES_MAX 64
#define SECTIONS_MAX 4096

// Linux takes no more bytes of program headers than this (fs/binfmt_elf.c).
#define PROGRAM_HEADERS_SIZE_MAX 65536

#define NATIVE_CLASS (sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32)
#define NATIVE_BYTE_ORDER (__BYTE_ORDER == __LITTLE_ENDIAN ? ELFDATA2LSB : ELFDATA2MSB)

// The type of Go's build id note (cmd/link: ELF_NOTE_GOBUILDID_TAG).
#define NOTE_GO_BUILD_ID 4

// A file seen through a window: its headers are small and stand together, and a system call for each would add up.
struct file {
	int descriptor;
	uint64_t start;   // of the window
	size_t length;    // what of it is in the file
	uint8_t window[PATH_MAX];
	ElfW(Ehdr) header;
};

static void move_window(struct file *file, uint64_t offset)
{
	file->start = offset;
	file->length = 0;
	while (file->length < sizeof(file->window) && offset <= INT64_MAX - sizeof(file->window)) {
		ssize_t count = pread(file->descriptor, file->window + file->length, sizeof(file->window) - file->length,
			(off_t)(offset + file->length));
		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return;
		file->length += (size_t)count;
	}
}

// As many bytes as there are, up to size, which is no more than the window holds.
static size_t read_up_to(struct file *file, uint64_t offset, void *to, size_t size)
{
	if (offset < file->start || offset - file->start > file->length || file->length - (offset - file->start) < size)
		move_window(file, offset);

	size_t skipped = (size_t)(offset - file->start);
	size_t available = file->length - skipped < size ? file->length - skipped : size;
	memcpy(to, file->window + skipped, available);
	return available;
}

static bool read_all(struct file *file, uint64_t offset, void *to, size_t size)
{
	return read_up_to(file, offset, to, size) == size;
}

// A string of at most available bytes with its NUL; false if it does not end in them or does not fit.
static bool read_string(struct file *file, uint64_t offset, uint64_t available, char *to, size_t size)
{
	size_t wanted = size < available ? size : (size_t)available;
	size_t length = read_up_to(file, offset, to, wanted);

	return memchr(to, '\0', length) != NULL;
}

static bool read_program_header(struct file *file, unsigned index, ElfW(Phdr) *out)
{
	if (file->header.e_phoff > INT64_MAX)
		return false;
	return read_all(file, file->header.e_phoff + index * sizeof(*out), out, sizeof(*out));
}

static bool find_program_header(struct file *file, uint32_t type, ElfW(Phdr) *out)
{
	for (unsigned i = 0; i < file->header.e_phnum; i++)
		if (read_program_header(file, i, out) && out->p_type == type)
			return true;
	return false;
}

// The kernel wants all of PT_INTERP, with its NUL, within PATH_MAX (fs/binfmt_elf.c).
static bool read_interpreter(struct file *file, const ElfW(Phdr) *segment, struct elf *out)
{
	if (segment->p_filesz < 2 || segment->p_filesz > sizeof(out->interpreter))
		return false;
	if (!read_all(file, segment->p_offset, out->interpreter, segment->p_filesz))
		return false;
	return out->interpreter[segment->p_filesz - 1] == '\0';
}

static bool offset_of_address(struct file *file, ElfW(Addr) address, uint64_t *out)
{
	for (unsigned i = 0; i < file->header.e_phnum; i++) {
		ElfW(Phdr) segment;

		if (!read_program_header(file, i, &segment) || segment.p_type != PT_LOAD)
			continue;
		if (address < segment.p_vaddr || address - segment.p_vaddr >= segment.p_filesz)
			continue;
		if (segment.p_offset > INT64_MAX)
			continue;
		*out = (uint64_t)segment.p_offset + (address - segment.p_vaddr);
		return true;
	}
	return false;
}

static bool read_dynamic(struct file *file, const ElfW(Phdr) *segment, unsigned index, ElfW(Dyn) *out)
{
	uint64_t count = segment->p_filesz / sizeof(*out);

	if (index >= count || index >= DYNAMIC_MAX || segment->p_offset > INT64_MAX)
		return false;
	if (!read_all(file, segment->p_offset + index * sizeof(*out), out, sizeof(*out)))
		return false;
	return out->d_tag != DT_NULL;
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

struct string_table {
	uint64_t offset, size;
};

static bool find_dynamic_strings(struct file *file, const ElfW(Phdr) *segment, struct string_table *out)
{
	ElfW(Dyn) entry;
	ElfW(Addr) address = 0;

	for (unsigned i = 0; read_dynamic(file, segment, i, &entry); i++) {
		if (entry.d_tag == DT_STRTAB)
			address = entry.d_un.d_ptr;
		if (entry.d_tag == DT_STRSZ)
			out->size = entry.d_un.d_val;
	}
	return offset_of_address(file, address, &out->offset);
}

static void read_dynamic_entry(struct file *file, const ElfW(Dyn) *entry, const struct string_table *strings,
	struct elf *out)
{
	char name[256];

	if (entry->d_un.d_val >= strings->size || entry->d_un.d_val > INT64_MAX - strings->offset)
		return;
	if (!read_string(file, strings->offset + entry->d_un.d_val, strings->size - entry->d_un.d_val, name,
		sizeof(name)))
		return;
	if (entry->d_tag == DT_SONAME)
		out->is_loader = is_loader_name(name);
	if (entry->d_tag == DT_NEEDED && is_libc_name(name) && strlen(name) < sizeof(out->libc))
		strcpy(out->libc, name);
}

static void read_dynamic_section(struct file *file, struct elf *out)
{
	ElfW(Phdr) segment;
	ElfW(Dyn) entry;
	struct string_table strings = {.size = 0};

	if (!find_program_header(file, PT_DYNAMIC, &segment))
		return;
	bool has_strings = find_dynamic_strings(file, &segment, &strings);
	for (unsigned i = 0; read_dynamic(file, &segment, i, &entry); i++) {
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

static bool has_go_note(struct file *file, const ElfW(Phdr) *segment)
{
	uint64_t alignment = segment->p_align == 8 ? 8 : 4;
	uint64_t at = 0;

	if (segment->p_offset > INT64_MAX)
		return false;
	for (unsigned i = 0; i < NOTES_MAX && at < segment->p_filesz; i++) {
		struct { ElfW(Nhdr) header; char name[4]; } note;

		if (!read_all(file, segment->p_offset + at, &note, sizeof(note)))
			return false;
		if (note.header.n_type == NOTE_GO_BUILD_ID && note.header.n_namesz == 4 && memcmp(note.name, "Go\0", 4) == 0)
			return true;
		at += sizeof(note.header) + aligned(note.header.n_namesz, alignment) + aligned(note.header.n_descsz, alignment);
	}
	return false;
}

static bool read_section_header(struct file *file, unsigned index, ElfW(Shdr) *out)
{
	const ElfW(Ehdr) *header = &file->header;

	if (index >= header->e_shnum || index >= SECTIONS_MAX || header->e_shoff > INT64_MAX)
		return false;
	if (header->e_shentsize != sizeof(*out))
		return false;
	return read_all(file, header->e_shoff + index * sizeof(*out), out, sizeof(*out));
}

static bool has_section(struct file *file, const char *wanted)
{
	ElfW(Shdr) names, section;
	char name[32];

	if (!read_section_header(file, file->header.e_shstrndx, &names) || names.sh_offset > INT64_MAX)
		return false;
	for (unsigned i = 0; read_section_header(file, i, &section); i++) {
		if (section.sh_name >= names.sh_size)
			continue;
		if (read_string(file, names.sh_offset + section.sh_name, names.sh_size - section.sh_name, name,
			sizeof(name)) && strcmp(name, wanted) == 0)
			return true;
	}
	return false;
}

static bool is_native(const struct elf *elf)
{
	return elf->class == NATIVE_CLASS && elf->byte_order == NATIVE_BYTE_ORDER;
}

// The first 20 bytes mean the same in both classes.
static bool read_identity(struct file *file, struct elf *out)
{
	Elf32_Ehdr header;

	if (!read_all(file, 0, &header, offsetof(Elf32_Ehdr, e_version)))
		return false;
	out->class = header.e_ident[EI_CLASS];
	out->byte_order = header.e_ident[EI_DATA];
	out->machine = out->byte_order == NATIVE_BYTE_ORDER ? header.e_machine : bswap_16(header.e_machine);
	return true;
}

static bool read_header(struct file *file, struct elf *out)
{
	ElfW(Ehdr) *header = &file->header;

	if (!read_all(file, 0, header, sizeof(*header)))
		return false;
	out->type = header->e_type;
	if (header->e_type != ET_EXEC && header->e_type != ET_DYN)
		return false;
	if (header->e_phentsize != sizeof(ElfW(Phdr)) || header->e_phnum == 0)
		return false;
	return header->e_phnum * sizeof(ElfW(Phdr)) <= PROGRAM_HEADERS_SIZE_MAX;
}

static bool read_segments(struct file *file, struct elf *out)
{
	for (unsigned i = 0; i < file->header.e_phnum; i++) {
		ElfW(Phdr) segment;

		if (!read_program_header(file, i, &segment))
			return false;
		// Only the first one counts, as for the kernel.
		if (segment.p_type == PT_INTERP && out->interpreter[0] == '\0' && !read_interpreter(file, &segment, out))
			return false;
		if (segment.p_type == PT_NOTE && has_go_note(file, &segment))
			out->is_go = true;
	}
	return true;
}

enum elf_result elf_read(int descriptor, struct elf *out)
{
	struct file file = {.descriptor = descriptor};
	struct elf elf = {.class = ELFCLASSNONE};
	char magic[SELFMAG];

	if (!read_all(&file, 0, magic, sizeof(magic)) || memcmp(magic, ELFMAG, SELFMAG) != 0)
		return ELF_NONE;
	if (!read_identity(&file, &elf))
		return ELF_DAMAGED;
	if (is_native(&elf)) {
		if (!read_header(&file, &elf) || !read_segments(&file, &elf))
			return ELF_DAMAGED;
		read_dynamic_section(&file, &elf);
		elf.is_go = elf.is_go || has_section(&file, ".go.buildinfo");
	}
	*out = elf;
	return ELF_READ;
}

bool elf_same_architecture(const struct elf *one, const struct elf *other)
{
	return one->class == other->class && one->byte_order == other->byte_order && one->machine == other->machine;
}
