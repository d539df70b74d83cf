# SPDX-License-Identifier: MIT
"""compare.py DIRECTORY ACCEPTED EXPORTS ALL|SOME WORLD...: compares the lines that tests/preload/differential.sh collected.

DIRECTORY/WORLD/GROUP.plain and GROUP.preloaded hold the lines of the matrix, GROUP.log what the library logged. Prints the
lines of the test protocol (tests/preload/lib.sh); exit status 1 where something differs. With ALL worlds every accepted
difference has to be there.
"""
import collections
import difflib
import itertools
import pathlib
import re
import sys

SHOWN = 10
# Not lookups: the log has no line for these.
UNLOGGED = {"res_init", "res_ninit", "res_mkquery", "gai_suspend", "gai_cancel", "gai_error"}
# One line for each of its requests.
MANY_LOGGED = {"getaddrinfo_a"}
MISSING = "(no such line)"

failures = 0


def fail(sentence, details):
    global failures
    failures += 1
    print(f"not ok - {sentence}")
    for detail in details:
        print(f"# {detail}")


class Accepted:
    """A pattern for WORLD: CALL => PLAIN >>> PRELOADED, and its reason."""

    def __init__(self, pattern, reason):
        self.pattern = re.compile(pattern)
        self.reason = reason
        self.matches = 0


def read_accepted(path):
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    if len(lines) % 2:
        sys.exit(f"{path}: a pattern without a reason")
    return [Accepted(pattern, reason.strip()) for pattern, reason in zip(lines[::2], lines[1::2])]


def accept(accepted, world, plain, preloaded):
    call, _, gave = plain.partition(" => ")
    text = f"{world}: {call} => {gave} >>> {preloaded.partition(' => ')[2]}"
    for one in accepted:
        if call == preloaded.partition(" => ")[0] and one.pattern.search(text):
            one.matches += 1
            return True
    return False


def read_lines(path):
    return path.read_text(errors="backslashreplace").splitlines() if path.exists() else []


def pair_up(plain, preloaded):
    """The lines of the same calls side by side, also behind a place where one side made more calls than the other."""
    calls = [[line.partition(" => ")[0] for line in lines] for lines in (plain, preloaded)]
    if calls[0] == calls[1]:
        return list(zip(plain, preloaded))
    pairs = []
    for _, i, k, j, l in difflib.SequenceMatcher(None, *calls, autojunk=False).get_opcodes():
        pairs.extend(itertools.zip_longest(plain[i:k], preloaded[j:l], fillvalue=MISSING))
    return pairs


def compare_group(world, plain_path, accepted):
    group = plain_path.stem
    pairs = pair_up(read_lines(plain_path), read_lines(plain_path.with_suffix(".preloaded")))
    different = [pair for pair in pairs if pair[0] != pair[1] and not accept(accepted, world, *pair)]
    if different:
        shown = [line for pair in different[:SHOWN] for line in (f"libc:    {pair[0]}", f"withdns: {pair[1]}")]
        fail(f"{world}: {group} gives the same ({len(different)} of {len(pairs)} calls differ)", shown)
    elif not pairs:
        fail(f"{world}: {group} gives the same", ["no call was made"])
    else:
        print(f"ok - {world}: {group} gives the same ({len(pairs)} calls)")
    return len(pairs)


def read_exports(path):
    return set(re.findall(r"^\t(\w+);", path.read_text(), re.M))


def count_calls(directory, worlds, calls, logged):
    """By function, with both spellings of one as one."""
    for world in worlds:
        for path in (directory / world).glob("*.preloaded"):
            calls.update(line.split(" ", 1)[0].removeprefix("__") for line in read_lines(path))
        for path in (directory / world).glob("*.log"):
            logged.update(line.split(" ", 3)[2].removeprefix("__") for line in read_lines(path))


def judge_log(exports, calls, logged):
    """Fails if calls were not handled by the library: equal results would prove nothing."""
    for function in sorted(calls):
        if not re.match(r"(get|res_|gai_)", function) or function in UNLOGGED:
            continue
        if function not in exports:
            print(f"skip - {function} goes through the library: it is not taken over")
        elif calls[function] == logged[function] or (function in MANY_LOGGED and logged[function] > calls[function]):
            print(f"ok - {function} goes through the library ({calls[function]} calls, {logged[function]} in the log)")
        else:
            fail(f"{function} goes through the library", [f"{calls[function]} calls, {logged[function]} in the log"])


def judge_accepted(accepted):
    sentence = "every accepted difference is there"
    stale = [one for one in accepted if one.matches == 0]
    if stale:
        fail(sentence, [f"nothing differs any more as {one.pattern.pattern} says: {one.reason}" for one in stale])
    else:
        print(f"ok - {sentence}")


def main():
    directory, accepted_path, exports_path = (pathlib.Path(path) for path in sys.argv[1:4])
    worlds = sys.argv[5:]
    accepted = read_accepted(accepted_path)
    calls, logged = collections.Counter(), collections.Counter()
    total = 0
    for world in worlds:
        paths = sorted((directory / world).glob("*.plain"))
        if not paths:
            fail(f"{world}: the same", ["nothing was called"])
        total += sum(compare_group(world, path, accepted) for path in paths)
    count_calls(directory, worlds, calls, logged)
    judge_log(read_exports(exports_path), calls, logged)
    if sys.argv[4] == "ALL":
        judge_accepted(accepted)
    print(f"# {total} calls compared, {sum(one.matches for one in accepted)} of them different for an accepted reason")
    return 1 if failures else 0


sys.exit(main())
