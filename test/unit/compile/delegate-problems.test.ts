import assert from "node:assert/strict";
import { compileMesh } from "../../../components/compile";
import { defineMesh, header, type HttpCondition, MeshError, method, path } from "../../../components/intent";
import { assertComplete } from "../../support/complete-problem";

const declare = () =>
  defineMesh("shop", {
    services: { web: { namespace: "shop", ports: { http: { number: 80, protocol: "http" } } } },
  });

/** What is said of a delegate whose only route asks for `own`, where routes that ask for these lead to it. */
function said(own: HttpCondition, ...leads: readonly HttpCondition[]): readonly string[] {
  const shop = declare();
  const { web } = shop.services;
  const team = shop.delegate("team", { namespace: "shop" }, [shop.when(own).to(web)]);
  shop
    .gateway(["*.example.com"])
    .expose("www.example.com", [
      ...leads.map((lead) => shop.when(lead).delegate(team)),
      shop.otherwise().to(web),
    ]);
  try {
    compileMesh(shop);
    return [];
  } catch (error) {
    if (!(error instanceof MeshError)) throw error;
    error.problems.forEach(assertComplete);
    return error.problems.map(({ path: at, got, id }) => `${at}: ${got} [${id}]`);
  }
}

describe("a route of a delegate", () => {
  const under = 'where gateways.ingress.expose["www.example.com"][0] asks for';

  it("is refused where istiod would leave it out", () => {
    assert.deepEqual(said(path.prefix("/other"), path.prefix("/team")), [
      `delegates.team[0]: uri { prefix: '/other' }, ${under} { prefix: '/team' } [compile/delegate-conflict]`,
    ]);
    assert.equal(said(path.prefix("/te"), path.prefix("/team")).length, 1, "wider than what leads here");
    assert.equal(said(path.prefix("/team"), path.exact("/team")).length, 1, "a prefix under an exact path");
    assert.equal(said(path.regex("/team/[0-9]+"), path.prefix("/team")).length, 1, "an expression");
    assert.equal(said(path.prefix("/team/A", { ignoreCase: true }), path.prefix("/team")).length, 1, "case");
    assert.equal(said(header("x-a").exact("1"), header("x-a").exact("2")).length, 1, "another value");
    assert.equal(said(method("GET"), method("POST")).length, 1, "another method");
  });

  it("is accepted where it narrows what leads there, or asks for something else", () => {
    for (const own of [
      path.prefix("/team/a"),
      path.exact("/team/a"),
      header("x-a").exact("1"),
      method("GET"),
    ]) {
      assert.deepEqual(said(own, path.prefix("/team")), [], JSON.stringify(own));
    }
    assert.deepEqual(said(method("GET"), method("GET", "POST")), []);
  });

  it("is accepted where one of several leads can be put together with it, and where none is declared here", () => {
    assert.deepEqual(said(path.prefix("/b/1"), path.prefix("/a"), path.prefix("/b")), []);
    assert.deepEqual(said(path.prefix("/a")), []);
  });
});
