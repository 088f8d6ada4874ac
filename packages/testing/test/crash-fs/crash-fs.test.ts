import { mkdtempSync, rmSync } from "node:fs";
import * as real from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as macrotask } from "node:timers/promises";
import { afterAll, describe, expect, test } from "@jest/globals";
import {
  CrashFs,
  type CrashFsPromises,
  DiskImage,
  materialise,
  readImage,
} from "@reprise/testing/node";

const root = mkdtempSync(join(tmpdir(), "reprise-crash-fs-"));
afterAll(() => rmSync(root, { recursive: true }));

/** What a call answers, in a form that is the same on a real disk and on one in memory. */
async function answer(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    (value) => (Array.isArray(value) ? value.map(String).toSorted() : value),
    (error: NodeJS.ErrnoException) => `${error.code} ${error.errno} ${error.syscall}`,
  );
}

/** Calls of all kinds, right and wrong ones, in the directory `at`. Returns every answer. */
async function everyCall(files: CrashFsPromises, at: string): Promise<unknown[]> {
  const answers: unknown[] = [];
  const ask = async (attempt: Promise<unknown>): Promise<void> => {
    answers.push(await answer(attempt));
  };
  const relative = async (path: Promise<string | undefined>): Promise<string | undefined> =>
    (await path)?.slice(at.length);
  await ask(relative(files.mkdir(`${at}/a/b/c`, { recursive: true })));
  await ask(relative(files.mkdir(`${at}/a/b/c`, { recursive: true })));
  await ask(files.mkdir(`${at}/a`));
  await ask(files.mkdir(`${at}/none/x`));
  await ask(files.writeFile(`${at}/f`, "hello"));
  await ask(files.mkdir(`${at}/f/x`, { recursive: true }));
  await ask(files.mkdir(`${at}/f`));
  await ask(files.open(`${at}/none`));
  await ask(files.open(`${at}/none/x`, "wx"));
  await ask(files.open(`${at}/f`, "wx"));
  await ask(files.open(`${at}/f/x`, "wx"));
  await ask(files.open(`${at}/a`, "w"));
  await ask(files.readdir(at));
  await ask(files.readdir(`${at}/f`));
  await ask(files.readdir(`${at}/none`));
  await ask(files.link(`${at}/f`, `${at}/g`));
  await ask(files.link(`${at}/f`, `${at}/g`));
  await ask(files.link(`${at}/none`, `${at}/h`));
  await ask(files.stat(`${at}/f`).then(({ size, nlink, mode }) => [size, nlink, mode & 0o170000]));
  await ask(files.lstat(`${at}/a`).then((stats) => [stats.isDirectory(), stats.isFile()]));
  await ask(files.stat(`${at}/none`));
  await ask(files.rename(`${at}/f`, `${at}/g`));
  await ask(files.rename(`${at}/f`, `${at}/a`));
  await ask(files.rename(`${at}/none`, `${at}/x`));
  await ask(files.rename(`${at}/a`, `${at}/f`));
  await ask(files.unlink(`${at}/a`));
  await ask(files.unlink(`${at}/none`));
  await ask(files.rmdir(`${at}/a`));
  await ask(files.rmdir(`${at}/f`));
  await ask(files.access(`${at}/none`));
  await ask(files.realpath(`${at}/none`));
  const file = await files.open(`${at}/g`, "r+");
  await ask(
    file.writev([Uint8Array.of(1, 2), Uint8Array.of(3)], 7).then((done) => done.bytesWritten),
  );
  await ask(file.write(Uint8Array.of(8, 9)).then((done) => done.bytesWritten));
  await ask(
    file.read(new Uint8Array(4), 1, 3, 6).then(({ bytesRead, buffer }) => [bytesRead, ...buffer]),
  );
  await ask(file.truncate(9));
  await ask(file.stat().then(({ size }) => size));
  await ask(file.sync());
  await ask(file.datasync());
  await ask(file.close());
  const appending = await files.open(`${at}/g`, "a");
  await ask(appending.write(Uint8Array.of(5)).then((done) => done.bytesWritten));
  await ask(appending.close());
  const reading = await files.open(`${at}/g`);
  await ask(reading.write(Uint8Array.of(5)));
  await ask(reading.close());
  await ask(files.readFile(`${at}/f`).then((bytes) => bytes.toString("hex")));
  await ask(files.readFile(`${at}/none`));
  await ask(files.unlink(`${at}/g`));
  await ask(files.rename(`${at}/f`, `${at}/a/b/f`));
  await ask(files.readdir(`${at}/a/b`));
  await ask(files.rename(`${at}/a`, `${at}/z`));
  await ask(
    files
      .readdir(`${at}/z/b`, { withFileTypes: true })
      .then((all) => all.map((one) => `${one.name} ${one.isFile()} ${one.isDirectory()}`)),
  );
  await ask(files.rm(`${at}/none`, { force: true }));
  await ask(files.rm(`${at}/z/b/c`, { recursive: true }));
  await ask(files.readdir(`${at}/z/b`));
  return answers;
}

