"""Every fact, in every language, place and status: well-formed, with words, with its number, and readable aloud."""

import re

import pytest

from bot.messages.lengths import TEXT, width
from bot.messages.presses import decode
from bot.messages.render import DONE, Fields, menu, plain, popup, progress_popup, render
from bot.messages.stationery import stationery
from tests.bot.messages.samples import (
    ABOUT_A_TICKET,
    ALARMS,
    COMMUNITY,
    HINTS,
    KINDS,
    LANGUAGES,
    LINES,
    NOW,
    OTHERS,
    PLACES,
    REFUSAL_FIELDS,
    REFUSALS,
    TICKETS,
    TOLD,
    hours,
    messages,
    scene,
    ticket,
)
from tests.bot.messages.telegram_html import shown
from tracker import facts
from tracker.facts import Fact
from tracker.states import Action, Status
from tracker.views import TicketView

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def name_of(fact: Fact) -> str:
    return "-".join(
        str(value) for value in (fact.kind, *fact.model_dump(include={"what", "code", "to", "action"}).values())
    )


def test_no_kind_of_fact_is_left_out_here() -> None:
    assert {type(fact) for fact in (*ABOUT_A_TICKET, *OTHERS)} == set(KINDS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", PLACES)
def test_every_message_is_html_that_telegram_takes(language: str, place: str) -> None:
    for fact, _, message in messages(language, place):
        assert shown(message.text).strip(), name_of(fact)
        assert width(shown(message.text)) <= TEXT, name_of(fact)
        assert "\n\n" not in message.text, name_of(fact)
        assert not [row for row in message.text.split("\n") if row != row.strip()], name_of(fact)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", PLACES)
def test_every_message_about_a_ticket_holds_its_number(language: str, place: str) -> None:
    for fact, about, message in messages(language, place):
        assert about is None or f"#{about.number}" in shown(message.text), name_of(fact)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_tap_on_the_number_finds_just_the_number(language: str) -> None:
    """Telegram takes letters of any script, digits, _ and · into a hashtag, and begins none behind one."""
    for fact, _, message in messages(language):
        text = shown(message.text)
        assert len(re.findall(r"(?<![\w·])#XZ\d+(?![\w·])", text)) == text.count("#XZ"), (name_of(fact), text)


def test_english_messages_are_english() -> None:
    """Chinese are only what people wrote, and the words that are to be typed or stand on a button everywhere."""
    typed = {sign for fact, _, said in messages("zh") if isinstance(fact, facts.Help) for sign in said.text}
    written = set(f"{TOLD}{LINES}{COMMUNITY}超期") | typed
    for fact, _, message in messages("en"):
        assert not set(CHINESE.findall(message.text)) - written, name_of(fact)
        for button in (button for row in message.buttons for button in row):
            english = button.text.split(" · ")[0]  # behind it the word that every community's buttons hold
            assert not set(CHINESE.findall(english)) - written, (name_of(fact), button.text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_says_what_it_does_and_can_be_read_back(language: str) -> None:
    for fact, about, message in messages(language):
        assert len(message.buttons) <= 6, name_of(fact)
        assert all(len(row) <= 2 for row in message.buttons), name_of(fact)
        for button in (button for row in message.buttons for button in row):
            pressed = decode(button.data or "")
            assert button.text.strip()
            assert pressed is not None
            if about is not None and not isinstance(fact, facts.TicketList):
                assert (pressed.ticket, pressed.epoch) == (about.id, about.epoch)


@pytest.mark.parametrize("fact", ABOUT_A_TICKET, ids=name_of)
def test_a_fact_about_a_ticket_is_not_told_without_it(fact: Fact) -> None:
    if isinstance(fact, facts.Acknowledged | facts.Unreachable):  # somebody may miss what was about no ticket
        assert render(fact, None, scene()).text
    else:
        with pytest.raises(ValueError, match="without its ticket"):
            render(fact, None, scene())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_hint_alarm_and_action_has_words_of_its_own(language: str) -> None:
    for file, codes in (
        ("_refusals.j2", {*REFUSALS, "unknown_button"}),
        ("_hints.j2", set(HINTS)),
        ("_alarms.j2", set(ALARMS)),
        ("_done.j2", set(DONE.values())),
    ):
        words = stationery(language).get_template(file).module
        said = {code: str(getattr(words, code)(Fields())) for code in codes}
        assert len(set(said.values())) == len(said), "two codes say the same"
        assert str(words.unknown(Fields()) if hasattr(words, "unknown") else "") not in said.values()
    assert set(DONE) == set(Action)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "code", [*REFUSALS, *DONE, "supported", "already_supported", "asked", "unknown_button", "nobody knows"]
)
def test_every_popup_fits_and_is_plain(language: str, code: str) -> None:
    text = popup(code, REFUSAL_FIELDS, language)
    assert 0 < width(text) <= 200
    assert "<" not in text
    assert "&" not in text
    assert width(popup(code, dict.fromkeys(REFUSAL_FIELDS, "<b>&" * 300), language)) <= 200
    assert popup(code, {}, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_says_what_to_do_instead(language: str) -> None:
    way_out = {"zh": "请|会告诉", "en": "[Pp]lease|send|If |needs|must|will be told"}[language]
    for code in REFUSALS:
        assert re.search(way_out, popup(code, REFUSAL_FIELDS, language)), code


def test_popups_name_the_number_and_the_words_that_were_meant() -> None:
    assert popup("not_now", {"number": "XZ12", "action": "accept", "status": "closed"}, "zh").startswith(
        "#XZ12 现在是「已结案」，不能「接单」。"
    )
    assert "责任单位的负责人、网格员" in popup(
        "not_yours", {"number": "XZ12", "action": "accept", "who": "liaison,grid_worker"}, "zh"
    )
    assert "/assign XZ3" in popup("words_needed", {"command": "/assign", "example": "/assign XZ3 万科物业"}, "zh")


@pytest.mark.parametrize("about", TICKETS.values(), ids=TICKETS)
def test_the_progress_popup_fits(about: TicketView) -> None:
    text = progress_popup(about, scene())
    assert "#XZ27" in text
    assert width(text) <= 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_plain_fallback_reads_the_same(language: str) -> None:
    for _, _, message in messages(language):
        assert plain(message) == shown(message.text)


def test_a_resend_says_so_first() -> None:
    for fact in (*ABOUT_A_TICKET, *OTHERS):
        once, again = (render(fact, TICKETS["late"], scene(repeat=repeat)).text for repeat in (False, True))
        assert again == f"(重发)\n{once}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scope", ["group", "resident", "worker", "coordinator"])
def test_menus_are_what_telegram_takes(language: str, scope: str) -> None:
    commands = menu(scope, language)
    assert len({command for command, _ in commands}) == len(commands)
    for command, description in commands:
        assert re.fullmatch(r"[a-z0-9_]{1,32}", command)
        assert 1 <= len(description) <= 256
        assert bool(CHINESE.search(description)) == (language == "zh")


def test_an_unknown_language_hears_chinese() -> None:
    assert render(facts.TicketCard(), ticket(), scene("fr")) == render(facts.TicketCard(), ticket(), scene("zh"))


def test_no_message_blames_anybody_in_the_group() -> None:
    late = ticket(Status.IN_PROGRESS, resolve_by=NOW - hours(30))
    for fact in (facts.TicketCard(), facts.Progress(), facts.Result()):
        text = render(fact, late, scene(place_kind="residents")).text
        assert "李师傅" not in text
        assert "超" not in text
