// SPDX-License-Identifier: MIT
#include "shim/command/program/elf_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// A limit against crafted files; real files are far below it.
#define DYNAMIC_MAX 4096
#define SECTIONS_MAX 4096
#define LOAD_MAX (UINT64_C(128) << 20)
#define SEARCH_MAX (UINT64_C(1) << 30)

#define SEARCH_SIZE 262144  // bytes searched at once

// The limit of Linux for the program headers, in bytes (fs/binfmt_elf.c).
#define PROGRAM_HEADERS_SIZE_MAX 65536

// Reads up to size bytes; fewer at the end of the file.
static size_t read_at(int descriptor, uint64_t offset, void *to, size_t size)
{
	size_t length = 0;
	while (length < size && offset <= (uint64_t)INT64_MAX - size) {
		ssize_t count = pread(descriptor, (uint8_t *)to + length, size - length, (off_t)(offset + length));
		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			break;
		length += (size_t)count;
	}
	return length;
}

static void move_window(struct elf_file *file, uint64_t offset)
{
	file->start = offset;
	file->length = read_at(file->descriptor, offset, file->window, sizeof(file->window));
}

// Reads up to size bytes, at most the size of the window; fewer at the end of the file.
static size_t read_up_to(struct elf_file *file, uint64_t offset, void *to, size_t size)
{
	if (offset < file->start || offset - file->start > file->length || file->length - (offset - file->start) < size)
		move_window(file, offset);
	size_t skipped = (size_t)(offset - file->start);
	size_t available = file->length - skipped < size ? file->length - skipped : size;
	memcpy(to, file->window + skipped, available);
	return available;
}

bool elf_file_read(struct elf_file *file, uint64_t offset, void *to, size_t size)
{
	return read_up_to(file, offset, to, size) == size;
}

bool elf_file_read_string(struct elf_file *file, uint64_t offset, uint64_t available, char *to, size_t size)
{
	size_t wanted = size < available ? size : (size_t)available;
	size_t length = read_up_to(file, offset, to, wanted);
	return memchr(to, '\0', length) != NULL;
}

static bool is_within(const struct elf_file *file, uint64_t offset, uint64_t size)
{
	struct stat status;
	if (fstat(file->descriptor, &status) != 0 || status.st_size < 0 || size > LOAD_MAX)
		return false;
	return offset <= (uint64_t)status.st_size && size <= (uint64_t)status.st_size - offset;
}

char *elf_file_load(struct elf_file *file, uint64_t offset, uint64_t size)
{
	char *bytes = is_within(file, offset, size) ? malloc(size + 1) : NULL;
	if (bytes == NULL)
		return NULL;
	if (read_at(file->descriptor, offset, bytes, size) != size) {
		free(bytes);
		return NULL;
	}
	bytes[size] = '\0';
	return bytes;
}

bool elf_file_has_text(int descriptor, const char *text)
{
	const size_t length = strlen(text), size = SEARCH_SIZE;
	char *bytes = malloc(size);
	bool is_there = false;
	// Pieces overlap, so that one contains the whole text.
	for (uint64_t offset = 0; bytes != NULL && !is_there && offset < SEARCH_MAX; offset += size - length) {
		size_t count = read_at(descriptor, offset, bytes, size);
		is_there = memmem(bytes, count, text, length) != NULL;
		if (count < size)
			break;
	}
	free(bytes);
	return is_there;
}

bool elf_file_read_header(struct elf_file *file)
{
	ElfW(Ehdr) *header = &file->header;
	if (!elf_file_read(file, 0, header, sizeof(*header)) || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0)
		return false;
	if (header->e_ident[EI_CLASS] != ELF_FILE_CLASS || header->e_ident[EI_DATA] != ELF_FILE_BYTE_ORDER)
		return false;
	if (header->e_type != ET_EXEC && header->e_type != ET_DYN)
		return false;
	if (header->e_phentsize != sizeof(ElfW(Phdr)) || header->e_phnum == 0)
		return false;
	return header->e_phnum * sizeof(ElfW(Phdr)) <= PROGRAM_HEADERS_SIZE_MAX;
}

bool elf_file_segment(struct elf_file *file, unsigned index, ElfW(Phdr) * out)
{
	if (index >= file->header.e_phnum || !elf_file_is_offset(file->header.e_phoff))
		return false;
	return elf_file_read(file, file->header.e_phoff + index * sizeof(*out), out, sizeof(*out));
}

bool elf_file_find_segment(struct elf_file *file, uint32_t type, ElfW(Phdr) * out)
{
	for (unsigned i = 0; i < file->header.e_phnum; i++)
		if (elf_file_segment(file, i, out) && out->p_type == type)
			return true;
	return false;
}

bool elf_file_dynamic(struct elf_file *file, const ElfW(Phdr) * segment, unsigned index, ElfW(Dyn) * out)
{
	uint64_t count = segment->p_filesz / sizeof(*out);
	if (index >= count || index >= DYNAMIC_MAX || !elf_file_is_offset(segment->p_offset))
		return false;
	if (!elf_file_read(file, segment->p_offset + index * sizeof(*out), out, sizeof(*out)))
		return false;
	return out->d_tag != DT_NULL;
}

bool elf_file_section(struct elf_file *file, unsigned index, ElfW(Shdr) * out)
{
	const ElfW(Ehdr) *header = &file->header;
	if (index >= header->e_shnum || index >= SECTIONS_MAX || !elf_file_is_offset(header->e_shoff))
		return false;
	if (header->e_shentsize != sizeof(*out))
		return false;
	return elf_file_read(file, header->e_shoff + index * sizeof(*out), out, sizeof(*out));
}

bool elf_file_find_section(struct elf_file *file, uint32_t type, ElfW(Shdr) * out)
{
	for (unsigned i = 0; elf_file_section(file, i, out); i++)
		if (out->sh_type == type)
			return true;
	return false;
}

bool elf_file_offset_of(struct elf_file *file, ElfW(Addr) address, uint64_t *out)
{
	for (unsigned i = 0; i < file->header.e_phnum; i++) {
		ElfW(Phdr) segment;
		if (!elf_file_segment(file, i, &segment) || segment.p_type != PT_LOAD)
			continue;
		if (address < segment.p_vaddr || address - segment.p_vaddr >= segment.p_filesz)
			continue;
		if (!elf_file_is_offset(segment.p_offset))
			continue;
		*out = (uint64_t)segment.p_offset + (address - segment.p_vaddr);
		return true;
	}
	return false;
}

ElfW(Addr) elf_file_dynamic_value(struct elf_file *file, const ElfW(Phdr) * segment, int64_t tag)
{
	ElfW(Addr) value = 0;
	ElfW(Dyn) entry;
	for (unsigned i = 0; elf_file_dynamic(file, segment, i, &entry); i++)
		if (entry.d_tag == tag)
			value = entry.d_un.d_val;
	return value;
}

bool elf_file_find_strings(struct elf_file *file, const ElfW(Phdr) * segment, struct elf_strings *out)
{
	struct elf_strings strings = {.size = elf_file_dynamic_value(file, segment, DT_STRSZ)};
	if (!elf_file_offset_of(file, elf_file_dynamic_value(file, segment, DT_STRTAB), &strings.offset))
		return false;
	*out = strings;
	return true;
}