describe("a disk in memory", () => {
  test("answers every call as the real one does, and ends with the same files", async () => {
    const fs = new CrashFs({ from: new DiskImage([["/work", { kind: "directory" }]]) });
    const inMemory = await everyCall(fs.promises, "/work");
    await real.mkdir(join(root, "work"));
    const onDisk = await everyCall(real as unknown as CrashFsPromises, join(root, "work"));
    expect(inMemory).toEqual(onDisk);
    expect(String(fs.image)).toBe(String(await readImage(root)));
    expect(fs.openHandles).toBe(0);
  });

  test("can be put into a real directory and taken from one, links included", async () => {
    const fs = new CrashFs();
    await fs.promises.mkdir("/d/empty", { recursive: true });
    await fs.promises.writeFile("/d/f", "text");
    await fs.promises.link("/d/f", "/g");
    const target = join(root, "materialised");
    await fs.materialise(target);
    const back = await CrashFs.fromDirectory(target);
    expect(back.image.equals(fs.image)).toBe(true);
    await fs.promises.unlink("/g");
    await fs.promises.writeFile("/g", "text");
    // The same bytes, and no longer the same file.
    expect(back.image.equals(fs.image)).toBe(false);
    await materialise(fs.image, join(root, "other"));
    expect((await readImage(join(root, "other"))).equals(fs.image)).toBe(true);
  });

  test("with little room takes a part of a write, then none, and has room again", async () => {
    const { promises } = new CrashFs({ capacity: 100 });
    await promises.writeFile("/old", new Uint8Array(30));
    const file = await promises.open("/f", "w");
    expect((await file.write(new Uint8Array(90))).bytesWritten).toBe(70);
    expect(await answer(file.write(new Uint8Array(1)))).toMatch(/^ENOSPC/);
    expect((await file.write(new Uint8Array(70), 0, 70, 0)).bytesWritten).toBe(70);
    await promises.unlink("/old");
    expect((await file.write(new Uint8Array(40), 0, 40, 70)).bytesWritten).toBe(30);
    // Without a name it keeps its room until it is closed.
    await promises.unlink("/f");
    expect(await answer(promises.writeFile("/g", "text"))).toMatch(/^ENOSPC/);
    await file.close();
    await promises.writeFile("/g", "text");
  });

  test("with short writes takes so many bytes at once", async () => {
    const { promises } = new CrashFs({ shortWriteBytes: 3 });
    const file = await promises.open("/f", "w");
    expect((await file.writev([new Uint8Array(2), new Uint8Array(2)])).bytesWritten).toBe(3);
    await file.close();
    await promises.writeFile("/g", "12345678");
    expect(String(await promises.readFile("/g"))).toBe("12345678");
  });
});

describe("a fault", () => {
  test("comes to the call that was meant, once or for ever, before or after its work", async () => {
    const fs = new CrashFs();
    const make = (path: string): Promise<unknown> => answer(fs.promises.mkdir(path));
    fs.fail(2, "EIO");
    fs.fail(3, "EDQUOT", { landed: true });
    expect([await make("/1"), await make("/2"), await make("/3"), await make("/4")]).toEqual([
      undefined,
      "EIO -5 mkdir",
      "UNKNOWN -122 mkdir",
      undefined,
    ]);
    expect(fs.image.names("/")).toEqual(["1", "3", "4"]);
    fs.fail(({ syscall }) => syscall === "scandir", "EACCES", { forever: true });
    expect(await answer(fs.promises.readdir("/"))).toBe("EACCES -13 scandir");
    expect(await answer(fs.promises.readdir("/"))).toBe("EACCES -13 scandir");
    expect(fs.faults.map(({ number, path }) => `${number} ${path}`)).toEqual([
      "2 /2",
      "3 /3",
      "5 /",
      "6 /",
    ]);
    fs.heal();
    expect(await answer(fs.promises.readdir("/"))).toEqual(["1", "3", "4"]);
  });

  test("that is a lie reports success", async () => {
    const fs = new CrashFs();
    const file = await fs.promises.open("/f", "w");
    fs.lie(({ syscall }) => syscall === "write");
    expect((await file.write(new Uint8Array(5))).bytesWritten).toBe(5);
    await file.close();
    expect(fs.image.file("/f")).toHaveLength(0);
  });

  test("in a sync loses the bytes, whatever later syncs answer", async () => {
    const fs = new CrashFs();
    const file = await fs.promises.open("/f", "w");
    await file.write(new Uint8Array(5).fill(1));
    fs.fail(({ syscall }) => syscall === "fsync", "EIO");
    expect(await answer(file.sync())).toBe("EIO -5 fsync");
    await file.sync();
    await file.close();
    const sizes = [...fs.statesNow("posix")].map(({ image }) => image.file("/f")?.length);
    expect(new Set(sizes)).toEqual(new Set([5, 0, undefined]));
  });
});

describe("a sync", () => {
  test("makes nothing durable before it has come to its end, nor what was written meanwhile", async () => {
    const fs = new CrashFs();
    const file = await fs.promises.open("/f", "w");
    await file.write(new Uint8Array(5));
    const syncing = file.sync();
    fs.mark("started");
    await file.write(new Uint8Array(5));
    await syncing;
    await macrotask();
    expect(fs.operations.map(({ kind }) => kind)).toEqual(["create", "write", "mark", "write"]);
    await file.sync();
    await file.close();
    expect(fs.operations.at(-1)?.kind).toBe("syncFile");
  });

  test("of a directory makes its names durable", async () => {
    const fs = new CrashFs();
    await fs.promises.mkdir("/d");
    const directory = await fs.promises.open("/");
    await directory.sync();
    await directory.close();
    expect([...fs.statesNow("posix")].map(({ image }) => image.names("/"))).toEqual([["d"]]);
    const next = fs.crash({ image: fs.image });
    expect(next.existsSync("/d")).toBe(true);
    expect(next.operations).toEqual([]);
  });
});
