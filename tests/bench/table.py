# SPDX-License-Identifier: MIT
"""A table as text."""


def print_table(lines, to_the_right):
    """lines: lists of texts, the heads first; a first text that is that of the line before is left out."""
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    before = None
    for line in lines:
        shown = ["" if line[0] == before else line[0], *line[1:]]
        before = line[0]
        aligned = [text.rjust(width) if column in to_the_right else text.ljust(width)
                   for column, (text, width) in enumerate(zip(shown, widths))]
        print("  ".join(aligned).rstrip())
