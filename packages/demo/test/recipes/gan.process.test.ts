import { beforeAll, test } from "@jest/globals";
import { useWasm } from "../../src/tfjs/backend.ts";
import { trainGan } from "./gan.ts";
import { resumesExactly } from "./resumes-exactly.ts";

beforeAll(useWasm);

test("two models of TensorFlow.js with two optimizers resume exactly", async () => {
  await resumesExactly(trainGan, { kinds: ["kill"] });
});
