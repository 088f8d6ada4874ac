import { show } from "@reprise/core";
import { assert, assertEqual, assertSameBytes } from "../contract/assert.ts";
import {
  assertEntry,
  assertRejects,
  checkpoint,
  inChunks,
  joined,
  someBytes,
  type StorePromises,
} from "./promise-kit.ts";

const size = 300_007;

/** What `read` promises: the entry or the part that was asked for, and NOT_FOUND without one. */
export const readPromises: StorePromises = {
  "read clips a range to the entry": async ({ store }) => {
    const bytes = someBytes(size);
    await store.create(checkpoint, inChunks(bytes, 65_536));
    for (const [start, end] of [
      [0, size],
      [0, 1],
      [0, 8],
      [size - 1, size],
      [65_535, 65_537],
      [65_537, 262_145],
      [size - 5, size + 100],
      [0, Number.MAX_SAFE_INTEGER],
    ] as const) {
      const part = await store.read(checkpoint, { start, end });
      assertSameBytes(part, bytes.slice(start, end), `the bytes from ${start} to ${end}`);
    }
  },

  "a range that is empty or past the end reads as 0 bytes": async ({ store }) => {
    await store.create(checkpoint, [someBytes(10)]);
    for (const [start, end] of [
      [0, 0],
      [5, 5],
      [10, 11],
      [1000, Number.MAX_SAFE_INTEGER],
    ] as const) {
      const part = await store.read(checkpoint, { start, end });
      assertSameBytes(part, new Uint8Array(), `the bytes from ${start} to ${end}`);
    }
  },

  "ranges that are read at once join to the entry": async ({ store }) => {
    const bytes = someBytes(size);
    await store.create(checkpoint, [bytes.slice()]);
    const starts = Array.from({ length: Math.ceil(size / 20_001) }, (_, index) => index * 20_001);
    const parts = await Promise.all(
      starts.map((start) => store.read(checkpoint, { start, end: start + 20_001 })),
    );
    assertSameBytes(joined(parts), bytes, "the joined ranges");
  },

  "what was read is aliased neither to the store nor to a second read": async ({ store }) => {
    await store.create(checkpoint, [someBytes(100)]);
    const whole = await store.read(checkpoint);
    const part = await store.read(checkpoint, { start: 0, end: 100 });
    const kept = await store.read(checkpoint);
    whole.fill(0);
    part.fill(0);
    assertSameBytes(kept, someBytes(100), "an earlier read");
    await assertEntry(store, checkpoint, someBytes(100));
  },

  "an absent entry is NOT_FOUND": async ({ store }) => {
    await assertRejects(store.read(checkpoint), "NOT_FOUND", "reading an absent entry");
    const part = store.read(checkpoint, { start: 0, end: 8 });
    await assertRejects(part, "NOT_FOUND", "reading a range of an absent entry");
    const nothing = store.read(checkpoint, { start: 0, end: 0 });
    await assertRejects(nothing, "NOT_FOUND", "reading an empty range of an absent entry");
  },

  "a store says what it is called and what it supports": async ({ store }) => {
    const { description } = store;
    assert(/\S/u.test(description), `the description of the store: found ${show(description)}`);
    assertEqual(typeof store.supports.durable, "boolean", "supports.durable");
  },
};
