import type { DestinationIntent, HeadersIntent, PortIntent, ShareIntent } from "../intent";
import { isWildcardHost } from "../dns";
import { lookUp, type Reference } from "../references";
import { oneOf } from "../show";
import { at } from "./reader";
import { readHeaders } from "./headers";
import {
  type Layer,
  LAYERS,
  listPorts,
  nameEntry,
  nameOther,
  type Place,
  portsOfLayer,
  type Scope,
} from "./scope";

/**
 * Shares that add up to 100.
 *
 * @returns `undefined` where anything about them is wrong; it is reported then, or a noun that they use was
 */
export function readShares(
  scope: Scope,
  value: unknown,
  path: string,
  layer: Layer,
  place?: Place,
): readonly ShareIntent[] | undefined {
  const { reader } = scope;
  const list = reader.list(
    value,
    "intent/shares",
    path,
    "shares of the traffic, such as shop.canary(reviews)",
  );
  if (list === undefined) return undefined;
  if (isOverdrawn(scope, list, path)) return undefined;
  const read = list.map((each, index) =>
    readShare(scope, each, at(path, index), layer, place, index === 0 && isRestOfNothing(list)),
  );

  const weights = read.map(({ weight }) => weight);
  if (weights.every((weight) => weight !== undefined)) {
    const sum = weights.reduce((total, weight) => total + weight, 0);
    if (sum !== 100) {
      reader.report({
        id: "intent/weights-sum",
        path,
        message: "the weights do not add up to 100",
        got: { value: sum },
        expected: "100",
        fix: "correct a weight, or use canary, which gives the rest to one destination",
      });
    }
  }

  const seen = new Map<string, number>();
  const shares: ShareIntent[] = [];
  read.forEach(({ to, weight, headers }, index) => {
    if (to === undefined || weight === undefined) return;
    const identity = JSON.stringify(to);
    const first = seen.get(identity);
    if (first !== undefined) {
      reader.report({
        id: "intent/duplicate-destination",
        path: at(path, index),
        message: `goes to the same destination as ${at(path, first)}`,
        got: `${nameOf(to)} with weights ${String(read[first]?.weight)} and ${weight}`,
        expected: "each destination once",
        fix: "add the weights up in one of them, or correct the destination",
      });
    }
    seen.set(identity, index);
    shares.push({ to, weight, ...(headers && { headers }) });
  });
  return shares.length === list.length ? shares : undefined;
}

/** A canary whose shares take more than there is leaves a negative rest, which says nothing to its author. */
function isOverdrawn(scope: Scope, list: readonly unknown[], path: string): boolean {
  const [rest, ...others] = list.map((each) =>
    typeof each === "object" && each !== null && "weight" in each ? each.weight : undefined,
  );
  const taken = others.reduce<number>((sum, each) => sum + (typeof each === "number" ? each : NaN), 0);
  if (typeof rest !== "number" || rest >= 0 || rest !== 100 - taken) return false;
  scope.reader.report({
    id: "intent/weights-sum",
    path,
    message: `the shares take ${taken} together, which leaves ${rest} for the rest`,
    got: { value: taken },
    expected: "100 at most",
    fix: "lower a weight",
  });
  return true;
}

/** Whether the first share is the rest of a canary that nobody can work out, because another weight is no number. */
function isRestOfNothing([rest, ...others]: readonly unknown[]): boolean {
  const weightOf = (share: unknown): unknown =>
    typeof share === "object" && share !== null && "weight" in share ? share.weight : undefined;
  return Number.isNaN(weightOf(rest)) && others.some((each) => !Number.isFinite(weightOf(each)));
}

/** A destination as its reader would write it, for messages. */
export function nameOf(to: DestinationIntent): string {
  if (to.kind === "external") return `external ${to.external}`;
  return to.subset === undefined ? `service ${to.service}` : `subset ${to.subset} of ${to.service}`;
}

function readShare(
  scope: Scope,
  value: unknown,
  path: string,
  layer: Layer,
  place: Place | undefined,
  weightIsKnownWrong: boolean,
): { to?: DestinationIntent | undefined; weight?: number | undefined; headers?: HeadersIntent | undefined } {
  const fields = scope.reader.record(value, "intent/share", path, "a share, such as shop.share(reviews, 10)");
  if (fields === undefined) return {};
  const to = readDestination(scope, fields.get("to"), `${path}.to`, layer, place);
  const given = fields.get("weight");
  const subset = lookUp(fields.get("to"))?.reference;
  if (given === undefined && subset?.kind === "subset") {
    scope.reader.report({
      id: "intent/subset-weight-missing",
      path: `${path}.weight`,
      message: `subset ${subset.subset} of ${subset.service} has no weight`,
      got: { value: given },
      expected: "a whole number from 0 to 100",
      fix: `give ${subset.subset} a weight; 0 is allowed`,
    });
    return { to };
  }
  const headers =
    fields.get("headers") === undefined
      ? undefined
      : readHeaders(scope.reader, fields.get("headers"), `${path}.headers`);
  if (headers !== undefined && layer !== "http") {
    scope.reader.report({
      id: "intent/protocol-mismatch",
      path: `${path}.headers`,
      message: "changes headers of HTTP, which the port does not speak",
      got: `headers at a port of protocol ${LAYERS[layer].protocols}`,
      expected: `headers at a port of protocol ${LAYERS.http.protocols}`,
      fix: "remove headers",
    });
  }
  if (typeof given === "number" && Number.isInteger(given) && given >= 0 && given <= 100) {
    return { to, weight: given, ...(headers && { headers }) };
  }
  if (weightIsKnownWrong) return { to };
  scope.reader.report({
    id: "intent/weight",
    path: `${path}.weight`,
    message: "a weight is a whole number from 0 to 100",
    got: { value: given },
    expected: "a whole number from 0 to 100",
    fix: "correct the weight; the shares of a canary may take 100 at most",
  });
  return { to };
}

