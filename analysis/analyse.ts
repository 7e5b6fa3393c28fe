import { ConfiguredExceptions } from "./configured-exceptions";
import type { Edit } from "./edit";
import { isBroken, readExceptions, type Exception } from "./exception";
import type { Finding, Level, ObjectRef } from "./finding";
import type { Located, ObjectLike } from "./kubernetes-object";
import { MeshModel } from "./model";
import { isKnownGroup, groupOf } from "./model/kinds";
import { MeshObject } from "./model/mesh-object";
import { levelOf, type PackName, type Setting } from "./pack";
import { isWait, optionsOf, type Report, type Rule } from "./rule";
import { allRules } from "./rules/catalogue";
import { exceptionValid } from "./rules/exception-valid";
import type { ExceptionSetting } from "./settings/settings";

/** What to check and how. */
export interface AnalyseOptions {
  /** The rules to run; all of them by default. */
  readonly rules?: readonly Rule[];
  /** Levels by rule id, over those of the pack; `off` leaves a rule out. */
  readonly levels?: Readonly<Record<string, Setting>>;
  /** Where levels come from that `levels` does not give; `baseline` by default. */
  readonly pack?: PackName;
  /** Options by rule id; what is missing takes the rule's default. */
  readonly options?: Readonly<Record<string, object>>;
  /** Objects that a rule does not hold for, beside those that say so themselves by an annotation. */
  readonly exceptions?: readonly ExceptionSetting[];
  /** Istio's mesh configuration as an object, where the set does not hold it in a ConfigMap. It wins. */
  readonly meshConfig?: unknown;
  /** Istio's `meshNetworks` as an object, where the set does not hold it in a ConfigMap. It wins. */
  readonly meshNetworks?: unknown;
  /** The moment that exceptions are judged at; the clock's by default. */
  readonly now?: Date;
}

/** A check that could not be made because a value is known only after deployment. */
export interface Waiting {
  readonly rule: string;
  readonly object: ObjectRef;
  readonly path: string;
  readonly file?: string;
}

/** A finding that an exception lifts: one of its object, or one of the settings. */
export interface Excepted {
  readonly finding: Finding;
  readonly reason: string;
  readonly until: string;
}

/** Objects of a kind that no rule knows. */
export interface IgnoredKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly count: number;
}

/** The answer of {@link analyse}; every list is sorted, so that equal sets give equal answers. */
export interface Analysis {
  readonly findings: readonly Finding[];
  /** How many objects were looked at. */
  readonly checked: number;
  /** How many rules ran. */
  readonly rules: number;
  readonly ignored: readonly IgnoredKind[];
  readonly waiting: readonly Waiting[];
  readonly excepted: readonly Excepted[];
  /** Exceptions of the settings that lifted nothing: they can go, or name the wrong object. */
  readonly unused: readonly ExceptionSetting[];
}

const EXCEPTION_RULE = exceptionValid.id;

const sources = new WeakMap<Finding, Located>();
const remediations = new WeakMap<Finding, readonly Edit[]>();

/** The object that a finding of {@link analyse} is about, as it was given: for its URN, for example. */
export function sourceOf(finding: Finding): Located | undefined {
  return sources.get(finding);
}

/** What to change in the object of a finding of {@link analyse} so that its rule passes; empty where nobody can tell. */
export function editsOf(finding: Finding): readonly Edit[] {
  return remediations.get(finding) ?? [];
}

/**
 * Checks a set of Kubernetes objects, whoever wrote them. Pure but for the clock, which `now` replaces.
 *
 * @param given the objects, with file and line where they come from files
 * @example
 * const { findings } = analyse([{ object: virtualService, file: "routes.yaml" }], { pack: "strict" });
 */
export function analyse(
  given: Iterable<Omit<Located, "object"> & { readonly object: ObjectLike }>,
  options: AnalyseOptions = {},
): Analysis {
  // Nothing but reading is done, and any object may be malformed anyway: only the types differ.
  const located = given as Iterable<Located>;
  const today = (options.now ?? new Date()).toISOString().slice(0, "YYYY-MM-DD".length);
  const model = new MeshModel(located, {
    meshConfig: options.meshConfig,
    meshNetworks: options.meshNetworks,
    today,
  });
  const rules = options.rules ?? allRules;
  const findings: Draft[] = [];
  const excepted: (Draft & Pick<Excepted, "reason" | "until">)[] = [];
  const waiting = new Map<string, Waiting>();
  const places = new Places();
  const configured = new ConfiguredExceptions(options.exceptions ?? [], today);
  const expired = exceptionValidity(rules, options);
  let ran = 0;
  for (const rule of rules) {
    const level = levelOf(rule, options.pack ?? "baseline", options.levels ?? {});
    if (level === "off") continue;
    ran++;
    for (const verdict of rule.check(model, completeOptions(rule, options.options?.[rule.id]))) {
      if (isWait(verdict)) {
        const wait = {
          rule: rule.id,
          object: places.refOf(verdict.located),
          path: verdict.path,
          ...fileOf(verdict.located),
        };
        waiting.set(JSON.stringify(wait), wait);
        continue;
      }
      if (places.isSaid(verdict, rule.id)) continue;
      const object = places.refOf(verdict.located);
      const draft: Draft = { rule, level, report: verdict, object };
      const own = places.exceptionFrom(verdict.located, rule.id);
      const lifting = own !== undefined && own.until >= today ? own : configured.lifting(rule.id, object);
      if (lifting !== undefined) excepted.push({ ...draft, reason: lifting.reason, until: lifting.until });
      else {
        findings.push(draft);
        for (const ended of configured.endedFor(rule.id, object)) {
          const late = expired?.(verdict.located, ended, object);
          if (late !== undefined) findings.push(late);
        }
      }
    }
  }
  const ignored = countIgnored(model);
  return {
    findings: findings.map(toFinding).sort(byPlace),
    checked: model.objects.length - ignored.reduce((sum, { count }) => sum + count, 0),
    rules: ran,
    ignored,
    waiting: [...waiting.values()].sort(byPlace),
    excepted: excepted
      .map((draft) => ({ finding: toFinding(draft), reason: draft.reason, until: draft.until }))
      .sort((a, b) => byPlace(a.finding, b.finding)),
    unused: configured.unused,
  };
}

