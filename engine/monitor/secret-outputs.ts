import type { Properties } from "../provider";
import { isPropertyObject, Secret, type PropertyValue } from "../value";

/**
 * The outputs with everything marked secret that must be: the properties that are named, and those that repeat a secret
 * input under the same name.
 */
export function markSecretOutputs(
  outputs: Properties,
  inputs: Properties,
  names: Iterable<string>,
): Properties {
  const marked: Record<string, PropertyValue> = {};
  for (const [key, value] of Object.entries(outputs)) marked[key] = likeInput(value, inputs[key]);
  for (const name of names) {
    const value = marked[name];
    if (value !== undefined && !(value instanceof Secret)) marked[name] = new Secret(value);
  }
  return marked;
}

function likeInput(output: PropertyValue, input: PropertyValue | undefined): PropertyValue {
  if (output instanceof Secret || input === undefined) return output;
  if (input instanceof Secret) return new Secret(output);
  if (Array.isArray(output) && Array.isArray(input)) {
    const inputs = input as readonly PropertyValue[];
    return (output as readonly PropertyValue[]).map((item, index) => likeInput(item, inputs[index]));
  }
  if (isPropertyObject(output) && isPropertyObject(input)) {
    return Object.fromEntries(
      Object.entries(output).map(([key, item]) => [key, likeInput(item, input[key])]),
    );
  }
  return output;
}
