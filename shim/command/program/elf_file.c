// SPDX-License-Identifier: MIT
#include "shim/command/program/elf_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/base/file.h"

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

bool elf_file_read_string(
	struct elf_file *file, const struct elf_strings *strings, uint64_t offset, char *to, size_t size)
{
	if (offset >= strings->size || !elf_file_is_offset(strings->offset) || !elf_file_is_offset(offset))
		return false;
	const uint64_t available = strings->size - offset;
	size_t length = read_up_to(file, strings->offset + offset, to, size < available ? size : (size_t)available);
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

bool elf_file_has_text(const char *path, const char *text)
{
	const size_t length = strlen(text), size = SEARCH_SIZE;
	const int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *bytes = descriptor >= 0 ? malloc(size) : NULL;
	bool is_there = false;
	// Pieces overlap, so that one contains the whole text.
	for (uint64_t offset = 0; bytes != NULL && !is_there && offset < SEARCH_MAX; offset += size - length) {
		size_t count = read_at(descriptor, offset, bytes, size);
		is_there = memmem(bytes, count, text, length) != NULL;
		if (count < size)
			break;
	}
	free(bytes);
	file_close(descriptor);
	return is_there;
}

static bool is_narrow(const struct elf_file *file)
{
	return file->header.e_ident[EI_CLASS] == ELFCLASS32;
}

static bool read_wide_header(struct elf_file *file)
{
	Elf64_Ehdr *header = &file->header;
	return elf_file_read(file, 0, header, sizeof(*header)) && header->e_phentsize == sizeof(Elf64_Phdr);
}

static bool read_narrow_header(struct elf_file *file)
{
	Elf32_Ehdr header;
	if (!elf_file_read(file, 0, &header, sizeof(header)) || header.e_phentsize != sizeof(Elf32_Phdr))
		return false;
	file->header.e_type = header.e_type;
	file->header.e_machine = header.e_machine;
	file->header.e_phoff = header.e_phoff;
	file->header.e_shoff = header.e_shoff;
	file->header.e_phentsize = header.e_phentsize;
	file->header.e_phnum = header.e_phnum;
	file->header.e_shentsize = header.e_shentsize;
	file->header.e_shnum = header.e_shnum;
	file->header.e_shstrndx = header.e_shstrndx;
	return true;
}

bool elf_file_read_header(struct elf_file *file)
{
	Elf64_Ehdr *header = &file->header;
	const uint8_t *identity = header->e_ident;
	if (!elf_file_read(file, 0, header->e_ident, EI_NIDENT) || memcmp(identity, ELFMAG, SELFMAG) != 0)
		return false;
	if ((identity[EI_CLASS] != ELFCLASS64 && !is_narrow(file)) || identity[EI_DATA] != ELF_FILE_BYTE_ORDER)
		return false;
	if (!(is_narrow(file) ? read_narrow_header : read_wide_header)(file))
		return false;
	if (header->e_type != ET_EXEC && header->e_type != ET_DYN)
		return false;
	return header->e_phnum != 0 && header->e_phnum * header->e_phentsize <= PROGRAM_HEADERS_SIZE_MAX;
}

bool elf_file_segment(struct elf_file *file, unsigned index, Elf64_Phdr *out)
{
	Elf32_Phdr narrow;
	const size_t size = is_narrow(file) ? sizeof(narrow) : sizeof(*out);
	if (index >= file->header.e_phnum || !elf_file_is_offset(file->header.e_phoff))
		return false;
	if (!elf_file_read(file, file->header.e_phoff + index * size, is_narrow(file) ? (void *)&narrow : out, size))
		return false;
	if (is_narrow(file))
		*out = (Elf64_Phdr){
			.p_type = narrow.p_type,
			.p_offset = narrow.p_offset,
			.p_vaddr = narrow.p_vaddr,
			.p_filesz = narrow.p_filesz,
			.p_align = narrow.p_align,
		};
	return true;
}

bool elf_file_find_segment(struct elf_file *file, uint32_t type, Elf64_Phdr *out)
{
	for (unsigned i = 0; i < file->header.e_phnum; i++)
		if (elf_file_segment(file, i, out) && out->p_type == type)
			return true;
	return false;
}

bool elf_file_dynamic(struct elf_file *file, const Elf64_Phdr *segment, unsigned index, Elf64_Dyn *out)
{
	Elf32_Dyn narrow;
	const size_t size = is_narrow(file) ? sizeof(narrow) : sizeof(*out);
	if (index >= segment->p_filesz / size || index >= DYNAMIC_MAX || !elf_file_is_offset(segment->p_offset))
		return false;
	if (!elf_file_read(file, segment->p_offset + index * size, is_narrow(file) ? (void *)&narrow : out, size))
		return false;
	if (is_narrow(file))
		*out = (Elf64_Dyn){.d_tag = narrow.d_tag, .d_un = {.d_val = narrow.d_un.d_val}};
	return out->d_tag != DT_NULL;
}

bool elf_file_section(struct elf_file *file, unsigned index, Elf64_Shdr *out)
{
	const Elf64_Ehdr *header = &file->header;
	Elf32_Shdr narrow;
	const size_t size = is_narrow(file) ? sizeof(narrow) : sizeof(*out);
	if (index >= header->e_shnum || index >= SECTIONS_MAX || !elf_file_is_offset(header->e_shoff))
		return false;
	if (header->e_shentsize != size)
		return false;
	if (!elf_file_read(file, header->e_shoff + index * size, is_narrow(file) ? (void *)&narrow : out, size))
		return false;
	if (is_narrow(file))
		*out = (Elf64_Shdr){
			.sh_name = narrow.sh_name,
			.sh_type = narrow.sh_type,
			.sh_addr = narrow.sh_addr,
			.sh_offset = narrow.sh_offset,
			.sh_size = narrow.sh_size,
			.sh_link = narrow.sh_link,
		};
	return true;
}

size_t elf_file_symbol_size(const struct elf_file *file)
{
	return is_narrow(file) ? sizeof(Elf32_Sym) : sizeof(Elf64_Sym);
}

Elf64_Sym elf_file_symbol(const struct elf_file *file, const void *bytes)
{
	Elf32_Sym narrow;
	Elf64_Sym symbol;
	memcpy(is_narrow(file) ? (void *)&narrow : &symbol, bytes, elf_file_symbol_size(file));
	if (is_narrow(file))
		symbol = (Elf64_Sym){.st_name = narrow.st_name, .st_shndx = narrow.st_shndx};
	return symbol;
}

bool elf_file_find_section(struct elf_file *file, uint32_t type, Elf64_Shdr *out)
{
	for (unsigned i = 0; elf_file_section(file, i, out); i++)
		if (out->sh_type == type)
			return true;
	return false;
}

bool elf_file_offset_of(struct elf_file *file, Elf64_Addr address, uint64_t *out)
{
	for (unsigned i = 0; i < file->header.e_phnum; i++) {
		Elf64_Phdr segment;
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

Elf64_Addr elf_file_dynamic_value(struct elf_file *file, const Elf64_Phdr *segment, int64_t tag)
{
	Elf64_Addr value = 0;
	Elf64_Dyn entry;
	for (unsigned i = 0; elf_file_dynamic(file, segment, i, &entry); i++)
		if (entry.d_tag == tag)
			value = entry.d_un.d_val;
	return value;
}

bool elf_file_find_strings(struct elf_file *file, const Elf64_Phdr *segment, struct elf_strings *out)
{
	struct elf_strings strings = {.size = elf_file_dynamic_value(file, segment, DT_STRSZ)};
	if (!elf_file_offset_of(file, elf_file_dynamic_value(file, segment, DT_STRTAB), &strings.offset))
		return false;
	*out = strings;
	return true;
}

bool elf_file_load_strings(struct elf_file *file, struct elf_strings *strings)
{
	strings->bytes = elf_file_load(file, strings->offset, strings->size);
	return strings->bytes != NULL;
}

bool elf_file_load_dynamic(struct elf_file *file, Elf64_Phdr *segment, struct elf_strings *strings)
{
	return elf_file_find_segment(file, PT_DYNAMIC, segment) && elf_file_find_strings(file, segment, strings) &&
		elf_file_load_strings(file, strings);
}

const char *elf_file_string(const struct elf_strings *strings, uint64_t offset)
{
	return offset < strings->size ? strings->bytes + offset : NULL;
}
