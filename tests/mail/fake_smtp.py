"""A mail server that does as a test says: it answers each step as told, or hangs up, and keeps what it took."""

from __future__ import annotations

import socketserver
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Thread

HANG_UP = "hang up"
SILENCE = "say nothing"

_USUAL = {
    "connect": "220 fake.example",
    "ehlo": "250 fake.example",
    "starttls": "220 go on",
    "auth": "235 welcome",
    "mail": "250 ok",
    "rcpt": "250 ok",
    "data": "354 go on",
    "message": "250 queued",
    "quit": "221 bye",
}


@dataclass
class FakeServer:
    """What a running fake was told to say, and what it heard."""

    port: int
    replies: dict[str, str]
    tls: ssl.SSLContext | None = None
    heard: list[str] = field(default_factory=list)
    """Every line but those of messages."""
    messages: list[bytes] = field(default_factory=list)


@contextmanager
def mail_server(
    replies: Mapping[str, str] | None = None, *, tls: ssl.SSLContext | None = None, from_the_start: bool = False
) -> Iterator[FakeServer]:
    """A server on a free port of this machine. `replies`: step → line, `HANG_UP` or `SILENCE`."""
    fake = FakeServer(port=0, replies={**_USUAL, **(replies or {})}, tls=tls)

    class Handler(socketserver.StreamRequestHandler):
        timeout = 5

        def handle(self) -> None:
            try:
                if from_the_start:
                    self.encrypt()
                self.talk()
            except OSError:
                pass  # the other side has gone, or never came back
            finally:
                for side in (self.rfile, self.wfile, self.request):
                    with suppress(OSError):
                        side.close()

        def encrypt(self) -> None:
            assert tls is not None
            self.request = tls.wrap_socket(self.request, server_side=True)
            self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", 0)

        def talk(self) -> None:
            if not self.say("connect"):
                return
            while line := self.rfile.readline().decode("ascii").strip():
                fake.heard.append(line)
                step = line.split()[0].lower()
                if not self.say(step):
                    return
                if step == "starttls" and fake.replies[step].startswith("220"):
                    self.encrypt()
                if step == "data" and fake.replies[step].startswith("354"):
                    fake.messages.append(self.message())
                    if not self.say("message"):
                        return
                if step == "quit":
                    return

        def message(self) -> bytes:
            lines = iter(self.rfile.readline, b".\r\n")
            return b"".join(line.removeprefix(b".") for line in lines)

        def say(self, step: str) -> bool:
            reply = fake.replies[step]
            if reply == SILENCE:
                self.rfile.readline()  # until the other side gives up
            if reply in (SILENCE, HANG_UP):
                return False
            self.wfile.write(f"{reply}\r\n".encode())
            return True

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Handler) as server:
        fake.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield fake
        finally:
            server.shutdown()
            thread.join()
