// SPDX-License-Identifier: MIT
#include "shim/command/serve/resolvconf_text.h"

#include <stdio.h>
#include <stdlib.h>

#include "config/config.h"

// Other resolvers take an empty list for none, and then have one by the host's name. The root adds nothing.
static void write_search(const struct config *config, FILE *out)
{
	char text[NAME_TEXT_SIZE];
	struct name name;
	fputs("search", out);
	for (size_t i = 0; i < config->search_count; i++) {
		const char *domain = config->search[i] + (config->search[i][0] == '.');
		if (name_read(*domain != '\0' ? domain : ".", &name))
			fprintf(out, " %s", name_write(&name, text));
	}
	fputs(config->search_count == 0 ? " .\n" : "\n", out);
}

static void write_options(const struct options *options, FILE *out)
{
	char text[OPTION_TEXT_SIZE];
	fputs("options", out);
	for (size_t i = 0; i < OPTION_COUNT; i++)
		if (option_table[i].in_glibc && option_is_setting(&option_table[i]) &&
			*option_write(&option_table[i], options, text) != '\0')
			fprintf(out, " %s", text);
	fputc('\n', out);
}

char *resolvconf_text(const struct config *config)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	if (out == NULL)
		return NULL;
	fputs("nameserver 127.0.0.1\n", out);
	write_search(config, out);
	write_options(&config->options, out);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}
