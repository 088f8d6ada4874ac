import { expect, test } from "@jest/globals";
import { interruptAt } from "@reprise/testing";
import "@reprise/testing/jest";
import { trainDigits } from "./train-digits.ts";

test("resumes exactly", async () => {
  // Every batch, every call of the store, any number of times.
  await expect(trainDigits).toResumeExactly();
});

test("survives two kills and a SIGTERM", async () => {
  await expect(trainDigits).toSurvive(interruptAt(5, 6, { step: 20, kind: "term" }));
});
