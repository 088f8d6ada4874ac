import { beforeAll, expect, test } from "@jest/globals";
import { BackupAndRestore } from "@reprise/core";
import { everyInterruption } from "@reprise/testing";
import "@reprise/testing/jest";
import { fit } from "../../src/index.ts";
import * as tf from "../tf.ts";
import { useWasm } from "../wasm.ts";
import { deterministic, kindsOnWasm } from "./models.ts";
import { outcomeOf } from "./outcome.ts";

beforeAll(() => useWasm());

test.each(Object.entries(deterministic).filter(([name]) => name in kindsOnWasm))(
  "on wasm, fit comes to the same bits as model.fit with %s",
  async (_name, make) => {
    const [plain, ours] = [make(), make()];
    const own = { epochs: 2, batchSize: 3, shuffle: false };
    const history = await plain.model.fit(plain.x, plain.y, {
      ...own,
      ...(plain.args as tf.ModelFitArgs),
    });
    const ourHistory = await fit(ours.model, ours.x, ours.y, { ...own, ...ours.args });
    const outcome = await outcomeOf(ours.model, ourHistory);
    expect(outcome).toBeBitIdenticalTo(await outcomeOf(plain.model, history));
    expect(outcome).toHaveProperty("model.backend.wasm");
  },
);

test.each(Object.entries(kindsOnWasm))(
  "on wasm, fit resumes to the bit after every kill with %s",
  async (_name, make) => {
    const { failure, states } = await everyInterruption(
      async ({ store }) => {
        const { model, x, y, args } = make();
        const own = { epochs: 2, batchSize: 3, seed: 3 };
        const callbacks = new BackupAndRestore(store, { saveFreq: 1 });
        return outcomeOf(model, await fit(model, x, y, { ...own, ...args, callbacks }));
      },
      { kinds: ["kill"] },
    );
    expect(failure?.message).toBeUndefined();
    expect(states).toBeGreaterThan(4);
    expect(tf.getBackend()).toBe("wasm");
  },
);
