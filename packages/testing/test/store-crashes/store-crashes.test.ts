import { describe, expect, test } from "@jest/globals";
import { memory } from "@reprise/core";
import { type OpenStore, storeDirectory } from "@reprise/testing/node";
import { isOwed, owedSteps } from "../../src/store-crashes/owed-step.ts";
import { surviveCrashes } from "../../src/store-crashes/store-crashes.ts";
import { storeScenarios } from "../../src/store-crashes/store-scenarios.ts";
import { noDirectorySync } from "../../src/mutants/stores/no-directory-sync.ts";
import { soundStore } from "../../src/mutants/stores/sound-store.ts";

describe("what a crash owes to the next start", () => {
  test.each([
    [[], 0, 0, [0]],
    [["resumed 0", "saving 1"], 0, 1, [0, 1]],
    [["resumed 0", "saving 1", "saved 1"], 1, 1, [1]],
    [["resumed 0", "saving 1", "saved 1", "settled", "saving 2"], 1, 2, [1, 2]],
    [["resumed 0", "saving 1", "saved 1", "settled", "completing"], 1, 1, [0, 1]],
    [["resumed 0", "saving 1", "saved 1", "completing", "completed"], 0, 0, [0]],
    // A save that was not acknowledged was found, and cannot be unfound.
    [["resumed 3", "saving 4", "resumed 4"], 4, 4, [4]],
    [["resumed 3", "saving 4", "resumed 3", "saving 4"], 3, 4, [3, 4]],
  ])("after %j is from step %i to step %i", (marks, least, most, right) => {
    const owed = owedSteps(marks);
    expect(owed).toMatchObject({ least, most });
    expect([0, 1, 2, 3, 4, 5].filter((step) => isOwed(step, owed))).toEqual(right);
  });
});

describe("a store that loses something", () => {
  const scenario = storeScenarios["a first save"];

  test("is told when that was, what was lost, what the caller had been told, and what is left", async () => {
    const open: OpenStore = (fs) => noDirectorySync(fs.promises, storeDirectory);
    await expect(surviveCrashes(open, scenario)).rejects.toThrow(
      new RegExp(
        [
          "After a crash \\(ordered\\) right after: mark saved 1",
          "lost: link /crash/backup/checkpoint-1-1\\S+ → /crash/backup/checkpoint-1-1.safetensors; unlink \\S+",
          "told: resumed 0, saving 1, saved 1",
          "left:\n/crash/\n/crash/backup/\n[^]*lease-1.json [^]*",
          "It resumed from step 0, and from 1 to 1 were owed.",
        ].join("\n"),
        "u",
      ),
    );
  });

  test("is also one that never uses the disk", async () => {
    await expect(surviveCrashes(() => memory(), scenario)).rejects.toThrow(
      "Nothing of a save reached the disk.",
    );
  });

  test("is not the same store with nothing left out", async () => {
    const crashes = await surviveCrashes((fs) => soundStore(fs.promises, storeDirectory), scenario);
    expect(crashes).toBeGreaterThanOrEqual(30);
  });
});
