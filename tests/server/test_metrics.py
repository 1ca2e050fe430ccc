from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from arsupport.config import Config
from arsupport.protocol.pictures import (
    MAX_CHUNK,
    PictureCancel,
    PictureHave,
    PictureOffer,
    PictureRefused,
    PictureStopped,
    PictureWanted,
    Purpose,
)
from tests.live.frames_channel import FramesChannel, offer_of, photo
from tests.live.test_thin_lines import send, still, thin_tablet
from tests.server.calls import Hall

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

TOKEN = "a-token-of-an-installation"
WAYS = ("fast", "plain")
PAGE = Path(__file__).parents[2] / "docs" / "metrics.md"


@pytest.fixture
def config(config: Config) -> Config:
    return config_with(config, token=TOKEN)


def config_with(config: Config, **metrics: object) -> Config:
    changed = {
        "server": {"host": "127.0.0.1", "port": 0, "tls": False},
        "media": {"include_loopback": True},
        "metrics": metrics,
    }
    return Config.model_validate({**config.model_dump(exclude=set(changed)), **changed})


async def ask(hall: Hall, **headers: str) -> tuple[int, str]:
    url = hall.server.public_url + "/metrics"
    async with aiohttp.ClientSession() as http, http.get(url, headers=headers) as answer:
        return answer.status, await answer.text()


