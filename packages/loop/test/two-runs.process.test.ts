import { spawnSync } from "node:child_process";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, jest, test } from "@jest/globals";
import type { ToyChild } from "./programs/toy-child.ts";
import type { ToyOrder } from "./programs/toy-process.ts";
import { useWorkshop } from "./programs/use-workshop.ts";

jest.setTimeout(60_000);

const options = { saveFreq: 1, sync: true };

const toy = useWorkshop();

/** A run that waits in its second epoch. */
async function startHolder(
  order: Partial<ToyOrder> = {},
): Promise<{ readonly order: ToyOrder; readonly holder: ToyChild }> {
  const folder = await toy.workshop.makeFolder();
  const holder = toy.workshop.start({
    folder,
    options,
    at: { "before update 1/1": "wait" },
    ...order,
  });
  await holder.says(/^waiting$/m);
  return { order: { folder, options }, holder };
}

const leaseOnly = [expect.stringMatching(/^lease-\d+\.json$/)];

describe("a second start on the directory of a living run", () => {
  test("ends at once with 75, names the holder, and changes nothing", async () => {
    const { order, holder } = await startHolder();
    const before = await readdir(join(order.folder, "backup"));
    const { exitCode, stderr, lines } = await toy.workshop.run(order);
    expect({ exitCode, lines }).toEqual({ exitCode: 75, lines: [] });
    expect(stderr).toMatch(/code: 'RUN_ACTIVE'/);
    expect(stderr).toMatch(
      new RegExp(`Already running: pid ${holder.process.pid} on \\S+, since \\d{4}-\\d\\d-\\d\\dT`),
    );
    expect(await readdir(join(order.folder, "backup"))).toEqual(before);
    holder.go();
    const ending = await holder.ended;
    expect(ending.exitCode).toBe(0);
    expect(ending.lines.at(-1)).toBe(toy.undisturbed);
    expect(await readdir(join(order.folder, "backup"))).toEqual(leaseOnly);
  });

  test("is refused just as much while the holder is stopped by SIGSTOP", async () => {
    const { order, holder } = await startHolder();
    holder.process.kill("SIGSTOP");
    expect(await toy.workshop.run(order)).toMatchObject({ exitCode: 75, lines: [] });
    holder.process.kill("SIGCONT");
    holder.go();
    expect((await holder.ended).lines.at(-1)).toBe(toy.undisturbed);
  });

  test("is refused just as much while the holder blocks its event loop for 15 seconds", async () => {
    const folder = await toy.workshop.makeFolder();
    const at = { "before update 1/1": "block 15000" };
    const holder = toy.workshop.start({ folder, options, at, isTalkative: true });
    await holder.says(/^at before update 1\/1$/m);
    expect(await toy.workshop.run({ folder, options })).toMatchObject({ exitCode: 75, lines: [] });
    // A lock that is kept by a heartbeat was stolen by now, whichever the package.
    await new Promise((resolve) => setTimeout(resolve, 11_000));
    expect(await toy.workshop.run({ folder, options })).toMatchObject({ exitCode: 75, lines: [] });
    expect((await holder.ended).lines.at(-1)).toBe(toy.undisturbed);
  });

  test("takes over without waiting once the holder was killed", async () => {
    const { order, holder } = await startHolder();
    holder.process.kill("SIGKILL");
    await holder.ended;
    const { exitCode, lines } = await toy.workshop.run(order);
    expect(exitCode).toBe(0);
    expect(lines[0]).toBe("resumed at step 5");
    expect(lines.at(-1)).toBe(toy.undisturbed);
  });

  test("is the only one of many at the same moment that is not refused", async () => {
    const { order, holder } = await startHolder();
    holder.process.kill("SIGKILL");
    await holder.ended;
    const waiting = { ...order, at: { "before update 1/3": "wait" } };
    const starters = [1, 2, 3, 4].map(() => toy.workshop.start(waiting));
    const winner = await Promise.any(starters.map((it) => it.says(/^waiting$/m).then(() => it)));
    const losers = await Promise.all(starters.filter((it) => it !== winner).map((it) => it.ended));
    expect(losers.map(({ exitCode }) => exitCode)).toEqual([75, 75, 75]);
    winner.go();
    expect((await winner.ended).lines.at(-1)).toBe(toy.undisturbed);
  });
});

/** What is in the backup apart from the beats of holders, which come and go. */
async function entriesIn(folder: string): Promise<string[]> {
  const entries = await readdir(join(folder, "backup"));
  return entries.filter((name) => !name.startsWith("beat-"));
}

async function removeBeat(folder: string): Promise<void> {
  const backup = join(folder, "backup");
  for (const name of await readdir(backup))
    if (name.startsWith("beat-")) await rm(join(backup, name));
}

