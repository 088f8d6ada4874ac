import { afterEach, describe, expect, test } from "@jest/globals";
import { liveRuns } from "../../src/checkpoint/live-runs.ts";
import { complete, release, requireHeld } from "../../src/checkpoint/protocol.ts";
import { RepriseError } from "../../src/errors.ts";
import type { TrainingEvent } from "../../src/event.ts";
import { memory } from "../../src/store/memory-store.ts";
import { claimElsewhere, find, rejection, save } from "./a-run.ts";
import { aroundStore, recordingStore } from "./around-store.ts";

afterEach(() => liveRuns().clear());

describe("completing a run", () => {
  test("creates the tombstone before it removes anything, and leaves nothing else", async () => {
    const { store, calls } = recordingStore(memory());
    const hold = await claimElsewhere(store);
    await save(hold, "one");
    calls.length = 0;
    await complete(hold, { keep: false });
    expect(calls).toEqual([
      "list",
      "read lease-1.json",
      "create lease-2.json",
      "list",
      "remove lease-1.json",
      "remove checkpoint-1-1.safetensors",
    ]);
    expect(await store.list()).toEqual(["lease-2.json"]);
  });

  test("a crash between tombstone and removal resurrects nothing", async () => {
    const disk = memory();
    const store = aroundStore(disk, ({ operation }, proceed) =>
      operation === "remove" ? Promise.reject(new Error("killed")) : proceed(),
    );
    const hold = await claimElsewhere(store);
    await save(hold, "one");
    await complete(hold, { keep: false });
    expect(await disk.list()).toContain("checkpoint-1-1.safetensors");

    const next = await claimElsewhere(disk);
    expect(await find(next)).toBeUndefined();
    await save(next, "anew");
    expect([...(await disk.list())].toSorted()).toEqual([
      "checkpoint-3-1.safetensors",
      "lease-3.json",
    ]);
  });

  test("a store that fails behind the tombstone is reported: the run is complete all the same", async () => {
    const disk = memory();
    let isBroken = false;
    const store = aroundStore(disk, async ({ operation }, proceed) => {
      if (isBroken) throw new RepriseError("STORE_FAILED", "gone");
      const result = await proceed();
      isBroken = operation === "create" && (await disk.list()).includes("lease-2.json");
      return result;
    });
    const events: TrainingEvent[] = [];
    const hold = await claimElsewhere(store, { events });
    await save(hold, "one");
    await complete(hold, { keep: false });
    expect(events.map(({ type }) => type)).toEqual(["leftBehind"]);
    expect(await find(await claimElsewhere(disk))).toBeUndefined();
  });

  test("a tombstone that is there although its creation failed counts, and nothing is removed for it", async () => {
    const disk = memory();
    const store = aroundStore(disk, async ({ operation, name }, proceed) => {
      const result = await proceed();
      if (operation === "create" && name === "lease-2.json") {
        throw new RepriseError("STORE_FAILED", "the directory could not be synced");
      }
      return result;
    });
    const events: TrainingEvent[] = [];
    const hold = await claimElsewhere(store, { events });
    await save(hold, "one");
    await complete(hold, { keep: false });
    expect(events.map(({ type }) => type)).toEqual(["leftBehind"]);
    expect(await disk.list()).toContain("checkpoint-1-1.safetensors");
    expect(await find(await claimElsewhere(disk))).toBeUndefined();
  });

  test("after somebody took over is SUPERSEDED, and touches nothing", async () => {
    const store = memory();
    const old = await claimElsewhere(store);
    await save(old, "one");
    const next = await claimElsewhere(store);
    const held = await store.list();
    expect(await rejection(complete(old, { keep: false }))).toMatchObject({ code: "SUPERSEDED" });
    expect(await store.list()).toEqual(held);
    expect(await find(next)).toBe("one");
  });

  test("after two others came, so that the number is free again, is SUPERSEDED as well", async () => {
    const store = memory();
    const old = await claimElsewhere(store);
    await save(old, "one");
    await release(await claimElsewhere(store));
    const next = await claimElsewhere(store);
    expect(await rejection(complete(old, { keep: false }))).toMatchObject({ code: "SUPERSEDED" });
    expect(await find(next)).toBe("one");
    await requireHeld(next);
  });

  test("with keep leaves the checkpoint, and says that it is of a finished run", async () => {
    const store = memory();
    const hold = await claimElsewhere(store);
    await save(hold, "the end");
    await complete(hold, { keep: true });
    expect([...(await store.list())].toSorted()).toEqual([
      "checkpoint-1-1.safetensors",
      "lease-2.json",
    ]);
    const next = await claimElsewhere(store);
    expect(next.lease.finished).toEqual({ fence: 1, sequence: 1 });
    expect(await find(next)).toBe("the end");
  });
});

describe("releasing a run", () => {
  test("keeps its checkpoint and lets anybody claim, who can tell nobody's life from the lease", async () => {
    const store = memory();
    const hold = await claimElsewhere(store);
    await save(hold, "one");
    await release(hold);
    expect([...(await store.list())].toSorted()).toEqual([
      "checkpoint-1-1.safetensors",
      "lease-2.json",
    ]);
    expect(await find(await claimElsewhere(store, { takeOver: false }))).toBe("one");
  });

  test("twice is once", async () => {
    const store = memory();
    const hold = await claimElsewhere(store);
    await release(hold);
    expect(await rejection(release(hold))).toMatchObject({ code: "SUPERSEDED" });
    expect(await store.list()).toEqual(["lease-2.json"]);
  });
});
