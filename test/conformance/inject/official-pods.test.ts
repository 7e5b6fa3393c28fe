import assert from "node:assert/strict";

import { load } from "js-yaml";

import {
  injectorConfig,
  type InjectorOptions,
  injectorValues,
  injectorValuesObject,
} from "../../../components/platform/injection";
import { inject, type InjectedTemplate, requireEvaluator } from "./evaluator";
import {
  officialConfigMap,
  officialDocuments,
  officialText,
  officialValues,
  requireOfficial,
} from "./official";
import { podMeaning } from "./pod-meaning";

interface Installation {
  readonly options: InjectorOptions;
  /** The manifests that it was made with. */
  readonly manifests: string;
  readonly workloads: readonly string[];
}

const INSTALLATIONS: Readonly<Record<string, Installation>> = {
  default: {
    options: {},
    manifests: "default",
    workloads: ["gateway", "nativeoff", "plain", "probes", "resources", "traffic"],
  },
  cni: { options: { cni: { enabled: true } }, manifests: "cni", workloads: ["plain", "traffic"] },
  "default-1.30": {
    options: { hub: "docker.io/istio", tag: "1.30.3" },
    manifests: "default-1.30",
    workloads: ["plain", "traffic"],
  },
};

interface Workload {
  readonly spec: { readonly template: InjectedTemplate };
}

describe("pods that our templates inject against the official ones", () => {
  before(function () {
    requireOfficial(this);
    requireEvaluator(this);
  });

  for (const [name, { options, manifests, workloads }] of Object.entries(INSTALLATIONS)) {
    for (const workload of workloads) {
      it(`${name}, ${workload}: no difference in meaning`, () => {
        const ours = inject({
          config: injectorConfig(options),
          values: injectorValues(options),
          meshConfig: officialConfigMap(manifests, "istio")["mesh"] ?? "",
          workload: officialText(`workloads/${workload}.yaml`),
        });
        const [official] = officialDocuments(`${name}/${workload}.yaml`) as [Workload];
        assert.deepEqual(podMeaning(ours), podMeaning(official.spec.template));
      });
    }

    it(`${name}: the templates inject the same from the official values as from ours`, () => {
      const request = {
        config: injectorConfig(options),
        meshConfig: officialConfigMap(manifests, "istio")["mesh"] ?? "",
        workload: officialText("workloads/plain.yaml"),
      };
      const official = officialConfigMap(manifests, "istio-sidecar-injector")["values"] ?? "";
      assert.deepEqual(
        inject({ ...request, values: official }),
        inject({ ...request, values: injectorValues(options) }),
      );
    });
  }
});

describe("values of the injector against the official ones", () => {
  before(function () {
    requireOfficial(this);
  });

  const cases: Readonly<Record<string, InjectorOptions>> = {
    default: {},
    cni: { cni: { enabled: true } },
    "default-1.30": { hub: "docker.io/istio", tag: "1.30.3" },
    ambient: {
      variant: "distroless",
      cni: { enabled: true, ambient: true },
      pilotEnv: { PILOT_ENABLE_AMBIENT: "true" },
    },
    multinet: { meshId: "mesh1", clusterName: "west", network: "net-west" },
    demo: {
      proxy: {
        resources: { requests: { cpu: "10m", memory: "40Mi" }, limits: { cpu: "2000m", memory: "1024Mi" } },
      },
      waypoint: {
        resources: { requests: { cpu: "10m", memory: "40Mi" }, limits: { cpu: "2", memory: "1Gi" } },
      },
      values: { pilot: { cni: { resources: { requests: { cpu: "10m", memory: "40Mi" } } } } },
    },
  };

  for (const [name, options] of Object.entries(cases)) {
    it(`${name}: the same`, () => {
      assert.deepEqual(injectorValuesObject(options), officialValues(name));
    });
  }

  it("default: the configuration has the same policy, selectors and annotations", () => {
    const text = (officialConfigMap("default", "istio-sidecar-injector")["config"] ?? "").replace(
      /^templates omitted.*\n/,
      "",
    );
    const { templates: _official, ...official } = load(text) as Record<string, unknown>;
    const { templates: _ours, ...ours } = load(injectorConfig()) as Record<string, unknown>;
    assert.deepEqual(ours, official);
  });
});
