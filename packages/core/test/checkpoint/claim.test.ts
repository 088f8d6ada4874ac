import { afterEach, describe, expect, test } from "@jest/globals";
import { liveRuns } from "../../src/checkpoint/live-runs.ts";
import { claim, complete, release } from "../../src/checkpoint/protocol.ts";
import { RepriseError } from "../../src/errors.ts";
import type { TrainingEvent } from "../../src/event.ts";
import { memory } from "../../src/store/memory-store.ts";
import type { CheckpointStore } from "../../src/store/store.ts";
import { checkpointBytes, claimElsewhere, find, rejection, save } from "./a-run.ts";
import {
  aroundStore,
  before,
  recordingStore,
  withLiveness,
  withoutPresence,
} from "./around-store.ts";

afterEach(() => liveRuns().clear());

const polite = { takeOver: false, report: (): void => {} };

async function leaseOf(store: CheckpointStore, fence: number): Promise<Record<string, unknown>> {
  const bytes = await store.read(`lease-${fence}.json`);
  const [line = "", again] = new TextDecoder().decode(bytes).split("\n");
  expect(again).toBe(line);
  return JSON.parse(line) as Record<string, unknown>;
}

describe("claiming a store", () => {
  test("looks who holds it, creates the lease, looks again, and only then recovers", async () => {
    const { store, calls } = recordingStore(memory());
    const hold = await claim(store, polite);
    calls.push("claimed");
    await find(hold);
    expect(calls).toEqual(["list", "create lease-1.json", "list", "list", "claimed", "list"]);
  });

  test("writes down who holds it since when", async () => {
    const store = withLiveness(memory(), "dead");
    const { lease } = await claim(store, polite);
    expect(await leaseOf(store, 1)).toEqual({
      reprise: 1,
      fence: 1,
      state: "held",
      run: lease.run,
      holder: { since: "2026-01-01T00:00:00.000Z", pid: 4711 },
      tombstone: 0,
      finished: null,
    });
    expect(lease.run).toMatch(/^[0-9a-f]{16}$/);
  });

  test("takes the number above the highest lease, and removes the lower ones and their leftovers", async () => {
    const store = memory();
    const first = await claim(store, polite);
    await release(first);
    await store.create("checkpoint-1-7.safetensors.0123456789abcdef.tmp", []);
    await store.create("checkpoint-3-1.safetensors.0123456789abcdef.tmp", []);
    await store.create("notes.txt", []);
    const second = await claim(store, polite);
    expect(second.lease.fence).toBe(3);
    expect([...(await store.list())].toSorted()).toEqual([
      "checkpoint-3-1.safetensors.0123456789abcdef.tmp",
      "lease-3.json",
      "notes.txt",
    ]);
  });

  test("takes a number above every checkpoint, so that a lease that was removed loses no later save", async () => {
    const store = memory();
    await store.create("checkpoint-9-3.safetensors", [
      await checkpointBytes({ fence: 9, sequence: 3 }, "brought back from a copy"),
    ]);
    const first = await claim(store, polite);
    expect(first.lease.fence).toBe(10);
    expect(await find(first)).toBe("brought back from a copy");
    await save(first, "newer");
    await release(first);
    for (const name of await store.list()) if (name.startsWith("lease")) await store.remove(name);
    expect(await find(await claim(store, polite))).toBe("newer");
  });

  test("compares fences as numbers: 10 is above 9", async () => {
    const store = memory();
    for (let round = 0; round < 6; round++) await release(await claim(store, polite));
    expect((await claim(store, polite)).lease.fence).toBe(13);
  });

  test("a number that somebody else took in between makes it look again", async () => {
    const disk = memory();
    const store = before(
      disk,
      ({ operation }) => operation === "create",
      async () => release(await claimElsewhere(disk)),
    );
    const hold = await claim(store, polite);
    expect(hold.lease.fence).toBe(3);
  });

  test("a number that somebody else took and holds is refused, even with takeOver", async () => {
    const disk = withLiveness(memory(), "unknown");
    const store = before(
      disk,
      ({ operation }) => operation === "create",
      () => claimElsewhere(disk),
    );
    const error = await rejection(claim(store, { ...polite, takeOver: true }));
    // What takeOver allows is to take over from whoever held the store at the first look.
    expect(error).toMatchObject({ code: "RUN_ACTIVE" });
    liveRuns().clear();
    expect(await rejection(claim(disk, polite))).toMatchObject({ code: "HOLDER_UNKNOWN" });
  });

  test("a contender that was delayed between looking and creating does not believe in a low number", async () => {
    const disk = memory();
    const store = before(
      disk,
      ({ operation }) => operation === "create",
      async () => {
        // lease-1 comes and goes, so that creating it succeeds once more.
        await release(await claimElsewhere(disk));
        await release(await claimElsewhere(disk));
      },
    );
    const hold = await claim(store, polite);
    expect(hold.lease.fence).toBe(5);
    expect(await disk.list()).toEqual(["lease-5.json"]);
  });

  test("a lease that vanishes while it is read makes it look again", async () => {
    const disk = memory();
    await claimElsewhere(disk);
    const store = before(
      disk,
      ({ operation }) => operation === "read",
      async () => release(await claimElsewhere(disk)),
    );
    liveRuns().clear();
    expect((await claim(store, polite)).lease.fence).toBe(4);
  });

  test("carries on the tombstone of finished runs and the checkpoint that was kept", async () => {
    const store = memory();
    await complete(await claim(store, polite), { keep: false });
    const kept = await claim(store, polite);
    const { fence, sequence } = await save(kept, "the end");
    await complete(kept, { keep: true });
    const hold = await claim(store, polite);
    expect(hold.lease).toMatchObject({ fence: 5, tombstone: 2, finished: { fence, sequence } });
  });
});

