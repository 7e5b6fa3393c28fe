import assert from "node:assert/strict";
import { runProgram, type Deployment } from "../../engine";
import { stateDifferences } from "../program/support/compare-state";
import { resourcesOf, type StateResource } from "../program/support/exported-state";
import { NO_ORACLE, oracleIsThere, oracleText } from "./support/oracle";
import { FAST, projectWith } from "./support/project";

/** Few outcomes, so that two runs may agree by chance; or a name that each engine makes up in its own way. */
const UNTOLD = [
  /^ConfigMap::map data\.[ip]$/,
  /^ServiceAccount::auto-named metadata\.name$/,
  /^Deployment::app spec\.template\.spec\.serviceAccountName$/,
];
const untold = (label: string, path: string): boolean =>
  UNTOLD.some((pattern) => pattern.test(`${label} ${path}`));

/** A change to one resource of a state, and what the comparison has to say of it. */
interface Change {
  readonly of: RegExp;
  readonly to: (resource: StateResource) => Partial<StateResource>;
  readonly said: RegExp;
}

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const secret = (value: unknown): object => ({
  [SIGNATURE]: "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(value),
});

const CHANGES: Readonly<Record<string, Change>> = {
  "another parent": {
    of: /PrivateKey::ca-root$/,
    to: () => ({ parent: "urn:pulumi:dev::sample::pulumi:pulumi:Stack::sample-dev" }),
    said: /PrivateKey::ca-root: parent: recorded ".*Authority::ca", state ".*Stack::sample-dev"$/,
  },
  "a dependency less": {
    of: /VirtualService::vs$/,
    to: ({ dependencies }) => ({ dependencies: (dependencies ?? []).slice(1) }),
    said: /VirtualService::vs: dependencies: /,
  },
  "a property's dependency less": {
    of: /Deployment::app$/,
    to: ({ propertyDependencies }) => ({ propertyDependencies: { ...propertyDependencies, spec: [] } }),
    said: /Deployment::app: propertyDependencies: /,
  },
  "another plain value": {
    of: /Namespace::ns$/,
    to: ({ inputs }) => ({
      inputs: { ...inputs, metadata: { name: "other", labels: { "istio-injection": "enabled" } } },
    }),
    said: /Namespace::ns: inputs: metadata\.name: recorded "recorded", state "other"$/,
  },
  "an input more": {
    of: /RandomPet::pet$/,
    to: ({ inputs }) => ({ inputs: { ...inputs, prefix: "p" } }),
    said: /RandomPet::pet: inputs: prefix: only in the state \("p"\)$/,
  },
  "an input less": {
    of: /RandomString::text$/,
    to: () => ({ inputs: { length: 8, special: false } }),
    said: /RandomString::text: inputs: upper: only in the recording \(false\)$/,
  },
  "a generated value of another kind": {
    of: /CertRequest::ca-intermediate$/,
    to: ({ inputs }) => ({
      inputs: { ...inputs, privateKeyPem: secret("-----BEGIN EC PRIVATE KEY-----\nMA==\n") },
    }),
    said: /privateKeyPem\.\(secret\): recorded PEM of RSA PRIVATE KEY, state PEM of EC PRIVATE KEY$/,
  },
  "another provider": {
    of: /ConfigMap::map$/,
    to: () => ({ provider: "urn:pulumi:dev::sample::pulumi:providers:kubernetes::default::1" }),
    said: /ConfigMap::map: provider: recorded .*::cluster, state .*::default$/,
  },
  "a provider's id that is not its own": {
    of: /ConfigMap::map$/,
    to: ({ provider = "" }) => ({ provider: `${provider}0` }),
    said: /ConfigMap::map: provider: the state's id is not the provider's$/,
  },
  "another timeout": {
    of: /ConfigMap::map$/,
    to: () => ({ customTimeouts: { create: 61 } }),
    said: /ConfigMap::map: customTimeouts: recorded \{"create":60\}, state \{"create":61\}$/,
  },
  "a protection": {
    of: /SelfSignedCert::ca-root$/,
    to: () => ({ protect: true }),
    said: /SelfSignedCert::ca-root: protect: recorded false, state true$/,
  },
  "an error while it became ready": {
    of: /Deployment::app$/,
    to: () => ({ initErrors: ["no pods"] }),
    said: /Deployment::app: is not ready: no pods$/,
  },
  "an output that is secret no longer": {
    of: /Stack::sample-dev$/,
    to: ({ outputs }) => ({ outputs: { ...outputs, hidden: "plain" } }),
    said: /^the stack's outputs: recorded .*"hidden":"secret".*, state .*"hidden":"plain"/,
  },
};

describe("the comparison of a stack's state with what the offline engine recorded", function () {
  this.timeout(120_000);
  let state: readonly StateResource[];
  let runs: readonly [Deployment, Deployment];

  before(async function () {
    if (!oracleIsThere()) {
      console.log(`      ${NO_ORACLE}`);
      this.skip();
    }
    // The recording has blanks for private keys; the comparison looks at the labels that PEM begins with.
    const text = oracleText("state.json").replaceAll(/\(PEM, ([A-Z ]+)\)/g, String.raw`-----BEGIN $1-----`);
    state = resourcesOf(JSON.parse(text));
    const run = (): Promise<Deployment> =>
      runProgram({
        cwd: projectWith({
          "index.ts": oracleText("program.ts"),
          "Pulumi.dev.yaml": "config:\n  sample:greeting: hi\n  sample:token: abc\n",
        }),
        stack: "dev",
        env: { ...FAST, KUBECONFIG: "/elsewhere" },
      });
    runs = [await run(), await run()];
  });

  it("finds none in a state that the Pulumi engine wrote for the same program", () => {
    assert.equal(state.length, 25);
    assert.deepEqual(stateDifferences({ state, runs, untold }), []);
  });

  it("finds a resource that one of the two does not have", () => {
    const [gone] = state.filter(({ urn }) => urn.endsWith("ServiceAccount::auto-named"));
    assert.ok(gone);
    assert.deepEqual(stateDifferences({ state: state.filter((each) => each !== gone), runs, untold }), [
      `${gone.urn}: only in the recording`,
    ]);
    const more: StateResource = { ...gone, urn: `${gone.urn}-2` };
    assert.deepEqual(stateDifferences({ state: [...state, more], runs, untold }), [
      `${more.urn}: only in the state`,
    ]);
    assert.deepEqual(stateDifferences({ state: [...state, gone], runs, untold }), [
      `${gone.urn}: twice in the state`,
    ]);
  });

  for (const [what, { of, to, said }] of Object.entries(CHANGES)) {
    it(`finds ${what}, and nothing else`, () => {
      const changed = state.map((each) => (of.test(each.urn) ? { ...each, ...to(each) } : each));
      const found = stateDifferences({ state: changed, runs, untold });
      assert.equal(found.length, 1, found.join("\n"));
      assert.match(found[0] ?? "", said);
    });
  }

  it("finds that a secret is plain in the state, and shows no secret value", () => {
    const changed = state.map((each) =>
      each.urn.endsWith("ConfigMap::map")
        ? {
            ...each,
            inputs: { ...each.inputs, data: { ...(each.inputs?.["data"] as object), token: "s3cret" } },
          }
        : each,
    );
    const found = stateDifferences({ state: changed, runs, untold });
    assert.equal(found.length, 2, found.join("\n"));
    assert.match(found.join("\n"), /data\.token\.\(secret\): only in the recording \(\[secret\]\)/);
    assert.match(found.join("\n"), /data\.token: only in the state \(\[secret\]\)/);
  });
});
