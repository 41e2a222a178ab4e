"""`python -m audionode`."""

import asyncio
import contextlib
import faulthandler
import signal
import sys

from pydantic import ValidationError

from audionode import log
from audionode.app import running
from audionode.settings import Settings

_STUCK = 30.0  # seconds without a turn of the event loop


async def _serve(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with running(settings):
        await _until(stop)


async def _until(stopping: asyncio.Event) -> None:
    """Wait; end the process, showing where it stood, if its event loop is stuck meanwhile: nothing else would."""
    while not stopping.is_set():
        faulthandler.dump_traceback_later(_STUCK, exit=True)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_STUCK / 6):
                await stopping.wait()
    faulthandler.cancel_dump_traceback_later()


def main() -> None:
    """Serve until SIGTERM or SIGINT; exit code 1 and one sentence for wrong settings."""
    try:
        settings = Settings()  # type: ignore[call-arg]  # the fields come from the environment
        settings.password()
    except ValidationError as error:
        first = error.errors()[0]
        sys.exit(f"audionode: {str(first['loc'][0]).upper()}: {first['msg']}")
    except (OSError, ValueError) as error:
        sys.exit(f"audionode: {error}")
    log.configure(settings.log_level)
    asyncio.run(_serve(settings))


if __name__ == "__main__":
    main()
