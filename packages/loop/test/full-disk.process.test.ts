import { spawnSync } from "node:child_process";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, jest, test } from "@jest/globals";
import type { ToyOrder } from "./programs/toy-process.ts";
import { useWorkshop } from "./programs/use-workshop.ts";

jest.setTimeout(60_000);

const options = { saveFreq: 2, sync: true };

const toy = useWorkshop();

/** Whether this machine lets tests mount file systems that only they see. */
function canMount(): boolean {
  if (spawnSync("unshare", ["-rm", "true"]).status === 0) return true;
  process.stderr.write("not shown here: this machine does not let tests mount file systems\n");
  return false;
}

/** Mounts an empty disk of 512 KiB at `folder`, which only the process that is started sees. */
function onSmallDisk(folder: string): string[] {
  const script = 'mount -t tmpfs -o size=512k tmpfs "$1" && shift && exec "$@"';
  return ["unshare", "-rm", "bash", "-c", script, "bash", folder];
}

/** Runs one order after the other on one small disk, and lists at the end what a resume rests on. */
async function runOnSmallDisk(...orders: ToyOrder[]): Promise<string[]> {
  const [first] = orders;
  const folder = first?.folder ?? "";
  const commands = orders.map((_, index) => `"$1" "$2" "$${index + 3}"; echo "exit code $?"`);
  const script = `${commands.join("; ")}; ls -1 ${folder}/backup | grep -v -e ^beat- -e ^ledger-`;
  const args = [
    process.execPath,
    toy.workshop.script,
    ...orders.map((order) => JSON.stringify(order)),
  ];
  const child = spawnSync(
    onSmallDisk(folder)[0] ?? "",
    [...onSmallDisk(folder).slice(1), "bash", "-c", script, "bash", ...args],
    { encoding: "utf8", timeout: 50_000 },
  );
  return child.stdout.trim().split("\n");
}

describe("a disk that is full", () => {
  test("is reported; the run goes on, and saves again when there is room", async () => {
    if (!canMount()) return;
    const folder = await toy.workshop.makeFolder();
    const at = { "before update 1/0": "fill the disk", "before update 2/0": "free the disk" };
    const lines = await runOnSmallDisk({ folder, options, at });
    expect(lines).toEqual([
      "started at step 0",
      "saved at step 2",
      "saved at step 4",
      "saveFailed at step 6",
      "saveFailed at step 8",
      "saved at step 10",
      "saved at step 12",
      "savesLost",
      toy.undisturbed,
      "exit code 0",
      expect.stringMatching(/^lease-\d+\.json$/),
    ]);
  });

  test("leaves the last good checkpoint to whoever comes next", async () => {
    if (!canMount()) return;
    const folder = await toy.workshop.makeFolder();
    const at = { "before update 1/0": "fill the disk", "before update 2/1": "SIGKILL" };
    const lines = await runOnSmallDisk({ folder, options, at }, { folder, options });
    expect(lines.slice(3, 6)).toEqual([
      "saveFailed at step 6",
      "saveFailed at step 8",
      "exit code 137",
    ]);
    // Not even a lease can be written on a full disk.
    expect(lines.slice(6)).toEqual([
      "exit code 1",
      expect.stringMatching(/^checkpoint-/),
      "lease-1.json",
    ]);
  });

  test("fails the run where that is wanted, with the last good checkpoint intact", async () => {
    if (!canMount()) return;
    const folder = await toy.workshop.makeFolder();
    const throwing = { ...options, onSaveError: "throw" as const };
    const at = { "before update 1/0": "fill the disk" };
    const lines = await runOnSmallDisk({ folder, options: throwing, at });
    expect(lines.slice(3)).toEqual([
      "savesLost",
      "exit code 1",
      expect.stringMatching(/^checkpoint-/),
      expect.stringMatching(/^lease-/),
    ]);
  });
});

describe("a limit on the size of files", () => {
  function limitedTo(kibibytes: number): string[] {
    return ["bash", "-c", `ulimit -f ${kibibytes}; exec "$@"`, "bash"];
  }

  test("fails a run at once whose first save does not fit: it was never protected", async () => {
    const folder = await toy.workshop.makeFolder();
    const ending = await toy.workshop.run({ folder, options }, limitedTo(1));
    const lines = ["started at step 0", "savesLost"];
    expect(ending).toMatchObject({ exitCode: 1, signal: null, lines });
    expect(ending.stderr).toMatch(/code: 'SAVE_FAILED'/);
  });

  test("does not fail a run that has outgrown it, nor touch its last good checkpoint", async () => {
    const folder = await toy.workshop.makeFolder();
    // The header of a checkpoint is padded to 4 KiB; that of the toy needs 8 in the end.
    const order = { folder, options, epochs: 8 };
    const at = { "before update 7/3": "SIGKILL" };
    const ending = await toy.workshop.run({ ...order, at }, limitedTo(6));
    expect(ending.signal).toBe("SIGKILL");
    const failed = ending.lines.findIndex((line) => line.startsWith("saveFailed"));
    expect(failed).toBeGreaterThan(1);
    const second = await toy.workshop.run(order);
    expect(second.lines[0]).toBe(ending.lines[failed - 1]?.replace("saved", "resumed"));
    const whole = await toy.workshop.run({ ...order, folder: await toy.workshop.makeFolder() });
    expect(second.lines.at(-1)).toBe(whole.lines.at(-1));
    expect(await readdir(join(folder, "backup"))).toHaveLength(1);
  });
});

test("a directory that may not be written to is an error at the start, which says so", async () => {
  if (!canMount()) return;
  const folder = await toy.workshop.makeFolder();
  await mkdir(join(folder, "backup"));
  const script = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"';
  const readOnly = ["unshare", "-rm", "bash", "-c", script, "bash", folder];
  const ending = await toy.workshop.run({ folder, options }, readOnly);
  expect(ending).toMatchObject({ exitCode: 1, lines: [] });
  expect(ending.stderr).toMatch(/code: 'STORE_DENIED'/);
  expect(ending.stderr).toContain(join(folder, "backup"));
});
