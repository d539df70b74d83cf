# SPDX-License-Identifier: MIT
"""Prints the measurements of speed.sh as a table: speed.py FILE. Exits 1 if a target was missed.

What is shown is the median over the rounds: of each round's median, then, in parentheses, of each round's 99th
percentile. A ratio is taken within a round, where what else goes on is in both; the median of these is followed by
half the distance between their quartiles. Under a time stand the instructions of the program, as callgrind counts them.
"""
import collections
import statistics
import sys

from table import print_table

COLUMNS = ["floor", "glibc", "nscd", "dnsmasq", "musl", "ares", "unbound", "preload"]
HEADS = ["", "floor", "glibc", "+ nscd", "+ dnsmasq", "musl", "c-ares", "unbound", "preload", "x glibc", "x floor",
         "target", ""]
MEDIAN, P99, RATE = range(3)  # of the numbers of a line


class Measured:
    """The measurements: for each case and column, one list of numbers per round, or several of a round."""

    def __init__(self, path):
        self.rounds = collections.defaultdict(dict)
        with open(path, encoding="utf-8") as file:
            self.about = file.readline().removeprefix("# ").strip()
            for line in file:
                number, case, column, *values = line.split()
                self.rounds[case, column][number] = [float(value) for value in values]

    def values(self, case, column, index=MEDIAN, unit=1):
        return {number: values[index] * unit for number, values in self.rounds.get((case, column), {}).items()}


def combined(left, right, operation):
    """By round, where both are there."""
    return {number: operation(left[number], right[number]) for number in left if number in right}


def difference(left, right):
    return combined(left, right, lambda a, b: a - b)


def ratio(left, right):
    return combined(left, right, lambda a, b: a / b)


def middle(rounds):
    return statistics.median(rounds.values()) if rounds else None


# How a row has its values from what was measured: functions of Measured and a column, to a value a round.

def time_of(case, index=MEDIAN):
    return lambda measured, column: measured.values(case, column, index, 1e-9)


def rate_of(case):
    return lambda measured, column: measured.values(case, column, RATE)


def more(case, than):
    return lambda measured, column: difference(time_of(case)(measured, column), time_of(than)(measured, column))


def scaling(case, single):
    """How much more all threads do than one: beside those that only calculate, as far as the machine lets them."""
    def values(measured, column):
        whose = "machine" if column == "floor" else column
        return ratio(rate_of(case)(measured, whose), rate_of(single)(measured, whose))
    return values


def memory(case, index):
    """What the preload adds to that of the same program without it."""
    def values(measured, column):
        # All names are looked up with the preload only: without it they would take minutes and leave nothing behind.
        without = measured.values("memory-10000" if case == "memory-all" else case, "glibc", index, 1024)
        return difference(measured.values(case, column, index, 1024), without) if column == "preload" else {}
    return values


def instructions(case):
    """Of one: what comes once only is taken off."""
    def values(measured, column):
        many, few = (measured.values(f"instructions-{count}-{case}", column) for count in (300, 100))
        return {number: count / 200 for number, count in difference(many, few).items()}
    return values


def growth(measured, column):
    return difference(memory("memory-all", 1)(measured, column), memory("memory-10000", 1)(measured, column))


def calls(measured, column):
    counts = difference(measured.values("calls-200", column), measured.values("calls-100", column))
    return {number: count / 100 for number, count in counts.items()}


def texts_in(units):
    """A function that writes a value, and maybe a second one in the same unit, which is that of the first."""
    def text(value, second=None):
        size, unit = next((pair for pair in units if abs(value) >= pair[0]), units[-1])
        behind = "" if second is None else f" ({second / size:.{1 if second < 10 * size else 0}f})"
        return f"{digits(value / size)}{behind} {unit}"
    return text


def digits(value):
    return f"{value:.{0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2}f}"


time_text = texts_in([(1, "s"), (1e-3, "ms"), (1e-6, "us"), (1e-9, "ns")])
rate_text = texts_in([(1e6, "M/s"), (1e3, "k/s"), (1, "/s")])
size_text = texts_in([(1024 * 1024, "MiB"), (1024, "KiB")])


def number_text(number):
    return f"{number:.1f}"


def spread_text(rounds):
    if len(rounds) < 4:
        return ""
    low, _, high = statistics.quantiles(rounds.values(), n=4)
    return f" ±{(high - low) / 2:.2f}"


def ratio_text(value):
    if value is None:
        return ""
    return f"{value:.2f}" if value >= 0.1 else f"1/{1 / value:.0f}" if value > 0 else "0"


