import assert from "node:assert/strict";
import { fork, spawnSync } from "node:child_process";
import fc from "fast-check";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

import { MeshError } from "../../components/intent/problem";
import type { Properties, StackState } from "../../engine/provider";
import { FileStateStore, withStackLock } from "../../engine/state";
import { formatStateFile, parseStateFile } from "../../engine/state/state-file";
import { isPropertyObject, Secret, UNKNOWN, type PropertyValue } from "../../engine/value";

const STACK = { organization: "organization", project: "bookinfo", stack: "dev" };
const TYPE = "tls:index/privateKey:PrivateKey";
const STATE: StackState = {
  resources: [
    {
      urn: "urn:b",
      type: TYPE,
      id: "2",
      inputs: { algorithm: "RSA" },
      outputs: { privateKeyPem: new Secret("hunter2") },
    },
    {
      urn: "urn:a",
      type: TYPE,
      id: "1",
      inputs: {},
      outputs: { list: [1, { deep: new Secret({ x: null }) }], later: UNKNOWN },
    },
  ],
  outputs: { trustDomain: "example.org", rootPem: new Secret("PEM") },
};

let folder = "";
let store = new FileStateStore({ folder, project: "bookinfo" });
const file = () => join(folder, "dev/state.json");
const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

async function problemOf(promise: Promise<unknown>) {
  const error = await promise.then(
    () => assert.fail("expected a refusal"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof MeshError, String(error));
  assert.equal(error.problems.length, 1);
  return { ...error.problems[0], text: error.message };
}

/** Secrets made visible, so that two states can be compared at all. */
function open(value: PropertyValue): unknown {
  if (value instanceof Secret) return { secret: open(value.reveal()) };
  if (Array.isArray(value)) return value.map(open);
  return isPropertyObject(value)
    ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, open(v)]))
    : value;
}

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "meshwright-state-")), ".mesh");
  store = new FileStateStore({ folder, project: "bookinfo" });
});
afterEach(() => rmSync(join(folder, ".."), { recursive: true }));

