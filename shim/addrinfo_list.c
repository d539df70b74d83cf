// SPDX-License-Identifier: MIT
#include "shim/addrinfo_list.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/address.h"
#include "shim/services.h"

void addrinfo_list_free(struct addrinfo *list)
{
	while (list) {
		struct addrinfo *next = list->ai_next;
		free(list->ai_canonname);
		free(list);
		list = next;
	}
}

// One block for the node and its socket address, as in glibc.
static struct addrinfo *new_node(int flags, const struct address *address, const struct service *service)
{
	const socklen_t length = address->family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
	struct addrinfo *node = malloc(sizeof(*node) + length);
	if (!node)
		return NULL;
	struct address with_port = *address;
	with_port.port = service->port;
	address_to_sockaddr(&with_port, (struct sockaddr_storage *)(node + 1));
	*node = (struct addrinfo){
		.ai_flags = flags,
		.ai_family = address->family,
		.ai_socktype = service->socktype,
		.ai_protocol = service->protocol,
		.ai_addrlen = length,
		.ai_addr = (struct sockaddr *)(node + 1),
	};
	return node;
}

struct addrinfo *addrinfo_list_make(
	int flags, const struct services *services, const struct address *addresses, size_t count)
{
	struct addrinfo *first = NULL, **next = &first;
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < services->count; j++) {
			*next = new_node(flags, &addresses[i], &services->list[j]);
			if (!*next) {
				addrinfo_list_free(first);
				return NULL;
			}
			next = &(*next)->ai_next;
		}
	}
	return first;
}

static struct addrinfo *copy_node(const struct addrinfo *node)
{
	struct addrinfo *copy = malloc(sizeof(*copy) + node->ai_addrlen);
	if (!copy)
		return NULL;
	*copy = *node;
	copy->ai_addr = memcpy(copy + 1, node->ai_addr, node->ai_addrlen);
	copy->ai_canonname = NULL;
	copy->ai_next = NULL;
	if (!node->ai_canonname || addrinfo_list_set_name(copy, node->ai_canonname))
		return copy;
	free(copy);
	return NULL;
}

struct addrinfo *addrinfo_list_copy(const struct addrinfo *list)
{
	struct addrinfo *first = NULL, **next = &first;
	for (; list; list = list->ai_next) {
		*next = copy_node(list);
		if (!*next) {
			addrinfo_list_free(first);
			return NULL;
		}
		next = &(*next)->ai_next;
	}
	return first;
}

bool addrinfo_list_set_name(struct addrinfo *list, const char *name)
{
	list->ai_canonname = strdup(name);
	return list->ai_canonname;
}
