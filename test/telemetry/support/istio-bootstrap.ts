import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import * as path from "node:path";

/** Istio 1.31's module, which `.ci/run` downloads. */
const MODULE = "istio.io/istio@v0.0.0-20260827124520-eed52ebb66ad";

/** How Istio's proxies name and choose their statistics, as Istio's own sources say. */
export interface StatsSettings {
  readonly stats_tags: readonly { readonly tag_name: string; readonly regex: string }[];
  readonly use_all_default_tags: false;
  readonly stats_matcher: { readonly inclusion_list: { readonly patterns: readonly object[] } };
}

/** Where a file of Istio's sources is; nothing where the module is not here. */
export function istioSource(...names: string[]): string | undefined {
  try {
    const answer = execFileSync("go", ["mod", "download", "-json", MODULE], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, GOFLAGS: "-mod=mod" },
    });
    return path.join((JSON.parse(answer) as { Dir: string }).Dir, ...names);
  } catch {
    return undefined;
  }
}

/** Reads them from the module; nothing where it is not here. */
export function istioStatsSettings(): StatsSettings | undefined {
  const folder = istioSource();
  if (folder === undefined) return undefined;
  const template = readFileSync(path.join(folder, "tools/packaging/common/envoy_bootstrap.json"), "utf8");
  const source = readFileSync(path.join(folder, "pkg/bootstrap/config.go"), "utf8");
  const constant = (name: string): string[] =>
    (new RegExp(`${name}\\s*=\\s*["\`]([^"\`]*)["\`]`).exec(source)?.[1] ?? "").split(",");
  const start = template.indexOf("[", template.indexOf('"stats_tags"'));
  // Tags that the template fills in are those of further labels, which nothing here asks for.
  const tags = template
    .slice(start, template.indexOf("{{- if .histogram_buckets }}", start))
    .replace(/\{\{- range[^]*?\{\{- end \}\}/g, "")
    .replace(/,\s*$/, "");
  return {
    use_all_default_tags: false,
    stats_tags: JSON.parse(tags) as StatsSettings["stats_tags"],
    stats_matcher: {
      inclusion_list: {
        patterns: [
          ...constant("requiredEnvoyStatsMatcherInclusionPrefixes").map((prefix) => ({ prefix })),
          ...constant("rbacEnvoyStatsMatcherInclusionSuffix").map((suffix) => ({ suffix })),
        ],
      },
    },
  };
}
