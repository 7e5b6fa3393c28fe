import type { InputProblem } from "../../intent/problem";
import { choiceProblems, countProblems, inBrief, labelProblems, printed } from "../problems";
import { KialiAuth, type TelemetryStackArgs, type TelemetryStoreArgs } from "./args";
import { PARTS, type TelemetryPartName } from "./images";
import { endpointOf, isWanted, PART_NAMES } from "./settings";

/** What only a part that runs here can be told. */
const OF_RUNNING = [
  "image",
  "replicas",
  "resources",
  "storage",
  "storageClassName",
  "imagePullSecrets",
  "host",
];

/** Keep their data on one disk, or in one memory: two of them would each know half. */
const SINGLE: readonly TelemetryPartName[] = ["prometheus", "grafana", "jaeger", "zipkin", "loki"];

const QUANTITY = /^[1-9]\d*(\.\d+)?(Ki|Mi|Gi|Ti|Pi|k|M|G|T|P)?$/;
const PROMETHEUS_DURATION = /^([1-9]\d*(ms|s|m|h|d|w|y))+$/;
const GO_DURATION = /^([1-9]\d*(s|m|h))+$/;
const HOST = /^([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)+[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** Every problem of the arguments, none when they are fine. */
export function telemetryStackProblems(args: TelemetryStackArgs): InputProblem[] {
  return [
    ...labelProblems("namespace", args.namespace),
    ...labelProblems("rootNamespace", args.rootNamespace),
    ...PART_NAMES.flatMap((part) => partProblems(part, args)),
    ...prometheusProblems(args),
    ...textProblems("jaeger.retention", args.jaeger?.retention, GO_DURATION, '"72h"'),
    ...textProblems("loki.retention", args.loki?.retention, GO_DURATION, '"168h"'),
    ...countProblems("jaeger.maxTraces", args.jaeger?.maxTraces, 1),
    ...choiceProblems("kiali.auth", args.kiali?.auth, Object.values(KialiAuth)),
    ...needProblems(args),
    ...ingressProblems(args),
    ...groupProblems(args),
  ];
}

function textProblems(
  path: string,
  value: string | undefined,
  form: RegExp,
  example: string,
): InputProblem[] {
  if (value === undefined || form.test(value)) return [];
  return [
    {
      id: "platform/bad-text",
      path,
      message: "has another form than is read here",
      got: printed(value),
      expected: `a text such as ${example}`,
      fix: "Change the text",
    },
  ];
}

function partProblems(part: TelemetryPartName, args: TelemetryStackArgs): InputProblem[] {
  const given: TelemetryStoreArgs | undefined = args[part];
  if (given === undefined) return [];
  const { address } = given;
  const idle = Object.keys(given).filter(
    (field) => OF_RUNNING.includes(field) && given[field as keyof TelemetryStoreArgs] !== undefined,
  );
  const operator = part === "prometheus" && args.prometheus?.operator === true;
  const notRun =
    given.enabled === false ? "is left out" : address === undefined ? undefined : "runs elsewhere";
  const why = notRun ?? (operator ? "is the operator's to run" : undefined);
  return [
    ...(why === undefined
      ? []
      : idle.map((field) => ({
          id: "platform/not-run-here",
          path: `${part}.${field}`,
          message: `has no effect: ${part} ${why}`,
          got: inBrief((given as Readonly<Record<string, unknown>>)[field]),
          expected: `no \`${field}\` here`,
          fix: `Remove \`${field}\``,
        }))),
    ...(address !== undefined && endpointOf(part, address) === undefined
      ? [
          {
            id: "platform/bad-address",
            path: `${part}.address`,
            message: "is neither a URL nor a host",
            got: printed(address),
            expected: `such as "http://${PARTS[part].objectName}.tools.svc.cluster.local:${PARTS[part].ports[0]?.port}"`,
            fix: "Write where it answers",
          },
        ]
      : []),
    ...countProblems(`${part}.replicas`, given.replicas, 1, SINGLE.includes(part) ? 1 : Infinity),
    ...textProblems(`${part}.storage`, given.storage, QUANTITY, '"50Gi"'),
    ...textProblems(`${part}.host`, given.host, HOST, `"${part}.example.com"`),
  ];
}

function prometheusProblems({ prometheus }: TelemetryStackArgs): InputProblem[] {
  if (prometheus === undefined) return [];
  return [
    ...textProblems("prometheus.retention", prometheus.retention, PROMETHEUS_DURATION, '"15d"'),
    ...textProblems("prometheus.scrapeInterval", prometheus.scrapeInterval, PROMETHEUS_DURATION, '"15s"'),
    ...textProblems(
      "prometheus.alertmanager",
      prometheus.alertmanager,
      /^[^\s/:]+:\d{1,5}$/,
      '"alertmanager.tools:9093"',
    ),
    ...(prometheus.operatorLabels !== undefined && prometheus.operator !== true
      ? [
          {
            id: "platform/not-run-here",
            path: "prometheus.operatorLabels",
            message: "has no effect without the operator",
            got: inBrief(prometheus.operatorLabels),
            expected: "no labels, or Prometheus of the operator",
            fix: "Set `operator: true`, or remove it",
          },
        ]
      : []),
  ];
}

/** What a part cannot do without. */
function needProblems(args: TelemetryStackArgs): InputProblem[] {
  const noPrometheus =
    !isWanted("prometheus", args) ||
    (args.prometheus?.operator === true && args.prometheus.address === undefined);
  const needing = (["grafana", "kiali"] as const).filter(
    (part) => isWanted(part, args) && args[part]?.address === undefined,
  );
  const metrics = noPrometheus
    ? needing.map((part) => ({
        id: "platform/missing-part",
        path: part,
        message: "has no Prometheus to ask",
        got: "none of either",
        expected: "a Prometheus of this stack, or its address",
        fix: `Set \`prometheus: { address: "http://…" }\`, or leave ${part} out with \`enabled: false\``,
      }))
    : [];
  const logs =
    isWanted("loki", args) && !isWanted("collector", args)
      ? [
          {
            id: "platform/missing-part",
            path: "loki",
            message: "has no collector that sends it logs",
            got: "none",
            expected: "a collector",
            fix: "Remove `collector: { enabled: false }`",
          },
        ]
      : [];
  return [...metrics, ...logs];
}

function ingressProblems(args: TelemetryStackArgs): InputProblem[] {
  const { ingress } = args;
  const exposed = PART_NAMES.filter((part) => isWanted(part, args) && args[part]?.host !== undefined);
  if (ingress === undefined) {
    return exposed.map((part) => ({
      id: "platform/missing-ingress",
      path: `${part}.host`,
      message: "is a host that no gateway serves",
      got: printed(args[part]?.host),
      expected: "an `ingress`, which names the gateway and its certificate",
      fix: "Set `ingress`, or remove the host",
    }));
  }
  const open = exposed.filter((part) => !hasLogin(part, args));
  return [
    ...labelProblems("ingress.namespace", ingress.namespace),
    ...(ingress.issuer === undefined
      ? open.map((part) => ({
          id: "platform/open-to-everyone",
          path: `${part}.host`,
          message: "would show everyone what is inside: it has no login of its own",
          got: printed(args[part]?.host),
          expected: "`ingress.issuer`, whose tokens the gateway then demands",
          fix: "Name the issuer of your tokens, or remove the host",
        }))
      : []),
    ...exposed
      .filter((part, index) => exposed.findIndex((other) => args[other]?.host === args[part]?.host) < index)
      .map((part) => ({
        id: "platform/duplicate-host",
        path: `${part}.host`,
        message: "is the host of another part, too",
        got: printed(args[part]?.host),
        expected: "a host that no other part has",
        fix: "Give each part a host of its own",
      })),
  ];
}

/** Whether a part asks its users who they are. */
export function hasLogin(
  part: TelemetryPartName,
  args: { readonly kiali?: TelemetryStackArgs["kiali"] },
): boolean {
  if (part === "kiali") return args.kiali?.auth !== KialiAuth.Anonymous;
  return PARTS[part].ownLogin === true;
}

function groupProblems({ ruleGroups = [] }: TelemetryStackArgs): InputProblem[] {
  const names = ruleGroups.map(({ name }) => name);
  return ruleGroups.flatMap(({ name, rules }, index) => [
    ...(names.indexOf(name) < index
      ? [
          {
            id: "platform/duplicate-rule-group",
            path: `ruleGroups[${index}].name`,
            message: "is the name of an earlier group, too",
            got: printed(name),
            expected: "a name that no other group has",
            fix: "Rename one of them",
          },
        ]
      : []),
    ...rules.flatMap(({ record, alert }, at) =>
      (record === undefined) === (alert === undefined)
        ? [
            {
              id: "platform/bad-rule",
              path: `ruleGroups[${index}].rules[${at}]`,
              message: "is neither a recorded series nor an alert, or claims to be both",
              got: record === undefined ? "neither" : "both",
              expected: "either `record` or `alert`",
              fix: "Keep one of the two",
            },
          ]
        : [],
    ),
  ]);
}
