"""What every story begins with: the neighbourhood of Xizhu on a Monday morning at nine."""

from collections.abc import AsyncIterator

import pytest

from tests.world import Chat, Person, World, played

SOUTH = -1001000000001
NORTH = -1001000000002
FIRM_GROUP = -1001000000011


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    async with played(database_url) as world:
        yield world


@pytest.fixture
def south(world: World) -> Chat:
    """西渚花苑南区议事群"""
    return world.chat(SOUTH)


@pytest.fixture
def firm(world: World) -> Chat:
    """物业工作群"""
    return world.chat(FIRM_GROUP)


@pytest.fixture
def wang(world: World) -> Person:
    return world.person(2101, "王阿姨", SOUTH)


@pytest.fixture
def zhang(world: World) -> Person:
    return world.person(2102, "张大爷", SOUTH)


@pytest.fixture
def li(world: World) -> Person:
    """The property firm's repairman."""
    return world.person(2002, "李师傅", FIRM_GROUP, started=True)


@pytest.fixture
def chen(world: World) -> Person:
    """The coordinator."""
    return world.person(2001, "陈主任", SOUTH, started=True)


@pytest.fixture
def zhou(world: World) -> Person:
    """The grid worker of 南区."""
    return world.person(2003, "周网格员", SOUTH, started=True)


@pytest.fixture
def north(world: World) -> Chat:
    """西渚花苑北区议事群"""
    return world.chat(NORTH)
