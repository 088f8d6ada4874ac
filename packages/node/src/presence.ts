import { statfs } from "node:fs/promises";
import { hostname } from "node:os";
import { drawNonce, type Holder, type Liveness, type Presence, type Report } from "@reprise/core";
import * as z from "zod/mini";
import { watchBeat } from "./beat.ts";
import { waitForOtherClaims } from "./claim-lock.ts";
import { isOfSingleMachine } from "./file-system.ts";
import { currentThread, threadStatus } from "./process-facts.ts";

// This module is loaded once in each thread, so this tells the thread from any other even where the
// kernel does not: a second run after an exception goes on at once on macOS and Windows, too.
const threadNonce = drawNonce();

/**
 * Tells by facts of the kernel whether the holder of `directory` lives, and never by the host name,
 * which two containers may share. Only where no such facts are to be had, as of another machine, its
 * beat is watched: that of a thread which does nothing but write, since one that computes for minutes
 * would be taken for dead.
 */
export function kernelPresence(
  directory: string,
  { takeOverAfter = 30 }: { readonly takeOverAfter?: number } = {},
): Presence {
  return Object.freeze({
    describe,
    name,
    probe: (holder: Holder) => probe(directory, holder),
    watchBeat: (fence: number, report: Report) =>
      watchBeat(directory, fence, takeOverAfter, report),
    claiming: <T>(claim: () => Promise<T>) => waitForOtherClaims(directory, claim),
  });
}

async function describe(): Promise<Holder> {
  return {
    pid: process.pid,
    host: hostname(),
    since: new Date().toISOString(),
    threadNonce,
    ...(await currentThread()),
  };
}

async function probe(directory: string, holder: Holder): Promise<Liveness> {
  if (holder["threadNonce"] === threadNonce) return "dead";
  const self = await currentThread();
  const other = kernelFacts.safeParse(holder).data;
  if (self === undefined || other === undefined) return "unknown";
  if (other.bootId !== self.bootId) return probeOtherBoot(directory);
  if (other.pidNamespace !== self.pidNamespace) return "unknown";
  if (other.tid === self.tid && other.startTime === self.startTime) return "dead";
  const status = await threadStatus(other.pid, other.tid);
  if (status.kind === "unknown") return "unknown";
  if (status.kind === "absent" || status.hasEnded) return "dead";
  // Stopped, swapped out and busy are alive.
  return status.startTime === other.startTime ? "alive" : "dead";
}

/** Where only one machine at a time can have the directory, another boot is one that is over. */
async function probeOtherBoot(directory: string): Promise<Liveness> {
  try {
    return isOfSingleMachine((await statfs(directory)).type) ? "dead" : "unknown";
  } catch {
    return "unknown";
  }
}

const positive = z.int().check(z.positive());

/** The kernel's facts among those of a holder, which come from a file that anybody may have written. */
const kernelFacts = z.object({
  bootId: z.string(),
  pidNamespace: z.string(),
  pid: positive,
  tid: positive,
  startTime: z.int(),
});

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function name(holder: Holder): string {
  const { pid, host, since } = holder as Record<string, unknown>;
  return [
    isNumber(pid) ? `pid ${pid}` : "a process of unknown number",
    isPrintable(host) ? ` on ${host}` : "",
    isPrintable(since) ? `, since ${since}` : "",
  ].join("");
}

/** Keeps what could steer a terminal out of messages. */
function isPrintable(value: unknown): value is string {
  return typeof value === "string" && /^[\w.:+-]{1,253}$/.test(value);
}
