import { beforeAll, expect, test } from "@jest/globals";
import { useWasm } from "../../src/tfjs/backend.ts";
import { trainOnPipeline } from "./data-pipeline.ts";
import { resumesExactly } from "./resumes-exactly.ts";

beforeAll(useWasm);

test("a pipeline that shuffles and reads ahead resumes exactly", async () => {
  const result = await resumesExactly(trainOnPipeline, { kinds: ["kill"] });
  expect(result?.history["loss"]).toHaveLength(3);
});
