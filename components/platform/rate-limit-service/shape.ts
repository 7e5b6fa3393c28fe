import type { FieldsOf } from "../arguments/shape";
import { RESOURCES_SHAPE, SCHEDULING_SHAPE } from "../arguments/shared";
import type { OutsideRedisArgs, OwnRedisArgs, RateLimitServiceArgs } from "./args";

const REDIS_SHAPE: FieldsOf<OutsideRedisArgs | OwnRedisArgs> = {
  ...SCHEDULING_SHAPE,
  address: "string",
  type: "string",
  password: "Input<string>",
  tls: "boolean",
  image: "Input<string>",
  maxMemoryMiB: "number",
  resources: { fields: RESOURCES_SHAPE },
};

export const RATE_LIMIT_SERVICE_SHAPE: FieldsOf<RateLimitServiceArgs> = {
  ...SCHEDULING_SHAPE,
  mesh: { required: "any" },
  redis: { fields: REDIS_SHAPE },
  replicas: "number",
  image: "Input<string>",
  imagePullSecrets: { list: "string" },
  resources: { fields: RESOURCES_SHAPE },
  logLevel: "string",
  clusterDomain: "string",
  trustDomain: "string",
};
