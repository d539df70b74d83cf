// SPDX-License-Identifier: MIT
// Lists the settings that no directive makes, and the files that were looked for and do not exist.
#pragma once

struct show_list;
struct survey;

// Adds them to the list.
void show_facts_add(struct survey *survey, struct show_list *list);
