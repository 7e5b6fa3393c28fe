import { randomBytes, randomUUID } from "node:crypto";
import { z } from "zod";

import { defineResource, type BuiltinResource } from "../builtin";
import { refusal } from "../problems";
import { keepers } from "./keepers";
import { below, seededSource, systemSource } from "./source";

const size = z.int().min(1).max(65536);

/** `random.RandomId`: not a secret. Its id is the bytes in URL-safe base64, without the prefix. */
export const randomId = defineResource({
  type: "random:index/randomId:RandomId",
  schema: z.object({ ...keepers, byteLength: size, prefix: z.string().optional() }),
  computed: ["b64Std", "b64Url", "dec", "hex"],
  secrets: [],
  async generate({ byteLength, prefix = "" }) {
    const bytes = randomBytes(byteLength);
    const hex = bytes.toString("hex");
    const id = bytes.toString("base64url");
    return {
      id,
      values: {
        b64Std: prefix + bytes.toString("base64"),
        b64Url: prefix + id,
        dec: prefix + BigInt(`0x${hex}`).toString(),
        hex: prefix + hex,
      },
    };
  },
});

/** `random.RandomBytes`: secret. Its id, as the real provider has it, is the value: never print it. */
export const randomBytesResource = defineResource({
  type: "random:index/randomBytes:RandomBytes",
  idIsSecret: true,
  schema: z.object({ ...keepers, length: size }),
  computed: ["base64", "hex"],
  secrets: ["base64", "hex"],
  async generate({ length }) {
    const bytes = randomBytes(length);
    const base64 = bytes.toString("base64");
    return { id: base64, values: { base64, hex: bytes.toString("hex") } };
  },
});

/** `random.RandomInteger`, from `min` to `max`, both included. A `seed` gives the same number every time. */
export const randomInteger = defineResource({
  type: "random:index/randomInteger:RandomInteger",
  schema: z.object({ ...keepers, max: z.int(), min: z.int(), seed: z.string().optional() }),
  computed: ["result"],
  secrets: [],
  async generate({ min, max, seed }, request) {
    const problem = { id: "engine/invalid-property", property: "max", got: `min ${min}, max ${max}` };
    if (max < min) {
      throw refusal(request, [
        { ...problem, message: "is less than min", expected: "min ≤ max", fix: "Swap the two" },
      ]);
    }
    if (!Number.isSafeInteger(max - min + 1)) {
      const expected = `at most ${Number.MAX_SAFE_INTEGER} numbers`;
      throw refusal(request, [
        { ...problem, message: "the range is too wide", expected, fix: "Narrow the range" },
      ]);
    }
    const source = seed === undefined || seed === "" ? systemSource : seededSource(seed);
    const result = min + below(max - min + 1, source);
    return { id: String(result), values: { result } };
  },
});

/** `random.RandomUuid` and `random.RandomUuid4`: 122 random bits. The id is the UUID. */
export const randomUuids: readonly BuiltinResource[] = [
  uuid("random:index/randomUuid:RandomUuid", randomUUID),
  uuid("random:index/randomUuid4:RandomUuid4", randomUUID),
];

/** `random.RandomUuid7`: in order of time, 48 bits of milliseconds before 74 random ones (RFC 9562 section 5.7). */
export function randomUuid7(clock: () => Date): BuiltinResource {
  return uuid("random:index/randomUuid7:RandomUuid7", () => {
    const bytes = randomBytes(16);
    bytes.writeUIntBE(clock().getTime(), 0, 6);
    bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
    bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
    return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  });
}

function uuid(type: string, make: () => string): BuiltinResource {
  return defineResource({
    type,
    schema: z.object({ ...keepers }),
    computed: ["result"],
    secrets: [],
    async generate() {
      const result = make();
      return { id: result, values: { result } };
    },
  });
}
