import type { MethodDefinition } from "@grpc/grpc-js";

/**
 * `ExistsResource`, a method that newer SDKs call and the protocol of older ones does not have. It is spelled out here, so
 * that a program with a newer SDK than the engine's gets its answer all the same.
 */
export const existsResourceMethod: MethodDefinition<Buffer, Buffer> = {
  path: "/pulumirpc.ResourceMonitor/ExistsResource",
  requestStream: false,
  responseStream: false,
  requestSerialize: (message) => message,
  requestDeserialize: (bytes) => bytes,
  responseSerialize: (message) => message,
  responseDeserialize: (bytes) => bytes,
};

/** Field 2 of the answer, a boolean, is set: whether something exists elsewhere is unknown here. */
export const UNKNOWN_EXISTENCE = Buffer.from([(2 << 3) | 0, 1]);
