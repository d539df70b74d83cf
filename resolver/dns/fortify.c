// SPDX-License-Identifier: MIT
// Definitions of the *_chk functions that Debian's libldns.a calls (it is built with _FORTIFY_SOURCE), and of the
// __isoc23_* functions to which the headers of glibc 2.38 and later redirect strtol(3) and the like. musl has none of
// them: a musl program that inherits LD_PRELOAD could not load the library without these. They make the same checks as
// glibc's.
#if defined(_FORTIFY_SOURCE) && _FORTIFY_SOURCE > 0
#error "_FORTIFY_SOURCE must be off here: these functions would call themselves"
#endif

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define HIDDEN __attribute__((visibility("hidden")))

HIDDEN void *__memcpy_chk(void *to, const void *from, size_t size, size_t room);
HIDDEN void *__memmove_chk(void *to, const void *from, size_t size, size_t room);
HIDDEN void *__memset_chk(void *to, int byte, size_t size, size_t room);
HIDDEN char *__strncat_chk(char *to, const char *from, size_t size, size_t room);
HIDDEN int __vsnprintf_chk(char *to, size_t size, int flag, size_t room, const char *format, va_list arguments);
HIDDEN int __fprintf_chk(FILE *file, int flag, const char *format, ...);
HIDDEN long __isoc23_strtol(const char *text, char **end, int base);
HIDDEN unsigned long __isoc23_strtoul(const char *text, char **end, int base);
HIDDEN long long __isoc23_strtoll(const char *text, char **end, int base);
HIDDEN unsigned long long __isoc23_strtoull(const char *text, char **end, int base);
HIDDEN int __isoc23_sscanf(const char *text, const char *format, ...);

// libc's functions by their symbols, because the headers redirect the C names.
long c99_strtol(const char *text, char **end, int base) __asm__("strtol");
unsigned long c99_strtoul(const char *text, char **end, int base) __asm__("strtoul");
long long c99_strtoll(const char *text, char **end, int base) __asm__("strtoll");
unsigned long long c99_strtoull(const char *text, char **end, int base) __asm__("strtoull");
int c99_vsscanf(const char *text, const char *format, va_list arguments) __asm__("__isoc99_vsscanf");

static void check(size_t size, size_t room)
{
	if (size > room)
		__builtin_trap();
}

void *__memcpy_chk(void *to, const void *from, size_t size, size_t room)
{
	check(size, room);
	return memcpy(to, from, size);
}

void *__memmove_chk(void *to, const void *from, size_t size, size_t room)
{
	check(size, room);
	return memmove(to, from, size);
}

void *__memset_chk(void *to, int byte, size_t size, size_t room)
{
	check(size, room);
	return memset(to, byte, size);
}

char *__strncat_chk(char *to, const char *from, size_t size, size_t room)
{
	check(strlen(to) + strnlen(from, size) + 1, room);
	return strncat(to, from, size);
}

int __vsnprintf_chk(char *to, size_t size, int flag, size_t room, const char *format, va_list arguments)
{
	(void)flag;
	check(size, room);
	return vsnprintf(to, size, format, arguments);
}

int __fprintf_chk(FILE *file, int flag, const char *format, ...)
{
	va_list arguments;
	(void)flag;
	va_start(arguments, format);
	int length = vfprintf(file, format, arguments);
	va_end(arguments);
	return length;
}

// ---- numbers; no caller depends on C23's 0b prefix ----

long __isoc23_strtol(const char *text, char **end, int base)
{
	return c99_strtol(text, end, base);
}

unsigned long __isoc23_strtoul(const char *text, char **end, int base)
{
	return c99_strtoul(text, end, base);
}

long long __isoc23_strtoll(const char *text, char **end, int base)
{
	return c99_strtoll(text, end, base);
}

unsigned long long __isoc23_strtoull(const char *text, char **end, int base)
{
	return c99_strtoull(text, end, base);
}

int __isoc23_sscanf(const char *text, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	int count = c99_vsscanf(text, format, arguments);
	va_end(arguments);
	return count;
}