describe("state file", () => {
  it("gives back what was saved, secrets and unknown values as such", async () => {
    assert.equal(await store.load(STACK), undefined);
    await store.save(STACK, STATE);
    const loaded = await store.load(STACK);
    const byUrn = [...STATE.resources].sort((a, b) => a.urn.localeCompare(b.urn));
    assert.deepEqual(
      loaded?.resources.map((each) => ({ ...each, inputs: open(each.inputs), outputs: open(each.outputs) })),
      byUrn.map((each) => ({ ...each, inputs: open(each.inputs), outputs: open(each.outputs) })),
    );
    assert.deepEqual(open(loaded?.outputs ?? {}), open(STATE.outputs));
  });

  it("any values go through the file and come back the same, whatever their keys", () => {
    const { value } = fc.letrec<{ value: PropertyValue }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.constant(null),
        fc.boolean(),
        fc.double({ noDefaultInfinity: false }).filter((n) => !Object.is(n, -0)),
        fc.string(),
        fc.constant<PropertyValue>(UNKNOWN),
        fc.array(tie("value")),
        fc.dictionary(
          fc.oneof(fc.string(), fc.constantFrom("$meshwright", "value", "__proto__", "1")),
          tie("value"),
        ),
        tie("value").map((inner) => new Secret(inner)),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(fc.string(), value), (outputs) => {
        const text = formatStateFile({ stack: STACK, state: { resources: [], outputs } });
        const read = parseStateFile("state.json", text).state;
        assert.deepEqual(open(read.outputs), open(outputs));
        assert.equal(formatStateFile({ stack: STACK, state: read }), text);
      }),
    );
  });

  it("is for its owner alone, in a folder for its owner alone, and git ignores it all", async () => {
    await store.save(STACK, STATE);
    assert.equal(mode(file()), "600");
    assert.equal(mode(join(folder, "dev")), "700");
    assert.equal(readFileSync(join(folder, ".gitignore"), "utf8"), "*\n");
    assert.deepEqual(readdirSync(join(folder, "dev")), ["state.json"]);
  });

  it("keeps a .gitignore that was there before", async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, ".gitignore"), "/dev\n");
    await store.save(STACK, STATE);
    assert.equal(readFileSync(join(folder, ".gitignore"), "utf8"), "/dev\n");
  });

  it("is not touched when nothing changed, in whatever order resources and keys come", async () => {
    await store.save(STACK, STATE);
    const before = statSync(file(), { bigint: true });
    const { resources, outputs } = STATE;
    await store.save(STACK, {
      resources: [...resources].reverse(),
      outputs: Object.fromEntries(Object.entries(outputs).reverse()),
    });
    const after = statSync(file(), { bigint: true });
    assert.deepEqual([after.mtimeNs, after.ino], [before.mtimeNs, before.ino]);
  });

  it("is narrowed to its owner again after someone widened it", async () => {
    await store.save(STACK, STATE);
    chmodSync(file(), 0o644);
    await store.save(STACK, STATE);
    assert.equal(mode(file()), "600");
  });

  it("cut short anywhere, it gives one clear error, is not overwritten, and nothing of it is quoted", async () => {
    await store.save(STACK, STATE);
    const whole = readFileSync(file(), "utf8");
    for (let length = 0; length < whole.length - 1; length += 7) {
      writeFileSync(file(), whole.slice(0, length));
      const problem = await problemOf(store.load(STACK));
      assert.equal(problem.id, "engine/state-damaged");
      assert.equal(problem.path, file());
      assert.ok(problem.got && problem.expected && problem.fix);
      assert.ok(!problem.text.includes("hunter2"));
      await problemOf(store.save(STACK, { resources: [], outputs: {} }));
      assert.equal(readFileSync(file(), "utf8"), whole.slice(0, length));
    }
  });

  it("changed by hand, it gives the same error", async () => {
    await store.save(STACK, STATE);
    const whole = readFileSync(file(), "utf8");
    const changes = [
      ["hunter2", "hunter3"],
      ['"id": "1"', '"id": 1'],
      ['"urn": "urn:a",', '"urn": "urn:a", "extra": true,'],
      ['"secret"', '"sesame"'],
      ["sha256:", "md5:"],
    ] as const;
    for (const [from, to] of changes) {
      assert.ok(whole.includes(from), from);
      writeFileSync(file(), whole.replace(from, to));
      assert.equal((await problemOf(store.load(STACK))).id, "engine/state-damaged", to);
    }
  });

  it("of a later format is named as such", async () => {
    await store.save(STACK, STATE);
    writeFileSync(file(), readFileSync(file(), "utf8").replace('"version": 1', '"version": 2'));
    const problem = await problemOf(store.load(STACK));
    assert.deepEqual([problem.id, problem.got], ["engine/state-too-new", "format version 2"]);
  });

  it("that cannot be read at all is one clear error", async () => {
    mkdirSync(file(), { recursive: true });
    assert.deepEqual((await problemOf(store.load(STACK))).id, "engine/state-unreadable");
  });

  it("has one clear error where its folder cannot be made", async () => {
    writeFileSync(folder, "in the way");
    assert.equal((await problemOf(store.save(STACK, STATE))).id, "engine/state-unreadable");
    const locked = withStackLock(folder, "dev", () => Promise.resolve());
    assert.equal((await problemOf(locked)).id, "engine/state-unwritable");
  });

  it("of another project is neither used nor overwritten", async () => {
    await store.save(STACK, STATE);
    const other = new FileStateStore({ folder, project: "shop" });
    const shop = { ...STACK, project: "shop" };
    assert.equal((await problemOf(other.load(shop))).id, "engine/state-of-another");
    assert.equal((await problemOf(other.save(shop, STATE))).id, "engine/state-of-another");
  });

  it("that another run changed in the meantime is not overwritten", async () => {
    await store.save(STACK, STATE);
    const slow = new FileStateStore({ folder, project: "bookinfo" });
    await slow.load(STACK);
    await store.save(STACK, { ...STATE, outputs: { quick: true } });
    assert.equal((await problemOf(slow.save(STACK, { ...STATE, outputs: {} }))).id, "engine/state-changed");
    assert.deepEqual((await slow.load(STACK))?.outputs, { quick: true });
    await slow.save(STACK, { ...STATE, outputs: {} });
    await slow.save(STACK, STATE);
  });

  it("of a stack that is referred to is found here and in the folders of other projects", async () => {
    await store.save(STACK, STATE);
    const leaf = new FileStateStore({
      folder: join(folder, "../leaf"),
      project: "leaf",
      references: [folder],
    });
    assert.equal((await leaf.load(STACK))?.outputs.trustDomain, "example.org");
    assert.equal((await leaf.load({ ...STACK, organization: "acme" }))?.outputs.trustDomain, "example.org");
    assert.equal(await leaf.load({ ...STACK, stack: "prod" }), undefined);
    assert.equal(await leaf.load({ ...STACK, project: "leaf" }), undefined);
    assert.equal(await store.load({ ...STACK, project: "leaf" }), undefined);
  });

  it("has no path outside its folder", async () => {
    for (const stack of ["..", "../dev", "a/b", "", ".hidden", "x\0"]) {
      assert.equal((await problemOf(store.load({ ...STACK, stack }))).id, "engine/invalid-stack-name", stack);
    }
  });

  it("what a killed run left half-written is removed, what a living one is writing is not", async () => {
    await store.save(STACK, STATE);
    const gone = spawnSync(process.execPath, ["-e", "0"]).pid;
    writeFileSync(`${file()}.${gone}.1.tmp`, "half");
    writeFileSync(`${file()}.${process.ppid}.1.tmp`, "half");
    await store.save(STACK, { ...STATE, outputs: {} });
    assert.deepEqual(readdirSync(join(folder, "dev")).sort(), [
      "state.json",
      `state.json.${process.ppid}.1.tmp`,
    ]);
  });
});

