// SPDX-License-Identifier: MIT
// unix_floor PATH: the least that a DNS server behind a Unix socket (SOCK_SEQPACKET) can be. It waits for one client at
// a time and answers its queries with 192.0.2.1, or without records where they are not for A. Until it is ended.
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define HEADER 12

// Turns the query, of size bytes, into its reply in place. Returns the reply's size; 0 if it is none that we know.
static size_t answer(uint8_t *message, size_t size)
{
	static const uint8_t record[] = {0xc0, HEADER, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1};
	size_t at = HEADER;
	while (at < size && message[at] != 0)
		at += message[at] + 1U;
	if (at + 5 > size)
		return 0;
	const bool is_address = message[at + 2] == 1;
	at += 5;
	message[2] = 0x81;  // QR, RD
	message[3] = 0x80;  // RA
	message[7] = is_address;
	message[11] = 0;  // no OPT
	if (!is_address)
		return at;
	memcpy(message + at, record, sizeof(record));
	return at + sizeof(record);
}

static void serve(int client)
{
	uint8_t message[4096];
	ssize_t size;
	while ((size = recv(client, message, sizeof(message) / 2, 0)) > HEADER)
		if (send(client, message, answer(message, (size_t)size), MSG_NOSIGNAL) <= 0)
			break;
	close(client);
}

int main(int count, char **words)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const int listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (count != 2 || strlen(words[1]) >= sizeof(address.sun_path))
		return 2;
	strcpy(address.sun_path, words[1]);
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) != 0 || listen(listener, SOMAXCONN) != 0) {
		perror(words[1]);
		return 1;
	}
	for (int client; (client = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0;)
		serve(client);
	return 1;
}
