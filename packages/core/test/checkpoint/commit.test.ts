import { afterEach, describe, expect, test } from "@jest/globals";
import { liveRuns } from "../../src/checkpoint/live-runs.ts";
import { commit, release } from "../../src/checkpoint/protocol.ts";
import { RepriseError } from "../../src/errors.ts";
import type { TrainingEvent } from "../../src/event.ts";
import { memory } from "../../src/store/memory-store.ts";
import type { CheckpointStore } from "../../src/store/store.ts";
import { claimElsewhere, find, rejection, save } from "./a-run.ts";
import { aroundStore, before, recordingStore, withLiveness } from "./around-store.ts";

afterEach(() => liveRuns().clear());

const isRemoval = ({ operation }: { operation: string }): boolean => operation === "remove";

async function checkpointsIn(store: CheckpointStore): Promise<readonly string[]> {
  return (await store.list()).filter((name) => name.startsWith("checkpoint")).toSorted();
}

async function leaseRemoved(store: CheckpointStore): Promise<void> {
  for (const name of await store.list()) await store.remove(name);
}

describe("committing a checkpoint", () => {
  test("checks, creates, checks again, and only then removes what is older", async () => {
    const { store, calls } = recordingStore(memory());
    const hold = await claimElsewhere(store);
    await save(hold, "one");
    calls.length = 0;
    await save(hold, "two");
    expect(calls).toEqual([
      "list",
      "read lease-1.json",
      "create checkpoint-1-2.safetensors",
      "list",
      "read lease-1.json",
      "remove checkpoint-1-1.safetensors",
    ]);
  });

  test("a run that was taken over before it begins creates nothing", async () => {
    const store = memory();
    const old = await claimElsewhere(store);
    await save(old, "one");
    await claimElsewhere(store);
    const { store: watched, calls } = recordingStore(store);
    const error = await rejection(save({ ...old, store: watched }, "two"));
    expect(error).toMatchObject({
      code: "SUPERSEDED",
      exitCode: 78,
      details: { fence: 1, successor: 2 },
    });
    expect(calls.filter((call) => !/^(list|read)/.test(call))).toEqual([]);
  });

  test("the error names the successor", async () => {
    const store = withLiveness(memory(), "dead");
    const old = await claimElsewhere(store);
    await claimElsewhere(store);
    expect(await rejection(save(old, "one"))).toMatchObject({
      code: "SUPERSEDED",
      message: expect.stringContaining("pid 4711 on spot-7"),
    });
  });

  test("a claim between creating and the second check is no success, and nothing was removed", async () => {
    const disk = memory();
    const old = await claimElsewhere(disk);
    await save(old, "one");
    let isCreated = false;
    const store = aroundStore(disk, async ({ operation }, proceed) => {
      const result = await proceed();
      if (operation === "create" && !isCreated) {
        isCreated = true;
        await claimElsewhere(disk);
      }
      return result;
    });
    expect(await rejection(save({ ...old, store }, "two"))).toMatchObject({ code: "SUPERSEDED" });
    expect(await checkpointsIn(disk)).toEqual([
      "checkpoint-1-1.safetensors",
      "checkpoint-1-2.safetensors",
    ]);
  });

  test("what a successor saved is never removed by the one it replaced, however late that one wakes", async () => {
    const disk = memory();
    const old = await claimElsewhere(disk);
    await save(old, "one");
    const store = before(disk, isRemoval, async () => {
      const next = await claimElsewhere(disk);
      expect(await find(next)).toBe("two");
      await save(next, "three");
    });
    await save({ ...old, store }, "two");
    expect(await checkpointsIn(disk)).toEqual(["checkpoint-2-1.safetensors"]);
  });

  test("removes only checkpoints of its own run and of those before", async () => {
    const store = memory();
    const hold = await claimElsewhere(store);
    const foreign = ["notes.txt", "checkpoint-1-01.safetensors", "checkpoint.safetensors"];
    for (const name of foreign) await store.create(name, []);
    await save(hold, "one");
    await save(hold, "two");
    expect([...(await store.list())].toSorted()).toEqual(
      [...foreign, "checkpoint-1-2.safetensors", "lease-1.json"].toSorted(),
    );
  });

  test("a sequence is not used again after a save that failed", async () => {
    const disk = memory();
    const hold = await claimElsewhere(disk);
    const encode = async (): Promise<never> => {
      throw new RepriseError("UNSUPPORTED_STATE", "cannot be encoded");
    };
    const error = await rejection(commit(hold, encode, { keepPrevious: false }));
    expect(error).toMatchObject({ code: "UNSUPPORTED_STATE" });
    expect(await save(hold, "one")).toMatchObject({ fence: 1, sequence: 2 });
  });

  test("an entry of ours that is there already takes the next number", async () => {
    const disk = memory();
    let attempts = 0;
    const store = aroundStore(disk, async ({ operation, name }, proceed) => {
      const result = await proceed();
      // The entry was created, but the answer was lost and the request sent again.
      if (operation === "create" && name.startsWith("checkpoint") && attempts++ === 0) {
        throw new RepriseError("ALREADY_EXISTS", `${name} exists`);
      }
      return result;
    });
    const hold = await claimElsewhere(store);
    expect(await save(hold, "one")).toMatchObject({ sequence: 2 });
    expect(await checkpointsIn(disk)).toEqual(["checkpoint-1-2.safetensors"]);
  });

  test("removals that fail are reported, and tried again after the next save", async () => {
    const disk = memory();
    let isBroken = true;
    const store = aroundStore(disk, (call, proceed) =>
      isRemoval(call) && isBroken
        ? Promise.reject(new RepriseError("STORE_DENIED", "no removals today"))
        : proceed(),
    );
    const events: TrainingEvent[] = [];
    const hold = await claimElsewhere(store, { events });
    await save(hold, "one");
    await save(hold, "two");
    expect(events).toEqual([
      expect.objectContaining({
        type: "leftBehind",
        name: "checkpoint-1-1.safetensors",
        error: expect.objectContaining({ code: "STORE_DENIED" }),
      }),
    ]);
    isBroken = false;
    await save(hold, "three");
    expect(await checkpointsIn(disk)).toEqual(["checkpoint-1-3.safetensors"]);
  });
});