describe("stack lock", () => {
  const lock = () => join(folder, "dev/lock");

  it("lets one at a time in, within a process", async () => {
    let inside = 0;
    let most = 0;
    const runs = Array.from({ length: 5 }, () =>
      withStackLock(folder, "dev", async () => {
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setTimeout(resolve, 5));
        inside -= 1;
      }),
    );
    await Promise.all(runs);
    assert.equal(most, 1);
    assert.deepEqual(readdirSync(join(folder, "dev")), []);
  });

  it("does not keep different stacks from each other", async () => {
    await withStackLock(folder, "dev", () =>
      withStackLock(folder, "prod", () => Promise.resolve(), { waitMs: 0 }),
    );
  });

  it("is let go when the run fails, and the failure comes through", async () => {
    await assert.rejects(
      withStackLock(folder, "dev", () => Promise.reject(new Error("the program failed"))),
      /the program failed/,
    );
    assert.ok(!existsSync(lock()));
  });

  it("names its owner when it is not let go in time", async () => {
    await withStackLock(folder, "dev", async () => {
      const problem = await problemOf(withStackLock(folder, "dev", () => Promise.resolve(), { waitMs: 100 }));
      assert.equal(problem.id, "engine/stack-locked");
      assert.equal(problem.got, `a lock of process ${process.pid} on ${hostname()}`);
      assert.ok(existsSync(lock()));
    });
  });

  it("of a process that was killed is taken over", async () => {
    const script = `
      require("ts-node/register/transpile-only");
      const { withStackLock } = require(${JSON.stringify(join(__dirname, "../../engine/state"))});
      withStackLock(process.argv[1], "dev", () => { process.send("held"); return new Promise((r) => setTimeout(r, 60000)); });`;
    const child = fork("-e", [script, folder], {
      execArgv: [],
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    await new Promise((resolve) => child.once("message", resolve));
    await problemOf(withStackLock(folder, "dev", () => Promise.resolve(), { waitMs: 0 }));
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
    assert.ok(existsSync(lock()), "the killed process could not clean up");
    assert.equal(await withStackLock(folder, "dev", () => Promise.resolve("in"), { waitMs: 0 }), "in");
  }).timeout(60000);

  it("of a process whose number is in use again is taken over where the system tells them apart", async function () {
    if (!existsSync("/proc/self/stat")) {
      console.log("      skipped: this system does not say when a process started");
      return this.skip();
    }
    mkdirSync(join(folder, "dev"), { recursive: true });
    writeFileSync(lock(), JSON.stringify({ pid: process.pid, host: hostname(), started: "1", token: "x" }));
    assert.equal(await withStackLock(folder, "dev", () => Promise.resolve("in"), { waitMs: 0 }), "in");
  });

  it("of another machine, or one that cannot be read, is left alone", async () => {
    mkdirSync(join(folder, "dev"), { recursive: true });
    for (const content of [JSON.stringify({ pid: 1, host: "elsewhere.example", token: "x" }), "", "{"]) {
      writeFileSync(lock(), content);
      assert.equal(
        (await problemOf(withStackLock(folder, "dev", () => Promise.resolve(), { waitMs: 0 }))).id,
        "engine/stack-locked",
      );
      assert.equal(readFileSync(lock(), "utf8"), content);
    }
  });

  it("two runs at once, each reading and then writing, lose nothing", async () => {
    const add = (key: string) =>
      withStackLock(folder, "dev", async () => {
        const before: Properties = (await store.load(STACK))?.outputs ?? {};
        await store.save(STACK, { resources: [], outputs: { ...before, [key]: true } });
      });
    await Promise.all(["a", "b", "c", "d"].map(add));
    assert.deepEqual((await store.load(STACK))?.outputs, { a: true, b: true, c: true, d: true });
  });
});
