import { beforeAll, expect, test } from "@jest/globals";
import { useWasm } from "../../src/tfjs/backend.ts";
import { trainWithPlateaus } from "./learning-rate.ts";
import { resumesExactly } from "./resumes-exactly.ts";

beforeAll(useWasm);

test("a learning rate that follows the loss resumes exactly", async () => {
  const result = await resumesExactly(trainWithPlateaus, { kinds: ["kill"] });
  expect(result?.learningRate).toBeGreaterThan(0.003);
  expect(result?.learningRate).toBeLessThan(0.1);
});
