"""Generate gen/ from proto/ with tools of the lock file only; `--check` fails on a difference.

The rules of buf.validate come as a descriptor from protovalidate's wheel, Google's annotations as sources from
googleapis-common-protos, so nothing is vendored and nothing is downloaded.
"""

from __future__ import annotations

import argparse
import filecmp
import importlib.metadata
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from google.protobuf import descriptor_pb2
from protovalidate._gen.buf.validate import validate_pb

ROOT = Path(__file__).resolve().parent.parent
PROTO = ROOT / "proto"
GEN = ROOT / "gen"
TOOLS = Path(sys.executable).parent
VALIDATE = "buf/validate/validate.proto"


def _wheel_folder(distribution: str, marker: str) -> Path:
    """Return the folder of `distribution` under which `marker` lies."""
    for file in importlib.metadata.files(distribution) or []:
        if str(file) == marker:
            return Path(str(file.locate())).parents[marker.count("/")]
    raise SystemExit(f"{distribution} does not hold {marker}: install requirements.lock")


def _rules(folder: Path) -> Path:
    """Write the descriptor of buf.validate, with what it imports, to a file that protoc reads."""
    rules = descriptor_pb2.FileDescriptorSet()
    for imported in ("duration", "timestamp", "field_mask", "descriptor"):
        module = importlib.import_module(f"google.protobuf.{imported}_pb2")
        module.DESCRIPTOR.CopyToProto(rules.file.add())
    rules.file.add().ParseFromString(validate_pb.desc().proto.to_binary())
    path = folder / "rules.binpb"
    path.write_bytes(rules.SerializeToString())
    return path


def _protoc(*arguments: str) -> None:
    plugins = [f"--plugin=protoc-gen-{name}={TOOLS / f'protoc-gen-{name}'}" for name in ("mypy", "mypy_grpc")]
    subprocess.run([sys.executable, "-m", "grpc_tools.protoc", *plugins, *arguments], check=True, cwd=ROOT)  # noqa: S603  (fixed tool)


def generate(out: Path) -> None:
    """Write the descriptor set and the Python code of the whole contract to `out`."""
    python = out / "python"
    python.mkdir(parents=True)
    ours = sorted(str(path.relative_to(PROTO)) for path in PROTO.rglob("*.proto"))
    with tempfile.TemporaryDirectory() as scratch:
        rules = _rules(Path(scratch))
        sources = [
            f"-I{PROTO}",
            f"-I{_wheel_folder('googleapis-common-protos', 'google/api/http.proto')}",
            f"-I{_wheel_folder('grpcio-tools', 'grpc_tools/_proto/google/protobuf/any.proto') / 'grpc_tools/_proto'}",
            f"--descriptor_set_in={rules}",
        ]
        _protoc(*sources, "--include_imports", "--include_source_info", f"--descriptor_set_out={scratch}/image", *ours)
        _protoc(*sources, "--include_imports", f"--descriptor_set_out={out}/contract.binpb", *ours)
        _protoc(
            f"--descriptor_set_in={scratch}/image",
            f"--python_out={python}",
            f"--mypy_out=quiet:{python}",
            *ours,
            VALIDATE,
        )
        services = [path for path in ours if path.endswith("_service.proto")]
        _protoc(
            f"--descriptor_set_in={scratch}/image",
            f"--grpc_python_out={python}",
            f"--mypy_grpc_out=quiet:{python}",
            *services,
        )
        shutil.copy(f"{scratch}/image", out / "image.binpb")


def _buf_image(image: Path) -> None:
    """Mark in a descriptor set which files are only imported, as buf's images do, so that buf lints ours alone."""
    files = descriptor_pb2.FileDescriptorSet.FromString(image.read_bytes())
    for file in files.file:
        if not file.name.startswith("segue/"):
            file.MergeFromString(b"\xd2\xf6\x03\x02\x08\x01")  # field 8042, buf_extension {is_import: true}
    image.write_bytes(files.SerializeToString())


def _differences(left: Path, right: Path) -> list[str]:
    """Return the files in which two folders differ."""
    names = {
        str(p.relative_to(root))
        for root in (left, right)
        for p in root.rglob("*")
        if p.is_file() and p.suffix != ".pyc"
    }
    _, mismatch, missing = filecmp.cmpfiles(left, right, names, shallow=False)
    return sorted([*mismatch, *missing])


def main() -> None:
    """Generate, or check that what is committed is what would be generated; lint the contract with buf either way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, fail on a difference")
    check = parser.parse_args().check
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch) / "gen"
        generate(fresh)
        image = fresh / "image.binpb"
        image.rename(Path(scratch) / "image.binpb")
        _buf_image(Path(scratch) / "image.binpb")
        buf = str(TOOLS / "buf")
        subprocess.run([buf, "lint", f"{scratch}/image.binpb", "--config", str(ROOT / "buf.yaml")], check=True)  # noqa: S603
        subprocess.run(  # noqa: S603  (fixed tools)
            [buf, "format", str(PROTO), "--exit-code", "-d"] if check else [buf, "format", str(PROTO), "-w"], check=True
        )
        if not check:
            shutil.rmtree(GEN, ignore_errors=True)
            shutil.copytree(fresh, GEN)
        elif different := _differences(fresh, GEN):
            raise SystemExit("gen/ is not what proto/ generates; run `make gen`. Different: " + ", ".join(different))


if __name__ == "__main__":
    main()
