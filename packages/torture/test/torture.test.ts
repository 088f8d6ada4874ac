import { expect, test } from "@jest/globals";
import type { Storm } from "../src/storm.ts";
import { torture } from "../src/torture.ts";
import type { Workshop } from "../src/workshop.ts";

// These storms start no training.
const workshop: Workshop = {
  undisturbed: "",
  leftovers: [],
  makeFolder: () => Promise.reject(new Error("no folder is needed")),
  live: () => Promise.reject(new Error("no life is needed")),
};

const calm: Storm = {
  name: "calm",
  faults: "F0",
  plan: async () => ["a", "b", "c"].map((name) => ({ name, run: async () => "survived" })),
};

const options = { seed: 1, minutes: 1, onTried: () => {} };

test("says what a storm lacks that cannot be run here, and runs the others", async () => {
  const needy: Storm = { ...calm, name: "needy", needs: ["sh", "no-such-program"] };
  const [first, second] = await torture([needy, calm], workshop, options);
  expect(first).toEqual({ name: "needy", faults: "F0", result: { lacks: "no-such-program" } });
  expect(second?.result).toMatchObject({ planned: 3, tried: 3, survived: 3 });
});

test("runs a single trial by its name", async () => {
  const names: string[] = [];
  const [row] = await torture([calm], workshop, {
    ...options,
    trial: "b",
    onTried: (_, { name }) => void names.push(name),
  });
  expect(names).toEqual(["b"]);
  expect(row?.result).toMatchObject({ tried: 1 });
});

test("refuses a trial that there is not", async () => {
  await expect(torture([calm], workshop, { ...options, trial: "d" })).rejects.toThrow("trial d");
});
