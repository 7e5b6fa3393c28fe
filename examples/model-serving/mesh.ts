import { defineMesh, header, jwt, path } from "meshwright/intent";

export const HOST = "models.example.com";

const namespace = "models";

/**
 * A language model behind an API that speaks like OpenAI's, an embedder behind gRPC, and the training of what comes next.
 *
 * @param step how far the next version of the model has come, of four steps
 */
export function servingMesh(step: number) {
  const serving = defineMesh("serving", {
    services: {
      llama: {
        namespace,
        ports: { http: { number: 80, protocol: "http", targetPort: 8000 } },
        subsets: { "v3-1": { labels: { model: "v3-1" } }, "v3-3": { labels: { model: "v3-3" } } },
      },
      embedder: { namespace, ports: { grpc: { number: 9999, protocol: "grpc" } } },
      // Training: whoever learns reads batches from one stream for hours, and shows how far it is.
      trainer: { namespace: "training", ports: { progress: { number: 6006, protocol: "http" } } },
      batches: { namespace: "training", ports: { grpc: { number: 9999, protocol: "grpc" } } },
      chat: { namespace: "apps", ports: { http: { number: 80, protocol: "http", targetPort: 9898 } } },
    },
    external: {
      login: "login.example.com",
      weights: "huggingface.co",
      checkpoints: "checkpoints.s3.eu-central-1.amazonaws.com",
    },
    scope: {},
  });
  const { llama, embedder, trainer, batches, chat } = serving.services;

  // An answer is a stream that lasts for minutes. Whoever waits is not helped by a second attempt, which would cost the
  // same again: retries are for what never reached a GPU.
  const generation = {
    timeout: "10m",
    retries: { attempts: 1, perTryTimeout: "5m", retryOn: ["connect-failure", "refused-stream", "503"] },
  } as const;
  const rollout = serving.progression(llama, {
    from: "v3-1",
    to: "v3-3",
    steps: [1, 10, 50, 100],
    step,
    pin: { header: "x-model-version" }, // evaluation asks for the version that it measures
    with: generation,
  });
  serving.route(llama, rollout.routes);

  // Requests differ by orders of magnitude, so turns are unfair: the pod with the fewest in work gets the next. A pod that
  // has just loaded its weights gets its share bit by bit, and one that fails is left out until it was restarted.
  serving.trafficPolicy(llama, {
    loadBalancer: { simple: "LEAST_REQUEST", warmup: { duration: "2m", minimumPercent: 5 } },
    connectionPool: {
      tcp: { connectTimeout: "2s", idleTimeout: "1h" },
      // What waits in front of the GPUs waits in the client: better refused than answered when nobody listens any more.
      http: { http1MaxPendingRequests: 64, http2MaxRequests: 256, idleTimeout: "15m" },
    },
    outlierDetection: {
      consecutiveGatewayErrors: 3,
      consecutive5xxErrors: 0, // a prompt that is too long is the caller's fault
      interval: "10s",
      baseEjectionTime: "2m",
      maxEjectionPercent: 50,
    },
  });

  // gRPC streams share a connection: spread requests, not connections, and keep those alive that are silent.
  serving.route(embedder, [serving.otherwise().with({ timeout: "30s" }).to(embedder)]);
  serving.trafficPolicy(embedder, {
    loadBalancer: { simple: "LEAST_REQUEST" },
    connectionPool: {
      http: { maxConcurrentStreams: 64, http2KeepAlive: { interval: "30s", timeout: "10s" } },
    },
  });

  // A run of training is one stream. What ends it costs all that was learnt since the last checkpoint, so it is kept alive
  // where nothing flows for a while, and only a stream that never began is asked for again.
  serving.route(batches, [
    serving
      .otherwise()
      .with({
        timeout: "24h",
        retries: { attempts: 1, perTryTimeout: "12h", retryOn: ["connect-failure", "refused-stream"] },
      })
      .to(batches),
  ]);
  serving.trafficPolicy(batches, {
    loadBalancer: { simple: "LEAST_REQUEST" },
    connectionPool: {
      tcp: { idleTimeout: "24h", tcpKeepalive: { time: "60s", interval: "30s", probes: 5 } },
      http: { idleTimeout: "24h", http2KeepAlive: { interval: "1m", timeout: "20s" } },
    },
  });
  serving.route(trainer, [serving.otherwise().with({ timeout: "10s" }).to(trainer)]);

  const users = jwt({
    issuer: "https://login.example.com",
    jwksUri: "https://login.example.com/.well-known/jwks.json",
    audiences: ["models"],
    claimToHeaders: { "x-tenant": "tenant" },
  });
  const edge = serving.gateway("edge", { hosts: [HOST], tls: { credentialName: "models-cert" } });
  edge.expose(HOST, [
    // Who asks for a model's version by header gets it here, too.
    serving
      .when(path.prefix("/v1"), header("x-model-version").exact("v3-3"))
      .with(generation)
      .to(llama.subsets["v3-3"]),
    serving.when(path.prefix("/v1")).with(generation).split(rollout.shares),
    serving.otherwise().with({ timeout: "30s" }).to(chat),
  ]);
  serving.authenticate({ at: edge, with: users });

  serving.allow({ from: chat, to: llama, methods: ["POST"], paths: ["/v1/*"] });
  serving.allow({ from: chat, to: embedder });
  serving.allow({ from: trainer, to: batches });
  serving.allow({ from: chat, to: trainer, methods: ["GET"] });
  serving.rateLimit(chat, { requests: 50, per: "1s" });
  serving.telemetry({ accessLogging: { providers: [serving.providers.envoy] } });
  return { serving, rollout };
}
