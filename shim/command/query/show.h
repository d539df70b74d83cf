// SPDX-License-Identifier: MIT
// --show-config: every setting in force, its value, and the door that it came through.
#pragma once

#include <stdbool.h>
#include <stdio.h>

struct command_line;
struct environment;
struct name_services;
struct problem;

// Writes the settings that PROGRAM would have. False with *problem filled, as settings_make.
bool show_config(
	const struct command_line *line, const struct environment *inherited, FILE *out, struct problem *problem);

// Writes who is asked for hosts as nsswitch.conf(5) does: "files [NOTFOUND=return] dns". Returns text.
#define SHOW_SERVICES_SIZE 1024
char *show_write_services(const struct name_services *services, char *text);
