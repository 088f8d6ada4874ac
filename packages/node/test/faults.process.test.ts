import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parseEntryName } from "@reprise/core";
import { directory } from "../src/index.ts";
import { type Ending, hasNamespaces, mounting, runChild } from "./child.ts";
import { bytes, temporaryDirectory } from "./temporary-directory.ts";

const first = "checkpoint-1-1.safetensors";
const second = "checkpoint-1-2.safetensors";
const size = 100_000;

function steps(list: readonly object[]): string {
  return JSON.stringify(list);
}

function results(ending: Ending): unknown {
  if (ending.code !== 0)
    throw new Error(`ended with ${ending.code} ${ending.signal}: ${ending.stderr}`);
  return JSON.parse(ending.stdout);
}

async function withFirst(): Promise<string> {
  const path = join(temporaryDirectory(), "backup");
  await directory(path).create(first, [bytes(size, 1)]);
  return path;
}

/** The names in `path`, after a look at whether every visible entry is whole. */
function wholeEntries(path: string): string[] {
  const names = readdirSync(path).filter((name) => parseEntryName(name)?.kind === "checkpoint");
  expect(readFileSync(join(path, first)).equals(bytes(size, 1))).toBe(true);
  if (names.includes(second)) {
    expect(readFileSync(join(path, second)).equals(bytes(size, 2))).toBe(true);
  }
  return names;
}

async function createSecond(path: string, env: Record<string, string>): Promise<Ending> {
  const list = steps([{ create: second, size, fill: 2 }]);
  return runChild("store-steps.ts", [path, list], { preload: ["faults.mjs"], env });
}

describe("a create", () => {
  test("syncs the bytes before they get a name, and the name before it resolves", async () => {
    const path = await withFirst();
    const log = join(temporaryDirectory(), "log");
    await createSecond(path, { FAULT_LOG: log });
    const temporary = `${second}.nonce.tmp`;
    expect(readFileSync(log, "utf8").trim().split("\n")).toEqual([
      "mkdir .",
      "statfs .",
      `open ${temporary}`,
      `writev ${temporary}`,
      `sync ${temporary}`,
      `stat ${temporary}`,
      `close ${temporary}`,
      `link ${temporary}`,
      `unlink ${temporary}`,
      "open .",
      "sync .",
      "close .",
    ]);
  });

  test("killed at any operation leaves the old entry, and the new one whole or absent", async () => {
    const seen = new Set<string>();
    for (let at = 1; ; at += 1) {
      const path = await withFirst();
      const ending = await createSecond(path, { FAULT: "kill", FAULT_AT: String(at) });
      seen.add(wholeEntries(path).toSorted().join());
      expect(readdirSync(path).length).toBeLessThanOrEqual(3);
      expect(readdirSync(path).every((name) => parseEntryName(name))).toBe(true);
      if (ending.signal === null) {
        expect(at).toBe(13);
        break;
      }
      expect(ending.signal).toBe("SIGKILL");
    }
    expect([...seen].toSorted()).toEqual([first, `${first},${second}`]);
  });

  test("whose n-th operation fails is an error, leaves nothing, and can be tried again", async () => {
    for (let at = 2; at <= 12; at += 1) {
      const path = await withFirst();
      const list = steps([
        { create: second, size, fill: 2 },
        { create: second, size, fill: 2 },
      ]);
      const env = { FAULT: "EIO", FAULT_AT: String(at) };
      const ending = await runChild("store-steps.ts", [path, list], {
        preload: ["faults.mjs"],
        env,
      });
      // The ninth removes the temporary name of an entry that is there already.
      const wanted = { 9: ["done", "ALREADY_EXISTS"] }[at];
      const visible = ["STORE_FAILED", "ALREADY_EXISTS"];
      expect(results(ending)).toEqual(wanted ?? (at > 9 ? visible : ["STORE_FAILED", "done"]));
      expect(wholeEntries(path)).toHaveLength(2);
      const leftovers = readdirSync(path).length - 2;
      expect(leftovers).toBe(at === 9 ? 1 : 0);
    }
  });

  test.each([
    ["short", "done"],
    ["nothing", "STORE_FAILED"],
    ["phantom", "STORE_FAILED"],
    ["ENOSPC", "STORE_FULL"],
    ["EFBIG", "STORE_FULL"],
    ["EDQUOT", "STORE_FULL"],
    ["UNKNOWN -122", "STORE_FULL"],
    ["UNKNOWN -1", "STORE_FAILED"],
    ["EACCES", "STORE_DENIED"],
    ["EROFS", "STORE_DENIED"],
    ["EMFILE", "STORE_FAILED"],
  ])("whose write answers %s ends as %s", async (FAULT, expected) => {
    const path = await withFirst();
    expect(results(await createSecond(path, { FAULT, FAULT_AT: "4" }))).toEqual([expected]);
    expect(wholeEntries(path)).toHaveLength(expected === "done" ? 2 : 1);
    expect(readdirSync(path)).toHaveLength(expected === "done" ? 2 : 1);
  });

  test.each(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"])(
    "on a file system that answers a link with %s is refused",
    async (FAULT) => {
      const path = await withFirst();
      const ending = await createSecond(path, { FAULT, FAULT_AT: "8" });
      expect(results(ending)).toEqual(["STORE_UNSUPPORTED"]);
      expect(readdirSync(path)).toEqual([first]);
    },
  );
});

