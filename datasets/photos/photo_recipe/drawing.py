"""Puts a scene together: the room, the machine, its fault, the camera and the light."""

from __future__ import annotations

import random
from collections.abc import Callable

from PIL import Image

from photo_recipe import faults, others
from photo_recipe.canvas import HEIGHT, OVERSAMPLING, WIDTH, Box, Camera, Canvas, Colour
from photo_recipe.espresso import Machine, front, loose_handle, side, tank_box, wand_tip
from photo_recipe.rooms import draw_room
from photo_recipe.scenes import Scene

ESPRESSO = ("one", "duo", "pro")
NOTE_COLOURS: tuple[Colour, ...] = ((252, 228, 128), (250, 246, 236), (250, 196, 176), (190, 224, 208))


def draw(scene: Scene) -> tuple[Image.Image, list[int] | None]:
    """Return the picture and the box of its fault in pixels."""
    dice = random.Random(f"photo/{scene.name}")
    shift = dice.random() * 44 - 22
    camera = _camera(scene, dice, shift)
    canvas = Canvas(camera)
    draw_room(canvas, scene.room, dice)
    box = _subject(canvas, scene, dice, shift)
    if scene.text and scene.fault not in ("wrong_item", "hot_plug"):
        _stick_note(canvas, scene, shift, dice)
    _light(canvas, dice)
    return canvas.develop(scene.name), canvas.box_in_picture(box) if box else None


def _camera(scene: Scene, dice: random.Random, shift: float) -> Camera:
    tilt = (dice.random() - 0.5) * 2.6
    if scene.view != "close" or scene.fault in ("hot_plug", "wrong_item"):
        high = 256 if scene.product in ESPRESSO else 270
        zoom = 1.3 if scene.fault == "hot_plug" else {"one": 1.12, "duo": 1.04, "pro": 0.97}.get(scene.product, 1.12)
        if scene.text:
            zoom = max(0.97, zoom - 0.04)
        return Camera(320 + shift * 0.5, high + (452 - high) * (1 - 1 / zoom) * 0.3, zoom + dice.random() * 0.05, tilt)
    x, y, zoom = _close_up(scene, Machine(scene.product, scene.colour, scene.display, 320 + shift))
    return Camera(x, y, zoom + dice.random() * 0.2, tilt)


def _close_up(scene: Scene, machine: Machine) -> tuple[float, float, float]:
    """Return the middle and the nearness of a close view."""
    if scene.product not in ESPRESSO:
        return {
            "grind": (machine.x, machine.y - 130, 1.75),
            "froth": (machine.x, machine.y - 70, 2.0),
            "pour": (machine.x - 30, machine.y - 66, 1.9),
        }[scene.product]
    if scene.fault == "error_display":
        offset = {"one": (0, 52, 2.5), "duo": (6, 66, 2.15), "pro": (0, 76, 1.75)}[scene.product]
        return machine.x + offset[0], machine.y - machine.height + offset[1], offset[2]
    if scene.fault in ("leak_tank", "cracked_tank") or scene.name == "P-050":
        x, y, w, h = tank_box(machine)
        low = scene.fault == "leak_tank"
        return x + w / 2 + 34, y + h * (0.86 if low else 0.5), 2.3 if low else 1.85
    if scene.fault == "leak_base":
        return machine.x - machine.width * 0.3, machine.y - 44, 2.1
    if scene.fault == "limescale":
        x, y = wand_tip(machine)
        return x + 40, y - 28, 2.5
    return machine.x + 34, machine.y - 104, 2.15


def _subject(canvas: Canvas, scene: Scene, dice: random.Random, shift: float) -> Box | None:
    x = 320 + shift
    if scene.fault == "hot_plug":
        return _hot_plug(canvas, scene, dice, x)
    if scene.fault == "wrong_item":
        return _wrong_item(canvas, scene, x)
    if scene.product in ESPRESSO:
        return _espresso(canvas, scene, dice, x)
    y = 416.0
    is_broken = scene.fault == "error_display"
    if scene.product == "grind":
        others.grind(canvas, x, y, lamp=is_broken, side=scene.view == "side")
        return (x - 24, y - 172, 48, 48) if is_broken else None
    if scene.product == "froth":
        others.froth(canvas, x, y, red=is_broken)
        others.full_cup(canvas, x + 128, y + 14)
        return (x - 66, y - 46, 132, 24) if is_broken else None
    others.pour(canvas, x, y, scene.display)
    if scene.fault == "limescale":
        return faults.crust(canvas, x - 46, y - 246, 38, 24, dice, 200)
    return (x - 104, y - 34, 74, 30) if scene.display else None


