# SPDX-License-Identifier: MIT
"""Stand-ins for servers that would be heavy to set up: each says one true message of its protocol, whose text shows
that the client got there. Prints "PROTOCOL=PORT ..." once all of them listen on 127.0.0.1, and serves until it is
ended."""

import asyncio

TEXT = b"reached by name"


def der(tag, *parts):
    body = b"".join(parts)
    return bytes([tag, len(body)]) + body


def postgres():
    """FATAL, undefined_object."""
    fields = b"SFATAL\0VFATAL\0C42704\0M" + TEXT + b"\0\0"
    return b"E" + (4 + len(fields)).to_bytes(4, "big") + fields


def mariadb():
    """An error packet in place of the greeting: too many connections."""
    packet = b"\xff" + (1040).to_bytes(2, "little") + TEXT
    return len(packet).to_bytes(3, "little") + b"\0" + packet


def ldap():
    """Message 1: BindResponse, invalidCredentials, with a diagnostic message (RFC 4511 4.2.2)."""
    response = der(0x61, der(0x0A, b"\x31"), der(0x04), der(0x04, TEXT))
    return der(0x30, der(0x02, b"\x01"), response)


def kerberos():
    """KRB-ERROR, KDC_ERR_C_PRINCIPAL_UNKNOWN, of the realm KINIT.TEST (RFC 4120 5.9.1), framed for TCP."""

    def field(number, element):
        return der(0xA0 | number, element)

    def integer(value):
        return der(0x02, bytes([value]))

    realm = der(0x1B, b"KINIT.TEST")
    service = der(0x30, field(0, integer(2)), field(1, der(0x30, der(0x1B, b"krbtgt"), realm)))
    error = der(0x7E, der(
        0x30,
        field(0, integer(5)), field(1, integer(30)),
        field(4, der(0x18, b"20300101000000Z")), field(5, integer(0)),
        field(6, integer(6)), field(9, realm), field(10, service), field(11, der(0x1B, TEXT))))
    return len(error).to_bytes(4, "big") + error


# Protocol: what is said at once, and what is said to the client's first message.
SAID = {
    "greeting": (TEXT + b"\r\n", b""),
    "smtp": (b"554 " + TEXT + b"\r\n", b""),
    "ftp": (b"421 " + TEXT + b"\r\n", b""),
    "redis": (b"", b"-ERR " + TEXT + b"\r\n"),
    "rsync": (b"@RSYNCD: 31.0\n", TEXT + b"\n@RSYNCD: EXIT\n"),
    "postgres": (b"", postgres()),
    "mariadb": (mariadb(), b""),
    "ldap": (b"", ldap()),
    "kerberos": (b"", kerberos()),
}


def conversation(greeting, reply):
    async def converse(reader, writer):
        try:
            writer.write(greeting)
            if reply:
                await reader.read(4096)
                writer.write(reply)
            # Closed with all read: unread bytes would make a reset of it, which may overtake what was said.
            writer.write_eof()
            while await reader.read(4096):
                pass
        except OSError:
            pass
        finally:
            writer.close()
    return converse


async def main():
    servers = [await asyncio.start_server(conversation(*said), "127.0.0.1", 0) for said in SAID.values()]
    ports = (server.sockets[0].getsockname()[1] for server in servers)
    print(*(f"{protocol}={port}" for protocol, port in zip(SAID, ports)), flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


asyncio.run(main())
