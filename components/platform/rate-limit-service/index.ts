export * from "./args";
export { RATE_LIMIT_IMAGES } from "../pinned-images";
export { RateLimitService } from "./rate-limit-service";
