"""The text of `LAVALINK_NODES`."""

from __future__ import annotations

import pytest

from audio.adapters.node_address import DEFAULT_PASSWORD, NodeAddress, parse_nodes


def test_nodes_are_read_with_names_addresses_and_passwords() -> None:
    text = "main=ws://127.0.0.1:2333|a=b|c?d, far=wss://node.example:443/lava/?region=us-east|secret,"

    assert parse_nodes(text) == [
        NodeAddress("main", "http://127.0.0.1:2333", "a=b|c?d"),
        NodeAddress("far", "https://node.example:443/lava", "secret", "us-east"),
    ]


@pytest.mark.parametrize("host", ["127.0.0.1:2333", "localhost:2333", "[::1]:2333"])
def test_on_this_machine_the_default_password_will_do(host: str) -> None:
    assert [node.password for node in parse_nodes(f"main=ws://{host}")] == [DEFAULT_PASSWORD]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "name at least one audio node"),
        ("ws://127.0.0.1:2333", "an audio node's name"),
        ("main=ws://127.0.0.1:2333,main=ws://127.0.0.1:2334", "a name of its own"),
        ("main=127.0.0.1:2333", "not of the form"),
        ("main=ftp://127.0.0.1:2333", "not of the form"),
        ("main=ws://user:pw@127.0.0.1:2333", "not of the form"),
        ("main=ws://127.0.0.1:2333?secure=true", r"nothing but \?region="),
        ("main=ws://127.0.0.1:2333?region=The Moon", "not one as rotterdam"),
        ("main=ws://node.example:2333", "needs a password"),
        (f"main=ws://10.0.0.2:2333|{DEFAULT_PASSWORD}", "needs a password"),
    ],
)
def test_wrong_text_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse_nodes(text)


def test_a_password_is_not_shown() -> None:
    assert "secret" not in repr(parse_nodes("far=ws://node.example|secret"))
