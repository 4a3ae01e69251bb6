"""The same network as bench/language.mjs in torch: seconds a step, one thread.

usage: python3 language.py STEPS [--large]; prints one JSON line. Needs torch (PyPI).
"""

import json
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(int(next((a.split("=")[1] for a in sys.argv if a.startswith("--threads=")), "1")))
steps = int(sys.argv[1])
if "--large" in sys.argv:
    width, layers, heads, hidden, words = 128, 4, 4, 512, [160] * 15
else:
    width, layers, heads, hidden = 64, 2, 4, 128
    words = [75, 9, 100, 16, 16, 8, 15, 6, 5, 2, 30, 30, 60, 43, 2]
tokens, examples = len(words), 256


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.attend, self.merge = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.widen, self.narrow = nn.Linear(width, hidden), nn.Linear(hidden, width)

    def forward(self, x):
        h = F.layer_norm(x, (width,))
        q, k, v = (
            part.view(examples, tokens, heads, -1).transpose(1, 2) for part in self.attend(h).split(width, -1)
        )
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.merge(mixed.transpose(1, 2).reshape(examples, tokens, width))
        return x + self.narrow(F.relu(self.widen(F.layer_norm(x, (width,)))))


class Rows(nn.Module):
    def __init__(self):
        super().__init__()
        self.told = nn.ModuleList(nn.Embedding(size, width) for size in words)
        self.ask = nn.Embedding(tokens, width)
        self.blocks = nn.Sequential(*(Block() for _ in range(layers)))
        self.heads = nn.ModuleList(nn.Linear(width, size) for size in words)

    def forward(self, rows):
        told = [torch.zeros(examples, width)] + [table(rows[:, at]) for at, table in enumerate(self.told)][:-1]
        x = torch.stack(told, 1) + self.ask.weight
        x = F.layer_norm(self.blocks(x), (width,))
        return sum(
            F.cross_entropy(head(x[:, at]), rows[:, at]) for at, head in enumerate(self.heads)
        )


torch.manual_seed(1)
model = Rows()
rows = torch.stack([torch.randint(size, (examples,)) for size in words], 1)
adam = torch.optim.Adam(model.parameters(), 1e-3)


def step():
    adam.zero_grad()
    model(rows).backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    adam.step()


for _ in range(3):
    step()
walls, cpus = [], []
for _ in range(steps):
    wall, cpu = time.perf_counter(), time.process_time()
    step()
    walls.append(time.perf_counter() - wall)
    cpus.append(time.process_time() - cpu)
size = sum(each.numel() for each in model.parameters())
print(json.dumps({"backend": "torch", "parameters": size, "wall": statistics.median(walls), "cpu": statistics.median(cpus)}))
