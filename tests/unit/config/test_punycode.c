// SPDX-License-Identifier: MIT
#include <string.h>

#include "config/base/name.h"
#include "config/base/punycode.h"
#include "tests/unit/unit.h"

// Examples of RFC 3492 7.1, and results of libidn2.
static void names_get_their_a_labels(void **state)
{
	(void)state;
	static const struct {
		const char *word, *ascii;
	} cases[] = {
		{"app.test", "app.test"},
		{"App.Test.", "App.Test."},
		{".", "."},
		{"", ""},
		{"münchen.test", "xn--mnchen-3ya.test"},
		{"MÜNCHEN.Test", "xn--mnchen-3ya.Test"},
		{"www.bücher.example.", "www.xn--bcher-kva.example."},
		{"*.münchen.test", "*.xn--mnchen-3ya.test"},
		{"straße.test", "xn--strae-oqa.test"},
		{"ελλάδα.test", "xn--hxakic4aa.test"},
		{"ΕΛΛΆΔΑ.test", "xn--hxakic4aa.test"},
		{"ПОЧЕМУЖЕОНИНЕГОВОРЯТПОРУССКИ", "xn--b1abfaaepdrnnbgefbadotcwatmq2g4l"},
		{"他们为什么不说中文", "xn--ihqwcrb4cv8a8dqg056pqjye"},
		{"ليهمابتكلموشعربي؟", "xn--egbpdaj6bu4bxfgehfvwxn"},
		{"3年b組金八先生", "xn--3b-ww4c5e180e575a65lsy2b"},
		{"パフィーdeルンバ", "xn--de-jg4avhby1noc0d"},
		{"😀.test", "xn--e28h.test"},
		{"ü\\.b.test", "ü\\.b.test"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char text[NAME_TEXT_SIZE];
		if (!punycode_write_name(cases[i].word, text, sizeof text))
			fail_msg("%s was refused", cases[i].word);
		assert_string_equal(text, cases[i].ascii);
	}
}

static void what_has_no_a_label_is_refused(void **state)
{
	(void)state;
	static const char *const words[] = {
		"mu\xCC\x88nchen.test",  // a combining mark
		"m\xFCnchen.test",
		"\xC3",
		"\xC0\x80",
		"\xED\xA0\x80",
		"\xF5\x80\x80\x80",
		"\xE0\x80\xAF",
		"a\x80",
		"ünnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn",
	};
	for (size_t i = 0; i < LENGTH(words); i++) {
		char text[NAME_TEXT_SIZE];
		if (punycode_write_name(words[i], text, sizeof text))
			fail_msg("%s was taken for %s", words[i], text);
	}
	char small[8];
	assert_false(punycode_write_name("münchen", small, sizeof small));
	assert_false(punycode_write_name("abcdefgh", small, sizeof small));
}

static void a_name_is_read_from_it(void **state)
{
	(void)state;
	struct name name, ascii;
	assert_true(punycode_read_name("münchen.test", &name));
	assert_true(name_read("xn--mnchen-3ya.test", &ascii));
	assert_true(name_equal(&name, &ascii));
	assert_false(punycode_read_name("ü..test", &name));
	assert_true(punycode_is_ascii("app.test"));
	assert_false(punycode_is_ascii("ü"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_get_their_a_labels),
		cmocka_unit_test(what_has_no_a_label_is_refused),
		cmocka_unit_test(a_name_is_read_from_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
