// SPDX-License-Identifier: MIT
#include "resolver/dns/rdata_layout.h"

#include <stddef.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/rrtype.h"

// Arrays instead of pointers: nothing to relocate when the library is loaded.
static const char layouts[][10] = {
	[RRTYPE_A] = "4",
	[RRTYPE_NS] = "n",
	[RRTYPE_MD] = "n",
	[RRTYPE_MF] = "n",
	[RRTYPE_CNAME] = "n",
	[RRTYPE_SOA] = "nndpppp",
	[RRTYPE_MB] = "n",
	[RRTYPE_MG] = "n",
	[RRTYPE_MR] = "n",
	[RRTYPE_WKS] = "4kW",
	[RRTYPE_PTR] = "n",
	[RRTYPE_HINFO] = "ss",  // RFC 1035
	[RRTYPE_MINFO] = "nn",
	[RRTYPE_MX] = "wn",
	[RRTYPE_TXT] = "s+",
	[RRTYPE_RP] = "nn",  // RFC 1183
	[RRTYPE_AFSDB] = "wn",
	[RRTYPE_X25] = "s",
	[RRTYPE_ISDN] = "ss?",
	[RRTYPE_RT] = "wn",
	[RRTYPE_NSAP] = "a",         // RFC 1706
	[RRTYPE_NSAP_PTR] = "N",     // RFC 1706
	[RRTYPE_SIG] = "TgbpDDwNB",  // RFC 2535
	[RRTYPE_KEY] = "wbgB?",
	[RRTYPE_PX] = "wnn",    // RFC 2163
	[RRTYPE_GPOS] = "sss",  // RFC 1712
	[RRTYPE_AAAA] = "6",
	[RRTYPE_LOC] = "L",  // RFC 1876
	[RRTYPE_SRV] = "wwwn",
	[RRTYPE_NAPTR] = "wwsssn",  // RFC 3403
	[RRTYPE_KX] = "wn",         // RFC 2230
	[RRTYPE_CERT] = "cwgB",     // RFC 4398
	[RRTYPE_A6] = "A",          // RFC 2874
	[RRTYPE_DNAME] = "n",
	[RRTYPE_SINK] = "bbbB?",       // draft-eastlake-kitchen-sink
	[RRTYPE_APL] = "P*",           // RFC 3123
	[RRTYPE_DS] = "wgbX",          // RFC 4034
	[RRTYPE_SSHFP] = "bbX",        // RFC 4255
	[RRTYPE_IPSECKEY] = "bbbGB?",  // RFC 4025
	[RRTYPE_RRSIG] = "TgbpDDwNB",  // RFC 4034
	[RRTYPE_NSEC] = "Nm",          // RFC 4034
	[RRTYPE_DNSKEY] = "wbgB",      // RFC 4034
	[RRTYPE_DHCID] = "B",          // RFC 4701
	[RRTYPE_NSEC3] = "bbwxhm?",    // RFC 5155
	[RRTYPE_NSEC3PARAM] = "bbwx",
	[RRTYPE_TLSA] = "bbbX",    // RFC 6698
	[RRTYPE_SMIMEA] = "bbbX",  // RFC 8162
	[RRTYPE_HIP] = "HN*",      // RFC 8005
	[RRTYPE_NINFO] = "s+",
	[RRTYPE_RKEY] = "wbgB",
	[RRTYPE_TALINK] = "nn",
	[RRTYPE_CDS] = "wgbX",  // RFC 7344
	[RRTYPE_CDNSKEY] = "wbgB",
	[RRTYPE_OPENPGPKEY] = "B",  // RFC 7929
	[RRTYPE_CSYNC] = "dwm?",    // RFC 7477
	[RRTYPE_ZONEMD] = "dbbX",   // RFC 8976
	[RRTYPE_SVCB] = "wNv",      // RFC 9460
	[RRTYPE_HTTPS] = "wNv",
	[RRTYPE_DSYNC] = "TywN",  // RFC 9859
	[RRTYPE_HHIT] = "B",      // RFC 9886
	[RRTYPE_BRID] = "B",      // RFC 9886
	[RRTYPE_SPF] = "s+",      // RFC 7208
	[RRTYPE_LP] = "wn",       // RFC 6742
	[RRTYPE_URI] = "wwq",     // RFC 7553
	[RRTYPE_CAA] = "btQ",     // RFC 8659
	[RRTYPE_AVC] = "s+",
	[RRTYPE_DOA] = "ddbsB?",
	[RRTYPE_AMTRELAY] = "brR",  // RFC 8777
	[RRTYPE_RESINFO] = "s+",    // RFC 9606
	[RRTYPE_WALLET] = "s+",
	[RRTYPE_CLA] = "s+",
	[RRTYPE_IPN] = "u",
};

const char *rdata_layout(uint16_t type)
{
	const unsigned row = type == RRTYPE_TA || type == RRTYPE_DLV ? RRTYPE_DS : type;
	return row < ARRAY_LENGTH(layouts) && *layouts[row] ? layouts[row] : NULL;
}

bool rdata_layout_has_names(uint16_t type)
{
	const char *layout = rdata_layout(type);
	return layout && strpbrk(layout, "AnNGR");
}

unsigned rdata_layout_size(char letter)
{
	static const uint8_t sizes[] = {
		['4'] = 4,
		['6'] = 16,
		['D'] = 4,
		['T'] = 2,
		['b'] = 1,
		['c'] = 2,
		['d'] = 4,
		['g'] = 1,
		['k'] = 1,
		['p'] = 4,
		['u'] = 8,
		['w'] = 2,
		['y'] = 1,
	};
	const unsigned index = (unsigned char)letter;
	return index < ARRAY_LENGTH(sizes) ? sizes[index] : 0;
}
