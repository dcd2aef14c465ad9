"""An installation is told every mistake in its environment at once, in words, and never sees a secret."""

from pathlib import Path

import pytest

from bot.settings import SettingsMistakes, read_settings

TOKEN = "123456789:AAExample-of_a_token"


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def complaints(*, need_token: bool = True) -> tuple[str, ...]:
    with pytest.raises(SettingsMistakes) as caught:
        read_settings(need_token=need_token)
    return caught.value.lines


def test_a_token_is_all_one_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLIBAN_BOT_TOKEN", TOKEN)
    settings = read_settings()
    assert settings.telegram_url == "https://api.telegram.org"
    assert settings.database_url == "sqlite:///data/linliban.db"
    assert settings.address == ("127.0.0.1", 8080)
    assert settings.bot_token.get_secret_value() == TOKEN


def test_the_env_file_is_read_and_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text(
        f"LINLIBAN_BOT_TOKEN={TOKEN}\nLINLIBAN_LOG_LEVEL=debug\nLINLIBAN_LISTEN=0.0.0.0:80\n"
    )
    monkeypatch.setenv("LINLIBAN_LISTEN", "[::1]:9000")
    settings = read_settings()
    assert settings.log_level == "DEBUG"
    assert settings.address == ("::1", 9000)


def test_the_example_file_needs_only_a_token(tmp_path: Path) -> None:
    example = (Path(__file__).parents[2] / ".env.example").read_text(encoding="utf-8")
    (tmp_path / ".env").write_text(example, encoding="utf-8")
    assert complaints() == ("LINLIBAN_BOT_TOKEN is missing: put the token that @BotFather gave you into .env",)


def test_verbs_that_never_speak_need_no_token() -> None:
    assert read_settings(need_token=False).bot_token.get_secret_value() == ""


def test_every_mistake_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    mistakes = {
        "BOT_TOKEN": "my token",
        "TELEGRAM_URL": "api.telegram.org",
        "DATABASE_URL": "mysql://root:hunter2@db/x",
        "WEBHOOK_URL": "http://bot.example.org/hook",
        "WEBHOOK_SECRET": "päss",
        "LISTEN": "8080",
        "LOG_LEVEL": "loud",
        "LOG_FORMAT": "xml",
        "TELGRAM_URL": "https://api.telegram.org",
        "COLOUR": "blue",
    }
    for name, value in mistakes.items():
        monkeypatch.setenv(f"LINLIBAN_{name}", value)
    lines = complaints()
    assert sorted(line.split()[0] for line in lines) == sorted(f"LINLIBAN_{name}" for name in mistakes)
    said = "\n".join(lines)
    assert "LINLIBAN_TELGRAM_URL is not known: did you mean LINLIBAN_TELEGRAM_URL?" in lines
    assert "LINLIBAN_LOG_FORMAT should be 'console' or 'json'" in lines
    assert "LINLIBAN_WEBHOOK_URL is no address for a webhook: write https://your.host/path" in said
    assert "hunter2" not in said
    assert "my token" not in said


@pytest.mark.parametrize("listen", ["localhost", "127.0.0.1:", "127.0.0.1:99999", ":80", "a b:80", "::1:80"])
def test_an_address_to_listen_on_is_host_and_port(listen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLIBAN_LISTEN", listen)
    assert complaints(need_token=False) == (
        "LINLIBAN_LISTEN is no address to listen on: write host:port, for example 127.0.0.1:8080",
    )


@pytest.mark.parametrize("url", ["ftp://x", "http://", "http://[", "https://x/?a=1", "x"])
def test_a_telegram_url_is_a_web_address(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLIBAN_TELEGRAM_URL", url)
    (line,) = complaints(need_token=False)
    assert line.startswith("LINLIBAN_TELEGRAM_URL is no web address")


WEBHOOKS = ["https://bot.example.org", "https://bot.example.org:8443/a/b-c_d.~e", "http://127.0.0.1:8080/hook",
            "http://localhost/x", "http://[::1]:80/", "https://[2001:db8::1]/x"]  # fmt: skip
NO_WEBHOOKS = ["http://bot.example.org/x", "https://", "https://x/?a=1", "https://x/#a", "https://me:word@x/", "x",
               "https://x/a b", "https://x/{chat}", "ftp://x", "https://x.org/路", "http://127.evil.org/"]  # fmt: skip


@pytest.mark.parametrize("url", WEBHOOKS)
def test_an_address_for_a_webhook(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLIBAN_WEBHOOK_URL", url)
    assert read_settings(need_token=False).webhook_url == url


@pytest.mark.parametrize("url", NO_WEBHOOKS)
def test_no_address_for_a_webhook(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLIBAN_WEBHOOK_URL", url)
    (line,) = complaints(need_token=False)
    assert line.startswith("LINLIBAN_WEBHOOK_URL is no address for a webhook")


def test_the_webhook_does_not_share_an_address_with_the_health_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLIBAN_WEBHOOK_URL", "https://bot.example.org/metrics")
    (line,) = complaints(need_token=False)
    assert "/metrics, which is taken: choose another path" in line


def test_the_webhooks_secret_is_never_empty_and_follows_from_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLIBAN_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("LINLIBAN_WEBHOOK_URL", "https://bot.example.org")
    derived = read_settings().webhook_key
    assert len(derived) == 64
    assert TOKEN not in derived
    assert derived == read_settings().webhook_key
    assert derived in read_settings().secrets
    monkeypatch.setenv("LINLIBAN_BOT_TOKEN", TOKEN + "x")
    assert read_settings().webhook_key != derived
    monkeypatch.setenv("LINLIBAN_WEBHOOK_SECRET", "sesame-open")
    assert read_settings().webhook_key == "sesame-open"


def test_a_secret_without_a_webhook_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLIBAN_WEBHOOK_SECRET", "sesame-open")
    assert read_settings(need_token=False).webhook_url == ""


def test_variables_of_the_tests_are_not_mistakes(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LINLIBAN_TEST_DATABASE_URL", "LINLIBAN_REQUIRE_ALL", "LINLIBAN_CHROMIUM"):
        monkeypatch.setenv(name, "1")
    assert read_settings(need_token=False).log_format == "console"


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("LINLIBAN_LOG_LEVEL=信息".encode("gbk"))
    assert complaints(need_token=False) == (".env cannot be read: it should be a text file in UTF-8",)


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLIBAN_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("LINLIBAN_WEBHOOK_SECRET", "sesame-open")
    monkeypatch.setenv("LINLIBAN_DATABASE_URL", "postgresql+psycopg://li:hunter2@db/linliban")
    settings = read_settings()
    for secret in (TOKEN, "sesame-open", "hunter2"):
        assert secret not in repr(settings) + str(settings)
    assert settings.secrets == (TOKEN, "sesame-open", ":hunter2@")
