# SPDX-License-Identifier: MIT
"""shown.py FILE [WORD]...: runs the commands that a text shows, and compares their output with what the text shows.

FILE is a manual page (mdoc), where commands stand behind "$ " or "# ", or a README (Markdown), where they stand behind "$ " or
in blocks that begin with one of the WORDs. The commands of one block are run by one shell, in the working directory; what is
then in the background ends with it. One that shows output must write it: numbers with a point, times and ports of loopback may
differ, "..." alone is any lines, or within a line any text. One that shows none must end with 0. What ends with 127, because
this machine has no such program, is skipped. One case a command, as tests/preload/lib.sh has them."""
import re
import subprocess
import sys

LIMIT = 100
NOT_HERE = 127  # a program that is not installed
END = "--- the command has ended ---"


def blocks_of_markdown(lines):
    """The indented blocks, without their indentation and without a list's or a table's lines."""
    block = []
    for line in lines + [""]:
        if line.startswith("    "):
            block.append(line[4:])
        elif not line.strip() and block and lines:
            block.append("")
        elif block:
            yield block
            block = []
    if block:
        yield block


def plain(line):
    """What mdoc's escapes stand for."""
    for escape, text in ((r"\(dq", '"'), (r"\&", ""), (r"\-", "-"), (r"\(aq", "'"), (r"\e", "\\")):
        line = line.replace(escape, text)
    return line


def blocks_of_mdoc(lines):
    block = None
    for line in lines:
        if line.startswith(".Bd -literal"):
            block = []
        elif line.startswith(".Ed") and block is not None:
            yield block
            block = None
        elif block is not None:
            block.append(plain(line))
        elif line.startswith(".Dl "):
            yield [plain(line[4:])]


def is_complete(command):
    """Where quotes are open or a backslash stands at the end, the command goes on."""
    return subprocess.run(["bash", "-n", "-c", command], stderr=subprocess.DEVNULL).returncode == 0 and \
        not command.endswith("\\")


def commands_of(block, prompts, words):
    """Pairs of a command and the lines shown of its output; none where the block shows no commands."""
    prompt = next((line[:2] for line in block if line[:2] in prompts), "")
    if not prompt and not (block and block[0].split(" ")[0] in words):
        return []
    commands, at = [], 0
    # What a make prints may have prompts of its own.
    if block[0].startswith("$ make"):
        prompt = "$ make"
    while at < len(block):
        line = block[at]
        at += 1
        if line.startswith(prompt) and (prompt or line):
            command = line[2:] if prompt else line
            while not is_complete(command) and at < len(block):
                command += "\n" + block[at]
                at += 1
            commands.append((command, []))
        elif commands and (prompt or line):
            commands[-1][1].append(line)
    for _, shown in commands:
        while shown and not shown[-1]:
            shown.pop()
    return commands


def pattern_of(shown):
    """What the shown lines stand for, as a regular expression."""
    varying = re.compile(r"\.\.\.|\d\d\d\d-\d\d-\d\dT[\d:.]+Z|(?<![\d.])\d+\.\d+(?![\d.])|(?<=\[)\d+(?=\])|(?<=127\.0\.0\.1:)\d+|"
                         r"(?<=test:)\d+|(?<=service=)\d+|\b\d+(?= (ms|s)\b)|(?<=id )\d+|(?<=pid )\d+| +")
    pattern = ""
    for line in shown:
        if line.strip() == "...":
            pattern += "(?:.*\n)*?"
            continue
        at = 0
        for match in varying.finditer(line):
            text = match.group()
            pattern += re.escape(line[at:match.start()])
            pattern += ".*" if text == "..." else " +" if not text.strip() else r"[\dTZ:.-]+"
            at = match.end()
        pattern += re.escape(line[at:]) + " *\n"
    return pattern


def run(shell, command):
    """What the command writes, and its exit status."""
    shell.stdin.write(f"{{ {command}\n}} </dev/null\nstatus=$?; echo; echo '{END}' $status\n")
    shell.stdin.flush()
    output = ""
    for line in shell.stdout:
        if line.startswith(END):
            return output[:-1], int(line[len(END):])
        output += line
    return output, shell.wait()


def detail(text):
    return "".join(f"# {line}\n" for line in text.splitlines())


def why_wrong(shown, output, status):
    if 125 <= status:
        return f"status {status}\n{output}"
    if not shown:
        return "" if status == 0 else f"status {status}\n{output}"
    if re.fullmatch(pattern_of(shown), output.rstrip("\n") + "\n"):
        return ""
    return "shown:\n" + "\n".join(shown) + "\nwritten:\n" + output


def main():
    path, words = sys.argv[1], sys.argv[2:]
    with open(path) as file:
        lines = file.read().splitlines()
    is_readme = path.endswith(".md")
    blocks = blocks_of_markdown(lines) if is_readme else blocks_of_mdoc(lines)
    failures = 0
    for block in blocks:
        commands = commands_of(block, ("$ ",) if is_readme else ("$ ", "# "), words)
        if not commands:
            continue
        shell = subprocess.Popen(["timeout", str(LIMIT), "bash"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT, text=True, errors="replace")
        for command, shown in commands:
            output, status = run(shell, command)
            case = "shown: " + command.replace("\n", " ")
            if status == NOT_HERE:
                print(f"skip - {case}: {output.strip()}", flush=True)
                continue
            wrong = why_wrong(shown, output, status)
            print(("not ok - " if wrong else "ok - ") + case)
            print(detail(wrong), end="", flush=True)
            failures += bool(wrong)
        shell.stdin.write("kill $(jobs -p) 2>/dev/null\n")
        shell.stdin.close()
        shell.wait()
    return failures > 0


sys.exit(main())