/** Fills in the defaults of a rule's options. */
export function completeOptions(rule: Rule, given: object = {}): object {
  const defaults = optionsOf(rule).map(([name, schema]) => [name, schema.default] as const);
  return { ...Object.fromEntries(defaults), ...given };
}

/** A finding but for its line. */
interface Draft {
  readonly rule: Rule;
  readonly level: Level;
  readonly report: Report;
  readonly object: ObjectRef;
}

function toFinding({ rule, level, report, object }: Draft): Finding {
  const { located, path } = report;
  const line = located.lineOf?.(path);
  const finding: Finding = {
    rule: rule.id,
    level: report.level ?? level,
    anchors: report.anchors ?? rule.anchors,
    object,
    path,
    ...placeOf(located, line),
    message: report.message,
    fix: report.fix ?? rule.fix,
    docs: rule.docs,
  };
  sources.set(finding, located);
  if (report.edits !== undefined) remediations.set(finding, report.edits);
  return finding;
}

/**
 * Makes the finding that says of an exception of the settings that it has ended. An annotation is judged by the rule
 * itself; the settings are no object that it could look at. `undefined` where that rule is off.
 */
function exceptionValidity(
  rules: readonly Rule[],
  options: AnalyseOptions,
): ((located: Located, ended: ExceptionSetting, object: ObjectRef) => Draft) | undefined {
  const rule = rules.find(({ id }) => id === EXCEPTION_RULE) ?? exceptionValid;
  const level = levelOf(rule, options.pack ?? "baseline", options.levels ?? {});
  if (level === "off") return undefined;
  return (located, { rule: lifted, reason, until }, object) => {
    const message = `the exception from "${lifted}" in the settings ended on ${until} (reason: ${reason}), so the rule holds again`;
    const fix = "Mend the object, or renew the exception's day in the settings";
    return { rule, level, report: { located, path: "", message, fix }, object };
  };
}

function placeOf({ file }: Located, line: number | undefined): Pick<Finding, "file" | "line"> {
  if (line === undefined) return file === undefined ? {} : { file };
  return file === undefined ? { line } : { file, line };
}

function fileOf(located: Located): { readonly file?: string } {
  return located.file === undefined ? {} : { file: located.file };
}

/** Identities, exceptions and what was said already, by object that something is said of. */
class Places {
  readonly #objects = new Map<
    Located,
    {
      readonly ref: ObjectRef;
      readonly exceptions: ReadonlyMap<string, Exception>;
      readonly said: Set<string>;
    }
  >();

  refOf(located: Located): ObjectRef {
    return this.#read(located).ref;
  }

  exceptionFrom(located: Located, rule: string): Exception | undefined {
    // A rule about exceptions cannot itself be lifted by one.
    return rule === EXCEPTION_RULE ? undefined : this.#read(located).exceptions.get(rule);
  }

  /**
   * Whether a rule says something of an object in the same words again, as it does where that object meets several copies
   * of another one; from then on it counts as said.
   */
  isSaid({ located, path, message }: Report, rule: string): boolean {
    const { said } = this.#read(located);
    const words = `${rule}\n${path}\n${message}`;
    if (said.has(words)) return true;
    said.add(words);
    return false;
  }

  #read(located: Located) {
    const there = this.#objects.get(located);
    if (there !== undefined) return there;
    const object = new MeshObject(located);
    const exceptions = readExceptions(object).flatMap((each) =>
      isBroken(each) ? [] : [[each.rule, each] as const],
    );
    const read = { ref: object.ref, exceptions: new Map(exceptions), said: new Set<string>() };
    this.#objects.set(located, read);
    return read;
  }
}

function countIgnored(model: MeshModel): readonly IgnoredKind[] {
  const counts = new Map<string, IgnoredKind>();
  const known = new Map<string, boolean>();
  for (const { apiVersion, kind } of model.objects) {
    let isKnown = known.get(apiVersion);
    if (isKnown === undefined)
      known.set(apiVersion, (isKnown = apiVersion !== "" && isKnownGroup(groupOf(apiVersion))));
    if (isKnown && kind !== "") continue;
    const key = `${apiVersion}\n${kind}`;
    counts.set(key, { apiVersion, kind, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => compare(a.apiVersion, b.apiVersion) || compare(a.kind, b.kind));
}

type Place = Pick<Finding, "rule" | "object" | "path" | "file"> & Partial<Pick<Finding, "line" | "message">>;

/** By file, object, line, path and rule; findings without a file by object. */
function byPlace(a: Place, b: Place): number {
  return (
    compare(a.file ?? "", b.file ?? "") ||
    (a.file === undefined ? 0 : (a.line ?? 0) - (b.line ?? 0)) ||
    compare(a.object.namespace ?? "", b.object.namespace ?? "") ||
    compare(a.object.kind, b.object.kind) ||
    compare(a.object.name, b.object.name) ||
    compare(a.path, b.path) ||
    compare(a.rule, b.rule) ||
    compare(a.message ?? "", b.message ?? "")
  );
}

/** By code unit, the same in every locale. */
function compare(a: string, b: string): number {
  // Most of what is compared is the same file and the same object's.
  return a === b ? 0 : a < b ? -1 : 1;
}