class Row:
    """A line of the table. targets: how much it may be at most ("value"), or that many times a column; how much it must
    be at least where more is better."""

    def __init__(self, title, values, targets, text=time_text, p99=None, more_is_better=False):
        self.title, self.values, self.targets, self.text, self.p99 = title, values, targets, text, p99
        self.more_is_better = more_is_better

    def ratios_to(self, measured, column):
        # A difference may be almost zero: a multiple of it means nothing.
        is_meant = self.p99 or self.more_is_better or self.text is number_text
        return ratio(self.values(measured, "preload"), self.values(measured, column)) if is_meant else {}

    def ratio_to(self, measured, column):
        return middle(self.ratios_to(measured, column))

    def reached(self, measured, target):
        if target == "value":
            return middle(self.values(measured, "preload"))
        return self.ratio_to(measured, target)

    def target_text(self):
        sign = ">=" if self.more_is_better else "<="
        texts = [self.text(limit) if name == "value" else f"{ratio_text(limit)} {name}"
                 for name, limit in self.targets.items()]
        return f"{sign} {', '.join(texts)}" if texts else ""

    def missed(self, measured):
        """The names of the targets; None where nothing was measured for any."""
        reached = {name: self.reached(measured, name) for name in self.targets}
        if all(value is None for value in reached.values()):
            return None
        return [name for name, value in reached.items() if value is not None and
                (value < self.targets[name] if self.more_is_better else value > self.targets[name])]

    def cell(self, measured, column):
        value = middle(self.values(measured, column))
        p99 = middle(self.p99(measured, column)) if self.p99 else None
        if value is None:
            return ""
        return self.text(value) if p99 is None else self.text(value, p99)


def timed(title, case, targets):
    return Row(title, time_of(case), targets, p99=time_of(case, P99))


def counted(case):
    return Row("  instructions", instructions(case), {}, number_text)


def counted_at_once(case):
    def values(measured, column):
        return measured.values(f"instructions-{case}", column)
    return Row("  instructions", values, {}, number_text)


TABLE = [
    timed("new name each time", "cold", {"floor": 1.22}),
    counted("cold"),
    Row("in 8 threads", rate_of("cold-8"), {"floor": 0.9}, rate_text, more_is_better=True),
    timed("same name again", "cached", {"value": 1.1e-6}),
    counted("cached"),
    Row("in 8 threads", rate_of("cached-8"), {}, rate_text, more_is_better=True),
    Row("2 threads: as much as 1, times", scaling("cached-2", "cached-1"), {"floor": 0.9}, ratio_text,
        more_is_better=True),
    Row("8 threads: as much as 1, times", scaling("cached-8", "cached-1"), {"floor": 0.8}, ratio_text,
        more_is_better=True),
    timed("same name, one address", "cached-one", {"value": 0.95e-6}),
    counted("cached-one"),
    timed("same name, 80 addresses", "cached-80", {"value": 5e-6}),
    counted("cached-80"),
    timed("first lookup of a process", "first", {"glibc": 0.95}),
    timed("the same, one address", "first-one", {"glibc": 1.1}),
    timed("exec (floor: empty preload)", "exec", {"floor": 1.05}),
    counted_at_once("exec"),
    timed("name in a short /etc/hosts", "hosts", {"value": 1e-6}),
    counted("hosts"),
    timed("last name of 100 000 lines", "hosts-last", {"value": 1e-6}),
    timed("reading them, and that name", "hosts-read", {"value": 25e-3}),
    Row("new name, 100 000 lines: more", more("cold-long", "cold"), {"value": 5e-6}),
    timed("numeric IPv4 address", "numeric", {"glibc": 0.75}),
    counted("numeric"),
    timed("numeric IPv6 address", "numeric-6", {"glibc": 0.75}),
    counted("numeric-6"),
    Row("AI_ADDRCONFIG, same name: more", more("configured", "cached"), {"value": 5e-6}),
    timed("gethostbyaddr, same address", "addr", {"value": 1e-6}),
    counted("addr"),
    timed("getnameinfo, same address", "nameinfo", {"value": 1e-6}),
    Row("private memory at start", memory("memory-100", 0), {"value": 64 * 1024}, size_text),
    Row("after 100 new names", memory("memory-100", 1), {"value": 512 * 1024}, size_text),
    Row("after 10 000", memory("memory-10000", 1), {}, size_text),
    Row("after all names: more", growth, {"value": 256 * 1024}, size_text),
    Row("system calls, new name", calls, {"value": 10}, number_text),
]


def main():
    measured = Measured(sys.argv[1])
    lines, any_missed = [HEADS], False
    for row in TABLE:
        cells = [row.cell(measured, column) for column in COLUMNS]
        if not any(cells):
            continue
        missed = row.missed(measured)
        any_missed |= bool(missed)
        result = "" if missed is None or not row.targets else "missed" if missed else "ok"
        ratios = [ratio_text(row.ratio_to(measured, column)) + spread_text(row.ratios_to(measured, column))
                  for column in ("glibc", "floor")]
        lines.append([row.title, *cells, *ratios, row.target_text(), result])
    print(measured.about)
    print_table(lines, range(1, 11))
    return 1 if any_missed or len(lines) == 1 else 0


if __name__ == "__main__":
    sys.exit(main())
