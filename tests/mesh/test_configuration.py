"""What `python -m mesh` writes: valid, complete, private, and the same each time."""

from __future__ import annotations

import asyncio
import datetime as dt
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from cryptography import x509
from google.protobuf import descriptor_pb2

from mesh import certificates
from mesh.contract import read
from mesh.topology import Run, load
from tests.mesh.stack import INSTANCES, ORIGIN, Stack, envoy_binary, mesh_command

if TYPE_CHECKING:
    from collections.abc import Iterator

_INTERVALS = (  # a minute, or as the first, unless said
    *("interval", "no_traffic_interval", "no_traffic_healthy_interval"),
    *("unhealthy_interval", "unhealthy_edge_interval", "healthy_edge_interval"),
)
PROXIES = (*INSTANCES, "edge")


def configuration(stack: Stack, instance: str) -> dict[str, Any]:
    """Return what a proxy was started with."""
    text = Path(stack.file(instance, "envoy.yaml")).read_text()
    loaded: dict[str, Any] = yaml.load(text, yaml.CSafeLoader)
    return loaded


def clusters(stack: Stack, instance: str) -> Iterator[dict[str, Any]]:
    """Return the clusters of a proxy."""
    yield from configuration(stack, instance)["static_resources"]["clusters"]


@pytest.mark.parametrize("instance", PROXIES)
async def test_the_proxy_accepts_its_configuration_without_a_warning(stack: Stack, instance: str) -> None:
    checked = await asyncio.create_subprocess_exec(
        *(envoy_binary(), "--mode", "validate", "-c", stack.file(instance, "envoy.yaml"), "--log-level", "warning"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, complaints = await checked.communicate()
    assert (checked.returncode, complaints) == (0, b"")


@pytest.mark.parametrize("instance", PROXIES)
def test_no_proxy_warns_while_it_runs_of_anything_in_its_configuration(stack: Stack, instance: str) -> None:
    log = Path(stack.file(instance, "")).with_suffix(".log").read_text()
    assert not [line for line in log.splitlines() if "[config]" in line or "eprecat" in line or "[misc]" in line]


async def test_rendering_twice_writes_the_same(stack: Stack) -> None:
    def written() -> dict[str, str]:
        return {instance: Path(stack.file(instance, "envoy.yaml")).read_text() for instance in PROXIES}

    before = written()
    ops = ",".join(f"{instance}={address}" for instance, address in stack.ops.items())
    again = ("render", str(stack.directory), "--edge", stack.edge, "--ops", ops, "--cors", ORIGIN)
    await asyncio.to_thread(mesh_command, *again)
    assert written() == before


def test_every_cluster_limits_calls_and_streams_apart(stack: Stack) -> None:
    for instance in PROXIES:
        for cluster in clusters(stack, instance):
            priorities = [limit.get("priority", "DEFAULT") for limit in cluster["circuit_breakers"]["thresholds"]]
            assert priorities == ["DEFAULT", "HIGH"], cluster["name"]


@pytest.mark.parametrize("instance", PROXIES)
def test_every_proxy_asks_its_peers_for_their_health_each_second_in_every_state(stack: Stack, instance: str) -> None:
    checks = {one["name"]: one["health_checks"] for one in clusters(stack, instance) if "health_checks" in one}
    for (check,) in checks.values():
        intervals = {name: value for name, value in check.items() if name.endswith("interval")}
        assert intervals == dict.fromkeys(_INTERVALS, "1s")
    # An instance without others is asked only whether it lives: then it can say itself what it lacks.
    asked = {name: check["grpc_health_check"].get("service_name", "") for name, (check,) in checks.items()}
    assert asked == {"gateway": "", "api": "", "worker": "", "audio-alive": "", "audio-ready": "ready"}


def test_only_doors_of_the_run_are_open_and_tcp_for_edge_and_ops_alone(stack: Stack) -> None:
    for instance in PROXIES:
        config = configuration(stack, instance)
        found = [listener["address"] for listener in config["static_resources"]["listeners"]]
        ports = {str(address["socket_address"]["port_value"]) for address in found if "socket_address" in address}
        allowed = stack.edge if instance == "edge" else stack.ops[instance]
        assert ports == {allowed.rpartition(":")[2]}
        assert all(a["pipe"]["mode"] == 0o600 for a in [*found, config["admin"]["address"]] if "pipe" in a)


def test_an_address_has_twenty_calls_a_second_and_a_hundred_at_once_without_a_valid_token(stack: Stack) -> None:
    (listener,) = configuration(stack, "edge")["static_resources"]["listeners"]
    steps = listener["filter_chains"][0]["filters"][0]["typed_config"]["http_filters"]
    (script,) = (step["typed_config"]["default_source_code"] for step in steps if step["name"] == "segue.anonymous")
    assert script["inline_string"].startswith("local RATE = 20\nlocal BURST = 100\n")


def test_a_method_without_a_policy_is_refused() -> None:
    files = descriptor_pb2.FileDescriptorSet()
    files.file.add(package="p").service.add(name="S").method.add(name="M")
    with pytest.raises(ValueError, match=r"/p\.S/M has no policy"):
        read(files.SerializeToString())


def test_an_instance_of_no_service_is_refused(tmp_path: Path) -> None:
    ops = dict.fromkeys((*INSTANCES, "video"), "127.0.0.1:1")
    with pytest.raises(ValueError, match="video"):
        load(Run(tmp_path, "127.0.0.1:1", ops))


# Certificates


def names(certificate: x509.Certificate) -> list[str]:
    """Return the URIs a certificate speaks for."""
    extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    return extension.value.get_values_for_type(x509.UniformResourceIdentifier)


def test_each_instance_has_the_identity_of_its_service_for_a_day(tmp_path: Path) -> None:
    mesh_command("certificates", str(tmp_path), "--instances", "audio-2,edge")
    for instance, identity in {"audio-2": "spiffe://segue/audio", "edge": "spiffe://segue/edge"}.items():
        certificate = x509.load_pem_x509_certificate((tmp_path / instance / "certs/identity.pem").read_bytes())
        assert names(certificate) == [identity]
        left = certificate.not_valid_after_utc - dt.datetime.now(dt.UTC)
        assert dt.timedelta(hours=23) < left <= dt.timedelta(hours=24)


def test_keys_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    mesh_command("certificates", str(tmp_path), "--instances", "audio")
    for path in tmp_path.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_a_young_certificate_stays_and_one_past_half_its_life_is_renewed(tmp_path: Path) -> None:
    authority = certificates.Authority.at(tmp_path / "ca")
    folder = tmp_path / "audio/certs"
    assert certificates.provide(folder, authority, "spiffe://segue/audio")
    young = (folder / "identity.pem").read_bytes()
    assert not certificates.provide(folder, certificates.Authority.at(tmp_path / "ca"), "spiffe://segue/audio")
    assert (folder / "identity.pem").read_bytes() == young
    (folder / "identity.pem").write_bytes(authority.issue("spiffe://segue/audio", dt.timedelta(minutes=1)))
    assert certificates.provide(folder, authority, "spiffe://segue/audio")
