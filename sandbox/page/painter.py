"""The only place that turns the stage into HTML: the whole page, or one of its parts by name."""

from hashlib import blake2s
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sandbox.page import deeds
from sandbox.page.calls import SHOWN as MOST_CALLS
from sandbox.page.calls import shown_calls
from sandbox.page.menus import commands
from sandbox.page.messages import shown_messages
from sandbox.page.stage import Cannot, Screen, Stage
from sandbox.page.tour import Tour
from sandbox.page.words import LANGUAGES, Words, spoken_gap, spoken_moment, words
from sandbox.town import Press

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,  # whatever a resident writes stays text
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Painter:
    """Paints for one language."""

    def __init__(self, stage: Stage, tour: Tour, language: str) -> None:
        self.stage, self.tour = stage, tour
        self.language = language if language in LANGUAGES else next(iter(LANGUAGES))
        self.w: Words = words(self.language)

    @property
    def parts(self) -> tuple[str, ...]:
        return ("tour", "clock", *(f"phone{screen.number}" for screen in self.stage.screens), "calls")

    def page(self) -> str:
        template = TEMPLATES.get_template("page.html")
        tabs = [(screen, self.stage.people(screen)) for screen in self.stage.screens]
        painted = {name: self.part(name) for name in self.parts}
        return template.render(w=self.w, languages=LANGUAGES, language=self.language, tabs=tabs, parts=painted)

    def part(self, name: str) -> str:
        """Raises LookupError for a name that is no part. The fragment carries its own version."""
        if name not in self.parts:
            raise LookupError(f"the page has no part {name!r}")
        kind = name.rstrip("012")
        scene = {"tour": self.tour_view, "clock": self.clock_view, "calls": self.calls_view}
        view = self.phone_view(self.stage.screens[int(name[-1])]) if kind == "phone" else scene[kind]()
        html = TEMPLATES.get_template(f"{kind}.html").render(w=self.w, version="VERSION", **view)
        return html.replace('data-version="VERSION"', f'data-version="{_fingerprint(html)}"', 1)

    def versions(self) -> dict[str, str]:
        return {name: _version_in(self.part(name)) for name in self.parts}

    def phone_view(self, screen: Screen) -> dict[str, Any]:
        stage, town = self.stage, self.stage.town
        place = town.chat(screen.chat_id)
        return {
            "screen": screen,
            "chat_name": stage.chat_name(screen.chat_id, self.w),
            "title": town.bot().first_name if place.is_private else place.title,
            "count": len(place.present()),
            "chats": [(chat, stage.chat_name(chat, self.w)) for chat in screen.phone.reach],
            "people": stage.people(screen),
            "me": stage.scene.actor(screen.as_user),
            "days": list(shown_messages(stage, screen, self.w)),
            "needs_start": place.is_private and (not place.started or place.blocked),
            "notice": self.notice(screen.notice),
            "commands": commands(stage, screen),
            "samples": [(name, self.w["picture_" + name.replace("-", "_")]) for name in deeds.samples()],
        }

    def clock_view(self) -> dict[str, Any]:
        now = self.stage.now()
        reminder = self.stage.scene.clock.next_reminder()
        waiting = self.w["waiting_none"]
        if reminder is not None:
            moment = spoken_moment(reminder.astimezone(self.stage.zone), self.w)
            waiting = self.w["waiting"].format(moment=moment, gap=spoken_gap(reminder - now, self.w))
        notice = self.notice(self.stage.clock_notice)
        return {"now": spoken_moment(now, self.w), "waiting": waiting, "notice": notice}

    def tour_view(self) -> dict[str, Any]:
        tour = self.tour
        tour.look()
        number = tour.current
        steps = [(n, step.title(self.language), tour.marks.get(n, "")) for n, step in enumerate(tour.steps)]
        view: dict[str, Any] = {
            "steps": steps,
            "number": number,
            "playing": tour.playing,
            "notice": self.notice(tour.notice),
        }
        if number is None:
            return {**view, "text": self.w["tour_over"], "title": "", "waiting": "", "begun": False, "phone": 0}
        step = tour.steps[number]
        key = "tour_late" if tour.is_late(number) else "tour_waiting"
        where = self.stage.chat_name(step.until.where, self.w)
        waits = tour.is_waiting(number) or step.act == "wait"
        waiting = self.w[key].format(chat=where, text=step.until.text) if waits else ""
        view |= {"title": step.title(self.language), "text": step.say(self.language), "waiting": waiting}
        return {**view, "begun": tour.is_waiting(number), "phone": self.stage.screen_for(step.until.where).number}

    def calls_view(self) -> dict[str, Any]:
        calls = shown_calls(self.stage, self.w)
        return {"calls": calls, "count": f"{len(calls)}+" if len(calls) == MOST_CALLS else len(calls)}

    def notice(self, notice: Press | Cannot | None) -> dict[str, Any]:
        """What a pop-up says: a bot's answer to a press, or why something cannot be done."""
        match notice:
            case Cannot(key=key, fields=fields):
                named = {k: self.stage.chat_name(v, self.w) if k == "chat" else v for k, v in fields.items()}
                return {"head": self.w["refused"], "text": str(self.w[key]).format(**named), "alert": True}
            case Press(answer={"text": str(text), **rest}) if text:
                return {"head": self.w["popup"], "text": text, "alert": bool(rest.get("show_alert"))}
        return {}


def _fingerprint(html: str) -> str:
    return blake2s(html.encode(), digest_size=8).hexdigest()


def _version_in(html: str) -> str:
    return html.partition('data-version="')[2].partition('"')[0]
