import { EXAMPLE_NAMES, exampleFolder } from "../examples/support/example";
import { onApiServer, sharedCluster } from "./support/on-api-server";

/** One cluster for all, one example after the other: each leaves custom resource definitions alone. */
describe("the examples on a real API server", () => {
  const cluster = sharedCluster();

  for (const name of EXAMPLE_NAMES) {
    onApiServer(
      `example ${name}`,
      { cwd: () => exampleFolder(name), stack: "dev" },
      // That a second apply changes nothing is shown of every kind of object by the stacks; here it would cost minutes.
      { cluster, again: false },
    );
  }
});
