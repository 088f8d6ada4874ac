import { test } from "@jest/globals";
import { trainWithJax } from "./jax-js.ts";
import { resumesExactly } from "./resumes-exactly.ts";

test("a tree of arrays of jax-js resumes exactly", async () => {
  await resumesExactly(trainWithJax);
});
