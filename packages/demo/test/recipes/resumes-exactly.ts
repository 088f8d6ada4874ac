import { expect } from "@jest/globals";
import { everyInterruption, type ExplorationOptions, type TrainingIo } from "@reprise/testing";

/** Interrupts a recipe everywhere. Resolves to what it gives undisturbed. */
export async function resumesExactly<Result>(
  recipe: (io: TrainingIo) => Promise<Result>,
  options?: ExplorationOptions,
): Promise<Result | undefined> {
  const { failure, states, reference } = await everyInterruption(recipe, options);
  expect(failure?.message).toBeUndefined();
  expect(states).toBeGreaterThan(4);
  return reference;
}
