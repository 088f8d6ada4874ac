import { constants, closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { writeDirectly } from "../src/write-direct.ts";
import { allocateShared } from "../src/writer-thread/shared-memory.ts";
import { rejection, temporaryDirectory } from "./temporary-directory.ts";

const page = 4096;

function emptyFile(): string {
  const path = join(temporaryDirectory(), "file");
  writeFileSync(path, "");
  return path;
}

/** `length` bytes, each another one than its neighbours, at the beginning of a page. */
function bytesInPages(length: number): Uint8Array {
  const bytes = new Uint8Array(allocateShared(length));
  for (let at = 0; at < length; at++) bytes[at] = 1 + (at % 251);
  return bytes;
}

/** Whether the file systems of these tests let anybody past their cache. */
function isPossible(): boolean {
  try {
    closeSync(openSync(emptyFile(), constants.O_WRONLY | constants.O_DIRECT));
    return true;
  } catch {
    return false;
  }
}

const most = isPossible() ? Infinity : 0;

describe("past the cache of the system", () => {
  test.each([
    ["whole pages", [5 * page], 5 * page],
    ["what is before the last part of a page", [5 * page + 100], 5 * page],
    ["several chunks", [2 * page, 3 * page], 5 * page],
    ["nothing behind a part of a page", [2 * page + 1, 3 * page], 2 * page],
    ["more than one system call takes", [12 * 2 ** 20], 12 * 2 ** 20],
  ])("it writes %s", async (_what, lengths, expected) => {
    const path = emptyFile();
    const chunks = lengths.map(bytesInPages);
    const written = await writeDirectly(path, chunks, page);
    expect(written).toBe(Math.min(expected, most));
    const found = readFileSync(path).subarray(page);
    expect(found.equals(Buffer.concat(chunks).subarray(0, written))).toBe(true);
  });

  test.each([
    ["less than a page", [bytesInPages(page - 1)], 0],
    ["what begins in the middle of a page", [bytesInPages(3 * page).subarray(8)], 0],
    ["what goes into the middle of a page", [bytesInPages(3 * page)], 8],
    ["nothing", [], 0],
  ])("it writes nothing of %s", async (_what, chunks, start) => {
    const path = emptyFile();
    expect(await writeDirectly(path, chunks, start)).toBe(0);
    expect(readFileSync(path)).toHaveLength(0);
  });

  test("a failure is one", async () => {
    const path = join(temporaryDirectory(), "absent");
    expect(await rejection(writeDirectly(path, [bytesInPages(page)], 0))).toMatchObject({
      code: "ENOENT",
    });
  });
});
