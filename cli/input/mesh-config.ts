import * as path from "node:path";
import { MeshError, type InputProblem } from "../../components/intent/problem";
import { readText } from "./text";
import { parseYaml } from "./yaml";
import { isFields, type Fields } from "../../analysis/schema/value";

/**
 * Reads Istio's mesh configuration from a file: the configuration itself, or one of the two objects that people keep it
 * in, the ConfigMap `istio` (`data.mesh`) and an IstioOperator (`spec.meshConfig`).
 *
 * @throws MeshError when it cannot be read or is none of these
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig
 */
export function readMeshConfigFile(file: string, cwd: string): Fields {
  const read = readText(path.resolve(cwd, file), file);
  if ("problem" in read) throw invalid(file, read.problem);
  const [document, ...others] = documentsOf(read.text, file);
  if (others.length > 0) {
    throw invalid(file, { ...expectation(file), got: `${others.length + 1} documents` });
  }
  if (!isFields(document)) throw invalid(file, { ...expectation(file), got: describe(document) });
  const { kind, data, spec } = document;
  if (kind === "ConfigMap") {
    const text = isFields(data) ? data["mesh"] : undefined;
    if (typeof text !== "string")
      throw invalid(file, { ...expectation(file), got: "a ConfigMap without data.mesh" });
    const [mesh] = documentsOf(text, `${file} (data.mesh)`);
    return isFields(mesh) ? mesh : {};
  }
  if (kind === "IstioOperator") {
    const mesh = isFields(spec) ? spec["meshConfig"] : undefined;
    return isFields(mesh) ? mesh : {};
  }
  if (kind !== undefined) throw invalid(file, { ...expectation(file), got: `a ${String(kind)}` });
  return document;
}

/** The documents of the text that hold anything. */
function documentsOf(text: string, name: string): unknown[] {
  const parsed = parseYaml(text, name);
  if ("problem" in parsed) throw invalid(name, parsed.problem);
  return parsed.documents.filter((document) => document !== null && document !== undefined);
}

function expectation(file: string): InputProblem {
  return {
    id: "input/mesh-config",
    path: file,
    message: "this is not a mesh configuration",
    got: "something else",
    expected: "one document: a MeshConfig, the ConfigMap that holds it under data.mesh, or an IstioOperator",
    fix: "save what `kubectl -n istio-system get configmap istio -o yaml` prints and name that file",
  };
}

function invalid(file: string, problem: InputProblem): MeshError {
  return new MeshError(`mesh configuration ${file}`, [problem]);
}

function describe(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}
