# SPDX-License-Identifier: MIT
"""type.py FILE... | type.py --zsh DIRECTORY...: what becomes of lines that are typed into a bash that has read FILE, or into
a zsh that finds completions in DIRECTORY.

Standard input has one line each: ! or !!, a blank, and what is typed. Behind it the tab key is pressed (!), or the key that
inserts all completions (!!, Readline's M-*). Printed is the line that stands there then."""
import os
import pty
import select
import shlex
import sys
import tempfile
import threading

KEYS = {"!": b"\t", "!!": b"\033*"}
SHOW = b"\030\014"
PROMPT = b"ready>"
# Keys that mean something to a terminal which is no readline's just then are not typed: so the line is cleared here.
BINDING = r'''bind -x '"\C-x\C-l": printf "%s\n" "$READLINE_LINE" >&9; READLINE_LINE=; READLINE_POINT=0' '''
ZSH_SETTINGS = r'''
autoload -Uz compinit; compinit -u -D
setopt no_beep no_list_beep no_auto_menu no_prompt_cr no_prompt_sp
show() { print -r -- "$BUFFER" >&9; BUFFER= }; zle -N show
bindkey -e; bindkey '^X^L' show
zle -C all complete-word _generic; bindkey '\e*' all
zstyle ':completion:all:*' completer _all_matches _complete
zstyle ':completion:all:*' insert yes
'''
PATIENCE = 20


def settings_of(arguments):
    """The shell's command, and what it reads first."""
    prompt = f"PS1={shlex.quote(PROMPT.decode())}\n"
    if arguments[0] == "--zsh":
        return ["zsh", "-d", "-i"], f"fpath=({shlex.join(arguments[1:])} $fpath)\n{ZSH_SETTINGS}{prompt}"
    lines = [f"source {shlex.quote(file)}" for file in arguments] + [BINDING, prompt]
    return ["bash", "--noprofile", "--rcfile", "{}/.zshrc", "-i"], "\n".join(lines)


def start(arguments, shown, directory):
    """A shell on a terminal of its own, whose end is what is returned."""
    command, settings = settings_of(arguments)
    with open(directory + "/.zshrc", "w", encoding="utf-8") as file:
        file.write(settings)
    pid, terminal = pty.fork()
    if pid == 0:
        os.dup2(shown, 9)
        os.environ.update(INPUTRC="/dev/null", TERM="dumb", HISTFILE="", ZDOTDIR=directory)
        os.execlp(command[0], *(word.format(directory) for word in command))
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


def type_lines(directory):
    answers, shown = os.pipe()
    terminal = start(sys.argv[1:], shown, directory)
    answers = Answers(answers)
    is_ready = threading.Event()
    threading.Thread(target=drain, args=(terminal, is_ready), daemon=True).start()
    if not is_ready.wait(PATIENCE):
        sys.exit("the shell shows no prompt")
    for line in sys.stdin:
        key, _, typed = line.rstrip("\n").partition(" ")
        os.write(terminal, typed.encode() + KEYS[key] + SHOW)
        print(answers.next(), flush=True)


def main():
    with tempfile.TemporaryDirectory() as directory:
        type_lines(directory)


main()