async def scrape(hall: Hall) -> dict[str, Any]:
    """Give all samples by name and labels."""
    status, text = await ask(hall, Authorization=f"Bearer {TOKEN}")
    assert status == 200
    families = text_string_to_metric_families(text)
    return {
        sample.name + "".join(f" {label}" for label in sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


async def scrape_until(hall: Hall, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    async with asyncio.timeout(20):
        while not holds(samples := await scrape(hall)):  # noqa: ASYNC110 - the server is asked
            await asyncio.sleep(0.05)
    return samples


async def test_nobody_reads_them_unless_the_configuration_says_who(config: Config) -> None:
    async with Hall(config_with(config)) as hall:
        assert (await ask(hall, Authorization="Bearer "))[0] == 404


async def test_the_token_opens_them_and_no_other(config: Config) -> None:
    async with Hall(config) as hall:
        assert (await ask(hall, Authorization=f"Bearer {TOKEN}"))[0] == 200
        for wrong in ("", "Bearer ", f"Bearer {TOKEN}!", f"Basic {TOKEN}", "Bearer \u00e9"):
            status, text = await ask(hall, Authorization=wrong)
            assert status == 403
            assert "arsupport_" not in text


async def test_guessing_the_token_is_slowed_down(config: Config) -> None:
    async with Hall(config) as hall:
        statuses = [(await ask(hall, Authorization=f"Bearer {guess}"))[0] for guess in range(20)]
        assert statuses[0] == 403
        assert statuses[-1] == 429


@pytest.mark.parametrize(("addresses", "status"), [(["127.0.0.0/8"], 200), (["10.0.0.0/8", "::1"], 403)])
async def test_listed_addresses_need_no_token(config: Config, addresses: list[str], status: int) -> None:
    async with Hall(config_with(config, addresses=addresses)) as hall:
        assert (await ask(hall))[0] == status


async def test_every_figure_is_documented_and_every_documented_one_is_there(config: Config) -> None:
    async with Hall(config) as hall:
        _status, text = await ask(hall, Authorization=f"Bearer {TOKEN}")
    there = {name for name in re.findall(r"^# HELP (\S+)", text, re.MULTILINE) if name.startswith("arsupport_")}
    documented = set(re.findall(r"^\| `(arsupport_\w+)`", PAGE.read_text(), re.MULTILINE))
    assert documented == there


async def test_a_call_shows_and_what_it_sent_stays_counted_when_it_is_over(config: Config) -> None:
    async with Hall(config) as hall:
        before = await scrape(hall)
        assert before["arsupport_sessions"] == 0
        expert, onsite, session, _joined = await hall.paired()
        publisher = await hall.publish(onsite)
        await expert.connect(video=True)
        await expert.until(lambda: bool(expert.slots), "no track was assigned")
        during = await scrape_until(hall, lambda it: it.get("arsupport_media_packets_total down video", 0) > 10)
        assert during["arsupport_sessions"] == 1
        assert during["arsupport_participants onsite"] == during["arsupport_participants expert"] == 1
        assert during["arsupport_media_bytes_total up video"] > during["arsupport_media_packets_total up video"] > 10
        assert during["arsupport_forwarding_seconds_count"] > before["arsupport_forwarding_seconds_count"]
        assert during["arsupport_journal_append_seconds_count"] > before["arsupport_journal_append_seconds_count"]
        assert during["arsupport_event_loop_lag_seconds_count"] > 0
        await publisher.close()
        await hall.hang_up()
        after = await scrape_until(hall, lambda it: not sum(it[f"arsupport_media_connections {way}"] for way in WAYS))
        for name, value in during.items():
            if name.startswith("arsupport_") and "_total" in name:
                assert after[name] >= value, name
        _status, text = await ask(hall, Authorization=f"Bearer {TOKEN}")
        assert session not in text
        assert hall.machine.id not in text


async def test_pictures_are_counted_on_either_way_by_what_became_of_them(config: Config) -> None:
    async with Hall(config) as hall:
        expert, onsite, _session, _joined = await hall.paired()
        await asyncio.gather(expert.connect(video=False), onsite.connect(video=False))
        sends, takes = await FramesChannel(onsite).opened(), await FramesChannel(expert).opened()
        data, given_up = photo(1), photo(2)
        await sends.upload(offer_of(data), data)
        sends.send(offer_of(given_up, 2))
        await sends.expect(PictureHave)
        await sends.send_from(0, 2, given_up, MAX_CHUNK)
        sends.send(PictureCancel(2))
        await takes.expect(PictureStopped)
        sends.send(offer_of(photo(3), 3, purpose=Purpose.ANNOTATED))
        await sends.expect(PictureRefused)
        takes.send(PictureWanted(1))
        await takes.download()
        takes.send(PictureWanted(2))
        await takes.expect(PictureRefused)
        takes.send(PictureWanted(1))
        offer = await takes.expect(PictureOffer)
        takes.send(PictureRefused(offer.transfer, "not-now"))
        takes.send(PictureWanted(1))
        await takes.expect(PictureOffer)
        await hall.hang_up()
        ended = "arsupport_picture_transfers_ended_total"
        samples = await scrape_until(hall, lambda it: it.get(f"{ended} down cancelled") == 1)
    figures = {name.removeprefix("arsupport_picture_"): value for name, value in samples.items()}
    assert (figures["transfers_begun_total up"], figures["transfers_begun_total down"]) == (2, 3)
    assert [figures[f"transfers_ended_total up {it}"] for it in ("finished", "cancelled", "refused")] == [1, 1, 1]
    assert [figures[f"transfers_ended_total down {it}"] for it in ("finished", "cancelled", "refused")] == [1, 1, 2]
    assert (figures["bytes_total up"], figures["bytes_total down"]) == (len(data) + MAX_CHUNK, len(data))
    assert figures["transfer_seconds_total up"] > 0
    assert figures["transfer_seconds_total down"] > 0


async def test_pictures_in_place_of_video_are_counted(config: Config) -> None:
    async with Hall(config) as hall:
        pair, frames = await thin_tablet(hall)
        picture = still(hall, 0)
        await send(frames, picture)
        await pair.experts.glimpse()
        samples = await scrape(hall)
    for way in ("up", "down"):
        assert samples[f"arsupport_glimpses_total {way}"] == 1
        assert samples[f"arsupport_glimpse_bytes_total {way}"] == len(picture.data)
