// SPDX-License-Identifier: MIT
// The configuration of PROGRAM with the origin of each setting.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "config/origin.h"
#include "shim/command/settings.h"

struct command_line;
struct name_services;
struct problem;
struct resolver;

struct survey {
	const struct command_line *line;  // borrowed
	struct settings settings;
	struct origin_book book;
	struct resolver *resolver;
	const struct config *config;  // of the resolver
};

// Loads the configuration once. False with *problem filled, as settings_open. survey_close frees *out, after a failure
// too.
bool survey_open(const struct command_line *line, struct survey *out, struct problem *problem);
void survey_close(struct survey *survey);

// Writes the origin of a setting, as settings_write_origin: text holds SETTINGS_ORIGIN_SIZE bytes. Returns text.
char *survey_write_origin(struct survey *survey, enum origin_of what, size_t index, size_t element, char *text);

// Writes the services in the syntax of nsswitch.conf(5), "files [NOTFOUND=return] dns", and whether libc has others.
// text holds SURVEY_SERVICES_SIZE bytes. Returns text.
#define SURVEY_SERVICES_SIZE 1024
char *survey_write_services(const struct name_services *services, char *text);
