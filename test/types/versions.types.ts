// Compiled, never run; see mesh.types.ts.
import { defineMesh } from "../../components/intent";

const mesh = defineMesh("prod", {
  services: {
    web: {
      namespace: "shop",
      ports: { http: { number: 80, protocol: "http" } },
      subsets: { v1: { labels: { version: "v1" } }, v2: { labels: { version: "v2" } } },
    },
    database: { namespace: "data", ports: { db: { number: 5432, protocol: "tcp" } } },
    stored: {
      namespace: "data",
      ports: { db: { number: 6379, protocol: "tcp" } },
      subsets: { v1: { labels: { version: "v1" } }, v2: { labels: { version: "v2" } } },
    },
  },
});
const { web, database, stored } = mesh.services;
declare const step: number;
declare const computed: readonly number[];

const rollout = mesh.progression(web, { from: "v1", to: "v2", steps: [1, 5, 25, 100], step });
mesh.route(web, rollout.routes);
mesh.progression(web, { from: "v1", to: "v2", steps: computed, step });
// @ts-expect-error an undeclared subset
mesh.progression(web, { from: "v1", to: "v3", steps: [100], step });
// @ts-expect-error the old version would stay in use
mesh.progression(web, { from: "v1", to: "v2", steps: [1, 5, 25], step });
// @ts-expect-error no step at all
mesh.progression(web, { from: "v1", to: "v2", steps: [], step });
// @ts-expect-error a version is asked for in one way
mesh.progression(web, { from: "v1", to: "v2", steps: [100], step, pin: { header: "x", cookie: "y" } });

// What holds for all requests: an HTTP service has that, connections have not.
const timed = mesh.progression(web, { from: "v1", to: "v2", steps: [100], step, with: { timeout: "5s" } });
mesh.route(web, timed.routes);
// @ts-expect-error no such option
mesh.progression(web, { from: "v1", to: "v2", steps: [100], step, with: { timeuot: "5s" } });
mesh.route(stored, mesh.progression(stored, { from: "v1", to: "v2", steps: [100], step }).routes);
// @ts-expect-error a connection names no version
mesh.progression(stored, { from: "v1", to: "v2", steps: [100], step, pin: { header: "x-version" } });
// @ts-expect-error connections have no timeout of requests
mesh.progression(stored, { from: "v1", to: "v2", steps: [100], step, with: { timeout: "5s" } });

mesh.route(web, mesh.blueGreen(web, { blue: "v1", green: "v2", active: "green" }));
mesh.route(web, mesh.blueGreen(web, { blue: "v1", green: "v2", active: "green", with: { timeout: "5s" } }));
mesh.route(stored, mesh.blueGreen(stored, { blue: "v1", green: "v2", active: "green" }));
// @ts-expect-error connections have no timeout of requests
mesh.blueGreen(stored, { blue: "v1", green: "v2", active: "green", with: { timeout: "5s" } });
// @ts-expect-error neither blue nor green
mesh.blueGreen(web, { blue: "v1", green: "v2", active: "red" });
// @ts-expect-error a connection names no version
mesh.route(database, mesh.pinned(database, { header: "x-version" }));

mesh.rateLimit(web, { requests: 10, per: "1s", ports: ["http"] });
// @ts-expect-error a port that the service does not open
mesh.rateLimit(web, { requests: 10, per: "1s", ports: ["grpc"] });
// @ts-expect-error connections are not counted
mesh.rateLimit(database, { requests: 10, per: "1s", ports: ["db"] });

mesh.canary(mesh.subsetPort(web, "v1", "http"));
// @ts-expect-error a port that the service does not open
mesh.subsetPort(web, "v1", "grpc");
// @ts-expect-error a subset that the service does not have
mesh.subsetPort(web, "v3", "http");
