import type { ChildProcess } from "node:child_process";
import type { RandomStream } from "@reprise/core";
import { type LifeOptions, signalGroup } from "../life.ts";

/** Sends a signal at any time of a life, or a moment after one of its steps, where the saves are. */
export function atRandom(
  stream: RandomStream,
  signal: NodeJS.Signals,
): Pick<LifeOptions, "onStart" | "onLine"> {
  if (stream.next() < 0.3) {
    const afterMs = 40 + stream.next() * 140;
    return { onStart: (child) => signalLater(child, signal, afterMs) };
  }
  const moment = `step ${Math.floor(stream.next() * 15)}`;
  const afterMs = stream.next() * 10;
  return {
    onLine(line, child) {
      if (line === moment) signalLater(child, signal, afterMs);
    },
  };
}

function signalLater(child: ChildProcess, signal: NodeJS.Signals, afterMs: number): void {
  const timer = setTimeout(() => signalGroup(child, signal), afterMs);
  child.once("exit", () => clearTimeout(timer));
}
