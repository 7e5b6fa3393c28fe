import { parseDuration } from "../../intent/duration";
import type { CorsPolicyIntent, TextMatch } from "../../intent/intent";
import { show } from "../../intent/show";
import type { HTTPRouteRuleFilter } from "../types/gateway-api";
import type { Refusals } from "./refusals";

type Cors = NonNullable<HTTPRouteRuleFilter["cors"]>;

/** Most origins, and most headers of each kind. */
const MOST = 64;

const ORIGIN = /^https?:\/\/(?:[a-zA-Z0-9-]+\.)*[a-zA-Z0-9-]+(?::[0-9]{1,5})?$/;
/** The expression that istiod makes of `https://*.example.com`. */
const UNDER_DOMAIN = /^\^?(https?:\/\/)\.\*((?:\\\.[a-zA-Z0-9-]+)+)(:[0-9]{1,5})?\$?$/;

/**
 * A CORS policy as a filter. Istio answers for it as for one of its own, but for preflight requests of other origins: it
 * never passes them on.
 */
export function corsFilter(policy: CorsPolicyIntent, path: string, refusals: Refusals): HTTPRouteRuleFilter {
  const {
    allowOrigins,
    allowMethods = [],
    allowHeaders = [],
    exposeHeaders = [],
    maxAge,
    allowCredentials,
    unmatchedPreflights,
    ...rest
  } = policy;
  refusals.unknown(path, rest);
  if (unmatchedPreflights !== "IGNORE") {
    refusals.report(
      "cors",
      `${path}.unmatchedPreflights`,
      "the Gateway API answers preflight requests of origins that are not allowed, where Istio forwards them by default",
      {
        got: unmatchedPreflights === undefined ? '"FORWARD", by default' : show(unmatchedPreflights),
        expected: '"IGNORE"',
        fix: "say so, and let the gateway answer them",
      },
    );
  }
  for (const [field, values] of Object.entries({ allowOrigins, allowHeaders, exposeHeaders })) {
    if (values.length <= MOST) continue;
    refusals.report(
      "too-many",
      `${path}.${field}`,
      "has more values than a filter of the Gateway API takes",
      { got: `${values.length} values`, expected: `${MOST} at most` },
    );
  }
  if (allowHeaders.length > 1 && allowHeaders.includes("*")) {
    refusals.report("cors", `${path}.allowHeaders`, 'has "*" beside other headers', {
      got: show(allowHeaders),
      expected: 'either "*" or names',
      fix: 'keep "*" or the others',
    });
  }
  const origins = allowOrigins.map((each, index) => origin(each, `${path}.allowOrigins[${index}]`, refusals));
  const cors: Cors = {
    ...(origins.length > 0 && { allowOrigins: origins }),
    ...(allowCredentials === true && { allowCredentials }),
    ...(allowMethods.length > 0 && { allowMethods: allowMethods as NonNullable<Cors["allowMethods"]> }),
    ...(allowHeaders.length > 0 && { allowHeaders }),
    ...(exposeHeaders.length > 0 && { exposeHeaders }),
    // Left out, it is 5 seconds by the definition's default, which is what browsers take without an answer.
    ...(maxAge !== undefined && { maxAge: Math.floor((parseDuration(maxAge) ?? 0) / 1000) }),
  };
  return { type: "CORS", cors };
}

function origin({ match, value }: TextMatch, path: string, refusals: Refusals): string {
  if (match === "exact" && ORIGIN.test(value)) return value;
  if (match === "prefix" && /^https?:\/\/$/.test(value)) return `${value}*`;
  const [, scheme, domain, port = ""] = (match === "regex" && UNDER_DOMAIN.exec(value)) || [];
  if (scheme !== undefined && domain !== undefined)
    return `${scheme}*${domain.replaceAll("\\.", ".")}${port}`;
  refusals.report("cors", path, "is no origin that the Gateway API can say", {
    got: `${match} ${show(value)}`,
    expected:
      'an origin ("https://www.example.com"), a domain ({ regex: "https://.*\\\\.example\\\\.com" }) or a scheme ({ prefix: "https://" })',
    fix: "name such a one",
  });
  return value;
}
