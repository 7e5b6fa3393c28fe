import { defineMesh } from "meshwright/intent";

const namespace = "analytics";

/** Events go into Kafka, are made into tables in PostgreSQL, and are read from a standby. */
export const analytics = defineMesh("analytics", {
  services: {
    collector: { namespace, ports: { http: { number: 80, protocol: "http", targetPort: 9898 } } },
    loader: { namespace, ports: { http: { number: 80, protocol: "http", targetPort: 9898 } } },
    dashboard: { namespace, ports: { http: { number: 80, protocol: "http", targetPort: 9898 } } },
    // A proxy knows connections, no topics and no tables: these are ports of TCP.
    kafka: { namespace: "data", ports: { broker: { number: 9092, protocol: "tcp" } } },
    postgres: {
      namespace: "data",
      ports: { sql: { number: 5432, protocol: "tcp" } },
      subsets: { primary: { labels: { role: "primary" } }, standby: { labels: { role: "standby" } } },
    },
  },
  external: {
    // A warehouse that is not in the cluster: its range of addresses tells its connections from others.
    warehouse: {
      host: "warehouse.example.com",
      ports: { sql: { number: 5439, protocol: "tcp" } },
      addresses: ["198.51.100.0/24"],
      resolution: "none",
    },
  },
  scope: {},
});
const { collector, loader, dashboard, kafka, postgres } = analytics.services;

// Who reads is led to the standby by who it is; the application needs no second address.
analytics.route(postgres, [
  analytics.whenTcp(analytics.from(dashboard)).to(postgres.subsets.standby),
  analytics.otherwise().to(postgres.subsets.primary),
]);
// Brokers hold connections for days: they are kept alive, and limited in number rather than in time.
analytics.trafficPolicy(kafka, {
  connectionPool: {
    tcp: {
      maxConnections: 500,
      connectTimeout: "5s",
      idleTimeout: "24h",
      tcpKeepalive: { time: "5m", interval: "30s", probes: 5 },
    },
  },
});
// PostgreSQL forks for each connection: better refused here than there.
analytics.trafficPolicy(postgres, {
  connectionPool: { tcp: { maxConnections: 80, connectTimeout: "3s", tcpKeepalive: { time: "10m" } } },
  subsets: {
    standby: { connectionPool: { tcp: { maxConnections: 200, maxConnectionDuration: "1h" } } },
  },
});

// Of TCP, a proxy proves who calls and at which port; more than that cannot be asked, and does not compile.
analytics.allow({ from: [collector, loader], to: kafka });
analytics.allow({ from: [loader, dashboard], to: postgres });

analytics.telemetry({ accessLogging: { providers: [analytics.providers.envoy] } });
