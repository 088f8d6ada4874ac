import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";

/** For a racer in a container of its own: processes have other numbers there. */
export const ownContainer: readonly string[] = ["unshare", "-rpf", "--kill-child", "--mount-proc"];

/** Whether this machine lets a user have namespaces. */
export function hasNamespaces(): boolean {
  return spawnSync("unshare", ["-rpf", "--mount-proc", "true"]).status === 0;
}

/** For a racer that finds another boot id: as after a restart of the machine. */
export function afterReboot(bootIdFile: string): string[] {
  const script = 'mount --bind "$1" /proc/sys/kernel/random/boot_id && shift && exec "$@"';
  return ["unshare", "-rm", "sh", "-c", script, "sh", bootIdFile];
}

/** A container in which several processes are started, one after the other. */
export interface Container {
  /** Runs a command in it. */
  readonly enter: readonly string[];
  /** Runs a command in it, as the process of this number there. */
  readonly enterAs: (pid: number) => string[];
}

/** Opens a container, and ends all processes in it when `act` is done. */
export async function withContainer<T>(act: (container: Container) => Promise<T>): Promise<T> {
  const [unshare = "", ...options] = ownContainer;
  const keeper = spawn(unshare, [...options, "sh", "-c", "echo && exec sleep 1000"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    await once(keeper.stdout, "data");
    const children = await readFile(`/proc/${keeper.pid}/task/${keeper.pid}/children`, "latin1");
    const target = ["--target", children.trim(), "--user", "--pid", "--mount"];
    const enter = ["nsenter", ...target, "--preserve-credentials", `--wd=${process.cwd()}`];
    // The next process that the shell starts gets the next number.
    const script = 'echo "$1" > /proc/sys/kernel/ns_last_pid; shift; "$@"; exit "$?"';
    return await act({
      enter,
      enterAs: (pid) => [...enter, "sh", "-c", script, "sh", String(pid - 1)],
    });
  } finally {
    keeper.kill("SIGKILL");
  }
}
