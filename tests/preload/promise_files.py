# SPDX-License-Identifier: MIT
"""promise_files.py HOW FILE TEXT: looks up new names for a second, while a file with settings is written as HOW says:
emptied     it loses its content
halved      it becomes the beginning of a comment
slowly      it is written line by line, TEXT last, and resolv.conf changes meanwhile
included    it includes another file from then on, which is written line by line
"""
import socket
import sys
import time

how, path, text = sys.argv[1:]
begun = time.monotonic()
other = path + ".other"


def since(seconds):
    return time.monotonic() - begun > seconds


def append(name, line):
    with open(name, "a", encoding="ascii") as file:
        file.write(line + "\n")


def replace(name, content):
    with open(name, "w", encoding="ascii") as file:
        file.write(content)


BEGINNINGS = {"emptied": (path, ""), "halved": (path, "# hal"), "slowly": (path, ""), "included": (other, "")}
number, touched = 0, False


def look_up():
    try:
        socket.getaddrinfo(f"name{number}.test", 80)
    except OSError:
        pass


look_up()
time.sleep(0.2)
replace(*BEGINNINGS[how])
if how == "included":
    replace(path, f"include {other}\n")
while not since(1.2):
    number += 1
    if how in ("slowly", "included"):
        append(BEGINNINGS[how][0], "# line")
        if not touched and since(0.4):
            append("/etc/resolv.conf", "# line")
            touched = True
    look_up()
    time.sleep(0.004)
if how in ("slowly", "included"):
    append(BEGINNINGS[how][0], text)
