import { describe, expect, test } from "@jest/globals";
import { DiskImage } from "../../src/power-loss/disk-image.ts";
import type { DiskOperation } from "../../src/power-loss/disk-operation.ts";
import { type CrashModel, powerLosses } from "../../src/power-loss/power-losses.ts";

const a = new Uint8Array(5000).fill(1);

/** What may be there after the last operation: paths, each file with its size and its first byte. */
function finals(
  operations: readonly DiskOperation[],
  model: CrashModel,
  from?: DiskImage,
): string[] {
  const states = [...powerLosses(operations, model, from === undefined ? {} : { from })];
  const marks = operations.filter(({ kind }) => kind === "mark").length;
  return states.filter((state) => state.marks.length === marks).map(({ image }) => show(image));
}

function show(image: DiskImage): string {
  return [...image.nodes]
    .map(([path, node]) => (node.kind === "file" ? `${path}=${shorten(node.data)}` : `${path}/`))
    .join(" ");
}

/** Runs of the same byte, such as `1*4096 0*904`. */
function shorten(data: Uint8Array): string {
  const runs: string[] = [];
  for (let start = 0; start < data.length;) {
    let end = start + 1;
    while (end < data.length && data[end] === data[start]) end += 1;
    runs.push(`${data[start]}*${end - start}`);
    start = end;
  }
  return runs.length > 4 ? "garbage" : runs.join("+") || "empty";
}

const done: DiskOperation = { kind: "mark", label: "done" };
const create: DiskOperation = { kind: "create", path: "/f", inode: 1 };
const write: DiskOperation = { kind: "write", inode: 1, offset: 0, data: a };
const syncFile: DiskOperation = { kind: "syncFile", inode: 1 };
const syncRoot: DiskOperation = { kind: "syncDirectory", path: "/" };

describe("a file that is written", () => {
  test("is whole once it and its directory were synced, in every model", () => {
    for (const model of ["kill", "ordered", "posix", "posix-nonatomic-rename"] as const) {
      expect(finals([create, write, syncFile, syncRoot, done], model)).toEqual(["/f=1*5000"]);
    }
  });

  test("may be gone without a sync of its directory, which a journal brings along", () => {
    const operations = [create, write, syncFile, done];
    expect(finals(operations, "kill")).toEqual(["/f=1*5000"]);
    expect(finals(operations, "ordered")).toEqual(["/f=1*5000"]);
    expect(finals(operations, "posix")).toEqual(["/f=1*5000", ""]);
  });

  test("may be torn without a sync of its own", () => {
    const operations = [create, write, syncRoot, done];
    expect(finals(operations, "kill")).toEqual(["/f=1*5000"]);
    const torn = [
      "/f=1*5000",
      "/f=empty",
      "/f=1*4096",
      "/f=0*4096+1*904",
      "/f=1*4096+0*904",
      "/f=0*5000",
    ];
    expect(finals(operations, "ordered").toSorted()).toEqual(torn.toSorted());
    // Garbage in the first block, in the second and in both.
    const garbage = ["/f=garbage", "/f=garbage", "/f=garbage"];
    expect(finals(operations, "posix").toSorted()).toEqual([...torn, ...garbage].toSorted());
  });

  test("may be there in part when a kill comes within the write", () => {
    const states = [...powerLosses([create, write], "kill")].map(({ image }) => show(image));
    expect(states).toEqual(["", "/f=empty", "/f=1*4096", "/f=1*5000"]);
  });
});

describe("names", () => {
  const from = new DiskImage([
    ["/d/old", { kind: "file", inode: 1, data: Uint8Array.of(1) }],
    ["/d/new", { kind: "file", inode: 2, data: Uint8Array.of(2) }],
  ]);

  test("that are renamed are old or new, and a rename that is not atomic may lose both", () => {
    const operations: DiskOperation[] = [{ kind: "rename", from: "/d/new", to: "/d/old" }, done];
    const [before, after] = ["/d/ /d/new=2*1 /d/old=1*1", "/d/ /d/old=2*1"];
    expect(finals(operations, "kill", from)).toEqual([after]);
    expect(finals(operations, "ordered", from)).toEqual([after, before]);
    expect(finals(operations, "posix", from)).toEqual([after, before]);
    const all = [
      after,
      before,
      "/d/",
      "/d/ /d/new=2*1",
      "/d/ /d/new=2*1 /d/old=2*1",
      "/d/ /d/old=1*1",
    ];
    expect(finals(operations, "posix-nonatomic-rename", from).toSorted()).toEqual(all.toSorted());
  });

  test("are lost from the last one backwards with a journal, in any order without", () => {
    const operations: DiskOperation[] = [
      { kind: "link", from: "/d/new", to: "/d/third" },
      { kind: "unlink", path: "/d/old" },
      done,
    ];
    const [both, first, none, second] = [
      "/d/ /d/new=2*1 /d/third=2*1",
      "/d/ /d/new=2*1 /d/old=1*1 /d/third=2*1",
      "/d/ /d/new=2*1 /d/old=1*1",
      "/d/ /d/new=2*1",
    ];
    expect(finals(operations, "ordered", from)).toEqual([both, first, none]);
    expect(finals(operations, "posix", from).toSorted()).toEqual(
      [both, first, none, second].toSorted(),
    );
  });

  test("in a new directory are gone with it until its parent is synced", () => {
    const operations: DiskOperation[] = [
      { kind: "mkdir", path: "/d" },
      { kind: "create", path: "/d/f", inode: 1 },
      { kind: "syncDirectory", path: "/d" },
      done,
    ];
    expect(finals(operations, "posix")).toEqual(["/d/ /d/f=empty", ""]);
    expect(finals([...operations, syncRoot, done], "posix")).toEqual(["/d/ /d/f=empty"]);
  });
});

describe("an enumeration", () => {
  test("says what was lost, after which operation, and which marks were reached", () => {
    const states = [...powerLosses([create, write, syncFile, done], "posix")];
    expect(states[0]).toEqual({ image: new DiskImage(), after: -1, marks: [], lost: [] });
    const last = states.at(-1);
    expect(last?.after).toBe(3);
    expect(last?.marks).toEqual(["done"]);
    expect(last?.lost).toEqual(["create /f (inode 1)"]);
    const torn = states.find(({ image }) => show(image) === "/f=0*4096+1*904");
    expect(torn?.lost).toEqual(["of the data of /f: blocks 0"]);
    expect(torn?.after).toBe(1);
  });

  test("has no state twice", () => {
    const states = [...powerLosses([create, write, syncFile, syncRoot, done], "posix")];
    const keys = states.map(({ image, marks }) => `${image.fingerprint} ${marks.length}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test("is an error, and not cut short, where there is more than it may yield", () => {
    const count = [...powerLosses([create, write], "posix")].length;
    expect([...powerLosses([create, write], "posix", { limit: count })]).toHaveLength(count);
    expect(() => [...powerLosses([create, write], "posix", { limit: count - 1 })]).toThrow(
      RangeError,
    );
    const many = Array.from({ length: 30 }, (_, inode) => ({
      kind: "create" as const,
      path: `/f${inode}`,
      inode,
    }));
    expect(() => [...powerLosses(many, "posix")]).toThrow(RangeError);
  });
});
