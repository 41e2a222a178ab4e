"""Asks whether somebody answers: `python -m kit.probe URL` ends with 0 for status 200, else with 1 and a sentence."""

from __future__ import annotations

import sys
from http.client import HTTPException
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

_WITHIN = 5.0  # seconds


def main() -> None:
    """Ask the URL of the command line; more arguments are headers, as `Authorization: …`."""
    url, *headers = sys.argv[1:]
    named = dict(header.split(": ", 1) for header in headers)
    try:
        build_opener(ProxyHandler({})).open(Request(url, headers=named), timeout=_WITHIN).close()  # noqa: S310 - the caller's own
    except (URLError, HTTPException, OSError) as error:
        sys.exit(f"{url} is not well: {error}")


if __name__ == "__main__":
    main()
