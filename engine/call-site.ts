/**
 * The message of a MeshError without the line that it came from: when a program is at fault, the line that called the
 * engine is not the one to look at.
 */
export function withoutCallSite(message: string): string {
  return message.replace(/\n {2}at \S+:\d+:\d+$/, "");
}
