"""Each way Telegram can refuse, and what it means for the message."""

from datetime import timedelta

import httpx
import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.shore import chat_id, is_card_gone, is_not_modified, outcome_of, why
from tracker.outcomes import Gone, Moved, NotSent, Outcome, Refused, TooFast, Unknown


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


SAID: list[tuple[Exception, Outcome]] = [
    (RetryAfter(35), TooFast(35)),
    (RetryAfter(timedelta(seconds=2)), TooFast(2)),
    (NetworkError("Too Many Requests: retry after 9"), TooFast(9)),
    (NetworkError("Too Many Requests"), TooFast(1)),
    (ChatMigrated(-1001000000009), Moved("telegram:-1001000000009")),
    (Forbidden("Forbidden: bot can't initiate conversation with a user"), Gone("never_started")),
    (Forbidden("Forbidden: bot was blocked by the user"), Gone("blocked")),
    (Forbidden("Forbidden: user is deactivated"), Gone("deactivated")),
    (Forbidden("Forbidden: bot was kicked from the supergroup chat"), Gone("kicked")),
    (Forbidden("Forbidden: bot is not a member of the supergroup chat"), Gone("kicked")),
    (Forbidden("Forbidden: the group chat was deleted"), Gone("not_found")),
    (Forbidden("Forbidden: words of next year"), Gone("kicked")),
    (BadRequest("Bad Request: chat not found"), Gone("not_found")),
    (BadRequest("Bad Request: PEER_ID_INVALID"), Gone("not_found")),
    (BadRequest("Bad Request: not enough rights to send text messages to the chat"), Gone("kicked")),
    (BadRequest("Bad Request: message text is empty"), Refused("BadRequest: Message text is empty")),
    (BadRequest("Bad Request: BUTTON_DATA_INVALID"), Refused("BadRequest: Button_data_invalid")),
    (NetworkError("Request Entity Too Large"), Refused("NetworkError: Request Entity Too Large")),
    (InvalidToken("Unauthorized"), NotSent("InvalidToken: Unauthorized")),
    (Conflict("Conflict: x"), NotSent("Conflict: Conflict: x")),
    (caused(NetworkError("httpx.ConnectError"), httpx.ConnectError("refused")), NotSent("ConnectError")),
    (caused(TimedOut(), httpx.ConnectTimeout("")), NotSent("ConnectTimeout")),
    (caused(TimedOut("Pool timeout"), httpx.PoolTimeout("")), NotSent("PoolTimeout")),
    (caused(TimedOut(), httpx.ReadTimeout("")), Unknown("ReadTimeout")),
    (caused(TimedOut(), httpx.WriteTimeout("")), Unknown("WriteTimeout")),
    (caused(NetworkError("httpx.ReadError"), httpx.ReadError("reset")), Unknown("ReadError")),
    (caused(NetworkError("httpx"), httpx.RemoteProtocolError("bye")), Unknown("RemoteProtocolError")),
    (NetworkError("Internal Server Error"), Unknown("NetworkError: Internal Server Error")),
    (TelegramError("Invalid server response"), Unknown("TelegramError: Invalid server response")),
    (TimeoutError(), Unknown("no answer in time")),
    (KeyError("result"), Unknown("KeyError")),  # a 200 whose body says ok: false
]


@pytest.mark.parametrize(("error", "outcome"), SAID, ids=[repr(error) for error, _ in SAID])
def test_what_each_error_means(error: Exception, outcome: Outcome) -> None:
    assert outcome_of(error) == outcome


def test_a_card_that_says_so_already_is_not_gone() -> None:
    same = BadRequest("Bad Request: message is not modified: specified new message content and reply markup are …")
    assert is_not_modified(same)
    assert not is_card_gone(same)
    for words in ("message to edit not found", "message can't be edited", "MESSAGE_ID_INVALID"):
        assert is_card_gone(BadRequest(f"Bad Request: {words}"))
        assert not is_not_modified(BadRequest(f"Bad Request: {words}"))


def test_an_error_is_named_without_anybodys_words() -> None:
    page = caused(
        NetworkError("Bad Gateway (502). Parsing the server response b'<html>secret</html>' failed"),
        TelegramError("Invalid server response"),
    )
    assert why(page) == "NetworkError: Bad Gateway (502)"
    tag = BadRequest('Bad Request: can\'t parse entities: unsupported start tag "王阿姨" at byte offset 3')
    assert "王阿姨" not in why(tag)
    with pytest.raises(ValueError, match="王阿姨") as caught:
        raise ValueError("王阿姨")
    assert why(caught.value).startswith("ValueError at test_shore.py:")


@pytest.mark.parametrize("address", ["wecom:7", "telegram:", "telegram:x", "7", ""])
def test_only_telegrams_addresses_have_a_chat(address: str) -> None:
    with pytest.raises(ValueError, match=r"Telegram|invalid literal"):
        chat_id(address)
    assert chat_id("telegram:-1001000000001") == -1001000000001
