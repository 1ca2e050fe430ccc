"""The client's message types are what the server decodes."""

from __future__ import annotations

from pathlib import Path

from arsupport.protocol.typescript import emit

WIRE = Path(__file__).parents[2] / "web" / "src" / "lib" / "wire.ts"


def test_the_committed_types_are_current() -> None:
    assert WIRE.read_text() == emit(), "run: python -m arsupport.protocol.typescript > web/src/lib/wire.ts"


def test_tuples_unions_enums_and_tags_are_exact() -> None:
    text = emit()
    assert "export type Pose = [mark: number, x: number, y: number, a: number" in text
    assert "  type: 'draw-mark'\n" in text
    assert "  points: [number, number][]\n" in text
    assert "export type ClientControl = Resume | Command | Watch\n" in text
    assert "  NOT_SEEN: 'not-seen',\n" in text
