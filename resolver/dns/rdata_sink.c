// SPDX-License-Identifier: MIT
#include "resolver/dns/rdata_sink.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/name.h"

bool rdata_sink_open(struct rdata_sink *sink, const uint8_t *data, size_t length)
{
	*sink = (struct rdata_sink){.data = {.bytes = data, .size = length}};
	sink->out = open_memstream(&sink->text, &sink->text_size);
	return sink->out != NULL;
}

char *rdata_sink_close(struct rdata_sink *sink)
{
	const bool is_written = fflush(sink->out) == 0 && !ferror(sink->out);
	if (fclose(sink->out) == 0 && is_written && !sink->data.failed && sink->data.at == sink->data.size)
		return sink->text;
	free(sink->text);
	return NULL;
}

void rdata_sink_begin_word(struct rdata_sink *sink)
{
	if (sink->has_words)
		fputc(' ', sink->out);
	sink->has_words = true;
}

void rdata_sink_word(struct rdata_sink *sink, const char *format, ...)
{
	va_list arguments;
	rdata_sink_begin_word(sink);
	va_start(arguments, format);
	vfprintf(sink->out, format, arguments);
	va_end(arguments);
}

void rdata_sink_name(struct rdata_sink *sink)
{
	struct cursor *data = &sink->data;
	char text[NAME_TEXT_SIZE];
	struct name name;
	if (data->failed || !name_from_wire(data->bytes + data->at, (unsigned)(data->size - data->at), &name)) {
		data->failed = true;
		return;
	}
	data->at += name.length;
	rdata_sink_begin_word(sink);
	fputs(name_write(&name, text), sink->out);
	if (name.length > 1)
		fputc('.', sink->out);
}

void rdata_sink_escaped(FILE *out, const uint8_t *bytes, size_t length, const char *special)
{
	for (size_t i = 0; i < length; i++)
		fprintf(out, bytes[i] < ' ' || bytes[i] > '~' || strchr(special, bytes[i]) ? "\\%03u" : "%c", bytes[i]);
}

void rdata_sink_quoted(struct rdata_sink *sink, const uint8_t *bytes, size_t length)
{
	rdata_sink_begin_word(sink);
	fputc('"', sink->out);
	for (size_t i = 0; bytes && i < length; i++) {
		if (bytes[i] == '"' || bytes[i] == '\\')
			fputc('\\', sink->out);
		rdata_sink_escaped(sink->out, &bytes[i], 1, "");
	}
	fputc('"', sink->out);
}
