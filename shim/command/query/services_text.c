// SPDX-License-Identifier: MIT
#include "shim/command/query/services_text.h"

#include <stdio.h>
#include <string.h>

#include "config/nsswitch.h"

static char *add_actions(char *end, unsigned ends_on)
{
	static const struct {
		unsigned status;
		const char *word;
	} statuses[] = {
		{NAME_STATUS_NOT_FOUND, "NOTFOUND"},
		{NAME_STATUS_UNAVAILABLE, "UNAVAIL"},
		{NAME_STATUS_TRY_AGAIN, "TRYAGAIN"},
	};
	if (!(ends_on & NAME_STATUS_SUCCESS))
		end = stpcpy(end, " [SUCCESS=continue]");
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (ends_on & statuses[i].status)
			end += sprintf(end, " [%s=return]", statuses[i].word);
	return end;
}

// At most NAME_SERVICES_MAX of 80 bytes.
char *services_text_write(const struct name_services *services, char *text)
{
	static const char *const words[] = {[NAME_SERVICE_FILES] = "files", [NAME_SERVICE_DNS] = "dns"};
	char *end = text;
	*end = '\0';
	for (size_t i = 0; i < services->count; i++) {
		end = stpcpy(stpcpy(end, i > 0 ? " " : ""), words[services->list[i].service]);
		end = add_actions(end, services->list[i].ends_on);
	}
	if (services->has_others)
		strcpy(end, services->count > 0 ? ", then libc for its other services" : "libc for its own services");
	return text;
}
