import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { Problem } from "../../components/intent/problem";

/** The most that is read of one file: more than any cluster's objects, less than what exhausts memory. */
export const MAX_BYTES = 128 * 1024 * 1024;

/** Text, or why there is none. */
export type TextResult = { readonly text: string } | { readonly problem: Problem };

/** Reads a regular file, a pipe or a device to its end, within {@link MAX_BYTES}. `name` is what messages call it. */
export function readText(path: string, name: string): TextResult {
  let bytes: Buffer;
  try {
    const descriptor = openSync(path, "r");
    try {
      if (fstatSync(descriptor).isDirectory()) return { problem: unreadable(name, "a directory") };
      bytes = readAll(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    return { problem: unreadable(name, reasonOf(error)) };
  }
  return decode(bytes, name);
}

/** Reads standard input to its end, within {@link MAX_BYTES}. */
export async function readStream(stream: AsyncIterable<Buffer | string>, name: string): Promise<TextResult> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stream) {
      const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
      chunks.push(bytes);
      length += bytes.length;
      if (length > MAX_BYTES) break;
    }
  } catch (error) {
    return { problem: unreadable(name, reasonOf(error)) };
  }
  return decode(Buffer.concat(chunks), name);
}

/** One byte more than the limit is read, so that the caller can tell "full" from "too much". */
function readAll(descriptor: number): Buffer {
  const chunks: Buffer[] = [];
  let length = 0;
  while (length <= MAX_BYTES) {
    const chunk = Buffer.allocUnsafe(1024 * 1024);
    const read = readSync(descriptor, chunk, 0, chunk.length, null);
    if (read === 0) break;
    chunks.push(chunk.subarray(0, read));
    length += read;
  }
  return Buffer.concat(chunks);
}

function decode(bytes: Buffer, name: string): TextResult {
  if (bytes.length > MAX_BYTES) {
    return {
      problem: {
        id: "input/too-large",
        path: name,
        message: "the file is too large to be read",
        got: `more than ${MAX_BYTES / 1024 / 1024} MiB`,
        fix: "split it, or name only the files that hold mesh objects",
      },
    };
  }
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (utf16) return { problem: notText(name, "UTF-16", "save it as UTF-8") };
  try {
    // The decoder takes a byte order mark away.
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const zero = text.indexOf("\0");
    if (zero === -1) return { text };
    return {
      problem: notText(`${name}${at(text, zero)}`, "binary data (a zero byte)", "name only text files"),
    };
  } catch {
    const lenient = new TextDecoder("utf-8").decode(bytes);
    const bad = lenient.indexOf("\uFFFD");
    return {
      problem: notText(
        `${name}${at(lenient, bad)}`,
        "bytes that are not UTF-8",
        "save it as UTF-8, or leave it out if it is no text",
      ),
    };
  }
}

function at(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  return `:${line}:${offset - before.lastIndexOf("\n")}`;
}

function notText(path: string, got: string, fix: string): Problem {
  return { id: "input/not-utf8", path, message: "the file is not UTF-8 text", got, expected: "UTF-8", fix };
}

/** The problem of a path that cannot be read, in the words of whoever reads the message. */
export function unreadable(path: string, reason: string): Problem {
  return {
    id: "input/unreadable",
    path,
    message: "it cannot be read",
    got: reason,
    expected: "a readable file or directory",
    fix: "correct the path, or the permissions of the file",
  };
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "nothing is there",
  EACCES: "permission denied",
  EPERM: "permission denied",
  ELOOP: "a symbolic link that leads back to itself",
  ENOTDIR: "a part of the path is not a directory",
  EISDIR: "a directory",
  EMFILE: "too many open files",
  ENXIO: "a device or socket that does not answer",
};

/** A system error in plain words. */
export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code !== undefined) return REASONS[code] ?? code;
  return error instanceof Error ? error.message : String(error);
}
