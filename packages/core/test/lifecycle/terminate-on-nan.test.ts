import { describe, expect, test } from "@jest/globals";
import { TerminateOnNaN } from "../../src/lifecycle/terminate-on-nan.ts";
import { makeToy, rejection } from "./toy.ts";

describe("TerminateOnNaN", () => {
  test.each([NaN, Infinity, -Infinity])(
    "fails the run at a batch that logs %p, before anything is saved",
    async (value) => {
      const first = makeToy({ saveFreq: 1, callbacks: [new TerminateOnNaN()] });
      await first.training.begin();
      await first.batch(1);
      expect(await rejection(first.batch(value))).toMatchObject({
        code: "NOT_FINITE",
        exitCode: 78,
        message: expect.stringContaining(String(value)),
        details: { name: "loss", value, epoch: 0, step: 2 },
      });
      expect(first.training.ending).toMatchObject({ kind: "failed" });
      const second = makeToy({ store: first.store });
      expect(await second.training.begin()).toMatchObject({ step: 1 });
      expect(second.state.weights[0]).toBe(1);
    },
  );

  test("fails the run at an epoch whose logs are not finite, before its save", async () => {
    const first = makeToy({ callbacks: [new TerminateOnNaN()] });
    await first.training.begin();
    await first.training.epochEnd({ val_loss: 1 });
    expect(await rejection(first.training.epochEnd({ val_loss: NaN }))).toMatchObject({
      code: "NOT_FINITE",
      details: { name: "val_loss", epoch: 1 },
    });
    expect(await makeToy({ store: first.store }).training.begin()).toMatchObject({ epoch: 1 });
  });

  test("looks at all names, or at those it is told", async () => {
    const toy = makeToy({ callbacks: [new TerminateOnNaN({ monitor: ["loss"] })] });
    await toy.training.begin();
    await toy.training.batchEnd({ loss: 1, perplexity: Infinity });
    expect(await rejection(toy.training.batchEnd({ loss: NaN }))).toMatchObject({
      code: "NOT_FINITE",
    });
  });

  test("stands before the save wherever it stands in the list", async () => {
    const toy = makeToy({ saveFreq: 1, callbacks: [{}, new TerminateOnNaN()] });
    await toy.training.begin();
    await rejection(toy.batch(NaN));
    expect(await toy.store.list()).toEqual(["ledger-1-2.jsonl", "lease-2.json"]);
  });
});