def _espresso(canvas: Canvas, scene: Scene, dice: random.Random, x: float) -> Box | None:
    machine = Machine(scene.product, scene.colour, scene.display, x, broken_handle=scene.fault == "broken_handle")
    shows_tank = scene.fault in ("leak_tank", "cracked_tank") or scene.name in ("P-048", "P-050")
    from_the_side = scene.view == "side" or shows_tank
    if scene.fault == "leak_base":
        under = x - 26 if not from_the_side else x + 8
        box = faults.puddle(canvas, under, machine.y + 5, machine.width * 0.62, dice)
    (side if from_the_side else front)(canvas, machine)
    if scene.fault == "leak_base":
        edge = machine.width / 2
        faults.drops(
            canvas, [machine.to(-edge * 0.62, -3), machine.to(edge * 0.1, -2), machine.to(edge * 0.7, -4)], 3.2
        )
        front_box = faults.puddle(canvas, under - machine.width * 0.22, machine.y + 16, machine.width * 0.36, dice)
        return _around(box, front_box)
    at_fault: dict[str, Callable[[], Box | None]] = {
        "leak_tank": lambda: _leaking_tank(canvas, machine, dice),
        "leak_group": lambda: _leaking_group(canvas, machine, dice),
        "broken_handle": lambda: _broken_handle(canvas, scene, machine),
        "error_display": lambda: _display_box(machine),
        "limescale": lambda: _limescale(canvas, machine, dice, in_tank=from_the_side),
        "cracked_tank": lambda: _cracked_tank(canvas, machine, dice),
        "none": lambda: None,
    }
    return at_fault[scene.fault]()


def _leaking_tank(canvas: Canvas, machine: Machine, dice: random.Random) -> Box:
    x, y, _w, h = tank_box(machine)
    low = y + h
    faults.streaks(canvas, [(x + 12, low - 16), (x + 30, low - 10), (x + 44, low - 22)], 18)
    wet = faults.drops(canvas, [(x + 10, low + 9), (x + 27, low + 16), (x + 39, low + 8), (x + 22, low + 38)], 4.6)
    return _around(wet, faults.puddle(canvas, x + 18, machine.y + 6, 58, dice))


def _leaking_group(canvas: Canvas, machine: Machine, dice: random.Random) -> Box:
    wide = 30 if machine.product == "one" else 36
    rim = [machine.to(-wide + 4, -124), machine.to(-wide * 0.3, -122), machine.to(wide - 10, -123)]
    faults.streaks(canvas, rim, 26, faults.COFFEE)
    points = [
        machine.to(-wide + 5, -94),
        machine.to(-wide + 3, -66),
        machine.to(wide - 8, -92),
        machine.to(wide - 6, -72),
    ]
    box = faults.drops(canvas, [*points, machine.to(-wide * 0.3 + 1, -90)], 4.2, faults.COFFEE)
    pool = faults.puddle(canvas, *machine.to(-wide + 2, -43), 13, dice, faults.COFFEE)
    top = machine.to(-wide - 6, -132)
    return _around(_around(box, pool), (top[0], top[1], wide * 2 + 12, 20))


def _broken_handle(canvas: Canvas, scene: Scene, machine: Machine) -> Box:
    wide = 30 if machine.product == "one" else 36
    stub = machine.to(wide, -132)
    if scene.view == "close":
        loose_handle(canvas, *machine.to(wide + 4, -14 if machine.product == "one" else -10))
        return stub[0], stub[1], 44, 30
    lying = machine.to(machine.width * 0.5 + 14, 12)
    loose_handle(canvas, *lying)
    return _around((stub[0], stub[1], 44, 30), (lying[0] - 14, lying[1] - 20, 90, 34))


