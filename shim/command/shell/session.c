// SPDX-License-Identifier: MIT
#include "shim/command/shell/session.h"

#include <stdlib.h>

#include "config/environment.h"
#include "resolver/resolver.h"
#include "shim/command/command_line.h"
#include "shim/command/problem.h"

struct lease *session_lease_take(struct lease *lease)
{
	atomic_fetch_add(&lease->holders, 1);
	return lease;
}

void session_lease_return(struct lease *lease)
{
	if (lease == NULL || atomic_fetch_sub(&lease->holders, 1) != 1)
		return;
	resolver_close(lease->resolver);
	free(lease);
}

// Takes ownership of resolver. NULL if resolver is NULL, or for lack of memory.
static struct lease *lease_open(struct resolver *resolver, struct problem *problem)
{
	struct lease *lease = resolver != NULL ? malloc(sizeof(*lease)) : NULL;
	if (lease == NULL) {
		if (resolver != NULL)
			problem_out_of_memory(problem);
		resolver_close(resolver);
		return NULL;
	}
	lease->resolver = resolver;
	atomic_init(&lease->holders, 1);
	return lease;
}

// Applies the settings of line, or changes nothing.
static bool apply(struct session *session, struct problem *problem)
{
	struct settings settings = {.directives = NULL};
	const struct resolver *older = session->lease != NULL ? session->lease->resolver : NULL;
	struct lease *lease =
		lease_open(settings_open(session->line, session->inherited, older, &settings, problem), problem);
	if (lease == NULL) {
		settings_clear(&settings);
		return false;
	}
	settings_clear(&session->settings);
	session_lease_return(session->lease);
	session->settings = settings;
	session->lease = lease;
	session->generation++;
	return true;
}

bool session_open(
	struct session *session, struct command_line *line, const struct environment *inherited, struct problem *problem)
{
	*session = (struct session){.line = line, .inherited = inherited};
	return apply(session, problem);
}

void session_close(struct session *session)
{
	settings_clear(&session->settings);
	session_lease_return(session->lease);
	session->lease = NULL;
}

bool session_set(struct session *session, const char *directive, const char *option, struct problem *problem)
{
	if (!command_line_put_in_front(session->line, directive, option, problem))
		return false;
	if (!apply(session, problem)) {
		command_line_take_front(session->line);
		return false;
	}
	session->set_count++;
	return true;
}

bool session_undo(struct session *session, struct problem *problem)
{
	if (session->set_count == 0)
		return problem_set(problem, "undo: there is no setting to remove");
	command_line_take_front(session->line);
	session->set_count--;
	return apply(session, problem);
}

void session_refresh(struct session *session)
{
	struct problem ignored;
	if (resolver_is_stale(session->lease->resolver))
		apply(session, &ignored);
}
