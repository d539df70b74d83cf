// SPDX-License-Identifier: MIT
#include "config/file_copy.h"

#include <string.h>

#include "config/base/ascii.h"

// Reads a word and the blank that follows it.
static bool read_word(const char **text, const char *word)
{
	const size_t length = strlen(word);
	if (strncmp(*text, word, length) != 0 || (*text)[length] != ' ')
		return false;
	*text += length + 1;
	return true;
}

// Reads a number and the blank that follows it.
static bool read_number(const char **text, uint64_t *out)
{
	return ascii_take_number(text, UINT64_MAX, out) && read_word(text, "");
}

// Reads the copy at *text and advances *text. False at the end, and if the text is malformed.
static bool read_copy(const char **text, struct file_copy *out)
{
	struct file_copy copy = {.is_included = read_word(text, "include")};
	uint64_t size = 0;
	if (!copy.is_included && !read_word(text, "file"))
		return false;
	const bool is_left_out = read_word(text, "-");
	if ((!is_left_out && !read_number(text, &size)) || !read_number(text, &copy.version))
		return false;
	copy.path = *text;
	copy.path_length = strcspn(*text, "\n");
	const char *end = copy.path + copy.path_length;
	if (*end != '\n' || copy.path[0] != '/' || strnlen(end + 1, size) < size)
		return false;
	copy.text = is_left_out ? NULL : end + 1;
	copy.size = size;
	*text = end + 1 + size;
	*out = copy;
	return true;
}

static bool is_wanted(const struct file_copy *copy, const char *path)
{
	if (path == NULL)
		return !copy->is_included;
	return strlen(path) == copy->path_length && memcmp(path, copy->path, copy->path_length) == 0;
}

bool file_copy_find(const char *text, const char *path, struct file_copy *out)
{
	struct file_copy copy;
	while (text != NULL && read_copy(&text, &copy)) {
		if (!is_wanted(&copy, path))
			continue;
		*out = copy;
		return true;
	}
	return false;
}
