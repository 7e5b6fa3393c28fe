import assert from "node:assert/strict";
import { compileMesh } from "../../../components/compile";
import { defineMesh } from "../../../components/intent";

function shop() {
  return defineMesh("shop", {
    services: {
      web: {
        namespace: "shop",
        ports: { http: { number: 80, protocol: "http" } },
        subsets: {
          v1: { labels: { version: "v1" } },
          v2: { labels: { version: "v2" } },
          v3: { labels: { version: "v3" } },
        },
      },
    },
  });
}

type Shop = ReturnType<typeof shop>;

/** Each route of the service as `condition → subset weight, …`. */
function routesOf(mesh: Shop): readonly string[] {
  const found = compileMesh(mesh).find(({ kind }) => kind === "VirtualService");
  assert.ok(found?.kind === "VirtualService");
  return (found.spec.http ?? []).map(({ match, route = [] }) => {
    const to = route.map(({ destination, weight = 100 }) => `${destination.subset ?? "all"} ${weight}`);
    return `${match === undefined ? "" : `${JSON.stringify(match[0]?.headers)} → `}${to.join(", ")}`;
  });
}

describe("a progression", () => {
  const at = (step: number) => {
    const mesh = shop();
    const { web } = mesh.services;
    const rollout = mesh.progression(web, { from: "v1", to: "v2", steps: [1, 25, 100], step });
    mesh.route(web, rollout.routes);
    return { rollout, routes: routesOf(mesh) };
  };

  it("moves the traffic with its step, forth and back, and names no version that gets nothing", () => {
    assert.deepEqual(
      [0, 1, 2, 3, 2].map((step) => at(step).routes),
      [["v1 100"], ["v1 99, v2 1"], ["v1 75, v2 25"], ["v2 100"], ["v1 75, v2 25"]],
    );
  });

  it("gives what holds for all requests to those that choose a version, too", () => {
    const mesh = shop();
    const { web } = mesh.services;
    const options = { timeout: "5s", retries: { attempts: 1 } } as const;
    const spec = { from: "v1", to: "v2", steps: [25, 100], step: 1, pin: { header: "x-version" } } as const;
    mesh.route(web, mesh.progression(web, { ...spec, with: options }).routes);
    const said = (of: Shop) => {
      const found = compileMesh(of).find(({ kind }) => kind === "VirtualService");
      assert.ok(found?.kind === "VirtualService");
      return (found.spec.http ?? []).map(({ timeout, retries }) => `${timeout} ${retries?.attempts}`);
    };
    assert.deepEqual(said(mesh), ["5s 1", "5s 1", "5s 1"]);
    const switched = shop();
    switched.route(switched.services.web, [
      ...switched.blueGreen(switched.services.web, {
        ...{ blue: "v1", green: "v2", active: "blue" },
        preview: { cookie: "look" },
        with: options,
      }),
    ]);
    assert.deepEqual(said(switched), ["5s 1", "5s 1"]);
    const pinned = shop();
    const { web: service } = pinned.services;
    pinned.route(service, [
      ...pinned.pinned(service, { header: "x-version" }, options),
      pinned.otherwise().to(service),
    ]);
    assert.deepEqual(said(pinned), ["5s 1", "5s 1", "5s 1", "undefined undefined"]);
  });

  it("is data that says where it stands and what comes next", () => {
    const { shares: _, routes: __, ...said } = at(1).rollout;
    assert.deepEqual(said, {
      kind: "progression",
      service: "web",
      from: "v1",
      to: "v2",
      steps: [1, 25, 100],
      step: 1,
      weight: 1,
      next: 25,
    });
    assert.equal(at(3).rollout.next, undefined);
  });

  it("leaves requests alone that name their version, at every step", () => {
    const mesh = shop();
    const { web } = mesh.services;
    const { routes } = mesh.progression(web, {
      from: "v1",
      to: "v2",
      steps: [100],
      step: 0,
      pin: { header: "x-version" },
    });
    mesh.route(web, routes);
    assert.deepEqual(routesOf(mesh), [
      '{"x-version":{"exact":"v1"}} → v1 100',
      '{"x-version":{"exact":"v2"}} → v2 100',
      "v1 100",
    ]);
  });
});

describe("blue and green", () => {
  it("send everything to the one in use, and testers to the other", () => {
    const routes = (active: "blue" | "green") => {
      const mesh = shop();
      const { web } = mesh.services;
      mesh.route(
        web,
        mesh.blueGreen(web, { blue: "v1", green: "v2", active, preview: { header: "x-preview" } }),
      );
      return routesOf(mesh);
    };
    assert.deepEqual(routes("blue"), ['{"x-preview":{"exact":"green"}} → v2 100', "v1 100"]);
    assert.deepEqual(routes("green"), ['{"x-preview":{"exact":"blue"}} → v1 100', "v2 100"]);
  });
});

describe("pinned versions", () => {
  it("give each version its requests, and what follows the rest", () => {
    const mesh = shop();
    const { web } = mesh.services;
    mesh.route(web, [...mesh.pinned(web, { cookie: "model" }), mesh.otherwise().to(web.subsets.v1)]);
    assert.deepEqual(
      routesOf(mesh).map((route) => route.split(" → ").at(-1)),
      ["v1 100", "v2 100", "v3 100", "v1 100"],
    );
    assert.match(routesOf(mesh)[1] ?? "", /model=v2/);
  });
});
