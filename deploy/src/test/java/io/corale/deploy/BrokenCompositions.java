package io.corale.deploy;

import io.corale.client.cli.Exit;
import java.util.stream.Stream;

/** Compositions with one fault each; a place is counted from the first line of the file. */
final class BrokenCompositions {
  private static final String DOCUMENT =
      "document: {dsl: '1.0.3', namespace: acme, name: broken, version: 1.0.0}\n";

  private static final String GOOD_USE =
      use("implementations: [{id: sim, account: sim, timeout: PT5S}]");

  private BrokenCompositions() {}

  private static String use(String with) {
    return "use:\n  functions:\n    step:\n      call: faas\n      with:\n        " + with + "\n";
  }

  /** What 'corale publish' says of them, which a node compiled. */
  static Stream<BrokenInput> published() {
    return Stream.of(
        refused("text that is no YAML", "do: [first", "1:11: not YAML: expected ',' or ']'"),
        refused("a composition that is a list", "- a", "1:1: a composition must be an object"),
        refused(
            "a construct that is misspelt",
            tasks("  - first: {cal: step}"),
            "9:13: unknown key 'cal' in task 'first'; did you mean 'call'?"),
        refused(
            "what an operator would have to allow",
            tasks("  - list: {run: {shell: {command: ls}}}"),
            "9:18: 'run: shell' is not allowed in"),
        refused(
            "a call that the standard knows and we do not",
            tasks("  - first: {call: mcp, with: {method: get}}"),
            "9:19: 'call: mcp' is not supported in task 'first': no provider speaks it"),
        refused(
            "a function that is not declared",
            tasks("  - first: {call: stepp}"),
            "9:19: function 'stepp' is not in use.functions; did you mean 'step'?"),
        refused(
            "two tasks of one name",
            tasks("  - first: {call: step}", "  - first: {call: step}"),
            "10:5: a task 'first' stands twice in its list, first in line 9"),
        refused(
            "a jump to nowhere",
            tasks("  - first: {call: step, then: secnd}", "  - second: {call: step}"),
            "9:31: 'then: secnd' names no task of the same list; did you mean 'second'?"),
        refused(
            "an implementation without a timeout",
            DOCUMENT
                + use("implementations: [{id: sim, account: sim}]")
                + "do: [{first: {call: step}}]",
            "7:27: implementation 'sim' of function 'step' has no 'timeout'; a slot whose call"),
        refused(
            "a duration that is none",
            DOCUMENT
                + use("implementations: [{id: sim, account: sim, timeout: 5s}]")
                + "do: [{first: {call: step}}]",
            "7:60: timeout must be a duration, found the string '5s'; write PT5S or {seconds: 5}"),
        refused(
            "a retry policy without attempts",
            DOCUMENT
                + use(
                    "{retry: {attempts: 0}, implementations: [{id: s, account: s, timeout: PT1S}]}")
                + "do: [{first: {call: step}}]",
            "7:28: function 'step'.retry.attempts must be a whole number from 1 to"),
        refused(
            "an expression that is no jq",
            tasks("  - first: {set: {a: '${ .a | | .b }'}}"),
            "9:31: the expression of set has '|' where a value was expected"),
        refused(
            "an expression with an unknown function",
            tasks("  - first: {set: {a: '${ .a | lenght }'}}"),
            "9:",
            "lenght",
            "did you mean 'length'?"),
        refused(
            "a version that is none",
            DOCUMENT.replace("1.0.0", "'1.0'") + GOOD_USE + "do: [{first: {call: step}}]",
            "1:66: document.version: ",
            "'1.0'"),
        refused(
            "a key that stands twice",
            tasks("  - first: {call: step, call: step}"),
            "9:25: the key 'call' stands twice, first in line 9"));
  }

  private static String tasks(String... lines) {
    return DOCUMENT + GOOD_USE + "do:\n" + String.join("\n", lines) + "\n";
  }

  private static BrokenInput refused(String what, String source, String... expected) {
    return BrokenInput.of(what, Exit.REFUSED, "publish FILE", expected).withFile(source);
  }
}
