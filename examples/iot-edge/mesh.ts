import { defineMesh, path } from "meshwright/intent";

/** The host of the API. */
export const HOST = "iot.example.com";

/** The name by which devices reach the broker. */
export const BROKER = "mqtt.example.com";

/** The networks: pods are in one, the machines of the factory in the other, and gateways are the way between them. */
export const NETWORKS = { cloud: "cloud", factory: "factory" } as const;

/** Devices send to a broker; what they say is kept by machines in the factory, and worked on in the cluster. */
export const iot = defineMesh("iot", {
  services: {
    broker: {
      namespace: "iot",
      ports: {
        mqtt: { number: 1883, protocol: "tcp" }, // for the mesh, which proves who calls
        mqtts: { number: 8883, protocol: "tls" }, // for devices, whose certificates the broker itself asks for
      },
    },
    processor: { namespace: "iot", ports: { http: { number: 80, protocol: "http", targetPort: 9898 } } },
    // No pods: machines beside the production lines. They register by themselves, under the service's own account.
    historian: {
      namespace: "factory",
      ports: { grpc: { number: 9000, protocol: "grpc" } },
      createService: true,
      workloadGroups: {
        "historian-line": {
          network: NETWORKS.factory,
          locality: "eu-factory/hall-1",
          probe: { tcpSocket: { port: 9000 }, periodSeconds: 5 },
        },
      },
    },
    // Two machines that are as they always were: their addresses are known, and one is twice the other.
    plc: {
      namespace: "factory",
      ports: { http: { number: 8080, protocol: "http" } },
      createService: true,
      workloadEntries: {
        "plc-a": { address: "10.40.0.11", network: NETWORKS.factory, weight: 2 },
        "plc-b": { address: "10.40.0.12", network: NETWORKS.factory, weight: 1 },
      },
    },
  },
  scope: {},
});
const { broker, processor, historian, plc } = iot.services;

// What people ask for is opened at the edge. What devices send is not: it goes on to the broker by the name that they ask for.
const edge = iot.gateway("edge", {
  hosts: [HOST],
  tls: { credentialName: "iot-cert" },
  servers: { mqtts: { port: 8883, protocol: "tls", hosts: [BROKER] } },
});
edge.expose(HOST, [iot.when(path.prefix("/readings")).with({ timeout: "10s" }).to(processor)]);
edge.servers.mqtts.expose(BROKER, broker.ports.mqtts);

// A line to a factory is slow, and sometimes there is none: few connections that are kept alive, short tries, and a machine
// that does not answer is left alone for a minute.
iot.route(historian, [
  iot
    .otherwise()
    .with({
      timeout: "5s",
      retries: { attempts: 2, perTryTimeout: "1500ms", retryOn: ["unavailable", "reset"] },
    })
    .to(historian),
]);
iot.trafficPolicy(historian, {
  connectionPool: {
    tcp: { connectTimeout: "3s", tcpKeepalive: { time: "60s", interval: "20s" } },
    http: { http2KeepAlive: { interval: "20s", timeout: "10s" } },
  },
  outlierDetection: { consecutiveGatewayErrors: 3, interval: "10s", baseEjectionTime: "1m" },
});
iot.route(plc, [
  iot
    .otherwise()
    .with({ timeout: "3s", retries: { attempts: 0 } })
    .to(plc),
]);
iot.trafficPolicy(broker, {
  connectionPool: { tcp: { maxConnections: 10000, idleTimeout: "24h", tcpKeepalive: { time: "2m" } } },
});

// Machines have identities like pods, so permissions are the same for both.
iot.allow({ from: [processor, historian], to: broker, ports: ["mqtt"] });
iot.allow({ from: processor, to: historian });
iot.allow({ from: historian, to: processor, methods: ["POST"], paths: ["/store/*"] });
iot.allow({ from: historian, to: plc, methods: ["GET"] });

iot.telemetry({ accessLogging: { providers: [iot.providers.envoy] } });
