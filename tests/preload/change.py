# SPDX-License-Identifier: MIT
# A test as a user writes it: it changes the file of `withdns -c FILE` while it runs. See change.sh.
# change.py FILE STARTED: STARTED is a time before withdns started, in seconds of CLOCK_MONOTONIC.
import os
import socket
import sys
import time

path, started = sys.argv[1], float(sys.argv[2])
ours = time.monotonic()


def settings(*lines):
    with open(path + ".new", "w") as file:
        file.write("\n".join(lines) + "\n")
    os.rename(path + ".new", path)
    time.sleep(0.08)


def look():
    try:
        return socket.getaddrinfo("app.test", 80, socket.AF_INET)[0][4][0]
    except socket.gaierror as error:
        return {socket.EAI_AGAIN: "again"}.get(error.args[0], str(error))


def times_of_servfail(end):
    settings(good, "fault app.test servfail from=0s..%dms" % (end * 1000))
    times = []
    while True:
        begun = time.monotonic()
        if look() != "again":
            return times, time.monotonic()
        times.append(begun)


good = "record app.test A 192.0.2.1"
print(look(), flush=True)
settings("record app.test A 192.0.2.2")
print(look(), flush=True)
settings("record app.test A 192.0.2.3", "bogus")
print(look(), look(), flush=True)
for _ in range(2):
    settings(good, "fault app.test servfail first=2")
    print(look(), look(), look(), look(), flush=True)
times = []
while not times:
    end = time.monotonic() - started + 2
    times, over = times_of_servfail(end)
print(times[-1] < ours + end, over >= started + end, flush=True)
