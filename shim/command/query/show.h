// SPDX-License-Identifier: MIT
// --show-config: writes every setting in effect, with its value and its origin.
#pragma once

#include <stdbool.h>
#include <stdio.h>

struct command_line;
struct environment;
struct name_services;
struct problem;

// Writes the settings of PROGRAM. False with *problem filled, as settings_make.
bool show_config(
	const struct command_line *line, const struct environment *inherited, FILE *out, struct problem *problem);

// Writes the services for hosts in the syntax of nsswitch.conf(5): "files [NOTFOUND=return] dns". Returns text.
#define SHOW_SERVICES_SIZE 1024
char *show_write_services(const struct name_services *services, char *text);
