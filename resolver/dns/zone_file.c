// SPDX-License-Identifier: MIT
#include "resolver/dns/zone_file.h"

#include <errno.h>
#include <ldns/ldns.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/error_text.h"
#include "config/rrtype.h"

#define DATA_MAX UINT16_MAX

// What is being read, and who sees it.
struct reading {
	zone_file_visit *visit;
	void *context;
	struct zone_file_error *error;
	uint8_t *data;  // DATA_MAX bytes
	unsigned line;
};

static bool fail(const struct reading *reading, const char *text)
{
	reading->error->line = reading->line;
	snprintf(reading->error->text, sizeof(reading->error->text), "%s", text);
	return false;
}

static bool fail_as_ldns(const struct reading *reading, ldns_status status)
{
	if (status == LDNS_STATUS_MEM_ERR)
		return fail(reading, error_text(ENOMEM));
	char text[ZONE_FILE_ERROR_SIZE];
	const char *why = ldns_get_errorstr_by_id(status);
	snprintf(text, sizeof(text), "expected a record such as www.example. 60 IN A 192.0.2.1: %s", why ? why : "malformed");
	return fail(reading, text);
}

// The parts of the data stand as on the wire, one behind the other.
static bool collect_data(const struct reading *reading, const ldns_rr *rr, size_t *length)
{
	*length = 0;
	for (size_t i = 0; i < ldns_rr_rd_count(rr); i++) {
		const ldns_rdf *part = ldns_rr_rdf(rr, i);
		size_t size = part ? ldns_rdf_size(part) : 0;
		if (size > DATA_MAX - *length)
			return fail(reading, "expected at most 65535 bytes of data");
		if (size)
			memcpy(reading->data + *length, ldns_rdf_data(part), size);
		*length += size;
	}
	return true;
}

static bool take_record(const struct reading *reading, const ldns_rr *rr)
{
	struct name owner;
	size_t length;
	const ldns_rdf *wire = ldns_rr_owner(rr);
	const unsigned type = ldns_rr_get_type(rr);
	if (ldns_rr_get_class(rr) != LDNS_RR_CLASS_IN)
		return fail(reading, "expected a record of class IN");
	if (!wire || !name_from_wire(ldns_rdf_data(wire), (unsigned)ldns_rdf_size(wire), &owner))
		return fail(reading, "expected an owner name of at most 255 bytes");
	if (!type || type == RRTYPE_OPT || (type >= 249 && type <= RRTYPE_ANY))
		return fail(reading, "expected a type that data has, not one for queries");
	if (!collect_data(reading, rr, &length))
		return false;
	reading->error->text[0] = '\0';
	return reading->visit(reading->context, &owner, (uint16_t)type, ldns_rr_ttl(rr) & INT32_MAX, reading->data, length,
	                      reading->line);
}

// Does the status stand for a line without a record?
static bool is_directive(ldns_status status)
{
	return status == LDNS_STATUS_SYNTAX_EMPTY || status == LDNS_STATUS_SYNTAX_TTL || status == LDNS_STATUS_SYNTAX_ORIGIN;
}

static bool read_file(struct reading *reading, FILE *file, uint32_t ttl, ldns_rdf **origin, ldns_rdf **previous)
{
	int line = 1;
	while (!feof(file)) {
		ldns_rr *rr = NULL;
		reading->line = (unsigned)line;
		ldns_status status = ldns_rr_new_frm_fp_l(&rr, file, &ttl, origin, previous, &line);
		if (status == LDNS_STATUS_SYNTAX_INCLUDE)
			return fail(reading, "expected no $INCLUDE: name each file by a zone line of its own");
		if (is_directive(status))
			continue;
		if (status != LDNS_STATUS_OK)
			return fail_as_ldns(reading, status);
		bool is_taken = take_record(reading, rr);
		ldns_rr_free(rr);
		if (!is_taken)
			return false;
	}
	return !ferror(file) || fail(reading, error_text(EIO));
}

bool zone_file_read(const char *path, uint32_t default_ttl, zone_file_visit *visit, void *context,
                    struct zone_file_error *error)
{
	struct reading reading = { visit, context, error, malloc(DATA_MAX), 0 };
	ldns_rdf *origin = ldns_dname_new_frm_str("."), *previous = NULL;
	FILE *file = fopen(path, "re");
	bool is_read = false;
	if (!file)
		fail(&reading, error_text(errno));
	else if (!reading.data || !origin)
		fail(&reading, error_text(ENOMEM));
	else
		is_read = read_file(&reading, file, default_ttl, &origin, &previous);
	if (file)
		fclose(file);
	ldns_rdf_deep_free(origin);
	ldns_rdf_deep_free(previous);
	free(reading.data);
	return is_read;
}

bool zone_file_read_record(const char *text, uint32_t default_ttl, zone_file_visit *visit, void *context,
                           struct zone_file_error *error)
{
	struct reading reading = { visit, context, error, malloc(DATA_MAX), 1 };
	ldns_rdf *origin = ldns_dname_new_frm_str("."), *previous = NULL;
	ldns_rr *rr = NULL;
	bool is_read = false;
	if (!reading.data || !origin) {
		fail(&reading, error_text(ENOMEM));
	} else {
		ldns_status status = ldns_rr_new_frm_str(&rr, text, default_ttl, origin, &previous);
		is_read = status == LDNS_STATUS_OK ? take_record(&reading, rr) : fail_as_ldns(&reading, status);
	}
	ldns_rr_free(rr);
	ldns_rdf_deep_free(origin);
	ldns_rdf_deep_free(previous);
	free(reading.data);
	return is_read;
}
