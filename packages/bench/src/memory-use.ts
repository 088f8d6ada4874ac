import { readFileSync, writeFileSync } from "node:fs";

/** Bytes of this process that are in memory now. Throws where there is no /proc. */
export function residentBytes(): number {
  return readStatus("VmRSS");
}

/** The most that were in memory at once since {@link forgetPeak}. */
export function peakBytes(): number {
  return readStatus("VmHWM");
}

export function forgetPeak(): void {
  writeFileSync("/proc/self/clear_refs", "5");
}

function readStatus(field: string): number {
  const line = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(
    readFileSync("/proc/self/status", "utf8"),
  );
  if (line === null) throw new Error(`/proc/self/status does not say ${field}.`);
  return Number(line[1]) * 1024;
}
