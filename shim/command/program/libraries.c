// SPDX-License-Identifier: MIT
#include "shim/command/program/libraries.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/base/array.h"
#include "config/base/strbuf.h"
#include "shim/command/program/elf.h"
#include "shim/command/program/ld_cache.h"

// A limit against crafted files; real programs load up to three hundred libraries.
#define LIBRARIES_MAX 2048
#define OPENS_MAX 100000

// The default directories of a loader are fixed when it is built; libraries of other machines are skipped.
static const char default_path[] = "/$LIB:/usr/$LIB";

// A library that an object needs.
struct need {
	const char *name;  // as in DT_NEEDED
	size_t needed_by;  // the index of the object
};

struct search {
	struct libraries found;
	const struct library_places *places;
	struct ld_cache cache;
	struct elf program;
	unsigned opens_left;
	bool has_memory;
};

// By its requested name or its DT_SONAME.
static bool is_known(const struct search *search, const char *name)
{
	for (size_t i = 0; i < search->found.count; i++) {
		const struct library *library = &search->found.all[i];
		const char *own = library->object.name;
		if ((i > 0 && strcmp(library->name, name) == 0) || (own != NULL && strcmp(own, name) == 0))
			return true;
	}
	return false;
}

static bool is_known_file(const struct search *search, const struct stat *status)
{
	for (size_t i = 0; i < search->found.count; i++) {
		const struct library *library = &search->found.all[i];
		if (library->path != NULL && library->device == status->st_dev && library->inode == status->st_ino)
			return true;
	}
	return false;
}

// Takes ownership of object.
static void add(struct search *search, const struct library *library)
{
	struct libraries *found = &search->found;
	struct library copy = *library;
	copy.name = strdup(library->name);
	copy.path = library->path == NULL ? NULL : strdup(library->path);
	if (copy.name != NULL && (copy.path != NULL) == (library->path != NULL) &&
		array_append(&found->all, &found->count, &copy, sizeof(copy)))
		return;
	search->has_memory = false;
	free(copy.name);
	free(copy.path);
	object_clear(&copy.object);
}

static bool read_open(struct search *search, int descriptor, struct library *library, struct stat *status)
{
	if (fstat(descriptor, status) != 0 || !S_ISREG(status->st_mode))
		return false;
	library->device = status->st_dev;
	library->inode = status->st_ino;
	return object_read(descriptor, &search->program, &library->object);
}

// True if the loader would use the file.
static bool try_file(struct search *search, const char *path, const struct need *need)
{
	struct library library = {.name = (char *)need->name, .path = (char *)path, .needed_by = need->needed_by};
	struct stat status;
	if (search->opens_left == 0)
		return false;
	search->opens_left--;
	// Opening a device may have side effects.
	if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
		return false;
	int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (descriptor < 0)
		return false;
	bool is_good = read_open(search, descriptor, &library, &status);
	close(descriptor);
	if (is_good && is_known_file(search, &status))
		object_clear(&library.object);
	else if (is_good)
		add(search, &library);
	return is_good;
}

// The directory for $ORIGIN of an object.
static size_t origin_length(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash == NULL ? 0 : slash == path ? 1 : (size_t)(slash - path);
}

// The length of $WORD or ${WORD} at text; 0 for anything else.
static size_t token_length(const char *text, size_t length, const char *word)
{
	const size_t size = strlen(word);
	if (*text != '$')
		return 0;
	if (length >= size + 3 && text[1] == '{' && memcmp(text + 2, word, size) == 0 && text[size + 2] == '}')
		return size + 3;
	return length > size && memcmp(text + 1, word, size) == 0 ? size + 1 : 0;
}

// Adds the text with its tokens expanded (ld.so(8), Dynamic string tokens), $LIB by lib_word. True if it contains $LIB.
static bool expand(const char *text, size_t length, const char *owner, const char *lib_word, struct strbuf *out)
{
	const char *platform = getauxval(AT_PLATFORM) != 0 ? (const char *)getauxval(AT_PLATFORM) : "";
	const struct {
		const char *word, *value;
		size_t length;
	} tokens[] = {
		{"ORIGIN", owner, origin_length(owner)},
		{"PLATFORM", platform, strlen(platform)},
		{"LIB", lib_word, strlen(lib_word)},
	};
	bool has_lib = false;
	size_t taken;
	for (size_t at = 0; at < length; at += taken) {
		size_t i = 0;
		while (i < ARRAY_LENGTH(tokens) && (taken = token_length(text + at, length - at, tokens[i].word)) == 0)
			i++;
		has_lib |= i == ARRAY_LENGTH(tokens) - 1;
		if (i < ARRAY_LENGTH(tokens))
			strbuf_add_bytes(out, tokens[i].value, tokens[i].length);
		else
			strbuf_add_bytes(out, text + at, taken = 1);
	}
	return has_lib;
}

