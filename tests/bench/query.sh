#!/bin/bash
# SPDX-License-Identifier: MIT
# How long --query takes beside dig, kdig and drill, where these are installed: the time of a process that asks one server
# for one record. Ends with 1 when a target is missed.
#
# BENCH_ROUNDS=N makes other than 10 rounds; each has all programs one after the other. A ratio is taken within a round.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/../preload/lib.sh"

start_fake server -r 'app.test 60 A 192.0.2.1'
# shellcheck disable=SC2154
python3 -B - "${server_address%:*}" "${server_address##*:}" "$withdns" "${BENCH_ROUNDS:-10}" <<'END' || failures=1
import os, shutil, statistics, sys, time

address, port, withdns, rounds = *sys.argv[1:4], int(sys.argv[4])
PROCESSES = 20  # of each program in a round
PROGRAMS = {
    "withdns": [withdns, "-s", f"{address}:{port}", "-H", "none", "--query", "--short", "app.test", "A"],
    "dig": ["dig", "+short", f"@{address}", "-p", port, "app.test", "A"],
    "kdig": ["kdig", "+short", f"@{address}", "-p", port, "app.test", "A"],
    "drill": ["drill", "-Q", "-p", port, "app.test", f"@{address}", "A"],
}
TARGETS = {"dig": 0.5, "kdig": 1.0, "drill": 1.0}  # times the time of that program, at most


def milliseconds(arguments, output):
    start = time.perf_counter()
    pid = os.posix_spawn(shutil.which(arguments[0]), arguments, os.environ,
                         file_actions=[(os.POSIX_SPAWN_DUP2, output, 1)])
    status = os.waitpid(pid, 0)[1]
    assert status == 0, arguments
    return (time.perf_counter() - start) * 1000


def check(arguments):
    """The program must print the address, and nothing else."""
    reader, writer = os.pipe()
    milliseconds(arguments, writer)
    os.close(writer)
    answer = os.read(reader, 4096).decode()
    os.close(reader)
    assert answer.strip() == "192.0.2.1", (arguments, answer)


programs = {name: words for name, words in PROGRAMS.items() if shutil.which(words[0])}
null = os.open(os.devnull, os.O_WRONLY)
medians = {name: [] for name in programs}
for name, words in programs.items():
    check(words)
for _ in range(rounds):
    times = {name: [] for name in programs}
    for _ in range(PROCESSES):
        for name, words in programs.items():
            times[name].append(milliseconds(words, null))
    for name in programs:
        medians[name].append(statistics.median(times[name]))
missed = False
print(f"{'one record, asked by a process':40} withdns {statistics.median(medians['withdns']):6.2f} ms")
for name in programs:
    if name in TARGETS:
        ratio = statistics.median(ours / theirs for ours, theirs in zip(medians["withdns"], medians[name]))
        missed |= ratio > TARGETS[name]
        print(f"{'':40} {name:7} {statistics.median(medians[name]):6.2f} ms  ratio {ratio:.2f}  "
              f"at most {TARGETS[name]}  {'MISSED' if ratio > TARGETS[name] else ''}".rstrip())
sys.exit(missed)
END
finish
