// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shim/command/program/ld_cache.h"
#include "shim/command/program/libraries.h"
#include "tests/unit/files.h"
#include "tests/unit/object_image.h"
#include "tests/unit/unit.h"

// A library that needs another one, or none (NULL), with a list of directories in that tag.
static void write_object(const char *name, const char *wanted, ElfW(Sxword) tag, const char *list)
{
	struct image image = image_of_object(EM_X86_64);

	if (wanted != NULL)
		image_add_entry(&image, DT_NEEDED, wanted);
	if (list != NULL)
		image_add_entry(&image, tag, list);
	files_write(files_path(name), &image, sizeof(image));
}

static struct libraries find_with(const char *program, const char *library_path, const char *cache)
{
	struct library_places places = {.library_path = library_path, .cache = cache};
	struct libraries found;

	assert_true(libraries_find(files_path(program), &places, &found));
	return found;
}

// The path, below the directory, of the only library that the program needs; NULL: not found.
static void finds(const char *program, const char *library_path, const char *cache, const char *wanted)
{
	struct libraries found = find_with(program, library_path, cache);

	assert_int_equal(found.count, 2);
	assert_string_equal(found.all[1].name, "libx.so");
	if (wanted == NULL)
		assert_null(found.all[1].path);
	else
		assert_string_equal(found.all[1].path, files_path(wanted));
	libraries_clear(&found);
}

static void a_library_is_found_relative_to_origin(void **state)
{
	(void)state;
	static const char *const lists[] = {
		"$ORIGIN/a", "${ORIGIN}/a", "/none:$ORIGIN/a:$ORIGIN/b", "$ORIGIN/$ORIGIN:$ORIGIN/./a"};

	for (size_t i = 0; i < LENGTH(lists); i++) {
		const char *wanted = i == 3 ? "./a/libx.so" : "a/libx.so";

		write_object("program", "libx.so", DT_RUNPATH, lists[i]);
		finds("program", NULL, "/none", wanted);
		write_object("program", "libx.so", DT_RPATH, lists[i]);
		finds("program", NULL, "/none", wanted);
	}
}

static void the_origin_of_a_program_is_that_of_the_file_that_a_link_leads_to(void **state)
{
	(void)state;
	write_object("program", "libx.so", DT_RUNPATH, "$ORIGIN/a");
	unlink(files_path("b/link"));
	assert_int_equal(symlink(files_path("program"), files_path("b/link")), 0);
	finds("b/link", NULL, "/none", "a/libx.so");
}

static void the_library_path_is_searched_after_rpath_and_before_runpath(void **state)
{
	(void)state;
	char list[PATH_MAX + 16];

	snprintf(list, sizeof(list), "/none;%s", files_path("b"));
	write_object("program", "libx.so", DT_RPATH, "$ORIGIN/a");
	finds("program", list, "/none", "a/libx.so");
	write_object("program", "libx.so", DT_RUNPATH, "$ORIGIN/a");
	finds("program", list, "/none", "b/libx.so");
}

static void rpath_applies_to_the_libraries_of_libraries_and_runpath_does_not(void **state)
{
	(void)state;
	struct libraries found;

	write_object("a/libmiddle.so", "libx.so", 0, NULL);
	write_object("program", "libmiddle.so", DT_RPATH, "$ORIGIN/a");
	found = find_with("program", NULL, "/none");
	assert_int_equal(found.count, 3);
	assert_string_equal(found.all[2].path, files_path("a/libx.so"));
	assert_int_equal(found.all[2].needed_by, 1);
	libraries_clear(&found);

	write_object("program", "libmiddle.so", DT_RUNPATH, "$ORIGIN/a");
	found = find_with("program", NULL, "/none");
	assert_int_equal(found.count, 3);
	assert_null(found.all[2].path);
	libraries_clear(&found);
}

static void an_object_with_runpath_has_no_rpath(void **state)
{
	(void)state;
	struct libraries found;
	struct image image = image_of_object(EM_X86_64);

	image_add_entry(&image, DT_NEEDED, "libx.so");
	image_add_entry(&image, DT_RPATH, "$ORIGIN/a");
	image_add_entry(&image, DT_RUNPATH, "$ORIGIN/c");
	unlink(files_path("c/libx.so"));
	files_write(files_path("program"), &image, sizeof(image));
	finds("program", NULL, "/none", NULL);

	write_object("a/libmiddle.so", "libx.so", DT_RUNPATH, "$ORIGIN/../c");
	write_object("program", "libmiddle.so", DT_RPATH, "$ORIGIN/a");
	found = find_with("program", NULL, "/none");
	assert_int_equal(found.count, 3);
	assert_null(found.all[2].path);
	libraries_clear(&found);

	write_object("a/libmiddle.so", "libx.so", 0, NULL);
	image = image_of_object(EM_X86_64);
	image_add_entry(&image, DT_NEEDED, "libmiddle.so");
	image_add_entry(&image, DT_RPATH, "$ORIGIN/a");
	image_add_entry(&image, DT_RUNPATH, "$ORIGIN/a");
	files_write(files_path("program"), &image, sizeof(image));
	found = find_with("program", NULL, "/none");
	assert_int_equal(found.count, 3);
	assert_null(found.all[2].path);
	libraries_clear(&found);
}

