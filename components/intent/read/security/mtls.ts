import type { MtlsIntent } from "../../intent";
import { lookUp } from "../../references";
import { show } from "../../show";
import { isDay, isReason } from "../exception";
import { at } from "../reader";
import { readTarget, type SecurityScope } from "./callers";
import { readCalls } from "./calls";

const ID = "intent/mtls";

/** What parts of the mesh demand of their callers' connections. */
export function readMtls(scope: SecurityScope, declarations: readonly unknown[]): MtlsIntent[] {
  const { reader } = scope;
  const seen = new Map<string, string>();
  const namespaces = new Set([...scope.services.values()].map((service) => service?.namespace));
  return declarations.flatMap((value, index): MtlsIntent[] => {
    const path = at("mtls", index);
    const before = reader.problems.length;
    const given = reader.record(value, ID, path, 'an object such as { for: reviews, mode: "strict" }');
    if (given === undefined) return [];
    const mode = reader.choice(given.get("mode"), ID, `${path}.mode`, ["strict", "permissive", "disable"]);
    const excepted = mode !== undefined && mode !== "strict";
    const fields = reader.fields(value, ID, path, [
      "for",
      "ports",
      "mode",
      ...(excepted ? ["reason", "until"] : []),
    ]);
    if (fields === undefined || mode === undefined) return [];
    const exception = excepted
      ? {
          reason: reader.text(
            fields.get("reason"),
            ID,
            `${path}.reason`,
            isReason,
            "why plaintext is accepted, in at least ten characters on one line",
          ),
          until: reader.text(
            fields.get("until"),
            ID,
            `${path}.until`,
            isDay,
            "the last day on which it holds, YYYY-MM-DD",
          ),
        }
      : undefined;
    const whom = fields.get("for");
    const inNamespace =
      lookUp(whom) === undefined && typeof whom === "object" && whom !== null && "namespace" in whom
        ? reader.text(
            whom.namespace,
            ID,
            `${path}.for.namespace`,
            (text) => namespaces.has(text),
            "a namespace that the catalogue names",
          )
        : undefined;
    const target =
      inNamespace === undefined && reader.problems.length === before
        ? readTarget(scope, whom, `${path}.for`, false)
        : undefined;
    const ports = fields.get("ports");
    if (inNamespace !== undefined && ports !== undefined) {
      reader.report({
        id: ID,
        path: `${path}.ports`,
        message: "are of a whole namespace, whose ports Istio cannot tell apart",
        got: `ports ${show(ports)} for namespace ${inNamespace}`,
        expected: "ports of a service",
        fix: "name a service",
      });
    }
    const calls =
      target &&
      readCalls(scope, new Map([["ports", ports]]), path, target, { wholly: false, alsoHttp: false });
    if (reader.problems.length > before) return [];
    const about =
      inNamespace === undefined
        ? target && ({ kind: "service", name: target.name } as const)
        : ({ kind: "namespace", name: inNamespace } as const);
    if (about === undefined) return [];
    for (const each of calls && calls.ports.length > 0 ? calls.ports : ["*"]) {
      const identity = JSON.stringify([about, each]);
      const other = seen.get(identity);
      if (other !== undefined) {
        reader.report({
          id: ID,
          path,
          message: "says again what another one said of the same connections",
          got: `${about.kind} ${about.name}${each === "*" ? "" : `, port ${each}`} in ${other} and ${path}`,
          expected: "one statement for the same connections",
          fix: "keep one of the two",
        });
      }
      seen.set(identity, path);
    }
    return [
      {
        for: about,
        ports: calls?.ports ?? [],
        mode,
        ...(exception && { exception: { reason: exception.reason ?? "", until: exception.until ?? "" } }),
      },
    ];
  });
}
