import { type CheckpointStore, parseEntryName } from "@reprise/core";
import { assert, assertEqual, assertSameBytes } from "../contract/assert.ts";
import { macrotask } from "../contract/macrotask.ts";
import { outcomeOf } from "../contract/outcome.ts";
import {
  assertCode,
  assertEntry,
  assertListed,
  assertNames,
  assertRejects,
  checkpoint,
  inChunks,
  joined,
  someBytes,
  type StorePromises,
} from "./promise-kit.ts";

/** What `create` promises: whole or absent, never replaced, bit for bit. */
export const createPromises: StorePromises = {
  "create is invisible until it is whole": async ({ store }) => {
    const bytes = someBytes(2 ** 20 + 1);
    const progress = { settled: false };
    const created = store.create(checkpoint, inChunks(bytes, 2 ** 16)).finally(() => {
      progress.settled = true;
    });
    try {
      while (!progress.settled) {
        await assertAbsentOrWhole(store, bytes);
        await macrotask();
      }
    } finally {
      await created;
    }
    await assertEntry(store, checkpoint, bytes);
  },

  "an entry is listed and whole once its create resolved": async ({ store }) => {
    await assertListed(store, []);
    await store.create(checkpoint, inChunks(someBytes(1000), 100));
    await assertListed(store, [checkpoint]);
    await assertEntry(store, checkpoint, someBytes(1000));
  },

  "create refuses a name that is taken and leaves its bytes": async ({ store }) => {
    await store.create(checkpoint, [someBytes(100)]);
    const again = store.create(checkpoint, [someBytes(200, 2)]);
    await assertRejects(again, "ALREADY_EXISTS", "creating a name that is taken");
    const same = store.create(checkpoint, [someBytes(100)]);
    await assertRejects(same, "ALREADY_EXISTS", "creating it with the same bytes");
    await assertEntry(store, checkpoint, someBytes(100));
    await assertListed(store, [checkpoint]);
  },

  "of concurrent creates of one name exactly one wins, and the entry has its bytes": async ({
    store,
    reopen,
  }) => {
    const stores = [store, await reopen()];
    const candidates = Array.from({ length: 8 }, (_, index) => someBytes(2 ** 14, index + 1));
    const outcomes = await Promise.all(
      candidates.map((bytes, index) =>
        outcomeOf((stores[index % 2] ?? store).create(checkpoint, inChunks(bytes, 2 ** 12))),
      ),
    );
    const winners = candidates.filter((_, index) => "value" in (outcomes[index] ?? {}));
    assertEqual(winners.length, 1, "the number of creates that resolved");
    for (const outcome of outcomes) {
      if ("error" in outcome) assertCode(outcome.error, "ALREADY_EXISTS", "the others");
    }
    await assertEntry(store, checkpoint, winners[0] ?? new Uint8Array());
    await assertListed(store, [checkpoint]);
  },

  "concurrent creates of different names do not mix": async ({ store }) => {
    const names = Array.from({ length: 8 }, (_, index) => `checkpoint-1-${index}.safetensors`);
    await Promise.all(
      names.map((name, index) =>
        store.create(name, inChunks(someBytes(2 ** 14, index + 1), 2 ** 12)),
      ),
    );
    await assertListed(store, names);
    for (const [index, name] of names.entries()) {
      await assertEntry(store, name, someBytes(2 ** 14, index + 1));
    }
  },

  "chunks are joined in order, empty ones and views of every element type included": async ({
    store,
  }) => {
    const chunks = viewsOfEveryType().flatMap((chunk) => [chunk, new Uint8Array()]);
    const whole = joined(chunks);
    await store.create(checkpoint, chunks);
    await assertEntry(store, checkpoint, whole);
  },

  "more chunks than one system call takes": async ({ store }) => {
    const bytes = someBytes(5 * 3000 + 2);
    await store.create(checkpoint, inChunks(bytes, 5));
    await assertEntry(store, checkpoint, bytes);
  },

  "an entry of 0 bytes": async ({ store }) => {
    await store.create("lease-1.json", []);
    await store.create("lease-2.json", [new Uint8Array(), new Uint8Array()]);
    await assertEntry(store, "lease-1.json", new Uint8Array());
    await assertEntry(store, "lease-2.json", new Uint8Array());
    const part = await store.read("lease-1.json", { start: 0, end: 100 });
    assertSameBytes(part, new Uint8Array(), "a range of an entry of 0 bytes");
    await assertListed(store, ["lease-1.json", "lease-2.json"]);
    const again = store.create("lease-1.json", [someBytes(1)]);
    await assertRejects(again, "ALREADY_EXISTS", "creating an entry of 0 bytes again");
  },

  "an entry of 8 MiB and 3 bytes arrives bit for bit": async ({ store }) => {
    const bytes = someBytes(8 * 2 ** 20 + 3);
    await store.create(checkpoint, [bytes.slice(0, 1), bytes.slice(1)]);
    await assertEntry(store, checkpoint, bytes);
  },

  "changing the caller's bytes after create settled changes nothing": async ({ store }) => {
    const bytes = someBytes(100);
    await store.create(checkpoint, [bytes]);
    bytes.fill(0);
    await assertEntry(store, checkpoint, someBytes(100));
  },

  "create leaves the caller's bytes as they are": async ({ store }) => {
    const bytes = someBytes(100);
    await store.create(checkpoint, [bytes.subarray(0, 60), bytes.subarray(60)]);
    assertSameBytes(bytes, someBytes(100), "the caller's bytes");
  },

  "a create that settled, refused or not, leaves nothing else behind": async ({ store }) => {
    const attempts = [1, 2, 3].map((seed) =>
      outcomeOf(store.create(checkpoint, inChunks(someBytes(300, seed), 100))),
    );
    await Promise.all(attempts);
    await outcomeOf(store.create(checkpoint, [someBytes(100, 4)]));
    assertNames(await store.list(), [checkpoint]);
  },
};

async function assertAbsentOrWhole(store: CheckpointStore, whole: Uint8Array): Promise<void> {
  const names = await store.list();
  const outcome = await outcomeOf(store.read(checkpoint));
  if ("value" in outcome) {
    assertSameBytes(outcome.value, whole, "what is read while create is under way");
  } else {
    assert(!names.includes(checkpoint), "an entry is listed that cannot be read yet");
  }
  const others = names.filter((name) => name !== checkpoint);
  assert(
    others.every((name) => parseEntryName(name)?.kind === "temporary"),
    `while create is under way, only temporary names may be listed, not ${others.join(", ")}`,
  );
}

// Unaligned, since each begins one element into a buffer that others share.
function viewsOfEveryType(): Uint8Array[] {
  const { buffer } = someBytes(1024);
  const views = [
    new Int8Array(buffer, 1, 3),
    new Uint8Array(buffer, 5, 7),
    new Uint8ClampedArray(buffer, 13, 5),
    new Int16Array(buffer, 18, 3),
    new Uint16Array(buffer, 26, 1),
    new Int32Array(buffer, 36, 3),
    new Uint32Array(buffer, 52, 5),
    new Float32Array(buffer, 76, 7),
    new Float64Array(buffer, 104, 3),
    new BigInt64Array(buffer, 136, 2),
    new BigUint64Array(buffer, 152, 3),
    new DataView(buffer, 177, 11),
  ];
  return views.map((view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
}
