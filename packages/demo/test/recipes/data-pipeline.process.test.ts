import { beforeAll, expect, test } from "@jest/globals";
import { everyInterruption } from "@reprise/testing";
import { useWasm } from "../../src/tfjs/backend.ts";
import { trainOnPipeline } from "./data-pipeline.ts";

beforeAll(useWasm);

test("a pipeline that shuffles and reads ahead resumes exactly", async () => {
  const { failure, reference, states } = await everyInterruption(trainOnPipeline, {
    kinds: ["kill"],
  });
  expect(failure?.message).toBeUndefined();
  expect(states).toBeGreaterThan(4);
  expect(reference?.history["loss"]).toHaveLength(3);
});
