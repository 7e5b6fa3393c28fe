import * as pulumi from "@pulumi/pulumi";
import { clusterStack } from "./cluster";
import { CLUSTERS } from "./clusters";
import { peeringStack } from "./peering";
import { rootStack } from "./root";

const stack = pulumi.getStack();
const cluster = CLUSTERS.find((each) => each === stack);

// One program, four stacks: `root` first, then the clusters, then `peering`.
export = stack === "root" ? rootStack() : cluster === undefined ? peeringStack() : clusterStack(cluster);
