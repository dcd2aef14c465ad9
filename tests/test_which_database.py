"""What no database can change is proved once: nobody who does come by a database is left out on PostgreSQL."""

import os
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parent
A_SERVER = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
A_FILE = """
import pytest

@pytest.mark.parametrize("fixture", ["database_url", "bare_database_url"])
def test_in_passing(request, fixture):
    assert request.getfixturevalue(fixture)

def test_by_name(database_url, tmp_path):
    assert database_url

def test_by_another_name(bare_database_url):
    assert bare_database_url

def test_without(tmp_path):
    pass
"""


def what_becomes_of(folder: Path, *options: str, server: str = "") -> str:
    file = folder / "test_it.py"
    file.write_text(A_FILE, encoding="utf-8")
    given = os.environ | {"PYTHONPATH": str(TESTS.parent), "PYTEST_ADDOPTS": "", "LINLIBAN_TEST_DATABASE_URL": server}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", *options, str(file)]
    return subprocess.run(command, cwd=folder, env=given, capture_output=True, text=True, check=False).stdout


def test_whoever_comes_by_a_database_in_passing_fails_where_he_runs(tmp_path: Path) -> None:
    said = what_becomes_of(tmp_path)
    assert "2 failed, 3 passed" in said, said
    assert "came by a database without naming its fixture" in said


def test_on_postgresql_whoever_names_one_is_there(tmp_path: Path) -> None:
    said = what_becomes_of(tmp_path, "--collect-only", server=A_SERVER)
    assert "2/5 tests collected (3 deselected)" in said, said
    assert "::test_by_name" in said
    assert "::test_by_another_name" in said


def test_only_a_test_s_own_file_looks_which_server_it_is() -> None:
    """Whether it does is known by what stands in that file; a fixture elsewhere would hide it."""
    helpers = [file for file in TESTS.rglob("*.py") if not file.name.startswith("test_")]
    helpers.remove(TESTS / "conftest.py")
    speak_of_it = ("POSTGRES", "TEST_DATABASE_URL", "_postgres_with_schema", "_create(")
    assert [file for file in helpers if any(word in file.read_text(encoding="utf-8") for word in speak_of_it)] == []
