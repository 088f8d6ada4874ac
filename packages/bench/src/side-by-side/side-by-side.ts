import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { settle } from "../dd.ts";
import type { Options } from "../options.ts";
import { Samples, type Spread, time, timeSync } from "../samples.ts";
import { openShell } from "../shell.ts";
import { change, createCopier, createTensors } from "../state.ts";
import { nodeFiles } from "./node-files.ts";
import type { OpenPeer, Peer } from "./peer.ts";
import { reprise } from "./reprise.ts";
import { tfjs } from "./tfjs.ts";
import { installTorch } from "./torch.ts";

/** The same bytes saved in one way and another, in turn. Times in milliseconds. */
export interface SideBySide {
  readonly bytes: number;
  readonly memcpy: Spread;
  readonly memcpyAgain: Spread;
  readonly ways: readonly Way[];
}

interface Way {
  readonly name: string;
  readonly survives: string;
  /** Why it cannot save so much. */
  readonly error?: string;
  /** How long training stands still. */
  readonly stall?: Spread;
  /** How long until all is written, and synced where this way does that. */
  readonly written?: Spread;
}

interface Contender {
  readonly peer: Peer;
  readonly open: OpenPeer;
  readonly stall: Samples;
  readonly written: Samples;
  error: string | undefined;
}

const mebibyte = 2 ** 20;

/** Compares them at 100 MiB, or also at less and more. */
export async function compareSizes(
  folder: string,
  { hasGrowth, hasPeers }: Options,
  onSize: (size: SideBySide) => void,
): Promise<SideBySide[]> {
  const peers = [reprise, ...nodeFiles, tfjs, ...(hasPeers ? installTorch() : [])];
  const compared: SideBySide[] = [];
  for (const size of hasGrowth ? [1, 10, 100, 1024] : [100]) {
    const own = join(folder, String(size));
    await mkdir(own);
    const result = await compare(own, size * mebibyte, size > 100 ? 3 : 9, peers);
    onSize(result);
    compared.push(result);
  }
  return compared;
}

/** Saves `bytes` in 37 tensors in each way, `rounds` times in turn. */
async function compare(
  folder: string,
  bytes: number,
  rounds: number,
  peers: readonly Peer[],
): Promise<SideBySide> {
  const tensors = createTensors(37, bytes);
  const copy = createCopier(tensors);
  const contenders: Contender[] = [];
  for (const [index, peer] of peers.entries()) {
    const own = join(folder, String(index));
    await mkdir(own);
    const open = await peer.open(own, tensors);
    contenders.push({ peer, open, stall: new Samples(), written: new Samples(), error: undefined });
  }
  const shell = openShell();
  const memcpy = new Samples();
  const again = new Samples();
  for (let round = -1; round < rounds; round++) {
    // Nobody is always the one who comes after the same other.
    const from = (round + 1) % contenders.length;
    for (const contender of [...contenders.slice(from), ...contenders.slice(0, from)]) {
      if (contender.error !== undefined) continue;
      change(tensors);
      await settle(shell);
      // What one has left must not be cleared away in the time of the next.
      globalThis.gc?.();
      copy();
      await saveOnce(contender, round < 0);
    }
    copy();
    const first = timeSync(copy);
    const second = timeSync(copy);
    if (round < 0) continue;
    memcpy.add(first);
    again.add(second);
  }
  shell.close();
  for (const { open } of contenders) await open.close();
  await rm(folder, { recursive: true });
  return {
    bytes,
    memcpy: memcpy.spread,
    memcpyAgain: again.spread,
    ways: contenders.map(toWay),
  };
}

async function saveOnce(contender: Contender, isWarmUp: boolean): Promise<void> {
  let stall = 0;
  try {
    const written = await time(async () => {
      stall = await contender.open.save();
    });
    if (isWarmUp) return;
    contender.stall.add(stall);
    contender.written.add(written);
  } catch (error) {
    contender.error = error instanceof Error ? error.message : String(error);
  }
}

function toWay({ peer: { name, survives }, stall, written, error }: Contender): Way {
  return error === undefined
    ? { name, survives, stall: stall.spread, written: written.spread }
    : { name, survives, error };
}
