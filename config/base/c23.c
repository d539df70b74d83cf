// SPDX-License-Identifier: MIT
// Definitions of the __isoc23_* functions to which the headers of glibc 2.38 and later redirect strtol(3) and the like.
// musl has none of them: a musl program that inherits LD_PRELOAD could not load the library without these. No caller
// depends on C23's 0b prefix.
#define HIDDEN __attribute__((visibility("hidden")))

HIDDEN long __isoc23_strtol(const char *text, char **end, int base);
HIDDEN unsigned long __isoc23_strtoul(const char *text, char **end, int base);

// libc's functions by their symbols, because the headers redirect the C names.
long c99_strtol(const char *text, char **end, int base) __asm__("strtol");
unsigned long c99_strtoul(const char *text, char **end, int base) __asm__("strtoul");

long __isoc23_strtol(const char *text, char **end, int base)
{
	return c99_strtol(text, end, base);
}

unsigned long __isoc23_strtoul(const char *text, char **end, int base)
{
	return c99_strtoul(text, end, base);
}
