import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";

/** A file that may hold templates. */
export interface TemplateFile {
  /** As messages call it. */
  readonly path: string;
  /** Without folder and extension. */
  readonly stem: string;
  readonly text: string;
}

/** What there was to read, or why nothing could be. */
export type TemplateFiles =
  | { readonly files: readonly TemplateFile[]; readonly reason?: undefined }
  | { readonly files?: undefined; readonly reason: string };

const EXTENSIONS = new Set([".yaml", ".yml", ".json", ".tpl", ".gotmpl"]);

/** Where a chart keeps the files that its templates take in as they are. */
const CHART_FILES = "files";

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "nothing is there",
  EACCES: "may not be read",
  EPERM: "may not be read",
};

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error));
}

function read(path: string): TemplateFile {
  return {
    path,
    stem: basename(path, extname(path)),
    text: readFileSync(path, "utf8").replace(/^\uFEFF/, ""),
  };
}

function filesIn(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .filter((name) => !name.startsWith(".") && EXTENSIONS.has(extname(name).toLowerCase()))
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

/** The files of a folder, or of the folder `files` in it where it is a chart; or one file. */
export function templateFiles(from: string): TemplateFiles {
  try {
    if (!statSync(from).isDirectory()) return { files: [read(from)] };
    const inside = join(from, CHART_FILES);
    const isChart = statSync(inside, { throwIfNoEntry: false })?.isDirectory() === true;
    return { files: [...filesIn(from), ...(isChart ? filesIn(inside) : [])].map(read) };
  } catch (error) {
    return { reason: reasonOf(error) };
  }
}
