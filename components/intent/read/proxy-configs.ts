import type { GatewayIntent } from "../intent";
import type { ProxyConfigIntent } from "../proxy-intent";
import { nameScope, readProxyTarget } from "./proxy-scope";
import { at } from "./reader";
import type { Scope } from "./scope";
import { needed, shapes } from "./shape";

const ID = "intent/proxy-config";
const { choice, object, record, text, whole } = shapes(ID);

const settings = object({
  concurrency: whole(0, 1024),
  environmentVariables: record(
    text(() => true, "a text"),
    "variables by name",
    (name) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name),
    "letters, digits and '_', first no digit",
  ),
  image: object({ imageType: needed(choice("default", "debug", "distroless")) }),
});

/** How proxies run, one statement for each scope: of two Istio would choose the older. */
export function readProxyConfigs(
  scope: Scope,
  declarations: readonly unknown[],
  gateways: readonly (GatewayIntent | undefined)[],
): readonly ProxyConfigIntent[] {
  const seen = new Map<string, string>();
  return declarations.flatMap((declaration, index): ProxyConfigIntent[] => {
    const path = at("proxyConfig", index);
    const fields = scope.reader.record(declaration, ID, path, "an object with on and settings");
    if (fields === undefined) return [];
    const target = readProxyTarget(scope, fields, path, gateways, ID);
    const rest = Object.fromEntries([...fields].filter(([name]) => name !== "on"));
    const read = settings(scope.reader, rest, path);
    if (target === undefined || read === undefined) return [];
    const earlier = seen.get(target.workloads);
    if (earlier !== undefined) {
      scope.reader.report({
        id: ID,
        path,
        message: `is about the same proxies as ${earlier}, and Istio takes only one ProxyConfig for them`,
        got: `${nameScope(target.scope)}, also in ${earlier}`,
        expected: "one statement for each set of proxies",
        fix: "say everything about one scope in one call",
      });
    }
    seen.set(target.workloads, path);
    const { image, ...others } = read;
    return [{ scope: target.scope, ...others, ...(image && { imageType: image.imageType }) }];
  });
}
