#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Clients of withdns --serve that dig cannot be: many at once, slow ones, and packets that make no sense.

serve.py CASE PORT [ARGUMENT...]: prints what it found wrong; nothing where all is well."""
import os
import resource
import select
import socket
import struct
import sys
import threading
import time


def question(name, qtype=1):
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return labels + b"\0" + struct.pack(">HH", qtype, 1)


def query(name, number=1, qtype=1):
    return struct.pack(">HHHHHH", number, 0x0100, 1, 0, 0, 0) + question(name, qtype)


def framed(message):
    return struct.pack(">H", len(message)) + message


def connect(port):
    stream = socket.create_connection(("127.0.0.1", port))
    stream.settimeout(10)
    return stream


def receive_exactly(stream, size):
    data = b""
    while len(data) < size:
        more = stream.recv(size - len(data))
        if not more:
            return None
        data += more
    return data


def receive(stream):
    """The next message on a TCP connection; None at its end."""
    prefix = receive_exactly(stream, 2)
    return prefix and receive_exactly(stream, struct.unpack(">H", prefix)[0])


def ask(port, name, timeout=2.0):
    """One query over UDP; None if it is not answered in time."""
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.settimeout(timeout)
    client.sendto(query(name), ("127.0.0.1", port))
    try:
        return client.recv(65535)
    except socket.timeout:
        return None
    finally:
        client.close()


def wrong_answers(port, name, count):
    """Asks so many times, a query at a time, and returns how many were not answered with one record, when they were asked
    once more as by every resolver: a machine under load may lose a datagram."""
    replies = [ask(port, name) or ask(port, name) for _ in range(count)]
    return sum(1 for reply in replies if reply is None or reply[3] & 15 or reply[7] != 1)


def check(name, port, what):
    wrong = wrong_answers(port, name, 100)
    if wrong:
        print(f"{wrong} of 100 queries went unanswered beside {what}")


def pipelined(port, slow, quick):
    """Queries one behind the other: the answer of the first comes last (RFC 7766 6.2.1.1)."""
    stream = connect(port)
    stream.sendall(framed(query(slow, 1)) + b"".join(framed(query(quick, n)) for n in range(2, 22)))
    numbers = [struct.unpack(">H", receive(stream)[:2])[0] for _ in range(21)]
    if sorted(numbers) != list(range(1, 22)) or numbers[-1] != 1:
        print(f"replies in the order {numbers}")
    for byte in framed(query(quick, 99)):
        stream.sendall(bytes([byte]))
    if receive(stream)[:2] != struct.pack(">H", 99):
        print("a query sent byte by byte was not answered")
    stream.sendall(framed(query(quick, 100)))
    stream.shutdown(socket.SHUT_WR)
    if receive(stream)[:2] != struct.pack(">H", 100) or receive(stream) is not None:
        print("after the client's end came no reply and end")


def outstanding(port, slow, quick):
    """A client with many queries that wait gets all replies, and others are served meanwhile."""
    stream = connect(port)
    sender = threading.Thread(target=stream.sendall,
                              args=(b"".join(framed(query(f"{n}.{slow}", n)) for n in range(300)),))
    sender.start()
    check(quick, port, "300 queries of a TCP client that wait")
    numbers = sorted(struct.unpack(">H", receive(stream)[:2])[0] for _ in range(300))
    sender.join()
    if numbers != list(range(300)):
        print(f"{len(numbers)} replies to 300 queries")


def unread(port, name):
    """A client that reads no reply to 300 queries before it has sent all gets them all then."""
    stream = connect(port)
    stream.sendall(b"".join(framed(query(name, n, 16)) for n in range(300)))
    time.sleep(0.2)
    for count in range(300):
        try:
            receive(stream)
        except socket.timeout:
            print(f"{count} replies to 300 queries")
            return


def crowd(port, quick):
    """More idle and slow connections than the server holds: new ones are served."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    idle = []
    for _ in range(1200):
        stream = connect(port)
        stream.setblocking(False)
        idle.append(stream)
    slow = [connect(port) for _ in range(20)]
    for stream in slow:
        stream.sendall(framed(query(quick))[:5])
    check(quick, port, "1200 idle TCP connections")
    for number in range(20):
        stream = connect(port)
        stream.sendall(framed(query(quick, number)))
        if (receive(stream) or b"\xff\xff")[:2] != struct.pack(">H", number):
            print("a new TCP connection was not served beside 1200 idle ones")
            break
        stream.close()
    poll = select.poll()
    for stream in idle:
        poll.register(stream, select.POLLIN)
    ended = len(poll.poll(0))
    if ended < 200:
        print(f"only {ended} of 1200 idle connections were closed")


