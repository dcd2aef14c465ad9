"""The doctor's round: the only place that says what is looked at, in which order, and what rests on what."""

import asyncio
from collections.abc import AsyncIterator

from telegram import User
from telegram.error import TelegramError

from bot.doctor import groups, machine, people, telegram
from bot.doctor.books import Books, read_books
from bot.doctor.finding import Finding, ill
from bot.settings import Settings
from bot.shore import why
from bot.wire import Line
from tracker.clock import Clock
from tracker.views import CommunityView, Somebody


async def examine(settings: Settings, clock: Clock) -> AsyncIterator[Finding]:
    """Every finding as it is made. What rests on something ill is not looked at."""
    yield machine.disk(settings.data_dir)
    findings, books = await asyncio.to_thread(read_books, settings, clock)
    for finding in findings:
        yield finding
    for finding in _in_the_books(books, clock) if books else ():
        yield finding
    if theirs := await telegram.time_there(settings.telegram_url):
        yield machine.clock(clock.now(), theirs)
    if not settings.bot_token.get_secret_value():
        yield telegram.no_token()
        return
    line = Line(settings)
    try:
        async for finding in _over_the_line(line, settings.webhook_url, books):
            yield finding
    except TelegramError as error:
        yield ill(f"Telegram 中途无应答 · Telegram stopped answering ({why(error)})", "稍后再试 · try again later")
    finally:
        await line.hang_up()


def _in_the_books(books: Books, clock: Clock) -> list[Finding]:
    findings = list(people.calendar(books.certain_until, clock.now().date()))
    if not books.communities:
        findings.append(ill("还没有社区 · there is no community", "linliban apply FILE"))
    for community in books.communities:
        findings += groups.unbound(community, books.places)
        findings += people.unknown(books.people[community.id])
        findings += people.leads(community)
    return findings


async def _over_the_line(line: Line, webhook_url: str, books: Books | None) -> AsyncIterator[Finding]:
    finding, me = await telegram.token(line)
    yield finding
    if me is None:
        return
    async for finding in telegram.webhook(line, webhook_url):
        yield finding
    if books is None:
        return
    for place in books.places:
        if place.kind in groups.GROUPS and place.community is not None:
            async for finding in groups.present(line, me, place):
                yield finding
    for community in books.communities:
        async for finding in _people(line, me, community, books.people[community.id]):
            yield finding


async def _people(line: Line, me: User, community: CommunityView, registered: list[Somebody]) -> AsyncIterator[Finding]:
    reachable = set()
    async for person, finding in people.reached(line, me.username or "", registered):
        if finding.ok:
            reachable.add(person.address)
        yield finding
    yield people.coordinators(community, registered, reachable)