describe("a store that is held", () => {
  test("by a run of this very thread is refused, whatever its presence says and takeOver asks", async () => {
    const store = withLiveness(memory(), "dead");
    await claim(store, polite);
    const error = await rejection(claim(store, { ...polite, takeOver: true }));
    expect(error).toMatchObject({ code: "RUN_ACTIVE", exitCode: 75 });
    expect(await store.list()).toEqual(["lease-1.json"]);
  });

  test("by a run of this thread whose lease can be seen although its claim goes on is refused as well", async () => {
    const disk = withLiveness(memory(), "dead");
    let refusal: unknown;
    const store = aroundStore(disk, async ({ operation }, proceed) => {
      const result = await proceed();
      if (operation === "create") refusal = await rejection(claim(disk, polite));
      return result;
    });
    await claim(store, polite);
    expect(refusal).toMatchObject({ code: "RUN_ACTIVE" });
  });

  test("by a living process is refused with its name, whatever takeOver asks", async () => {
    const store = withLiveness(memory(), "alive");
    await claimElsewhere(store);
    liveRuns().clear();
    const error = await rejection(claim(store, { ...polite, takeOver: true }));
    expect(error).toMatchObject({
      code: "RUN_ACTIVE",
      details: { holder: { pid: 4711, since: "2026-01-01T00:00:00.000Z" } },
      message: expect.stringContaining("pid 4711 on spot-7"),
    });
    expect(await store.list()).toEqual(["lease-1.json"]);
  });

  test("by a dead process is taken over at once", async () => {
    const store = withLiveness(memory(), "dead");
    await claimElsewhere(store);
    liveRuns().clear();
    expect((await claim(store, polite)).lease.fence).toBe(2);
  });

  test.each([
    ["whose presence cannot tell", (store: CheckpointStore) => withLiveness(store, "unknown")],
    ["without a presence", withoutPresence],
  ])("by nobody knows whom, in a store %s, is refused without takeOver", async (_, decorate) => {
    const store = decorate(memory());
    await claimElsewhere(store);
    liveRuns().clear();
    expect(await rejection(claim(store, polite))).toMatchObject({
      code: "HOLDER_UNKNOWN",
      exitCode: 75,
      message: expect.stringContaining("takeOver"),
    });
    expect(await store.list()).toEqual(["lease-1.json"]);

    const events: TrainingEvent[] = [];
    const hold = await claimElsewhere(store, { takeOver: true, events });
    expect(hold.lease.fence).toBe(2);
    expect(events.map(({ type }) => type)).toEqual(["tookOver"]);
  });

  test("refuses a lease with any flipped bit, missing or surplus byte", async () => {
    const store = withoutPresence(memory());
    await release(await claim(store, polite));
    const whole = await store.read("lease-2.json");
    const damaged: Uint8Array[] = [];
    for (let length = 0; length < whole.length; length++) damaged.push(whole.slice(0, length));
    for (let bit = 0; bit < 8 * whole.length; bit++) {
      const at = Math.floor(bit / 8);
      damaged.push(whole.with(at, (whole[at] ?? 0) ^ (1 << (bit % 8))));
    }
    for (let byte = 0; byte < 256; byte++) damaged.push(Uint8Array.of(...whole, byte));
    for (const bytes of damaged) {
      await store.remove("lease-2.json");
      await store.create("lease-2.json", [bytes]);
      expect(await rejection(claim(store, polite))).toMatchObject({ code: "CHECKPOINT_CORRUPT" });
    }
    expect(damaged.length).toBeGreaterThan(2000);
  });

  test("with a lease that cannot be read is refused, and with takeOver taken over", async () => {
    const store = memory();
    await store.create("lease-3.json", [new TextEncoder().encode('{"reprise":1,"fence":3')]);
    expect(await rejection(claim(store, polite))).toMatchObject({
      code: "CHECKPOINT_CORRUPT",
      details: { name: "lease-3.json" },
      cause: expect.anything(),
    });
    const events: TrainingEvent[] = [];
    const hold = await claimElsewhere(store, { takeOver: true, events });
    expect(hold.lease.fence).toBe(4);
    expect(events).toEqual([expect.objectContaining({ type: "tookOver", holder: "lease-3.json" })]);
  });

  test("with a lease under another number's name is unreadable", async () => {
    const store = memory();
    await claimElsewhere(store);
    await store.create("lease-7.json", [await store.read("lease-1.json")]);
    expect(await rejection(claim(store, polite))).toMatchObject({ code: "CHECKPOINT_CORRUPT" });
  });
});

describe("a claim that fails", () => {
  test.each([1, 2, 3, 4])(
    "at its %s. store call leaves the store to the next one of this process",
    async (number) => {
      const disk = memory();
      let calls = 0;
      const failing = aroundStore(disk, ({ name }, proceed) => {
        if (++calls === number) {
          return Promise.reject(new RepriseError("STORE_FAILED", `no ${name} today`));
        }
        return proceed();
      });
      const events: TrainingEvent[] = [];
      const outcome = await claim(failing, {
        ...polite,
        report: (event) => events.push(event),
      }).then(
        async (hold) => {
          await release(hold);
          return events.map(({ type }) => type);
        },
        (error: unknown) => error,
      );
      // The last call only looks for what can be tidied up.
      if (number === 4) expect(outcome).toEqual(["leftBehind"]);
      else expect(outcome).toMatchObject({ code: "STORE_FAILED" });
      expect(await claim(disk, polite)).toMatchObject({ lease: { state: "held" } });
    },
  );
});
