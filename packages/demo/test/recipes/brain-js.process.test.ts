import { expect, test } from "@jest/globals";
import { everyInterruption, type TrainingIo } from "@reprise/testing";
import { trainWithBrain } from "./brain-js.ts";

test.each([
  ["Adam", (io: TrainingIo) => trainWithBrain(io)],
  ["momentum", (io: TrainingIo) => trainWithBrain(io, null)],
])("a network of brain.js resumes exactly with %s", async (_name, recipe) => {
  const { failure, states } = await everyInterruption(recipe);
  expect(failure?.message).toBeUndefined();
  expect(states).toBeGreaterThan(4);
});
