"""The only place for the guided tour: which steps have happened, and doing them for whoever only wants to watch."""

import asyncio
from time import monotonic
from typing import Literal

from sandbox.page import deeds
from sandbox.page.stage import Cannot, Screen, Stage
from sandbox.scene import Step
from sandbox.town.chats import Message

Mark = Literal["done", "skipped"]


class Tour:
    """A step is ticked, for good, when its `until` has been seen, whoever did it. Times are real seconds."""

    def __init__(self, stage: Stage, *, pause: float = 1.5, patience: float = 20.0, turn_again: float = 2.5) -> None:
        self.stage = stage
        self.steps = stage.scene.tour
        self.pause, self.patience, self.turn_again = pause, patience, turn_again
        self.marks: dict[int, Mark] = {}
        self.begun: dict[int, float] = {}  # step → when it was last done for somebody
        self.notice: Cannot | None = None
        self._playing: asyncio.Task[None] | None = None

    @property
    def current(self) -> int | None:
        """The number of the first step that has neither happened nor been skipped."""
        return next((number for number in range(len(self.steps)) if number not in self.marks), None)

    @property
    def playing(self) -> bool:
        return self._playing is not None and not self._playing.done()

    def is_waiting(self, number: int) -> bool:
        return number in self.begun

    def is_late(self, number: int) -> bool:
        return number in self.begun and monotonic() - self.begun[number] > self.patience

    def look(self) -> None:
        """Ticks what has happened since the last look."""
        for number, step in enumerate(self.steps):
            if number not in self.marks and self._seen(step):
                self.marks[number] = "done"

    def do(self, number: int) -> None:
        """Does a step; raises Cannot when the town is not ready for it."""
        self.begun[number] = monotonic()
        perform(self.stage, self.steps[number])

    def try_step(self, number: int) -> None:
        """Does a step for somebody who pressed its button; keeps the reason if it cannot be done."""
        self.look()
        self.notice = None
        # Happened while the button was being pressed: doing the next one instead would surprise.
        if number in range(len(self.steps)) and number not in self.marks:
            try:
                self.do(number)
            except Cannot as cannot:
                self.begun.pop(number, None)
                self.notice = cannot
        self.stage.town.changed.ring()

    def skip(self, number: int) -> None:
        self.look()
        self.notice = None
        if number in range(len(self.steps)):
            self.marks.setdefault(number, "skipped")
        self.stage.town.changed.ring()

    def play(self) -> None:
        """Does all that is left, one after the other, in the running event loop."""
        if not self.playing:
            self._playing = asyncio.get_running_loop().create_task(self._play())
        self.stage.town.changed.ring()

    def stop(self) -> None:
        if self._playing is not None:
            self._playing.cancel()
            self._playing = None
        self.stage.town.changed.ring()

    async def _play(self) -> None:
        while (number := self.current) is not None:
            await asyncio.sleep(self.pause)
            if not await self._happens(number):
                break
        # Told only once the task is over, so that the page sees that nothing plays any more.
        asyncio.get_running_loop().call_soon(self.stage.town.changed.ring)

    async def _happens(self, number: int) -> bool:
        """Does a step until it has happened or patience ends; one turn of the clock is often not enough."""
        given_up = monotonic() + self.patience
        next_try = 0.0
        while number not in self.marks:
            if (now := monotonic()) > given_up:
                return False
            if now >= next_try:
                next_try = self._attempt(number, now)
            await self.stage.town.changed.wait(0.25)
            self.look()
        return True

    def _attempt(self, number: int, now: float) -> float:
        """Returns when to try again."""
        self.notice = None
        try:
            self.do(number)
        except Cannot as cannot:
            self.notice = cannot
            return now + self.turn_again / 5
        return now + (self.turn_again if self.steps[number].act == "turn" else self.patience)

    def _seen(self, step: Step) -> bool:
        place = self.stage.town.chat(step.until.where)
        bots = {bot.id for bot in self.stage.town.bots.values()}
        return any(step.until.fits(spelled(m)) for m in place.messages.values() if m.author in bots)


def perform(stage: Stage, step: Step) -> None:
    """Turns the right phone to the right chat and does there what a person would do by hand."""
    if step.act == "turn" and step.to is not None:
        deeds.turn(stage, step.to)
    if not step.who:
        return
    where = step.where or step.who
    screen = stage.screen_for(where, step.who)
    stage.show(screen, where, step.who)
    screen.notice = None
    _act(stage, screen, step)


def _act(stage: Stage, screen: Screen, step: Step) -> None:
    match step.act:
        case "say":
            deeds.say(stage, screen, step.text)
        case "photo":
            deeds.say(stage, screen, step.text, picture=deeds.sample(step.picture))
        case "start":
            deeds.start(stage, screen, step.text)
        case "reply_photo":
            answered = _newest(stage, step)
            deeds.say(stage, screen, step.text, reply_to=answered.id, picture=deeds.sample(step.picture))
        case "press":
            message = _newest(stage, step)
            deeds.press(stage, screen, message.id, _button(message, step.button)["callback_data"])


def _newest(stage: Stage, step: Step) -> Message:
    """The newest message that holds what the step is about and, for a press, the button."""
    for message in reversed(stage.town.chat(step.where).messages.values()):
        if step.on in spelled(message) and (step.act != "press" or _button(message, step.button)):
            return message
    raise Cannot("no_message", chat=step.where)


def _button(message: Message, label: str) -> dict[str, str]:
    """Of the buttons holding the label the shortest, since 不满意 holds 满意; {} if there is none."""
    fitting = [b for b in deeds.buttons(message) if label in b["text"] and "callback_data" in b]
    return min(fitting, key=lambda button: len(button["text"]), default={})


def spelled(message: Message) -> str:
    """All that can be read on a message: its words and its buttons."""
    words = [message.body.get("text", ""), message.body.get("caption", "")]
    return "\n".join([*words, *(button["text"] for button in deeds.buttons(message))])
