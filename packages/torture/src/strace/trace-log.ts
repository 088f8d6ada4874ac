/** One call of the system, as strace has written it down. */
export interface TracedCall {
  readonly thread: string;
  readonly name: string;
  /** Which call of this name by this thread it is, from 1: what `when=` of an injection counts. */
  readonly number: number;
  /** The arguments as strace writes them; with `-y` a descriptor is followed by `<path>`. */
  readonly args: string;
  /** What follows the `=`, such as `-1 EIO (Input/output error) (INJECTED)`; `?` when it never returned. */
  readonly result: string;
  /** Whether no other thread had made as many calls of this name when this one began. */
  readonly isFirst: boolean;
}

const whole = /^(\d+) +(\w+)\((.*)\) += (.*)$/;
const begun = /^(\d+) +(\w+)\((.*?),? *<unfinished \.\.\.>(?:\) += \?)?$/;
const resumed = /^(\d+) +<\.\.\. (\w+) resumed>(.*)\) += (.*)$/;

/** Reads what `strace -f -o` has written, in the order in which the calls began. */
export function parseTrace(log: string): TracedCall[] {
  const calls: { -readonly [Key in keyof TracedCall]: TracedCall[Key] }[] = [];
  const open = new Map<string, (typeof calls)[number]>();
  const counts = new Map<string, Map<string, number>>();
  const begin = (thread: string, name: string, args: string, result: string): void => {
    const byThread = counts.get(name) ?? new Map<string, number>();
    counts.set(name, byThread);
    const number = (byThread.get(thread) ?? 0) + 1;
    const isFirst = [...byThread.values()].every((other) => other < number);
    byThread.set(thread, number);
    const call = { thread, name, number, args, result, isFirst };
    calls.push(call);
    open.set(thread, call);
  };
  for (const line of log.split("\n")) {
    const match = whole.exec(line) ?? begun.exec(line);
    if (match) {
      const [, thread = "", name = "", args = "", result = "?"] = match;
      begin(thread, name, args, result);
      continue;
    }
    const [, thread = "", , args = "", result = ""] = resumed.exec(line) ?? [];
    const call = open.get(thread);
    if (call === undefined || result === "") continue;
    call.args += args;
    call.result = result;
  }
  return calls;
}
