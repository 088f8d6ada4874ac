import { writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import type { Holder, Liveness, Presence } from "@reprise/core";
import { directory } from "../src/index.ts";
import { isOfSingleMachine } from "../src/file-system.ts";
import { parseStat } from "../src/process-facts.ts";
import { type Child, type ChildOptions, hasNamespaces, startChild } from "./child.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const path = temporaryDirectory();
const presence = presenceOf(path);
const started: Child[] = [];

afterAll(async () => {
  for (const { process: child } of started) child.kill("SIGKILL");
  await Promise.all(started.map(({ ended }) => ended));
});

function presenceOf(directoryPath: string): Presence {
  const found = directory(directoryPath).presence;
  if (!found) throw new Error("a directory has no presence");
  return found;
}

async function startHolder(
  mode = "main",
  options: ChildOptions = {},
): Promise<{ readonly child: Child; readonly facts: Holder }> {
  const child = startChild("hold.ts", [path, mode], options);
  started.push(child);
  return { child, facts: JSON.parse(await child.nextLine()) as Holder };
}

/** Asks until the answer is `expected`, since the kernel takes a moment to end a process. */
async function probeUntil(expected: Liveness, facts: Holder): Promise<Liveness> {
  for (let tries = 0; tries < 200; tries += 1) {
    if ((await presence.probe(facts)) === expected) return expected;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return presence.probe(facts);
}

describe("a holder", () => {
  test("that is this very thread is over: its run is not live any more", async () => {
    expect(await presence.probe(await presence.describe())).toBe("dead");
    const { threadNonce, ...kernelFacts } = await presence.describe();
    expect(threadNonce).toMatch(/^[0-9a-f]{16}$/);
    expect(await presence.probe(kernelFacts as Holder)).toBe("dead");
  });

  test("is alive, alive when stopped, and dead after kill -9", async () => {
    const { child, facts } = await startHolder();
    expect(facts["pid"]).toBe(child.process.pid);
    expect(await presence.probe(facts)).toBe("alive");
    child.process.kill("SIGSTOP");
    expect(await presence.probe(facts)).toBe("alive");
    child.process.kill("SIGKILL");
    await child.ended;
    expect(await presence.probe(facts)).toBe("dead");
  });

  test("that lets no event in is alive", async () => {
    const { facts } = await startHolder("busy");
    expect(await presence.probe(facts)).toBe("alive");
  });

  test("whose parent has not noticed its death is dead", async () => {
    const within = ["bash", "-c", '"$@" & exec sleep 1000', "bash"];
    const { facts } = await startHolder("main", { within });
    expect(await presence.probe(facts)).toBe("alive");
    process.kill(Number(facts["pid"]), "SIGKILL");
    expect(await probeUntil("dead", facts)).toBe("dead");
    // It is a zombie still, and not merely gone.
    expect(process.kill(Number(facts["pid"]), 0)).toBe(true);
  });

  test("in a worker thread lives as long as the thread, not as the process", async () => {
    const { child, facts } = await startHolder("worker");
    expect(facts["pid"]).toBe(child.process.pid);
    expect(facts["tid"]).not.toBe(facts["pid"]);
    expect(await presence.probe(facts)).toBe("alive");
    child.process.kill("SIGHUP");
    expect(await child.nextLine()).toBe("terminated");
    expect(await probeUntil("dead", facts)).toBe("dead");
  });

  test("whose number was given to another process is dead", async () => {
    const { facts } = await startHolder();
    const earlier = { ...facts, startTime: Number(facts["startTime"]) - 1 };
    expect(await presence.probe(earlier)).toBe("dead");
  });

  test("whose number the kernel really gave to another process is dead", async () => {
    if (!hasNamespaces()) return;
    const script = new URL("./fixtures/reuse-pid.sh", import.meta.url).pathname;
    const within = ["unshare", "-rpf", "--mount-proc", "bash", script, path];
    const ending = await startChild("probe.ts", [], { within }).ended;
    const [numbers = "", liveness] = ending.stdout.split("\n");
    expect(numbers.split(" ")[0]).toBe(numbers.split(" ")[1]);
    expect(liveness).toBe("dead");
  });

  test("in another container is unknown, from either side", async () => {
    if (!hasNamespaces()) return;
    const within = ["unshare", "-rpf", "--kill-child", "--mount-proc"];
    const { facts } = await startHolder("main", { within });
    expect(facts["pidNamespace"]).toMatch(/^pid:/);
    expect(await presence.probe(facts)).toBe("unknown");
    const mine = JSON.stringify({ ...(await presence.describe()), threadNonce: "other" });
    const ending = await startChild("probe.ts", [path, mine], { within }).ended;
    expect(ending.stdout.split("\n")[0]).toBe("unknown");
  });

  test("whose /proc speaks of another namespace gives no facts and knows none", async () => {
    if (!hasNamespaces()) return;
    const mine = JSON.stringify({ ...(await presence.describe()), threadNonce: "other" });
    const ending = await startChild("probe.ts", [path, mine], { within: ["unshare", "-rpf"] })
      .ended;
    const [liveness, facts = "{}"] = ending.stdout.split("\n");
    expect(liveness).toBe("unknown");
    expect(Object.keys(JSON.parse(facts) as object).toSorted()).toEqual([
      "host",
      "pid",
      "since",
      "threadNonce",
    ]);
  });

  test("of an earlier boot is dead on a disk of this machine", async () => {
    const { facts } = await startHolder();
    const before = { ...facts, bootId: "5d0c1f3e-0000-4000-8000-000000000000" };
    expect(await presence.probe(before)).toBe("dead");
  });

  test("of another boot is unknown on a file system that machines share", async () => {
    const { facts } = await startHolder();
    const before = { ...facts, bootId: "5d0c1f3e-0000-4000-8000-000000000000" };
    // Where /proc is mounted, a file system that is not known to belong to one machine.
    expect(await presenceOf("/proc").probe(before)).toBe("unknown");
    expect(await presenceOf(join(path, "missing")).probe(before)).toBe("unknown");
  });

  test("whose facts are missing or nonsense is unknown", async () => {
    const { facts } = await startHolder();
    const nonsense: readonly object[] = [
      { since: "now" },
      ...["bootId", "pidNamespace", "pid", "tid", "startTime"].flatMap((fact) => [
        { ...facts, [fact]: undefined },
        { ...facts, [fact]: null },
        { ...facts, [fact]: ["../../self"] },
      ]),
      { ...facts, pid: "../self" },
      { ...facts, pid: -1 },
      { ...facts, tid: 0 },
      { ...facts, pid: 1.5 },
      { ...facts, startTime: "5" },
    ];
    for (const holder of nonsense) expect(await presence.probe(holder as Holder)).toBe("unknown");
  });
});

describe("the name of a holder", () => {
  test("says which process, where and since when", async () => {
    const { pid, since } = await presence.describe();
    const self = presence.name(await presence.describe());
    expect(self).toMatch(new RegExp(`^pid ${pid} on ${hostname()}, since ${since.slice(0, 10)}T`));
  });

  test("keeps what would steer a terminal out of messages", () => {
    const holder = { pid: "\u001b[31m", host: "a\nb", since: "\u0007" } as unknown as Holder;
    expect(presence.name(holder)).toBe("a process of unknown number");
  });
});

test("only file systems of one machine let another boot count as over", () => {
  const types = {
    ext4: 0xef53,
    xfs: 0x58465342,
    btrfs: 0x9123683e,
    f2fs: 0xf2f52010,
    zfs: 0x2fc12fc1,
    tmpfs: 0x01021994,
    overlayfs: 0x794c7630,
    nfs: 0x6969,
    cifs: 0xff534d42,
    smb2: 0xfe534d42,
    fuse: 0x65735546,
    "9p": 0x01021997,
    ceph: 0x00c36400,
    lustre: 0x0bd00bd0,
    gfs2: 0x01161970,
    ocfs2: 0x7461636f,
    gpfs: 0x47504653,
    unknown: 0,
  };
  const single = Object.entries(types).filter(([, type]) => isOfSingleMachine(type));
  expect(single.map(([name]) => name)).toEqual([
    "ext4",
    "xfs",
    "btrfs",
    "f2fs",
    "zfs",
    "tmpfs",
    "overlayfs",
  ]);
});

test("the kernel's text is read whatever the program is called, or not at all", () => {
  const rest = " 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 4711 1 1";
  expect(parseStat(`5 (node) S${rest}`)).toEqual({ startTime: 4711, hasEnded: false });
  expect(parseStat(`5 (a) Z 1 (b) S${rest}`)).toEqual({ startTime: 4711, hasEnded: false });
  expect(parseStat(`5 (a b) T${rest}`)).toEqual({ startTime: 4711, hasEnded: false });
  expect(parseStat(`5 () Z${rest}`)).toEqual({ startTime: 4711, hasEnded: true });
  expect(parseStat(`5 (x) X${rest}`)).toEqual({ startTime: 4711, hasEnded: true });
  for (const text of ["", "5 (node) S 1", "nonsense", `5 node S${rest}`]) {
    expect(parseStat(text)).toBeUndefined();
  }
});

test("facts are taken of a directory that does not exist yet, and create nothing", async () => {
  const missing = join(temporaryDirectory(), "backup");
  expect(await presenceOf(missing).probe(await presence.describe())).toBe("dead");
  expect(await directory(missing).list()).toEqual([]);
  writeFileSync(missing, "");
});
