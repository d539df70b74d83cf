// SPDX-License-Identifier: MIT
// A program or library that the command examines: an ELF file or a script.
#include "shim/command/program/elf.h"
#include "shim/command/program/object.h"
#include "shim/command/program/script.h"
#include "tests/fuzz/fuzz.h"

static bool read_elf(int descriptor, struct elf *out)
{
	struct elf elf;
	if (elf_read(descriptor, &elf) != ELF_READ)
		return false;
	MUST(memchr(elf.interpreter, '\0', sizeof elf.interpreter));
	MUST(memchr(elf.libc, '\0', sizeof elf.libc));
	MUST(!elf.libc[0] || elf.has_needed);
	MUST(elf_same_architecture(&elf, &elf));
	*out = elf;
	return true;
}

static void read_object(int descriptor, const struct elf *elf)
{
	struct object object;
	if (!object_read(descriptor, elf, &object))
		return;
	object_read_own_names(descriptor, &object);
	for (size_t i = 0; i < object.needed_count; i++)
		MUST(object.needed[i][0]);
	object_clear(&object);
}

static void read_script(int descriptor)
{
	struct script script;
	struct env_command command;
	if (!script_read(descriptor, &script))
		return;
	MUST(script.interpreter[0] && memchr(script.interpreter, '\0', sizeof script.interpreter));
	MUST(memchr(script.argument, '\0', sizeof script.argument));
	if (script_read_env(script.argument, &command))
		MUST(memchr(command.program, '\0', sizeof command.program));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const int descriptor = fuzz_file(bytes, size)->descriptor;
	struct elf elf;
	if (read_elf(descriptor, &elf))
		read_object(descriptor, &elf);
	read_script(descriptor);
	return 0;
}
