"""R4: two engines forced to hold the lease at once: no slot enqueued twice, no row claimed twice, chats in order."""

import asyncio
import threading
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.app import App
from bot.app.running import live
from bot.speak import Speaker
from sandbox.server import Serving, make_app
from sandbox.town import Town
from tests.bot.delivery.street import settings_for
from tests.faults.killing import TOKEN, ours
from tracker.clock import SystemClock, TurnedClock
from tracker.db import Database
from tracker.desk import Desk, Held, Visit
from tracker.facts import Help
from tracker.inbox import Arrival
from tracker.models import Card, Event, Inbox, Outbox, Ticket
from tracker.outcomes import CardGone, Delivered
from tracker.states import Urgency
from tracker.views import CardView, Letter, NewReport

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
GROUPS = [-1001000000100 - number for number in range(12)]
A_MOMENT = timedelta(seconds=1)  # what may be edited now does not hold the letters up
DUE, NOTICES, CARDS = 240, 204, 14  # a minute holds 20 messages for each group

COMMUNITY = """
[community]
name = "西渚社区"
prefix = "XZ"

[[group]]
name = "物业工作群"
kind = "work"
chat_id = -1001000000001

[[party]]
name = "万科物业"
kind = "property"
group = "物业工作群"

[[person]]
name = "陈主任"
user_id = 2001
roles = ["coordinator"]

[[person]]
name = "李师傅"
user_id = 2002
roles = ["liaison:万科物业"]

[[category]]
name = "公共设施维修"
keywords = ["路灯"]
lead = "万科物业"
"""


class Engines:
    """Two desks over one database, both of which do all that an engine does; one clock, turned when both are idle."""

    def __init__(self, url: str, folder: Path) -> None:
        self.clock = TurnedClock(MONDAY, frozen=True)
        self.desks = [Desk(url, self.clock), Desk(url, self.clock)]
        self.database = Database(url)
        self.busy = threading.Lock()
        self.at_work: set[Desk] = set()
        self.flying: set[str] = set()
        self.said: dict[str, list[int]] = defaultdict(list)
        self.claims: Counter[int] = Counter()
        self.edits: Counter[tuple[int, int]] = Counter()
        lines = [
            f'[[group]]\nname = "{n}号院"\nkind = "residents"\nchat_id = {group}' for n, group in enumerate(GROUPS)
        ]
        file = folder / "community.toml"
        file.write_text("\n\n".join([COMMUNITY, *lines]), encoding="utf-8")
        self.desks[0].apply(file)

    def both(self, work: Callable[[Desk], None]) -> None:
        """Each engine in a thread of its own; they begin together."""
        gate, errors = threading.Barrier(len(self.desks)), list[BaseException]()

        def run(desk: Desk) -> None:
            try:
                gate.wait()
                work(desk)
            except BaseException as error:
                errors.append(error)

        threads = [threading.Thread(target=run, args=(desk,)) for desk in self.desks]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not errors, errors

    def reports(self, count: int) -> None:
        """Tickets in every group; their cards wait in the outbox."""
        for number in range(count):
            chat, message = GROUPS[number % len(GROUPS)], 1000 + number
            words = f"{number}号楼的路灯不亮了"
            new = NewReport(
                source=f"telegram:{chat}:{message}", message=message, reporter="telegram:2101", at=self.clock.now(),
                words=words, masked=words, title=words, tag="报修", category="公共设施维修", urgency=Urgency.NORMAL,
                tier="group", place_text="", building="", unit="", files=(),
            )  # fmt: skip

            def work(visit: Visit, chat: int = chat, new: NewReport = new) -> None:
                place = visit.register.place(f"telegram:{chat}")
                assert place is not None
                visit.cases.open(place, new, None)

            self.desks[0].visit(f"report {number}", work)

    def notices(self) -> None:
        for number in range(NOTICES):

            def work(visit: Visit, number: int = number) -> None:
                place = visit.register.place(f"telegram:{GROUPS[number % len(GROUPS)]}")
                assert place is not None
                visit.answer(place, Help(part="resident"))

            self.desks[0].visit(f"notice {number}", work)

    def speaks(self, desk: Desk) -> None:
        """Claim and settle until nothing waits any more."""
        while self._unsaid() or self.flying:
            self._begins(desk)
            letters = desk.claim(8)
            self._depart(letters)
            for letter in letters:
                desk.settle(letter, Delivered(self._arrive(letter)))
            if not letters:
                self._pass_time(desk)
        self._is_done(desk)

    def _unsaid(self) -> bool:
        with self.database.reading() as session:
            return session.scalar(select(Outbox.id).where(Outbox.state == "pending").limit(1)) is not None

    def _depart(self, letters: list[Letter]) -> None:
        with self.busy:
            for letter in letters:
                self.claims[letter.id] += 1
                assert letter.place.address not in self.flying, "two letters in flight in one place"
                self.flying.add(letter.place.address)

    def _arrive(self, letter: Letter) -> int:
        with self.busy:
            self.flying.discard(letter.place.address)
            self.said[letter.place.address].append(letter.id)
            return 5000 + len(self.said[letter.place.address])

    def _begins(self, desk: Desk) -> None:
        with self.busy:
            self.at_work.add(desk)

    def _is_done(self, desk: Desk) -> None:
        with self.busy:
            self.at_work.discard(desk)

    def _pass_time(self, desk: Desk) -> None:
        """Only while nobody is at work: a lease that ends while its holder lives is another test's business."""
        self._is_done(desk)
        at = desk.next_send_at()
        with self.busy:
            if not self.at_work and at is not None:
                self.clock.turn_to(max(at, self.clock.now() + A_MOMENT))

    def edits_cards(self, desk: Desk) -> None:
        while cards := self._behind(desk):
            for card in cards:
                desk.settle_card(card, Delivered(card.message, has_photo=card.has_photo))
        self._is_done(desk)

    def _behind(self, desk: Desk) -> list[CardView]:
        for _ in range(200):
            self._begins(desk)
            cards = desk.behind_cards(8)
            with self.busy:
                self.edits.update((card.id, card.version) for card in cards)
            if cards or desk.next_send_at() is None:
                return cards
            self._pass_time(desk)
        return []

    def close(self) -> None:
        for desk in self.desks:
            desk.close()
        self.database.close()


