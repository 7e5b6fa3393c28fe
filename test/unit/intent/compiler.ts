import * as path from "node:path";
import ts from "typescript";

const ROOT = path.resolve(__dirname, "../../..");

/** The options that the whole repository is checked with, library declarations included in the check. */
function options(): ts.CompilerOptions {
  const file = path.join(ROOT, "tsconfig.json");
  const { config } = ts.readConfigFile(file, ts.sys.readFile) as { config: unknown };
  return ts.parseJsonConfigFileContent(config, ts.sys, ROOT).options;
}

/** What the compiler says of files on disk. */
export function check(files: readonly string[]): readonly string[] {
  const program = ts.createProgram({ rootNames: files, options: options() });
  return ts.getPreEmitDiagnostics(program).map(text);
}

/**
 * What the compiler says of small programs, each appended to the same beginning. They are checked as one program,
 * because reading the libraries is what takes the time.
 *
 * @returns the messages by the name of the program
 */
export function messages(
  beginning: string,
  programs: Readonly<Record<string, string>>,
): ReadonlyMap<string, readonly string[]> {
  const files = new Map(
    Object.entries(programs).map(([name, source], index) => [
      path.join(__dirname, `virtual-${index}.ts`),
      { name, text: `${beginning}\n${source}\nexport {};\n` },
    ]),
  );
  // What a small program leaves unused is not what it is about.
  const settings = { ...options(), noUnusedLocals: false };
  const host = ts.createCompilerHost(settings);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => files.has(path.normalize(file)) || fileExists.call(host, file);
  host.readFile = (file) => files.get(path.normalize(file))?.text ?? readFile.call(host, file);
  host.getSourceFile = (file, version, ...rest) => {
    const virtual = files.get(path.normalize(file));
    return virtual === undefined
      ? getSourceFile.call(host, file, version, ...rest)
      : ts.createSourceFile(file, virtual.text, version);
  };
  const program = ts.createProgram({ rootNames: [...files.keys()], options: settings, host });
  return new Map(
    [...files].map(([file, { name }]) => [
      name,
      ts.getPreEmitDiagnostics(program, program.getSourceFile(file)).map(text),
    ]),
  );
}

function text(diagnostic: ts.Diagnostic): string {
  return ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n");
}
