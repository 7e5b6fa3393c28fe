import { UNKNOWN, type Deployment, type RecordedResource } from "../../../engine";
import { properties, type StateResource } from "./exported-state";
import { leavesOf, placeOf, shapeOf, type Leaf } from "./leaves";

export interface Comparison {
  /** What the Pulumi engine keeps of the stack. */
  readonly state: readonly StateResource[];
  /**
   * What the offline engine recorded of the same stack, twice and without a store of generated values: what differs
   * between the two runs was generated, and is compared by its shape alone. Everything else must be equal.
   */
  readonly runs: readonly [Deployment, Deployment];
  /** Input values that only a cluster or chance can tell, by `Type::name` and path. They must be there. */
  readonly untold?: (label: string, path: string) => boolean;
}

/**
 * Where a stack's state and the offline engine's recording of the same program differ: resources, types, parents,
 * inputs, what is secret in them, dependencies, providers, options, and the names of the stack's outputs. No secret value
 * is in the text.
 */
export function stateDifferences({ state, runs, untold = () => false }: Comparison): readonly string[] {
  const [first, second] = runs;
  const theirs = new Map(state.map((resource) => [resource.urn, resource]));
  const ours = new Map(first.resources.map((resource) => [resource.urn, resource]));
  const again = new Map(second.resources.map((resource) => [resource.urn, resource]));
  const found = [
    ...[...theirs.keys()].filter((urn) => !ours.has(urn)).map((urn) => `${urn}: only in the state`),
    ...[...ours.keys()].filter((urn) => !theirs.has(urn)).map((urn) => `${urn}: only in the recording`),
    ...state
      .filter(({ urn }, i) => state.findIndex((other) => other.urn === urn) !== i)
      .map(({ urn }) => `${urn}: twice in the state`),
  ];
  for (const [urn, resource] of ours) {
    const their = theirs.get(urn);
    const other = again.get(urn);
    if (their === undefined) continue;
    if (other === undefined) {
      found.push(`${urn}: in one of two recordings`);
      continue;
    }
    const label = labelOf(urn);
    const say = (difference: string): void => void found.push(`${urn}: ${difference}`);
    compareStanding(their, say);
    compareFacts(resource, their, say);
    compareProvider(resource, their, ours, theirs, say);
    compareInputs(resource, other, their, (path) => untold(label, path), say);
  }
  return [...found, ...outputDifferences(first, state)].sort();
}

type Say = (difference: string) => void;

/** A resource that is not as it should be is no match, whatever its inputs say. */
function compareStanding(theirs: StateResource, say: Say): void {
  if (theirs.delete === true) say("is replaced and still to be deleted");
  if (theirs.pendingReplacement === true) say("waits for its replacement");
  for (const error of theirs.initErrors ?? []) say(`is not ready: ${error}`);
}

function compareFacts(ours: RecordedResource, theirs: StateResource, say: Say): void {
  const facts: readonly (readonly [what: string, ours: unknown, theirs: unknown])[] = [
    ["type", ours.type, theirs.type],
    ["custom", ours.custom, theirs.custom],
    ["external", ours.read, theirs.external ?? false],
    ["parent", ours.parent ?? "none", theirs.parent ?? "none"],
    ["dependencies", set(ours.dependencies), set(theirs.dependencies)],
    [
      "propertyDependencies",
      byProperty(ours.propertyDependencies),
      byProperty(theirs.propertyDependencies ?? {}),
    ],
    ["protect", ours.protect, theirs.protect ?? false],
    ["retainOnDelete", ours.retainOnDelete, theirs.retainOnDelete ?? false],
    ["deletedWith", ours.deletedWith ?? "none", theirs.deletedWith ?? "none"],
    ["ignoreChanges", set(ours.ignoreChanges), set(theirs.ignoreChanges)],
    ["replaceOnChanges", set(ours.replaceOnChanges), set(theirs.replaceOnChanges)],
    ["customTimeouts", sorted(seconds(ours.customTimeouts)), sorted(theirs.customTimeouts ?? {})],
    // A state keeps none for what is only read.
    ...(ours.read
      ? []
      : [
          [
            "additionalSecretOutputs",
            set(ours.additionalSecretOutputs),
            set(theirs.additionalSecretOutputs),
          ] as const,
        ]),
  ];
  for (const [what, our, their] of facts) {
    const [mine, yours] = [JSON.stringify(our), JSON.stringify(their)];
    if (mine !== yours) say(`${what}: recorded ${mine}, state ${yours}`);
  }
}

