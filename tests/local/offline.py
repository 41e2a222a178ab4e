"""`python offline.py COMMAND …` runs a command in a network of its own that has loopback alone."""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
import sys
from pathlib import Path

NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000
SET_FLAGS, UP = 0x8914, 0x1


def leave_network() -> None:
    """Leave every network for a new one; who is not root may do so as the root of a namespace of their own."""
    user, libc = os.geteuid(), ctypes.CDLL(None, use_errno=True)
    if libc.unshare(NEW_NETWORK | (NEW_USER if user else 0)) != 0:
        raise OSError(ctypes.get_errno(), "a network of one's own is not allowed here")
    if user:
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
    with socket.socket() as control:
        fcntl.ioctl(control, SET_FLAGS, struct.pack("16sh", b"lo", UP))


if __name__ == "__main__":
    leave_network()
    os.execvp(sys.argv[1], sys.argv[1:])
