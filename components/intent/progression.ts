import type { Service } from "./destination";
import type { HttpRouteOptions } from "./http-route-options";
import type { HttpPortsOf, PortMap } from "./port";
import type { HttpRoute, PlainRoute } from "./route";
import type { OnlyWithHttp } from "./security";
import type { Share } from "./shares";

/** How requests say by themselves which version they want. */
export type PinSpec =
  | {
      /** A header whose value is the name of a subset, in lower case. */
      readonly header: Lowercase<string>;
      readonly cookie?: never;
    }
  | {
      /** A cookie whose value is the name of a subset. */
      readonly cookie: string;
      readonly header?: never;
    };

/** The last step must be everything: the name of the property that is then missing is the compiler's message. */
export type EndsAt100<Steps extends readonly number[]> = number extends Steps[number]
  ? unknown
  : Steps extends readonly [...number[], 100]
    ? unknown
    : Steps extends readonly [...number[], infer Last]
      ? { readonly "the last step must be 100, not": Last }
      : { readonly "there must be a step, the last of them": 100 };

/**
 * The routes for versions: those of requests that name theirs, then that for all the rest. Connections name none, and a
 * route of theirs has no options.
 */
export type VersionRoutes<M extends string, Ports extends PortMap> = string extends keyof Ports
  ? readonly [...HttpRoute<M>[], PlainRoute<M> | HttpRoute<M>]
  : [HttpPortsOf<Ports>] extends [never]
    ? readonly PlainRoute<M>[]
    : readonly [...HttpRoute<M>[], PlainRoute<M> | HttpRoute<M>];

/** What the routes of versions have in common. */
interface RoutedVersions<M extends string, Ports extends PortMap> {
  /** What holds for the requests of all these routes, such as a timeout and retries. @default - nothing */
  readonly with?: OnlyWithHttp<Ports, HttpRouteOptions<M>>;
}

/** From one version to another, step by step. */
export interface ProgressionSpec<
  Sub extends string,
  Steps extends readonly number[] = readonly number[],
  M extends string = string,
  Ports extends PortMap = PortMap,
> extends RoutedVersions<M, Ports> {
  /** The subset that has all of the traffic before the first step. */
  readonly from: Sub;
  /** The subset that has all of it after the last. */
  readonly to: Sub;
  /** How much `to` gets, in percent, step after step; ascending, the last is 100. */
  readonly steps: Steps;
  /**
   * How many steps are taken: 0 leaves everything with `from`, 1 is the first step, the number of steps is the end.
   * A value of the stack's configuration, so that a step, or one back, is `pulumi config set` and `pulumi up`.
   */
  readonly step: number;
  /** Requests that choose a version by themselves at every step, such as those of testers. @default - none */
  readonly pin?: OnlyWithHttp<Ports, PinSpec>;
}

/** Where a progression stands. Plain data: it prints and serialises as what it says. */
export interface Progression<M extends string, Ports extends PortMap = PortMap> {
  readonly kind: "progression";
  readonly service: string;
  readonly from: string;
  readonly to: string;
  readonly steps: readonly number[];
  readonly step: number;
  /** What `to` gets now, in percent. */
  readonly weight: number;
  /** What `to` gets after the next step; `undefined` at the end. */
  readonly next?: number;
  /** The traffic of now, for `.split(...)` under a condition of one's own. */
  readonly shares: readonly Share<M>[];
  /** The routes of now: pinned requests first, then everything else. The whole argument of `route`. */
  readonly routes: VersionRoutes<M, Ports>;
}

/** Two versions of which one is in use. */
export interface BlueGreenSpec<
  Sub extends string,
  M extends string = string,
  Ports extends PortMap = PortMap,
> extends RoutedVersions<M, Ports> {
  readonly blue: Sub;
  readonly green: Sub;
  /** Which of the two is in use; a value of the stack's configuration. */
  readonly active: "blue" | "green";
  /**
   * Requests that reach the other one, to look at it before the switch: those that carry this header, or this cookie,
   * with its name (`blue` or `green`) as the value.
   *
   * @default - nobody reaches it
   */
  readonly preview?: OnlyWithHttp<Ports, PinSpec>;
}

/** The words for versions; a mesh has them as methods. */
export interface VersionWords<M extends string> {
  /**
   * Moves the traffic of a service from one version to another, step by step.
   *
   * @example
   * const rollout = shop.progression(reviews, {
   *   from: "v1",
   *   to: "v2",
   *   steps: [1, 5, 25, 50, 100],
   *   step: config.requireNumber("reviewsStep"),
   *   pin: { header: "x-reviews-version" },
   *   with: { timeout: "5s" },
   * });
   * shop.route(reviews, rollout.routes);
   */
  progression<Sub extends string, const Steps extends readonly number[], Ports extends PortMap>(
    service: Service<M, Sub, Ports>,
    spec: ProgressionSpec<NoInfer<Sub>, Steps, M, NoInfer<Ports>> & { readonly steps: EndsAt100<Steps> },
  ): Progression<M, Ports>;
  /**
   * All traffic to the version in use, and a way for testers to the other. The whole argument of `route`.
   *
   * @example shop.route(web, shop.blueGreen(web, { blue: "v1", green: "v2", active: "blue", preview: { cookie: "preview" } }))
   */
  blueGreen<Sub extends string, Ports extends PortMap>(
    service: Service<M, Sub, Ports>,
    spec: BlueGreenSpec<NoInfer<Sub>, M, NoInfer<Ports>>,
  ): VersionRoutes<M, Ports>;
  /**
   * A route for each version, taken by requests that ask for it by name: for test traffic, and for models that are
   * served in several versions at once. What follows takes the rest.
   *
   * @example shop.route(llama, [...shop.pinned(llama, { header: "x-model-version" }), shop.otherwise().to(llama.subsets.stable)])
   */
  pinned(service: Service<M>, pin: PinSpec, options?: HttpRouteOptions<M>): readonly HttpRoute<M>[];
}
