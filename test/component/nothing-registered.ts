import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

/** Hooks of a suite: what its tests make goes to Pulumi's mocks, and a test fails where anything was registered. */
export function nothingIsRegistered(): void {
  const registered: string[] = [];

  before(async () => {
    await pulumi.runtime.setMocks({
      call: () => ({}),
      newResource: ({ name, inputs }) => {
        registered.push(name);
        return { id: name, state: inputs as Record<string, unknown> };
      },
    });
  });

  afterEach("registers nothing", () => {
    assert.deepEqual(registered, []);
  });
}
