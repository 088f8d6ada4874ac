import { describe, expect, test } from "@jest/globals";
import { trainDigits } from "../../example/train-digits.ts";
import { everyInterruption } from "../../src/index.ts";
import { byHand } from "./programs/by-hand.ts";
import { streamWithValidation } from "./programs/stream-with-validation.ts";
import { twoOptimizers } from "./programs/two-optimizers.ts";

describe("every interruption of whole programs", () => {
  test.each([
    ["dropout, momentum and early stopping", trainDigits, 30],
    ["a stream and a validation that stops training early", streamWithValidation, 20],
    ["two models with two optimizers, in two loops of an epoch", twoOptimizers, 20],
    ["a loop by hand that a callback completes in the middle of an epoch", byHand, 10],
  ])("%s", async (_name, training, atLeast) => {
    const { failure, states } = await everyInterruption<unknown>(training);
    expect(failure?.message).toBeUndefined();
    expect(states).toBeGreaterThanOrEqual(atLeast);
  });

  test("early stopping ended the streaming training, after the best validation", async () => {
    const { reference } = await everyInterruption(streamWithValidation, { kinds: ["kill"] });
    expect(reference?.ended).toMatchObject({
      kind: "completed",
      reason: /early|val_loss|improve/i,
    });
  });
});
