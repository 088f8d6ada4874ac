import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import type { BackupOptions } from "@reprise/loop";
import { directory } from "@reprise/node";
import { firstDifference } from "@reprise/testing";
import { crashIn, crashOf } from "./programs/crash.ts";
import { backupTo, eventsOf, watchedBackup } from "./programs/lives.ts";
import { trainToy } from "./programs/toy.ts";

jest.setTimeout(60_000);

const parents: string[] = [];
let path: string;

beforeEach(async () => {
  const parent = await mkdtemp(join(tmpdir(), "reprise-loop-"));
  parents.push(parent);
  path = join(parent, "backup");
});

afterAll(() => Promise.all(parents.map((parent) => rm(parent, { recursive: true }))));

const store = () => directory(path, { preemption: false });

/** Interrupts the toy at its tenth step and returns the file that was saved last. */
async function interrupted(options: BackupOptions = {}): Promise<string> {
  const backup = backupTo(store(), { saveFreq: 3, sync: true, ...options });
  expect(await crashOf(trainToy({ backup, visit: crashIn("after update 2/1") }))).toBeDefined();
  return join(path, (await checkpoints()).at(-1) ?? "");
}

async function checkpoints(): Promise<string[]> {
  return (await readdir(path)).filter((name) => name.startsWith("checkpoint-")).toSorted();
}

function flip(bytes: Buffer, index: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[index] = (changed[index] ?? 0) ^ 1;
  return changed;
}

async function resume(options: BackupOptions = {}) {
  const { backup, events } = watchedBackup(store(), { saveFreq: 3, sync: true, ...options });
  return { result: await trainToy({ backup }), events };
}

describe("a checkpoint that is not what was written", () => {
  async function expectRefused(file: string, code: string): Promise<void> {
    const damaged = await readFile(file);
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(resume()).rejects.toMatchObject({
        code,
        exitCode: 78,
        message: expect.stringContaining("checkpoint-"),
      });
      expect((await readFile(file)).equals(damaged)).toBe(true);
    }
  }

  test("is refused wherever it ends too early, and stays", async () => {
    const file = await interrupted();
    const whole = await readFile(file);
    for (let part = 0; part < 1; part += 1 / 11) {
      await writeFile(file, whole);
      await truncate(file, Math.floor(part * whole.length));
      await expect(resume()).rejects.toMatchObject({ exitCode: 78 });
    }
    await writeFile(file, whole);
    expect(firstDifference(await trainToy(), (await resume()).result)).toBeUndefined();
  });

  test("is refused wherever a bit of it is flipped, and loads nothing", async () => {
    const file = await interrupted();
    const whole = await readFile(file);
    for (let index = 0; index < whole.length; index += 97) {
      await writeFile(file, flip(whole, index));
      await expect(resume()).rejects.toMatchObject({ exitCode: 78 });
    }
    await writeFile(file, flip(whole, whole.length - 1));
    await expectRefused(file, "CHECKPOINT_CORRUPT");
  });

  test("is refused when it was not written by Reprise", async () => {
    const file = await interrupted();
    await writeFile(file, "a diary, or whatever has this name by chance");
    await expect(resume()).rejects.toMatchObject({
      code: expect.stringMatching(/^CHECKPOINT_(FOREIGN|CORRUPT)$/),
    });
    const header = '{"weights":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}    ';
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    await writeFile(file, Buffer.concat([length, Buffer.from(header), Buffer.alloc(4)]));
    await expectRefused(file, "CHECKPOINT_FOREIGN");
  });

  test("is refused when another one was copied over it", async () => {
    const older = await interrupted();
    const bytes = await readFile(older);
    await rm(path, { recursive: true });
    await interrupted({ saveFreq: 1 });
    const newer = join(path, (await checkpoints()).at(-1) ?? "");
    await writeFile(newer, bytes);
    await expectRefused(newer, "CHECKPOINT_CORRUPT");
  });

  test("is refused when a newer version wrote it", async () => {
    const file = await interrupted();
    const text = (await readFile(file)).toString("latin1");
    const newer = text.replace('"reprise.format":"1","reprise.checksum":"xxh64:', (now) => {
      return now.replace('"1"', '"2"').replace("xxh64", "sha_3");
    });
    expect(newer).not.toBe(text);
    await writeFile(file, Buffer.from(newer, "latin1"));
    await expectRefused(file, "CHECKPOINT_TOO_NEW");
  });

  test("is refused when it is a directory or a link", async () => {
    const file = await interrupted();
    await rm(file);
    await mkdir(file);
    await expect(resume()).rejects.toMatchObject({ code: "STORE_FAILED" });
  });

  test("can be moved away to begin anew", async () => {
    const file = await interrupted();
    await truncate(file, 100);
    await expectRefused(file, "CHECKPOINT_CORRUPT");
    await rm(file);
    const { result, events } = await resume();
    expect(eventsOf(events, "started")).toHaveLength(1);
    expect(firstDifference(await trainToy(), result)).toBeUndefined();
  });
});

