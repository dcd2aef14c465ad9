"""The environment, read once: the only place for LINLIBAN_ variables and for complaints about them."""

import hashlib
import hmac
import os
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal

from dotenv import dotenv_values
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "LINLIBAN_"
FOR_TESTS = re.compile(r"LINLIBAN_(TEST_\w*|REQUIRE_ALL|CHROMIUM)")
_TOKEN = re.compile(r"[\w:-]*", re.ASCII)
_SECRET = re.compile(r"[\w-]{0,256}", re.ASCII)  # Bot API, setWebhook: secret_token
_SERVER = re.compile(r"https?://(\[[0-9A-Fa-f:.]+\]|[\w.-]+)(:\d{1,5})?(/[^\s?#]*)?")
_WEBHOOK = re.compile(  # Telegram posts there by https; plain http is for a practice server on the same machine
    r"(https://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)|http://(localhost|127(\.\d{1,3}){3}|\[::1\]))"
    r"(:\d{1,5})?(?P<path>/[A-Za-z0-9._~/-]*)?",
    re.ASCII,
)
_TAKEN = {"/healthz", "/readyz", "/metrics"}
_LISTEN = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s:\[\]]+):(\d{1,5})", re.ASCII)


class SettingsMistakes(Exception):
    """What is wrong with the environment, one clear line each; no line holds a secret."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def _token(value: SecretStr) -> SecretStr:
    if not _TOKEN.fullmatch(value.get_secret_value()):
        raise ValueError("is no token: copy it whole from @BotFather, it looks like 123456789:AAE…")
    return value


def _secret(value: SecretStr) -> SecretStr:
    if not _SECRET.fullmatch(value.get_secret_value()):
        raise ValueError("may hold up to 256 letters, digits, _ and - only")
    return value


def _server(value: str) -> str:
    if not _SERVER.fullmatch(value):
        raise ValueError("is no web address: write https://api.telegram.org or your own Bot API server")
    return value.rstrip("/")


def _database(value: str) -> str:
    if not re.match(r"sqlite:///.|postgresql(\+psycopg)?://.", value):
        raise ValueError(
            "is no database address: write sqlite:///data/linliban.db or postgresql+psycopg://user:password@host/name"
        )
    return value


def _webhook(value: str) -> str:
    match = _WEBHOOK.fullmatch(value)
    if value and match is None:
        raise ValueError("is no address for a webhook: write https://your.host/path, without ? or #; empty: polling")
    if match and match["path"] in _TAKEN:
        raise ValueError(f"ends in {match['path']}, which is taken: choose another path, for example /telegram")
    return value


def _deadman(value: SecretStr) -> SecretStr:
    address = value.get_secret_value()
    if address and not re.fullmatch(r"https?://[^\s/]+(/\S*)?", address):
        raise ValueError("is no web address: copy it whole from the service that watches, or leave it empty")
    return value


def _listen(value: str) -> str:
    match = _LISTEN.fullmatch(value)
    if match is None or int(match[2]) > 65535:
        raise ValueError("is no address to listen on: write host:port, for example 127.0.0.1:8080")
    return value


class Settings(BaseSettings):
    """What an installation says about itself (CONTRACT, Environment); read it with `read_settings`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    bot_token: Annotated[SecretStr, AfterValidator(_token)] = SecretStr("")
    telegram_url: Annotated[str, AfterValidator(_server)] = "https://api.telegram.org"
    database_url: Annotated[str, Field(repr=False), AfterValidator(_database)] = "sqlite:///data/linliban.db"
    data_dir: Path = Path("data")
    webhook_url: Annotated[str, AfterValidator(_webhook)] = ""
    webhook_secret: Annotated[SecretStr, AfterValidator(_secret)] = SecretStr("")
    listen: Annotated[str, AfterValidator(_listen)] = "127.0.0.1:8080"
    deadman_url: Annotated[SecretStr, AfterValidator(_deadman)] = SecretStr("")
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(str.upper)] = "INFO"
    log_format: Annotated[Literal["console", "json"], BeforeValidator(str.lower)] = "console"

    @property
    def address(self) -> tuple[str, int]:
        """Host and port to listen on; port 0 lets the machine choose."""
        host, _, port = self.listen.rpartition(":")
        return host.strip("[]"), int(port)

    @property
    def webhook_key(self) -> str:
        """What Telegram must say with each update; derived from the token where none is given, so it is never empty."""
        given, token = self.webhook_secret.get_secret_value(), self.bot_token.get_secret_value()
        return given or hmac.new(token.encode(), b"linliban webhook", hashlib.sha256).hexdigest()

    @property
    def secrets(self) -> tuple[str, ...]:
        """All that must never be printed or logged; the database's password as it stands in its address."""
        password = re.search(r":[^:@/]+@", self.database_url.partition("//")[2])
        given = self.bot_token, self.webhook_secret, self.deadman_url
        secrets = [secret.get_secret_value() for secret in given]
        derived = self.webhook_key if self.webhook_url else None
        return tuple(filter(None, (*dict.fromkeys((*secrets, derived)), password and password[0])))


def read_settings(*, need_token: bool = True, env_file: Path | None = Path(".env")) -> Settings:
    """The settings from the environment and, below it, from `env_file`; SettingsMistakes names every mistake.

    Verbs that never talk to Telegram pass `need_token=False`.
    """
    given = {**_from(env_file), **os.environ}
    mistakes = list(_unknown(given))
    if need_token and not given.get(f"{PREFIX}BOT_TOKEN"):
        mistakes.append(f"{PREFIX}BOT_TOKEN is missing: put the token that @BotFather gave you into .env")
    try:
        settings = Settings(_env_file=env_file, _env_file_encoding="utf-8")
    except ValidationError as error:
        complaints = error.errors(include_input=False)
        mistakes += [_line(str(each["loc"][0]), each["type"], each["msg"]) for each in complaints]
    if mistakes:
        raise SettingsMistakes(tuple(mistakes))
    return settings


def _from(env_file: Path | None) -> Mapping[str, str | None]:
    if env_file is None or not env_file.exists():
        return {}
    try:
        env_file.read_text(encoding="utf-8")  # dotenv takes a folder or a locked file for an empty one
        return dotenv_values(env_file, encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise SettingsMistakes((f"{env_file} cannot be read: it should be a text file in UTF-8",)) from None


def _unknown(environment: Mapping[str, str | None]) -> Iterator[str]:
    known = [f"{PREFIX}{field.upper()}" for field in Settings.model_fields]
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known and not FOR_TESTS.fullmatch(name):
            near = get_close_matches(name, known, n=1)
            cure = f"did you mean {near[0]}?" if near else ".env.example lists all there are"
            yield f"{name} is not known: {cure}"


def _line(field: str, kind: str, message: str) -> str:
    name = f"{PREFIX}{field.upper()}"
    if kind == "literal_error":
        choices = message.removeprefix("Input should be ")
        return f"{name} should be {choices}"
    return f"{name} {message.removeprefix('Value error, ')}"
