// SPDX-License-Identifier: MIT
// Internationalised names (RFC 5890): AI_IDN, AI_CANONIDN, NI_IDN. By libidn2, which is opened when one of these is
// first used, as glibc does.
#pragma once

// The A-label form of name, which is in the locale's encoding; allocated. 0, EAI_MEMORY, or EAI_IDN_ENCODE: what is
// no text of that encoding, has no such form, or is not ASCII where there is no libidn2.
int idn_to_ascii(const char *name, char **ascii);

// The other way; where that cannot be done, or not in the locale's encoding, a copy of name. 0 or EAI_MEMORY.
int idn_to_unicode(const char *name, char **unicode);
