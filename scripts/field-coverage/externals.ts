import { defineMesh } from "../../components/intent";

/** Every field of a host outside the mesh. */
export function externals() {
  return defineMesh("externals", {
    services: {},
    external: {
      database: {
        host: "db.example.org",
        ports: { postgres: { number: 5432, protocol: "tcp", targetPort: 6432 } },
        resolution: "static",
        location: "internal",
        addresses: ["240.0.0.1"],
        endpoints: [
          {
            address: "10.1.2.3",
            ports: { postgres: 6433 },
            labels: { role: "primary" },
            network: "vms",
            locality: "eu-west/a",
            weight: 3,
            serviceAccount: "postgres",
          },
          "10.1.2.4",
        ],
        subjectAltNames: ["spiffe://cluster.local/ns/data/sa/postgres"],
        exportTo: ["data", "shop"],
        subsets: { primary: { labels: { role: "primary" } } },
      },
      fleet: {
        host: "fleet.example.org",
        location: "internal",
        workloadSelector: { app: "fleet" },
      },
    },
  });
}
