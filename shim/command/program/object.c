// SPDX-License-Identifier: MIT
#include "shim/command/program/object.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "shim/command/program/elf_file.h"

// A limit; real objects need a few dozen libraries.
#define NEEDED_MAX 1024

// The string of that tag; NULL if there is none.
static char *copy_string(
	struct elf_file *file, const Elf64_Phdr *segment, int64_t tag, const struct elf_strings *strings)
{
	const uint64_t offset = elf_file_dynamic_value(file, segment, tag);
	const char *text = offset > 0 ? elf_file_string(strings, offset) : NULL;
	return text != NULL ? strdup(text) : NULL;
}

static void keep_needed(struct object *object, const char *name)
{
	if (name == NULL || *name == '\0' || object->needed_count == NEEDED_MAX)
		return;
	char *copy = strdup(name);
	if (copy != NULL && !array_append(&object->needed, &object->needed_count, &copy, sizeof(copy)))
		free(copy);
}

static void read_entries(
	struct elf_file *file, const Elf64_Phdr *segment, const struct elf_strings *strings, struct object *object)
{
	Elf64_Dyn entry;
	object->name = copy_string(file, segment, DT_SONAME, strings);
	object->rpath = copy_string(file, segment, DT_RPATH, strings);
	object->runpath = copy_string(file, segment, DT_RUNPATH, strings);
	object->has_no_default_path = (elf_file_dynamic_value(file, segment, DT_FLAGS_1) & DF_1_NODEFLIB) != 0;
	for (unsigned i = 0; elf_file_dynamic(file, segment, i, &entry); i++)
		if (entry.d_tag == DT_NEEDED)
			keep_needed(object, elf_file_string(strings, entry.d_un.d_val));
}

#define NAMES_MAX 14

static const char *const abilities[OBJECT_ABILITIES][NAMES_MAX] = {
	[OBJECT_LOADS] = {"dlopen", "dlmopen"},
	[OBJECT_FETCHES] = {"dlsym", "dlvsym"},
	[OBJECT_STARTS] = {"execl", "execle", "execlp", "execv", "execve", "execveat", "execvp", "execvpe", "fexecve",
		"popen", "posix_spawn", "posix_spawnp", "system"},
};

static void note_ability(const char *name, struct object *object)
{
	for (size_t i = 0; i < OBJECT_ABILITIES; i++)
		for (const char *const *one = abilities[i]; *one != NULL; one++)
			object->can[i] |= strcmp(name, *one) == 0;
}

static void note_symbol(const Elf64_Sym *symbol, const struct elf_strings *strings, struct object *object)
{
	const char *name = elf_file_string(strings, symbol->st_name);
	bool is_wanted = symbol->st_shndx == SHN_UNDEF;
	if (name == NULL || *name == '\0')
		return;
	size_t index = call_find(name);
	if (index < call_count)
		(is_wanted ? object->imports : object->defines)[index] = true;
	else if (is_wanted)
		note_ability(name, object);
}

static void read_symbols(
	struct elf_file *file, uint64_t offset, uint64_t size, const struct elf_strings *strings, struct object *object)
{
	const size_t step = elf_file_symbol_size(file);
	char *symbols = elf_file_load(file, offset, size - size % step);
	for (uint64_t at = 0; symbols != NULL && at + step <= size; at += step) {
		const Elf64_Sym symbol = elf_file_symbol(file, symbols + at);
		note_symbol(&symbol, strings, object);
	}
	free(symbols);
}

// PT_DYNAMIC does not have the number of symbols. The section and DT_HASH do; without both, the string table follows
// the symbols, as all linkers place it.
static uint64_t size_of_symbols(struct elf_file *file, const Elf64_Phdr *segment, Elf64_Addr symbols)
{
	const Elf64_Addr hash = elf_file_dynamic_value(file, segment, DT_HASH);
	const Elf64_Addr strings = elf_file_dynamic_value(file, segment, DT_STRTAB);
	Elf64_Shdr section;
	uint64_t offset;
	uint32_t counts[2];  // of buckets and of chains; there is one chain per symbol
	if (elf_file_find_section(file, SHT_DYNSYM, &section) && section.sh_addr == symbols)
		return section.sh_size;
	if (hash != 0 && elf_file_offset_of(file, hash, &offset) && elf_file_read(file, offset, counts, sizeof(counts)))
		return (uint64_t)counts[1] * elf_file_symbol_size(file);
	return strings > symbols ? strings - symbols : 0;
}

static void read_dynamic_symbols(
	struct elf_file *file, const Elf64_Phdr *segment, const struct elf_strings *strings, struct object *object)
{
	const Elf64_Addr symbols = elf_file_dynamic_value(file, segment, DT_SYMTAB);
	uint64_t offset;
	if (elf_file_offset_of(file, symbols, &offset))
		read_symbols(file, offset, size_of_symbols(file, segment, symbols), strings, object);
}

bool object_read(int descriptor, const struct elf *program, struct object *out)
{
	struct elf_file file = {.descriptor = descriptor};
	struct object object = {.name = NULL};
	struct elf_strings strings = {.size = 0};
	Elf64_Phdr segment;
	if (!elf_file_read_header(&file) || file.header.e_machine != program->machine ||
		file.header.e_ident[EI_CLASS] != program->class)
		return false;
	if (elf_file_load_dynamic(&file, &segment, &strings)) {
		read_entries(&file, &segment, &strings, &object);
		read_dynamic_symbols(&file, &segment, &strings, &object);
	}
	free(strings.bytes);
	*out = object;
	return true;
}

void object_read_own_names(int descriptor, struct object *object)
{
	struct elf_file file = {.descriptor = descriptor};
	struct object own = {.name = NULL};
	Elf64_Shdr symbols, table;
	if (!elf_file_read_header(&file) || !elf_file_find_section(&file, SHT_SYMTAB, &symbols) ||
		!elf_file_section(&file, symbols.sh_link, &table))
		return;
	struct elf_strings strings = {table.sh_offset, table.sh_size, NULL};
	if (!elf_file_load_strings(&file, &strings))
		return;
	read_symbols(&file, symbols.sh_offset, symbols.sh_size, &strings, &own);
	for (size_t i = 0; i < call_count; i++)
		object->defines[i] = object->defines[i] || (own.defines[i] && calls[i].owner != CALL_LIBC);
	free(strings.bytes);
}

static bool wants_any(const struct object *object, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (object->imports[call_find(names[i])])
			return true;
	return false;
}

bool object_sends_queries(const struct object *object)
{
	static const char *const makers[] = {"res_mkquery", "res_nmkquery", "__res_mkquery", "__res_nmkquery"};
	static const char *const senders[] = {"res_send", "res_nsend", "__res_send", "__res_nsend"};
	return wants_any(object, makers, ARRAY_LENGTH(makers)) && !wants_any(object, senders, ARRAY_LENGTH(senders));
}

void object_clear(struct object *object)
{
	for (size_t i = 0; i < object->needed_count; i++)
		free(object->needed[i]);
	free(object->needed);
	free(object->name);
	free(object->rpath);
	free(object->runpath);
	*object = (struct object){.name = NULL};
}
