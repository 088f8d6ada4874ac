import { createPromises } from "./create-promises.ts";
import { entryPromises } from "./entry-promises.ts";
import { foreignName, foreignPromises } from "./foreign-promises.ts";
import { fullPromises, roomBytes } from "./full-promises.ts";
import type { StorePromises, StoreUnderTest } from "./promise-kit.ts";
import { readPromises } from "./read-promises.ts";

/** What {@link storeContract} needs to know of a store and of the test runner. */
export interface StoreContract {
  /** Registers a test: `test` or `it` of any runner. */
  readonly it: (name: string, body: () => Promise<void>) => unknown;
  /** A new and empty store, for one test. */
  readonly factory: () => Promise<StoreUnderTest>;
  /**
   * A new and empty store that runs out of room after about `bytes` bytes: on a small disk, or with
   * a fault in its writes. Without it, what happens in a full store is not tested.
   */
  readonly factoryWithRoom?: (bytes: number) => Promise<StoreUnderTest>;
  /**
   * A new store that is empty but for a foreign entry `name`, which was put there without it. Without
   * this, what happens to foreign entries is not tested.
   */
  readonly factoryWithForeign?: (name: string) => Promise<StoreUnderTest>;
}

/**
 * Registers one test for every promise of `CheckpointStore` that can be seen through the port. Each
 * stands alone, on a store of its own, and fails with an error that says what was expected and found.
 */
export function storeContract({
  it,
  factory,
  factoryWithRoom,
  factoryWithForeign,
}: StoreContract): void {
  register(it, factory, { ...createPromises, ...readPromises, ...entryPromises });
  if (factoryWithRoom) register(it, () => factoryWithRoom(roomBytes), fullPromises);
  if (factoryWithForeign) register(it, () => factoryWithForeign(foreignName), foreignPromises);
}

function register(
  it: StoreContract["it"],
  factory: StoreContract["factory"],
  promises: StorePromises,
): void {
  for (const [name, show] of Object.entries(promises)) {
    it(name, async () => {
      const subject = await factory();
      try {
        await show(subject);
      } finally {
        await subject.cleanup?.();
      }
    });
  }
}
