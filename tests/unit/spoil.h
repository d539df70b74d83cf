// SPDX-License-Identifier: MIT
// Bytes made wrong, the same way each time.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

// One number after the other (Knuth's MMIX); *seed may begin anywhere.
static inline uint64_t spoil_draw(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *seed >> 33;
}

// Puts a run of bytes that often do harm in up to eight places from first on, before end.
static inline void spoil(void *bytes, size_t first, size_t end, uint64_t *seed)
{
	static const uint8_t values[] = {0, 1, 4, 0x7f, 0x80, 0xff};

	for (uint64_t changes = 1 + spoil_draw(seed) % 8; changes > 0; changes--) {
		uint8_t *location = (uint8_t *)bytes + first + spoil_draw(seed) % (end - first - 8);
		const uint8_t value = values[spoil_draw(seed) % sizeof(values)];
		memset(location, value, 1 + spoil_draw(seed) % 8);
	}
}