static void what_is_for_another_machine_or_no_library_is_passed_over(void **state)
{
	(void)state;
	struct image image = image_of_object(EM_AARCH64);

	files_write(files_path("c/libx.so"), &image, sizeof(image));
	write_object("program", "libx.so", DT_RUNPATH, "$ORIGIN/c:$ORIGIN/d:$ORIGIN/a");
	files_write(files_path("d/libx.so"), "INPUT(libx.so.1)\n", 17);
	finds("program", NULL, "/none", "a/libx.so");
	unlink(files_path("d/libx.so"));
	assert_int_equal(mkfifo(files_path("d/libx.so"), 0600), 0);
	finds("program", NULL, "/none", "a/libx.so");
	write_object("program", "libx.so", DT_RUNPATH, "$ORIGIN/c");
	finds("program", NULL, "/none", NULL);
}

static void a_name_with_a_slash_is_a_path(void **state)
{
	(void)state;
	struct libraries found;

	write_object("program", "$ORIGIN/a/libx.so", 0, NULL);
	found = find_with("program", NULL, "/none");
	assert_int_equal(found.count, 2);
	assert_string_equal(found.all[1].path, files_path("a/libx.so"));
	libraries_clear(&found);
}

static void libraries_that_want_each_other_are_found_once(void **state)
{
	(void)state;
	struct libraries found;

	write_object("a/libone.so", "libtwo.so", DT_RUNPATH, "$ORIGIN");
	write_object("a/libtwo.so", "libone.so", DT_RUNPATH, "$ORIGIN");
	unlink(files_path("a/libalias.so"));
	assert_int_equal(symlink("libone.so", files_path("a/libalias.so")), 0);
	struct image image = image_of_object(EM_X86_64);
	image_add_entry(&image, DT_NEEDED, "libone.so");
	image_add_entry(&image, DT_NEEDED, "libalias.so");
	image_add_entry(&image, DT_RUNPATH, "$ORIGIN/a");
	files_write(files_path("program"), &image, sizeof(image));
	found = find_with("program", NULL, "/none");
	assert_int_equal(found.count, 3);
	libraries_clear(&found);
}

static void a_library_is_recognised_by_its_soname(void **state)
{
	(void)state;
	struct libraries found;
	struct image image = image_of_object(EM_X86_64);

	image_add_entry(&image, DT_SONAME, "libother.so");
	image_add_entry(&image, DT_NEEDED, "libother.so");
	files_write(files_path("a/libself.so"), &image, sizeof(image));
	write_object("program", "libself.so", DT_RUNPATH, "$ORIGIN/a");
	found = find_with("program", NULL, "/none");
	assert_int_equal(found.count, 2);
	libraries_clear(&found);
}

// The newer format of ld.so.cache, with an entry for some processors only, one for another machine and the right one.
struct cache {
	char magic[20];
	uint32_t count, strings_size, unused[5];
	struct {
		int32_t flags;
		uint32_t key, value, os_version;
		uint64_t hardware;
	} entries[3];
	char strings[3 * PATH_MAX];
};

static struct cache cache_of_library(void)
{
	struct cache cache = {.count = 3};
	static const char *const paths[] = {"b/libx.so", "c/libx.so", "a/libx.so"};
	uint32_t strings = offsetof(struct cache, strings), used = sizeof("libx.so");

	memcpy(cache.magic, "glibc-ld.so.cache1.1", sizeof(cache.magic));
	strcpy(cache.strings, "libx.so");
	for (unsigned i = 0; i < 3; i++) {
		cache.entries[i].key = strings;
		cache.entries[i].value = strings + used;
		cache.entries[i].hardware = i == 0;
		used += (uint32_t)sprintf(cache.strings + used, "%s", files_path(paths[i])) + 1;
	}
	return cache;
}

static void a_library_is_found_in_the_cache(void **state)
{
	(void)state;
	struct cache cache = cache_of_library();

	files_write(files_path("cache"), &cache, sizeof(cache));
	write_object("program", "libx.so", 0, NULL);
	finds("program", NULL, files_path("cache"), "a/libx.so");
}

static void the_older_format_may_precede_the_newer(void **state)
{
	(void)state;
	struct {
		char magic[12];
		uint32_t count;
		uint8_t entries[12], filling[4];
		struct cache cache;
	} file = {
		.magic = "ld.so-1.7.0",
		.count = 1,
		.cache = cache_of_library(),
	};

	files_write(files_path("cache"), &file, sizeof(file));
	write_object("program", "libx.so", 0, NULL);
	finds("program", NULL, files_path("cache"), "a/libx.so");
}

