"""The description of the protocol is what the server decodes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from arsupport.errors import Code
from arsupport.protocol import reference
from arsupport.protocol.messages import PATHS
from arsupport.server.routes import ROUTES

PAGE = Path(__file__).parents[2] / "docs" / "protocol.md"


def test_the_page_in_the_documentation_is_current() -> None:
    page = PAGE.read_text()
    assert page == reference.renewed(page), "run `make generate`"


def test_every_message_is_described_once_with_its_bounds() -> None:
    text = reference.tables()
    for union in PATHS.values():
        for message in get_args(union) or (union,):
            assert text.count(f"\n#### `{message.__struct_config__.tag}`\n") == 1
    assert "| `number` | integer, 1 to 2147483648 |  |" in text
    assert "| `points` | list of [number, -1.0 to 2.0; number, -1.0 to 2.0], 1 to 2000 of them |  |" in text


def test_every_type_that_is_linked_is_described_and_says_what_it_is_for() -> None:
    text = reference.tables()
    linked = set(re.findall(r"\(#type-(\w+)\)", text))
    assert linked <= {name.lower() for name in re.findall(r"#### Type `(\w+)`", text)}
    undescribed = re.findall(r"#### .+\n\n(?=[|#])", text)
    assert undescribed == []


def test_an_array_is_said_to_be_one() -> None:
    assert "array of its fields" in reference.tables().partition("Type `Pose`")[2].partition("|")[0]


def test_every_error_code_and_every_path_has_its_words_in_the_page() -> None:
    page = PAGE.read_text()
    assert [code for code in Code if f"| `{code}` |" not in page] == []
    paths = {re.sub(r"{(\w+):(?:[^{}]|{[^{}]*})*}", r"{\1}", route.path) for route in ROUTES}
    assert sorted(path for path in paths if path.startswith("/api/") and f" `{path}` |" not in page) == []


def test_only_what_stands_between_the_marks_is_replaced() -> None:
    page = reference.renewed(f"before\n{reference.START}\nold\n{reference.END}\nafter\n")
    assert page.startswith(f"before\n{reference.START}\n\n### ")
    assert page.endswith(f"\n{reference.END}\nafter\n")
    assert "\nold\n" not in page
