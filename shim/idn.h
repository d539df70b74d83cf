// SPDX-License-Identifier: MIT
// Internationalised names (RFC 5890) for AI_IDN, AI_CANONIDN, NI_IDN, by libidn2, which is loaded at first use as in
// glibc.
#pragma once

// Converts name, in the locale's encoding, to A-labels. The caller frees *ascii. Returns 0, EAI_MEMORY, or
// EAI_IDN_ENCODE if name is invalid in that encoding, has no A-label form, or is not ASCII and libidn2 is not
// installed.
int idn_to_ascii(const char *name, char **ascii);

// Converts A-labels to the locale's encoding; if that is impossible, *unicode is a copy of name. The caller frees it.
// Returns 0 or EAI_MEMORY.
int idn_to_unicode(const char *name, char **unicode);
