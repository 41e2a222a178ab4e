"""PrivacyService as every service serves it: pages of what is kept, and stored messages in which a person is nobody."""

from __future__ import annotations

from typing import Any

import pytest

from kit import actor
from kit.errors import Reason, Refused
from kit.personal import forget
from kit.privacy import Record
from segue.api.v1 import settings_service_pb2
from segue.audio.v1 import player_pb2, queue_service_pb2
from segue.common.v1 import privacy_service_pb2, privacy_service_pb2_grpc, voice_pb2
from tests.kit.people import PERSON
from tests.kit.serving import Brought, serving

OTHER = PERSON + 1


class Kept:
    """Three records of each of two kinds; remembers whom it forgot."""

    def __init__(self) -> None:
        self.records = [Record(kind, str(key), {"key": key}) for kind in ("a", "b") for key in range(3)]
        self.erased: list[int] = []

    async def export(self, user_id: int, after: tuple[str, str], limit: int) -> list[Record]:
        return [one for one in self.records if (one.kind, one.key) > after][:limit] if user_id == PERSON else []

    async def erase(self, user_id: int) -> None:
        self.erased.append(user_id)


async def ask(address: str, method: str, request: Any, caller: str = "api") -> Any:
    async with Brought(caller, address) as channel:
        with actor.acting_as(actor.system()):
            return await getattr(privacy_service_pb2_grpc.PrivacyServiceStub(channel), method)(request)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 6, 0])
async def test_pages_have_every_record_once(size: int) -> None:
    request = privacy_service_pb2.ExportPersonRequest(user_id=PERSON, page_size=size)
    found = []
    async with serving(personal=Kept()) as address:
        while True:
            answer = await ask(address, "ExportPerson", request)
            found += [(record.kind, record.data["key"]) for record in answer.records]
            assert len(answer.records) <= (size or 6)
            request.page_token = answer.next_page_token
            if not request.page_token:
                break

    assert found == [(kind, key) for kind in ("a", "b") for key in range(3)]


async def test_api_alone_asks_and_with_a_token_that_was_given_out() -> None:
    kept = Kept()
    export = privacy_service_pb2.ExportPersonRequest(user_id=PERSON, page_token="x")
    erase = privacy_service_pb2.ErasePersonRequest(user_id=PERSON)
    async with serving(personal=kept) as address:
        with pytest.raises(Refused, match=Reason.PAGE_TOKEN_INVALID):
            await ask(address, "ExportPerson", export)
        for caller in ("gateway", "worker", "edge"):
            with pytest.raises(Refused, match=Reason.CALLER_REFUSED):
                await ask(address, "ErasePerson", erase, caller)
        assert kept.erased == []
        await ask(address, "ErasePerson", erase)

    assert kept.erased == [PERSON]


def test_a_person_is_taken_out_of_a_message_wherever_they_stand_and_nobody_else_is() -> None:
    def player(one: int) -> player_pb2.Player:
        return player_pb2.Player(guild_id=OTHER, current=player_pb2.QueueItem(item_id=5, requester_id=one))

    def page(*people: int) -> queue_service_pb2.ListQueueItemsResponse:
        items = [player_pb2.QueueItem(item_id=number, requester_id=one) for number, one in enumerate(people)]
        return queue_service_pb2.ListQueueItemsResponse(items=items)

    def voice(*people: int) -> voice_pb2.VoiceSnapshot:
        return voice_pb2.VoiceSnapshot(listeners=[voice_pb2.Listener(user_id=one) for one in people])

    def batch(*people: int) -> settings_service_pb2.BatchGetPreferencesRequest:
        return settings_service_pb2.BatchGetPreferencesRequest(user_ids=people)

    cases: list[tuple[Any, Any]] = [
        (player(PERSON), player(0)),
        (page(PERSON, OTHER, PERSON), page(0, OTHER, 0)),
        (voice(OTHER, PERSON), voice(OTHER, 0)),
        (batch(PERSON, OTHER), batch(OTHER)),
    ]
    for message, left in cases:
        forget(message, PERSON)
        assert message == left
