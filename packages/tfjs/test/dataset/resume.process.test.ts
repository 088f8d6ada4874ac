import { expect, test } from "@jest/globals";
import "@reprise/testing/jest";
import { trainings } from "./trainings.ts";

test.each(Object.entries(trainings))(
  "%s resumes exactly, wherever it is interrupted",
  async (_, train) => {
    await expect(train).toResumeExactly();
  },
);
