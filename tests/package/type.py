# SPDX-License-Identifier: MIT
"""type.py FILE...: what becomes of lines that are typed into a bash that has read FILE.

Standard input has one line each: ! or !!, a blank, and what is typed. Behind it the tab key is pressed (!), or the key that
inserts all completions (!!, Readline's M-*). Printed is the line that stands there then."""
import os
import pty
import select
import shlex
import sys
import threading

KEYS = {"!": b"\t", "!!": b"\033*"}
SHOW = b"\030\014"
PROMPT = b"ready>"
# Keys that mean something to a terminal which is no readline's just then are not typed: so the line is cleared here.
BINDING = r'''bind -x '"\C-x\C-l": printf "%s\n" "$READLINE_LINE" >&9; READLINE_LINE=; READLINE_POINT=0' '''
PATIENCE = 20


def start(files, shown):
    """A bash on a terminal of its own, whose end is what is returned."""
    settings, settings_end = os.pipe()
    lines = [f"source {shlex.quote(file)}" for file in files] + [BINDING, f"PS1={PROMPT.decode()}", ""]
    os.write(settings_end, "\n".join(lines).encode())
    os.close(settings_end)
    pid, terminal = pty.fork()
    if pid == 0:
        os.dup2(settings, 8)
        os.dup2(shown, 9)
        os.environ.update(INPUTRC="/dev/null", TERM="dumb", HISTFILE="")
        os.execlp("bash", "bash", "--noprofile", "--rcfile", "/dev/fd/8", "-i")
    os.close(settings)
    os.close(shown)
    return terminal


class Answers:
    def __init__(self, descriptor):
        self.descriptor, self.text = descriptor, b""

    def next(self):
        while b"\n" not in self.text:
            if not select.select([self.descriptor], [], [], PATIENCE)[0]:
                sys.exit("the shell says nothing")
            self.text += os.read(self.descriptor, 4096) or sys.exit("the shell has ended")
        line, _, self.text = self.text.partition(b"\n")
        return line.decode()


def drain(terminal, is_ready):
    """Reads what the shell prints, so that it does not block, and waits for its first prompt."""
    shown = b""
    try:
        while True:
            shown += os.read(terminal, 4096)
            if PROMPT in shown:
                is_ready.set()
                shown = b""
    except OSError:
        pass  # the shell has ended


def main():
    answers, shown = os.pipe()
    terminal = start(sys.argv[1:], shown)
    answers = Answers(answers)
    is_ready = threading.Event()
    threading.Thread(target=drain, args=(terminal, is_ready), daemon=True).start()
    if not is_ready.wait(PATIENCE):
        sys.exit("the shell shows no prompt")
    for line in sys.stdin:
        key, _, typed = line.rstrip("\n").partition(" ")
        os.write(terminal, typed.encode() + KEYS[key] + SHOW)
        print(answers.next(), flush=True)


main()
