"""The only place for what a person at the page does in the town; the guided tour does the same through here."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

from sandbox.page.stage import Cannot, Screen, Stage
from sandbox.pictures import measure
from sandbox.scene import PHOTOS, TurnTo
from sandbox.town.chats import Message

PICTURE_LIMIT = 10 << 20  # bytes; Telegram's own limit for photos
SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
MORNING = time(8, 30)
LATER = {"+10m": timedelta(minutes=10), "+1h": timedelta(hours=1)}


def samples() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in PHOTOS.glob("*.jpg")))


def sample(name: str) -> bytes:
    """A built-in photo. Raises LookupError for any other name."""
    if name not in samples():
        raise LookupError(f"there is no sample photo {name!r}")
    return (PHOTOS / f"{name}.jpg").read_bytes()


def say(stage: Stage, screen: Screen, text: str, *, reply_to: int | None = None, picture: bytes | None = None) -> None:
    """Sends a text, or a picture with the text under it. If what it replies to has vanished, it goes without."""
    chat, user, town = screen.chat_id, screen.as_user, stage.town
    answered = reply_to if reply_to in town.chat(chat).messages else None
    if picture is not None:
        if len(picture) > PICTURE_LIMIT or not picture.startswith(SIGNATURES) or measure(picture) is None:
            raise Cannot("not_a_picture")
        _in_town(lambda: town.photo(chat, user, text, reply_to=answered, image=picture))
    elif text:
        _in_town(lambda: town.say(chat, user, text, reply_to=answered))
    else:
        raise Cannot("nothing_said")


def edit(stage: Stage, screen: Screen, message_id: int, text: str) -> None:
    """Changes the words of one's own message."""
    message = stage.town.chat(screen.chat_id).messages.get(message_id)
    if message is None or message.author != screen.as_user:
        raise Cannot("not_yours")
    if not text and "text" in message.body:
        raise Cannot("nothing_said")
    _in_town(lambda: stage.town.edit(screen.chat_id, message_id, text))


def press(stage: Stage, screen: Screen, message_id: int, data: str) -> None:
    """Presses a button by its data; the answer comes later and is shown on that phone."""
    message = stage.town.chat(screen.chat_id).messages.get(message_id)
    if message is None or data not in {button.get("callback_data") for button in buttons(message)}:
        raise Cannot("old_button")
    chat, user = screen.chat_id, screen.as_user

    def tap() -> None:
        screen.notice = stage.town.press(chat, user, message_id, data)

    _in_town(tap)


def start(stage: Stage, screen: Screen, payload: str = "") -> None:
    """Presses the bot's start button, in the private chat, to which the phone turns if it can."""
    user = screen.as_user
    if user in screen.phone.reach:
        stage.show(screen, user, user)
    _in_town(lambda: stage.town.start(user, payload))


def vote(stage: Stage, screen: Screen, message_id: int, option: int) -> None:
    _in_town(lambda: stage.town.vote(screen.chat_id, screen.as_user, message_id, [option]))


def turn(stage: Stage, to: TurnTo) -> None:
    """Turns the clock forward; there is no way back."""
    now = stage.scene.clock.now()
    if to == "next_reminder":
        moment = stage.scene.clock.next_reminder()
        if moment is None:
            raise Cannot("no_reminder")
    elif to == "tomorrow 08:30":
        tomorrow = stage.now().date() + timedelta(days=1)
        moment = datetime.combine(tomorrow, MORNING, stage.zone)
    else:
        moment = now + LATER[to]
    stage.scene.clock.turn_to(max(moment, now))


def buttons(message: Message) -> list[dict[str, str]]:
    rows = message.body.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


def _in_town(deed: Callable[[], object]) -> None:
    """The town's own refusals (not a member, gone, closed) become ours."""
    try:
        deed()
    except (LookupError, ValueError) as error:
        raise Cannot("refused_because", reason=str(error)) from None
