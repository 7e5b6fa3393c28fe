import { createHash } from "node:crypto";
import { z } from "zod";

import { MeshError } from "../../components/intent/problem";
import type { Properties, StackIdentity, StackState } from "../provider";
import { isPropertyObject } from "../value";
import { decodeValue, encodeValue, type Json } from "./value-codec";

/** Raised when the shape of the file changes in a way that an older reader would misread. */
const VERSION = 1;

const json: z.ZodType<Json> = z.json();

const bodySchema = z.strictObject({
  stack: z.strictObject({ organization: z.string(), project: z.string(), stack: z.string() }),
  resources: z.array(
    z.strictObject({
      urn: z.string(),
      type: z.string(),
      id: z.string(),
      inputs: json,
      outputs: json,
    }),
  ),
  outputs: json,
});

const fileSchema = z.strictObject({
  format: z.literal("meshwright-state"),
  version: z.literal(VERSION),
  checksum: z.string(),
  ...bodySchema.shape,
});

const versionSchema = z.looseObject({ format: z.literal("meshwright-state"), version: z.number() });

/** A stack's state and whose it is. */
export interface StateFile {
  readonly stack: StackIdentity;
  readonly state: StackState;
}

/**
 * The text of a state file: JSON with sorted keys and resources in the order of their URNs, so that the same state always
 * gives the same bytes. Secret values stand in it in the clear; it must never have a wider mode than 0600.
 */
export function formatStateFile({ stack, state }: StateFile): string {
  const body = {
    stack: { organization: stack.organization, project: stack.project, stack: stack.stack },
    resources: [...state.resources]
      .sort((a, b) => (a.urn < b.urn ? -1 : a.urn > b.urn ? 1 : 0))
      .map(({ urn, type, id, inputs, outputs }) => ({
        urn,
        type,
        id,
        inputs: encodeValue(inputs),
        outputs: encodeValue(outputs),
      })),
    outputs: encodeValue(state.outputs),
  };
  const file = { format: "meshwright-state", version: VERSION, checksum: checksumOf(body), ...body };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/**
 * Reads the text of a state file, wholly or not at all.
 *
 * @param path names the file in the error
 * @throws MeshError `engine/state-damaged` when the text was cut short or changed by hand, `engine/state-too-new` when a
 * later version of this program wrote it. Neither quotes the file: it holds secrets.
 */
export function parseStateFile(path: string, text: string): StateFile {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw damaged(
      path,
      text.trim() === "" ? "an empty file" : "text that is not JSON, as when it was cut short",
    );
  }
  const known = versionSchema.safeParse(content);
  if (known.success && known.data.version > VERSION) throw tooNew(path, known.data.version);
  const parsed = fileSchema.safeParse(content);
  if (!parsed.success)
    throw damaged(path, `an unexpected ${parsed.error.issues[0]?.path.join(".") || "document"}`);
  const { checksum, stack, resources, outputs } = parsed.data;
  if (checksum !== checksumOf({ stack, resources, outputs })) {
    throw damaged(path, "content that does not match its checksum, as when it was changed by hand");
  }
  try {
    return {
      stack,
      state: {
        resources: resources.map((resource) => ({
          ...resource,
          inputs: decodeProperties(resource.inputs),
          outputs: decodeProperties(resource.outputs),
        })),
        outputs: decodeProperties(outputs),
      },
    };
  } catch {
    throw damaged(path, "a value that this program does not write");
  }
}

function decodeProperties(encoded: Json): Properties {
  const value = decodeValue(encoded);
  if (isPropertyObject(value)) return value;
  throw new TypeError("no properties");
}

function checksumOf(body: z.output<typeof bodySchema>): string {
  return `sha256:${createHash("sha256").update(JSON.stringify(body)).digest("hex")}`;
}

function damaged(path: string, got: string): MeshError {
  return new MeshError("local state", [
    {
      id: "engine/state-damaged",
      path,
      message: "the state file is damaged, so its keys and passwords cannot be relied on",
      got,
      expected: "a state file as this program wrote it",
      fix: "Restore the file from a backup, or move it away to have new keys and passwords generated",
    },
  ]);
}

function tooNew(path: string, version: number): MeshError {
  return new MeshError("local state", [
    {
      id: "engine/state-too-new",
      path,
      message: "the state file was written by a later version of this program",
      got: `format version ${version}`,
      expected: `format version ${VERSION}`,
      fix: "Update meshwright, or move the file away to have new keys and passwords generated",
    },
  ]);
}