/** References are `urn::id`. The identifiers are drawn at random; each must be that of the provider it names. */
function compareProvider(
  ours: RecordedResource,
  theirs: StateResource,
  ourResources: ReadonlyMap<string, RecordedResource>,
  theirResources: ReadonlyMap<string, StateResource>,
  say: Say,
): void {
  const [our, ourId] = splitReference(ours.provider);
  const [their, theirId] = splitReference(theirs.provider);
  if (our !== their) say(`provider: recorded ${our}, state ${their}`);
  else if (our !== "none") {
    if (ourId !== ourResources.get(our)?.id) say("provider: the recorded id is not the provider's");
    if (theirId !== theirResources.get(our)?.id) say("provider: the state's id is not the provider's");
  }
}

function compareInputs(
  ours: RecordedResource,
  again: RecordedResource,
  theirs: StateResource,
  untold: (path: string) => boolean,
  say: Say,
): void {
  const recorded = leavesOf(ours.inputs);
  const repeated = leavesOf(again.inputs);
  const kept = leavesOf(properties(theirs.inputs));
  const hidden = new Set([...secretPlaces(recorded), ...secretPlaces(kept)]);
  for (const path of new Set([...recorded.keys(), ...kept.keys()])) {
    const show = (leaf: Leaf): string => (hidden.has(placeOf(path)) ? "[secret]" : shown(leaf.value));
    const our = recorded.get(path);
    const their = kept.get(path);
    if (their === undefined) {
      if (our !== undefined) say(`inputs: ${path}: only in the recording (${show(our)})`);
    } else if (our === undefined) say(`inputs: ${path}: only in the state (${show(their)})`);
    else if (!untold(path)) {
      const generated = our.value !== repeated.get(path)?.value;
      const same = generated ? shapeOf(our.value) === shapeOf(their.value) : our.value === their.value;
      if (same) continue;
      say(
        generated
          ? `inputs: ${path}: recorded ${shapeOf(our.value)}, state ${shapeOf(their.value)}`
          : `inputs: ${path}: recorded ${show(our)}, state ${show(their)}`,
      );
    }
  }
}

/** The values are made of what is generated and of what only a cluster knows, so names and secrecy are what counts. */
function outputDifferences({ outputs }: Deployment, state: readonly StateResource[]): readonly string[] {
  const stack = state.find(({ type }) => type === "pulumi:pulumi:Stack");
  const secrecy = (all: object): string =>
    JSON.stringify(
      sorted(
        Object.fromEntries(
          Object.entries(all).map(([name, value]) => [
            name,
            [...leavesOf(value).values()].some(({ secret }) => secret) ? "secret" : "plain",
          ]),
        ),
      ),
    );
  const [ours, theirs] = [secrecy(outputs), secrecy(properties(stack?.outputs))];
  return ours === theirs ? [] : [`the stack's outputs: recorded ${ours}, state ${theirs}`];
}

/** `Type::name`, which is enough to find a resource by. */
function labelOf(urn: string): string {
  return urn.replace(/^.*[:$/](\w+)::([^:]+)$/, "$1::$2");
}

function splitReference(reference: string | undefined): readonly [provider: string, id: string] {
  if (reference === undefined) return ["none", ""];
  const at = reference.lastIndexOf("::");
  return [reference.slice(0, at), reference.slice(at + 2)];
}

function set(values: readonly string[] | null | undefined): readonly string[] {
  return [...new Set(values ?? [])].sort();
}

function byProperty(
  dependencies: Readonly<Record<string, readonly string[] | null>>,
): Readonly<Record<string, unknown>> {
  return sorted(
    Object.fromEntries(
      Object.entries(dependencies)
        .map(([property, urns]) => [property, set(urns)] as const)
        .filter(([, urns]) => urns.length > 0),
    ),
  );
}

function sorted(object: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const SECONDS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 };

/** Programs write `1m30s`, a state holds seconds. */
function seconds(timeouts: object): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(timeouts as Record<string, string>).map(([operation, text]) => [
      operation,
      [...text.matchAll(/([\d.]+)([hms])/g)].reduce(
        (sum, [, amount, unit = ""]) => sum + Number(amount) * (SECONDS[unit] ?? NaN),
        0,
      ),
    ]),
  );
}

const SHOWN = 100;

function shown(value: unknown): string {
  if (value === UNKNOWN) return "a value that is not known offline";
  const text = JSON.stringify(value) ?? "undefined";
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

/** What one side marks secret is not shown of the other either. */
function secretPlaces(leaves: ReadonlyMap<string, Leaf>): readonly string[] {
  return [...leaves].filter(([, { secret }]) => secret).map(([path]) => placeOf(path));
}
