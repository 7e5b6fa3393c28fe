/** The program that evaluates injection templates, in the words of the tests here. */
import {
  evaluate,
  prepareEvaluator as prepare,
  type Evaluator,
  type InjectionRequest,
} from "../../../cli/templates/evaluator";

export type { Evaluator, InjectionRequest };

/** A pod template after injection. */
export interface InjectedTemplate {
  readonly metadata: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: PodSpec;
}

export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Named[];
  readonly imagePullSecrets?: readonly Named[];
  readonly [field: string]: unknown;
}

export interface Named {
  readonly name: string;
  readonly [field: string]: unknown;
}

export interface EnvironmentVariable extends Named {
  readonly value?: string;
}

export interface Container extends Named {
  readonly image?: string;
  readonly args?: readonly string[];
  readonly env?: readonly EnvironmentVariable[];
  readonly volumeMounts?: readonly Named[];
}

interface Answer {
  readonly workload?: { readonly spec: { readonly template: InjectedTemplate } } & InjectedTemplate;
  readonly objects?: readonly KubernetesObject[];
  readonly error?: string;
}

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Named;
  readonly [field: string]: unknown;
}

/** The program, built if need be. Without Go, or without the modules, there is a reason instead of a path. */
export function prepareEvaluator(): Evaluator {
  return prepare(process.env, (folder) =>
    console.log(`      building the template evaluator into ${folder}`),
  );
}

/** Skips the suite, and says why, where there is no evaluator. */
export function requireEvaluator(context: Mocha.Context): void {
  context.timeout(600_000);
  const { reason } = prepareEvaluator();
  if (reason === undefined) return;
  // Sources that do not build are a fault of ours, and no reason to look away.
  if (reason.startsWith("it does not build")) throw new Error(reason);
  console.log(`      skipped: ${reason}`);
  context.skip();
}

function answerTo(request: InjectionRequest): Answer {
  const { path, reason } = prepareEvaluator();
  if (path === undefined) throw new Error(reason);
  const [answer] = evaluate(path, [request]) as unknown as [Answer];
  if (answer.error !== undefined) throw new Error(answer.error);
  return answer;
}

/** The pod template of a workload after injection; throws what istiod would log. */
export function inject(request: InjectionRequest): InjectedTemplate {
  const { workload } = answerTo(request);
  if (workload === undefined) throw new Error("the evaluator gave no workload");
  return "template" in workload.spec ? workload.spec.template : workload;
}

/** The objects that istiod applies for a managed gateway. */
export function gatewayObjects(request: InjectionRequest): readonly KubernetesObject[] {
  return answerTo(request).objects ?? [];
}
