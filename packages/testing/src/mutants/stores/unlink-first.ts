import { storeInSteps } from "./store-in-steps.ts";
import type { StoreOnFiles } from "./store-on-files.ts";

const sound = storeInSteps();

/** Makes room for a checkpoint by removing the one before. */
export const unlinkFirst: StoreOnFiles = (files, directory) => {
  const store = sound(files, directory);
  return {
    ...store,
    async create(name, chunks) {
      const older = isCheckpoint(name) ? (await store.list()).filter(isCheckpoint) : [];
      for (const other of older) if (other !== name) await store.remove(other);
      await store.create(name, chunks);
    },
  };
};

function isCheckpoint(name: string): boolean {
  return name.endsWith(".safetensors");
}
