// SPDX-License-Identifier: MIT
// Lists every setting in effect, and the files that were looked for and do not exist.
#pragma once

struct rows;
struct survey;

// The kinds of rows.
enum show_kind {
	SHOW_DIRECTIVE,  // a line of withdns.conf(5)
	SHOW_FACT,       // a setting without a directive
	SHOW_UNSET,      // a directive that is not set
	SHOW_NO_FILE,
};

// Lists them as rows: the name is the directive or that of the fact, the value of SHOW_UNSET is "" or the option, why
// is the origin. rows_clear frees *out.
void show_list(struct survey *survey, struct rows *out);
