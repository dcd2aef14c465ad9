"""What a practice play is made of (people, groups, phones, a clock, a guided tour) and how it is read from a file."""

from sandbox.scene.cast import PHOTOS as PHOTOS
from sandbox.scene.cast import Act as Act
from sandbox.scene.cast import Actor as Actor
from sandbox.scene.cast import ClockControl as ClockControl
from sandbox.scene.cast import GroupInfo as GroupInfo
from sandbox.scene.cast import Part as Part
from sandbox.scene.cast import Phone as Phone
from sandbox.scene.cast import Scene as Scene
from sandbox.scene.cast import Step as Step
from sandbox.scene.cast import TurnTo as TurnTo
from sandbox.scene.cast import Until as Until
from sandbox.scene.reading import SceneMistake as SceneMistake
from sandbox.scene.reading import load_scene as load_scene
from sandbox.scene.reading import load_tour as load_tour
