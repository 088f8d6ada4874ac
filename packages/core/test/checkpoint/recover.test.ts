import { afterEach, describe, expect, test } from "@jest/globals";
import { liveRuns } from "../../src/checkpoint/live-runs.ts";
import { complete } from "../../src/checkpoint/protocol.ts";
import { RepriseError } from "../../src/errors.ts";
import type { TrainingEvent } from "../../src/event.ts";
import { memory } from "../../src/store/memory-store.ts";
import type { CheckpointStore } from "../../src/store/store.ts";
import { checkpointBytes, claimElsewhere, find, rejection, save } from "./a-run.ts";
import { aroundStore, before, recordingStore } from "./around-store.ts";

afterEach(() => liveRuns().clear());

async function put(store: CheckpointStore, fence: number, sequence: number): Promise<void> {
  const bytes = await checkpointBytes({ fence, sequence }, `${fence}-${sequence}`);
  await store.create(`checkpoint-${fence}-${sequence}.safetensors`, [bytes]);
}

/** A store in which runs up to fence 12 have saved; the newest checkpoint of all is 11-10. */
async function usedStore(): Promise<CheckpointStore> {
  const store = memory();
  for (const [fence, sequence] of [
    [11, 9],
    [9, 40],
    [11, 10],
    [11, 1],
  ] as const)
    await put(store, fence, sequence);
  const line =
    '{"reprise":1,"fence":12,"state":"released","run":"","holder":null,"tombstone":0,"finished":null}\n';
  await store.create("lease-12.json", [new TextEncoder().encode(line + line)]);
  return store;
}

function damaged(bytes: Uint8Array): Uint8Array {
  return bytes.with(bytes.length - 1, (bytes.at(-1) ?? 0) ^ 1);
}

describe("recovering", () => {
  test("an empty store gives nothing, and CHECKPOINT_MISSING with mustResume", async () => {
    const hold = await claimElsewhere(memory());
    expect(await find(hold)).toBeUndefined();
    expect(await rejection(find(hold, { mustResume: true }))).toMatchObject({
      code: "CHECKPOINT_MISSING",
      exitCode: 78,
    });
  });

  test("takes the highest fence, then the highest sequence, as numbers", async () => {
    const hold = await claimElsewhere(await usedStore());
    expect(await find(hold)).toBe("11-10");
    expect(hold.newest).toEqual({
      name: "checkpoint-11-10.safetensors",
      fence: 11,
      sequence: 10,
    });
  });

  test("removes nothing", async () => {
    const { store, calls } = recordingStore(await usedStore());
    const hold = await claimElsewhere(store);
    calls.length = 0;
    await find(hold);
    expect(calls.filter((call) => !/^(list|read)/.test(call))).toEqual([]);
  });

  test("what belongs to finished runs is not found again", async () => {
    const store = memory();
    const first = await claimElsewhere(store);
    await save(first, "one");
    await complete(first, { keep: false });
    await put(store, 1, 5);
    await put(store, 2, 1);
    expect(await find(await claimElsewhere(store))).toBeUndefined();
  });

  test("a checkpoint that vanishes while it is read makes it list again", async () => {
    const disk = memory();
    await save(await claimElsewhere(disk), "one");
    const store = before(
      disk,
      ({ operation, name }) => operation === "read" && name.startsWith("checkpoint"),
      async () => {
        await disk.remove("checkpoint-1-1.safetensors");
        await put(disk, 1, 2);
      },
    );
    const hold = await claimElsewhere(store);
    expect(await find(hold, { mustResume: true })).toBe("1-2");
  });

  test("a checkpoint under another one's name is CHECKPOINT_CORRUPT", async () => {
    const store = memory();
    await put(store, 1, 1);
    await store.create("checkpoint-1-2.safetensors", [
      await store.read("checkpoint-1-1.safetensors"),
    ]);
    const error = await rejection(find(await claimElsewhere(store)));
    expect(error).toMatchObject({
      code: "CHECKPOINT_CORRUPT",
      details: { unreadable: [expect.stringContaining("checkpoint-1-2.safetensors")] },
      message: expect.stringMatching(/checkpoint-1-2\.safetensors.*checkpoint 1-1/),
    });
  });
});

describe("a newest checkpoint that cannot be read", () => {
  async function storeWith(...unreadable: readonly number[]): Promise<CheckpointStore> {
    const store = memory();
    for (const sequence of [1, 2, 3]) {
      const bytes = await checkpointBytes({ fence: 1, sequence }, `1-${sequence}`);
      const name = `checkpoint-1-${sequence}.safetensors`;
      await store.create(name, [unreadable.includes(sequence) ? damaged(bytes) : bytes]);
    }
    return store;
  }

  test("is an error that names it and the older one's way back", async () => {
    const store = await storeWith(3);
    const error = await rejection(find(await claimElsewhere(store)));
    expect(error).toMatchObject({
      code: "CHECKPOINT_CORRUPT",
      exitCode: 78,
      message: expect.stringMatching(/checkpoint-1-3\.safetensors.*fallback: true/s),
      cause: expect.objectContaining({ code: "CHECKPOINT_CORRUPT" }),
    });
    expect(await store.list()).toContain("checkpoint-1-3.safetensors");
  });

  test("with fallback gives the next older one, with an event that tells both", async () => {
    const store = await storeWith(2, 3);
    const events: TrainingEvent[] = [];
    const hold = await claimElsewhere(store, { events });
    expect(await find(hold, { fallback: true })).toBe("1-1");
    expect(hold.newest?.name).toBe("checkpoint-1-1.safetensors");
    expect(events).toEqual([
      expect.objectContaining({
        type: "fellBack",
        from: "checkpoint-1-3.safetensors",
        to: "checkpoint-1-1.safetensors",
        error: expect.objectContaining({ code: "CHECKPOINT_CORRUPT" }),
      }),
    ]);
    expect(await store.list()).toContain("checkpoint-1-3.safetensors");
  });

  test("like all others is an error that tells of each", async () => {
    const store = await storeWith(1, 2, 3);
    const error = await rejection(find(await claimElsewhere(store), { fallback: true }));
    expect(error).toMatchObject({
      code: "CHECKPOINT_CORRUPT",
      message: expect.stringContaining("checkpoint-1-3.safetensors"),
      details: {
        unreadable: [
          expect.stringContaining("checkpoint-1-3.safetensors"),
          expect.stringContaining("checkpoint-1-2.safetensors"),
          expect.stringContaining("checkpoint-1-1.safetensors"),
        ],
      },
    });
  });

  test("because it is somebody else's is CHECKPOINT_FOREIGN", async () => {
    const store = memory();
    await store.create("checkpoint-1-1.safetensors", [new TextEncoder().encode("hello, world")]);
    const error = await rejection(find(await claimElsewhere(store)));
    expect(error).toMatchObject({ code: "CHECKPOINT_FOREIGN" });
  });

  test("because the disk fails is that failure: an older one would be a step back in silence", async () => {
    const disk = await storeWith();
    const store = aroundStore(disk, ({ operation, name }, proceed) =>
      operation === "read" && name === "checkpoint-1-3.safetensors"
        ? Promise.reject(new RepriseError("STORE_FAILED", "EIO"))
        : proceed(),
    );
    const error = await rejection(find(await claimElsewhere(store), { fallback: true }));
    expect(error).toMatchObject({ code: "STORE_FAILED" });
  });
});
