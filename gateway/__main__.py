"""`python -m gateway`."""

from gateway.app import run
from kit.server import main

main(run)
