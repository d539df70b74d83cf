# SPDX-License-Identifier: MIT
# A terminal for shell.sh. shell.py WITHDNS CASE: types the lines of that case into WITHDNS --shell, and prints the output
# of the terminal.
import os
import pty
import re
import signal
import socket
import sys
import tempfile
import termios
import time

withdns, case = sys.argv[1:]
PROMPT = "withdns> "
UP, DOWN, HOME, TAB = "\x1b[A", "\x1b[B", "\x01", "\t"
INTERRUPT, END, STOP = "\x03", "\x04", "\x1a"


def clean(said):
    """Removes the sequences that move the cursor."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x07", "", said).replace("\r\n", "\n").replace("\r", "")


class Shell:
    """Starts a shell process with job control, as a login shell, so that it can be stopped."""

    def __init__(self, *options, has_keys=True, **environment):
        environment = dict(os.environ, TERM="xterm", NO_COLOR="1", **environment)
        self.said = ""
        self.has_keys = has_keys
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            self.control([withdns, "-s", "none", "-H", "none", "--shell", *options], environment)
        self.expect(PROMPT)

    @staticmethod
    def control(argv, environment):
        job = os.fork()
        if job == 0:
            os.setpgid(0, 0)
            signal.signal(signal.SIGTTOU, signal.SIG_IGN)
            os.tcsetpgrp(0, os.getpid())
            signal.signal(signal.SIGTTOU, signal.SIG_DFL)
            os.execve(argv[0], argv, environment)
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        while True:
            status = os.waitpid(job, os.WUNTRACED)[1]
            if not os.WIFSTOPPED(status):
                break
            os.tcsetpgrp(0, os.getpid())
            lines = "edited" if not termios.tcgetattr(0)[3] & termios.ICANON else "plain"
            print("<stopped by", signal.Signals(os.WSTOPSIG(status)).name, "lines", lines + ">", flush=True)
            os.tcsetpgrp(0, job)
            os.killpg(job, signal.SIGCONT)
        print("<died of %s>" % signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status)
              else "<exit %d>" % os.WEXITSTATUS(status), flush=True)
        os._exit(0)

    def expect(self, word):
        """Reads until the terminal shows the word; what it showed is in self.said."""
        shown = ""
        while word not in clean(shown):
            try:
                shown += os.read(self.terminal, 4096).decode(errors="replace")
            except OSError:
                break
        self.said += shown
        # libedit shows the prompt before it takes the keys.
        while word == PROMPT and self.has_keys and termios.tcgetattr(self.terminal)[3] & termios.ICANON:
            time.sleep(0.001)
        return clean(shown)

    def press(self, keys, until=PROMPT):
        os.write(self.terminal, keys.encode())
        return self.expect(until)

    def type(self, line, until=PROMPT):
        return self.press(line + "\r", until)

    def leave(self):
        self.press(END, ">\n")
        os.waitpid(self.pid, 0)
        print(clean(self.said))


def questions():
    shell = Shell()
    shell.type("record app.test A 192.0.2.1")
    shell.type("app.test A")
    shell.type("server 1.2.3")
    shell.type("server")
    shell.type("seed 1")
    shell.leave()


def history():
    shell = Shell()
    shell.type("record app.test A 192.0.2.1")
    shell.type(" record secret.test A 192.0.2.2")
    shell.leave()
    shell = Shell()
    shell.press(UP, "192.0.2.1")
    shell.type("")
    shell.type("undo")
    shell.press(UP + UP, "192.0.2.1")
    shell.type("")
    shell.type("app.test A")
    shell.leave()
    path = os.environ["HOME"] + "/.local/state/withdns/history"
    print("mode %o" % (os.stat(path).st_mode & 0o777))
    print(open(path).read())


def editing():
    shell = Shell()
    shell.press("ecord app.test A 192.0.2.1" + HOME, "192.0.2.1")
    shell.type("r")
    shell.type("server")
    shell.type("app.test A")
    shell.leave()


def completion():
    shell = Shell()
    shell.press("rec" + TAB, "record")  # what begins `record` and `recording`
    shell.type(" app.test A 192.0.2.1")
    shell.type("app.test A")
    shell.press("ap" + TAB, "app.test ")
    shell.press("aa" + TAB, "AAAA ")
    shell.type("")
    shell.press("set timeout" + TAB + TAB, "timeout-ms:")
    shell.type("-ms:500")
    shell.type("set")
    directory = tempfile.mkdtemp()
    with open(directory + "/hosts.of.mine", "w") as file:
        file.write("192.0.2.9 mine.in.hosts\n")
    shell.press(f"hosts {directory}/ho" + TAB, "hosts.of.mine")
    shell.type("")
    shell.press("min" + TAB, "mine.in.hosts ")
    shell.type("")
    shell.leave()


def interrupt():
    shell = Shell()
    shell.press("!touch /nowhere", "nowhere")
    shell.press(INTERRUPT)
    shell.type("server")
    shell.leave()


def interrupted_lookup():
    silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    silent.bind(("127.0.0.1", 0))
    shell = Shell()
    shell.type("record app.test A 192.0.2.1")
    shell.type("server 127.0.0.1:%d" % silent.getsockname()[1])
    shell.type("set timeout-ms:60000")
    began = time.monotonic()
    os.write(shell.terminal, b"slow.test\r")
    silent.recv(512)  # now it waits
    shell.press(INTERRUPT)
    shell.type("app.test A")
    shell.type("server none")
    shell.leave()
    print("at once" if time.monotonic() - began < 30 else "at the deadline")


def programs():
    shell = Shell(SHELL="/bin/sh", PS1="inner# ")
    shell.type("record app.test A 192.0.2.1")
    shell.type("!getent hosts app.test")
    shell.type("!echo ready; exec sleep 100", "ready\n")
    shell.press(INTERRUPT)
    shell.type("!kill -TERM $$")
    shell.type("!stty -echo -icanon; kill -KILL $$")
    shell.type("!", "inner# ")
    shell.type("getent hosts app.test", "inner# ")
    shell.type("kill -KILL $$")  # without handing the terminal back
    shell.type("!stty -a | tr ' ' '\\n' | grep -xE -- '-?(echo|icanon);?' | paste -sd ' '")
    shell.leave()


def stopped():
    shell = Shell()
    shell.press("serv", "serv")
    shell.press(STOP, "serv")  # and is drawn anew
    shell.type("er")
    shell.type("!echo ready; read line; echo went on", "ready\n")
    shell.press(STOP, "plain>")
    shell.type("")
    shell.type("!kill -STOP $$; echo resumed")  # it alone, and we with it
    shell.type("server")
    shell.leave()


def killed():
    shell = Shell()
    shell.press("half a line", "half a line")
    job = os.popen(f"ps -o pid= --ppid {shell.pid}").read().strip()
    os.kill(int(job), signal.SIGTERM)
    shell.expect(">\n")
    print(clean(shell.said))


def without_libedit():
    directory = tempfile.mkdtemp()
    open(directory + "/libedit.so.2", "w").close()  # no library at all
    shell = Shell(has_keys=False, LD_LIBRARY_PATH=directory)
    shell.press("!touch /nowhere", "nowhere")
    shell.press(INTERRUPT)
    shell.type("record app.test A 192.0.2.1")
    shell.type("app.test A")
    shell.leave()


signal.alarm(30)
globals()[case]()
