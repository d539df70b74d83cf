// SPDX-License-Identifier: MIT
// Prints the IPv4 addresses of a name, by getaddrinfo(3) of the C library that it is linked with.
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	const struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
	char text[INET_ADDRSTRLEN];
	struct addrinfo *list = NULL;
	const int error = argc > 1 ? getaddrinfo(argv[1], NULL, &hints, &list) : EAI_NONAME;
	if (error != 0)
		return fprintf(stderr, "%s\n", gai_strerror(error)), 1;
	for (const struct addrinfo *node = list; node != NULL; node = node->ai_next)
		puts(inet_ntop(
			AF_INET, &((const struct sockaddr_in *)(const void *)node->ai_addr)->sin_addr, text, sizeof(text)));
	freeaddrinfo(list);
	return 0;
}
