# SPDX-License-Identifier: MIT
"""packets.py LOG [TEXT]...: a line to LOG for each packet that this network namespace sends (packet(7)) to port 53, UDP
or TCP: its destination; and one for each that has a TEXT anywhere, in whatever case: the TEXT."""

import socket
import struct
import sys

ETH_P_ALL, ETH_P_IP, ETH_P_IPV6, PACKET_OUTGOING = 3, 0x800, 0x86DD, 4


def destination(protocol, packet):
    """The destination and its port, of UDP and TCP; else None. Extension headers of IPv6 are not looked for."""
    if protocol == ETH_P_IP:
        start, transport, to = 4 * (packet[0] & 15), packet[9], socket.inet_ntop(socket.AF_INET, packet[16:20])
    elif protocol == ETH_P_IPV6:
        start, transport, to = 40, packet[6], socket.inet_ntop(socket.AF_INET6, packet[24:40])
    else:
        return None
    if transport not in (socket.IPPROTO_TCP, socket.IPPROTO_UDP):
        return None
    return to, struct.unpack("!H", packet[start + 2 : start + 4])[0]


texts = [text.lower().encode() for text in sys.argv[2:]]
packets = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
print("ready", flush=True)
with open(sys.argv[1], "w", buffering=1, encoding="ascii") as log:
    while True:
        packet, (_, protocol, kind, *_) = packets.recvfrom(65536)
        if kind != PACKET_OUTGOING:
            continue
        to = destination(protocol, packet)
        if to and to[1] == 53:
            print(to[0], file=log)
        for text in texts:
            if text in packet.lower():
                print(text.decode(), file=log)