describe("keepPrevious", () => {
  test("keeps two checkpoints, and goes back to the older one with an event that says so", async () => {
    const file = await interrupted({ keepPrevious: true });
    expect(await checkpoints()).toHaveLength(2);
    await truncate(file, 100);
    const { result, events } = await resume({ keepPrevious: true });
    expect(eventsOf(events, "fellBack")).toMatchObject([
      {
        from: expect.stringMatching(/-3\.safetensors$/),
        to: expect.stringMatching(/-2\.safetensors$/),
        error: { code: "CHECKPOINT_CORRUPT" },
        message: expect.stringContaining("step 6"),
      },
    ]);
    expect(eventsOf(events, "resumed").map(({ position }) => position.step)).toEqual([6]);
    expect(firstDifference(await trainToy(), result)).toBeUndefined();
    expect(await readdir(path)).toEqual([expect.stringMatching(/^lease-/)]);
  });

  test("leaves the unreadable one alone until the next save is acknowledged", async () => {
    const file = await interrupted({ keepPrevious: true });
    await truncate(file, 100);
    const keeping = { saveFreq: 3, sync: true, keepPrevious: true };
    const names: string[][] = [];
    const visit = async (place: string) => {
      if (place === "before update 1/2" || place === "before update 2/1") {
        names.push(await checkpoints());
      }
    };
    await trainToy({ backup: backupTo(store(), keeping), visit });
    const [beforeSave = [], afterSave = []] = names;
    expect(beforeSave).toHaveLength(2);
    expect(join(path, beforeSave[1] ?? "")).toBe(file);
    expect(afterSave).toHaveLength(2);
    expect(afterSave[0]).toBe(beforeSave[0]);
    expect(afterSave[1]).not.toBe(beforeSave[1]);
  });

  test("is an error when both are unreadable", async () => {
    await interrupted({ keepPrevious: true });
    for (const name of await checkpoints()) await truncate(join(path, name), 100);
    const life = resume({ keepPrevious: true });
    await expect(life).rejects.toMatchObject({
      code: "CHECKPOINT_CORRUPT",
      details: {
        unreadable: [
          expect.stringContaining("checkpoint-"),
          expect.stringContaining("checkpoint-"),
        ],
      },
    });
    expect(await checkpoints()).toHaveLength(2);
  });

  test("is no step back that happens by itself: without fallback it is an error", async () => {
    const file = await interrupted({ keepPrevious: true });
    await truncate(file, 100);
    await expect(resume()).rejects.toMatchObject({
      code: "CHECKPOINT_CORRUPT",
      message: expect.stringContaining("{ fallback: true }"),
    });
    const { result } = await resume({ fallback: true });
    expect(firstDifference(await trainToy(), result)).toBeUndefined();
  });
});

test("files that are not Reprise's survive everything", async () => {
  const foreign = [
    "precious.txt",
    "checkpoint-1-1.safetensors.bak",
    "checkpoint-01-1.safetensors",
    "checkpoint-1.safetensors",
    "lease-1.json.old",
    "model.tmp",
  ];
  await mkdir(join(path, "checkpoints"), { recursive: true });
  for (const name of foreign) await writeFile(join(path, name), name);
  await interrupted();
  const { result } = await resume();
  expect(firstDifference(await trainToy(), result)).toBeUndefined();
  const left = (await readdir(path)).filter((name) => !/^lease-\d+\.json$/.test(name));
  expect(left.toSorted()).toEqual([...foreign, "checkpoints"].toSorted());
  for (const name of foreign) expect(await readFile(join(path, name), "utf8")).toBe(name);
});

test("the checkpoint of a training that is complete is never resumed, wherever its deletion stopped", async () => {
  const file = await interrupted();
  const bytes = await readFile(file);
  await resume();
  await writeFile(file, bytes);
  const { events } = await resume();
  expect(eventsOf(events, "started")).toHaveLength(1);
});

test("a lease that cannot be read is respected, unless somebody who knows better says so", async () => {
  await interrupted();
  const lease = (await readdir(path)).find((name) => name.startsWith("lease-")) ?? "";
  await writeFile(join(path, lease), "{");
  await expect(resume()).rejects.toMatchObject({
    code: "CHECKPOINT_CORRUPT",
    message: expect.stringContaining("{ takeOver: true }"),
  });
  const { result, events } = await resume({ takeOver: true });
  expect(eventsOf(events, "tookOver")).toHaveLength(1);
  expect(eventsOf(events, "resumed")).toHaveLength(1);
  expect(firstDifference(await trainToy(), result)).toBeUndefined();
});

test("a directory that is removed under a running training is made again, and protects it again", async () => {
  const { backup, events } = watchedBackup(store(), { saveFreq: 2, sync: true });
  const crash = crashIn("before update 2/1");
  const visit = async (place: string) => {
    if (place === "before update 1/1") await rm(path, { recursive: true });
    await crash(place);
  };
  expect(await crashOf(trainToy({ backup, visit }))).toBe("before update 2/1");
  const saved = eventsOf(events, "saved").at(-1)?.position.step;
  expect(await checkpoints()).toHaveLength(1);

  const next = watchedBackup(store(), { saveFreq: 2, sync: true });
  expect(
    firstDifference(await trainToy(), await trainToy({ backup: next.backup })),
  ).toBeUndefined();
  expect(eventsOf(next.events, "resumed").map(({ position }) => position.step)).toEqual([saved]);
});

test("a directory that is removed at the very end does not cost the finished model", async () => {
  let removals = 0;
  const visit = async (place: string) => {
    if (place !== "onCompleted") return;
    await rm(path, { recursive: true });
    removals++;
  };
  const backup = backupTo(store(), { saveFreq: 2, sync: true });
  expect(firstDifference(await trainToy(), await trainToy({ backup, visit }))).toBeUndefined();
  expect(removals).toBe(1);
  expect(await readdir(path)).toEqual([expect.stringMatching(/^lease-/)]);
});
