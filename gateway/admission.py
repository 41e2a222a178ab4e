"""Which commands a guild takes: in which channels, and how many. The counts protect, so memory is enough for them."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kit.errors import Reason, Refused
from kit.levels import Level

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.domain.guild_settings import GuildSettings
    from gateway.domain.interaction import Interaction, Person

_MINUTE = 60.0
_NAMED = 10  # channels that a refusal names


@dataclass
class _Taken:
    """When a guild's commands were taken lately: the last of each person, and all of a minute, the oldest first."""

    by_person: dict[int, float] = field(default_factory=dict)
    of_minute: deque[float] = field(default_factory=deque)


class Admission:
    """Takes commands or not. `level` judges a person by their roles, `now` gives seconds that never go back."""

    def __init__(
        self,
        settings: Callable[[int], GuildSettings],
        level: Callable[[Person], Level],
        now: Callable[[], float],
    ) -> None:
        self._settings, self._level, self._now = settings, level, now
        self._taken: defaultdict[int, _Taken] = defaultdict(_Taken)

    def admit(self, asked: Interaction) -> None:
        """Take a command. Raises FOREIGN_TEXT_CHANNEL, or RATE_LIMITED with the seconds that are left; no DJ waits."""
        settings, level = self._settings(asked.guild_id), self._level(asked.person)
        channels = settings.command_channel_ids
        foreign = channels and channels.isdisjoint({asked.channel_id, asked.parent_channel_id})
        if foreign and asked.channel_id != settings.request_channel_id and level < Level.MANAGER:
            named = ",".join(map(str, sorted(channels)[:_NAMED]))
            raise Refused(Reason.FOREIGN_TEXT_CHANNEL, channels=named)
        if level < Level.DJ and (settings.command_cooldown or settings.commands_per_minute):
            self._count(asked, settings)

    def _count(self, asked: Interaction, settings: GuildSettings) -> None:
        taken, now = self._taken[asked.guild_id], self._now()
        _forget(taken, now, settings.command_cooldown)
        left = taken.by_person.get(asked.person.user_id, -math.inf) + settings.command_cooldown - now
        if 0 < settings.commands_per_minute <= len(taken.of_minute):
            left = max(left, taken.of_minute[-settings.commands_per_minute] + _MINUTE - now)
        if left > 0:
            raise Refused(Reason.RATE_LIMITED, retry_after=math.ceil(left))
        taken.by_person.pop(asked.person.user_id, None)  # so that whoever comes last stands last
        taken.by_person[asked.person.user_id] = now
        if settings.commands_per_minute:
            taken.of_minute.append(now)


def _forget(taken: _Taken, now: float, cooldown: float) -> None:
    """Forget what no rule asks for any more."""
    while taken.of_minute and taken.of_minute[0] + _MINUTE <= now:
        taken.of_minute.popleft()
    while taken.by_person and next(iter(taken.by_person.values())) + cooldown <= now:
        del taken.by_person[next(iter(taken.by_person))]
