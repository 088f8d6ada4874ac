import type { StoreContract } from "../store/store-contract.ts";
import type { StoreUnderTest } from "../store/promise-kit.ts";
import { CrashFs } from "../crash-fs/crash-fs.ts";
import { DiskImage, directoryNode } from "../power-loss/disk-image.ts";
import { type OpenStore, storeDirectory } from "./store-life.ts";

/** What the contract suite of stores needs, on disks in memory: small and used ones included. */
export function onCrashFs(open: OpenStore): Omit<StoreContract, "it"> {
  const subject = async (fs: CrashFs): Promise<StoreUnderTest> => ({
    store: open(fs),
    reopen: async () => open(fs),
  });
  const from = new DiskImage([[storeDirectory, directoryNode]]);
  return {
    factory: () => subject(new CrashFs({ from })),
    factoryWithRoom: (capacity) => subject(new CrashFs({ from, capacity })),
    factoryWithForeign(name) {
      const data = Uint8Array.of(1);
      const path = `${storeDirectory}/${name}`;
      return subject(
        new CrashFs({ from: new DiskImage([[path, { kind: "file", inode: 1, data }]]) }),
      );
    },
  };
}
