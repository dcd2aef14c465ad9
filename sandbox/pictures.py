"""The only place that draws the town's photos and measures uploaded ones; no image library needed."""

import struct
import zlib

PALETTE = bytes.fromhex("bcd8ee f7d26b 8a9a5b 6b6f76 3c3f45 c96f4a f2ece0 4f7cac".replace(" ", ""))
SKY, SUN, GRASS, ROAD, CRACK, WALL, WINDOW, DOOR = range(8)


def draw(seed: int, width: int = 640, height: int = 480) -> bytes:
    """A PNG of a courtyard: sky, a house, a road with a crack. Each seed gives another one."""
    house, road = height // 4 + seed * 7 % (height // 6), height * 2 // 3
    sun, crack = seed * 53 % (width - 40), width // 3 + seed * 31 % (width // 3)
    lines: list[bytes] = []
    for y in range(height):
        line = bytearray([SKY if y < road - height // 12 else GRASS if y < road else ROAD]) * width
        if height // 16 < y < height // 8:
            line[sun : sun + 40] = bytes([SUN]) * 40
        if house < y < road:
            line[width // 6 : width * 5 // 6] = facade(y - house, width * 5 // 6 - width // 6, seed)
        if y >= road:
            start = crack + abs((y + seed) % 40 - 20)
            line[start : start + 6] = bytes([CRACK]) * 6
        lines.append(b"\0" + bytes(line[:width]))
    return png(width, height, b"".join(lines))


def facade(y: int, width: int, seed: int) -> bytes:
    storey = bytes([WALL]) * 14 + bytes([WINDOW if (y // 30 + seed) % 2 else DOOR]) * 18
    row = storey if 8 < y % 30 < 24 else bytes([WALL])
    return (row * (width // len(row) + 1))[:width]


def png(width: int, height: int, rows: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"PLTE", PALETTE), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(name, data) for name, data in chunks)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def measure(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG, GIF or JPEG; None for anything else."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if data[:4] == b"GIF8" and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return width, height
    return measure_jpeg(data) if data[:2] == b"\xff\xd8" else None


def measure_jpeg(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, size = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + size
    return None
