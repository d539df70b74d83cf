# SPDX-License-Identifier: MIT
"""print_env.py READER FILE [COMMAND...]: prints the variables of FILE, or runs COMMAND with them.

READER is lines, docker (the client, with a server here that keeps what it is sent) or systemd (its library)."""
import ctypes
import glob
import http.server
import json
import os
import socketserver
import subprocess
import sys
import tempfile
import threading


def read_lines(path):
    with open(path, encoding="utf-8", newline="\n") as file:
        return [line.rstrip("\n") for line in file]


class Daemon(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    variables = None


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, status, text):
        self.send_response(status)
        self.send_header("Api-Version", "1.41")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)

    def do_HEAD(self):
        self.answer(200, b"OK")

    do_GET = do_HEAD

    def do_POST(self):
        Daemon.variables = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["Env"]
        self.answer(500, b'{"message": "seen"}')

    def address_string(self):
        return "unix"

    def log_message(self, *_):
        pass


def read_docker(path):
    with tempfile.TemporaryDirectory() as directory:
        daemon = Daemon(directory + "/socket", Handler)
        threading.Thread(target=daemon.serve_forever, daemon=True).start()
        done = subprocess.run(["docker", "create", "--env-file", path, "image"], stdin=subprocess.DEVNULL,
                              env=dict(os.environ, DOCKER_HOST=f"unix://{directory}/socket", HOME=directory),
                              capture_output=True, text=True)
        daemon.shutdown()
    return Daemon.variables if Daemon.variables is not None else sys.exit(done.stderr)


def read_systemd(path):
    library = ctypes.CDLL(glob.glob("/usr/lib/*/systemd/libsystemd-shared-*.so")[0])
    variables = ctypes.POINTER(ctypes.c_char_p)()
    status = library.load_env_file(None, path.encode(), ctypes.byref(variables))
    assert status == 0, status
    texts = []
    while variables[len(texts)] is not None:
        texts.append(variables[len(texts)])
    for text in texts:
        library.env_value_is_valid.restype = ctypes.c_bool
        assert library.env_value_is_valid(text.partition(b"=")[2]), text
    return [text.decode() for text in texts]


def main():
    reader, path, *command = sys.argv[1:]
    variables = {"lines": read_lines, "docker": read_docker, "systemd": read_systemd}[reader](path)
    if not command:
        print("\n".join(variables))
        return
    environment = {key: value for key, value in os.environ.items() if key != "WITHDNS"}
    environment.update(variable.split("=", 1) for variable in variables)
    os.execvpe(command[0], command, environment)


main()
