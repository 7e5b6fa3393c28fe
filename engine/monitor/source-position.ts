import { fileURLToPath } from "node:url";
import type { SourcePosition } from "@pulumi/pulumi/proto/source_pb";

/** `file:line` of the program's line that made a request. The SDK knows it only where stacks are captured. */
export function placeOf(position: SourcePosition | undefined): string | undefined {
  const uri = position?.getUri();
  if (position === undefined || uri === undefined || !uri.startsWith("file:")) return undefined;
  return `${fileURLToPath(uri)}:${position.getLine()}`;
}