@pytest.fixture
def engines(database_url: str, tmp_path: Path) -> Iterator[Engines]:
    engines = Engines(database_url, tmp_path)
    yield engines
    engines.close()


def test_hundreds_that_are_due_are_decided_once(engines: Engines) -> None:
    engines.reports(DUE)
    engines.clock.turn(timedelta(days=1))
    swept: list[int] = []

    def sweeps(desk: Desk) -> None:
        idle = 0
        while idle < 3:  # the other may have it all locked for a moment
            count = desk.sweep(20)
            swept.append(count)
            idle = 0 if count else idle + 1

    engines.both(sweeps)
    assert sum(swept) == DUE
    with engines.database.reading() as session:
        told = session.scalars(select(Event).where(Event.kind == "told")).all()
        assert Counter(Counter(event.ticket_id for event in told).values()) == {1: DUE}
        wanted = Counter((event.ticket_id, place) for event in told for place in event.data["places"])
        pages = session.execute(select(Outbox.ticket_id, Outbox.place_id).where(Outbox.dedup.like("ping:%"))).all()
        assert Counter((page.ticket_id, page.place_id) for page in pages) == wanted
        assert set(wanted.values()) == {1}


def test_no_letter_is_claimed_twice_and_each_chat_hears_them_in_order(engines: Engines) -> None:
    engines.reports(12)
    engines.notices()
    with engines.database.reading() as session:
        rows = session.execute(select(Outbox.id, Outbox.priority)).all()
    waiting = {row.id: (row.priority, row.id) for row in rows}
    assert len(waiting) >= NOTICES + 12
    engines.both(engines.speaks)
    assert set(engines.claims.values()) == {1}
    assert set(engines.claims) == set(waiting)
    for heard in engines.said.values():
        assert [waiting[letter] for letter in heard] == sorted(waiting[letter] for letter in heard)
    with engines.database.reading() as session:
        assert set(session.scalars(select(Outbox.state))) == {"sent"}


def test_no_card_is_edited_by_both(engines: Engines) -> None:
    engines.reports(CARDS)
    engines.both(engines.speaks)
    engines.edits.clear()
    engines.clock.turn(timedelta(days=1))
    while engines.desks[0].sweep():
        pass
    engines.both(engines.speaks)
    engines.both(engines.edits_cards)
    with engines.database.reading() as session:
        cards = session.scalars(select(Card)).all()
        assert all(card.shown_version == card.wanted_version for card in cards)
    assert len({card for card, _ in engines.edits}) == len(cards)
    assert set(engines.edits.values()) == {1}


