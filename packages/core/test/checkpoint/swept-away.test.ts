import { afterEach, describe, expect, test } from "@jest/globals";
import { liveRuns } from "../../src/checkpoint/live-runs.ts";
import { claim, release } from "../../src/checkpoint/protocol.ts";
import { RepriseError } from "../../src/errors.ts";
import { memory } from "../../src/store/memory-store.ts";
import type { CheckpointStore } from "../../src/store/store.ts";
import { claimElsewhere, rejection, save } from "./a-run.ts";
import { aroundStore } from "./around-store.ts";

afterEach(() => liveRuns().clear());

const polite = { takeOver: false, report: (): void => {} };

/**
 * Before the entry `name` gets its name, `act` happens, and what was written of it is gone: whoever
 * claims a store sweeps away what those before are writing.
 */
function sweptAway(
  store: CheckpointStore,
  name: string,
  act: (store: CheckpointStore) => Promise<unknown>,
): CheckpointStore {
  let isDone = false;
  return aroundStore(store, async (call, proceed) => {
    if (isDone || call.operation !== "create" || call.name !== name) return proceed();
    isDone = true;
    await act(store);
    throw new RepriseError("STORE_FAILED", `${name} has vanished while it was written.`);
  });
}

describe("what a successor swept away while it was written", () => {
  test("is a lease: whoever came and went was faster, and the claim goes on after that", async () => {
    const store = sweptAway(memory(), "lease-1.json", async (inner) => {
      await release(await claimElsewhere(inner));
    });
    expect((await claim(store, polite)).lease.fence).toBe(3);
  });

  test("is a checkpoint: its run is superseded", async () => {
    const store = sweptAway(memory(), "checkpoint-1-1.safetensors", claimElsewhere);
    const hold = await claim(store, polite);
    expect(await rejection(save(hold, "late"))).toMatchObject({
      code: "SUPERSEDED",
      details: { fence: 1, successor: 2 },
    });
  });

  test("is the lease of a run that lets go: it is superseded", async () => {
    const store = sweptAway(memory(), "lease-2.json", async (inner) => {
      await claimElsewhere(inner);
      await claimElsewhere(inner);
    });
    const hold = await claim(store, polite);
    expect(await rejection(release(hold))).toMatchObject({
      code: "SUPERSEDED",
      details: { fence: 1, successor: 3 },
    });
  });
});

test("a store that fails while nobody else is there is what it is", async () => {
  const nobody = async (): Promise<void> => {};
  const failing = (name: string): CheckpointStore => sweptAway(memory(), name, nobody);
  const failure = { code: "STORE_FAILED" };
  expect(await rejection(claim(failing("lease-1.json"), polite))).toMatchObject(failure);
  const hold = await claim(failing("checkpoint-1-1.safetensors"), polite);
  expect(await rejection(save(hold, "late"))).toMatchObject(failure);
  const leaving = await claim(failing("lease-2.json"), polite);
  expect(await rejection(release(leaving))).toMatchObject(failure);
});
