# SPDX-License-Identifier: MIT
"""Prints the measurements of loss.sh as a table: loss.py DIRECTORY. Exits 1 if a target was missed."""
import collections
import math
import os
import sys

from table import print_table

WHO = {
    "glibc": "glibc",
    "musl": "musl",
    "warm": "preload, warm",  # one process makes all lookups
    "cold": "preload, cold",  # each is the first of its process
}
HEADS = ["", "", "p50", "p99", "max", "failed", "family missing", "packets/question", "most packets", "target", ""]

# What a target is about: its name, and the value of a measurement that it bounds.
VALUES = {
    "p50": lambda measured: measured.percentile(50),
    "p99": lambda measured: measured.percentile(99),
    "max": lambda measured: measured.percentile(100),
    "min": lambda measured: measured.percentile(0),
    "failed": lambda measured: measured.failed,
    "missing": lambda measured: measured.missing,
    "packets/question": lambda measured: measured.packets_per_question,
}
TIMES = {"p50", "p99", "max", "min"}

# What the deadline allows on top: the process may not be scheduled at once.
LATE = 0.1
# The same for a lookup that does not wait. Any wait for a dead server is longer.
NOISE = {"p50": 0, "p99": 0.005, "max": 0.02}


class Measured:
    """The lookups of one case that one of WHO has made."""

    def __init__(self, directory, case, who):
        with open(os.path.join(directory, f"{case}.{who}"), encoding="ascii") as file:
            wanted = int(file.readline())
            lookups = sorted((line.split() for line in file), key=lambda fields: int(fields[0]))
        with open(os.path.join(directory, f"{case}.{who}.packets"), encoding="ascii") as file:
            self.packets = [packet_name(line) for line in file]
        self.set(lookups, wanted)

    def set(self, lookups, wanted):
        self.lookups = lookups
        self.wanted = wanted
        self.seconds = sorted(int(fields[1]) / 1e6 for fields in lookups)
        found = [fields[2:].count("-") for fields in lookups]
        self.failed = wanted - len(lookups) + found.count(2)
        self.missing = found.count(1)
        names = {f"n{fields[0]}.bench.test" for fields in lookups}
        by_name = collections.Counter(name for name in self.packets if name in names)
        self.packets_per_question = sum(by_name.values()) / (2 * wanted)
        self.most_packets = max(by_name.values(), default=0)

    def without_first(self):
        self.set(self.lookups[1:], self.wanted - 1)
        return self

    def percentile(self, percent):
        rank = max(1, math.ceil(len(self.seconds) * percent / 100))
        return self.seconds[rank - 1] if self.seconds else math.inf


class Row:
    """A line of the table: a case, and what is wanted of those who have a target."""

    def __init__(self, case, title, targets, edit=lambda measured: measured):
        self.case, self.title, self.targets, self.edit = case, title, targets, edit


def packet_name(line):
    """The name asked for, by a line of fakedns's log."""
    fields = line.removeprefix("lost ").split()
    return fields[3].lower()


def all_found(**limits):
    return {**limits, "failed": 0, "missing": 0}


def within(deadline):
    return {"max": deadline + LATE, "min": deadline * 0.9}


def table_of(healthy):
    """healthy: the measurements of the preload on a healthy network; None if not measured."""
    twice = {}
    if healthy:
        twice = {name: max(2 * VALUES[name](healthy), noise) for name, noise in NOISE.items()}
    return [
        Row("healthy", "healthy network, 1 server",
            {"warm": all_found(**{"packets/question": 1.1}), "cold": all_found(**{"packets/question": 1.1})}),
        Row("loss-5", "5 % loss, 1 server", {"warm": all_found(p99=0.15), "cold": all_found()}),
        Row("loss-10", "10 % loss, 1 server", {"warm": all_found(p99=0.35), "cold": all_found()}),
        Row("loss-10-two", "10 % loss, 2 servers", {"warm": all_found(p99=0.25), "cold": all_found()}),
        Row("dead-first", "first server dead", {"warm": all_found(**twice), "cold": all_found(max=0.5)},
            Measured.without_first),
        Row("closed-first", "first server's port closed", {"warm": all_found(p99=0.005), "cold": all_found(p50=0.005)}),
        Row("dead", "2 servers dead", {"warm": within(10), "cold": within(10)}),
        Row("dead-timeout", "the same with timeout:1 attempts:2", {"warm": within(2), "cold": within(2)}),
        Row("dead-ms", "the same with timeout-ms:700", {"warm": within(0.7), "cold": within(0.7)}),
    ]


def time_text(seconds):
    milliseconds = seconds * 1000
    digits = 2 if milliseconds < 10 else 1 if milliseconds < 100 else 0
    return f"{milliseconds:.{digits}f} ms" if math.isfinite(seconds) else "-"


def target_text(limits):
    texts = []
    for name, limit in limits.items():
        if name in TIMES:
            texts.append(f"{name} {'>=' if name == 'min' else '<='} {time_text(limit)}")
        elif name == "failed":
            texts.append("all found")
        elif name != "missing":
            texts.append(f"{name} <= {limit}")
    return ", ".join(texts)


def missed(measured, limits):
    def is_met(name, limit):
        value = VALUES[name](measured)
        return value >= limit if name == "min" else value <= limit
    return [name for name, limit in limits.items() if not is_met(name, limit)]


def cells(row, who, measured):
    limits = row.targets.get(who)
    wrong = missed(measured, limits) if limits else []
    result = "" if limits is None else f"missed: {', '.join(wrong)}" if wrong else "ok"
    return bool(wrong), [
        row.title, WHO[who], *(time_text(measured.percentile(percent)) for percent in (50, 99, 100)),
        str(measured.failed), str(measured.missing), f"{measured.packets_per_question:.2f}", str(measured.most_packets),
        target_text(limits) if limits else "", result,
    ]


def main():
    directory = sys.argv[1]

    def is_there(case, who):
        return os.path.exists(os.path.join(directory, f"{case}.{who}"))

    healthy = Measured(directory, "healthy", "warm") if is_there("healthy", "warm") else None
    lines, any_missed = [HEADS], False
    for row in table_of(healthy):
        for who in WHO:
            if not is_there(row.case, who):
                continue
            measured = Measured(directory, row.case, who)
            is_missed, line = cells(row, who, row.edit(measured) if who == "warm" else measured)
            any_missed |= is_missed
            lines.append(line)
    print_table(lines, range(2, 9))
    return 1 if any_missed or len(lines) == 1 else 0


if __name__ == "__main__":
    sys.exit(main())
