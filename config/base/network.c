// SPDX-License-Identifier: MIT
#include "config/base/network.h"

#include <string.h>

#include "config/base/ascii.h"
#include "config/base/random.h"
#include "config/base/strbuf.h"

bool network_read(const char *text, struct network *out)
{
	const size_t length = ascii_until(text, "/");
	char literal[ADDRESS_TEXT_SIZE];
	struct network network;
	if (!ascii_copy(literal, sizeof(literal), text, length) || !address_read(literal, &network.address))
		return false;
	network.bits = 8 * address_length(&network.address);
	if (text[length] == '/' && !ascii_read_between(text + length + 1, 0, network.bits, &network.bits))
		return false;
	*out = network;
	return true;
}

bool network_contains(const struct network *network, const struct address *address)
{
	const unsigned bytes = network->bits / 8, rest = network->bits % 8;
	if (address->family != network->address.family || memcmp(address->bytes, network->address.bytes, bytes) != 0)
		return false;
	return rest == 0 || (address->bytes[bytes] ^ network->address.bytes[bytes]) >> (8 - rest) == 0;
}

void network_write(const struct network *network, struct strbuf *line)
{
	char text[ADDRESS_TEXT_SIZE];
	strbuf_add(line, address_write(&network->address, text));
	if (network_is_address(network))
		return;
	strbuf_add(line, "/");
	strbuf_add_number(line, network->bits);
}

struct address network_draw(const struct network *network, uint64_t number)
{
	struct address drawn = network->address;
	for (unsigned i = network->bits / 8; i < address_length(&drawn); i++) {
		const uint8_t prefix = i == network->bits / 8 ? (uint8_t)(0xff00 >> network->bits % 8) : 0;
		number = random_next(number);
		drawn.bytes[i] = (uint8_t)((drawn.bytes[i] & prefix) | (number & (uint8_t)~prefix));
	}
	return drawn;
}

bool network_is_loopback(const struct address *address)
{
	static const uint8_t ipv6[16] = {[15] = 1};
	return address->family == AF_INET ? address->bytes[0] == 127
									  : address->family == AF_INET6 && memcmp(address->bytes, ipv6, sizeof(ipv6)) == 0;
}
