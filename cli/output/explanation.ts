import type pc from "picocolors";
import { UNKNOWN } from "../../analysis";
import type { MeshObject } from "../../analysis/model/mesh-object";
import { describeWorkload } from "../../analysis/model/workloads";
import type { Value } from "../../analysis/reader";
import {
  followsRoutes,
  type Connection,
  type DestinationOutcome,
  type Explanation,
  type WorkloadOutcome,
} from "../../analysis/requests";
import { printable } from "../terminal";

type Colors = ReturnType<typeof pc.createColors>;

/** What a rule says of a request beside where it goes, in the order in which people ask. */
const settings = [
  ...["timeout", "retries", "fault", "rewrite", "mirror", "mirrors", "headers", "corsPolicy"],
  // Of the Gateway API.
  ...["timeouts", "retry", "filters"],
];

/** Of a host that only an annotation declares. */
const ELSEWHERE = "declared to live elsewhere: what happens there is not known here";

/** `VirtualService shop/reviews`. */
function nameOf(object: MeshObject): string {
  return `${object.kind} ${object.key}`;
}

function shownValue(value: Value): string {
  const text = JSON.stringify(value.raw, (_, inner: unknown) =>
    inner === UNKNOWN ? "(known after deployment)" : inner,
  );
  return text.replace(/"/g, "");
}

/** For people: one block for the route, one for each destination, and the verdict. */
export function renderExplanation(explanation: Explanation, colors: Colors): string {
  const { request, isHttp, destinations, mayChange } = explanation;
  const what = isHttp ? `${request.method} ${request.path} of ` : "a connection to ";
  const lines = [
    colors.bold(printable(`${request.from.name} asks for ${what}${request.host}:${request.port}`)),
    "",
    row("identity", request.from.principal ?? "none: no certificate of the mesh"),
    row(
      "service",
      explanation.service !== undefined
        ? nameOf(explanation.service)
        : destinations.some(({ host, isElsewhere }) => host === request.host && isElsewhere)
          ? ELSEWHERE
          : "no object declares this host",
    ),
    ...routeLines(explanation).map(([label, text]) => row(label, text)),
  ];
  for (const destination of destinations) lines.push("", ...destinationLines(destination, colors));
  if (mayChange.length > 0)
    lines.push("", row("not followed", `${mayChange.map(nameOf).join(", ")}: may change the answer`));
  lines.push("", verdictLine(explanation, colors), "");
  return lines.join("\n");
}

function row(label: string, text: string): string {
  return `  ${label.padEnd(15)}${printable(text)}`;
}

type Row = readonly [label: string, text: string];

function routeLines({ request, route, isHttp, verdict }: Explanation): readonly Row[] {
  if (!followsRoutes(request.from)) return [["route", "none: the caller has no proxy that would follow one"]];
  const { chosen, asked, open } = route;
  const [first] = asked;
  if (open !== undefined && first !== undefined)
    return [["route", `whether ${open.path} of ${nameOf(first)} takes it is known only after deployment`]];
  if (chosen === undefined) {
    if (first === undefined)
      return [["route", "none speaks of this host: straight to the service"], ...defaults(isHttp)];
    return [["route", `no rule of ${asked.map(nameOf).join(", ")} takes it: ${isHttp ? "404" : "closed"}`]];
  }
  const { object, rule, delegatedBy } = chosen;
  const by = delegatedBy === undefined ? "" : `, to which ${nameOf(delegatedBy)} delegates`;
  const name = rule.value.get("name").text();
  const called = typeof name === "string" ? ` (${name})` : "";
  const lines: Row[] = [["route", `${nameOf(object)} ${rule.value.path}${called}${by}`]];
  for (const field of ["redirect", "directResponse", ...settings])
    if (rule.value.get(field).isPresent) lines.push([field, shownValue(rule.value.get(field))]);
  return verdict === "answered" ? lines : [...lines, ...defaults(isHttp, rule.value)];
}

/** What Istio does where a rule says nothing. */
function defaults(isHttp: boolean, rule?: Value): readonly Row[] {
  if (!isHttp) return [];
  return [
    ...(rule?.get("timeout").isPresent === true || rule?.get("timeouts").isPresent === true
      ? []
      : [["timeout", "none"] as const]),
    ...(rule?.get("retries").isPresent === true || rule?.get("retry").isPresent === true
      ? []
      : [["retries", "Istio's default: 2"] as const]),
  ];
}

function destinationLines(destination: DestinationOutcome, colors: Colors): readonly string[] {
  const { host, port, subset, weight, rule, service, workloads, isElsewhere } = destination;
  const share = weight === 100 ? "" : ` ${Number(weight.toFixed(2))}%`;
  const to = `${host}:${port}${subset === undefined ? "" : ` subset ${subset}`}${share}`;
  const lines = [`  ${colors.bold(printable(`to ${to}`))}`];
  if (rule !== undefined) lines.push(row("policy", nameOf(rule)));
  if (isElsewhere) lines.push(row("service", ELSEWHERE));
  else if (service === undefined)
    lines.push(row("service", "no object declares this host: nowhere to send to"));
  else if (workloads.length === 0) lines.push(row("workloads", "none in these objects"));
  for (const outcome of workloads) {
    lines.push(row("workload", `${describeWorkload(outcome.workload)}, port ${outcome.port}`));
    lines.push(row("mutual TLS", connectionText(outcome.connection)));
    if (outcome.connection.refusal === undefined)
      lines.push(row("authorization", authorizationText(outcome)));
  }
  return lines;
}

function connectionText({ client, clientRule, server, isMutual, refusal }: Connection): string {
  const serverPlace = server.from === undefined ? "" : ` (${nameOf(server.from.object)} ${server.from.path})`;
  const mode = typeof server.mode === "string" ? server.mode : "a mode known only after deployment";
  const sent = clientRule === undefined ? "" : `, the caller sends ${client} (${clientRule.tls.path})`;
  const answer = isMutual === undefined ? "open" : isMutual ? "yes" : "no";
  const why = refusal === undefined ? "" : `; refused: ${refusal}`;
  return `${answer}: the server takes ${mode}${serverPlace}${sent}${why}`;
}

function authorizationText({ authorization }: WorkloadOutcome): string {
  const { allowed, reason, policy, path, providers } = authorization;
  const place = policy === undefined ? "" : ` by ${nameOf(policy)}${path === undefined ? "" : ` ${path}`}`;
  const asked = providers.length === 0 ? "" : `; after asking ${providers.join(", ")}`;
  if (allowed === undefined) return `open: ${reason}${place}${asked}`;
  const isNamed = reason === "allowed" || reason === "denied";
  const answer = allowed ? "allowed" : "denied";
  return `${answer}${isNamed ? place : `: ${reason}${place === "" ? "" : ` (${place.replace(" by ", "")})`}`}${asked}`;
}

function verdictLine({ verdict, destinations }: Explanation, colors: Colors): string {
  switch (verdict) {
    case "allowed":
      return colors.green("Allowed.");
    case "denied":
      return colors.red("Denied.");
    case "mixed":
      return colors.yellow("Allowed at some destinations, denied at others.");
    case "unknown":
      return colors.yellow("Open: a value that is known only after deployment decides.");
    case "answered":
      return "Answered by the caller's own proxy.";
    case "unroutable":
      return colors.red(
        destinations.length === 0 ? "Not routed: no rule takes it." : "Not routed: nobody has this host.",
      );
  }
}

/** Public: fields may be added but not changed. */
export function explanationJson({
  request,
  service,
  route,
  destinations,
  mayChange,
  verdict,
  isHttp,
}: Explanation): object {
  const { from, host, port, method, path, headers } = request;
  const { chosen, asked, open } = route;
  return {
    request: { host, port, protocol: isHttp ? "http" : "tcp", ...(isHttp && { method, path, headers }) },
    from: { name: from.name, namespace: from.namespace, principal: from.principal },
    service: service?.ref,
    route: {
      asked: asked.map(({ ref }) => ref),
      ...(open === undefined ? {} : { waitsFor: open.path }),
      ...(chosen === undefined
        ? {}
        : {
            object: chosen.object.ref,
            path: chosen.rule.value.path,
            delegatedBy: chosen.delegatedBy?.ref,
            settings: Object.fromEntries(
              ["redirect", "directResponse", ...settings].flatMap((field) => {
                const value = chosen.rule.value.get(field);
                return value.isPresent ? [[field, known(value.raw)]] : [];
              }),
            ),
          }),
    },
    destinations: destinations.map(({ rule, service: declared, workloads, ...rest }) => ({
      ...rest,
      service: declared?.ref,
      destinationRule: rule?.ref,
      workloads: workloads.map(({ workload, port: target, connection, authorization }) => ({
        workload: workload.object.ref,
        port: target,
        mtls: {
          mutual: connection.isMutual,
          client: connection.client,
          server: typeof connection.server.mode === "string" ? connection.server.mode : undefined,
          decidedBy: connection.server.from?.object.ref,
          refusal: connection.refusal,
        },
        authorization: {
          allowed: authorization.allowed,
          reason: authorization.reason,
          decidedBy: authorization.policy?.ref,
          path: authorization.path,
          providers: authorization.providers,
        },
      })),
    })),
    mayChange: mayChange.map(({ ref }) => ref),
    verdict,
  };
}

/** JSON has no word for what is not known yet. */
function known(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, inner: unknown) => (inner === UNKNOWN ? "(known after deployment)" : inner)),
  ) as unknown;
}
