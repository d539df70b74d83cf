// SPDX-License-Identifier: MIT
#include "shim/command/program/calls.h"

#include <string.h>

#include "config/base/array.h"

const struct call calls[] = {{"__gai_suspend_time64", CALL_LIBC, false}, {"__nss_configure_lookup", CALL_LIBC, false},
	{"__res_init", CALL_LIBC, false}, {"__res_mkquery", CALL_LIBC, false}, {"__res_nclose", CALL_LIBC, false},
	{"__res_ninit", CALL_LIBC, false}, {"__res_nmkquery", CALL_LIBC, false}, {"__res_nquery", CALL_LIBC, true},
	{"__res_nquerydomain", CALL_LIBC, true}, {"__res_nsearch", CALL_LIBC, true}, {"__res_nsend", CALL_LIBC, true},
	{"__res_query", CALL_LIBC, true}, {"__res_querydomain", CALL_LIBC, true}, {"__res_search", CALL_LIBC, true},
	{"__res_send", CALL_LIBC, true}, {"adns_submit", CALL_ADNS, true}, {"adns_submit_any", CALL_ADNS, true},
	{"adns_submit_reverse", CALL_ADNS, true}, {"adns_submit_reverse_any", CALL_ADNS, true},
	{"adns_synchronous", CALL_ADNS, true}, {"ares_getaddrinfo", CALL_ARES, true},
	{"ares_gethostbyaddr", CALL_ARES, true}, {"ares_gethostbyname", CALL_ARES, true},
	{"ares_getnameinfo", CALL_ARES, true}, {"ares_query", CALL_ARES, true}, {"ares_query_dnsrec", CALL_ARES, true},
	{"ares_search", CALL_ARES, true}, {"ares_search_dnsrec", CALL_ARES, true}, {"ares_send", CALL_ARES, true},
	{"ares_send_dnsrec", CALL_ARES, true}, {"callrpc", CALL_WITHIN_LIBC, true}, {"clnt_create", CALL_WITHIN_LIBC, true},
	{"dns_client_resolve", CALL_BIND, true}, {"dns_client_startresolve", CALL_BIND, true},
	{"dns_message_renderbegin", CALL_BIND, true}, {"dns_request_create", CALL_BIND, true},
	{"dns_request_createraw", CALL_BIND, true}, {"dns_resolve_a4", CALL_UDNS, true},
	{"dns_resolve_a4ptr", CALL_UDNS, true}, {"dns_resolve_a6", CALL_UDNS, true}, {"dns_resolve_a6ptr", CALL_UDNS, true},
	{"dns_resolve_dn", CALL_UDNS, true}, {"dns_resolve_p", CALL_UDNS, true},
	{"dns_resolver_createfetch", CALL_BIND, true}, {"dns_submit_a4", CALL_UDNS, true},
	{"dns_submit_a4ptr", CALL_UDNS, true}, {"dns_submit_a6", CALL_UDNS, true}, {"dns_submit_a6ptr", CALL_UDNS, true},
	{"dns_submit_dn", CALL_UDNS, true}, {"dns_submit_p", CALL_UDNS, true}, {"endhostent", CALL_LIBC, false},
	{"evdns_base_new", CALL_EVDNS, true}, {"evdns_getaddrinfo", CALL_EVDNS, true}, {"evdns_init", CALL_EVDNS, true},
	{"evdns_resolve_ipv4", CALL_EVDNS, true}, {"evdns_resolve_ipv6", CALL_EVDNS, true},
	{"freeaddrinfo", CALL_LIBC, false}, {"gai_cancel", CALL_LIBC, false}, {"gai_error", CALL_LIBC, false},
	{"gai_suspend", CALL_LIBC, false}, {"getaddrinfo", CALL_LIBC, true}, {"getaddrinfo_a", CALL_LIBC, true},
	{"getaddrinfo_async", CALL_ASR, true}, {"getdns_address", CALL_GETDNS, true},
	{"getdns_address_sync", CALL_GETDNS, true}, {"getdns_general", CALL_GETDNS, true},
	{"getdns_general_sync", CALL_GETDNS, true}, {"getdns_hostname", CALL_GETDNS, true},
	{"getdns_hostname_sync", CALL_GETDNS, true}, {"getdns_service", CALL_GETDNS, true},
	{"getdns_service_sync", CALL_GETDNS, true}, {"gethostbyaddr", CALL_LIBC, true},
	{"gethostbyaddr_r", CALL_LIBC, true}, {"gethostbyname", CALL_LIBC, true}, {"gethostbyname2", CALL_LIBC, true},
	{"gethostbyname2_r", CALL_LIBC, true}, {"gethostbyname_async", CALL_ASR, true},
	{"gethostbyname_r", CALL_LIBC, true}, {"gethostent", CALL_LIBC, true}, {"gethostent_r", CALL_LIBC, true},
	{"gethostid", CALL_LIBC, true}, {"getnameinfo", CALL_LIBC, true}, {"getnameinfo_async", CALL_ASR, true},
	{"getnetbyaddr", CALL_LIBC, true}, {"getnetbyaddr_r", CALL_LIBC, true}, {"getnetbyname", CALL_LIBC, true},
	{"getnetbyname_r", CALL_LIBC, true}, {"iruserok", CALL_WITHIN_LIBC, true}, {"iruserok_af", CALL_WITHIN_LIBC, true},
	{"knot_pkt_put_question", CALL_KNOT, true}, {"ldns_axfr_start", CALL_LDNS, true},
	{"ldns_get_rr_list_addr_by_name", CALL_LDNS, true}, {"ldns_get_rr_list_name_by_addr", CALL_LDNS, true},
	{"ldns_resolver_query", CALL_LDNS, true}, {"ldns_resolver_query_status", CALL_LDNS, true},
	{"ldns_resolver_search", CALL_LDNS, true}, {"ldns_resolver_search_status", CALL_LDNS, true},
	{"ldns_resolver_send", CALL_LDNS, true}, {"ldns_resolver_send_pkt", CALL_LDNS, true},
	{"ldns_send", CALL_LDNS, true}, {"ldns_send_buffer", CALL_LDNS, true}, {"ldns_tcp_send", CALL_LDNS, true},
	{"ldns_udp_send", CALL_LDNS, true}, {"rcmd", CALL_WITHIN_LIBC, true}, {"rcmd_af", CALL_WITHIN_LIBC, true},
	{"res_mkquery", CALL_LIBC, false}, {"res_nmkquery", CALL_LIBC, false}, {"res_nquery", CALL_LIBC, true},
	{"res_nquerydomain", CALL_LIBC, true}, {"res_nsearch", CALL_LIBC, true}, {"res_nsend", CALL_LIBC, true},
	{"res_query", CALL_LIBC, true}, {"res_query_async", CALL_ASR, true}, {"res_querydomain", CALL_LIBC, true},
	{"res_search", CALL_LIBC, true}, {"res_search_async", CALL_ASR, true}, {"res_send", CALL_LIBC, true},
	{"rexec", CALL_WITHIN_LIBC, true}, {"rexec_af", CALL_WITHIN_LIBC, true}, {"ruserok", CALL_WITHIN_LIBC, true},
	{"ruserok_af", CALL_WITHIN_LIBC, true}, {"sethostent", CALL_LIBC, false}, {"ub_resolve", CALL_UNBOUND, true},
	{"ub_resolve_async", CALL_UNBOUND, true}, {"ub_resolve_event", CALL_UNBOUND, true}};

