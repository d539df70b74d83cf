# SPDX-License-Identifier: MIT
"""A DNS server over TLS (RFC 7858) and HTTPS (RFC 8484) that does wrong what it is told to.

server.py CERTIFICATES LOG NAME[:WORD[=VALUE][,WORD[=VALUE]]...]...

Listens on loopback at a port of its own for each NAME, prints "NAME=PORT ..." once, and writes a line to LOG for each
event: "NAME CONNECTION EVENT ...". What it answers follows from the name that is asked for: address_of(name); NXDOMAIN
with a label "missing", AD with "ad", 40000 bytes of TXT with "big". Words:

 port=N, address=A    listen there
 cert=NAME            which certificate (authority.sh); good
 tls=1.0|1.1|1.2|1.3  this version only
 alpn=none            selects no protocol; alpn=dot, alpn=h2 knows that one only
 alert=N              refuses each handshake with this alert
 no-tickets           sends no session tickets, so that no session is resumed
 close=STATE, reset=STATE, hang=STATE: ends, or says nothing more, in a state: accept, hello (the client's has come),
                      server-hello (half of the server's is sent), finish (in the packet that ends the handshake, with
                      tls=1.2), handshake (is done), query (its first byte has come), half (of a reply is sent),
                      reply (is sent)
 notify               with close=: sends close_notify first
 after=N              only behind N good replies of a connection; first=N: only the first N connections are wrong
 reply=KIND           see KINDS;  delay=MS, jitter=MS, slow=MS (between two bytes of a reply)
 keepalive=N          edns-tcp-keepalive in each reply, N tenths of a second (RFC 7828)
 idle=MS              closes a connection that is idle so long
 nagle                without TCP_NODELAY, each message in two writes
 late-ack             acknowledges what it receives as late as the kernel does
 plain                no TLS: answers with HTTP/1.1 in the clear
 and for HTTPS: status=N, type=TEXT, size=N (of the body), length=TEXT (content-length), location=URL, streams=N,
 window=N, http=KIND (see BREAKS in http2.py)"""

import heapq
import itertools
import random
import select
import socket
import ssl
import struct
import sys
import threading
import time
import warnings
import zlib

import http2

A, SOA, TXT, AAAA, OPT = 1, 6, 16, 28, 41
KEEPALIVE, PADDING = 11, 12
POINTER = b"\xc0\x0c"
VERSIONS = {"1.0": "TLSv1", "1.1": "TLSv1_1", "1.2": "TLSv1_2", "1.3": "TLSv1_3"}
log_lock = threading.Lock()


# --- DNS

def read_query(query):
    """The name in lower case, its type, the question's end, and the options of EDNS (None without it)."""
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode("latin-1").lower())
        at += 1 + query[at]
    kind, end = struct.unpack(">H", query[at + 1:at + 3])[0], at + 5
    return ".".join(labels), kind, end, read_options(query, end)


def read_options(query, at):
    if query[10:12] == b"\0\0" or query[at:at + 3] != b"\0" + struct.pack(">H", OPT):
        return None
    options, at = {}, at + 11
    while at + 4 <= len(query):
        code, size = struct.unpack(">HH", query[at:at + 4])
        options[code], at = query[at + 4:at + 4 + size], at + 4 + size
    return options


def address_of(name):
    return b"\x0a" + struct.pack(">I", zlib.crc32(name.encode()))[1:]


def records_of(name, kind):
    def record(data):
        return POINTER + struct.pack(">HHIH", kind, 1, 60, len(data)) + data
    if kind == A:
        return [record(address_of(name))]
    if kind == AAAA:
        return [record(b"\x20\x01\x0d\xb8" + bytes(9) + address_of(name)[1:])]
    if kind == TXT and "big" in name.split("."):
        return [record(b"\xfa" + b"x" * 250) for _ in range(151)]
    return []


def opt_record(options, words):
    if options is None:
        return b""
    data = b""
    if "keepalive" in words:
        data += struct.pack(">HHH", KEEPALIVE, 2, int(words["keepalive"]))
    return b"\0" + struct.pack(">HHIH", OPT, 1232, 0, len(data)) + data


def answer(query, words):
    name, kind, end, options = read_query(query)
    records, authority, flags = records_of(name, kind), b"", 0x8180
    if "missing" in name.split("."):
        flags, records = 0x8183, []
    if "ad" in name.split("."):
        flags |= 0x20
    if not records:
        data = b"\0\0" + struct.pack(">IIIII", 1, 3600, 600, 86400, 60)
        authority = b"\4test\0" + struct.pack(">HHIH", SOA, 1, 60, len(data)) + data
    counts = struct.pack(">HHHHH", flags, 1, len(records), bool(authority), options is not None)
    return query[:2] + counts + query[12:end] + b"".join(records) + authority + opt_record(options, words)


