// The training that is under torture. It has every kind of state that a training has, and ends the
// same, bit for bit, however often it is interrupted.
import { createHash } from "node:crypto";
import { appendFileSync } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import {
  BackupAndRestore,
  type CheckpointStore,
  EarlyStopping,
  History,
  keyedRandom,
  type RandomStream,
  sequentialBatches,
  shuffledBatches,
  train,
} from "@reprise/loop";
import { exportFile } from "@reprise/node";

/** Weights and velocity of this many numbers are 64 KiB: a write of several blocks of a disk. */
const size = 8192;

interface State {
  readonly weights: Float32Array;
  readonly optimizer: { readonly velocity: Float32Array; learningRate: number };
  readonly seen: number[];
}

/** How the training of a life differs from the plain one; its result never does. */
export interface TrainingOrder {
  /** Holds `acknowledged`, an account of the saves that is kept apart from them, and `result`. */
  readonly folder: string;
  /** Saves while training goes on, as by default, instead of one after the other; a step takes 1 ms. */
  readonly inBackground?: boolean;
  /** Ends by SIGKILL as soon as this is the next step. */
  readonly dieAtStep?: number;
  /** Makes calls of the system count on after those that Node makes in its main thread. */
  readonly isTraced?: boolean;
  /** Writes its checkpoints in the thread that trains, as where there can be no other. */
  readonly isAlone?: boolean;
}

/**
 * The n-th call of its kind is counted for each thread by itself. Enough calls elsewhere, in the
 * thread that works on the directory, and what it does there is beyond what all others ever count.
 */
async function countAhead(): Promise<void> {
  for (let count = 0; count < 50; count++) {
    await readdir("/proc/self/ns");
    const file = await open("/dev/null");
    await file.stat();
    await file.read(new Uint8Array(1), 0, 1, 0);
    await file.close();
  }
}

/** One life of the training. Says on stdout what it does, one line each. */
export async function trainOn(store: CheckpointStore, order: TrainingOrder): Promise<void> {
  if (order.isTraced) await countAhead();
  const state: State = {
    weights: Float32Array.from({ length: size }, (_, index) => Math.sin(index)),
    optimizer: { velocity: new Float32Array(size), learningRate: 0.25 },
    seen: [],
  };
  const random = keyedRandom(42);
  const history = new History();
  const stopping = new EarlyStopping({ monitor: "val_loss", patience: 1, minDelta: 0.2 });
  const { openSaver: _, ...inThisThread } = store;
  const backup = new BackupAndRestore(order.isAlone ? inThisThread : store, {
    saveFreq: 3,
    sync: order.inBackground !== true,
    onEvent: (event) => {
      if (event.type === "saved") {
        appendFileSync(join(order.folder, "acknowledged"), `${event.position.step}\n`);
      }
      console.log(`${event.type} ${event.message}`);
    },
  });
  const run = await train({
    epochs: 6,
    state: { state },
    callbacks: [stopping, history, backup],
    onCompleted: async () => {
      const result = digest([state, history.stateDict(), stopping.stateDict()]);
      await exportFile(join(order.folder, "result"), Buffer.from(result));
    },
  });
  console.log(`from ${run.position.step}`);
  for await (const epoch of run.epochs()) {
    if (epoch.fresh) state.optimizer.learningRate *= 0.9;
    for await (const batch of epoch.batches(shuffledBatches(20, { batchSize: 4, random }))) {
      console.log(`step ${run.position.step}`);
      if (run.position.step === order.dieAtStep) process.kill(process.pid, "SIGKILL");
      if (order.inBackground) await setTimeout(1);
      const dropout = random("dropout", epoch.index, batch.index);
      batch.logs["loss"] = step(state, batch.value, dropout);
    }
    for await (const batch of epoch.validation(sequentialBatches(4, { batchSize: 2 }))) {
      batch.logs["loss"] = 1 / (1 + epoch.index) + (state.weights[batch.index] ?? 0) * 1e-3;
    }
  }
  console.log(`ended ${run.ended?.reason}`);
}

function step(
  { weights, optimizer, seen }: State,
  batch: Uint32Array,
  dropout: RandomStream,
): number {
  let loss = 0;
  for (const sample of batch) seen.push(sample);
  for (let index = 0; index < size; index++) {
    const sample = batch[index % batch.length] ?? 0;
    const weight = weights[index] ?? 0;
    const error = index % 64 === 0 && dropout.next() < 0.2 ? 0 : weight - Math.cos(sample + index);
    loss += error * error;
    optimizer.velocity[index] = 0.9 * (optimizer.velocity[index] ?? 0) + error;
    weights[index] = weight - optimizer.learningRate * (optimizer.velocity[index] ?? 0);
  }
  return loss / size;
}

/** A SHA-256 over every bit of plain data, tensors and numbers. */
function digest(data: unknown): string {
  const hash = createHash("sha256");
  const visit = (name: string, value: unknown): void => {
    hash.update(`${name}:`);
    if (ArrayBuffer.isView(value)) {
      hash.update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    } else if (typeof value === "number") hash.update(new Float64Array([value]));
    else if (typeof value === "object" && value !== null) {
      for (const [key, child] of Object.entries(value)) visit(key, child);
    } else hash.update(`${typeof value} ${String(value)}`);
  };
  visit("result", data);
  return hash.digest("hex");
}