describe("a directory", () => {
  test("on a disk that fills up keeps what it has and goes on when there is room", async () => {
    if (!hasNamespaces()) return;
    const path = join(temporaryDirectory(), "mount");
    mkdirSync(path);
    const list = steps([
      { create: first, size },
      { create: second, size: 250_000 },
      { list: true },
      { read: first },
      { remove: first },
      { create: second, size: 250_000 },
      { list: true },
    ]);
    const within = mounting("-t tmpfs -o size=300k none", path);
    expect(results(await runChild("store-steps.ts", [path, list], { within }))).toEqual([
      "done",
      "STORE_FULL",
      [first],
      size,
      "done",
      "done",
      [second],
    ]);
  });

  test("on a disk that has bytes but no more files to give keeps what it has", async () => {
    if (!hasNamespaces()) return;
    const path = join(temporaryDirectory(), "mount");
    mkdirSync(path);
    const list = steps([{ create: first, size }, { create: second, size }, { list: true }]);
    const within = mounting("-t tmpfs -o size=10m,nr_inodes=3 none", path);
    const ending = await runChild("store-steps.ts", [path, list], { within });
    expect(results(ending)).toEqual(["done", "STORE_FULL", [first]]);
  });

  test("under a file-size limit reports it and lives on", async () => {
    const path = await withFirst();
    // A claim loads a library on whose account the signal of the limit would end the process.
    const list = steps([
      { claim: true },
      { create: second, size: 300_000 },
      { export: join(path, "model.bin"), size: 300_000 },
      { list: true },
      { create: second, size, fill: 2 },
    ]);
    const within = ["bash", "-c", 'ulimit -f 200 && exec "$@"', "bash"];
    const ending = await runChild("store-steps.ts", [path, list], { within });
    expect(results(ending)).toEqual(["claimed", "STORE_FULL", "STORE_FULL", [first], "done"]);
  });

  test("that is read-only is readable, and refuses to be written", async () => {
    if (!hasNamespaces()) return;
    const path = await withFirst();
    const list = steps([
      { create: second, size },
      { remove: first },
      { read: first },
      { list: true },
    ]);
    const within = mounting(`--bind "$1" "$1" && mount -o remount,bind,ro`, path);
    const ending = await runChild("store-steps.ts", [path, list], { within });
    expect(results(ending)).toEqual(["STORE_DENIED", "STORE_DENIED", size, [first]]);
  });

  test("of somebody else is refused, before anything is done", async () => {
    const path = await withFirst();
    writeFileSync(join(path, "notes.txt"), "mine");
    const list = steps([
      { list: true },
      { read: first },
      { create: second, size },
      { remove: first },
    ]);
    for (const [mode, expected] of [
      [0o555, [[first, "notes.txt"], size, "STORE_DENIED", "STORE_DENIED"]],
      [0o000, ["STORE_DENIED", "STORE_DENIED", "STORE_DENIED", "STORE_DENIED"]],
    ] as const) {
      chmodSync(join(path, ".."), 0o755);
      chmodSync(path, mode);
      const ending = await runChild("store-steps.ts", [path, list], { unprivileged: true });
      expect(results(ending)).toEqual(expected);
    }
    chmodSync(path, 0o755);
    expect(readdirSync(path).toSorted()).toEqual([first, "notes.txt"]);
  });

  test("in a place where nothing may be created is refused", async () => {
    const parent = temporaryDirectory();
    chmodSync(parent, 0o555);
    const list = steps([{ list: true }, { create: first, size }]);
    const options = { unprivileged: true };
    const ending = await runChild("store-steps.ts", [join(parent, "backup"), list], options);
    expect(results(ending)).toEqual([[], "STORE_DENIED"]);
  });

  test("whose parent may be entered but not read works", async () => {
    const parent = temporaryDirectory();
    const path = join(parent, "backup");
    mkdirSync(path);
    chmodSync(path, 0o777);
    chmodSync(parent, 0o711);
    const list = steps([{ create: first, size }, { read: first }]);
    const ending = await runChild("store-steps.ts", [path, list], { unprivileged: true });
    expect(results(ending)).toEqual(["done", size]);
  });
});
