import * as pulumi from "@pulumi/pulumi";
import { environmentStack } from "./environment";
import { rootStack } from "./root";

// `root` keeps the offline root; every other stack is an environment, described by its Pulumi.<stack>.yaml.
export = pulumi.getStack() === "root" ? rootStack() : environmentStack();