const size_t call_count = ARRAY_LENGTH(calls);
_Static_assert(ARRAY_LENGTH(calls) < CALLS_MAX, "calls.h: CALLS_MAX");

static const struct {
	const char *name;
	const char *libraries[5];  // prefixes of their names
} owners[CALL_OWNERS] = {
	[CALL_LIBC] = {"libc", {"libc.so", "libc.musl-", "libresolv.so.", "libanl.so.", "ld-linux"}},
	[CALL_ARES] = {"c-ares", {"libcares.so."}},
	[CALL_LDNS] = {"ldns", {"libldns.so."}},
	[CALL_BIND] = {"BIND", {"libdns", "libisc", "libns-", "libirs"}},
	[CALL_UNBOUND] = {"libunbound", {"libunbound.so."}},
	[CALL_GETDNS] = {"getdns", {"libgetdns.so."}},
	[CALL_KNOT] = {"Knot DNS", {"libknot.so."}},
	[CALL_EVDNS] = {"libevent's evdns", {"libevent"}},
	[CALL_ADNS] = {"adns", {"libadns.so."}},
	[CALL_UDNS] = {"udns", {"libudns.so."}},
	[CALL_ASR] = {"libasr", {"libasr.so."}},
	[CALL_WITHIN_LIBC] = {"libc's rcmd, rexec or ruserok", {"libc.so."}},
};

static int compare_name(const void *call, const void *name)
{
	return strcmp(((const struct call *)call)->name, name);
}

size_t call_find(const char *name)
{
	const size_t place = array_place(calls, call_count, sizeof(calls[0]), name, compare_name);
	return place < call_count && strcmp(calls[place].name, name) == 0 ? place : call_count;
}

const char *call_owner_name(enum call_owner owner)
{
	return owners[owner].name;
}

bool call_owner_has_library(enum call_owner owner, const char *soname)
{
	for (size_t i = 0; i < ARRAY_LENGTH(owners[owner].libraries) && owners[owner].libraries[i] != NULL; i++)
		if (strncmp(soname, owners[owner].libraries[i], strlen(owners[owner].libraries[i])) == 0)
			return true;
	return false;
}
