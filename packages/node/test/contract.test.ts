import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "@jest/globals";
import { presenceContract, storeContract, type StoreUnderTest } from "@reprise/testing";
import { directory } from "../src/directory.ts";

function storeIn(path: string, cleanup: () => Promise<void>): StoreUnderTest {
  const open = () => directory(path, { preemption: false });
  return { store: open(), reopen: async () => open(), cleanup };
}

async function factory(): Promise<StoreUnderTest> {
  const path = await mkdtemp(join(tmpdir(), "reprise-contract-"));
  return storeIn(path, () => rm(path, { recursive: true }));
}

/** A disk of its own, as small as it is asked for. */
async function factoryWithRoom(bytes: number): Promise<StoreUnderTest> {
  const path = mountTmpfs(bytes);
  if (path === undefined) throw new Error("the disk could be mounted a moment ago");
  return storeIn(path, async () => unmount(path));
}

function mountTmpfs(bytes: number): string | undefined {
  const path = mkdtempSync(join(tmpdir(), "reprise-contract-disk-"));
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", path]);
  if (status === 0) return path;
  rmdirSync(path);
  return undefined;
}

function unmount(path: string): void {
  spawnSync("umount", [path]);
  rmdirSync(path);
}

const disk = mountTmpfs(2 ** 20);
if (disk === undefined) console.log("not run: a full disk, since this user may not mount one");
else unmount(disk);

describe("the directory store keeps the contract", () => {
  storeContract({
    it: test,
    factory,
    ...(disk === undefined ? {} : { factoryWithRoom }),
    async factoryWithForeign(name) {
      const path = await mkdtemp(join(tmpdir(), "reprise-contract-"));
      await writeFile(join(path, name), "of somebody else");
      return storeIn(path, () => rm(path, { recursive: true }));
    },
  });
});

describe("the presence of the directory store keeps the contract", () => {
  presenceContract({
    it: test,
    async factory() {
      const { presence } = directory(join(tmpdir(), "reprise-presence"), { preemption: false });
      if (presence === undefined) throw new Error("the directory store has no presence");
      return presence;
    },
  });
});
