"""`python -m audio`."""

from audio.app import run
from kit.server import main

main(run)
