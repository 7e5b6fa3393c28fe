import { milliseconds } from "../model/duration";
import type { Value } from "../reader";
import { checkDuration, checkNotNegative, checkSaysSomething } from "./checks";
import { isKnown } from "./fields";
import { refuse, type AdmissionProblem } from "./problem";

const httpLimits = [
  "http1MaxPendingRequests",
  "http2MaxRequests",
  "maxRequestsPerConnection",
  "maxRetries",
  "maxConcurrentStreams",
];

export function* checkPool(pool: Value): Iterable<AdmissionProblem> {
  if (!isKnown(pool)) return;
  yield* checkSaysSomething(pool, ["http", "tcp"], "a connection pool has http or tcp settings");
  const http = pool.get("http");
  for (const field of httpLimits) yield* checkNotNegative(http.get(field));
  yield* checkDuration(http.get("idleTimeout"));
  const own = http.get("useClientProtocol");
  if (http.get("h2UpgradePolicy").text() === "UPGRADE" && own.boolean() === true)
    yield refuse(own.path, "useClientProtocol and h2UpgradePolicy UPGRADE exclude each other");
  const ping = http.get("http2KeepAlive");
  for (const field of isKnown(ping) ? ["interval", "timeout"] : []) {
    if (!ping.get(field).isPresent) yield refuse(ping.path, `http2KeepAlive has no ${field}`);
    yield* checkDuration(ping.get(field));
  }
  yield* checkTcp(pool.get("tcp"));
}

function* checkTcp(tcp: Value): Iterable<AdmissionProblem> {
  if (!isKnown(tcp)) return;
  yield* checkNotNegative(tcp.get("maxConnections"));
  for (const field of ["connectTimeout", "maxConnectionDuration"]) yield* checkDuration(tcp.get(field));
  // 0s turns it off; so does what is cut down to it.
  const idle = milliseconds(tcp.get("idleTimeout"));
  if (typeof idle !== "number" || Math.trunc(idle) !== 0) yield* checkDuration(tcp.get("idleTimeout"));
  for (const field of ["time", "interval"]) yield* checkDuration(tcp.get("tcpKeepalive").get(field));
}
