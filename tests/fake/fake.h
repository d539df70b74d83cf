// SPDX-License-Identifier: MIT
// A scripted DNS server for tests: answers from records, alters the answers by rules, records every query.
//
//	struct fake *fake = fake_start("127.0.0.1", "app.test. 60 A 192.0.2.1\n"      // its own thread, a free port
//	                                            "www.app.test. CNAME app.test.\n",
//	                               "app.test/AAAA first=1 servfail\n"             // the first AAAA query fails
//	                               "*.slow.test delay=50 truncate\n");            // 50 ms later, then by TCP
//	assert_non_null(fake);
//	... look names up at fake_text(fake), which is "127.0.0.1:40001" ...
//	fake_add_rules(fake, "* drop\n");              // from now on nothing is answered
//	assert_int_equal(fake_count(fake, "app.test", RRTYPE_A), 1);
//	fake_stop(fake);
//
// RECORDS are zone-file lines ($ORIGIN and $TTL count; a relative name is relative to the root). CNAME chains are
// followed inside the data. A name that is not there is NXDOMAIN, a type that is not there NODATA, each with the SOA of
// the closest zone in the data, or a made-up one. RA is set, AA is not, the question comes back in the case that it was
// asked in, and an OPT record answers an OPT record. Over UDP what does not fit the client's payload (512 without EDNS)
// is truncated.
//
// RULES are lines (or parts between ';') of the form PATTERN[/TYPE] WORD...; a word that begins with '#' ends them.
// PATTERN is a name, "*.domain" (what is below it) or "*". The first rule of a text that matches a query decides alone;
// a text added later is asked before the earlier ones.
// Words that narrow the rule:
//	first=N (its first N matching queries)   udp   tcp   edns (only queries with OPT)   plain (only those without)
//	cookie (only queries with a COOKIE option)   upper (only those whose name has an upper-case letter)
// Words that change what is answered:
//	servfail refused notimp formerr rcode=N   the code and no records
//	formerr-edns notimp-edns   the code without OPT, for queries that carry OPT; the others are answered
//	edns-rcode=N   a code of 12 bits by way of OPT        two-opt   two OPT records
//	nxdomain nodata   with an SOA; nodata-nosoa and no-soa leave it away
//	lame   NOERROR without records, AA and RA clear       referral   NS records only, with glue
//	cname-only   the first CNAME of a chain alone         cname-loop   two CNAMEs that point to each other
//	cname-servfail   the first CNAME of a chain, and SERVFAIL
//	extra-answers   records of unrelated owners around the true ones
//	wrong-owner   the true ones under an unrelated owner  other-type   a TXT record instead
//	addresses=N   N made-up A or AAAA records             ttl=N   pad=N (bytes of TXT in the additional section)
//	size=N (a last record of unknown type fills the message up to N bytes, whatever the client's payload is)
//	aa no-ra ad   flags of the header                     flip-case   the case of the question's letters turned over
//	echo-case   the question as it came (so it is without a rule as well)
//	lower-case   the question in lower case, and so the owners that point to it
//	upper-owner   the owners of answers written out, in capitals
//	edns-error=N   an Extended DNS Error with that code (RFC 8914); error-text   with FAKE_ERROR_SAYS as its text
//	no-opt   none, whatever came
//	case-drop case-nxdomain cookie-drop cookie-formerr   short for: upper drop, upper nxdomain, and so on
// Words about DNS cookies (RFC 7873):
//	cookies   a COOKIE option is answered with the client's cookie and the server's (16 bytes), a malformed one FORMERR
//	bad-cookie   so are they, and over UDP one without the server's cookie is answered BADCOOKIE
//	cookie-secret=N (the server's cookies are other ones for each N)   cookie-size=N (of the server's; 0: left away)
//	cookie-none (the reply has none)   cookie-wrong (another client's)   cookie-short (5 bytes of it)
// Words that break the message:
//	wrong-id wrong-name wrong-type wrong-class not-a-reply opcode=N
//	no-question (a header alone)   short (7 bytes)   empty (0 bytes)   garbage   trailing (100 bytes after the end)
//	pointer-loop (the owner of an answer points to itself)   question-loop (so does the question)
//	rdlength-lie (an RDLENGTH beyond the end)   rdlength=N (RDATA cut or filled to N bytes, with its true length)
// Words about how it is sent:
//	drop   delay=MS (later, without holding up others)   truncate (TC over UDP with one record left, whole over TCP)
//	loss=P (P percent of the datagrams, drawn for each query, which is counted and not logged then, and for each reply)
//	wrong-source (from another port)   wrong-address (from another address, if there is one: 127.0.0.66)
//	duplicate (twice)   flood=N (N times)   forge-before (short for: wrong-id then-true)
//	then-true (the changed reply has addresses of its own, FAKE_FORGED_*, and the true one follows at once: the one that
//	the same rule would give with no other words than those of cookies, bad-cookie, cookie-secret, cookie-size, loss)
//	udp-refuse (the UDP port is closed: ICMP)
//	tcp-refuse (the TCP port is closed; with first=N until N queries came by UDP and another one comes)
//	tcp-close   tcp-close-after=N (bytes)   tcp-reset   tcp-dribble (byte by byte)   tcp-silent
//	tcp-coalesce (two replies in one segment)   tcp-unsolicited (a reply with another id goes before)
// AXFR over TCP of a name with an SOA is answered with the records at and below it, in as many messages as it takes; any
// other AXFR with NOTAUTH. Words about that:
//	axfr-records=N (records a message: 100 without it)   axfr-no-end (the second SOA is left away)
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/address.h"
#include "config/base/name.h"
#include "config/base/rrtype.h"

