import type { Declarations } from "./declarations";
import { cookie, header } from "./match";
import { plainRoute, routeWhen, type WrittenRoute } from "./route-builder";
import { writeShare } from "./shares";

/*
 * The words for versions. Like all verbs they take whatever they are given; what is wrong with it is noted for the check
 * of the whole mesh, and the routes that they give say no more than can be said.
 */

/** Traffic that moves from one subset to another. */
export function writeProgression(declared: Declarations, service: unknown, spec: unknown): object {
  declared.progressions.push({ service, spec });
  const [from, to, step, pin, options] = ["from", "to", "step", "pin", "with"].map((name) =>
    field(spec, name),
  );
  const given = field(spec, "steps");
  const steps: readonly unknown[] = Array.isArray(given) ? given : [];
  const weight = step === 0 ? 0 : typeof step === "number" ? steps[step - 1] : undefined;
  const next = typeof step === "number" ? steps[step] : undefined;
  const shares =
    typeof weight === "number"
      ? [
          writeShare(subset(service, from), 100 - weight),
          // Nothing goes to a version whose turn has not come, so that it need not run yet.
          ...(weight === 0 ? [] : [writeShare(subset(service, to), weight)]),
        ].filter(({ weight: part }) => part !== 0)
      : // The step is what is wrong, and is reported; routes without a destination would be blamed for it.
        [writeShare(service, 100)];
  return Object.freeze({
    kind: "progression",
    service: field(service, "name"),
    from,
    to,
    steps,
    step,
    weight,
    ...(next !== undefined && { next }),
    shares,
    routes: [
      ...(pin === undefined ? [] : pinnedRoutes(service, pin, [from, to], options)),
      otherwise(shares, options),
    ],
  });
}

/** Traffic to one of two subsets, and a way to the other. */
export function writeBlueGreen(declared: Declarations, service: unknown, spec: unknown): readonly object[] {
  declared.blueGreens.push({ service, spec });
  const active = field(spec, "active");
  const idle = active === "blue" ? "green" : "blue";
  const preview = field(spec, "preview");
  const options = field(spec, "with");
  const look =
    preview === undefined ? [] : [pinnedRoute(preview, idle, subset(service, field(spec, idle)), options)];
  const inUse = subset(service, field(spec, typeof active === "string" ? active : ""));
  return [...look, otherwise([writeShare(inUse, 100)], options)];
}

/** A route for each subset. */
export function writePinned(service: unknown, pin: unknown, options?: unknown): readonly object[] {
  return pinnedRoutes(service, pin, Object.keys(objectOf(field(service, "subsets"))), options);
}

function pinnedRoutes(
  service: unknown,
  pin: unknown,
  names: readonly unknown[],
  options: unknown,
): readonly object[] {
  return [...new Set(names)].map((name) => pinnedRoute(pin, String(name), subset(service, name), options));
}

function pinnedRoute(pin: unknown, name: string, destination: unknown, options: unknown): object {
  const [byHeader, byCookie] = [field(pin, "header"), field(pin, "cookie")];
  const condition =
    byCookie === undefined
      ? header(byHeader as Lowercase<string>).exact(name)
      : cookie(String(byCookie)).exact(name);
  return ended(routeWhen([[condition]], options), [writeShare(destination, 100)]);
}

function otherwise(shares: readonly unknown[], options: unknown): object {
  return ended(options === undefined ? plainRoute() : routeWhen([], options), shares);
}

function ended(builder: object, shares: readonly unknown[]): WrittenRoute {
  return (builder as { split(shares: unknown): WrittenRoute }).split(shares);
}

/** A subset by its name, or the name itself where there is none, for the check of the routes to report. */
function subset(service: unknown, name: unknown): unknown {
  return typeof name === "string" ? (field(field(service, "subsets"), name) ?? name) : name;
}

function field(value: unknown, name: string): unknown {
  return Object.getOwnPropertyDescriptor(objectOf(value), name)?.value;
}

function objectOf(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}
