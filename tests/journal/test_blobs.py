from __future__ import annotations

import resource
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from arsupport.errors import ArError, Code
from arsupport.journal.blobs import Blobs

if TYPE_CHECKING:
    from pathlib import Path


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_the_same_bytes_are_stored_once(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    digest = blobs.put(b"a picture")
    assert digest == sha256(b"a picture").hexdigest() == blobs.put(b"a picture")
    assert files_in(tmp_path) == [tmp_path / Blobs.relative_path(digest)]
    assert blobs.read(digest) == b"a picture"


def test_changed_bytes_are_not_given_out(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    digest = blobs.put(b"a picture")
    (tmp_path / Blobs.relative_path(digest)).write_bytes(b"A picture")
    with pytest.raises(ArError) as refusal:
        blobs.read(digest)
    assert refusal.value.code is Code.STORAGE_CORRUPT


@pytest.mark.parametrize("digest", ["0" * 64, "../../etc/passwd", "A" * 64, "0" * 64 + "\n", ""])
def test_what_is_not_there_is_unknown(tmp_path: Path, digest: str) -> None:
    with pytest.raises(ArError) as refusal:
        Blobs(tmp_path).read(digest)
    assert refusal.value.code is Code.UNKNOWN_FILE


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16 * 1024, before[1]))
    try:
        with pytest.raises(ArError) as refusal:
            Blobs(tmp_path).put(bytes(100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert refusal.value.code is Code.DISK_FULL
    assert files_in(tmp_path) == []
