"""A process that says it is ready on a port, and has a child of its own in another session."""

from __future__ import annotations

import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path


class Ready(BaseHTTPRequestHandler):
    """Answers every GET with 200."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()


if __name__ == "__main__":
    child = subprocess.Popen(["sleep", "600"], start_new_session=True)
    Path(sys.argv[2]).write_text(str(child.pid), encoding="utf-8")
    HTTPServer(("127.0.0.1", int(sys.argv[1])), Ready).serve_forever()