def deaf(port, big, quick):
    """Clients that send queries and take no replies."""
    streams = [connect(port) for _ in range(10)]
    for stream in streams:
        stream.setblocking(False)
        try:
            for number in range(20000):
                stream.send(framed(query(big, number % 65536)))
        except BlockingIOError:
            pass
    check(quick, port, "clients that take no replies")


def flood(port, lost, quick):
    """Many queries that servers never answer, from many ports, beside names that are answered at once."""
    ends = time.monotonic() + 3
    clients = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(20)]

    def send():
        number = 0
        while time.monotonic() < ends:
            for client in clients:
                number += 1
                client.sendto(query(f"{number}.{lost}"), ("127.0.0.1", port))
            time.sleep(0.001)

    sender = threading.Thread(target=send)
    sender.start()
    wrong = 0
    asked = 0
    while time.monotonic() < ends:
        wrong += wrong_answers(port, quick, 10)
        asked += 10
    sender.join()
    if wrong or asked < 50:
        print(f"{wrong} of {asked} queries went unanswered beside a flood")


def nonsense(port, quick):
    """Packets that are no queries get no reply, or an error; the server goes on."""
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.settimeout(2)
    reply = bytearray(query(quick))
    reply[2] |= 0x80
    for packet in (b"", b"\0", query(quick)[:11], bytes(reply), b"\xff" * 12, b"\0" * 5000):
        client.sendto(packet, ("127.0.0.1", port))
    client.sendto(b"\0\7" + query(quick)[2:-3], ("127.0.0.1", port))
    answer = client.recv(512)
    if answer[:2] != b"\0\7" or answer[3] & 15 != 1:
        print(f"half a query was answered with {answer.hex()}")
    for nothing in (b"\0\0", framed(b"x"), framed(bytes(reply))):
        stream = connect(port)
        stream.sendall(nothing + framed(query(quick, 5)))
        try:
            if receive(stream) is not None:
                print(f"{nothing.hex()} did not end the connection")
        except ConnectionResetError:
            pass
    check(quick, port, "nonsense")


def idle(port, quick):
    """A connection without queries, one that sends a byte now and then, and one whose client takes no replies end after 30 s."""
    silent, slow = connect(port), connect(port)
    message = framed(query(quick) * 3)
    begun = time.monotonic()
    for byte in message:
        try:
            slow.send(bytes([byte]))
        except OSError:
            break
        if time.monotonic() - begun > 40:
            break
        time.sleep(0.7)
    for name, stream in (("silent", silent), ("slow", slow)):
        stream.settimeout(5)
        try:
            if stream.recv(1):
                print(f"the {name} connection got data")
        except ConnectionResetError:
            pass
        except socket.timeout:
            print(f"the {name} connection lasts for longer than 30 s")


def local_connection(path):
    stream = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    stream.settimeout(10)
    stream.connect(path)
    return stream


def gone(port, path, pid, slow):
    """A client of a Unix socket that ends while its query waits costs the server nothing."""
    del port
    stream = local_connection(path)
    stream.send(query(slow))
    time.sleep(0.1)
    stream.close()
    time.sleep(0.1)
    begun = busy(pid)
    time.sleep(0.5)
    if busy(pid) - begun > 5:
        print(f"the server was busy for {busy(pid) - begun} of 50 ticks")


