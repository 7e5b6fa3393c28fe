import { defineResource } from "../builtin";
import { refusal } from "../problems";
import { charactersSchema, impossibleCharacters, randomCharacters } from "./characters";

/** `random.RandomString`: not a secret. Its id is the string. */
export const randomString = defineResource({
  type: "random:index/randomString:RandomString",
  schema: charactersSchema,
  computed: ["result"],
  secrets: [],
  async generate(settings, request) {
    const problems = impossibleCharacters(settings);
    if (problems.length > 0) throw refusal(request, problems);
    const result = randomCharacters(settings);
    return { id: result, values: { result } };
  },
});

/** `random.RandomPassword`: the password and its bcrypt hash (cost 10) are secret. Its id says nothing. */
export const randomPassword = defineResource({
  type: "random:index/randomPassword:RandomPassword",
  schema: charactersSchema,
  computed: ["bcryptHash", "result"],
  secrets: ["bcryptHash", "result"],
  async generate(settings, request) {
    const problems = impossibleCharacters(settings);
    if (problems.length > 0) throw refusal(request, problems);
    const result = randomCharacters(settings);
    // Loaded here, because only passwords need it.
    const { hash } = await import("bcryptjs");
    return { id: "none", values: { bcryptHash: await hash(result, 10), result } };
  },
});
