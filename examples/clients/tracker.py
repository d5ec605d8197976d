#!/usr/bin/env python3
"""Reports where a client is, over and over, to the first of several servers that answers.

Run it with what prints positions, a line each with latitude and longitude in degrees:

    echo '34.068930 -118.445127' | python3 tracker.py kiwi 127.0.0.1:11645 127.0.0.1:11646

Needs Python 3.8 and nothing else. Servers are HOST:PORT, their client ports; with `--tls` before them they speak
TLS. Where access is on, the token is read from the variable PROXY_HERD_TOKEN.

Each reply is printed. While no server answers, only the newest report is kept: the herd wants no other. The exit
status is 0 once the last report is confirmed, 1 where one or the token was refused, 2 for a usage error.
"""

import itertools
import os
import random
import socket
import ssl
import sys
import threading
import time

# A server that says nothing for so long is given up.
DEADLINE_S = 5
# The wait before the next server is tried: doubled each time, until a report is confirmed.
FIRST_WAIT_S = 0.1
LONGEST_WAIT_S = 5
# The longest line of a server's that is read, in bytes.
MAX_REPLY_BYTES = 8192


class Newest:
    """The newest report that is not confirmed, between the thread that reads and the one that sends."""

    def __init__(self):
        self._changed = threading.Condition()
        self._report = None
        self._ended = False

    def put(self, report):
        with self._changed:
            self._report = report
            self._changed.notify()

    def end(self):
        with self._changed:
            self._ended = True
            self._changed.notify()

    def wait(self):
        """The report to send next; None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._report is not None or self._ended)
            return self._report

    def done(self, report):
        """It needs no sending any more; a newer one that came meanwhile does."""
        with self._changed:
            if self._report is report:
                self._report = None


class Server:
    """A connection to a server, for one command at a time."""

    def __init__(self, host, port, tls):
        connection = socket.create_connection((host, port), DEADLINE_S)
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if tls is not None:
                connection = tls.wrap_socket(connection, server_hostname=host)
        except BaseException:
            connection.close()
            raise
        self._socket = connection
        self._replies = connection.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._replies.close()
        self._socket.close()

    def ask(self, command):
        """Sends a command and returns the line that answers it. Raises OSError where none comes."""
        self._socket.sendall(command + b"\n")
        reply = self._replies.readline(MAX_REPLY_BYTES)
        if not reply.endswith(b"\n"):
            raise ConnectionError("the server closed the connection")
        return reply[:-1]


def report_of(client, line):
    """The command that reports the position of a line, as of now."""
    latitude, longitude = (float(word) for word in line.split())
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise ValueError("out of range")
    seconds, nanoseconds = divmod(time.time_ns(), 10**9)
    position = f"{latitude:+010.6f}{longitude:+011.6f}"
    return f"IAMAT {client} {position} {seconds}.{nanoseconds:09d}".encode()


def read_positions(client, newest):
    for line in sys.stdin:
        try:
            newest.put(report_of(client, line))
        except ValueError:
            print(f"expected latitude and longitude, found: {line.strip()}", file=sys.stderr)
    newest.end()


def send_reports(newest, servers, tls, token):
    """Sends until the end. Returns how many reports were refused."""
    refused = 0
    wait = FIRST_WAIT_S
    for host, port in itertools.cycle(servers):
        try:
            with Server(host, port, tls) as server:
                if token and not server.ask(b"AUTH " + token.encode()).startswith(b"AUTH "):
                    sys.exit(f"{host}:{port} does not accept the token")
                while (report := newest.wait()) is not None:
                    reply = server.ask(report)
                    newest.done(report)
                    wait = FIRST_WAIT_S
                    refused += reply.startswith(b"? ")
                    print(reply.decode(errors="replace"), flush=True)
                return refused
        except OSError as error:
            print(f"{host}:{port}: {error}", file=sys.stderr)
        time.sleep(random.uniform(wait / 2, wait))
        wait = min(2 * wait, LONGEST_WAIT_S)


def main(arguments):
    tls = None
    if arguments[1:2] == ["--tls"]:
        tls = ssl.create_default_context()  # also trusts the file that SSL_CERT_FILE names
        del arguments[1]
    if len(arguments) < 2 or len(arguments[0].split()) != 1:
        print("usage: tracker.py CLIENT [--tls] HOST:PORT [HOST:PORT ...]", file=sys.stderr)
        return 2
    client, *addresses = arguments
    servers = [(host.strip("[]"), int(port)) for host, _, port in (a.rpartition(":") for a in addresses)]
    newest = Newest()
    threading.Thread(target=read_positions, args=(client, newest), daemon=True).start()
    return 1 if send_reports(newest, servers, tls, os.environ.get("PROXY_HERD_TOKEN")) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