/** What a reference leads to, with its port. */
export function readDestination(
  scope: Scope,
  value: unknown,
  path: string,
  layer: Layer,
  place?: Place,
): DestinationIntent | undefined {
  const { reader, mesh } = scope;
  const found = lookUp(value);
  const expected = `a service, subset or external of mesh ${JSON.stringify(mesh.name)}`;
  if (found === undefined || (found.mesh === mesh && isNoDestination(found.reference))) {
    return reader.report({
      id: "intent/unknown-destination",
      path,
      message: "is not a destination that this mesh declares",
      got: { value },
      expected,
      fix: howToRefer(value),
    });
  }
  if (found.mesh !== mesh) {
    return reader.report({
      id: "intent/foreign-destination",
      path,
      message: `belongs to ${nameOther(found.mesh.name, mesh.name)}`,
      got: nameEntry(found, mesh),
      expected,
      fix: `use the services of mesh ${JSON.stringify(mesh.name)}, or declare the host as an external`,
    });
  }
  const { reference } = found;
  if (isNoDestination(reference)) return undefined;
  if (reference.kind === "external") {
    const external = scope.externals.get(reference.external);
    if (external !== undefined && isWildcardHost(external.host)) {
      return reader.report({
        id: "intent/wildcard-destination",
        path,
        message: `is the wildcard ${external.host}, and a route needs one host to send requests to`,
        got: `external ${external.key} with host ${external.host}`,
        expected: "an external with one host",
        fix: "declare the host that is meant as an external of its own",
      });
    }
    const own =
      place?.kind === "external" && place.own.service === reference.external ? place.own.port : undefined;
    const port = external && choosePort(scope, external, at("external", external.key), path, layer, own);
    return port && { kind: "external", external: reference.external, port: port.name };
  }

  const service = scope.services.get(reference.service);
  if (service === undefined) return undefined;
  const own = place?.kind === "service" ? place.own : undefined;
  if (reference.kind === "subset" && !service.subsets.some(({ name }) => name === reference.subset)) {
    return reader.report({
      id: "intent/unknown-destination",
      path,
      message: `is not a subset that ${service.key} declares`,
      got: { value: reference.subset },
      expected: oneOf(service.subsets.map(({ name }) => name)),
      fix: "declare it in the catalogue, or name another",
    });
  }
  const named = reference.kind === "port" || reference.kind === "subset" ? reference.port : undefined;
  const preferred = own?.service === service.key ? own.port : named;
  const port = choosePort(scope, service, at("services", service.key), path, layer, preferred, own?.port);
  if (port === undefined) return undefined;
  const subset = reference.kind === "subset" ? { subset: reference.subset } : {};
  return { kind: "service", service: service.key, ...subset, port: port.name };
}

/** What a mesh declares beside destinations. */
function isNoDestination(
  reference: Reference,
): reference is Extract<
  Reference,
  { readonly kind: "gateway" | "provider" | "delegate" | "role" | "ext-authz" }
> {
  return ["gateway", "provider", "delegate", "role", "ext-authz"].includes(reference.kind);
}

function howToRefer(value: unknown): string {
  if (typeof value === "string") return "declare it in the catalogue and pass the object, not its name";
  return value === undefined
    ? "declare it in the catalogue; a name that is not declared there reads undefined"
    : "pass the mesh's own object, such as shop.services.reviews, not a copy of it";
}

/**
 * The port that traffic of a layer goes to: the one that is named, else the only one, else the one that is called as
 * the caller's.
 */
function choosePort<P extends PortIntent>(
  scope: Scope,
  target: { readonly ports: readonly P[] },
  targetPath: string,
  path: string,
  layer: Layer,
  named?: string,
  likely?: string,
): P | undefined {
  const candidates = portsOfLayer(target.ports, layer);
  const only = candidates.length === 1 ? candidates[0] : undefined;
  const port =
    named === undefined
      ? (only ?? candidates.find(({ name }) => name === likely))
      : candidates.find(({ name }) => name === named);
  if (port !== undefined) return port;
  const declared = listPorts(target);
  if (named !== undefined || candidates.length === 0) {
    return scope.reader.report({
      id: "intent/protocol-mismatch",
      path,
      message:
        named === undefined
          ? `${targetPath} opens no port that speaks ${LAYERS[layer].speaks}`
          : `port ${JSON.stringify(named)} of ${targetPath} does not speak ${LAYERS[layer].speaks}`,
      got: declared,
      expected: `a port of protocol ${LAYERS[layer].protocols}`,
      fix:
        targetPath.startsWith("external") && layer === "http"
          ? 'declare a port of protocol "http" with tls: {}, for which the proxy begins TLS'
          : "correct the port's protocol in the catalogue, or route to another destination",
    });
  }
  return scope.reader.report({
    id: "intent/ambiguous-port",
    path,
    message: `${targetPath} opens several ports that it could be`,
    got: declared,
    expected: "one port",
    fix: `name it: ${targetPath}.ports.${candidates[0]?.name ?? ""}, or subsetPort(...) for a subset`,
  });
}
