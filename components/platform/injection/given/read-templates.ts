import type { InputProblem } from "../../../intent/problem";
import { printed } from "../../problems";
import { injectorConfigMaps, mayHoldConfigMap, type InjectorConfigMap } from "./injector-config-map";
import { templateFiles, type TemplateFile } from "./template-files";
import { syntaxFault } from "./template-syntax";

/** Where injection templates come from that replace ours. */
export interface InjectionTemplatesArgs {
  /**
   * A folder with one file per template, named like the template (`sidecar.yaml`) or as the official chart names it
   * (`injection-template.yaml`, `gateway-injection-template.yaml`); the chart itself; or a folder or file with the
   * ConfigMap `istio-sidecar-injector`. Relative paths start at the folder that the program runs in.
   */
  from: string;
}

/** Templates by name, or everything that is wrong with what was given. */
export interface ReadTemplates {
  readonly templates: Readonly<Record<string, string>>;
  /** The values that came with them, where they came in a ConfigMap. */
  readonly values?: string;
  readonly problems: readonly InputProblem[];
}

/** Files of the official chart whose names are not those of their templates. */
const CHART_NAMES: Readonly<Record<string, string>> = {
  "injection-template": "sidecar",
  "gateway-injection-template": "gateway",
};

const KNOWN = new Set([
  "sidecar",
  "gateway",
  "grpc-agent",
  "grpc-simple",
  "waypoint",
  "kube-gateway",
  "agentgateway",
  "agentgateway-waypoint",
]);

const EXPECTED =
  "files named like templates (sidecar.yaml, gateway.yaml, …), the folder `files` of the official chart, or the ConfigMap istio-sidecar-injector";

/** The template that a file is, or nothing where it is something else, such as a profile or a part of a chart. */
function templateName({ stem, text }: TemplateFile): string | undefined {
  const name = CHART_NAMES[stem] ?? stem;
  if (KNOWN.has(name)) return name;
  // Templates of a team's own have any name; what a chart renders names the release.
  return text.includes("{{") && !/\.(Release|Chart|Files)\b/.test(text) ? name : undefined;
}

interface Found {
  readonly file: string;
  readonly templates: Readonly<Record<string, string>>;
  readonly values?: string;
}

function badFile(path: string, file: string, error: unknown): InputProblem {
  const [message = ""] = String(error instanceof Error ? error.message : error).split("\n");
  return {
    id: "platform/bad-template-file",
    path,
    message: `${file} cannot be parsed`,
    got: message,
    expected: "YAML with the ConfigMap of an injector",
    fix: "Save what `kubectl -n istio-system get configmap istio-sidecar-injector -o yaml` prints",
  };
}

function inFile(file: TemplateFile, path: string, problems: InputProblem[]): Found[] {
  if (!KNOWN.has(CHART_NAMES[file.stem] ?? file.stem) && mayHoldConfigMap(file)) {
    try {
      return injectorConfigMaps(file).map((map: InjectorConfigMap) => ({ file: file.path, ...map }));
    } catch (error) {
      problems.push(badFile(path, file.path, error));
      return [];
    }
  }
  const name = templateName(file);
  return name === undefined ? [] : [{ file: file.path, templates: { [name]: file.text } }];
}

function templateProblems(path: string, file: string, name: string, text: string): InputProblem[] {
  const fault = syntaxFault(text);
  if (text.trim() !== "" && fault === undefined) return [];
  return [
    {
      id: "platform/bad-template",
      path,
      message: `the template ${printed(name)} in ${file} cannot be used`,
      got: fault === undefined ? "an empty text" : `line ${fault.line}: ${fault.message}`,
      expected: "a Go template that istiod can parse",
      fix: "Mend the template, or take it out to use ours",
    },
  ];
}

function duplicate(path: string, name: string, files: readonly string[]): InputProblem {
  return {
    id: "platform/duplicate-template",
    path,
    message: `the template ${printed(name)} is there more than once`,
    got: files.join(" and "),
    expected: "one text per template",
    fix: "Remove all but one",
  };
}

/**
 * Reads injection templates that a team already has. Nothing else of a ConfigMap counts: its policy and its selectors
 * follow from the control plane's arguments.
 *
 * @param path where problems say that they are, the argument or the option that named the place
 */
export function readTemplates(from: string, path: string): ReadTemplates {
  const read = templateFiles(from);
  if (read.reason !== undefined) {
    return {
      templates: {},
      problems: [
        {
          id: "platform/unreadable-templates",
          path,
          message: `cannot be read: ${read.reason}`,
          got: printed(from),
          expected: `a folder or a file with ${EXPECTED}`,
          fix: "Correct the path; a relative one starts at the folder that the program runs in",
        },
      ],
    };
  }
  const problems: InputProblem[] = [];
  const templates = new Map<string, { readonly text: string; readonly files: string[] }>();
  const found = read.files.flatMap((file) => inFile(file, path, problems));
  for (const { file, templates: texts } of found) {
    for (const [name, text] of Object.entries(texts)) {
      const known = templates.get(name);
      if (known !== undefined && known.text !== text) known.files.push(file);
      if (known !== undefined) continue;
      templates.set(name, { text, files: [file] });
      problems.push(...templateProblems(path, file, name, text));
    }
  }
  for (const [name, { files }] of templates) {
    if (files.length > 1) problems.push(duplicate(path, name, files));
  }
  if (templates.size === 0 && problems.length === 0) {
    problems.push({
      id: "platform/no-templates",
      path,
      message: "holds no injection template",
      got: printed(from),
      expected: EXPECTED,
      fix: "Name the folder that holds the templates",
    });
  }
  const values = found.find((one) => one.values !== undefined)?.values;
  return {
    templates: Object.fromEntries([...templates].map(([name, { text }]) => [name, text])),
    ...(values === undefined ? {} : { values }),
    problems,
  };
}
