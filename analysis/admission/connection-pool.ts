import { milliseconds } from "../model/duration";
import type { Value } from "../reader";
import { checkDuration, checkNotNegative, checkSaysSomething } from "./checks";
import { isKnown } from "./fields";
import type { Problems } from "./problem";

const httpLimits = [
  "http1MaxPendingRequests",
  "http2MaxRequests",
  "maxRequestsPerConnection",
  "maxRetries",
  "maxConcurrentStreams",
];

export function checkPool(problems: Problems, pool: Value): void {
  if (!isKnown(pool)) return;
  checkSaysSomething(problems, pool, ["http", "tcp"], "a connection pool has http or tcp settings");
  const http = pool.get("http");
  for (const field of httpLimits) checkNotNegative(problems, http.get(field));
  checkDuration(problems, http.get("idleTimeout"));
  const own = http.get("useClientProtocol");
  if (http.get("h2UpgradePolicy").text() === "UPGRADE" && own.boolean() === true)
    problems.refuse(own.path, "useClientProtocol and h2UpgradePolicy UPGRADE exclude each other");
  const ping = http.get("http2KeepAlive");
  for (const field of isKnown(ping) ? ["interval", "timeout"] : []) {
    if (!ping.has(field)) problems.refuse(ping.path, `http2KeepAlive has no ${field}`);
    checkDuration(problems, ping.get(field));
  }
  checkTcp(problems, pool.get("tcp"));
}

function checkTcp(problems: Problems, tcp: Value): void {
  if (!isKnown(tcp)) return;
  checkNotNegative(problems, tcp.get("maxConnections"));
  for (const field of ["connectTimeout", "maxConnectionDuration"]) checkDuration(problems, tcp.get(field));
  // 0s turns it off; so does what is cut down to it.
  const idle = milliseconds(tcp.get("idleTimeout"));
  if (typeof idle !== "number" || Math.trunc(idle) !== 0) checkDuration(problems, tcp.get("idleTimeout"));
  for (const field of ["time", "interval"]) checkDuration(problems, tcp.get("tcpKeepalive").get(field));
}
