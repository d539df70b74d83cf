# SPDX-License-Identifier: MIT
"""COMMAND... on a terminal: input, Ctrl-C, Ctrl-Z with fg and bg of a shell, and a terminal that is closed."""
import os
import pty
import re
import select
import signal
import sys
import time


class Terminal:
    def __init__(self, command):
        self.text = ""
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.execvp(command[0], command)

    def expect(self, pattern):
        end = time.monotonic() + 10
        while not re.search(pattern, self.text):
            ready, _, _ = select.select([self.descriptor], [], [], max(0, end - time.monotonic()))
            if not ready:
                sys.exit(f"no {pattern!r} in {self.text!r}")
            try:
                self.text += os.read(self.descriptor, 4096).decode()
            except OSError:
                sys.exit(f"closed before {pattern!r}: {self.text!r}")
        self.text = self.text[re.search(pattern, self.text).end():]

    def send(self, text):
        os.write(self.descriptor, text.encode())


def wait_status(terminal):
    end = time.monotonic() + 10
    while time.monotonic() < end:
        pid, status = os.waitpid(terminal.pid, os.WNOHANG)
        if pid != 0:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    sys.exit("the command does not end")


def reads_input(command):
    terminal = Terminal(command + ["sh", "-c", "read -r line; echo got $line; exit 4"])
    terminal.send("words\n")
    terminal.expect("got words")
    assert wait_status(terminal) == 4


def is_interrupted(command):
    terminal = Terminal(command + ["sh", "-c", "echo ready; exec sleep 60"])
    terminal.expect("ready")
    terminal.send("\x03")
    assert wait_status(terminal) == -signal.SIGINT


def has_job_control(command):
    terminal = Terminal(["bash", "--norc", "--noprofile", "-i"])
    terminal.send("PS1='%''% '\n")
    terminal.expect("%% ")
    words = " ".join(f"'{word}'" for word in command + ["sh", "-c", "echo rea''dy; read -r line; echo got $line"])
    terminal.send(words + "\n")
    terminal.expect("ready\r")
    for _ in range(3):
        terminal.send("\x1a")
        terminal.expect("Stopped")
        terminal.expect("%% ")
        terminal.send("fg\n")
        terminal.expect("line\r?\n?|line'")
        time.sleep(0.1)
    terminal.send("words\n")
    terminal.expect("got words")
    terminal.expect("%% ")
    terminal.send("exit\n")
    assert wait_status(terminal) == 0


for case in (reads_input, is_interrupted, has_job_control):
    try:
        case(sys.argv[1:])
    except AssertionError:
        sys.exit(f"{case.__name__}: another status")