def test_a_card_that_is_gone_is_posted_once_though_both_found_it_gone(engines: Engines) -> None:
    engines.reports(3)
    one, other = engines.desks
    engines.speaks(one)
    engines.clock.turn(timedelta(days=1))
    one.sweep()
    engines.speaks(one)
    (card, *_) = one.behind_cards(8)
    one.settle_card(card, CardGone("message to edit not found"))
    other.settle_card(card, CardGone("message to edit not found"))
    with engines.database.reading() as session:
        again = session.scalars(
            select(Outbox.dedup).where(Outbox.kind == "card", Outbox.state == "pending", Outbox.ticket_id.is_not(None))
        ).all()
    assert len(again) == 1


def test_an_occasion_rings_once(engines: Engines) -> None:
    engines.reports(1)
    now = engines.clock.now()
    due = engines.desks[0].occasions(now - timedelta(hours=24), now)
    assert len(due) >= 2
    rang: list[str] = []

    def rings(desk: Desk) -> None:
        rang.extend(occasion for occasion, at in due if desk.ring(occasion, at))

    engines.both(rings)
    assert sorted(rang) == sorted(occasion for occasion, _ in due)


def test_what_both_have_polled_is_kept_once_and_the_cursor_goes_on(engines: Engines) -> None:
    updates = [Arrival(number, f"{GROUPS[number % 12]}", {"update_id": number}) for number in range(1, 201)]
    new: list[int] = []

    def polls(desk: Desk) -> None:
        for start in range(0, 200, 20):
            new.append(desk.store_updates("1000@here", updates[start : start + 20], start + 21))

    engines.both(polls)
    assert sum(new) == 200
    assert engines.desks[0].cursor("1000@here") == 201
    with engines.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Inbox)) == 200
    # One of them was frozen with an old answer in its hands: nothing comes in twice, and what is confirmed stays so.
    assert engines.desks[1].store_updates("1000@here", updates[:20], 21) == 0


def in_turn() -> Callable[[Speaker, timedelta], Awaitable[int]]:
    """Whoever was the quicker claims no more letters until the other, too, has claimed some: else he might tell all."""
    start, begun = Speaker.start, set[Speaker]()

    async def start_in_turn(speaker: Speaker, ahead: timedelta = timedelta(0)) -> int:
        if begun == {speaker}:
            return 0
        letters = await start(speaker, ahead)
        if letters:
            begun.add(speaker)
        return letters

    return start_in_turn


@pytest.mark.expects_errors  # of two who poll, Telegram tells one that he is not alone
async def test_two_whole_bots_that_both_believe_they_lead(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Desk, "hold_engine", lambda *_, **__: Held(1))
    monkeypatch.setattr(Speaker, "start", in_turn())
    town = Town()
    town.add_bot(TOKEN, "linliban_bot", "社区小助手", reads_all=True)
    for user in (2001, 2002, 2101):
        town.add_user(user, "某人")
        town.start(user)
    for chat in (-1001000000001, *GROUPS):
        town.add_group(chat, "议事群", [2101])
        town.add_bot_to(chat)
    town.bot().queue.waiting.clear()
    engines = Engines(database_url, tmp_path)
    async with Serving(make_app(town)) as served:
        settings = settings_for(served.url, database_url)
        stop = asyncio.Event()
        apps = [App(settings, SystemClock()) for _ in range(2)]
        running = [asyncio.create_task(live(app, stop, poll=0)) for app in apps]
        async with asyncio.timeout(120):
            reports = {
                (group, town.say(group, 2101, f"#报修 {n}号楼的路灯不亮了")["message_id"])
                for n in range(1, 6)
                for group in GROUPS
            }
            while sum(len(ours(town, group)) for group in GROUPS) < len(reports):  # noqa: ASYNC110 - by two others
                await asyncio.sleep(0.05)
        stop.set()
        assert await asyncio.gather(*running) == [0, 0]
    said = Counter((group, m["reply_to_message"]["message_id"]) for group in GROUPS for m in ours(town, group))
    assert said == Counter(dict.fromkeys(reports, 1))
    assert all(app.tally["letters_delivered"] > 0 for app in apps)
    with engines.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Ticket)) == len(reports)
        assert set(session.scalars(select(Outbox.state))) <= {"sent", "pending"}
    engines.close()
