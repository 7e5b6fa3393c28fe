import type { FieldsOf } from "../arguments/shape";
import { RESOURCES_SHAPE, SCHEDULING_SHAPE } from "../arguments/shared";
import type { OutsideRedisArgs, OwnRedisArgs, RateLimitServiceArgs } from "./args";

const REDIS_SHAPE = {
  ...SCHEDULING_SHAPE,
  address: "string",
  type: "string",
  password: "Input<string>",
  tls: "boolean",
  image: "Input<string>",
  maxMemoryMiB: "number",
  resources: { fields: RESOURCES_SHAPE },
} satisfies FieldsOf<OutsideRedisArgs | OwnRedisArgs>;

export const RATE_LIMIT_SERVICE_SHAPE = {
  ...SCHEDULING_SHAPE,
  mesh: { required: { madeBy: "defineMesh", method: "validate" } },
  redis: { fields: REDIS_SHAPE },
  replicas: "number",
  image: "Input<string>",
  imagePullSecrets: { list: "string" },
  resources: { fields: RESOURCES_SHAPE },
  logLevel: "string",
  clusterDomain: "string",
  trustDomain: "string",
} satisfies FieldsOf<RateLimitServiceArgs>;
