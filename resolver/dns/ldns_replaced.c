// SPDX-License-Identifier: MIT
// Replaces two functions inside ldns by the linker's --wrap, because their stack frames are too large: a program's
// thread may have 16 KiB of stack, and a frame larger than the guard page can skip it.
#include <ldns/ldns.h>

#define HIDDEN __attribute__((visibility("hidden")))

HIDDEN ldns_status __wrap_ldns_str2rdf_nsec(ldns_rdf **out, const char *text);
HIDDEN bool __wrap_ldns_nsec_bitmap_covers_type(const ldns_rdf *bitmap, ldns_rr_type type);

// Parses the type bitmap of NSEC, NSEC3 and CSYNC; ldns uses a stack array of 256 KiB. rdata_text.h parses these types.
ldns_status __wrap_ldns_str2rdf_nsec(ldns_rdf **out, const char *text)
{
	(void)out;
	(void)text;
	return LDNS_STATUS_NOT_IMPL;
}

// Is the type in the output format's list of types to print as unknown (RFC 3597)? Our format has no such list. The
// original is not linked.
bool __wrap_ldns_nsec_bitmap_covers_type(const ldns_rdf *bitmap, ldns_rr_type type)
{
	(void)bitmap;
	(void)type;
	return false;
}
