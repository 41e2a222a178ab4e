"""What worker keeps about people is shown to them, and is gone when they want that, with what still runs for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kit.errors import Reason, Refused
from tests.kit.people import PERSON, standing
from tests.worker.audio import Audio
from tests.worker.test_imports import Gate, importing, songs
from worker.adapters.personal import personal

if TYPE_CHECKING:
    from pathlib import Path

    from kit.postgres import Pool

FIRST = ("", "")


async def test_an_import_is_shown_and_ends_with_the_person(database_url: str, tmp_path: Path, pool: Pool) -> None:
    audio, gate = Audio(), Gate("add")
    audio.before = gate
    async with importing(database_url, tmp_path, audio) as stub:
        started = await stub.start(songs(30), who=PERSON)
        await gate.reached.wait()
        [record] = await personal(pool).export(PERSON, FIRST, 10)
        before = await standing(pool, "worker")
        await personal(pool).erase(PERSON)
        with pytest.raises(Refused, match=Reason.IMPORT_NOT_FOUND):
            await stub.get(started.import_id)
        after = await standing(pool, "worker")
        gate.open()
        again = await stub.ended((await stub.start(songs(1), who=PERSON)).import_id)

    assert (record.kind, record.data["what"], record.data["input"]["lines"]) == ("job", "import", songs(30))
    assert "pending" not in record.data["result"]
    assert before == ["job", "outbox", "request"]
    assert after == []
    assert again.added == 1
    assert len(audio.queue) < 30
