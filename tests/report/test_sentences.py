"""Reports say what the replay's list says: its test reads the same file."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from arsupport.protocol.events import Event, EventBody, ParticipantJoined, Role, StepGiven
from arsupport.protocol.plates import PlateLanguage
from arsupport.report.sentences import Sentences
from arsupport.report.words import Words

TOLD = msgspec.json.decode(Path(__file__).with_name("sentences.json").read_bytes())
KNOWN = [
    Event(1, 1, "server", 0, ParticipantJoined("p1", Role.ONSITE, "Ana", "", consent=True)),
    Event(2, 1, "server", 0, StepGiven(2, 5, "Open it")),
]


@pytest.fixture(scope="module")
def sentences() -> Sentences:
    return Sentences(Words(PlateLanguage.EN), KNOWN)


def test_every_event_has_the_sentence_of_the_pages(sentences: Sentences) -> None:
    for body, text in TOLD:
        assert sentences.what(Event(3, 1, "server", 0, msgspec.convert(body, EventBody))) == text


def test_no_kind_of_event_is_forgotten() -> None:
    kinds = {str(kind.__struct_config__.tag) for kind in EventBody.__args__}
    assert kinds == {body["type"] for body, _ in TOLD}


@pytest.mark.parametrize("language", list(PlateLanguage))
def test_every_language_has_every_sentence(language: PlateLanguage) -> None:
    sentences = Sentences(Words(language), KNOWN)
    for body, english in TOLD:
        text = sentences.what(Event(3, 1, "server", 0, msgspec.convert(body, EventBody)))
        assert text
        assert "event-" not in text
        assert body["type"] == "said" or language is PlateLanguage.EN or text != english


def test_what_the_server_saw_about_somebody_is_told_about_them(sentences: Sentences) -> None:
    def who(body: object, by: str = "server") -> str:
        return sentences.who(Event(3, 1, by, 0, msgspec.convert(body, EventBody)))

    assert who({"type": "participant-left", "participant": "p1"}) == "Ana"
    assert who({"type": "said", "text": ""}, "p1") == "Ana"
    assert who({"type": "photo-asked", "request": 1, "participant": "p2"}, "p1") == "Ana"
    assert who({"type": "session-closed", "reason": ""}) == "Server"
