"""Services as processes, started as the supervisor starts them."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WITHIN = 60.0


async def start(service: str, folder: Path, database_url: str, **more: str) -> asyncio.subprocess.Process:
    """Start a service whose sockets, and the receiver of its spans, are in `folder`."""
    environment = {
        "PYTHONPATH": ":".join(str(ROOT / root) for root in (".", "gen/python", "envoy", "lavalink")),
        "SEGUE_LISTEN": f"unix:{folder}/app.sock",
        "SEGUE_MESH": f"unix:{folder}/out.sock",
        "SEGUE_INSTANCE": service,
        "DATABASE_URL": database_url,
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"unix://{folder}/traces.sock",
        **more,
    }
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", service, env=environment, stdout=pipe, stderr=pipe
    )
