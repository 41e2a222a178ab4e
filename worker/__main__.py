"""`python -m worker`."""

from kit.server import main
from worker.app import run

if __name__ == "__main__":
    main(run)
