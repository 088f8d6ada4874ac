import { describe, expect, test } from "@jest/globals";
import { judge, parseJournal } from "../../src/races/judge.ts";

const end = { leftovers: ["lease-4.json"], undisturbed: "abc" };
const lossesOf = (lines: readonly string[], takenOver: readonly string[] = []): string[] => {
  return judge({ journal: parseJournal(`${lines.join("\n")}\n`), ...end }, { takenOver });
};

const alone = ["a began 0", "a step 0", "a saved 1"];
const finish = ["b began 1", "b step 1", "b saved 2", "b completed abc"];

describe("a race is won", () => {
  test("by one that trains alone, and by one that goes on where a dead one was", () => {
    expect(lossesOf(["a began 0", "a saved 1", "a completed abc"])).toEqual([]);
    expect(lossesOf([...alone, ...finish])).toEqual([]);
  });

  test("when one that was taken over computes on, and hears late of what its successor has", () => {
    const woken = [...alone, "b began 2", "a saved 2", "a step 2", "b saved 4", "b completed abc"];
    expect(lossesOf(woken, ["a"])).toEqual([]);
    expect(lossesOf(woken)).toEqual([
      "a saved 2 while b held the run",
      "a step 2 while b held the run",
    ]);
  });
});

describe("a race is lost", () => {
  test("when two train at a time", () => {
    expect(lossesOf([...alone, "b began 1", "a step 1", ...finish.slice(1)])).toEqual([
      "a step 1 while b held the run",
    ]);
  });

  test("when one that was taken over is told of a save that its successor does not have", () => {
    expect(lossesOf([...alone, "b began 1", "a saved 2", ...finish.slice(1)], ["a"])).toEqual([
      "a saved 2 while b held the run",
    ]);
  });

  test("when a saved step is gone back behind", () => {
    expect(lossesOf([...alone, "b began 0", "b completed abc"])).toEqual([
      "b went on from step 0, though step 1 was saved",
    ]);
  });

  test("when the result is another one, or there is none, or there are two", () => {
    expect(lossesOf(["a began 0", "a completed abd"])).toEqual(["a ended with abd instead of abc"]);
    expect(lossesOf(alone)).toEqual(["0 racers completed the training"]);
    const twice = ["a began 0", "a completed abc", "b began 0", "b completed abc"];
    expect(lossesOf(twice)).toEqual(["2 racers completed the training"]);
  });

  test("when more than a lease is left in the directory", () => {
    const journal = parseJournal("a began 0\na completed abc\n");
    const judged = (...leftovers: string[]): string[] => judge({ ...end, journal, leftovers });
    expect(judged("lease-2.json", "claim.lock")).toEqual([
      "left in the directory: lease-2.json, claim.lock",
    ]);
    expect(judged("lease-2.json", "lease-3.json")).toEqual([
      "left in the directory: lease-2.json, lease-3.json",
    ]);
    expect(judged()).toEqual(["left in the directory: nothing"]);
  });
});
