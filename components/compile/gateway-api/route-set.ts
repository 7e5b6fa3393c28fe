import type { RouteIntent } from "../../intent/intent";
import type { Source } from "../compiled";
import type { HTTPRouteParentRef } from "../types/gateway-api";

/** The routes of one port of a service, or of one host of a gateway, and what they are attached to. */
export interface RouteSet {
  readonly source: Source;
  readonly name: string;
  readonly namespace: string;
  readonly parentRef: HTTPRouteParentRef;
  /** Empty for whatever the parent answers for. */
  readonly hostnames: readonly string[];
  /** The port that requests are sent to, and what is spoken there to the proxy that reads them. */
  readonly listener: { readonly port: number; readonly scheme: "http" | "https" };
  readonly routes: readonly RouteIntent[];
  /** Where they were declared, for messages. */
  readonly path: string;
}
