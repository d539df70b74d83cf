// SPDX-License-Identifier: MIT
#include "resolver/dns/rdata_layout.h"

#include <stddef.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/rrtype.h"

#define ROW(type, fields) [RRTYPE_##type] = fields

// Arrays instead of pointers: nothing to relocate when the library is loaded.
static const char layouts[][10] = {
	// RFC 1035 and 1183
	ROW(A, "4"), ROW(NS, "n"), ROW(MD, "n"), ROW(MF, "n"), ROW(CNAME, "n"), ROW(SOA, "nndpppp"), ROW(MB, "n"),
	ROW(MG, "n"), ROW(MR, "n"), ROW(WKS, "4kW"), ROW(PTR, "n"), ROW(HINFO, "ss"), ROW(MINFO, "nn"), ROW(MX, "wn"),
	ROW(TXT, "s+"), ROW(RP, "nn"), ROW(AFSDB, "wn"), ROW(X25, "s"), ROW(ISDN, "ss?"), ROW(RT, "wn"),
	// The RFCs of the later ones stand behind their rows.
	ROW(NSAP, "a"), ROW(NSAP_PTR, "N"), ROW(SIG, "TgbpDDwNB"), ROW(KEY, "wbgB?"),  // 1706, 2535
	ROW(PX, "wnn"), ROW(GPOS, "sss"), ROW(AAAA, "6"), ROW(LOC, "L"),               // 2163, 1712, 3596, 1876
	ROW(EID, "X"), ROW(NIMLOC, "X"), ROW(ATMA, "f"),                           // draft-ietf-nimrod-dns, af-dans-0152
	ROW(SRV, "wwwn"), ROW(NAPTR, "wwsssn"), ROW(KX, "wn"), ROW(CERT, "cwgB"),  // 2782, 3403, 2230, 4398
	ROW(A6, "A"), ROW(DNAME, "n"), ROW(SINK, "bbbB?"),           // 2874, 6672, draft-eastlake-kitchen-sink
	ROW(APL, "P*"), ROW(SSHFP, "bbX"), ROW(IPSECKEY, "bbbGB?"),  // 3123, 4255, 4025
	ROW(DS, "wgbX"), ROW(RRSIG, "TgbpDDwNB"), ROW(NSEC, "Nm"), ROW(DNSKEY, "wbgB"),  // 4034
	ROW(DHCID, "B"), ROW(NSEC3, "bbwxhm?"), ROW(NSEC3PARAM, "bbwx"),                 // 4701, 5155
	ROW(TLSA, "bbbX"), ROW(SMIMEA, "bbbX"), ROW(HIP, "HN*"),                         // 6698, 8162, 8005
	ROW(NINFO, "s+"), ROW(RKEY, "wbgB"), ROW(TALINK, "nn"), ROW(CDS, "wgbX"), ROW(CDNSKEY, "wbgB"),
	ROW(OPENPGPKEY, "B"), ROW(CSYNC, "dwm?"), ROW(ZONEMD, "dbbX"),                            // 7929, 7477, 8976
	ROW(SVCB, "wNv"), ROW(HTTPS, "wNv"), ROW(DSYNC, "TywN"), ROW(HHIT, "B"), ROW(BRID, "B"),  // 9460, 9859, 9886
	ROW(SPF, "s+"), ROW(NID, "wi"), ROW(L32, "w4"), ROW(L64, "wi"), ROW(LP, "wn"), ROW(EUI48, "e"), ROW(EUI64, "E"),
	ROW(URI, "wwq"), ROW(CAA, "btQ"),                                     // 7208, 6742, 7553, 8659
	ROW(AVC, "s+"), ROW(DOA, "ddbsB?"), ROW(AMTRELAY, "brR"),             // 8777: AMTRELAY
	ROW(RESINFO, "s+"), ROW(WALLET, "s+"), ROW(CLA, "s+"), ROW(IPN, "u")  // 9606: RESINFO
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
