import { defineMesh } from "../../components/intent";

/** Every field of workloads that Kubernetes does not run. */
export function machines() {
  const common = {
    labels: { zone: "cellar" },
    ports: { http: 9080 },
    network: "vms",
    locality: "eu-west/a",
    weight: 3,
  } as const;
  return defineMesh("machines", {
    services: {
      ratings: {
        namespace: "shop",
        ports: { http: { number: 80, protocol: "http", targetPort: 8080 } },
        createService: true,
        workloadEntries: { "ratings-1": { ...common, address: "10.20.0.7" } },
        workloadGroups: {
          "by-request": {
            ...common,
            annotations: { "proxy.istio.io/config": "concurrency: 1" },
            probe: {
              httpGet: {
                path: "/healthz",
                port: 9080,
                host: "127.0.0.1",
                scheme: "HTTPS",
                httpHeaders: { "x-probe": "istio" },
              },
              initialDelaySeconds: 1,
              timeoutSeconds: 2,
              periodSeconds: 3,
              successThreshold: 1,
              failureThreshold: 4,
            },
          },
          "by-connection": { labels: { rack: "1" }, probe: { tcpSocket: { port: 9080, host: "127.0.0.1" } } },
          "by-command": { labels: { rack: "2" }, probe: { exec: { command: ["/usr/bin/true"] } } },
        },
      },
    },
  });
}
