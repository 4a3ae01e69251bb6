"""The seeded streams of Parable a second time, so that a second implementation of an attack makes the
same random choices: xoshiro128** (Blackman & Vigna 2018), seeded by SHA-256 of a path of names."""

import hashlib
import json
import math
import struct

WORD = 0xFFFFFFFF


class Stream:
    def __init__(self, seed, *path):
        text = json.dumps([str(seed), *path], separators=(",", ":"), ensure_ascii=False)
        digest = hashlib.sha256(text.encode()).digest()
        self.state = list(struct.unpack("<4I", digest[:16]))
        self.spare = None

    def word(self):
        a, b, c, d = self.state
        mixed = (b * 5) & WORD
        mixed = ((mixed << 7) | (mixed >> 25)) & WORD
        result = (mixed * 9) & WORD
        shifted = (b << 9) & WORD
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= shifted
        d = ((d << 11) | (d >> 21)) & WORD
        self.state = [a, b, c, d]
        return result

    def uniform(self):
        high, low = self.word() >> 5, self.word() >> 6
        return (high * 67108864 + low) / 9007199254740992

    def below(self, n):
        limit = 2**32 - 2**32 % n
        while True:
            drawn = self.word()
            if drawn < limit:
                return drawn % n

    def normal(self):
        if self.spare is not None:
            kept, self.spare = self.spare, None
            return kept
        while True:
            x, y = 2 * self.uniform() - 1, 2 * self.uniform() - 1
            square = x * x + y * y
            if 0 < square < 1:
                scale = math.sqrt(-2 * math.log(square) / square)
                self.spare = y * scale
                return x * scale

    def shuffled(self, count):
        """The numbers 0 .. count-1 in random order (Fisher & Yates)."""
        order = list(range(count))
        for i in range(count - 1, 0, -1):
            j = self.below(i + 1)
            order[i], order[j] = order[j], order[i]
        return order


def positions(rows, most, seed, purpose):
    return Stream(seed, "attack", purpose).shuffled(rows)[:most]
