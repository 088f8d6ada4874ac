import { join } from "node:path";
import { BackupAndRestore, keyedRandom, type SavePolicy, train } from "@reprise/loop";
import { directory } from "@reprise/node";
import { atMost, control, type Row } from "../row.ts";
import { createTensors, type Tensors } from "../state.ts";
import { bootstrapMedian, medianOf } from "../statistics.ts";

const bytes = 100 * 2 ** 20;
const rounds = 40;
const windowMs = 2000;
const saveEveryMs = 1000;

const kinds = ["plain", "again", "saving"] as const;
type Kind = (typeof kinds)[number];

/**
 * By how much a busy loop is slower while it saves 100 MiB a second, in %: each round is a window of
 * each kind in a random order, and is compared with itself, since the speed of a machine drifts.
 */
export async function measureSlowdown(folder: string): Promise<Row[]> {
  const loop = await startLoop(folder);
  const order = keyedRandom(1)("order");
  const slowdown: Record<"again" | "saving", number[]> = { again: [], saving: [] };
  for (let round = -1; round < rounds; round++) {
    const speed: Record<Kind, number> = { plain: 0, again: 0, saving: 0 };
    const shuffled = [...kinds];
    order.shuffle(shuffled);
    for (const kind of shuffled) speed[kind] = await loop.runWindow(kind === "saving");
    if (round < 0) continue;
    slowdown.again.push(100 * (1 - speed.again / speed.plain));
    slowdown.saving.push(100 * (1 - speed.saving / speed.plain));
  }
  await loop.leave();
  const [, nothing] = bootstrapMedian(slowdown.again);
  const [, saving] = bootstrapMedian(slowdown.saving);
  return [
    control("slowdown of a busy loop against itself, % at most", nothing, describe(slowdown.again)),
    atMost(
      "slowdown at one 100 MiB save a second, % at most",
      saving,
      2,
      describe(slowdown.saving),
    ),
  ];
}

function describe(slowdown: readonly number[]): string {
  const [low, high] = bootstrapMedian(slowdown);
  const median = medianOf(slowdown).toFixed(2);
  return `median ${median} %, 95 % interval [${low.toFixed(2)}, ${high.toFixed(2)}], ${rounds} pairs`;
}

interface BusyLoop {
  /** Trains for a while, with or without saves. Resolves to steps a second. */
  runWindow(isSaving: boolean): Promise<number>;
  leave(): Promise<void>;
}

async function startLoop(folder: string): Promise<BusyLoop> {
  const tensors = createTensors(37, bytes);
  const trainStep = createTrainStep(tensors);
  let isDue = false;
  const saves = { asked: 0, durable: 0 };
  const saveFreq: SavePolicy = {
    name: "when the bench asks",
    epochsOnly: false,
    isDue: () => isDue,
  };
  const run = await train({
    state: { tensors },
    callbacks: [
      new BackupAndRestore(directory(join(folder, "slowdown")), {
        saveFreq,
        preemption: false,
        frozen: ["tensors"],
        onSaveError: "throw",
        onEvent: ({ type }) => {
          if (type === "saveSuperseded") throw new Error("A save takes longer than a second.");
          if (type === "saved") saves.durable++;
        },
      }),
    ],
  });
  const steps = run.steps(Number.MAX_SAFE_INTEGER)[Symbol.asyncIterator]();
  await steps.next();

  const step = async (): Promise<void> => {
    trainStep();
    await steps.next();
    isDue = false;
  };
  return {
    async runWindow(isSaving) {
      const start = performance.now();
      let count = 0;
      let nextSave = isSaving ? start : Infinity;
      let now = start;
      for (; now - start < windowMs; now = performance.now()) {
        if (now >= nextSave) {
          isDue = true;
          saves.asked++;
          nextSave += saveEveryMs;
        }
        await step();
        count++;
      }
      // What is still being written is no matter of the next window.
      while (saves.durable < saves.asked) await step();
      return (1000 * count) / (now - start);
    },
    async leave() {
      await steps.return?.();
    },
  };
}

/** Elements that one step reads and changes: a millisecond of work, more than a core's caches hold. */
const elements = 2 ** 20;

/** A step of SGD on one part of the state after the other. */
function createTrainStep(tensors: Tensors): () => void {
  const all = Object.values(tensors);
  const gradients = new Float32Array(elements).map(() => Math.random() - 0.5);
  let next = 0;
  return () => {
    const tensor = all[next++ % all.length] as Float32Array;
    const length = Math.min(elements, tensor.length);
    for (let at = 0; at < length; at++) {
      tensor[at] = (tensor[at] as number) * 0.999 - 1e-3 * (gradients[at] as number);
    }
  };
}
