import {
  type CheckpointStore,
  isRepriseError,
  parseEntryName,
  type RepriseErrorCode,
} from "@reprise/core";
import { assert, assertSameBytes } from "../contract/assert.ts";
import { outcomeOf } from "../contract/outcome.ts";

/** A store that is new and empty, for one test. */
export interface StoreUnderTest {
  readonly store: CheckpointStore;
  /** Another store object on the same entries, as a later process would open it. */
  readonly reopen: () => Promise<CheckpointStore>;
  /** Removes what the test left. */
  readonly cleanup?: () => Promise<void>;
}

/** Promises of a port by their names; each body shows one on a store of its own. */
export type StorePromises = Readonly<Record<string, (subject: StoreUnderTest) => Promise<void>>>;

export const checkpoint = "checkpoint-1-1.safetensors";

/** Bytes without a pattern that a store could repeat or shift unnoticed; the same for one seed. */
export function someBytes(length: number, seed = 1): Uint8Array {
  // Looking up a global is slow in the realms in which jest runs tests.
  const { imul } = Math;
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = seed;
  for (let index = 0; index < words.length; index += 1) {
    state = (imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    words[index] = state ^ (state >>> 16);
  }
  return new Uint8Array(words.buffer, 0, length);
}

/** A copy of bytes, cut into chunks of `size` bytes. */
export function inChunks(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.slice(index * size, (index + 1) * size),
  );
}

/** All chunks in one array. */
export function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

/** Reads an entry whole and compares it. */
export async function assertEntry(
  store: CheckpointStore,
  name: string,
  expected: Uint8Array,
): Promise<void> {
  assertSameBytes(await store.read(name), expected, `the entry ${name}`);
}

/** The store lists exactly these names, in any order; leftovers of a create aside. */
export async function assertListed(
  store: CheckpointStore,
  expected: readonly string[],
): Promise<void> {
  const listed = [...(await store.list())];
  assertNames(
    listed.filter((name) => parseEntryName(name)?.kind !== "temporary"),
    expected,
  );
}

/** These are the names that are listed, in any order. */
export function assertNames(found: readonly string[], expected: readonly string[]): void {
  const [foundNames, expectedNames] = [found, expected].map((names) =>
    JSON.stringify(names.toSorted()),
  );
  assert(
    foundNames === expectedNames,
    `the names that are listed: expected ${expectedNames}, found ${foundNames}`,
  );
}

/** Rejects with a RepriseError of this code; anything else, success included, fails the test. */
export async function assertRejects(
  action: Promise<unknown>,
  code: RepriseErrorCode,
  what: string,
): Promise<void> {
  const outcome = await outcomeOf(action);
  assert("error" in outcome, `${what}: expected ${code}, but it resolved`);
  assertCode(outcome.error, code, what);
}

/** A RepriseError of this code. */
export function assertCode(error: unknown, code: RepriseErrorCode, what: string): void {
  const isExpected = isRepriseError(error, code);
  assert(isExpected, `${what}: expected a RepriseError ${code}, found ${String(error)}`, error);
}
