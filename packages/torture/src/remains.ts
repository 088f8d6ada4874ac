import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** The directory of checkpoints of the training in `folder`. */
function backupIn(folder: string): string {
  return join(folder, "backup");
}

/** The names in that directory, with `N` for the numbers in them, which depend on its lives. */
export async function leftoversIn(folder: string): Promise<string[]> {
  const names = await readdir(backupIn(folder));
  return names.map((name) => name.replaceAll(/\d+/g, "N")).toSorted();
}

/** The highest step whose save was acknowledged to the training in `folder`, in any of its lives. */
export async function acknowledgedIn(folder: string): Promise<number> {
  const text = await readFile(join(folder, "acknowledged"), "utf8").catch(() => "");
  return Math.max(0, ...text.split("\n").map(Number));
}

/** What the training in `folder` has written as its result, if anything. */
export async function resultIn(folder: string): Promise<string | undefined> {
  return readFile(join(folder, "result"), "utf8").catch(() => undefined);
}

/** Whether the training in `folder` is over, so that the next start is a new one. */
export async function isOver(folder: string): Promise<boolean> {
  const names = await readdir(backupIn(folder)).catch(() => []);
  const fences = names.map((name) => Number(/^lease-(\d+)\.json$/.exec(name)?.[1] ?? 0));
  const newest = join(backupIn(folder), `lease-${Math.max(0, ...fences)}.json`);
  const [line = ""] = (await readFile(newest, "utf8").catch(() => "{}")).split("\n");
  return (JSON.parse(line) as { state?: string }).state === "completed";
}
