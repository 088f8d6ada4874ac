import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { BackupAndRestore } from "@reprise/core";
import { everyInterruption } from "@reprise/testing";
import "@reprise/testing/jest";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { fit } from "../../src/index.ts";
import * as tf from "../tf.ts";
import { dense, deterministic, gru } from "./models.ts";
import { outcomeOf } from "./outcome.ts";

beforeAll(async () => {
  const main = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(join(dirname(main), "/"));
  expect(await tf.setBackend("wasm")).toBe(true);
});

// Its backend has no gradient of a convolution.
const { "convolution and batch normalization": _, ...trainable } = deterministic;

test.each(Object.entries(trainable))(
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

test.each(
  Object.entries({
    ...trainable,
    dropout: () => dense("adam", { dropout: 0.4 }),
    "gru with both dropouts": () => gru({ dropout: 0.3 }),
  }),
)("on wasm, fit resumes to the bit after every kill with %s", async (_name, make) => {
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
});
