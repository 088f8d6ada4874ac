import { rmSync } from "node:fs";
import { join } from "node:path";
import { time } from "./samples.ts";
import type { Shell } from "./shell.ts";

/** Removing a large file keeps the disk busy for a while: whatever is timed begins with a quiet one. */
export async function settle(shell: Shell): Promise<void> {
  await shell.run("sync");
}

/** How long `dd conv=fsync` takes to write `bytes` into a fresh file, in milliseconds. */
export async function timeWrite(
  shell: Shell,
  folder: string,
  bytes: number,
  flag: "" | "oflag=direct" = "",
): Promise<number> {
  const file = join(folder, "dd");
  const block = Math.min(bytes, 4 * 2 ** 20);
  const count = Math.round(bytes / block);
  await settle(shell);
  const milliseconds = await time(() =>
    shell.run(`dd if=/dev/zero of=${file} bs=${block} count=${count} conv=fsync ${flag}`),
  );
  rmSync(file);
  return milliseconds;
}

/** How long `dd` takes to read `file`, in milliseconds. */
export function timeRead(
  shell: Shell,
  file: string,
  flag: "" | "iflag=direct" = "",
): Promise<number> {
  return time(() => shell.run(`dd if=${file} of=/dev/null bs=4M ${flag}`));
}

/** How `file` is made cold: all caches are dropped, or, without the right to do so, its own pages. */
export async function findCooling(shell: Shell): Promise<(file: string) => string> {
  const dropAll = "echo 1 > /proc/sys/vm/drop_caches";
  const mayDropAll = await shell.run(`(${dropAll})`).then(
    () => true,
    () => false,
  );
  return (file) =>
    mayDropAll
      ? `sync && ${dropAll}`
      : `dd of=${file} oflag=nocache conv=notrunc,fdatasync count=0`;
}
