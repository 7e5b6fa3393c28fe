import { MeshError, type Problem } from "../../components/intent/problem";
import { withoutCallSite } from "../call-site";

/** Something that a program registered cannot be carried out. */
export class RegistrationError extends MeshError {
  /** Whether the SDK did not say which line of the program it is; it does so only where stacks are captured. */
  readonly placeless: boolean;

  /**
   * @param subject the resource
   * @param place `file:line` of the program
   */
  constructor(subject: string, problems: readonly Problem[], place: string | undefined) {
    super(place === undefined ? subject : `${place}: ${subject}`, problems);
    this.message = withoutCallSite(this.message);
    this.placeless = place === undefined;
  }
}
