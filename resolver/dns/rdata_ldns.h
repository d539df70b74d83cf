// SPDX-License-Identifier: MIT
// RDATA to presentation format and back by ldns: for types that rdata_layout.h does not have.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rdata_source;

// Contracts as rdata_text_read and rdata_text_write have them, except that the text may lack bytes of invalid data.
bool rdata_ldns_read(uint16_t type, struct rdata_source *source);
char *rdata_ldns_write(uint16_t type, const uint8_t *data, size_t length);
