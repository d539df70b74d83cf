# SPDX-License-Identifier: MIT
"""What a server of DNS queries (RFC 8484) needs of HTTP/2 (RFC 9113) and HPACK (RFC 7541), and ways to break it."""

import base64
import ctypes
import struct

DATA, HEADERS, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = 0, 1, 3, 4, 5, 6, 7, 8, 9
END_STREAM, ACK, END_HEADERS, PADDED, PRIORITY = 1, 1, 4, 8, 0x20
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
REFUSED_STREAM, ENHANCE_YOUR_CALM = 7, 11
MAX_STREAMS, INITIAL_WINDOW = 3, 4
STATIC = {b":status": 8, b"content-length": 28, b"content-type": 31, b"location": 46}  # indexes of names


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def field(name, value):
    """A header field, its name from the static table, without indexing."""
    index = STATIC[name]
    return (bytes([index]) if index < 15 else bytes([15, index - 15])) + bytes([len(value)]) + value


class Inflater:
    """Header fields by libnghttp2; none where it is not installed."""

    class Pair(ctypes.Structure):
        _fields_ = [("name", ctypes.c_void_p), ("value", ctypes.c_void_p), ("namelen", ctypes.c_size_t),
                    ("valuelen", ctypes.c_size_t), ("flags", ctypes.c_uint8)]

    def __init__(self):
        self.state = ctypes.c_void_p()
        try:
            self.library = ctypes.CDLL("libnghttp2.so.14")
        except OSError:
            self.library = None
            return
        self.library.nghttp2_hd_inflate_hd2.restype = ctypes.c_ssize_t
        self.library.nghttp2_hd_inflate_new(ctypes.byref(self.state))

    def read(self, block):
        if not self.library:
            return {}
        fields, pair, flags, at = {}, self.Pair(), ctypes.c_int(), 0
        while True:
            used = self.library.nghttp2_hd_inflate_hd2(
                self.state, ctypes.byref(pair), ctypes.byref(flags), block[at:], ctypes.c_size_t(len(block) - at), 1)
            if used < 0:
                raise ValueError("header fields that are none")
            at += used
            if flags.value & 2:
                fields[ctypes.string_at(pair.name, pair.namelen).decode()] = \
                    ctypes.string_at(pair.value, pair.valuelen).decode()
            if flags.value & 1:
                self.library.nghttp2_hd_inflate_end_headers(self.state)
                return fields
            if not used and not flags.value & 2:
                return fields

    def close(self):
        if self.library:
            self.library.nghttp2_hd_inflate_del(self.state)


class Http2:
    """One connection. `words` say what is wrong with it."""

    def __init__(self, words):
        self.words, self.received, self.requests, self.ready = words, b"", {}, False
        self.inflater = Inflater()

    def close(self):
        self.inflater.close()

    def hello(self):
        settings = b""
        if "streams" in self.words:
            settings += struct.pack(">HI", MAX_STREAMS, int(self.words["streams"]))
        if "window" in self.words:
            settings += struct.pack(">HI", INITIAL_WINDOW, int(self.words["window"]))
        return frame(SETTINGS, 0, 0, settings)

    def feed(self, data):
        """Returns what is to be sent at once, and the whole queries: (query, stream, what to log)."""
        self.received += data
        sent, queries = [], []
        if not self.ready:
            if len(self.received) < len(PREFACE):
                return b"", []
            if not self.received.startswith(PREFACE):
                raise ValueError("no HTTP/2 preface")
            self.received, self.ready = self.received[len(PREFACE):], True
        while len(self.received) >= 9:
            size = int.from_bytes(self.received[:3], "big")
            if len(self.received) < 9 + size:
                break
            kind, flags, stream = struct.unpack(">BBI", self.received[3:9])
            payload, self.received = self.received[9:9 + size], self.received[9 + size:]
            sent.append(self.take(kind, flags, stream, payload, queries))
        return b"".join(sent), queries

    def take(self, kind, flags, stream, payload, queries):
        if kind == SETTINGS and not flags & ACK:
            return frame(SETTINGS, ACK, 0)
        if kind == PING and not flags & ACK:
            return frame(PING, ACK, 0, payload)
        if kind not in (DATA, HEADERS, CONTINUATION):
            return b""
        if flags & PADDED and kind != CONTINUATION:
            payload = payload[1:len(payload) - payload[0]]
        if flags & PRIORITY and kind == HEADERS:
            payload = payload[5:]
        block, body, ends = self.requests.get(stream, (b"", b"", False))
        if kind == DATA:
            body += payload
        else:
            block += payload
        ends = ends or bool(kind != CONTINUATION and flags & END_STREAM)
        self.requests[stream] = block, body, ends
        if ends and (kind == DATA or flags & END_HEADERS):
            queries.append(self.whole(stream))
        return self.credit(stream, len(payload)) if kind == DATA and payload else b""

    @staticmethod
    def credit(stream, size):
        update = struct.pack(">I", size)
        return frame(WINDOW_UPDATE, 0, 0, update) + frame(WINDOW_UPDATE, 0, stream, update)

    def whole(self, stream):
        block, body, _ = self.requests.pop(stream)
        fields = self.inflater.read(block)
        path = fields.get(":path", "?")
        if fields.get(":method") == "GET" and "dns=" in path:
            text = path.split("dns=", 1)[1]
            body = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        told = " ".join(str(fields.get(key, "-")) for key in
                        (":method", ":authority", ":path", "content-type", "accept", "user-agent", "cookie"))
        return body, stream, told.replace("\n", " ")

    def wrap(self, reply, stream):
        words, status = self.words, self.words.get("status", "200").encode()
        head = field(b":status", status) + field(b"content-type", words.get("type", "application/dns-message").encode())
        if "location" in words:
            head += field(b"location", words["location"].encode())
        if "size" in words:
            reply = reply + bytes(max(0, int(words["size"]) - len(reply)))
        head += field(b"content-length", words.get("length", str(len(reply))).encode())
        breaker = BREAKS.get(words.get("http"))
        return breaker(head, reply, stream) if breaker else response(head, reply, stream)


