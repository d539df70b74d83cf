// SPDX-License-Identifier: MIT
#include "shim/command/text.h"

#include <stdarg.h>
#include <stdio.h>

char *text_format(const char *format, ...)
{
	va_list arguments;
	char *text;
	va_start(arguments, format);
	const int length = vasprintf(&text, format, arguments);
	va_end(arguments);
	return length < 0 ? NULL : text;
}
