import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { exportFile } from "../src/index.ts";
import { hasNamespaces, mounting, runChild } from "./child.ts";
import { bytes, rejection, temporaryDirectory } from "./temporary-directory.ts";

const size = 100_000;

test("writes text as UTF-8", async () => {
  const file = join(temporaryDirectory(), "losses.csv");
  await exportFile(file, "Schritt, Verlust für 1\n");
  expect(readFileSync(file, "utf8")).toBe("Schritt, Verlust für 1\n");
});

test("writes every byte of every kind of view", async () => {
  const file = join(temporaryDirectory(), "model.bin");
  const values = Float64Array.from({ length: 20_000 }, (_, index) => Math.sqrt(index));
  const views = [
    values,
    new Float32Array(values),
    values.subarray(3, 900),
    new DataView(values.buffer, 5, 77),
  ];
  for (const view of [...views, new BigInt64Array(1000).fill(-5n)]) {
    await exportFile(file, view);
    const expected = Buffer.from(view.buffer, view.byteOffset, view.byteLength);
    expect(readFileSync(file).equals(expected)).toBe(true);
  }
});

test("replaces a file, keeps its permissions, and leaves nothing else", async () => {
  const path = temporaryDirectory();
  const file = join(path, "model.bin");
  writeFileSync(file, "old");
  chmodSync(file, 0o600);
  await exportFile(file, bytes(10));
  expect(readFileSync(file).equals(bytes(10))).toBe(true);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(path)).toEqual(["model.bin"]);
});

test("replaces what a link leads to and keeps the link", async () => {
  const target = join(temporaryDirectory(), "target");
  const link = join(temporaryDirectory(), "model.bin");
  writeFileSync(target, "old");
  symlinkSync(target, link);
  await exportFile(link, "new");
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readFileSync(target, "utf8")).toBe("new");
});

test.each([[new ArrayBuffer(8)], [[1, 2]], [5], [undefined]])("refuses %p", async (data) => {
  const file = join(temporaryDirectory(), "model.bin");
  expect(await rejection(exportFile(file, data as unknown as string))).toMatchObject({
    code: "INVALID_ARGUMENT",
  });
});

test("says that its directory is missing", async () => {
  const file = join(temporaryDirectory(), "missing", "model.bin");
  expect(await rejection(exportFile(file, "x"))).toMatchObject({
    code: "STORE_FAILED",
    details: { systemCode: "ENOENT" },
  });
});

test("on a full disk is an error, and keeps the old file", async () => {
  if (!hasNamespaces()) return;
  const path = join(temporaryDirectory(), "mount");
  mkdirSync(path);
  const file = join(path, "model.bin");
  const steps = [
    { export: file, size, fill: 1 },
    { export: file, size: 250_000 },
    { contents: file },
    { list: true },
  ];
  const within = mounting("-t tmpfs -o size=300k none", path);
  const ending = await runChild("store-steps.ts", [path, JSON.stringify(steps)], { within });
  expect(JSON.parse(ending.stdout)).toEqual([
    "done",
    "STORE_FULL",
    { size, values: [1] },
    ["model.bin"],
  ]);
});

test("under a file-size limit is an error, also in a program without a store", async () => {
  const file = join(temporaryDirectory(), "model.bin");
  writeFileSync(file, "old");
  const within = ["bash", "-c", 'ulimit -f 200 && exec "$@"', "bash"];
  const ending = await runChild("export-zeros.ts", [file, "300000"], { within });
  expect(ending).toMatchObject({ code: 0, stdout: "STORE_FULL\n" });
  expect(readFileSync(file, "utf8")).toBe("old");
});

test("killed at any operation leaves the old file or the whole new one", async () => {
  const log = join(temporaryDirectory(), "log");
  const left: string[] = [];
  for (let at = 1; ; at += 1) {
    const path = temporaryDirectory();
    const file = join(path, "model.bin");
    writeFileSync(file, "old");
    const steps = JSON.stringify([{ export: file, size }]);
    const env = { FAULT: "kill", FAULT_AT: String(at), FAULT_LOG: log };
    writeFileSync(log, "");
    const ending = await runChild("store-steps.ts", [path, steps], {
      preload: ["faults.mjs"],
      env,
    });
    const found = readFileSync(file);
    left.push(found.equals(bytes(size)) ? "new" : found.toString());
    if (ending.signal === null) break;
    expect(ending.signal).toBe("SIGKILL");
  }
  const operations = readFileSync(log, "utf8").replace(/model\.bin\.\d+/g, "temporary");
  expect(operations.trim().split("\n")).toEqual([
    "open temporary",
    "writev temporary",
    "stat temporary",
    "close temporary",
    "fsync",
    "rename",
    "open .",
    "sync .",
    "close .",
  ]);
  expect(left).toEqual([...Array(6).fill("old"), ...Array(4).fill("new")]);
});