// What forged replies claim (see then-true); wrong-owner and extra-answers have them too.
#define FAKE_FORGED_A "192.0.2.66"
#define FAKE_FORGED_AAAA "2001:db8::66"

// The text of error-text.
#define FAKE_ERROR_SAYS "no valid signature"

struct fake;

// One query as it came.
struct fake_query {
	int64_t time;  // microseconds, CLOCK_MONOTONIC
	bool over_tcp;
	struct address server;  // the address that it came to
	struct address client;
	uint16_t id;
	uint16_t flags;    // the header's second word
	struct name name;  // in the case that it was asked in
	uint16_t type;
	uint16_t class;
	bool has_edns;
	uint16_t payload;     // of EDNS
	uint16_t edns_flags;  // DO is 0x8000
	uint8_t cookie[40];   // RFC 7873
	size_t cookie_size;   // as the option says, which may be more; 0 without one
	size_t size;          // of the whole message
};

// Starts a server in a thread of its own. address is an address with or without a port (NULL: 127.0.0.1); without one,
// or with port 0, the kernel chooses, the same for UDP and TCP. records and rules may be NULL. NULL after a line on
// stderr when something is wrong.
struct fake *fake_start(const char *address, const char *records, const char *rules);

// Ends the thread, closes everything, frees. NULL is accepted.
void fake_stop(struct fake *fake);

// Where it listens, and the same as text, which lives as long as the server.
struct address fake_address(const struct fake *fake);
const char *fake_text(const struct fake *fake);

// May be called at any time. False, with the reason in fake_error, for a line that cannot be read.
bool fake_add_records(struct fake *fake, const char *text);
bool fake_add_file(struct fake *fake, const char *path);
bool fake_add_rules(struct fake *fake, const char *text);
void fake_clear_rules(struct fake *fake);
const char *fake_error(const struct fake *fake);

// The queries so far that ask for name (NULL: any; case ignored) and type (0: any).
size_t fake_count(struct fake *fake, const char *name, uint16_t type);
// The one with this index, oldest first. False when there are not so many.
bool fake_query(struct fake *fake, size_t index, struct fake_query *out);
// Waits until that many queries are in the log. False after timeout_ms.
bool fake_wait(struct fake *fake, size_t count, unsigned timeout_ms);
void fake_forget(struct fake *fake);

// The datagrams that `loss` took so far: queries, which are not in the log, and replies. Those that follow are drawn anew
// from this seed (it is 0 at first).
size_t fake_lost_queries(struct fake *fake);
size_t fake_lost_replies(struct fake *fake);
void fake_seed(struct fake *fake, uint64_t seed);

// TCP connections accepted so far, and those open now.
size_t fake_connections(struct fake *fake);
size_t fake_open_connections(struct fake *fake);

// The pieces of fake_start, for a program: no memory of queries is kept then.
struct fake *fake_open(void);
bool fake_listen(struct fake *fake, const char *address, struct address *bound);
bool fake_log_to(struct fake *fake, const char *path);  // a line a query, appended with one write(2) each; a lost one's
														// begins with "lost "
void fake_run(struct fake *fake);                       // until fake_interrupt
void fake_interrupt(struct fake *fake);                 // async-signal-safe
