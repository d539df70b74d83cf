// SPDX-License-Identifier: MIT
// What takes the place of two functions of ldns, wherever ldns itself calls them (the linker's --wrap). A program's thread
// may have 16 KiB of stack, and no guard page stops a frame that is larger than the page.
#include <ldns/ldns.h>

#define HIDDEN __attribute__((visibility("hidden")))

HIDDEN ldns_status __wrap_ldns_str2rdf_nsec(ldns_rdf **out, const char *text);
HIDDEN bool __wrap_ldns_nsec_bitmap_covers_type(const ldns_rdf *bitmap, ldns_rr_type type);

// The types of an NSEC, NSEC3 or CSYNC record, for which ldns has an array of 256 KiB on the stack. rdata_text.h reads them.
ldns_status __wrap_ldns_str2rdf_nsec(ldns_rdf **out, const char *text)
{
	(void)out;
	(void)text;
	return LDNS_STATUS_NOT_IMPL;
}

// Is type one of those that an output format writes as of an unknown type? Ours has none. ldns has this among what is left
// out.
bool __wrap_ldns_nsec_bitmap_covers_type(const ldns_rdf *bitmap, ldns_rr_type type)
{
	(void)bitmap;
	(void)type;
	return false;
}
