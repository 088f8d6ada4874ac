import { afterEach, describe, expect, test } from "@jest/globals";
import { liveRuns } from "../../src/checkpoint/live-runs.ts";
import { complete } from "../../src/checkpoint/protocol.ts";
import { isRepriseError, RepriseError } from "../../src/errors.ts";
import { memory } from "../../src/store/memory-store.ts";
import type { CheckpointStore } from "../../src/store/store.ts";
import { claimElsewhere, find, save } from "./a-run.ts";
import { aroundStore } from "./around-store.ts";

afterEach(() => liveRuns().clear());

/** What a run had been told when its store failed it. */
interface Life {
  acknowledged: string;
  isCompleting: boolean;
  isComplete: boolean;
  calls: number;
  error: unknown;
}

/** Claims, recovers, saves twice and completes, on a store of which some calls fail. */
async function live(
  disk: CheckpointStore,
  fails: (call: number) => boolean,
  moment: "before" | "after",
): Promise<Life> {
  const life: Life = {
    acknowledged: "",
    isCompleting: false,
    isComplete: false,
    calls: 0,
    error: undefined,
  };
  const store = aroundStore(disk, async ({ operation, name }, proceed) => {
    const isFailing = fails(++life.calls);
    if (isFailing && moment === "before") throw failure(operation, name);
    const result = await proceed();
    if (isFailing) throw failure(operation, name);
    return result;
  });
  try {
    const hold = await claimElsewhere(store);
    const found = (await find(hold)) ?? "";
    for (const content of [`${found}1`, `${found}12`]) {
      await save(hold, content);
      life.acknowledged = content;
    }
    life.isCompleting = true;
    await complete(hold, { keep: false });
    life.isComplete = true;
  } catch (error) {
    life.error = error;
  }
  return life;
}

function failure(operation: string, name: string): RepriseError {
  return new RepriseError("STORE_FAILED", `the disk failed at ${operation} ${name}`);
}

describe.each(["before", "after"] as const)(
  "a store whose calls fail %s they take effect",
  (moment) => {
    test.each([
      ["once", (number: number) => (call: number) => call === number],
      ["from then on", (number: number) => (call: number) => call >= number],
    ])("%s, at each of the calls of a life: no acknowledged save is lost", async (_, failAt) => {
      const { calls } = await live(memory(), () => false, moment);
      expect(calls).toBeGreaterThan(15);
      for (let number = 1; number <= calls; number++) {
        const disk = memory();
        const life = await live(disk, failAt(number), moment);
        if (!life.isComplete) expect(isRepriseError(life.error, "STORE_FAILED")).toBe(true);

        const found = await find(await claimElsewhere(disk));
        const isKept = found?.startsWith(life.acknowledged) ?? life.acknowledged === "";
        // Once the tombstone was asked for, all is done that there was to do.
        const isLost = life.isComplete ? found !== undefined : !isKept && !life.isCompleting;
        expect({ number, isLost }).toEqual({ number, isLost: false });
      }
    });
  },
);
