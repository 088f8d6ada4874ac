"""Saves tensors with torch.save whenever a line comes in: torch-save.py FILE COUNT BYTES plain|fsync.

Answers each line with the seconds that it took, all of which the training thread stands still for."""
import os
import sys
import time

import torch

path, count, size, mode = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
state = {f"tensor{i}": torch.rand(size // count // 4) for i in range(count)}
print("torch", torch.__version__, flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    with open(path, "wb") as file:
        torch.save(state, file)
        if mode == "fsync":
            file.flush()
            os.fsync(file.fileno())
    print(time.perf_counter() - start, flush=True)
