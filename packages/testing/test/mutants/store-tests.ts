import { storeContract } from "@reprise/testing";
import {
  onCrashFs,
  type OpenStore,
  storeCrashContract,
  storeDirectory,
  storeFaultContract,
} from "@reprise/testing/node";
import type { StoreOnFiles } from "../../src/mutants/stores/store-on-files.ts";

/** The tests of every suite that runs on a disk in memory, by name, as any runner could collect them. */
export function storeTests(make: StoreOnFiles): ReadonlyMap<string, () => Promise<void>> {
  const tests = new Map<string, () => Promise<void>>();
  const it = (name: string, body: () => Promise<void>): unknown => tests.set(name, body);
  const open: OpenStore = (fs) => make(fs.promises, storeDirectory);
  storeCrashContract({ it, open });
  storeFaultContract({ it, open });
  storeContract({ it, ...onCrashFs(open) });
  return tests;
}
