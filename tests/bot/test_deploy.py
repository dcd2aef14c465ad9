"""What deploy/ offers: units that systemd accepts and finds well closed, and a compose file that fits the program."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli import main
from bot.settings import Settings
from tests.bot.terminal import REPOSITORY

DEPLOY = REPOSITORY / "deploy"
HOME = "/srv/linliban"  # where the units expect the program
SERVICES = ("linliban.service", "linliban-backup.service")
WELL_CLOSED = 20  # tenths: systemd's own scale goes from 0 (closed) to 100, and says OK below 40


class Unit(dict[str, dict[str, list[str]]]):
    """A unit file; a key may stand there more than once."""

    def __init__(self, name: str) -> None:
        super().__init__()
        for line in (DEPLOY / name).read_text(encoding="utf-8").splitlines():
            if line.startswith("["):
                here = self.setdefault(line.strip("[]"), {})
            elif line and not line.startswith("#"):
                key, _, value = line.partition("=")
                here.setdefault(key, []).append(value)


def analyze(*words: str, units: Path) -> subprocess.CompletedProcess[str]:
    """systemd's own judgement; it needs no running systemd."""
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed: apt-get install systemd")
    environment = {**os.environ, "SYSTEMD_UNIT_PATH": f"{units}:", "SYSTEMD_COLORS": "0"}
    return subprocess.run([program, "--no-pager", *words], capture_output=True, text=True, env=environment)


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The units as docs/operators.md has them installed, with a program where they expect it."""
    program = tmp_path / "srv" / ".venv" / "bin" / "linliban"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for unit in DEPLOY.glob("linliban*"):
        words = unit.read_text(encoding="utf-8").replace(HOME, str(tmp_path / "srv"))
        (tmp_path / unit.name).write_text(words, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("unit", [*SERVICES, "linliban-backup.timer"])
def test_systemd_accepts_the_unit(installed: Path, unit: str) -> None:
    verdict = analyze("verify", "--man=no", str(installed / unit), units=installed)
    assert (verdict.returncode, verdict.stdout + verdict.stderr) == (0, "")


@pytest.mark.parametrize("unit", SERVICES)
def test_systemd_finds_the_service_well_closed(installed: Path, unit: str) -> None:
    words = ("security", "--offline=true", f"--threshold={WELL_CLOSED}", str(installed / unit))
    verdict = analyze(*words, units=installed)
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
    assert re.search(rf"exposure level for {re.escape(unit)}: [01]\.\d", verdict.stdout)


@pytest.mark.parametrize("unit", SERVICES)
def test_a_service_runs_one_of_our_verbs_from_its_own_folder(unit: str) -> None:
    service = Unit(unit)["Service"]
    program, verb = service["ExecStart"][0].split()
    assert program == f"{HOME}/.venv/bin/linliban"
    assert verb in main.commands
    assert (service["WorkingDirectory"], service["StateDirectory"]) == ([HOME], ["linliban"])
    assert not any(name.startswith("Environment") for name in service), "verbs by hand read .env, and so must the unit"


def test_the_bot_is_ended_gently_and_started_again() -> None:
    service = Unit("linliban.service")["Service"]
    assert service["Restart"] == ["on-failure"]
    assert service["TimeoutStopSec"] == ["15"]  # the program takes ten at most
    assert "WatchdogSec" not in service, "the program notifies nobody"


def test_both_services_are_closed_alike() -> None:
    def closed(unit: str) -> list[tuple[str, list[str]]]:
        settings = list(Unit(unit)["Service"].items())
        return settings[[name for name, _ in settings].index("NoNewPrivileges") :]

    assert closed(SERVICES[0]) == closed(SERVICES[1])
    assert len(closed(SERVICES[0])) > 20


def test_old_backups_go_before_what_was_forgotten_comes_back() -> None:
    """Words are forgotten after ninety days (tracker/privacy.py); a backup must not keep them for long after."""
    (after,) = Unit("linliban-backup.service")["Service"]["ExecStartPost"]
    found = re.search(r"/var/lib/linliban/backups .*-mtime \+(\d+) -delete$", after)
    assert found
    assert int(found[1]) <= 30


# --- containers: read only, since no engine is here


@pytest.fixture
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return found


def test_whoever_opens_the_files_reads_at_once_that_nobody_ran_them() -> None:
    assert (DEPLOY / "compose.yaml").read_text(encoding="utf-8").startswith("# NOT RUN HERE")
    assert (DEPLOY / "Containerfile").read_text(encoding="utf-8").startswith("# NOT BUILT HERE")


def test_two_run_beside_one_postgresql_after_the_schema_is_there(compose: dict[str, Any]) -> None:
    services = compose["services"]
    running = [name for name, service in services.items() if service.get("command") == ["run"]]
    assert len(running) == 2
    for name in running:
        assert services[name]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    assert services["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert len({services[name]["ports"][0] for name in running}) == 2
    assert all(port.startswith("127.0.0.1:") for name in running for port in services[name]["ports"])


def test_compose_speaks_of_what_the_program_knows(compose: dict[str, Any]) -> None:
    ours = {name: service for name, service in compose["services"].items() if name != "database"}
    known = {f"LINLIBAN_{field.upper()}" for field in Settings.model_fields}
    for service in ours.values():
        assert service["command"][0] in main.commands
        assert set(service["environment"]) <= known
        assert service["build"]["dockerfile"] == "deploy/Containerfile"
    settings = next(iter(ours.values()))["environment"]
    url = re.sub(r"\$\{[^}]+\}", "password", settings["LINLIBAN_DATABASE_URL"])
    given = {name.removeprefix("LINLIBAN_").lower(): value for name, value in settings.items()}
    Settings.model_validate({**given, "database_url": url})
    secrets = {service.get("environment", {}).get("POSTGRES_PASSWORD", "") for service in compose["services"].values()}
    assert all(not secret or secret.startswith("${") for secret in secrets)


def test_the_image_holds_every_package_and_no_secret() -> None:
    copied = re.findall(r"^COPY (.+) \S+$", (DEPLOY / "Containerfile").read_text(encoding="utf-8"), re.M)
    folders = {word for words in copied for word in words.split()}
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) <= folders
    assert not folders & {".", ".env", "data"}
    assert all((REPOSITORY / each).exists() for each in folders)
