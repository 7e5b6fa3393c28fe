import { StatefulSet } from "@pulumi/kubernetes/apps/v1/statefulSet";
import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import type * as inputs from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword";

const namespace = "data";

/** What a database is, beside what all of them have in common here. */
interface Stateful {
  readonly app: string;
  /** Labels that tell its pods from others of the same service. */
  readonly labels?: Record<string, string>;
  readonly image: string;
  readonly port: number;
  readonly runAsUser: number;
  readonly dataPath: string;
  readonly env: inputs.core.v1.EnvVar[];
}

/** One pod with a disk that stays. `ServiceWorkload` is for what keeps nothing. */
function stateful(name: string, spec: Stateful, opts: pulumi.CustomResourceOptions): void {
  const labels = { app: spec.app, ...spec.labels };
  new StatefulSet(
    name,
    {
      metadata: { name, namespace, labels },
      spec: {
        serviceName: spec.app,
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels: { ...labels, "app.kubernetes.io/version": spec.image.split(":")[1] ?? "" } },
          spec: {
            serviceAccountName: spec.app,
            securityContext: {
              runAsNonRoot: true,
              runAsUser: spec.runAsUser,
              fsGroup: spec.runAsUser,
              seccompProfile: { type: "RuntimeDefault" },
            },
            containers: [
              {
                name: spec.app,
                image: spec.image,
                env: spec.env,
                ports: [{ containerPort: spec.port }],
                readinessProbe: { tcpSocket: { port: spec.port } },
                resources: { requests: { cpu: "200m", memory: "512Mi" }, limits: { memory: "1Gi" } },
                securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
                volumeMounts: [{ name: "data", mountPath: spec.dataPath }],
              },
            ],
          },
        },
        volumeClaimTemplates: [
          {
            metadata: { name: "data" },
            spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "10Gi" } } },
          },
        ],
      },
    },
    opts,
  );
}

/** The account and the Service of a database, whose pods are told apart by labels. */
function reachable(app: string, port: { name: string; number: number }, opts: pulumi.CustomResourceOptions) {
  const metadata = { name: app, namespace, labels: { app } };
  new ServiceAccount(app, { metadata, automountServiceAccountToken: false }, opts);
  new Service(
    app,
    {
      metadata,
      spec: { selector: { app }, ports: [{ name: port.name, port: port.number, appProtocol: "tcp" }] },
    },
    opts,
  );
}

/** Kafka without ZooKeeper, one broker that is its own controller. */
export function kafka(opts: pulumi.CustomResourceOptions): void {
  reachable("kafka", { name: "broker", number: 9092 }, opts);
  const settings: Record<string, string> = {
    KAFKA_NODE_ID: "1",
    KAFKA_PROCESS_ROLES: "broker,controller",
    KAFKA_LISTENERS: "BROKER://:9092,CONTROLLER://localhost:9093",
    KAFKA_ADVERTISED_LISTENERS: "BROKER://kafka.data.svc.cluster.local:9092",
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT",
    KAFKA_INTER_BROKER_LISTENER_NAME: "BROKER",
    KAFKA_CONTROLLER_LISTENER_NAMES: "CONTROLLER",
    KAFKA_CONTROLLER_QUORUM_VOTERS: "1@localhost:9093",
    KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: "1",
    KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: "1",
    KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: "1",
    KAFKA_LOG_DIRS: "/var/lib/kafka/data/logs",
  };
  stateful(
    "kafka",
    {
      app: "kafka",
      image: "docker.io/apache/kafka:3.9.0",
      port: 9092,
      runAsUser: 1000,
      dataPath: "/var/lib/kafka/data",
      env: Object.entries(settings).map(([name, value]) => ({ name, value })),
    },
    opts,
  );
}

/** PostgreSQL twice; that the standby follows the primary is the work of an operator, and left out here. */
export function postgres(opts: pulumi.CustomResourceOptions): void {
  reachable("postgres", { name: "sql", number: 5432 }, opts);
  const password = new RandomPassword("postgres", { length: 32, special: false });
  const secret = new Secret(
    "postgres",
    { metadata: { name: "postgres", namespace }, stringData: { password: password.result } },
    opts,
  );
  for (const role of ["primary", "standby"]) {
    stateful(
      `postgres-${role}`,
      {
        app: "postgres",
        labels: { role },
        image: "docker.io/library/postgres:17.2",
        port: 5432,
        runAsUser: 999,
        dataPath: "/var/lib/postgresql/data",
        env: [
          { name: "PGDATA", value: "/var/lib/postgresql/data/pgdata" },
          {
            name: "POSTGRES_PASSWORD",
            valueFrom: { secretKeyRef: { name: secret.metadata.name, key: "password" } },
          },
        ],
      },
      opts,
    );
  }
}
