import { expect, test } from "@jest/globals";
import { everyInterruption } from "@reprise/testing";
import { trainWithJax } from "./jax-js.ts";

test("a tree of arrays of jax-js resumes exactly", async () => {
  const { failure, states } = await everyInterruption(trainWithJax);
  expect(failure?.message).toBeUndefined();
  expect(states).toBeGreaterThan(4);
});
