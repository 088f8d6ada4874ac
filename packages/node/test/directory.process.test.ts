import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, jest, test } from "@jest/globals";
import { isRepriseError, temporaryName } from "@reprise/core";
import { directory } from "../src/index.ts";
import { bytes, rejection, temporaryDirectory } from "./temporary-directory.ts";

const name = "checkpoint-1-1.safetensors";
const other = "checkpoint-1-2.safetensors";

describe("directory()", () => {
  test("does nothing before it is used", () => {
    const path = join(temporaryDirectory(), "backup");
    directory(path);
    expect(existsSync(path)).toBe(false);
  });

  test("means the working directory of the call", () => {
    expect(directory("./backup").description).toBe(`directory ${join(process.cwd(), "backup")}`);
  });

  test.each([[""], [undefined], [5], [new URL("file:///tmp")], ["file:///tmp"], ["a\0b"]])(
    "refuses the path %p and says what it expects",
    (path) => {
      expect(() => directory(path as string)).toThrow(
        expect.objectContaining({
          code: "INVALID_ARGUMENT",
          message: expect.stringContaining('directory("./backup")'),
        }),
      );
    },
  );

  test("watches signals unless told not to", () => {
    expect(directory("x").preemption).toBeDefined();
    expect(directory("x", { preemption: false }).preemption).toBeUndefined();
    expect(() => directory("x", { preemption: true as unknown as false })).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
  });

  test("cannot be changed", () => {
    const store = directory("x");
    for (const part of [store, store.supports, store.presence, store.preemption]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });
});

describe("create", () => {
  test("makes the directory and its parents, and an entry of all chunks", async () => {
    const path = join(temporaryDirectory(), "a", "b", "backup");
    const store = directory(path);
    await store.create(name, [bytes(3, 1), bytes(0), bytes(2, 2)]);
    expect(await store.list()).toEqual([name]);
    expect([...(await store.read(name))]).toEqual([1, 1, 1, 2, 2]);
  });

  test("makes an empty entry of no chunks", async () => {
    const store = directory(temporaryDirectory());
    await store.create(name, []);
    expect(await store.read(name)).toHaveLength(0);
  });

  test("leaves an entry that exists as it is", async () => {
    const path = temporaryDirectory();
    const store = directory(path);
    await store.create(name, [bytes(10, 1)]);
    const error = await rejection(store.create(name, [bytes(20, 2)]));
    expect(isRepriseError(error, "ALREADY_EXISTS")).toBe(true);
    expect(readFileSync(join(path, name)).equals(bytes(10, 1))).toBe(true);
    expect(readdirSync(path)).toEqual([name]);
  });

  test("lets exactly one of many that create the same entry at once succeed", async () => {
    const path = temporaryDirectory();
    const attempts = Array.from({ length: 8 }, (_, fill) =>
      directory(path).create(name, [bytes(50_000, fill)]),
    );
    const results = await Promise.allSettled(attempts);
    const winner = results.findIndex(({ status }) => status === "fulfilled");
    const codes = results.map((result) =>
      result.status === "rejected" ? (result.reason as { code: string }).code : "created",
    );
    expect(codes.toSorted()).toEqual([...Array(7).fill("ALREADY_EXISTS"), "created"]);
    expect(readdirSync(path)).toEqual([name]);
    expect(readFileSync(join(path, name)).equals(bytes(50_000, winner))).toBe(true);
  });

  test("writes every byte of every kind of view, and no byte around it", async () => {
    const memory = new ArrayBuffer(96);
    const whole = new Uint8Array(memory).map((_, index) => index);
    new Uint8Array(memory).set(whole);
    const kinds = [
      Int8Array,
      Uint8Array,
      Uint8ClampedArray,
      Int16Array,
      Uint16Array,
      Int32Array,
      Uint32Array,
      Float32Array,
      Float64Array,
      BigInt64Array,
      BigUint64Array,
    ];
    const views: ArrayBufferView[] = kinds.map((Kind) => new Kind(memory, 8, 3));
    views.push(new DataView(memory, 5, 7), Buffer.from(memory, 3, 9));
    const shared = new Uint8Array(new SharedArrayBuffer(16), 4, 8).fill(9);
    for (const view of [...views, shared]) {
      const store = directory(temporaryDirectory());
      await store.create(name, [view as Uint8Array]);
      const expected = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
      expect([...(await store.read(name))]).toEqual([...expected]);
    }
  });

  test("writes thousands of small chunks and one over the size of a slice in order", async () => {
    const store = directory(temporaryDirectory());
    const small = Array.from({ length: 5000 }, (_, index) => bytes(3, index % 251));
    const large = new Uint8Array(70 * 1024 * 1024);
    for (let index = 0; index < large.length; index += 4093) large[index] = index % 255;
    const chunks = [...small.slice(0, 2500), large, ...small.slice(2500)];
    await store.create(name, chunks);
    expect(Buffer.compare(await store.read(name), Buffer.concat(chunks))).toBe(0);
  });

  test("says how much room is needed and free before it writes", async () => {
    const path = temporaryDirectory();
    const huge = { buffer: new ArrayBuffer(0), byteOffset: 0, byteLength: 2 ** 60 };
    const error = await rejection(directory(path).create(name, [huge as Uint8Array]));
    expect(error).toMatchObject({ code: "STORE_FULL", details: { neededBytes: 2 ** 60 } });
    expect(readdirSync(path)).toEqual([]);
  });

  test("does not follow a link that was planted at its temporary name", async () => {
    const path = temporaryDirectory();
    const target = join(path, "target");
    writeFileSync(target, "mine");
    symlinkSync(target, join(path, temporaryName(name, "0".repeat(16))));
    const random = jest.spyOn(globalThis.crypto, "getRandomValues");
    random.mockImplementation((array) => array);
    const error = await rejection(directory(path).create(name, [bytes(9)]));
    random.mockRestore();
    expect(error).toMatchObject({ code: "STORE_FAILED", details: { systemCode: "EEXIST" } });
    expect(readFileSync(target, "utf8")).toBe("mine");
    expect(readdirSync(path)).toHaveLength(2);
  });

  test("gives an entry the permissions of any other file of the user", async () => {
    const path = temporaryDirectory();
    await directory(path).create(name, [bytes(1)]);
    const plain = join(path, "plain");
    writeFileSync(plain, "");
    expect(statSync(join(path, name)).mode).toBe(statSync(plain).mode);
  });

  test("makes its directory again when that is removed under it", async () => {
    const path = join(temporaryDirectory(), "backup");
    const store = directory(path);
    await store.create(name, [bytes(1)]);
    spawnSync("rm", ["-r", path]);
    expect(await store.list()).toEqual([]);
    await store.create(other, [bytes(1)]);
    expect(readdirSync(path)).toEqual([other]);
  });
});

describe("read", () => {
  test.each([
    [{ start: 0, end: 4 }, [0, 1, 2, 3]],
    [{ start: 7, end: 9 }, [7, 8]],
    [{ start: 8, end: 1e15 }, [8, 9]],
    [{ start: 10, end: 11 }, []],
    [{ start: 1e15, end: 2e15 }, []],
    [{ start: 5, end: 5 }, []],
  ])("returns of %p what the entry has", async (range, expected) => {
    const store = directory(temporaryDirectory());
    await store.create(name, [Uint8Array.from({ length: 10 }, (_, index) => index)]);
    expect([...(await store.read(name, range))]).toEqual(expected);
  });

  test("takes no memory for a range that an entry does not have", async () => {
    const store = directory(temporaryDirectory());
    await store.create(name, [bytes(10)]);
    const read = await store.read(name, { start: 0, end: 2 ** 52 });
    expect(read.buffer.byteLength).toBe(10);
  });

  test("reads and lists through a link to the directory", async () => {
    const path = temporaryDirectory();
    const link = join(temporaryDirectory(), "link");
    symlinkSync(path, link);
    await directory(link).create(name, [bytes(3)]);
    expect(await directory(link).list()).toEqual([name]);
    expect(await directory(path).read(name)).toHaveLength(3);
  });

  test("says that there is no such entry", async () => {
    const path = temporaryDirectory();
    for (const store of [directory(path), directory(join(path, "missing"))]) {
      expect(await rejection(store.read(name))).toMatchObject({ code: "NOT_FOUND" });
    }
  });

  test("refuses what is not a regular file at once, and says what it is", async () => {
    const path = temporaryDirectory();
    const store = directory(path);
    const entries = [1, 2, 3, 4, 5].map((number) => `checkpoint-1-${number}.safetensors`);
    const [pipe = "", link = "", dangling = "", folder = "", socket = ""] = entries;
    writeFileSync(join(path, "target"), "secret");
    spawnSync("mkfifo", [join(path, pipe)]);
    symlinkSync(join(path, "target"), join(path, link));
    symlinkSync(join(path, "nowhere"), join(path, dangling));
    mkdirSync(join(path, folder));
    const server = createServer().listen(join(path, socket));
    await new Promise((resolve) => server.once("listening", resolve));
    const found = await Promise.all(
      entries.map(async (entry) => {
        const error = await rejection(store.read(entry));
        return isRepriseError(error, "STORE_FAILED") ? error.details["found"] : error;
      }),
    );
    server.close();
    expect(found).toEqual([
      "a named pipe",
      "a symbolic link",
      "a symbolic link",
      "a directory",
      "a socket or a device",
    ]);
  });
});

describe("list and remove", () => {
  test("a directory that does not exist has no entries and is not created", async () => {
    const path = join(temporaryDirectory(), "backup");
    expect(await directory(path).list()).toEqual([]);
    await directory(path).remove(name);
    expect(existsSync(path)).toBe(false);
  });

  test("a file in place of the directory is an error", async () => {
    const path = join(temporaryDirectory(), "backup");
    writeFileSync(path, "mine");
    const store = directory(path);
    for (const attempt of [store.list(), store.read(name), store.create(name, [bytes(1)])]) {
      expect(await rejection(attempt)).toMatchObject({ code: "STORE_FAILED" });
    }
    expect(readFileSync(path, "utf8")).toBe("mine");
  });

  test("lists foreign files and removes only the entry that is named", async () => {
    const path = temporaryDirectory();
    writeFileSync(join(path, "notes.txt"), "mine");
    writeFileSync(join(path, `${name}.bak`), "mine, too");
    const store = directory(path);
    await store.create(name, [bytes(1)]);
    await store.create(other, [bytes(1)]);
    expect((await store.list()).toSorted()).toEqual([name, `${name}.bak`, other, "notes.txt"]);
    await store.remove(name);
    await store.remove(name);
    expect((await store.list()).toSorted()).toEqual([`${name}.bak`, other, "notes.txt"]);
  });

  test("removes a link and not what it leads to", async () => {
    const path = temporaryDirectory();
    writeFileSync(join(path, "target"), "mine");
    symlinkSync(join(path, "target"), join(path, name));
    await directory(path).remove(name);
    expect(readdirSync(path)).toEqual(["target"]);
  });
});

test.each(["../x", "a/../../b", "/etc/passwd", ".", "..", "", "notes.txt", `${name}/../x`])(
  "the name %p is refused everywhere",
  async (foreign) => {
    const path = temporaryDirectory();
    const store = directory(join(path, "backup"));
    for (const attempt of [
      store.create(foreign, [bytes(1)]),
      store.read(foreign),
      store.remove(foreign),
    ]) {
      expect(await rejection(attempt)).toMatchObject({ code: "INVALID_ARGUMENT" });
    }
    expect(readdirSync(path)).toEqual([]);
  },
);
