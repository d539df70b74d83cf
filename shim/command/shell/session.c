// SPDX-License-Identifier: MIT
#include "shim/command/shell/session.h"

#include "config/environment.h"
#include "resolver/resolver.h"
#include "shim/command/command_line.h"
#include "shim/command/problem.h"

// Applies the settings of line, or changes nothing.
static bool apply(struct session *session, struct problem *problem)
{
	struct settings settings = {.directives = NULL};
	const struct resolver *older = session->shared != NULL ? session->shared->resolver : NULL;
	struct shared_resolver *shared =
		shared_resolver_open(settings_open(session->line, session->inherited, older, &settings, problem), problem);
	if (shared == NULL) {
		settings_clear(&settings);
		return false;
	}
	settings_clear(&session->settings);
	shared_resolver_release(session->shared);
	session->settings = settings;
	session->shared = shared;
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
	shared_resolver_release(session->shared);
	session->shared = NULL;
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
	if (resolver_is_stale(session->shared->resolver))
		apply(session, &ignored);
}