def trickle(port, path, pid, big):
    """A client that always has replies waiting for it: those that were sent take no memory."""
    del port
    stream = local_connection(path)
    stream.setblocking(False)
    message = query(big, 1, 16)
    ends = time.monotonic() + 20
    taken = first = sent = 0
    while taken < 10000 and time.monotonic() < ends:
        try:
            for _ in range(400 if taken == 0 else 2):
                stream.send(message)
                sent += 1
        except BlockingIOError:
            first = first or resident(pid)[0]
        select.select([stream], [], [], 10)
        stream.recv(65535)
        taken += 1
    last = resident(pid)[0]
    if taken < 10000 or not first or last > first + 4096:
        print(f"{first} KiB at first, {last} KiB after {taken} of {sent} replies")


def starved(port, slow):
    """More connections than descriptors: those that queries to servers need remain."""
    idle = [connect(port) for _ in range(100)]
    clients = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(16)]
    time.sleep(0.2)
    for number, client in enumerate(clients):
        client.settimeout(10)
        client.sendto(query(f"{number}.{slow}"), ("127.0.0.1", port))
    codes = [client.recv(512)[3] & 15 for client in clients]
    if codes != [0] * 16:
        print(f"the codes are {codes} beside {len(idle)} connections")


def busy(pid):
    """Ticks of processor time of a process."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        return sum(int(word) for word in stat.read().rsplit(")", 1)[1].split()[11:13])


def resident(pid):
    """KiB of memory, the number of descriptors and the number of threads of a process."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        status = dict(line.split(":", 1) for line in file)
    return int(status["VmRSS"].split()[0]), len(os.listdir(f"/proc/{pid}/fd")), int(status["Threads"])


def soak_round(port, path, number):
    """Some clients of every kind, one after another; every second time they leave before their replies come."""
    for index in range(50):
        ask(port, f"name{(number * 50 + index) % 20000}.new.test")
        ask(port, "app.test")
    for _ in range(5):
        stream = connect(port)
        stream.sendall(b"".join(framed(query(name)) for name in ("app.test", "a.slow.test", "b.lost.test", "nix.test")))
        if number % 2:
            receive(stream)
        stream.close()
        local = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        local.connect(path)
        local.send(query("app.test"))
        if number % 2:
            local.recv(65535)
        local.close()
    nonsense(port, "app.test")


def start_workers(port):
    """Queries that no server answers, more than --serve has threads that wait for servers: it starts all of them."""
    streams = [connect(port) for _ in range(6)]
    for number, stream in enumerate(streams):
        stream.sendall(b"".join(framed(query(f"name{number}-{index}.lost.test")) for index in range(60)))
    for stream in streams:
        for _ in range(60):
            receive(stream)
        stream.close()


def soak(port, pid, seconds, path, zone):
    """Clients of every kind for so long, while the zone file changes: memory and descriptors of the server stay flat."""
    start_workers(port)
    begun, rounds, first = time.monotonic(), 0, None
    while (passed := time.monotonic() - begun) < float(seconds):
        rounds += 1
        soak_round(port, path, rounds)
        if rounds % 10 == 0:
            with open(zone, "a", encoding="ascii") as file:
                file.write("; changed\n")
        if first is None and passed > float(seconds) / 3:
            first = resident(pid)
    time.sleep(2)
    last = resident(pid)
    print(f"{rounds} rounds; from {first} to {last} (KiB, descriptors, threads)", file=sys.stderr)
    if last[0] > first[0] * 1.1 + 1024 or last[1] > first[1] + 5:
        print(f"(KiB, descriptors, threads) grew from {first} to {last}")


CASES = {function.__name__: function for function in (pipelined, outstanding, unread, crowd, deaf, flood, nonsense, idle, gone, trickle,
                                               starved, soak)}
CASES[sys.argv[1]](int(sys.argv[2]), *sys.argv[3:])