static void an_object_may_forbid_the_cache(void **state)
{
	(void)state;
	struct cache cache = cache_of_library();
	struct image image = image_of_object(EM_X86_64);

	files_write(files_path("cache"), &cache, sizeof(cache));
	image_add_entry(&image, DT_NEEDED, "libx.so");
	image_add_number(&image, DT_FLAGS_1, DF_1_NODEFLIB);
	files_write(files_path("program"), &image, sizeof(image));
	finds("program", NULL, files_path("cache"), NULL);
}

static void a_damaged_cache_is_read_without_harm(void **state)
{
	(void)state;
	struct cache caches[4];
	const struct cache whole = cache_of_library();

	write_object("program", "libx.so", 0, NULL);
	for (size_t size = 0; size < offsetof(struct cache, strings); size++) {
		files_write(files_path("cache"), &whole, size);
		finds("program", NULL, files_path("cache"), NULL);
	}
	for (unsigned i = 0; i < 4; i++)
		caches[i] = whole;
	caches[0].count = UINT32_MAX;
	caches[1].entries[2].key = UINT32_MAX;
	caches[2].entries[2].value = UINT32_MAX;
	memset(caches[3].strings, 'x', sizeof(caches[3].strings));
	for (unsigned i = 0; i < 4; i++) {
		files_write(files_path("cache"), &caches[i], sizeof(caches[i]));
		finds("program", NULL, files_path("cache"), NULL);
	}
}

static void the_loader_of_musl_has_another_order_and_the_libraries_of_libc(void **state)
{
	(void)state;
	struct libraries found;
	struct library_places places = {.cache = "/none", .musl_path = "/none\n/none"};
	struct image image = image_of_object(EM_X86_64);

	write_object("a/libmiddle.so", "libx.so", 0, NULL);
	image_add_entry(&image, DT_NEEDED, "libmiddle.so");
	image_add_entry(&image, DT_NEEDED, "libc.so");
	image_add_entry(&image, DT_RUNPATH, "$ORIGIN/a");
	files_write(files_path("program"), &image, sizeof(image));
	assert_true(libraries_find(files_path("program"), &places, &found));
	assert_int_equal(found.count, 4);
	assert_null(found.all[2].path);
	assert_string_equal(found.all[3].path, files_path("a/libx.so"));
	libraries_clear(&found);

	write_object("program", "libc.so", 0, NULL);
	places.musl_path = files_path("a");
	write_object("a/libc.so", NULL, 0, NULL);
	assert_true(libraries_find(files_path("program"), &places, &found));
	assert_null(found.all[1].path);
	libraries_clear(&found);
}

static void a_very_long_library_path_is_searched(void **state)
{
	(void)state;
	struct image image = image_of_object(EM_X86_64);
	static char list[8192];

	for (size_t i = 0; i + 2 < sizeof(list); i += 2)
		memcpy(list + i, "/:", 3);
	image_add_entry(&image, DT_NEEDED, "libnone.so");
	files_write(files_path("program"), &image, sizeof(image));
	struct libraries found = find_with("program", list, "/none");
	assert_int_equal(found.count, 2);
	assert_null(found.all[1].path);
	libraries_clear(&found);
}

static void what_is_no_program_has_no_libraries(void **state)
{
	(void)state;
	struct library_places places = {.cache = "/none"};
	struct libraries found;

	files_write(files_path("text"), "#!/bin/sh\n", 10);
	assert_false(libraries_find(files_path("text"), &places, &found));
	assert_false(libraries_find(files_path("nowhere"), &places, &found));
}

static int make_directories(void **state)
{
	(void)state;
	for (const char *name = "abcd"; *name != '\0'; name++)
		if (mkdir(files_path((char[]){*name, '\0'}), 0755) != 0)
			return -1;
	write_object("a/libx.so", NULL, 0, NULL);
	write_object("b/libx.so", NULL, 0, NULL);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_library_is_found_relative_to_origin),
		cmocka_unit_test(the_origin_of_a_program_is_that_of_the_file_that_a_link_leads_to),
		cmocka_unit_test(the_library_path_is_searched_after_rpath_and_before_runpath),
		cmocka_unit_test(rpath_applies_to_the_libraries_of_libraries_and_runpath_does_not),
		cmocka_unit_test(an_object_with_runpath_has_no_rpath),
		cmocka_unit_test(what_is_for_another_machine_or_no_library_is_passed_over),
		cmocka_unit_test(a_name_with_a_slash_is_a_path),
		cmocka_unit_test(libraries_that_want_each_other_are_found_once),
		cmocka_unit_test(a_library_is_recognised_by_its_soname),
		cmocka_unit_test(a_library_is_found_in_the_cache),
		cmocka_unit_test(the_older_format_may_precede_the_newer),
		cmocka_unit_test(an_object_may_forbid_the_cache),
		cmocka_unit_test(a_damaged_cache_is_read_without_harm),
		cmocka_unit_test(the_loader_of_musl_has_another_order_and_the_libraries_of_libc),
		cmocka_unit_test(a_very_long_library_path_is_searched),
		cmocka_unit_test(what_is_no_program_has_no_libraries),
	};

	return cmocka_run_group_tests(tests, make_directories, files_remove);
}
