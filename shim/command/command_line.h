// SPDX-License-Identifier: MIT
// The parsed command line, and the environment that it adds to.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct colours;
struct environment;
struct network;
struct problem;

enum command_action {
	ACTION_RUN,
	ACTION_HELP,
	ACTION_VERSION,
	ACTION_PRINT_ENV,
	ACTION_QUERY,
	ACTION_SHELL,
	ACTION_SHOW_CONFIG,
	ACTION_EXPLAIN,
	ACTION_CHECK,
	ACTION_SERVE,
};

// How --query interprets its words.
enum query_view {
	VIEW_AS_ASKED,    // NAME or ADDRESS: the result for a program; NAME TYPE...: the message
	VIEW_SUMMARY_OF,  // DOMAIN...: addresses, mail exchangers, name servers
	VIEW_SRV,         // SERVICE PROTO DOMAIN: in the order in which a client tries them (RFC 2782)
	VIEW_REVERSE,     // ADDRESS...: names
};

// How questions are asked and answers are shown.
struct query_options {
	enum query_view view;
	bool raw;  // one packet, any reply
	bool tcp;
	bool no_recursion, dnssec, checking_disabled;
	bool is_short;  // one value a line
	bool hex, json, trace;
	const struct colours *colours;  // of the output
	uint16_t payload;               // EDNS payload size in bytes; 0: the default of the resolver
	uint16_t type;                  // for names without a type; 0: none
};

// May PROGRAM be supervised?
enum reach_choice {
	REACH_BY_ITSELF,  // where that redirects what a preloaded library does not
	REACH_ASKED,      // it must be
	REACH_REFUSED,
};

// An option that stands for a directive of withdns.conf(5).
struct option_setting {
	char *directive;  // one line, without its newline
	char *option;     // as the user wrote it: "-s '192.0.2.1'"
};

struct command_line {
	enum command_action action;
	const struct environment *inherited;  // that of this process, which options_parse does not set; borrowed
	bool quiet, verbose, force;
	enum reach_choice reach;
	bool is_supervised;  // settings are made for a supervised PROGRAM
	bool is_plain;       // of --print-env
	bool summary_is_json;
	bool summary;                     // with report or expect: the program is watched
	const char *report, *expect;      // file names, borrowed from argv; NULL: none
	const char *expect_write;         // likewise; the program is watched
	bool expect_used;                 // with expect
	struct option_setting *settings;  // in the order of the command line
	size_t setting_count;
	const char *config_file;  // borrowed from argv; NULL: none
	struct query_options query;
	struct network *networks;  // of --serve-to; owned
	size_t network_count;
	char **words;  // operands of actions other than ACTION_RUN, from argv; the array is owned
	size_t word_count;
	char **program;  // PROGRAM, its arguments and NULL, within argv; NULL unless ACTION_RUN
};

// Inserts a directive in front of the at-th one, or at the end; option names it in messages. Takes ownership of both,
// which may be NULL for lack of memory: false then, with *problem filled.
bool command_line_insert(struct command_line *line, size_t at, char *directive, char *option, struct problem *problem);

// Adds a directive in front of all others, in a section of its own (location.h: CONFIG_SOURCE_DIRECTIVES), so that it
// takes precedence over them. option names it in messages. Both are copied. False with *problem filled for lack of
// memory.
bool command_line_put_in_front(
	struct command_line *line, const char *directive, const char *option, struct problem *problem);

// Removes the directive that command_line_put_in_front added last.
void command_line_take_front(struct command_line *line);

// Reads the value of --bufsize, 512 to 65535. False, with *out untouched, for anything else.
bool command_line_read_payload(const char *text, uint16_t *out);

// Frees what the line owns. Accepts a line that was never filled (all zero).
void command_line_clear(struct command_line *line);
