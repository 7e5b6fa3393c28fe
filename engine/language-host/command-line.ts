/** The words of a command line: blanks separate them, quotes and backslashes keep blanks inside one. */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  const pattern = /(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/g;
  for (const [word] of line.matchAll(pattern)) {
    words.push(
      word.replaceAll(
        /\\(.)|"((?:[^"\\]|\\.)*)"|'([^']*)'/g,
        (_, escaped?: string, double?: string, single?: string) =>
          escaped ?? double?.replaceAll(/\\(["\\$`])/g, "$1") ?? single ?? "",
      ),
    );
  }
  return words;
}
