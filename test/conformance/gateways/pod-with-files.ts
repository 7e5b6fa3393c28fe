/**
 * A gateway's pod in a form in which only what its proxy finds counts: each mount with what it holds, quantities as
 * numbers, and texts that hold data as data. Names of volumes mean nothing outside their pod.
 */
import { load } from "js-yaml";

import type { Container, InjectedTemplate, Named } from "../inject/evaluator";
import { withoutServerDefaults } from "../../../cli/templates/server-defaults";

type Fields = Readonly<Record<string, unknown>>;

/** Volumes of these sources cannot be written to, whatever the mount says. */
const READ_ONLY_SOURCES = ["configMap", "downwardAPI", "projected", "secret"];

/** Variables and annotations whose text is JSON or YAML. */
const DATA = new Set(["ISTIO_META_POD_PORTS", "PROXY_CONFIG"]);
const NOTE = "proxy.istio.io/overrides";

/** Written by istiod's code after the template, or before the template by nobody. */
const STATUS = "sidecar.istio.io/status";

const SUFFIXES: Readonly<Record<string, number>> = {
  "": 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
};

function quantity(text: unknown): number {
  const [, digits, suffix] = /^([0-9.]+)([a-zA-Z]*)$/.exec(String(text)) ?? [];
  const factor = SUFFIXES[suffix ?? "?"];
  if (digits === undefined || factor === undefined) throw new Error(`no quantity: ${String(text)}`);
  return Number(digits) * factor;
}

function quantities(resources: unknown): Fields {
  return Object.fromEntries(
    Object.entries((resources ?? {}) as Record<string, Fields>).map(([kind, amounts]) => [
      kind,
      Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, quantity(amount)])),
    ]),
  );
}

/** Container ports in the order of their numbers, as their text and their list may differ in it. */
function sortedPorts(ports: unknown): Fields[] {
  return [...((ports ?? []) as Fields[])].sort(
    (a, b) => Number(a["containerPort"]) - Number(b["containerPort"]),
  );
}

function variable(one: Named): Named {
  if (!DATA.has(one.name)) return one;
  const data = load(String(one["value"]));
  return { ...one, value: Array.isArray(data) ? sortedPorts(data) : data };
}

function container(one: Container, volumes: ReadonlyMap<string, Fields>): Fields {
  const mounts = (one.volumeMounts ?? []).map(({ name, readOnly, mountPath, ...rest }) => {
    const holds = volumes.get(name) ?? {};
    const says = readOnly === true && !READ_ONLY_SOURCES.some((source) => source in holds);
    return [String(mountPath), { ...rest, ...(says ? { readOnly } : {}), holds }] as const;
  });
  return {
    ...one,
    resources: quantities(one["resources"]),
    env: (one.env ?? []).map(variable),
    volumeMounts: Object.fromEntries(mounts),
  };
}

/** What a container says, as the note of the injector repeats it: with its own words, but numbers for quantities. */
export function noted(one: Container): Fields {
  const { image: _, ...rest } = one;
  return { ...rest, resources: quantities(one["resources"]) };
}

/** The pod with the contents of its mounts. Volumes that no container mounts stay where they are. */
export function podWithFiles(template: InjectedTemplate): Fields {
  const { metadata, spec } = withoutServerDefaults(template) as InjectedTemplate;
  const volumes = new Map((spec.volumes ?? []).map(({ name, ...holds }) => [name, holds]));
  const mounted = new Set(
    spec.containers.flatMap((one) => (one.volumeMounts ?? []).map((mount) => mount.name)),
  );
  const annotations: Record<string, unknown> = { ...metadata.annotations };
  delete annotations[STATUS];
  const note = metadata.annotations?.[NOTE];
  if (note !== undefined) {
    const { containers } = JSON.parse(note) as { containers: Container[] };
    annotations[NOTE] = containers.map(noted);
  }
  return {
    metadata: { ...metadata, annotations },
    spec: {
      ...spec,
      containers: spec.containers.map((one) => container(one, volumes)),
      volumes: (spec.volumes ?? []).filter(({ name }) => !mounted.has(name)),
    },
  };
}
