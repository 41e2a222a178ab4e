"""Answers to interactions over REST. They need nothing but the interaction's token, so any process can give them."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import discord
from discord.http import HTTPClient, Route

from gateway.adapters import trouble
from gateway.domain.cards.base import Link, Select, SelectKind
from gateway.domain.interaction import First, GoneError
from gateway.tidying import Noise

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from gateway.domain.cards.base import Button, Card, Field, File, Form, Section
    from gateway.domain.interaction import Interaction

# Discord's numbers for the kinds of callbacks, components and flags.
_MESSAGE, _DEFER_MESSAGE, _DEFER_UPDATE, _CHOICES, _MODAL = 4, 5, 6, 8, 9
_ROW, _BUTTON, _LABEL, _TEXT_INPUT, _LINE, _PARAGRAPH = 1, 2, 18, 4, 1, 2
_SECTION, _TEXT, _THUMBNAIL, _SEPARATOR, _CONTAINER = 9, 10, 11, 14, 17
_PRIMARY, _SECONDARY, _LINK = 1, 2, 5
_TEXT_CHANNELS = [0, 5]
_EPHEMERAL, _OF_COMPONENTS = 1 << 6, 1 << 15
_ACCENT = 0x1DB7A6
_ACKNOWLEDGED = 40060  # Discord's code for a second first response
_VOICE_CHANNELS = [2, 13]

_SELECTS = {
    SelectKind.CHOICES: 3,
    SelectKind.PEOPLE: 5,
    SelectKind.ROLES: 6,
    SelectKind.CHANNELS: 8,
    SelectKind.VOICE_CHANNELS: 8,
}
_DEFAULTS = {SelectKind.PEOPLE: "user", SelectKind.ROLES: "role"}  # the others are channels
_CHANNEL_TYPES = {SelectKind.CHANNELS: _TEXT_CHANNELS, SelectKind.VOICE_CHANNELS: _VOICE_CHANNELS}

_FIRST: dict[First, dict[str, Any]] = {
    First.PUBLIC: {"type": _DEFER_MESSAGE},
    First.PRIVATE: {"type": _DEFER_MESSAGE, "data": {"flags": _EPHEMERAL}},
    First.UPDATE: {"type": _DEFER_UPDATE},
}


class RestReply:
    """The way back of one interaction. `clear` lets noise stand for a glance and takes it away."""

    def __init__(
        self, http: HTTPClient, asked: Interaction, clear: Callable[[Noise], Awaitable[None]] | None = None
    ) -> None:
        self._http = http
        self._asked = asked
        self._clear = clear
        self._adds = False
        self._said = 0  # what is new in the channel

    async def acknowledge(self, first: First) -> None:
        """Send the first response, unless a process before did."""
        self._adds = first is First.PUBLIC
        await self._call_back(_FIRST[first])

    async def ask(self, form: Form) -> None:
        """Show a form, as the first response, unless a process before did."""
        labels = [{"type": _LABEL, "label": field.label, "component": _field(field)} for field in form.fields]
        shown = {"custom_id": form.custom_id, "title": form.heading, "components": labels}
        await self._call_back({"type": _MODAL, "data": shown})

    async def decline(self, card: Card) -> bool:
        """Say no to the person alone, as the first response; False: a process before sent one."""
        return await self._call_back({"type": _MESSAGE, "data": {**message(card), "flags": _EPHEMERAL}})

    async def suggest(self, choices: Iterable[tuple[str, str]]) -> None:
        """Answer somebody who types, with what is shown and what it stands for."""
        listed = [{"name": name, "value": value} for name, value in choices]
        await self._call_back({"type": _CHOICES, "data": {"choices": listed}})

    async def edit(self, card: Card) -> int:
        """Put the answer where the first response stands; return the id of the message."""
        edited = await self._webhook("PATCH", "/messages/@original", message(card), card.file)
        message_id = int(edited["id"])
        self._said = message_id if self._adds else 0
        return message_id

    async def delete(self) -> None:
        """Take the first response away; harmless if it is gone."""
        with suppress(GoneError):
            await self._webhook("DELETE", "/messages/@original")

    async def whisper(self, card: Card) -> None:
        """Say something to the person alone."""
        payload = message(card)
        await self._webhook("POST", "", {**payload, "flags": payload.get("flags", 0) | _EPHEMERAL}, card.file)

    async def clear(self) -> None:
        """Let what all can see of the answer stand for a glance, and take it away."""
        if self._clear and self._said:
            asked = self._asked
            await self._clear(Noise(asked.id, asked.guild_id, asked.channel_id, (self._said,), written=False))

    async def _call_back(self, payload: dict[str, Any]) -> bool:
        route = Route(
            "POST",
            "/interactions/{interaction_id}/{webhook_token}/callback",
            interaction_id=self._asked.id,
            webhook_id=self._asked.application_id,
            webhook_token=self._asked.token,
        )
        with trouble.of_an_answer():
            try:
                await self._http.request(route, json=payload)
            except discord.HTTPException as error:
                if error.code != _ACKNOWLEDGED:
                    raise
                return False
        return True

    async def _webhook(
        self, method: str, path: str, payload: dict[str, Any] | None = None, file: File | None = None
    ) -> Any:
        route = Route(
            method,
            "/webhooks/{webhook_id}/{webhook_token}" + path,
            webhook_id=self._asked.application_id,
            webhook_token=self._asked.token,
        )
        body = {} if payload is None else _form(payload, file) if file else {"json": payload}
        with trouble.of_an_answer():
            return await self._http.request(route, **body)


def _form(payload: dict[str, Any], file: File) -> dict[str, Any]:
    """Make the parts of a message with a file."""
    payload = {**payload, "attachments": [{"id": 0, "filename": file.name}]}
    told = {"name": "payload_json", "value": json.dumps(payload), "content_type": "application/json"}
    content = {"name": "files[0]", "value": file.content, "filename": file.name}
    return {"form": [told, {**content, "content_type": "application/octet-stream"}]}


def message(card: Card) -> dict[str, Any]:
    """Make a whole message of a card: what an earlier one showed is gone."""
    return _of_components(card) if card.sections else _classic(card)


def _of_components(card: Card) -> dict[str, Any]:
    parts = [part for section in card.sections for part in ({"type": _SEPARATOR}, _section(section))][1:]
    box = {"type": _CONTAINER, "accent_color": _ACCENT, "components": [*parts, *_rows(card)]}
    return {
        "flags": _OF_COMPONENTS,
        "content": None,
        "embeds": [],
        "components": [box],
        "allowed_mentions": {"parse": []},
    }


def _section(section: Section) -> dict[str, Any]:
    shown = {"type": _TEXT, "content": section.text}
    if section.button:
        return {"type": _SECTION, "components": [shown], "accessory": _button(section.button)}
    if section.artwork:
        picture = {"type": _THUMBNAIL, "media": {"url": section.artwork}}
        return {"type": _SECTION, "components": [shown], "accessory": picture}
    return shown


def _classic(card: Card) -> dict[str, Any]:
    box = {"title": card.heading, "description": card.text, "color": _ACCENT}
    if card.artwork:
        box["thumbnail"] = {"url": card.artwork}
    return {
        "content": "" if card.heading else card.text,
        "embeds": [box] if card.heading else [],
        "components": _rows(card),
        "allowed_mentions": {"parse": []},
    }


def _rows(card: Card) -> list[dict[str, Any]]:
    rows = [[_select(row)] if isinstance(row, Select) else [_button(one) for one in row] for row in card.rows]
    return [{"type": _ROW, "components": row} for row in rows]


def _field(field: Field) -> dict[str, Any]:
    return {
        "type": _TEXT_INPUT,
        "custom_id": field.name,
        "style": _PARAGRAPH if field.long else _LINE,
        "required": field.required,
        "max_length": field.longest,
        "placeholder": field.example,
        "value": field.value,
    }


def _button(button: Button | Link) -> dict[str, Any]:
    if isinstance(button, Link):
        emoji = {"name": button.emoji}
        return {"type": _BUTTON, "style": _LINK, "url": button.url, "label": button.label, "emoji": emoji}
    return {
        "type": _BUTTON,
        "style": _PRIMARY if button.lit else _SECONDARY,
        "custom_id": button.custom_id,
        "label": button.label,
        "emoji": {"name": button.emoji},
        "disabled": button.grey,
    }


def _select(select: Select) -> dict[str, Any]:
    listed: dict[str, Any] = {
        "type": _SELECTS[select.kind],
        "custom_id": select.custom_id,
        "placeholder": select.placeholder,
        "min_values": select.fewest,
        "max_values": select.most,
    }
    if select.kind is SelectKind.CHOICES:
        options = [
            {"label": label, "value": value, "default": value in select.chosen} for label, value in select.choices
        ]
        return listed | {"options": options}
    if select.chosen:
        kind = _DEFAULTS.get(select.kind, "channel")
        listed["default_values"] = [{"id": one, "type": kind} for one in select.chosen]
    if select.kind in _CHANNEL_TYPES:
        listed["channel_types"] = _CHANNEL_TYPES[select.kind]
    return listed
