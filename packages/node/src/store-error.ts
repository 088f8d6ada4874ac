import { isRepriseError, RepriseError, type RepriseErrorCode } from "@reprise/core";

interface Explanation {
  readonly code: RepriseErrorCode;
  readonly found: string;
  readonly advice: string;
}

const makeRoom =
  "Free some space or use a directory with more of it; what was saved before is whole";
const grantAccess = "Let the user that runs this process read, write and search the directory";
const closeFiles = "Close files or raise the limit (ulimit -n)";

const explanations = new Map<string, Explanation>([
  ["ENOSPC", { code: "STORE_FULL", found: "the file system is full", advice: makeRoom }],
  ["EDQUOT", { code: "STORE_FULL", found: "the disk quota is used up", advice: makeRoom }],
  [
    "EFBIG",
    {
      code: "STORE_FULL",
      found: "the file is larger than this process or file system allows",
      advice: "Raise the file-size limit (ulimit -f) or use another file system",
    },
  ],
  ["EACCES", { code: "STORE_DENIED", found: "permission is denied", advice: grantAccess }],
  ["EPERM", { code: "STORE_DENIED", found: "the operation is not permitted", advice: grantAccess }],
  [
    "EROFS",
    {
      code: "STORE_DENIED",
      found: "the file system is read-only",
      advice:
        "Use a directory on a writable file system; if this one was writable, its disk may fail",
    },
  ],
  [
    "ENOENT",
    {
      code: "STORE_FAILED",
      found: "the directory that should hold it does not exist",
      advice: "Create it, or find out who removed it while it was in use",
    },
  ],
  [
    "ENOTDIR",
    {
      code: "STORE_FAILED",
      found: "a part of the path is not a directory",
      advice: "Correct the path, or move the file that is in its way",
    },
  ],
  [
    "EISDIR",
    {
      code: "STORE_FAILED",
      found: "there is a directory of this name",
      advice: "Move it away; Reprise removes only files of its own",
    },
  ],
  [
    "ENAMETOOLONG",
    { code: "STORE_FAILED", found: "the path is too long", advice: "Use a shorter path" },
  ],
  ["EMFILE", { code: "STORE_FAILED", found: "too many files are open", advice: closeFiles }],
  ["ENFILE", { code: "STORE_FAILED", found: "too many files are open", advice: closeFiles }],
  [
    "EIO",
    {
      code: "STORE_FAILED",
      found: "the device reports an input/output error",
      advice: "Check the disk and the kernel log before you trust it with more",
    },
  ],
]);

/**
 * The `RepriseError` for a failure of the operating system: it says what was being done (`Cannot
 * create`), to which path, what was found and what to do. Errors that say so already pass through.
 */
export function storeError(cause: unknown, attempt: string, path: string): RepriseError {
  if (isRepriseError(cause)) return cause;
  const systemCode = systemErrorCode(cause);
  const { code, found, advice } = explanations.get(systemCode) ?? {
    code: "STORE_FAILED",
    found: String(cause),
    advice: "The cause of this error says what the operating system answered",
  };
  return new RepriseError(code, `${attempt} ${path}: ${found} (${systemCode}). ${advice}.`, {
    cause,
    details: { path, systemCode },
  });
}

/** The name of a system error, such as `ENOSPC`, or `unknown`. */
function systemErrorCode(error: unknown): string {
  if (typeof error !== "object" || error === null || !("code" in error)) return "unknown";
  // Node has no name for a used-up quota; on Linux it is number 122.
  if (error.code === "UNKNOWN" && "errno" in error && error.errno === -122) return "EDQUOT";
  return String(error.code);
}

/** Whether `error` is a system error of one of `codes`. */
export function isSystemError(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes(systemErrorCode(error));
}
