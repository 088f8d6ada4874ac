import { beforeAll, expect, test } from "@jest/globals";
import { everyInterruption } from "@reprise/testing";
import { useWasm } from "../../src/tfjs/backend.ts";
import { trainWithPlateaus } from "./learning-rate.ts";

beforeAll(useWasm);

test("a learning rate that follows the loss resumes exactly", async () => {
  const { failure, reference, states } = await everyInterruption(trainWithPlateaus, {
    kinds: ["kill"],
  });
  expect(failure?.message).toBeUndefined();
  expect(states).toBeGreaterThan(4);
  expect(reference?.learningRate).toBeGreaterThan(0.003);
  expect(reference?.learningRate).toBeLessThan(0.1);
});
