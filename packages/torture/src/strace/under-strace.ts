import { readFile, rm } from "node:fs/promises";
import type { Life, LifeOptions } from "../life.ts";
import type { Workshop } from "../workshop.ts";
import { parseTrace, type TracedCall } from "./trace-log.ts";

/** What is to happen at calls of one name, in the words of strace. */
interface Injection {
  readonly call: string;
  /** `3` is the third call of a thread, `3+` that and all after it. */
  readonly when: string;
  /** Such as `signal=SIGKILL`, `error=EIO`, `retval=0` or `delay_enter=30000`, in microseconds. */
  readonly effect: string;
}

export interface TracedLife extends Life {
  readonly calls: readonly TracedCall[];
}

// All calls on files by one thread, so that they can be counted; and none around strace.
const env = { UV_THREADPOOL_SIZE: "1", UV_USE_IO_URING: "0" };

interface TraceOptions extends LifeOptions {
  readonly injection?: Injection;
  /** Notes all bytes that are written, and every text in hexadecimal digits. */
  readonly withData?: boolean;
}

/** One life of the training in `folder` under strace, which notes the calls named in `trace`. */
export async function liveUnderStrace(
  workshop: Workshop,
  folder: string,
  trace: readonly string[],
  { injection, withData = false, ...options }: TraceOptions = {},
): Promise<TracedLife> {
  const log = `${folder}.strace`;
  const command = ["strace", "-f", "-qq", "-y", "-e", `trace=${trace.join(",")}`, "-o", log];
  command.push(...(withData ? ["-xx", "-s", "10000000"] : ["-s", "16"]));
  if (injection) {
    const { call, effect, when } = injection;
    command.push("-e", `inject=${call}:${effect}:when=${when}`);
    // Faster, but strace 6.1 then injects no signals, and says nothing of it.
    if (!effect.startsWith("signal=")) command.push("--seccomp-bpf");
  }
  try {
    const life = await workshop.live(folder, { ...options, isTraced: true, env, within: command });
    return { ...life, calls: parseTrace(await readFile(log, "utf8")) };
  } finally {
    await rm(log, { force: true });
  }
}
