#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the seeds that are bytes and no text: seeds.py DIRECTORY makes DIRECTORY/TARGET/NAME."""

import os
import struct
import sys

A, NS, CNAME, SOA, PTR, MX, TXT, AAAA, SRV, NAPTR, DNAME, OPT, TSIG = 1, 2, 5, 6, 12, 15, 16, 28, 33, 35, 39, 41, 250
IXFR, AXFR = 251, 252
IN = 1
QUESTION_AT = b"\xc0\x0c"  # a pointer to the question's name
FIRST_DATA_AT = b"\xc0\x26"  # to the data of the first record behind the question app.test, its owner a pointer


def name(text):
    labels = [label.encode("latin-1") for label in text.split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def question(owner, kind):
    return name(owner) + struct.pack(">HH", kind, IN)


def record(kind, data, owner=QUESTION_AT, ttl=60, length=None):
    return owner + struct.pack(">HHIH", kind, IN, ttl, len(data) if length is None else length) + data


def message(asked, answers=(), authorities=(), additionals=(), flags=0x8180, questions=1, counts=None):
    sections = [list(answers), list(authorities), list(additionals)]
    counts = counts or [len(section) for section in sections]
    header = struct.pack(">HHHHHH", 1, flags, questions, *counts)
    return header + asked + b"".join(b"".join(section) for section in sections)


def addresses(count):
    return [record(A, struct.pack(">I", 0x0A000000 + i)) for i in range(count)]


def pointer_chain():
    """As many records as there is room for, each behind as many pointers as there is room for."""
    chain, last, at = b"", 12, 12 + 14 + 12
    for _ in range(7999):
        chain += struct.pack(">H", 0xC000 | last)
        last, at = at, at + 2
    owner = struct.pack(">H", 0xC000 | last)
    records = [record(TXT, chain)] + [record(A, b"\xc0\0\2\1", owner)] * 3000
    return message(question("app.test", A), records)


EDNS = b"\0" + struct.pack(">HHIH", OPT, 1232, 0, 0)
ERROR = struct.pack(">HHH", 15, 2 + 5, 6) + b"a\0\n\xff\x9b"
ERRORS = b"\0" + struct.pack(">HHIH", OPT, 1232, 0, 3 * len(ERROR)) + ERROR * 3
SIGNATURE = name("hmac-md5.sig-alg.reg.int") + bytes(8) + b"\0\0" + bytes(6)
NUMBERS = struct.pack(">IIIII", 1, 3600, 600, 86400, 60)
SOA_DATA = name("ns.test") + name("hostmaster.test") + NUMBERS
ASKED_A, ASKED_AAAA = question("app.test", A), question("app.test", AAAA)
ASKED_PTR = question("1.2.0.192.in-addr.arpa", PTR)

REPLIES = {
    "address": message(ASKED_A, addresses(1), additionals=[EDNS]),
    "addresses": message(ASKED_A, addresses(40)),
    "ipv6": message(ASKED_AAAA, [record(AAAA, bytes(16))]),
    "alias": message(ASKED_A, [record(CNAME, name("www.test")), record(A, b"\xc0\0\2\1", FIRST_DATA_AT)]),
    "alias-to-itself": message(ASKED_A, [record(CNAME, QUESTION_AT)]),
    "alias-to-the-root": message(ASKED_A, [record(CNAME, b"\0"), record(A, b"\xc0\0\2\1", b"\0")]),
    "alias-of-odd-bytes": message(
        ASKED_A, [record(CNAME, name("a\0b\n.-c/$")), record(A, b"\xc0\0\2\1", FIRST_DATA_AT)]
    ),
    "name": message(ASKED_PTR, [record(PTR, name("app.test"))]),
    "name-of-odd-bytes": message(ASKED_PTR, [record(PTR, name("app\0.test"))]),
    "name-with-a-dot": message(ASKED_PTR, [record(PTR, b"\x08app.test\0")]),
    "name-elsewhere": message(ASKED_PTR, authorities=[record(PTR, name("app.test"))]),
    "no-name": message(ASKED_A, authorities=[record(SOA, SOA_DATA)], flags=0x8183),
    "mail": message(question("app.test", MX), [record(MX, b"\0\x0a" + QUESTION_AT)]),
    "service": message(question("app.test", SRV), [record(SRV, bytes(6) + name("app.test"))]),
    "naptr": message(question("app.test", NAPTR), [record(NAPTR, bytes(4) + b"\1u\3sip\0" + QUESTION_AT)]),
    "text": message(question("app.test", TXT), [record(TXT, b"\3a\0b\0\1c")]),
    "errors": message(ASKED_A, additionals=[ERRORS], flags=0x8182),
    "any": message(question("app.test", 255), addresses(1) + [record(DNAME, name("test")), record(NS, QUESTION_AT)]),
    "unknown": message(question("app.test", 65280), [record(65280, b"\xc0\x0c")]),
    "signatures": message(ASKED_A, addresses(1), additionals=[record(TSIG, SIGNATURE, b"\0")] * 3),
    "two-opt": message(ASKED_A, addresses(1), additionals=[EDNS, EDNS]),
    "high-ttl": message(ASKED_A, [record(A, b"\xc0\0\2\1", ttl=0x80000001)]),
    "no-length": message(ASKED_A, [record(A, b"")]),
    "length-that-lies": message(ASKED_A, [record(A, b"\xc0\0\2\1", length=1000)]),
    "pointer-to-itself": message(ASKED_A, [record(A, b"\xc0\0\2\1", b"\xc0\x1a")]),
    "counts-that-lie": message(ASKED_A, counts=(65535, 65535, 65535)),
    "questions-that-are-not-there": message(b"", questions=65535),
    "header-alone": message(b"", flags=0x8181, questions=0),
    "behind-the-end": message(ASKED_A, addresses(1)) + bytes(100),
    "pointer-chain": pointer_chain(),
}

QUERIES = {
    "address": message(ASKED_A, flags=0x0100),
    "address-with-edns": message(ASKED_AAAA, additionals=[EDNS], flags=0x0120),
    "localhost": message(question("localhost", A), flags=0x0100),
    "invalid": message(question("a.invalid", MX), flags=0x0100),
    "no-question": message(b"", flags=0x0100, questions=0),
    "notify": message(question("test", SOA), flags=0x2400),
    "a-name": b"app.test",
    "a-short-name": b"app",
    "an-escaped-dot": b"app\\.test\\.",
    "an-escape-that-is-none": b"app.test\\",
}



def asked(text, kind=A, options=None, class_and_ttl=struct.pack(">HI", 1232, 0), **more):
    """A client's query, with EDNS if there are options."""
    opt = b"\0" + struct.pack(">H", OPT) + class_and_ttl + struct.pack(">H", len(options or b"")) + (options or b"")
    additionals = [] if options is None else [opt]
    return message(question(text, kind), additionals=additionals, flags=more.pop("flags", 0x0100), **more)


COOKIE = struct.pack(">HH", 10, 24) + bytes(24)
CLIENTS = {
    "chain": asked("b.a.test", TXT), "no-data": asked("a.test", AAAA), "mail": asked("m.test", MX, b""),
    "service": asked("s.test", SRV, COOKIE), "any": asked("a.test", 255, b"", struct.pack(">HI", 512, 0x8000)),
    "type-0": asked("a.test", 0), "transfer": asked("test", AXFR), "type-tsig": asked("a.test", TSIG),
    "root": asked("", NS, b""),
    "dots-in-labels": message(b"\7a.\0.\\b\n\4test\0" + struct.pack(">HH", A, IN), flags=0x0100),
    "longest-name": asked(".".join(["x" * 63] * 3 + ["y" * 61])), "too-long-name": asked(".".join(["x" * 63] * 4)),
    "pointer": message(b"\xc0\x0c" + struct.pack(">HH", A, IN), flags=0x0100),
    "class-any": message(name("a.test") + struct.pack(">HH", A, 255), flags=0x0100),
    "class-chaos": message(name("version.bind") + struct.pack(">HH", TXT, 3), flags=0x0100),
    "update": asked("a.test", SOA, flags=0x2800), "no-recursion": asked("a.test", flags=0),
    "reply": asked("a.test", flags=0x8180),
    "version-1": asked("a.test", A, b"", struct.pack(">HI", 1232, 0x10000)),
    "short-cookie": asked("a.test", A, COOKIE[:7]),
    "signed": message(question("a.test", A), additionals=[EDNS, record(TSIG, SIGNATURE, name("key"), 0)], flags=0x0100),
    "two-options": message(question("a.test", A), additionals=[EDNS, EDNS], flags=0x0100),
    "options-among-answers": message(question("a.test", A), [EDNS], flags=0x0100),
    "too-many": message(question("a.test", A), flags=0x0100, counts=[65535, 65535, 65535]),
    "two-questions": message(question("a.test", A) * 2, flags=0x0100, questions=2),
}
# Replies of servers, whose OPT records stand where none is expected.
SERVERS = {
    "options-first": message(ASKED_A, addresses(1), [record(NS, QUESTION_AT)], [EDNS, *addresses(2)]),
    "options-in-each-section": message(ASKED_A, [EDNS, *addresses(1)], [EDNS, record(SOA, SOA_DATA)], [EDNS]),
    "options-with-an-owner": message(ASKED_A, addresses(1), additionals=[record(OPT, b"", QUESTION_AT), EDNS]),
    "code-badvers": message(ASKED_A, additionals=[b"\0" + struct.pack(">HHIH", OPT, 1232, 1 << 24, 0)]),
    "pointer-into-the-header": message(ASKED_A, [record(A, b"\xc0\0\2\1", b"\xc0\x0b")]),
    "truncated": message(ASKED_A, addresses(1), additionals=[EDNS, *addresses(1)], flags=0x8380),
    "long": message(ASKED_A, addresses(4000), additionals=[EDNS]),
    "chaos": message(name("a.test") + struct.pack(">HH", TXT, 3), additionals=[EDNS, *addresses(1)]),
}

# Family, alignment, size in two bytes, a name behind its length, aliases behind their number, addresses.
ENTRIES = {
    "small": bytes([0, 0, 0, 32, 4]) + b"name" + bytes([0, 0]),
    "aliases": bytes([1, 3, 1, 0, 8]) + b"app.test" + bytes([2, 1]) + b"a" + bytes([2]) + b"bc" + bytes([9]),
    "many": bytes([0, 15, 32, 0, 0, 0, 255]),
}


def frame(bytes_of_message):
    return struct.pack(">H", len(bytes_of_message)) + bytes_of_message


# How the bytes of a stream are cut, in one byte, then the bytes.
STREAMS = {
    "empty-frames": bytes([1]) + bytes(8),
    "two-frames": bytes([200]) + frame(REPLIES["header-alone"]) + frame(REPLIES["address"]),
    "a-frame-that-is-cut": bytes([3, 0, 200]) + REPLIES["address"],
    "the-longest-length": bytes([77, 255, 255]) + REPLIES["addresses"] * 30,
}

ZONE_SOA = record(SOA, SOA_DATA)
ASKED_AXFR, ASKED_IXFR = question("app.test", AXFR), question("app.test", IXFR)


def changes(*serials):
    return [record(SOA, SOA_DATA[:-20] + struct.pack(">I", serial) + bytes(16)) for serial in serials]


# What is asked for, the serial that it starts from, then the messages.
TRANSFERS = {
    "zone": b"\0\0"
    + frame(message(ASKED_AXFR, [ZONE_SOA] + addresses(3)))
    + frame(message(b"", [ZONE_SOA], questions=0)),
    "one-message": b"\0\0" + frame(message(ASKED_AXFR, [ZONE_SOA, ZONE_SOA], additionals=[EDNS])),
    "refused": b"\0\0" + frame(message(ASKED_AXFR, flags=0x8185)),
    "no-soa": b"\0\0" + frame(message(ASKED_AXFR, addresses(2))),
    "nothing-new": b"\1\5" + frame(message(ASKED_IXFR, changes(5))),
    "changes": b"\1\5" + frame(message(ASKED_IXFR, changes(7, 5, 6, 6) + addresses(1) + changes(7, 7))),
}


def data(kind, rdata, group=IN):
    return struct.pack(">HH", kind, group) + rdata


# Type and class, then the data.
RECORDS = {
    "txt": data(TXT, b"\4a\"\\b\0\3\0\n\xc3"),
    "chaos-address": data(A, name("a.test") + b"\1\2", 3),
    "a6": data(38, b"\x40" + bytes(7) + b"\1" + name("a.test")),
    "wks": data(11, b"\xc0\0\2\1\6\0\0\0\x40"),
    "soa": data(SOA, SOA_DATA),
    "naptr": data(NAPTR, b"\0\1\0\2\1u\7E2U+sip\6!^.*$!\0"),
    "apl": data(42, b"\0\1\x18\3\xc0\0\2\0\2\x20\x84\x20\1\r\xb8"),
    "rrsig": data(46, b"\0\1\x08\2" + bytes(14) + name("test") + b"\0\1\2"),
    "nsec": data(47, name("a.test") + b"\0\6\x40\0\0\0\0\3\xff\1\x80"),
    "nsec3": data(50, b"\1\1\0\x0c\2\xaa\xbb\5\0\0\0\0\1\0\1\x40"),
    "loc": data(29, b"\0\x33\x16\x13\x89\x17\x2d\xd0\x70\xbe\x15\xf0\0\x98\x8d\x20"),
    "hip": data(55, b"\2\2\0\3\x20\1\0\1\2" + name("a.test")),
    "ipseckey": data(45, b"\x0a\3\2" + name("a.test") + b"\0\1\2"),
    "svcb": data(64, b"\0\1" + name("a.test") + b"\0\1\0\6\2h2\2h3\0\3\0\2\0\x35\0\4\0\4\xc0\0\2\1"),
    "caa": data(257, b"\0\5issueca.test"),
    "uri": data(256, b"\0\x0a\0\1ftp://a.test/"),
    "cert": data(37, b"\0\1\0\7\x08\0\1\2"),
    "unknown": data(65280, b"\1\xff"),
}

# Types, then their data as text.
TEXTS = {
    title: struct.pack(">H", kind) + text
    for title, kind, text in (
        ("a", A, b"192.0.2.1"), ("generic", A, b"\\# 4 C0 000201"), ("soa", SOA, b"ns . 1 1h 2m 1w3d 4"),
        ("wks", 11, b"192.0.2.1 tcp smtp 80"), ("mail", MX, b'010 a\\"\\032b'), ("txt", TXT, b'"a;" b\\000"c"'),
        ("isdn", 20, b'"1" 2'), ("service", SRV, b"1 2 80 @"), ("naptr", NAPTR, b'1 2 u E2U+sip "" .'),
        ("loc", 29, b"1 2 3.5 N 24 39 E -10.05m 30m 1 0.05"), ("cert", 37, b"URI 1 RSASHA256 AAEC"),
        ("a6", 38, b"65 ::1 a"), ("ds", 43, b"1 RSASHA1 1 00 11"), ("ipseckey", 45, b"10 3 2 gw AAEC"),
        ("rrsig", 46, b"A 8 2 60 20300101000000 1577836800 1 a AAEC"), ("nsec", 47, b"a MX A TYPE65535"),
        ("nsec3", 50, b"1 1 12 aabb 2t7b4g4vsa5smi47k61mv5bv1a22bojr A"), ("hip", 55, b"2 2001 AAEC a b."),
        ("svcb", 64, b'1 . alpn="f\\\\\\\\oo\\\\,bar,h2" mandatory=port port=53 key5=\\000 ipv4hint=192.0.2.1,192.0.2.2'),
        ("https", 65, b"1 a dohpath=/q{?dns} ipv6hint=::1 ech=AAEC no-default-alpn alpn=h2 ohttp"),
        ("dsync", 66, b"CDS NOTIFY 5359 a"), ("uri", 256, b'1 2 "ftp://a"'), ("caa", 257, b'0 issue "a\\"b"'),
        ("amtrelay", 260, b"10 1 3 a"), ("ipn", 264, b"18446744073709551615"),
    )
}

# EDNS with each option that is told in words, a broken one of each, and one that is not known.
OPTIONS = b"".join(
    struct.pack(">HH", code, len(option)) + option
    for code, option in (
        (3, b"ns\x1b[1"), (8, b"\0\1\x18\0\xc0\0\2"), (8, b"\0\2\x20\0\x20\1\r\xb8"), (8, b"\0\1\x40"),
        (10, b"12345678"), (11, b"\0\x0a"), (11, b"\1"), (12, bytes(4)), (15, b"\0\6no\n"), (15, b"\1"), (99, b"\xff"),
    )
)
LISTINGS = {
    "options": message(ASKED_A, addresses(1), additionals=[record(OPT, OPTIONS, b"\0", 0x18008000)], flags=0xFFF0),
    "option-that-lies": message(ASKED_A, additionals=[record(OPT, b"\0\3\1\0a", b"\0"), EDNS]),
    "every-section": message(ASKED_A, addresses(2), [record(SOA, SOA_DATA)], [record(TXT, b"\1\x9b"), EDNS]),
    "types": message(
        ASKED_A, [record(int.from_bytes(seed[:2], "big"), seed[4:]) for seed in RECORDS.values()]
    ),
}

SERVERS_OVER_TLS = {
    str(i): text for i, text in enumerate((
        b"tls://192.0.2.1", b"tls://192.0.2.1:853#dns.example", b"tls://[2001:db8::1]:8853#a_b.example",
        b"tls://2001:db8::1#2001:db8::1", b"tls://fe80::1%lo", b"tls://192.0.2.1#192.0.2.1#x", b"tls://unix:/x#y",
        b"https://dns.example/dns-query@192.0.2.1", b"https://dns.example:8443/a/b?c=d@192.0.2.1,[2001:db8::1]:444,::1",
        b"https://dns.example/@x@127.1:65535", b"https://192.0.2.1/{?dns}@192.0.2.1", b"https:///x@192.0.2.1",
    ))
}

# tests/fuzz/forwarder.c: the number of the step, and its argument.
ASK, ASK_BYTES, REPLY, BYTES, READY, PASS, END, LEAVE = range(8)


def steps(*numbers):
    return bytes(step + 8 * argument for step, argument in numbers)


OPEN = steps((ASK, 0), (READY, 0))
FORWARDED = {
    "a-reply": OPEN + steps((REPLY, 0), (ASK, 0), (ASK, 0)) + steps((READY, 31)),
    "in-pieces": OPEN + steps((REPLY, 0), (ASK, 0), (ASK, 0), (READY, 1), (READY, 1), (READY, 3), (READY, 31)),
    "another-first": OPEN + steps((ASK, 0), (REPLY, 1), (ASK, 0), (ASK, 0), (REPLY, 0), (ASK, 0), (ASK, 0), (READY, 31)),
    "lost": OPEN + steps((END, 0), (READY, 31), (READY, 0), (REPLY, 0), (ASK, 0), (ASK, 0), (READY, 31)),
    "lost-twice": OPEN + steps((END, 0), (READY, 31), (READY, 0), (END, 1), (READY, 31)),
    "refused": OPEN + steps((END, 2), (READY, 31)), "silent": OPEN + steps((PASS, 30), (PASS, 31), (PASS, 31)),
    "left": OPEN + steps((LEAVE, 0), (REPLY, 0), (ASK, 0), (ASK, 0), (READY, 31), (PASS, 31)),
    "no-query": steps((ASK_BYTES, 3)) + bytes(12) + OPEN, "no-reply": OPEN + steps((BYTES, 4)) + b"\0\1xx" + steps((READY, 31)),
}

HOSTS = {
    "odd": b"192.0.2.1 a#b\n192.0.2.999 bad\n192.0.2.2\n192.0.2.3 nul\0behind\r\n\f192.0.2.4 feed a a A\n"
    b"last 192.0.2.5\nfe80::1%lo scoped\n\0192.0.2.6 hidden\n192.0.2.7 end",
    "long": b"192.0.2.1 " + b"x" * 300 + b"\n192.0.2.2" + b" alias" * 40,
}

CONFIGS = {
    "nul": b"nameserver 192.0.2.1\0junk\nsearch a\0b\n\0nameserver 192.0.2.2\nhosts: dns\0 files\ntrim .a\0.b\n"
    b"label ::/0\0 1",
    "crlf": b"nameserver 192.0.2.1\r\nsearch a b\r\nhosts: files dns\r\nmulti on\r\nlabel ::1/128 0\r\n",
    "long": b"search" + b" a" * 400 + b"\nsortlist" + b" 10.0.0.0" * 40 + b"\noptions" + b" ndots:1" * 200,
}


def elf():
    """A program with an interpreter, a library and Go's note."""
    interpreter, strings = b"/lib64/ld-linux-x86-64.so.2\0", b"\0libc.so.6\0"
    note = struct.pack("<III", 4, 4, 4) + b"Go\0\0" + b"id\0\0"
    dynamic = struct.pack("<QQQQQQQQ", 1, 1, 5, 0x400, 10, len(strings), 0, 0)
    parts = [(1, 0, 0x500), (3, 0x200, len(interpreter)), (2, 0x300, len(dynamic)), (4, 0x480, len(note))]
    image = bytearray(0x500)
    image[0:64] = struct.pack(
        "<16sHHIQQQIHHHHHH", b"\x7fELF\2\1\1", 3, 62, 1, 0, 64, 0x4C0, 0, 64, 56, len(parts), 64, 1, 0
    )
    for i, (kind, offset, size) in enumerate(parts):
        image[64 + 56 * i : 120 + 56 * i] = struct.pack("<IIQQQQQQ", kind, 4, offset, offset, offset, size, size, 4)
    for offset, data in ((0x200, interpreter), (0x300, dynamic), (0x400, strings), (0x480, note)):
        image[offset : offset + len(data)] = data
    image[0x4C0:0x500] = struct.pack("<IIQQQQIIQQ", 1, 3, 0, 0, 0x400, len(strings), 0, 0, 1, 0)
    return bytes(image)


PROGRAMS = {"elf": elf(), "elf-of-another-machine": b"\x7fELF\1\2\1" + bytes(45)}

TARGETS = {
    "reply": REPLIES, "listing": {**REPLIES, **LISTINGS}, "query": QUERIES, "record": RECORDS,
    "transfer": TRANSFERS, "stream": STREAMS, "entry": ENTRIES, "hosts": HOSTS, "config": CONFIGS,
    "program": PROGRAMS, "encrypted": SERVERS_OVER_TLS, "forwarder": FORWARDED, "rdata": TEXTS, "responder": {**REPLIES, **SERVERS, **CLIENTS},
}
for target, seeds in TARGETS.items():
    directory = os.path.join(sys.argv[1], target)
    os.makedirs(directory, exist_ok=True)
    for title, seed in seeds.items():
        with open(os.path.join(directory, title), "wb") as file:
            file.write(seed)
