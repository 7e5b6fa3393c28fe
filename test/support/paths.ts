/** The names and indexes of a path, however it writes them, joined by slashes. */
export function steps(path: string): string {
  return path
    .split(/[.[\]"]+/)
    .filter((step) => step !== "")
    .join("/");
}

/** Whether a path is another or something inside it, both as {@link steps}. */
export function isWithin(path: string, ancestor: string): boolean {
  return `${path}/`.startsWith(`${ancestor}/`);
}
