import { spawn } from "node:child_process";
import type { KillPoint } from "./kill-point.ts";

/** How a process ended, what it wrote, and whether it was this side that killed it. */
export interface ChildEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly wasKilled: boolean;
  readonly timedOut: boolean;
}

/** Starts Node with `args` and follows it to its end, killing it from outside where asked to. */
export async function superviseChild(
  args: readonly string[],
  options: {
    readonly env: NodeJS.ProcessEnv;
    readonly cwd: string | undefined;
    readonly killAt: KillPoint | undefined;
    readonly timeoutMs: number;
  },
): Promise<ChildEnd> {
  const { killAt, env, cwd } = options;
  const child = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const end = { stdout: "", stderr: "", wasKilled: false, timedOut: false };
  const kill = (): void => {
    end.wasKilled ||= child.kill("SIGKILL");
  };
  const timeout = setTimeout(() => {
    end.timedOut = child.kill("SIGKILL");
  }, options.timeoutMs);
  const timer = killAt && "afterMs" in killAt ? setTimeout(kill, killAt.afterMs) : undefined;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    end.stdout += text;
    if (killAt && "whenStdout" in killAt && end.stdout.search(killAt.whenStdout) !== -1) kill();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    end.stderr += text;
  });
  child.once("exit", () => {
    clearTimeout(timeout);
    clearTimeout(timer);
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode, signal) => resolve({ ...end, exitCode, signal }));
  });
}
