"""`python -m api`."""

from api.app import run
from kit.server import main

if __name__ == "__main__":
    main(run)
