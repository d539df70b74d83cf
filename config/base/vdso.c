// SPDX-License-Identifier: MIT
#include "config/base/vdso.h"

#include <elf.h>
#include <errno.h>
#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>

// The parts of the vDSO's ELF image that the symbol lookup needs.
struct image {
	uintptr_t load;  // base of its virtual addresses
	const ElfW(Dyn) * dynamic;
	const ElfW(Sym) * symbols;
	const char *strings;
	const uint32_t *hash, *gnu_hash;
};

static void read_headers(const ElfW(Ehdr) * header, struct image *image)
{
	const uintptr_t start = (uintptr_t)header;
	const ElfW(Phdr) *parts = (const ElfW(Phdr) *)(start + header->e_phoff);
	uintptr_t dynamic = 0;
	for (size_t i = header->e_phnum; i-- > 0;) {
		if (parts[i].p_type == PT_LOAD)
			image->load = start + parts[i].p_offset - parts[i].p_vaddr;
		else if (parts[i].p_type == PT_DYNAMIC)
			dynamic = start + parts[i].p_offset;
	}
	image->dynamic = (const ElfW(Dyn) *)dynamic;
}

static void read_dynamic(struct image *image)
{
	for (const ElfW(Dyn) *at = image->dynamic; at && at->d_tag != DT_NULL; at++) {
		const void *there = (const void *)(image->load + at->d_un.d_ptr);
		if (at->d_tag == DT_SYMTAB)
			image->symbols = there;
		else if (at->d_tag == DT_STRTAB)
			image->strings = there;
		else if (at->d_tag == DT_HASH)
			image->hash = there;
		else if (at->d_tag == DT_GNU_HASH)
			image->gnu_hash = there;
	}
}

// DT_GNU_HASH does not store the number of symbols: the last chain ends at the last symbol.
static size_t count_by_gnu_hash(const uint32_t *hash)
{
	const uint32_t bucket_count = hash[0], first = hash[1], bloom_words = hash[2];
	const uint32_t *buckets = hash + 4 + bloom_words * (sizeof(ElfW(Addr)) / sizeof(uint32_t));
	const uint32_t *chains = buckets + bucket_count;
	uint32_t last = 0;
	for (uint32_t i = 0; i < bucket_count; i++)
		last = buckets[i] > last ? buckets[i] : last;
	if (last < first)
		return first;
	while (!(chains[last - first] & 1))
		last++;
	return last + 1;
}

static size_t count_symbols(const struct image *image)
{
	if (image->hash)
		return image->hash[1];
	return image->gnu_hash ? count_by_gnu_hash(image->gnu_hash) : 0;
}

void *vdso_find(const char *name)
{
	const int saved = errno;
	const ElfW(Ehdr) *header = (const ElfW(Ehdr) *)getauxval(AT_SYSINFO_EHDR);
	struct image image = {0};
	errno = saved;  // getauxval(3) sets it where there is no vDSO, as in an emulator
	if (!header || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0)
		return NULL;
	read_headers(header, &image);
	read_dynamic(&image);
	if (!image.symbols || !image.strings)
		return NULL;
	const size_t count = count_symbols(&image);
	for (size_t i = 0; i < count; i++) {
		const ElfW(Sym) *symbol = &image.symbols[i];
		if (symbol->st_shndx != SHN_UNDEF && strcmp(image.strings + symbol->st_name, name) == 0)
			return (void *)(image.load + symbol->st_value);
	}
	return NULL;
}
