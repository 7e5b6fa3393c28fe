import assert from "node:assert/strict";
import { isCelError } from "@bufbuild/cel";
import { compileExpression } from "../../analysis/schema/cel/environment";
import { escapeIdentifier } from "../../analysis/schema/cel/identifier";
import { parseRequestUrl } from "../../analysis/schema/request-url";

const holds = (expression: string): unknown => {
  const result = compileExpression(expression)({ self: "" });
  return isCelError(result) ? `error: ${result.message}` : result;
};

/** Expressions that must be true, and expressions that must be errors. */
function table(name: string, truths: readonly string[], errors: readonly string[] = []): void {
  describe(name, () => {
    for (const truth of truths) it(truth, () => assert.equal(holds(truth), true));
    for (const error of errors)
      it(`${error} is an error`, () => assert.match(String(holds(error)), /^error: /));
  });
}

describe("the CEL libraries of Kubernetes", () => {
  table(
    "URLs",
    [
      "isURL('https://user:pass@example.com:80/path?query=val#fragment')",
      "isURL('/absolute-path')",
      "!isURL('https://a:b:c/')",
      "!isURL('../relative-path')",
      "!isURL('')",
      "!isURL('http://a b/')",
      "!isURL('http://a/%zz')",
      "url('/path').getScheme() == ''",
      "url('HTTPS://example.com/').getScheme() == 'https'",
      "url('https://example.com:80/').getHost() == 'example.com:80'",
      "url('https://[::1]:80/').getHost() == '[::1]:80'",
      "url('https://[::1]:80/').getHostname() == '::1'",
      "url('https://u:p@example.com:80/').getHostname() == 'example.com'",
      "url('/path').getHost() == ''",
      "url('https://example.com:80/').getPort() == '80'",
      "url('https://example.com/').getPort() == ''",
      "url('https://example.com/path with spaces/').getEscapedPath() == '/path%20with%20spaces/'",
      "url('https://example.com').getEscapedPath() == ''",
      "url('https://example.com/p?k1=a&k2=b&k2=c').getQuery() == {'k1': ['a'], 'k2': ['b', 'c']}",
      "url('https://example.com/path?').getQuery() == {}",
      "url('mailto:someone@example.com').getScheme() == 'mailto'",
    ],
    ["url('../relative')", "url('https://a:b:c/')", "url('://a')"],
  );

  table(
    "addresses",
    [
      "isIP('127.0.0.1') && isIP('::1')",
      "!isIP('127.0.0.256') && !isIP(':::1') && !isIP('127.1') && !isIP('010.0.0.1') && !isIP('')",
      "!isIP('::ffff:1.2.3.4') && !isIP('fe80::1%eth0')",
      "ip('::1').family() == 6 && ip('127.0.0.1').family() == 4",
      "ip.isCanonical('2001:db8::abcd') && !ip.isCanonical('2001:DB8::ABCD') && !ip.isCanonical('2001:db8::0:0:0:abcd')",
      "ip('0.0.0.0').isUnspecified() && ip('::').isUnspecified() && !ip('127.0.0.1').isUnspecified()",
      "ip('127.0.0.1').isLoopback() && ip('::1').isLoopback() && !ip('192.168.0.1').isLoopback()",
      "ip('224.0.0.1').isLinkLocalMulticast() && !ip('224.0.1.1').isLinkLocalMulticast()",
      "ip('ff02::1').isLinkLocalMulticast() && !ip('fd00::1').isLinkLocalMulticast()",
      "ip('169.254.169.254').isLinkLocalUnicast() && ip('fe80::1').isLinkLocalUnicast()",
      "ip('192.168.0.1').isGlobalUnicast() && !ip('255.255.255.255').isGlobalUnicast()",
      "ip('2001:db8::abcd').isGlobalUnicast() && !ip('ff00::1').isGlobalUnicast()",
      "string(ip('2001:DB8::0')) == '2001:db8::'",
    ],
    ["ip('127.0.0.256')", "ip('fe80::1%eth0')", "cidr('10.0.0.0/8').family()"],
  );

  table(
    "networks",
    [
      "isCIDR('192.168.0.0/16') && isCIDR('::1/128')",
      "!isCIDR('192.168.0.0/33') && !isCIDR('::1/129') && !isCIDR('10.0.0.0') && !isCIDR('10.0.0.0/08')",
      "cidr('192.168.0.0/24').containsIP(ip('192.168.0.1')) && !cidr('192.168.0.0/24').containsIP('192.168.1.1')",
      "!cidr('192.168.0.0/24').containsIP('::1')",
      "cidr('192.168.0.0/16').containsCIDR(cidr('192.168.10.0/24')) && !cidr('192.168.1.0/24').containsCIDR('192.168.2.0/24')",
      "!cidr('192.168.0.0/24').containsCIDR('192.168.0.0/16')",
      "cidr('192.168.0.1/24').ip() == ip('192.168.0.1')",
      "cidr('192.168.0.1/24').masked() == cidr('192.168.0.0/24') && cidr('2001:db8:1::/33').masked() == cidr('2001:db8::/33')",
      "cidr('192.168.0.0/16').prefixLength() == 16",
      "string(cidr('::1/128')) == '::1/128'",
    ],
    ["cidr('192.168.0.0/33')", "cidr('10.0.0.0/8').containsIP('x')"],
  );

  table(
    "lists",
    [
      "[1, 2, 3].isSorted() && ['a', 'b', 'b'].isSorted() && ![2.0, 1.0].isSorted() && [].isSorted()",
      "[1, 3].sum() == 4 && [1.0, 3.0].sum() == 4.0 && [].sum() == 0",
      "[3, 1].min() == 1 && [1, 3].max() == 3 && ['b', 'a'].max() == 'b'",
      "[1, 2, 2, 3].indexOf(2) == 1 && [1, 2, 2, 3].lastIndexOf(2) == 2 && ['a'].indexOf('b') == -1",
    ],
    ["[].min()", "['a'].sum()", "[[1]].max()"],
  );

  table(
    "regular expressions",
    [
      "'abc 123'.find('[0-9]+') == '123' && 'abc'.find('x') == ''",
      "'123 abc 456'.findAll('[0-9]+') == ['123', '456'] && '1 2 3'.findAll('[0-9]', 2) == ['1', '2']",
      "'abc 123'.findAll('[a-z]+', -1) == ['abc']",
      "'GRPC.Service'.matches(r'^(?i)[a-z.]+$')",
    ],
    ["'a'.matches('(?=a)')", "'a'.find('[')"],
  );

  table(
    "strings",
    [
      "'a/b'.split('/')[0] == 'a' && ['a', 'b'].join('-') == 'a-b'",
      "'Ab'.lowerAscii() == 'ab' && ' a '.trim() == 'a' && 'aba'.replace('a', 'c') == 'cbc'",
      "'abc'.charAt(1) == 'b' && 'abca'.indexOf('a') == 0 && 'abca'.lastIndexOf('a') == 3",
      "'abc'.substring(1) == 'bc' && 'abc'.substring(0, 1) == 'a'",
    ],
    ["'abc'.substring(2, 9)"],
  );

  table(
    "conversions",
    [
      "int('80') == 80 && int('-1') == -1 && int('+1') == 1",
      "duration('1h30m') == duration('90m')",
      "duration('0') == duration('0s')",
    ],
    [
      "int('')",
      "int('0x10')",
      "int(' 1')",
      "int('9223372036854775808')",
      "duration('')",
      "duration('1')",
      "duration('1d')",
    ],
  );

  it("give an error, not an exception, for what does not parse", () => {
    assert.match(String(holds("self.(")), /^error: /);
  });
});

describe("names in rules", () => {
  it("are escaped where CEL cannot write them, and have no form where nobody can", () => {
    assert.equal(escapeIdentifier("namespace"), "__namespace__");
    assert.equal(escapeIdentifier("a-b.c/d__e"), "a__dash__b__dot__c__slash__d__underscores__e");
    assert.equal(escapeIdentifier("_plain1"), "_plain1");
    assert.equal(escapeIdentifier("1st"), undefined);
    assert.equal(escapeIdentifier("a b"), undefined);
    assert.equal(escapeIdentifier(""), undefined);
  });
});

describe("URLs of requests", () => {
  it("come apart as in an API server", () => {
    assert.deepEqual(parseRequestUrl("oci://ghcr.io:443/a/b?c=d#e"), {
      scheme: "oci",
      host: "ghcr.io:443",
      hostname: "ghcr.io",
      port: "443",
      escapedPath: "/a/b",
      query: "c=d",
    });
  });
});
