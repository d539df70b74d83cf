// SPDX-License-Identifier: MIT
#include "shim/command/query/explanation.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/unit.h"

static char *written(const struct rows *steps, void (*write)(const struct rows *, const char *, FILE *))
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	write(steps, "a\x1b.test", out);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void steps_are_columns_or_json_with_control_characters_escaped(void **state)
{
	(void)state;
	struct rows steps = {.list = NULL};
	assert_non_null(
		rows_add(&steps, &(struct row){.kind = STEP_TRY, .name = "a.test", .types = "A AAAA", .why = "as it is"}));
	assert_non_null(rows_add(&steps, &(struct row){.kind = STEP_ASK, .value = "192.0.2.1"}));
	char *text = written(&steps, explanation_write_text), *json = written(&steps, explanation_write_json);
	assert_null(strchr(text, '\x1b'));
	assert_non_null(strstr(text, "try"));
	assert_true(strstr(text, "a.test") < strstr(text, "192.0.2.1"));
	assert_null(strchr(json, '\x1b'));
	assert_non_null(strstr(json, "{\"step\":\"try\",\"name\":\"a.test\",\"types\":"));
	assert_non_null(strstr(json, "\"value\":\"192.0.2.1\""));
	free(text);
	free(json);
	rows_clear(&steps);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_are_columns_or_json_with_control_characters_escaped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
