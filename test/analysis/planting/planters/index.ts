export { planters } from "./planters";
