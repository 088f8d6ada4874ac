import { describe, expect, test } from "@jest/globals";
import { BackupAndRestore, type CheckpointStore, type StateDict } from "@reprise/core";
import { everyInterruption } from "@reprise/testing";
import { fit, type FitArgs } from "../../src/index.ts";
import * as tf from "../tf.ts";
import { type Case, dense, kinds } from "./models.ts";
import { outcomeOf } from "./outcome.ts";

const common: FitArgs = { epochs: 2, batchSize: 3, seed: 7 };

/** A training that begins anew from the same weights in each life, and saves behind every batch. */
function training(make: () => Case, args: FitArgs = {}) {
  return async ({ store }: { readonly store: CheckpointStore }): Promise<StateDict> => {
    const { model, x, y, args: own } = make();
    const callbacks = [args.callbacks ?? []].flat();
    const history = await fit(model, x, y, {
      ...common,
      ...own,
      ...args,
      callbacks: [new BackupAndRestore(store, { saveFreq: 1 }), ...callbacks],
    });
    return outcomeOf(model, history);
  };
}

describe("fit resumes to the bit after every kill", () => {
  test.each(Object.entries(kinds))("with %s", async (_, make) => {
    const { failure, states } = await everyInterruption(training(make), { kinds: ["kill"] });
    expect(failure?.message).toBeUndefined();
    // One for each of the saves, and the one before all.
    expect(states).toBeGreaterThan(4);
  });
});

test("fit resumes to the bit after every kill, notice and failure of the store", async () => {
  const make = (): Case => ({
    ...dense("adam", { dropout: 0.4 }),
    args: { validationSplit: 0.2 },
  });
  const early = (): FitArgs => ({
    epochs: 3,
    callbacks: [
      tf.callbacks.earlyStopping({ monitor: "loss", patience: 1, minDelta: 10 }),
      { onBatchEnd: () => {} },
    ],
  });
  const { failure, states, reference } = await everyInterruption(async (io) =>
    training(make, early())(io),
  );
  expect(failure?.message).toBeUndefined();
  expect(states).toBeGreaterThan(4);
  // It stops one epoch before the last, and does so after every interruption.
  expect(reference?.["epoch"]).toEqual([0, 1]);
});
