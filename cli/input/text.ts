import { isUtf8 } from "node:buffer";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { InputProblem } from "../../components/intent/problem";

/** The most that is read of one file: more than any cluster's objects, less than what exhausts memory. */
export const MAX_BYTES = 128 * 1024 * 1024;

/** Text, or why there is none. */
export type TextResult = { readonly text: string } | { readonly problem: InputProblem };

/** Reads a regular file, a pipe or a device to its end, within {@link MAX_BYTES}. `name` is what messages call it. */
export function readText(path: string, name: string): TextResult {
  let bytes: Buffer;
  try {
    const descriptor = openSync(path, "r");
    try {
      const stat = fstatSync(descriptor);
      if (stat.isDirectory()) return { problem: unreadable(name, "a directory") };
      bytes = readAll(descriptor, stat.size);
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

const CHUNK = 1024 * 1024;

/**
 * One byte more than the limit is read, so that the caller can tell "full" from "too much".
 *
 * @param expected how many bytes there seem to be; pipes and devices say 0 and have more
 */
function readAll(descriptor: number, expected: number): Buffer {
  const chunks: Buffer[] = [];
  let chunk = Buffer.allocUnsafe(expected === 0 ? CHUNK : Math.min(expected, MAX_BYTES) + 1);
  let used = 0;
  for (let length = 0; length <= MAX_BYTES;) {
    if (used === chunk.length) {
      chunks.push(chunk);
      chunk = Buffer.allocUnsafe(CHUNK);
      used = 0;
    }
    const read = readSync(descriptor, chunk, used, chunk.length - used, null);
    if (read === 0) break;
    used += read;
    length += read;
  }
  const last = chunk.subarray(0, used);
  return chunks.length === 0 ? last : Buffer.concat([...chunks, last]);
}

function decode(bytes: Buffer, name: string): TextResult {
  if (bytes.length > MAX_BYTES) {
    return {
      problem: {
        id: "input/too-large",
        path: name,
        message: "the file is too large to be read",
        got: `more than ${MAX_BYTES / 1024 / 1024} MiB`,
        expected: `at most ${MAX_BYTES / 1024 / 1024} MiB`,
        fix: "split it, or name only the files that hold mesh objects",
      },
    };
  }
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (utf16) return { problem: notText(name, "UTF-16", "save it as UTF-8") };
  if (!isUtf8(bytes)) {
    const lenient = bytes.toString("utf8");
    const bad = lenient.indexOf("\uFFFD");
    return {
      problem: notText(
        `${name}${at(lenient, bad)}`,
        "bytes that are not UTF-8",
        "save it as UTF-8, or leave it out if it is no text",
      ),
    };
  }
  // Not TextDecoder: it gives two bytes to every letter even of plain ASCII, and all that is read from such a text is slower.
  const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
  const zero = text.indexOf("\0");
  if (zero === -1) return { text };
  return {
    problem: notText(`${name}${at(text, zero)}`, "binary data (a zero byte)", "name only text files"),
  };
}

function at(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  return `:${line}:${offset - before.lastIndexOf("\n")}`;
}

function notText(path: string, got: string, fix: string): InputProblem {
  return { id: "input/not-utf8", path, message: "the file is not UTF-8 text", got, expected: "UTF-8", fix };
}

/** The problem of a path that cannot be read, in the words of whoever reads the message. */
export function unreadable(path: string, reason: string): InputProblem {
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
