// SPDX-License-Identifier: MIT
// The services for hosts as text.
#pragma once

struct name_services;

// Writes the services in the syntax of nsswitch.conf(5), "files [NOTFOUND=return] dns", and whether libc has others.
// text holds SERVICES_TEXT_SIZE bytes. Returns text.
#define SERVICES_TEXT_SIZE 1024
char *services_text_write(const struct name_services *services, char *text);