def with_flags(reply, flags):
    return reply[:2] + struct.pack(">H", flags) + reply[4:]


# What is sent for a reply.
KINDS = {
    "none": lambda reply: [],
    "twice": lambda reply: [reply, reply],
    "wrong-id": lambda reply: [bytes([reply[0] ^ 0x55, reply[1]]) + reply[2:]],
    "wrong-id-first": lambda reply: [bytes([reply[0] ^ 0x55, reply[1]]) + reply[2:-1] + b"!", reply],
    "wrong-name": lambda reply: [reply[:13] + bytes([reply[13] ^ 1]) + reply[14:]],
    "short": lambda reply: [reply[:5]],
    "empty": lambda reply: [b""],
    "garbage": lambda reply: [b"\xff" * 50],
    "query": lambda reply: [with_flags(reply, 0x0100)],
    "truncated": lambda reply: [with_flags(reply, 0x8380)],
    "refused": lambda reply: [with_flags(reply[:6] + bytes(6) + reply[12:12 + reply[12:].index(b"\0") + 5], 0x8185)],
    "servfail": lambda reply: [with_flags(reply[:6] + bytes(6) + reply[12:12 + reply[12:].index(b"\0") + 5], 0x8182)],
}


class Frames:
    """DNS over TLS: messages behind their length."""

    def __init__(self, words):
        self.words, self.received = words, b""

    def close(self):
        pass

    @staticmethod
    def hello():
        return b""

    def feed(self, data):
        self.received += data
        queries = []
        while len(self.received) >= 2:
            size = int.from_bytes(self.received[:2], "big")
            if len(self.received) < 2 + size:
                break
            queries.append((self.received[2:2 + size], None, "dot"))
            self.received = self.received[2 + size:]
        return b"", queries

    def wrap(self, reply, _):
        if self.words.get("reply") == "length":
            return b"\xff\xff" + reply
        return struct.pack(">H", len(reply)) + reply


# --- a connection

class End(Exception):
    """The connection ends, for the reason that is its text."""


