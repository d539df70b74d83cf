# SPDX-License-Identifier: MIT
"""The measurements of a bench as ratios of pairs that were made one after the other."""

import collections
import statistics


def print_ratios(path, rows, divisor=1):
    """The file has lines "CASE OURS PEER'S", one for each round. rows: case, what it is, the peer, the target of the ratio
    (None: none), 1 where that is the least, -1 where it is the most. Returns whether a target was missed."""
    rounds = collections.defaultdict(list)
    with open(path, encoding="utf-8") as file:
        for line in file:
            case, *values = line.split()
            rounds[case].append([float(value) for value in values])
    missed = False
    for case, what, peer, target, sign in rows:
        ours, theirs = (statistics.median(values[i] for values in rounds[case]) / divisor for i in (0, 1))
        ratio = statistics.median(values[0] / values[1] for values in rounds[case])
        is_met = target is None or sign * ratio >= sign * target
        missed |= not is_met
        print(f"{what:40} withdns {ours:9.0f}  {peer:8} {theirs:9.0f}  ratio {ratio:.2f}"
              f"  {'' if target is None else 'at least' if sign > 0 else 'at most'} {target or ''}"
              f"  {'' if is_met else 'MISSED'}".rstrip())
    return missed
