import type { VersionsDeclaration } from "../declarations";
import type { ServiceIntent } from "../intent";
import { lookUp } from "../references";
import { oneOf, show } from "../show";
import { at, type Reader } from "./reader";
import { type Scope, unknownObject } from "./scope";
import { needed, type Read, shapes } from "./shape";

const { anyText, choice, list, object, text, whole } = shapes("intent/versions");

const pin = object(
  {
    header: text((name) => name === name.toLowerCase() && name !== "", "a header in lower case"),
    cookie: anyText,
  },
  { exactlyOne: [["header", "cookie"]] },
);

/** Options of the routes are checked with these. */
const options: Read<true> = () => true;

/** Checks what progressions and switches between versions say; their routes are checked where they are used. */
export function checkVersions(
  scope: Scope,
  progressions: readonly VersionsDeclaration[],
  blueGreens: readonly VersionsDeclaration[],
): void {
  progressions.forEach(({ service, spec }, index) => {
    const of = readService(scope, service, at("progression", index));
    if (of !== undefined) checkProgression(scope.reader, of, spec, at("progression", of.key));
  });
  blueGreens.forEach(({ service, spec }, index) => {
    const of = readService(scope, service, at("blueGreen", index));
    if (of === undefined) return;
    const path = at("blueGreen", of.key);
    const subset = subsetOf(of);
    object(
      {
        blue: needed(subset),
        green: needed(subset),
        active: needed(choice("blue", "green")),
        preview: pin,
        with: options,
      },
      {},
      ({ blue, green }, report) => {
        if (blue === green) {
          report("green", {
            message: "is the same subset as blue",
            got: `blue ${show(blue)}, green ${show(green)}`,
            expected: "two different subsets",
            fix: "correct one of them",
          });
        }
      },
    )(scope.reader, spec, path);
  });
}

function checkProgression(reader: Reader, service: ServiceIntent, spec: unknown, path: string): void {
  const subset = subsetOf(service);
  object(
    {
      from: needed(subset),
      to: needed(subset),
      steps: needed(list(whole(1, 100), "percentages such as [1, 5, 25, 50, 100]")),
      step: needed(whole(0, 100)),
      pin,
      with: options,
    },
    {},
    ({ from, to, steps, step }, report) => {
      if (from === to) {
        report("to", {
          message: "is the subset that the traffic comes from",
          got: `from ${show(from)} to ${show(to)}`,
          expected: "two different subsets",
          fix: "correct one of them",
        });
      }
      if (steps.some((each, index) => each <= (steps[index - 1] ?? 0))) {
        report("steps", {
          message: "do not ascend",
          got: steps.join(", "),
          expected: "percentages of which each is higher than the one before",
          fix: "put them in order, each once",
        });
      }
      if (steps.at(-1) !== 100)
        report("steps", {
          message: "do not end at 100, so the old version stays in use",
          got: steps.join(", "),
          expected: "100 as the last step",
          fix: "add it",
        });
      if (step > steps.length) {
        report("step", {
          message: `is beyond the last of the ${steps.length} steps`,
          expected: `a whole number from 0, before the first step, to ${steps.length}, the last`,
          fix: "lower it, or add a step",
        });
      }
    },
  )(reader, spec, path);
}

function subsetOf({ subsets }: ServiceIntent): Read<string> {
  const names = subsets.map(({ name }) => name);
  return text((name) => names.includes(name), `a subset: ${oneOf(names)}`);
}

function readService(scope: Scope, value: unknown, path: string): ServiceIntent | undefined {
  const found = lookUp(value);
  if (found?.mesh === scope.mesh && found.reference.kind === "service") {
    return scope.services.get(found.reference.service);
  }
  return unknownObject(scope, value, path, "a service");
}