class Connection:
    def __init__(self, listener, sock, number):
        self.name, self.number, self.sock, self.log_file = listener.name, number, sock, listener.log_file
        is_wrong = number <= int(listener.words.get("first", number))
        self.words = listener.words if is_wrong else {}
        self.context = listener.context if is_wrong else listener.good_context
        self.replies, self.outbox, self.order = 0, [], itertools.count()

    def log(self, *words):
        with log_lock:
            print(self.name, self.number, *words, file=self.log_file)

    def run(self):
        self.log("accept")
        try:
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, "nagle" not in self.words)
            self.sock.settimeout(60)
            self.at("accept")
            if "plain" in self.words:
                self.sock.recv(1)
                self.sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                raise End("plain")
            self.shake_hands()
            self.at("handshake")
            self.talk()
        except End as why:
            self.log("end", why)
        except (OSError, ValueError) as error:
            self.log("error", str(error).replace("\n", " "))
        finally:
            self.sock.close()

    def at(self, state, data=b""):
        """Ends here if the words say so. The data is sent before."""
        action = next((word for word in ("close", "reset", "hang") if self.words.get(word) == state), None)
        if not action or self.replies < int(self.words.get("after", 0)):
            return
        if data:
            self.sock.sendall(data)
        if action == "hang":
            self.sock.settimeout(None)
            while self.sock.recv(4096):
                pass
        elif action == "reset":
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif "notify" in self.words:
            self.sock.settimeout(1)
            self.sock.unwrap()
        raise End(action)

    def shake_hands(self):
        if "hello" in (self.words.get(word) for word in ("close", "reset", "hang")):
            self.sock.recv(1)
            self.at("hello")
        if "server-hello" in (self.words.get(word) for word in ("close", "reset", "hang")):
            self.at("server-hello", self.half_flight())
        if self.words.get("close") == "finish":
            self.at("finish", self.last_flight())
        self.sock = self.context.wrap_socket(self.sock, server_side=True, do_handshake_on_connect=False)
        self.sock.do_handshake()
        self.log("tls", self.sock.version(), self.sock.selected_alpn_protocol(), getattr(self.sock, "wanted", None),
                 "resumed" if self.sock.session_reused else "full")

    def half_flight(self):
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = self.context.wrap_bio(incoming, outgoing, server_side=True)
        while not outgoing.pending:
            self.step(tls.do_handshake, incoming)
        flight = outgoing.read()
        return flight[:len(flight) // 2]

    def last_flight(self):
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = self.context.wrap_bio(incoming, outgoing, server_side=True)
        while not self.step(tls.do_handshake, incoming):
            self.sock.sendall(outgoing.read())
        self.step(tls.unwrap, None)
        return outgoing.read()

    def step(self, function, incoming):
        if incoming:
            incoming.write(self.sock.recv(4096))
        try:
            function()
        except ssl.SSLWantReadError:
            return False
        return True

    def talk(self):
        is_http = self.sock.selected_alpn_protocol() == "h2"
        protocol = http2.Http2(self.words) if is_http else Frames(self.words)
        self.sock.sendall(protocol.hello())
        try:
            while True:
                if "late-ack" in self.words:
                    self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, False)
                if not self.wait():
                    continue
                data = self.sock.recv(65536)
                if not data:
                    raise End("eof")
                self.at("query")
                at_once, queries = protocol.feed(data)
                if at_once:
                    self.sock.sendall(at_once)
                for query, stream, told in queries:
                    self.take(protocol, query, stream, told)
        finally:
            protocol.close()

    def wait(self):
        """False once a reply that was due has been sent. True if there is something to read."""
        idle = int(self.words["idle"]) / 1000 if "idle" in self.words else 60
        due = self.outbox[0][0] - time.monotonic() if self.outbox else idle
        if self.sock.pending() or select.select([self.sock], [], [], max(0, due))[0]:
            return True
        if not self.outbox:
            raise End("idle")
        self.send(heapq.heappop(self.outbox)[2])
        return False

    def take(self, protocol, query, stream, told):
        name, kind, _, options = read_query(query)
        padding = len(options[PADDING]) if options and PADDING in options else "none"
        self.log("query", name, kind, f"size={len(query)}", f"padding={padding}",
                 f"keepalive={'yes' if options and KEEPALIVE in options else 'no'}", told)
        is_wrong = self.replies >= int(self.words.get("after", 0))
        kinds = KINDS.get(self.words.get("reply")) if is_wrong else None
        reply = answer(query, self.words)
        for message in kinds(reply) if kinds else [reply]:
            self.plan(protocol.wrap(message, stream), is_wrong)

    def plan(self, data, is_wrong):
        wait = int(self.words.get("delay", 0)) + random.uniform(0, int(self.words.get("jitter", 0)))
        if wait and is_wrong:
            heapq.heappush(self.outbox, (time.monotonic() + wait / 1000, next(self.order), data))
        else:
            self.send(data)

    def send(self, data):
        self.at("half", data[:len(data) // 2])
        if "slow" in self.words:
            for i in range(len(data)):
                self.sock.sendall(data[i:i + 1])
                time.sleep(int(self.words["slow"]) / 1000)
        elif "nagle" in self.words:
            self.sock.sendall(data[:len(data) // 2])
            self.sock.sendall(data[len(data) // 2:])
        else:
            self.sock.sendall(data)
        self.replies += 1
        self.at("reply")


# --- listeners

class Listener:
    def __init__(self, certificates, text, log_file):
        self.name, _, words = text.partition(":")
        pairs = (word.partition("=") for word in words.split(",") if word)
        self.words = {word: value for word, _, value in pairs}
        self.log_file = log_file
        self.context = make_context(certificates, self.words)
        self.good_context = make_context(certificates, {})
        address = self.words.get("address", "127.0.0.1")
        self.socket = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self.socket.bind((address, int(self.words.get("port", 0))))
        self.socket.listen(1024)
        self.port = self.socket.getsockname()[1]

    def run(self):
        for number in itertools.count(1):
            connection = Connection(self, self.socket.accept()[0], number)
            threading.Thread(target=connection.run, daemon=True).start()


def make_context(certificates, words):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    path = f"{certificates}/{words.get('cert', 'good')}"
    context.load_cert_chain(path + ".pem", path + ".key")
    if words.get("alpn") != "none":
        context.set_alpn_protocols([words["alpn"]] if "alpn" in words else ["dot", "h2"])
    if "tls" in words:
        context.set_ciphers("ALL:@SECLEVEL=0")
        version = ssl.TLSVersion[VERSIONS[words["tls"]]]
        context.minimum_version, context.maximum_version = ssl.TLSVersion.MINIMUM_SUPPORTED, version
        context.minimum_version = version
    if "no-tickets" in words:
        context.options |= ssl.OP_NO_TICKET
        context.num_tickets = 0

    def remember_name(sock, name, _):
        sock.wanted = name
        return int(words["alert"]) if "alert" in words else None
    context.sni_callback = remember_name
    return context


def main():
    warnings.simplefilter("ignore", DeprecationWarning)
    with open(sys.argv[2], "a", buffering=1, encoding="utf-8") as log_file:
        listeners = [Listener(sys.argv[1], text, log_file) for text in sys.argv[3:]]
        threads = [threading.Thread(target=listener.run, daemon=True) for listener in listeners]
        for thread in threads:
            thread.start()
        print(*(f"{listener.name}={listener.port}" for listener in listeners), flush=True)
        for thread in threads:
            thread.join()


if __name__ == "__main__":
    main()
