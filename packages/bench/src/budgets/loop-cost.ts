import {
  BackupAndRestore,
  EarlyStopping,
  History,
  memory,
  TerminateOnNaN,
  train,
  Training,
} from "@reprise/loop";
import { atMost, control, type Row } from "../row.ts";
import { Samples, time } from "../samples.ts";

const batches = 200_000;
const rounds = 15;

let sink = 0;

/** What a batch costs above a bare `for`, with four callbacks and nothing due. In microseconds. */
export async function measureLoopCost(): Promise<Row[]> {
  const bare = new Samples();
  const again = new Samples();
  const byHand = new Samples();
  const inLoop = new Samples();
  for (let round = 0; round < rounds; round++) {
    bare.add(await time(runBare));
    byHand.add(await time(await prepareByHand()));
    inLoop.add(await time(await prepareLoop()));
    again.add(await time(runBare));
  }
  const above = (samples: Samples): number => ((samples.median - bare.median) * 1000) / batches;
  const detail = (samples: Samples): string =>
    `µs a batch above a bare for: ${samples.text}, bare ${bare.text}`;
  return [
    control("bare loop, µs a batch above itself", above(again), detail(again)),
    atMost("batchEnd with four callbacks, nothing due, µs", above(byHand), 1, detail(byHand)),
    atMost("train() loop with four callbacks, nothing due, µs", above(inLoop), 1, detail(inLoop)),
  ];
}

function runBare(): void {
  const logs = { loss: 0 };
  for (let batch = 0; batch < batches; batch++) logs.loss = work(batch);
}

/** Something that cannot be optimised away, and is the same in all loops. */
function work(batch: number): number {
  sink = (sink * 31 + batch) | 0;
  return sink & 255;
}

function options() {
  return {
    state: { weights: new Float32Array(16) },
    callbacks: [
      new BackupAndRestore(memory(), { saveFreq: 1e9, onEvent: () => {} }),
      new History(),
      new EarlyStopping({ monitor: "loss" }),
      new TerminateOnNaN(),
    ],
  };
}

async function prepareByHand(): Promise<() => Promise<void>> {
  const training = new Training(options());
  await training.begin();
  return async () => {
    for (let batch = 0; batch < batches; batch++) {
      const due = training.batchEnd({ loss: work(batch) });
      if (due) await due;
    }
  };
}

async function prepareLoop(): Promise<() => Promise<void>> {
  const run = await train({ ...options(), epochs: 1 });
  const data = {
    *[Symbol.iterator]() {
      for (let batch = 0; batch < batches; batch++) yield batch;
    },
  };
  return async () => {
    for await (const epoch of run.epochs()) {
      for await (const batch of epoch.batches(data)) batch.logs["loss"] = work(batch.value);
    }
  };
}
