import { setImmediate } from "node:timers/promises";
import { BackupAndRestore, EarlyStopping, everySteps, History, train } from "@reprise/loop";
import type { TrainingIo } from "../../../src/index.ts";

/** A stream that is read item by item, as a file would be, and cannot be looked into. */
async function* readings(from: number, count: number): AsyncGenerator<number> {
  for (let index = 0; index < count; index += 1) {
    await setImmediate();
    yield Math.sin(from + index);
  }
}

/** Fits a line to a stream, and stops early by what it validates on. */
export async function streamWithValidation({ store }: TrainingIo) {
  const model = { slope: 0, offset: 0, best: Infinity };
  const history = new History();
  const run = await train({
    epochs: 6,
    state: { model },
    callbacks: [
      new BackupAndRestore(store, { saveFreq: everySteps(2), keepPrevious: true }),
      history,
      new EarlyStopping({ monitor: "val_loss", patience: 1 }),
    ],
  });
  for await (const epoch of run.epochs()) {
    for await (const batch of epoch.batches(readings(epoch.index, 5))) {
      const error = model.slope * batch.index + model.offset - batch.value;
      model.slope -= 0.01 * error * batch.index;
      model.offset -= 0.1 * error;
      epoch.totals["squares"] = (epoch.totals["squares"] ?? 0) + error * error;
      batch.logs["loss"] = error * error;
    }
    for await (const batch of epoch.validation(readings(100, 3))) {
      const error = model.offset - batch.value + epoch.index ** 2 / 20;
      model.best = Math.min(model.best, error * error);
      batch.logs["loss"] = error * error;
    }
    epoch.logs["squares"] = epoch.totals["squares"] ?? 0;
  }
  return { model, history: history.stateDict(), ended: run.ended };
}
