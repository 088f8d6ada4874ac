import { RepriseError } from "../../src/errors.ts";
import { memory } from "../../src/store/memory-store.ts";
import type { CheckpointStore } from "../../src/store/store.ts";
import { aroundStore } from "../checkpoint/around-store.ts";

/** A store whose checkpoints are created only when a test says so, and fail when it says so. */
export interface GatedStore {
  readonly store: CheckpointStore;
  /** Whether checkpoints wait for {@link open}. */
  isClosed: boolean;
  /** Whether checkpoints fail. */
  isBroken: boolean;
  /** Lets everything through that waits now, and whatever comes. */
  open(): void;
  /** Resolves when a checkpoint waits at the gate. */
  arrived(): Promise<void>;
  /** The names of the checkpoints that are there. */
  checkpoints(): Promise<readonly string[]>;
}

export function gatedStore(): GatedStore {
  const disk = memory();
  const waiting: (() => void)[] = [];
  const watching: (() => void)[] = [];
  const gate: GatedStore = {
    isClosed: false,
    isBroken: false,
    store: aroundStore(disk, async ({ operation, name }, proceed) => {
      if (operation !== "create" || !name.startsWith("checkpoint")) return proceed();
      if (gate.isClosed) {
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          for (const notify of watching.splice(0)) notify();
        });
      }
      if (gate.isBroken) throw new RepriseError("STORE_FULL", "no space left");
      return proceed();
    }),
    open() {
      gate.isClosed = false;
      for (const resolve of waiting.splice(0)) resolve();
    },
    arrived() {
      return new Promise((resolve) => {
        if (waiting.length > 0) resolve();
        else watching.push(resolve);
      });
    },
    async checkpoints() {
      return (await disk.list()).filter((name) => name.startsWith("checkpoint"));
    },
  };
  return gate;
}
