import { createRequire } from "node:module";
import type * as grpc from "@grpc/grpc-js";
import type * as emptyPb from "google-protobuf/google/protobuf/empty_pb";
import type * as structPb from "google-protobuf/google/protobuf/struct_pb";

// The SDK's messages check and clone their parts by class, so the parts must come from the copy of google-protobuf that
// the SDK itself resolves, which need not be the one that is nearest to this file.
const requireOfSdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));

/** `google.protobuf.Struct` and its kin, as the SDK knows them. */
export const { Struct } = requireOfSdk("google-protobuf/google/protobuf/struct_pb") as typeof structPb;

/** `google.protobuf.Empty`, as the SDK knows it. */
export const { Empty } = requireOfSdk("google-protobuf/google/protobuf/empty_pb") as typeof emptyPb;

/** Credentials for the SDK's own clients, which refuse those of any other copy of gRPC. */
export const { credentials } = requireOfSdk("@grpc/grpc-js") as typeof grpc;

export type Struct = structPb.Struct;
export type Empty = emptyPb.Empty;
