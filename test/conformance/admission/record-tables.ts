import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { istioModule, PROGRAM, runGo } from "./ask-istiod";

/** What one of Istio's validation functions was called with by Istio's own tests. */
export interface Recorded {
  /** The full name of its message, `istio.networking.v1alpha3.HTTPRetry`. */
  readonly type: string;
  readonly value: Readonly<Record<string, unknown>>;
  /** Of a whole object. */
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>> | null;
    readonly annotations: Readonly<Record<string, string>> | null;
  } | null;
}

/** Goes into a copy of the package: writes down what its functions are called with. */
const recorder = `
func recordCall(value proto.Message, meta map[string]any) {
	if value == nil || !value.ProtoReflect().IsValid() {
		return
	}
	text, err := protomarshal.ToJSON(value)
	if err != nil {
		return
	}
	line, err := json.Marshal(map[string]any{
		"type": string(value.ProtoReflect().Descriptor().FullName()), "value": json.RawMessage(text), "metadata": meta,
	})
	if err != nil {
		return
	}
	file, err := os.OpenFile(os.Getenv("RECORDED_CALLS"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	defer file.Close()
	if _, err := file.Write(append(line, '\\n')); err != nil {
		panic(err)
	}
}
`;

/** Functions of one message: the call is written down where it begins. */
const FUNCTION =
  /^func ([vV]alidate\w+)\((?:\w+ string, )?(\w+) (\*(?:networking|meshconfig)\.\w+)[^{]*\{$/gm;

/** A file of the package, its functions writing down what they are called with. */
function recording(source: string, file: string): string {
  const withFunctions = source.replace(FUNCTION, (line, _name: string, parameter: string) =>
    parameter === "_" ? line : `${line}\n\trecordCall(${parameter}, nil)`,
  );
  if (file !== "validation.go") return withFunctions;
  const withObjects = withFunctions.replace(
    "return func(config config.Config) (Warning, error) {",
    `return func(config config.Config) (Warning, error) {
		if spec, ok := config.Spec.(proto.Message); ok {
			recordCall(spec, map[string]any{"name": config.Name, "namespace": config.Namespace,
				"labels": config.Labels, "annotations": config.Annotations})
		}`,
  );
  const missing = [
    '"encoding/json"',
    '"os"',
    '"google.golang.org/protobuf/proto"',
    '"istio.io/istio/pkg/util/protomarshal"',
  ].filter((each) => !withObjects.includes(each));
  return withObjects.replace("import (", `import (\n\t${missing.join("\n\t")}`) + recorder;
}

/** The packages whose tests are run, as folders below Istio's own. */
const PACKAGES = ["pkg/config/validation", "pkg/config/validation/agent"];

/** They test more than validation, and need all of Envoy for it. */
const LEFT_OUT: ReadonlySet<string> = new Set(["fuzz_test.go", "openapi_test.go"]);

/**
 * Runs the tests of Istio's own validation over a copy that writes down what they try. Istio's module is left alone.
 *
 * @returns what was tried, each once, or the reason why there is nothing
 */
export function recordTables(): Recorded[] | string {
  const found = istioModule();
  if (typeof found === "string") return found;
  const module = found.folder;
  const folder = mkdtempSync(join(tmpdir(), "meshwright-tables-"));
  try {
    // Tests need more modules than the program does, so Go completes the list in the copy.
    for (const file of ["go.mod", "go.sum"]) copyFileSync(join(PROGRAM, file), join(folder, file));
    for (const [index, from] of PACKAGES.entries()) {
      const copy = join(folder, String(index));
      mkdirSync(copy);
      for (const file of readdirSync(join(module, from))) {
        if (!file.endsWith(".go") || LEFT_OUT.has(file)) continue;
        const text = readFileSync(join(module, from, file), "utf8");
        writeFileSync(join(copy, file), file.endsWith("_test.go") ? text : recording(text, file));
      }
    }
    const calls = join(folder, "calls");
    const run = runGo(["test", "-count=1", "-p=1", "-vet=off", "-mod=mod", "./..."], {
      folder,
      environment: { RECORDED_CALLS: calls },
    });
    if (typeof run === "string") return run;
    if (run.status !== 0) throw new Error(`Istio's own tests failed: ${run.stdout}${run.stderr}`);
    const lines = new Set(readFileSync(calls, "utf8").trim().split("\n"));
    return [...lines].map((line) => JSON.parse(line) as Recorded);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
