from __future__ import annotations

from typing import TYPE_CHECKING

from arsupport.rtc import fast_check, fast_path_trouble
from arsupport.rtc.aiortc_private import SrtpInPlace

if TYPE_CHECKING:
    import pytest
    from pylibsrtp import Session


async def test_the_short_way_can_be_taken_here() -> None:
    assert await fast_path_trouble() == ""


async def test_another_result_of_encryption_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    class Other(SrtpInPlace):
        def __init__(self, session: Session) -> None:
            super().__init__(session)
            protect = self.protect

            def one_less(pointer: object, length: list[int]) -> int:
                error = protect(pointer, length)
                length[0] -= 1
                return error

            self.protect = one_less

    monkeypatch.setattr(fast_check, "SrtpInPlace", Other)
    assert await fast_path_trouble() == "encrypting differs from the plain way"


async def test_a_library_that_moved_its_inside_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("pylibsrtp.Session.protect")
    assert "protect" in await fast_path_trouble()


async def test_sockets_that_never_answer_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast_check, "watch_socket", lambda *_arguments: None)
    monkeypatch.setattr(fast_check, "_PATIENCE_SECONDS", 0.1)
    assert await fast_path_trouble() == "TimeoutError"


async def test_a_system_without_the_calls_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast_check, "AVAILABLE", False)
    assert "recvmmsg" in await fast_path_trouble()
