# SPDX-License-Identifier: MIT
"""Counts what reaches port 53 of all addresses, a line each in the file COUNTED, and replies "elsewhere" at
port 9999 of 198.51.100.7."""
import selectors
import socket
import sys


def listener(kind, port):
    made = socket.socket(socket.AF_INET6, kind)
    made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind(("::" if port == 53 else "::ffff:198.51.100.7", port))
    if kind == socket.SOCK_STREAM:
        made.listen(128)
    return made


def receive(made, port):
    if made.type == socket.SOCK_STREAM:
        connection, client = made.accept()
        if port != 53:
            connection.sendall(b"elsewhere")
        connection.close()
    else:
        _, client = made.recvfrom(65536)
        if port != 53:
            made.sendto(b"elsewhere", client)
    return client


selector = selectors.DefaultSelector()
for port in (53, 9999):
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        selector.register(listener(kind, port), selectors.EVENT_READ, port)
print("ready", flush=True)
with open(sys.argv[1], "a", buffering=1, encoding="ascii") as counted:
    while True:
        for key, _ in selector.select():
            client = receive(key.fileobj, key.data)
            if key.data == 53:
                print(client, file=counted)