def _display_box(machine: Machine) -> Box:
    x, y, w, h = {"one": (0, 31, 66, 30), "duo": (38, 38, 78, 34), "pro": (0, 54, 112, 66)}[machine.product]
    left, top = machine.to(x - w / 2, -machine.height + y - h / 2)
    return left - 4, top - 4, w + 8, h + 8


def _limescale(canvas: Canvas, machine: Machine, dice: random.Random, in_tank: bool) -> Box:
    if in_tank:
        x, y, w, h = tank_box(machine)
        upper = faults.crust(canvas, x + 3, y + h * 0.34, w - 8, h * 0.18, dice, 160)
        return _around(upper, faults.crust(canvas, x + 3, y + h * 0.72, w - 8, h * 0.26, dice, 420))
    x, y = wand_tip(machine)
    faults.crust(canvas, x - 3, y - 36, 13, 30, dice, 90)
    box = faults.crust(canvas, x - 11, y - 16, 21, 27, dice, 240)
    return _around(box, (x - 6, y - 40, 20, 36))


def _cracked_tank(canvas: Canvas, machine: Machine, dice: random.Random) -> Box:
    x, y, w, h = tank_box(machine)
    box = faults.crack(canvas, x + w * 0.42, y + h * 0.24, h * 0.44, dice)
    return _around(box, faults.puddle(canvas, x + 16, machine.y + 4, 46, dice)) if dice.random() < 0.6 else box


def _hot_plug(canvas: Canvas, scene: Scene, dice: random.Random, x: float) -> Box:
    colour: Colour = {"black": (66, 66, 72), "steel": (158, 162, 166), "cream": (238, 228, 206)}[scene.colour]
    x, y = x - 40, 316.0
    others.plug(canvas, x, y, colour)
    if scene.text:
        canvas.text(x, y + 58, scene.text, 17, (214, 214, 210))
    return faults.scorch(canvas, x + 40, y + 8, 34, dice)


def _wrong_item(canvas: Canvas, scene: Scene, x: float) -> Box:
    y = 432.0
    if scene.product == "duo":
        others.seal_kit(canvas, x, 330)
        return x - 160, 222.0, 320, 190
    others.carton(canvas, x, y)
    inside: dict[str, Callable[[], Box]] = {
        "grind": lambda: _in_box(lambda: others.froth(canvas, x, y - 40, red=False), (x - 80, y - 252, 176, 110)),
        "one": lambda: _in_box(lambda: others.jug(canvas, x, y - 120), (x - 94, y - 246, 156, 100)),
        "pour": lambda: _in_box(lambda: others.portafilter_alone(canvas, x, y - 92), (x - 54, y - 268, 112, 126)),
    }
    others.packing_paper(canvas, x, y)
    box = inside[scene.product]()
    others.carton_front(canvas, x, y, {"grind": "Grind", "one": "One", "pour": "Pour"}[scene.product])
    return box


def _in_box(draw_it: Callable[[], None], box: Box) -> Box:
    draw_it()
    return box


def _stick_note(canvas: Canvas, scene: Scene, shift: float, dice: random.Random) -> None:
    height = Machine(scene.product, scene.colour, None).height
    beside = {"one": 158, "duo": 176, "pro": 0}[scene.product]
    y = 412 - height + {"one": 40, "duo": 96, "pro": 150}[scene.product]
    others.note(canvas, 320 + shift + beside, y, scene.text or "", NOTE_COLOURS[int(dice.random() * 4)])


def _around(first: Box, second: Box) -> Box:
    left, top = min(first[0], second[0]), min(first[1], second[1])
    right = max(first[0] + first[2], second[0] + second[2])
    bottom = max(first[1] + first[3], second[1] + second[3])
    return left, top, right - left, bottom - top


def _light(canvas: Canvas, dice: random.Random) -> None:
    """Lay light from one side over the picture."""
    size = (WIDTH * OVERSAMPLING, HEIGHT * OVERSAMPLING)
    warm, cool = (255, 226, 172), (212, 228, 255)
    lamp = warm if dice.random() < 0.66 else cool
    strength = 20 + int(dice.random() * 16)
    slope = Image.linear_gradient("L").rotate(90 if dice.random() < 0.5 else 270).resize(size, Image.Resampling.BICUBIC)
    canvas.image.paste(lamp, (0, 0), slope.point([value * strength // 100 for value in range(256)]))
