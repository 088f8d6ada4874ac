import { expect, jest, test } from "@jest/globals";
import { memory } from "@reprise/loop";
import { everyInterruption } from "@reprise/testing";
import { trainGan } from "./gan.ts";

jest.setTimeout(300_000);

test("two models with two optimizers resume exactly from every interruption", async () => {
  const { failure, reference, states } = await everyInterruption(trainGan);
  expect(failure?.message).toBeUndefined();
  // A save after each of six batches, and what lies between.
  expect(states).toBeGreaterThan(6);
  expect(reference).toEqual(await trainGan({ store: memory() }));
  expect(reference?.losses).toHaveLength(12);
});
