// SPDX-License-Identifier: MIT
// The settings in effect that no directive of withdns.conf(5) makes: those of other files and of the environment.
#pragma once

struct show_list;
struct survey;

// Adds them to the list, and the files that were looked for and do not exist.
void show_facts_add(struct show_list *list, struct survey *survey);
