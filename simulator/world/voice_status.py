"""The status text of a voice channel: a route of Discord's that simcord leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simcord.http.router import RequestContext, route

from simulator.world.refusal import Refusal

if TYPE_CHECKING:
    from simcord.backend import Backend

_LONGEST = 500


@route("PUT", "/channels/{channel_id}/voice-status")
def put(ctx: RequestContext) -> None:
    """Set the status; who is not in the channel needs to manage it too. Emits VOICE_CHANNEL_STATUS_UPDATE."""
    backend, channel_id, status = ctx.backend, ctx.int_arg("channel_id"), ctx.fields("status").get("status")
    if status is not None and (not isinstance(status, str) or len(status) > _LONGEST):
        raise Refusal.form("status", f"Must be {_LONGEST} or fewer in length.")
    guild_id = backend.get_channel(channel_id).guild_id or 0
    state = backend.get_guild(guild_id).voice_states.get(backend.bot_user.id)
    is_inside = state is not None and state.channel_id == channel_id
    ctx.require_channel_permissions(
        channel_id, "set_voice_channel_status", *(() if is_inside else ("manage_channels",))
    )
    _kept(backend)[channel_id] = status or ""
    event = {"id": str(channel_id), "guild_id": str(guild_id), "status": status or None}
    backend.emit("VOICE_CHANNEL_STATUS_UPDATE", event)


def of(backend: Backend, channel_id: int) -> str:
    """Tell the status of a channel; empty: none."""
    return _kept(backend).get(channel_id, "")


def _kept(backend: Backend) -> dict[int, str]:
    """Keep them where the world is kept."""
    kept: dict[int, str] = vars(backend).setdefault("voice_statuses", {})
    return kept
