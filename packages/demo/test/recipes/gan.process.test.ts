import { beforeAll, expect, test } from "@jest/globals";
import { everyInterruption } from "@reprise/testing";
import { useWasm } from "../../src/tfjs/backend.ts";
import { trainGan } from "./gan.ts";

beforeAll(useWasm);

test("two models of TensorFlow.js with two optimizers resume exactly", async () => {
  const { failure, states } = await everyInterruption(trainGan, { kinds: ["kill"] });
  expect(failure?.message).toBeUndefined();
  expect(states).toBeGreaterThan(4);
});
