import type { Value } from "../reader";
import { checkInteger, checkPort } from "./checks";
import { isBlank, isFilled, isKnown, textOf } from "./fields";
import type { AdmissionCheck, Problems } from "./problem";
import { checkSelector, checkTargets } from "./shared";
import { parseUrl } from "./urls";

const LONGEST_NAME = 256;
const LONGEST_SECRET = 253;
const LARGEST_SCRIPT = 65_536;

export const checkWasmPlugin: AdmissionCheck = (problems, { spec }) => {
  checkSelector(problems, spec.get("selector"), "matchLabels");
  checkTargets(problems, spec);
  checkModule(problems, spec);
  checkInteger(problems, spec.get("priority"));
  checkMatch(problems, spec.get("match"));
};

export const checkTrafficExtension: AdmissionCheck = (problems, { spec }) => {
  const [wasm, lua] = [spec.get("wasm"), spec.get("lua")];
  if (wasm.isPresent === lua.isPresent) problems.refuse("spec", "it is either wasm or lua");
  checkSelector(problems, spec.get("selector"), "matchLabels");
  checkTargets(problems, spec);
  if (isKnown(lua)) checkLua(problems, lua);
  if (isKnown(wasm)) checkModule(problems, wasm);
  checkInteger(problems, spec.get("priority"));
  checkMatch(problems, spec.get("match"));
};

function checkLua(problems: Problems, lua: Value): void {
  const code = lua.get("inlineCode");
  if (isBlank(code)) problems.refuse(lua.path, "there is no code");
  if (Buffer.byteLength(textOf(code)) > LARGEST_SCRIPT)
    problems.refuse(code.path, "a script has 64kB at most");
}

/** Where the module comes from, and what it is given. */
function checkModule(problems: Problems, module: Value): void {
  checkUrl(problems, module);
  const sum = module.get("sha256");
  if (isFilled(sum) && !sum.isUnknown && !/^[a-f0-9]{64}$/.test(textOf(sum)))
    problems.refuse(sum.path, "a sum has 64 digits of a-f and 0-9");
  if (Buffer.byteLength(textOf(module.get("imagePullSecret"))) > LONGEST_SECRET)
    problems.refuse(
      module.get("imagePullSecret").path,
      `a Secret's name has ${LONGEST_SECRET} letters at most`,
    );
  if (Buffer.byteLength(textOf(module.get("pluginName"))) > LONGEST_NAME)
    problems.refuse(module.get("pluginName").path, `the name has ${LONGEST_NAME} letters at most`);
  const names = new Set<string>();
  for (const variable of module.get("vmConfig").get("env").items()) {
    const name = variable.get("name");
    if (variable.isUnknown || name.isUnknown) continue;
    if (textOf(name) === "") problems.refuse(variable.path, "the variable has no name");
    else if (Buffer.byteLength(textOf(name)) > LONGEST_NAME)
      problems.refuse(name.path, `the name has ${LONGEST_NAME} letters at most`);
    else if (names.has(textOf(name)))
      problems.refuse(variable.path, `there are two variables ${JSON.stringify(textOf(name))}`);
    else if (!["", "INLINE"].includes(textOf(variable.get("valueFrom"))) && isFilled(variable.get("value")))
      problems.refuse(variable.get("value").path, "a value stands with valueFrom INLINE only");
    names.add(textOf(name));
  }
}

const schemes: ReadonlySet<string> = new Set(["file", "http", "https", "oci"]);

function checkUrl(problems: Problems, module: Value): void {
  const url = module.get("url");
  if (isBlank(url)) problems.refuse(module.path, "there is no URL of a module");
  const text = textOf(url);
  if (text === "") return;
  // What is no URL is the name of an image.
  const parsed = parseUrl(text) ?? parseUrl(`http://${text}`);
  if (parsed === undefined) problems.refuse(url.path, `${JSON.stringify(text)} is no URL of a module`);
  else if (parsed.scheme !== "" && !schemes.has(parsed.scheme))
    problems.refuse(url.path, `${JSON.stringify(parsed.scheme)} is no scheme for a module`);
}

function checkMatch(problems: Problems, selectors: Value): void {
  for (const selector of selectors.items())
    for (const port of selector.get("ports").items())
      if (!port.isUnknown) checkPort(problems, port.get("number"));
}