describe("a holder of which nobody can tell whether it lives", () => {
  /** Leaves of the lease what a process on another machine would be able to judge by. */
  async function makeUnknown(folder: string): Promise<void> {
    const backup = join(folder, "backup");
    const name = (await readdir(backup)).find((entry) => entry.startsWith("lease-")) ?? "";
    const [line = ""] = (await readFile(join(backup, name), "utf8")).split("\n");
    const lease = JSON.parse(line) as { holder: { since: string } };
    lease.holder = { since: lease.holder.since };
    await writeFile(join(backup, name), `${JSON.stringify(lease)}\n`.repeat(2));
  }

  test("is respected, unless somebody who knows better says so", async () => {
    const { order, holder } = await startHolder();
    await makeUnknown(order.folder);
    const refused = await toy.workshop.run(order);
    expect(refused).toMatchObject({ exitCode: 75, lines: ["waiting"] });
    expect(refused.stderr).toMatch(/code: 'RUN_ACTIVE'/);
    holder.process.kill("SIGKILL");
    await holder.ended;
    await removeBeat(order.folder);
    const again = await toy.workshop.run(order);
    expect(again).toMatchObject({ exitCode: 75, lines: [] });
    expect(again.stderr).toMatch(/code: 'HOLDER_UNKNOWN'/);
    const knowing = { ...order, options: { ...options, takeOver: true } };
    const { lines } = await toy.workshop.run(knowing);
    expect(lines.slice(0, 2)).toEqual(["tookOver", "resumed at step 5"]);
    expect(lines.at(-1)).toBe(toy.undisturbed);
  });

  for (const [place, lastPlace] of [
    ["before update 1/1", "at onBatchEnd 1"],
    ["after validation 2", "at onEpochEnd 2"],
    ["onTrainEnd", "at onCompleted"],
  ] as const) {
    test(`and that wakes up at "${place}" saves and removes nothing more, and ends with 78`, async () => {
      const { order, holder } = await startHolder({ at: { [place]: "wait" }, isTalkative: true });
      await makeUnknown(order.folder);
      const successor = toy.workshop.start({
        ...order,
        options: { ...options, takeOver: true },
        at: { onTrainEnd: "wait" },
      });
      await successor.says(/^waiting$/m);
      const entries = await entriesIn(order.folder);
      holder.go();
      const ending = await holder.ended;
      expect(ending.exitCode).toBe(78);
      expect(ending.stderr).toMatch(/code: 'SUPERSEDED'/);
      expect(ending.stderr).toMatch(new RegExp(`pid ${successor.process.pid}`));
      // Nothing of the end is begun by a run that has lost its place before.
      expect(ending.lines.findLast((line) => line !== "waiting")).toBe(lastPlace);
      expect(await entriesIn(order.folder)).toEqual(entries);
      successor.go();
      expect((await successor.ended).lines.at(-1)).toBe(toy.undisturbed);
      expect(await readdir(join(order.folder, "backup"))).toEqual(leaseOnly);
    });
  }

  test("and that wakes up when its successor is through disturbs nothing", async () => {
    const { order, holder } = await startHolder();
    await makeUnknown(order.folder);
    const successor = { ...order, options: { ...options, takeOver: true } };
    expect((await toy.workshop.run(successor)).lines.at(-1)).toBe(toy.undisturbed);
    const entries = await entriesIn(order.folder);
    const model = await readFile(join(order.folder, "model.json"), "utf8");
    holder.go();
    const ending = await holder.ended;
    expect(ending.exitCode).toBe(78);
    expect(await entriesIn(order.folder)).toEqual(entries);
    expect(await readFile(join(order.folder, "model.json"), "utf8")).toBe(model);
  });

  test("is one in another container", async () => {
    const container = ["unshare", "-rpf", "--mount-proc"];
    if (spawnSync(container[0] ?? "", [...container.slice(1), "true"]).status !== 0) {
      process.stderr.write("not shown here: this machine gives tests no namespaces\n");
      return;
    }
    const { order, holder } = await startHolder();
    const refused = await toy.workshop.run(order, container);
    expect(refused).toMatchObject({ exitCode: 75, lines: ["waiting"] });
    expect(refused.stderr).toMatch(/code: 'RUN_ACTIVE'/);
    const knowing = { ...order, options: { ...options, takeOver: true } };
    expect((await toy.workshop.run(knowing, container)).lines.at(-1)).toBe(toy.undisturbed);
    holder.go();
    expect((await holder.ended).exitCode).toBe(78);
  });

  test("is refused for as long as its beat moves, though its thread computes for longer", async () => {
    const folder = await toy.workshop.makeFolder();
    const at = { "before update 1/1": "block 8000" };
    const order = { folder, options, takeOverAfter: 3 };
    const holder = toy.workshop.start({ ...order, at, isTalkative: true });
    await holder.says(/^at before update 1\/1$/m);
    await makeUnknown(folder);
    const refused = await toy.workshop.run(order);
    expect(refused).toMatchObject({ exitCode: 75, lines: ["waiting"] });
    expect(refused.stderr).toMatch(/code: 'RUN_ACTIVE'/);
    // It was still computing.
    expect(holder.process.exitCode).toBeNull();
    expect((await holder.ended).lines.at(-1)).toBe(toy.undisturbed);
  });

  test("is taken over when its beat has been silent", async () => {
    const { order, holder } = await startHolder();
    await makeUnknown(order.folder);
    holder.process.kill("SIGSTOP");
    const { lines } = await toy.workshop.run({ ...order, takeOverAfter: 3 });
    expect(lines.slice(0, 3)).toEqual(["waiting", "tookOver", "resumed at step 5"]);
    expect(lines.at(-1)).toBe(toy.undisturbed);
    // Whoever was only stopped disturbs nothing.
    const entries = await entriesIn(order.folder);
    holder.process.kill("SIGCONT");
    holder.go();
    expect((await holder.ended).exitCode).toBe(78);
    expect(await entriesIn(order.folder)).toEqual(entries);
  });
});
