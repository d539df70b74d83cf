# SPDX-License-Identifier: MIT
# A terminal for watch.sh. watch.py WITHDNS stop|interrupt: runs WITHDNS --summary with a program on a terminal of its
# own as a shell with job control would, presses Ctrl-Z or Ctrl-C there, and prints what the shell sees.
import os
import pty
import signal
import sys
import time

withdns, what = sys.argv[1:]
keys = {"stop": b"\x1a", "interrupt": b"\x03"}


def read_until(word):
    said = b""
    while word not in said:
        said += os.read(terminal, 4096)
    return said.decode()


def as_shell():
    """The job in a process group of its own, in the foreground, as a shell with job control has it."""
    job = os.fork()
    if job == 0:
        os.setpgid(0, 0)
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        os.tcsetpgrp(0, os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        os.execv(withdns, [withdns, "-s", "none", "--summary", "--", "sh", "-c",
                           "echo groups $(ps -o pgid= -p $$) $(ps -o pgid= -p $PPID) ready; sleep 100 & wait; "
                           "echo went on; exit 7" if what == "stop" else "echo ready; exec sleep 100"])
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    status = os.waitpid(job, os.WUNTRACED)[1]
    if os.WIFSTOPPED(status):
        print("stopped by", signal.Signals(os.WSTOPSIG(status)).name, flush=True)
        processes = [line.split() for line in os.popen("ps -eo pgid=,stat=").read().splitlines()]
        print("states", *sorted({state[0] for group, state in processes if group == str(job)}), flush=True)
        # Ends the sleep that the job waits for, and continues the job.
        os.system(f"pkill -KILL -g {job} -x sleep")
        os.killpg(job, signal.SIGCONT)
        status = os.waitpid(job, 0)[1]
    if os.WIFSIGNALED(status):
        print("died of", signal.Signals(os.WTERMSIG(status)).name, flush=True)
    else:
        print("exit", os.WEXITSTATUS(status), flush=True)
    print("the end", flush=True)
    os._exit(0)


pid, terminal = pty.fork()
if pid == 0:
    as_shell()
signal.alarm(30)
said = read_until(b"ready")
time.sleep(0.2)  # echo prints ready before sleep runs; the key reaches the processes that exist by then
os.write(terminal, keys[what])
said += read_until(b"the end")
os.waitpid(pid, 0)
print(said.replace("\r\n", "\n"))