def response(head, body, stream, piece=16384, last=END_STREAM):
    pieces = [body[i:i + piece] for i in range(0, len(body), piece)] or [b""]
    frames = [frame(HEADERS, END_HEADERS, stream, head)]
    frames += [frame(DATA, last if i == len(pieces) - 1 else 0, stream, part) for i, part in enumerate(pieces)]
    return b"".join(frames)


def goaway(last, code=0):
    return frame(GOAWAY, 0, 0, struct.pack(">II", last, code))


def bomb(head, _, stream):
    """4 KiB in the dynamic table, and indexes to it: as many megabytes as there are kilobytes."""
    entry = b"\x40\x01x\x7f" + b"\x81\x1e" + b"y" * 4000
    return frame(HEADERS, 0, stream, head + entry) + b"".join(
        frame(CONTINUATION, 0, stream, b"\xbe" * 16000) for _ in range(20))


# What stands in for a response: (header block, body, stream) to bytes.
BREAKS = {
    "reset": lambda head, body, stream: frame(RST_STREAM, 0, stream, struct.pack(">I", REFUSED_STREAM)),
    "reset-late": lambda head, body, stream: response(head, body[:20], stream, last=0)
    + frame(RST_STREAM, 0, stream, struct.pack(">I", 2)),
    "goaway": lambda head, body, stream: goaway(stream - 2 if stream > 2 else 0, ENHANCE_YOUR_CALM),
    "goaway-after": lambda head, body, stream: response(head, body, stream) + goaway(stream),
    "no-end": lambda head, body, stream: response(head, body, stream, last=0),
    "bytes": lambda head, body, stream: response(head, body, stream, 1),
    "no-body": lambda head, body, stream: frame(HEADERS, END_HEADERS | END_STREAM, stream, head),
    "no-status": lambda head, body, stream: response(field(b"content-type", b"application/dns-message"), body, stream),
    "body-first": lambda head, body, stream: frame(DATA, END_STREAM, stream, body),
    "other-stream": lambda head, body, stream: response(head, body, stream + 100),
    "informational": lambda head, body, stream: frame(HEADERS, END_HEADERS, stream, field(b":status", b"103"))
    + response(head, body, stream),
    "trailers": lambda head, body, stream: response(head, body, stream, last=0)
    + frame(HEADERS, END_HEADERS | END_STREAM, stream, b"\x00\x01x\x01y"),
    "continued": lambda head, body, stream: frame(HEADERS, 0, stream, head[:3])
    + frame(CONTINUATION, END_HEADERS, stream, head[3:]) + response(b"", body, stream)[9:],
    "padded": lambda head, body, stream: frame(HEADERS, END_HEADERS, stream, head)
    + frame(DATA, END_STREAM | PADDED, stream, b"\x09" + body + bytes(9)),
    "unknown-frames": lambda head, body, stream: frame(0x42, 0xFF, stream, b"?" * 99) + response(head, body, stream),
    "push": lambda head, body, stream: frame(PUSH_PROMISE, END_HEADERS, stream, struct.pack(">I", 2) + b"\x82\x84\x87")
    + response(head, body, stream),
    "ping": lambda head, body, stream: b"".join(frame(PING, 0, 0, bytes(8)) for _ in range(2000))
    + response(head, body, stream),
    "bomb": bomb,
    "frame-size": lambda head, body, stream: b"\xff\xff\xff" + struct.pack(">BBI", DATA, 0, stream) + body,
    "garbage": lambda head, body, stream: b"\xff" * 500,
    "http1": lambda head, body, stream: b"HTTP/1.1 200 OK\r\nContent-Type: application/dns-message\r\n\r\n" + body,
}
