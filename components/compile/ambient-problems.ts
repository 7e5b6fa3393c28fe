import type { InputProblem } from "../intent/problem";
import { policyReader } from "./ambient";
import { readsRequests } from "./authorization/grant";
import { collectGrants } from "./authorization/grants";
import type { Context } from "./context";

const WAYPOINT = "name a waypoint for the namespace, or have its pods injected";

/** What cannot be in ambient as it was said, because nobody there would read it, or would read less of it. */
export function ambientProblems(context: Context): InputProblem[] {
  return [...callProblems(context), ...tokenProblems(context), ...mtlsProblems(context)];
}

function callProblems(context: Context): InputProblem[] {
  return collectGrants(context).flatMap(({ action, target, grants }) => {
    if (target.kind !== "service") return [];
    const { key, namespace } = context.service(target.name);
    if (policyReader(context, namespace) !== "ztunnel") return [];
    const unread = action === "custom" || action === "audit";
    if (!unread && !grants.some(readsRequests)) return [];
    return [
      {
        id: "ambient/needs-waypoint",
        path: `services.${key}`,
        message: unread
          ? `has calls that are for ${action === "custom" ? "an authorizer" : "an audit"}, which ztunnel asks nobody for`
          : `has calls that are ${action === "allow" ? "allowed" : "denied"} by what a request says, and ztunnel reads no requests: it would ${action === "allow" ? "refuse" : "deny"} all of them`,
        got: `namespace ${namespace}, in ambient without a waypoint`,
        expected: "callers, ports and addresses alone",
        fix: WAYPOINT,
      },
    ];
  });
}

function tokenProblems(context: Context): InputProblem[] {
  return context.intent.authentications.flatMap(({ at }) => {
    if (at.kind !== "service") return [];
    const { key, namespace } = context.service(at.name);
    if (policyReader(context, namespace) !== "ztunnel") return [];
    return [
      {
        id: "ambient/needs-waypoint",
        path: `services.${key}`,
        message: "takes tokens, which are in requests, and ztunnel reads no requests",
        got: `namespace ${namespace}, in ambient without a waypoint`,
        expected: "a waypoint or sidecars, which read requests",
        fix: WAYPOINT,
      },
    ];
  });
}

/** ztunnel speaks mutual TLS with every workload that is in ambient; it accepts plaintext beside it, never instead. */
function mtlsProblems(context: Context): InputProblem[] {
  return context.intent.mtlsOf.flatMap(({ for: part, mode }) => {
    const namespace = part.kind === "namespace" ? part.name : context.service(part.name).namespace;
    if (mode !== "disable" || policyReader(context, namespace) === "sidecar") return [];
    return [
      {
        id: "ambient/mtls-disabled",
        path: part.kind === "namespace" ? `namespaces.${part.name}` : `services.${part.name}`,
        message: "is without mutual TLS, which ambient knows no way to leave out",
        got: '"disable"',
        expected: '"permissive", which accepts plaintext beside it',
        fix: "change the mode, or take the workloads out of ambient",
      },
    ];
  });
}
