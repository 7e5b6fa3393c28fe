export * from "./args";
export { TELEMETRY_IMAGES } from "../pinned-images";
export { TelemetryStack } from "./telemetry-stack";
