import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { directoryEntries } from "../src/directory-entries.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const name = "checkpoint-1-1.safetensors";
const mebibyte = 2 ** 20;

/** A header of which nothing is known yet, and data that takes more than one system call, or does not. */
function chunksOf(mebibytes: number): [Uint8Array, Uint8Array] {
  const data = new Uint8Array(mebibytes * mebibyte).map((_, at) => at % 251);
  return [new Uint8Array(4096), data];
}

describe.each([1, 20])("an entry of %i MiB whose first chunk is not ready yet", (mebibytes) => {
  test("has the bytes that the chunk has when it is", async () => {
    const root = temporaryDirectory();
    const [header, data] = chunksOf(mebibytes);
    let makeReady: () => void = () => {};
    const ready = new Promise<void>((resolve) => {
      makeReady = resolve;
    });
    const created = directoryEntries(root).createLate?.(name, [header, data], ready);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await readdir(root)).not.toContain(name);
    header.fill(7);
    makeReady();
    await created;
    expect(await readdir(root)).toEqual([name]);
    const found = await readFile(join(root, name));
    expect(found.equals(Buffer.concat([header, data]))).toBe(true);
  });

  test("is not there, and leaves nothing, when it never is", async () => {
    const root = temporaryDirectory();
    const ready = Promise.reject(new Error("no hash to be had"));
    const created = directoryEntries(root).createLate?.(name, chunksOf(mebibytes), ready);
    await expect(created).rejects.toMatchObject({ code: "STORE_FAILED" });
    expect(await readdir(root)).toEqual([]);
  });
});