// Searches one directory of a list, or takes the name that is needed as a path.
static bool try_place(
	struct search *search, const char *text, size_t length, const char *owner, const struct need *need)
{
	char bytes[PATH_MAX], lib_word[ELF_LIB_WORD_SIZE];
	bool has_lib = true;
	for (size_t i = 0; i < ELF_LIB_WORDS && has_lib; i++) {
		struct strbuf path = {.bytes = bytes, .size = sizeof(bytes)};
		elf_lib_word(&search->program, i, lib_word);
		has_lib = expand(text, length, owner, lib_word, &path);
		// An empty entry is the current directory.
		if (text != need->name && path.used > 0)
			strbuf_add_byte(&path, '/');
		if (text != need->name)
			strbuf_add(&path, need->name);
		if (strbuf_room(&path) > 0 && try_file(search, strbuf_end(&path), need))
			return true;
	}
	return false;
}

// Searches a list of directories: that of the object at owner, or LD_LIBRARY_PATH.
static bool try_list(
	struct search *search, const char *list, const char *separators, const char *owner, const struct need *need)
{
	for (;; list++) {
		const size_t length = strcspn(list, separators);
		if (try_place(search, list, length, owner, need))
			return true;
		list += length;
		if (*list == '\0' || search->opens_left == 0)
			return false;
	}
}

// The lists of an object apply to its libraries and theirs: with glibc only DT_RPATH, unless the object has DT_RUNPATH.
static bool try_owners(struct search *search, const struct need *need, bool is_musl)
{
	for (size_t index = need->needed_by;; index = search->found.all[index].needed_by) {
		// Read again each time: a library that is found may move the array, but then the search ends.
		const struct library *owner = &search->found.all[index];
		const char *runpath = owner->object.runpath;
		const char *list = runpath == NULL ? owner->object.rpath : is_musl ? runpath : NULL;
		if (list != NULL && try_list(search, list, ":", owner->path, need))
			return true;
		if (index == 0)
			return false;
	}
}

static bool try_cache(struct search *search, const struct need *need)
{
	const char *path;
	for (size_t at = 0; (path = ld_cache_next(&search->cache, need->name, &at)) != NULL;)
		if (try_file(search, path, need))
			return true;
	return false;
}

static bool try_library_path(struct search *search, const char *separators, const struct need *need)
{
	const char *list = search->places->library_path;
	return list != NULL && *list != '\0' && try_list(search, list, separators, search->found.all[0].path, need);
}

// The order of musl (ldso/dynlink.c: load_library).
static bool find_for_musl(struct search *search, const struct need *need)
{
	if (elf_is_in_musl(need->name))
		return try_file(search, search->program.interpreter, need);
	return try_library_path(search, ":\n", need) || try_owners(search, need, true) ||
		try_list(search, search->places->musl_path, ":\n", search->found.all[0].path, need);
}

// The order of ld.so(8).
static bool find(struct search *search, const struct need *need)
{
	const struct library *owner = &search->found.all[need->needed_by];
	const char *runpath = owner->object.runpath;
	if (strchr(need->name, '/') != NULL)
		return try_place(search, need->name, strlen(need->name), owner->path, need);
	if (elf_is_for_musl(&search->program))
		return find_for_musl(search, need);
	if ((runpath == NULL && try_owners(search, need, false)) || try_library_path(search, ":;", need) ||
		(runpath != NULL && try_list(search, runpath, ":", owner->path, need)))
		return true;
	return !owner->object.has_no_default_path &&
		(try_cache(search, need) || try_list(search, default_path, ":", search->found.all[0].path, need));
}

static void find_needed(struct search *search, size_t index)
{
	// When the array moves, only the pointers of the object stay valid.
	char **needed = search->found.all[index].object.needed;
	size_t count = search->found.all[index].object.needed_count;
	for (size_t i = 0; i < count && search->found.count < LIBRARIES_MAX; i++) {
		const struct need need = {.name = needed[i], .needed_by = index};
		if (!is_known(search, need.name) && !find(search, &need))
			add(search, &(struct library){.name = needed[i], .needed_by = index});
	}
}

static bool add_program(struct search *search, const char *path)
{
	struct library program = {.path = realpath(path, NULL)};
	struct stat status;
	bool is_good = false;
	int descriptor = program.path == NULL ? -1 : open(program.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	program.name = program.path;
	if (descriptor >= 0 && elf_read(descriptor, &search->program) == ELF_READ) {
		is_good = read_open(search, descriptor, &program, &status);
		if (is_good)
			object_read_own_names(descriptor, &program.object);
	}
	if (descriptor >= 0)
		close(descriptor);
	if (is_good)
		add(search, &program);
	free(program.path);
	return is_good;
}

bool libraries_find(const char *path, const struct library_places *places, struct libraries *out)
{
	struct search search = {.places = places, .opens_left = OPENS_MAX, .has_memory = true};
	const bool is_good = add_program(&search, path);
	ld_cache_open(places->cache, &search.cache);
	for (size_t i = 0; is_good && i < search.found.count; i++)
		find_needed(&search, i);
	ld_cache_close(&search.cache);
	*out = search.found;
	if (is_good && search.has_memory)
		return true;
	libraries_clear(out);
	return false;
}

void libraries_clear(struct libraries *libraries)
{
	for (size_t i = 0; i < libraries->count; i++) {
		free(libraries->all[i].name);
		free(libraries->all[i].path);
		object_clear(&libraries->all[i].object);
	}
	free(libraries->all);
	*libraries = (struct libraries){.count = 0};
}
