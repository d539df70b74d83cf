// SPDX-License-Identifier: MIT
#include "shim/command/program/libraries.h"

#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/base/array.h"
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

struct directory {
	char path[PATH_MAX];
	size_t length;
	bool is_too_long;
};

static void append(struct directory *directory, const char *text, size_t length)
{
	if (length >= sizeof(directory->path) - directory->length) {
		directory->is_too_long = true;
		return;
	}
	memcpy(directory->path + directory->length, text, length);
	directory->length += length;
	directory->path[directory->length] = '\0';
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

// Expands the tokens of one directory of a list (ld.so(8), Dynamic string tokens), $LIB by the index-th word for it. True
// if it contained $LIB.
static bool expand(const struct search *search, const char *text, size_t length, const char *owner, size_t index,
	struct directory *out)
{
	char lib_word[ELF_LIB_WORD_SIZE];
	elf_lib_word(&search->program, index, lib_word);
	const char *platform = getauxval(AT_PLATFORM) != 0 ? (const char *)getauxval(AT_PLATFORM) : "";
	const struct {
		const char *word, *value;
		size_t length;
	} tokens[] = {
		{"ORIGIN", owner, origin_length(owner)},
		{"PLATFORM", platform, strlen(platform)},
		{"LIB", lib_word, strlen(lib_word)},
	};
	const size_t count = sizeof(tokens) / sizeof(tokens[0]);
	bool has_lib = false;
	size_t taken;
	*out = (struct directory){.length = 0};
	for (size_t at = 0; at < length; at += taken) {
		size_t i = 0;
		while (i < count && (taken = token_length(text + at, length - at, tokens[i].word)) == 0)
			i++;
		has_lib |= i == count - 1;
		if (i < count)
			append(out, tokens[i].value, tokens[i].length);
		else
			append(out, text + at, taken = 1);
	}
	return has_lib;
}

// Searches a list of directories: that of the object at owner, or LD_LIBRARY_PATH.
static bool try_list(
	struct search *search, const char *list, const char *separators, const char *owner, const struct need *need)
{
	struct directory directory;
	for (;; list++) {
		size_t length = strcspn(list, separators);
		for (size_t i = 0; i < ELF_LIB_WORDS; i++) {
			bool has_more = expand(search, list, length, owner, i, &directory);
			// An empty entry is the current directory.
			append(&directory, "/", directory.length > 0);
			append(&directory, need->name, strlen(need->name));
			if (!directory.is_too_long && try_file(search, directory.path, need))
				return true;
			if (!has_more)
				break;
		}
		list += length;
		if (*list == '\0' || search->opens_left == 0)
			return false;
	}
}

// DT_RPATH applies to the libraries of an object and their libraries, unless the requesting object has DT_RUNPATH.
static bool try_rpaths(struct search *search, const struct need *need)
{
	size_t index = need->needed_by;
	for (;;) {
		// Read again each time: a library that is found may move the array, but then the search ends.
		const struct library *library = &search->found.all[index];
		if (library->object.rpath != NULL && library->object.runpath == NULL &&
			try_list(search, library->object.rpath, ":", library->path, need))
			return true;
		if (index == 0)
			return false;
		index = library->needed_by;
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

// The order of musl (ldso/dynlink.c: load_library).
static bool find_for_musl(struct search *search, const struct need *need)
{
	const char *program = search->found.all[0].path, *library_path = search->places->library_path;
	if (elf_is_in_musl(need->name))
		return try_file(search, search->program.interpreter, need);
	if (library_path != NULL && *library_path != '\0' && try_list(search, library_path, ":\n", program, need))
		return true;
	for (size_t index = need->needed_by;; index = search->found.all[index].needed_by) {
		const struct library *owner = &search->found.all[index];
		const char *list = owner->object.runpath != NULL ? owner->object.runpath : owner->object.rpath;
		if (list != NULL && try_list(search, list, ":", owner->path, need))
			return true;
		if (index == 0)
			return try_list(search, search->places->musl_path, ":\n", program, need);
	}
}

// The order of ld.so(8).
static bool find(struct search *search, const struct need *need)
{
	const struct library *owner = &search->found.all[need->needed_by];
	const char *program = search->found.all[0].path, *library_path = search->places->library_path;
	const bool has_default = !owner->object.has_no_default_path;
	if (strchr(need->name, '/') != NULL) {
		struct directory directory;
		expand(search, need->name, strlen(need->name), owner->path, 0, &directory);
		return !directory.is_too_long && try_file(search, directory.path, need);
	}
	if (elf_is_for_musl(&search->program))
		return find_for_musl(search, need);
	if (owner->object.runpath == NULL && try_rpaths(search, need))
		return true;
	if (library_path != NULL && *library_path != '\0' && try_list(search, library_path, ":;", program, need))
		return true;
	if (owner->object.runpath != NULL && try_list(search, owner->object.runpath, ":", owner->path, need))
		return true;
	return has_default && (try_cache(search, need) || try_list(search, default_path, ":", program, need));
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
