import { expect, test } from "@jest/globals";
import { openLedger, parseEntryName } from "@reprise/core";
import { everyInterruption } from "../../src/index.ts";
import { byHand } from "./programs/by-hand.ts";

test("a training that keeps a ledger resumes exactly, whatever happens to either", async () => {
  let found = 0;
  const { failure, states } = await everyInterruption(
    ({ store }) => {
      const read: typeof store.read = (name, range) => {
        if (parseEntryName(name)?.kind === "ledger") found += 1;
        return store.read(name, range);
      };
      return byHand({ store: { ...store, read, openLedger } });
    },
    { kinds: ["kill", "error"] },
  );
  expect(failure?.message).toBeUndefined();
  expect(found).toBeGreaterThan(states);
});