describe("keepPrevious", () => {
  test("keeps exactly the one that was saved before", async () => {
    const store = memory();
    const hold = await claimElsewhere(store);
    for (const content of ["one", "two", "three"]) await save(hold, content, true);
    expect(await checkpointsIn(store)).toEqual([
      "checkpoint-1-2.safetensors",
      "checkpoint-1-3.safetensors",
    ]);
  });

  test("keeps exactly the one that was restored, and not a later one that could not be read", async () => {
    const store = memory();
    const first = await claimElsewhere(store);
    await save(first, "one", true);
    await save(first, "two", true);
    await store.create("checkpoint-1-9.safetensors", [Uint8Array.of(0)]);
    const second = await claimElsewhere(store);
    expect(await find(second, { fallback: true })).toBe("two");
    await save(second, "three", true);
    expect(await checkpointsIn(store)).toEqual([
      "checkpoint-1-2.safetensors",
      "checkpoint-2-1.safetensors",
    ]);
  });

  test("keeps the last acknowledged one when a save between was not", async () => {
    const disk = memory();
    const hold = await claimElsewhere(disk);
    await save(hold, "one", true);
    let lists = 0;
    const failing = aroundStore(disk, ({ operation }, proceed) =>
      operation === "list" && ++lists === 2
        ? Promise.reject(new RepriseError("STORE_FAILED", "no answer"))
        : proceed(),
    );
    const broken = { ...hold, store: failing };
    expect(await rejection(save(broken, "two", true))).toMatchObject({ code: "STORE_FAILED" });
    await save(broken, "three", true);
    expect(await checkpointsIn(disk)).toEqual([
      "checkpoint-1-1.safetensors",
      "checkpoint-1-3.safetensors",
    ]);
  });
});

describe("a store that was emptied under a running training", () => {
  test("is claimed again under the same number, and saved to", async () => {
    const store = memory();
    await release(await claimElsewhere(store));
    const hold = await claimElsewhere(store);
    await save(hold, "one");
    await leaseRemoved(store);
    await save(hold, "two");
    expect([...(await store.list())].toSorted()).toEqual([
      "checkpoint-3-2.safetensors",
      "lease-3.json",
    ]);
  });

  test("and claimed by another run, which came to the same number, is that run's", async () => {
    const store = memory();
    const old = await claimElsewhere(store);
    await save(old, "one");
    await leaseRemoved(store);
    const next = await claimElsewhere(store);
    await save(next, "anew");
    expect(next.lease.fence).toBe(old.lease.fence);
    expect(await rejection(save(old, "two"))).toMatchObject({ code: "SUPERSEDED" });
    expect(await find(next)).toBe("anew");
  });

  test("a lease that was damaged meanwhile says nothing against its holder", async () => {
    const store = memory();
    const hold = await claimElsewhere(store);
    await store.remove("lease-1.json");
    await store.create("lease-1.json", [Uint8Array.of(0)]);
    expect(await save(hold, "one")).toMatchObject({ fence: 1 });
  });
});
