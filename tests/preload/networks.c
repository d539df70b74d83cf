// SPDX-License-Identifier: MIT
// networks WORD...: "=" is gethostid, what inet_network reads is getnetbyaddr, all else getnetbyname, each also by its
// _r form. glibc leaves the name of a network that the DNS has by name uninitialised, so that names found by name are
// not shown; %WORD shows them.
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void show(const char *call, const char *word, const struct netent *network, bool has_name)
{
	printf("%s %s:", call, word);
	if (!network) {
		printf(" none\n");
		return;
	}
	printf(" %s family %d number %x", has_name ? network->n_name : "", network->n_addrtype, network->n_net);
	for (char **alias = network->n_aliases; *alias; alias++)
		printf(" [%s]", *alias);
	printf("\n");
}

// The functions without _r set h_errno; of the others it is defined only for a buffer that is too small.
static void show_static(const char *call, const char *word, const struct netent *network, bool has_name)
{
	const int error = h_errno;
	show(call, word, network, has_name);
	if (!network)
		printf("h_errno %d\n", error);
}

static void show_in_buffer(const char *call, const char *word, int code, const struct netent *found, bool has_name)
{
	show(found && code ? "fails though it is found" : call, word, found, has_name);
}

static void by_number(const char *word)
{
	struct netent entry, *found;
	char buffer[2048];
	int error = 0;
	const uint32_t number = inet_network(word);
	show_static("getnetbyaddr", word, getnetbyaddr(number, AF_INET), true);
	show("getnetbyaddr(AF_UNSPEC)", word, getnetbyaddr(number, AF_UNSPEC), true);
	show("getnetbyaddr(AF_INET6)", word, getnetbyaddr(number, AF_INET6), true);
	int code = getnetbyaddr_r(number, AF_INET, &entry, buffer, sizeof(buffer), &found, &error);
	show_in_buffer("getnetbyaddr_r", word, code, found, true);
	if (found && getnetbyaddr_r(number, AF_INET, &entry, buffer, 3, &found, &error) == ERANGE)
		printf("getnetbyaddr_r in 3 bytes: %d\n", error);
}

static void by_name(const char *word)
{
	struct netent entry, *found;
	char buffer[2048];
	int error = 0;
	const bool has_name = *word == '%';
	word += has_name;
	show_static("getnetbyname", word, getnetbyname(word), has_name);
	int code = getnetbyname_r(word, &entry, buffer, sizeof(buffer), &found, &error);
	show_in_buffer("getnetbyname_r", word, code, found, has_name);
	if (found && getnetbyname_r(word, &entry, buffer, 3, &found, &error) == ERANGE)
		printf("getnetbyname_r in 3 bytes: %d\n", error);
}

int main(int count, char **words)
{
	for (int i = 1; i < count; i++) {
		if (strcmp(words[i], "=") == 0)
			printf("gethostid: %lx\n", gethostid());
		else if (inet_network(words[i]) != INADDR_NONE)
			by_number(words[i]);
		else
			by_name(words[i]);
	}
	return 0;
}
