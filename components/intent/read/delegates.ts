import type { DelegateDeclaration } from "../declarations";
import { isDnsLabel, isDnsSubdomain } from "../dns";
import type { DelegateIntent } from "../intent";
import { at, type Reader } from "./reader";
import { readRouteList } from "./route";
import type { Scope } from "./scope";
import { readExportTo } from "./traffic-policy";

/** What delegates are called, before any routes are read that lead to them. */
export function readDelegateNames(
  reader: Reader,
  declarations: readonly DelegateDeclaration[],
): readonly ({ readonly name: string; readonly namespace: string } | undefined)[] {
  const seen = new Map<string, string>();
  return declarations.map(({ name: given, spec }, index) => {
    const path = typeof given === "string" ? at("delegates", given) : at("delegates", index);
    const name = reader.text(given, "intent/delegate", path, isDnsSubdomain, "the name of a VirtualService");
    const fields = reader.fields(spec, "intent/delegate", path, ["namespace", "exportTo"]);
    const namespace =
      fields &&
      reader.text(
        fields.get("namespace"),
        "intent/namespace",
        `${path}.namespace`,
        isDnsLabel,
        "a DNS label",
      );
    if (name === undefined || namespace === undefined) return undefined;
    const identity = `${namespace}/${name}`;
    const other = seen.get(identity);
    if (other !== undefined) {
      return reader.report({
        id: "intent/delegate",
        path,
        message: "is declared already",
        got: `VirtualService ${identity}, also in ${other}`,
        expected: "one declaration for each VirtualService",
        fix: "keep one declaration, and lead to it as often as needed",
      });
    }
    seen.set(identity, path);
    return { name, namespace };
  });
}

/** The routes of those delegates that this mesh declares. */
export function readDelegates(
  scope: Scope,
  declarations: readonly DelegateDeclaration[],
): readonly DelegateIntent[] {
  return declarations.flatMap(({ routes, spec }, index): DelegateIntent[] => {
    const named = scope.delegates[index];
    if (named === undefined || routes === undefined) return [];
    const path = at("delegates", named.name);
    const list = scope.reader.list(routes, "intent/routes", path, "at least one route");
    const read = list && readRouteList(scope, list, path, "http", { kind: "delegate" });
    const given = typeof spec === "object" && spec !== null && "exportTo" in spec ? spec.exportTo : undefined;
    const exportTo = given === undefined ? undefined : readExportTo(scope.reader, given, `${path}.exportTo`);
    return read === undefined ? [] : [{ ...named, ...(exportTo && { exportTo }), routes: read }];
  });
}
