package io.corale.flow;

import io.corale.model.Outcome;
import io.corale.scheduler.Transition.CallSpec;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * {@code deploy/bench/run overhead}: what one invocation of each construct of the language costs in
 * the log, on the real interpreter, scheduler and codec, where nothing else happens: then each
 * command has an entry of its own. Syncs are reckoned, not measured: a member syncs once for an
 * entry that comes alone, and once for all that lie in its queue where several come.
 *
 * <p>Throws where one does not run to its end.
 */
public final class OverheadBench {
  private static final int MEMBERS = 3;

  private OverheadBench() {}

  /** Takes no arguments. */
  public static void main(String[] ignored) {
    System.out.printf("| construct | entries | bytes | syncs of %d members, reckoned |%n", MEMBERS);
    System.out.println("|---|---|---|---|");
    calls();
    flow();
    errors();
    timeAndEvents();
    runs();
  }

  private static void calls() {
    row("`set`", "do: [{s: {set: {x: 1}}}]");
    row("`call`", "do: [{a: {call: f}}]");
    row("`do` of 5 calls", chain(5));
    row("`do` of 10 calls", chain(10));
  }

  private static String chain(int calls) {
    StringBuilder body = new StringBuilder("do: [");
    for (int i = 0; i < calls; i++) {
      body.append(i == 0 ? "" : ", ").append("{a").append(i).append(": {call: f}}");
    }
    return body + "]";
  }

  private static void flow() {
    row(
        "`call`, then `set`, `switch`, `export` and `output`",
        "do: [{a: {call: f}}, {s: {set: {n: 7}, export: {as: '${ . }'}, output: {as: '${ .n"
            + " }'}}}, {w: {switch: [{big: {when: '${ . > 5 }', then: end}}]}}]");
    row("`for` over 10 items, a `set` in each", "do: [" + loop("", "{c: {set: {n: 1}}}") + "]");
    row("`for` over 10 items, a call in each", "do: [" + loop("", "{c: {call: f}}") + "]");
    row(
        "the same, 5 items at a time",
        "do: [" + loop("metadata: {parallelism: 5}, ", "{c: {call: f}}") + "]");
    row("`fork` of 3 branches, a call in each", "do: [" + fork("") + "]");
    row("`fork` that competes, the same", "do: [" + fork("compete: true, ") + "]");
  }

  private static String loop(String metadata, String task) {
    return "{l: {for: {in: '[range(10)]'}, " + metadata + "do: [" + task + "]}}";
  }

  private static String fork(String compete) {
    return "{w: {fork: {"
        + compete
        + "branches: [{a: {call: f}}, {b: {call: f}}, {c: {call: f}}]}}}";
  }

  private static void errors() {
    String body = "do: [{t: {try: [{a: {call: f}}], catch: {%s}}}]";
    row("`try` around a call that succeeds", body.formatted("do: [{h: {set: {x: 1}}}]"));
    row(
        "`try` around a call that fails, `catch` with a `set`",
        body.formatted("do: [{h: {set: {x: 1}}}]"),
        failing(1));
    row(
        "`try` around a call that fails once, `retry` after a second",
        body.formatted("retry: {delay: PT1S, limit: {attempt: {count: 3}}}"),
        failing(1));
    row(
        "`raise`, caught",
        "do: [{t: {try: [" + raise() + "], catch: {do: [{h: {set: {x: 1}}}]}}}]");
  }

  private static String raise() {
    return "{r: {raise: {error: {type: 'https://example.com/e', status: 400, title: t}}}}";
  }

  private static Function<CallSpec, Outcome> failing(int times) {
    int[] left = {times};
    return call -> left[0]-- > 0 ? Plays.failure("no") : Plays.success("1");
  }

  private static void timeAndEvents() {
    row("`wait` for a second", "do: [{w: {wait: PT1S}}]");
    row("`timeout` around a call that is in time", "do: [{a: {call: f, timeout: {after: PT9S}}}]");
    row("`emit` that nobody hears", "do: [{e: {emit: {event: {with: {type: t, source: /s}}}}}]");
    Stage listening =
        Stage.echoing(Plays.calling("do: [{l: {listen: {to: {one: {with: {type: t}}}}}}]"));
    row(
        "`listen` to one event, which comes from outside",
        listening.told("{\"type\":\"t\",\"source\":\"/s\",\"data\":1}"));
  }

  private static void runs() {
    String body = "do: [{r: {run: {workflow: {namespace: test, name: other, version: latest}%s}}}]";
    row("`run` of a composition of one call, awaited", running(body.formatted("")));
    row("the same, not awaited", running(body.formatted(", await: false")));
  }

  private static Stage running(String body) {
    Composition other =
        Stage.compiled(
            """
            document: {dsl: '1.0.3', namespace: test, name: other, version: 1.0.0}
            use:
              functions:
                f: {call: faas, with: {implementations: [{id: one, account: a, timeout: PT5S}]}}
            do: [{a: {call: f}}]
            """);
    return Stage.echoing(Plays.calling(body)).with(List.of(other)).untilAllHasEnded();
  }

  private static void row(String what, String body) {
    row(what, Stage.echoing(Plays.calling(body)));
  }

  private static void row(String what, String body, Function<CallSpec, Outcome> provider) {
    row(what, Plays.with(Plays.calling(body), provider));
  }

  private static void row(String what, Stage stage) {
    stage.writingLikeANode().play("{}");
    if (stage.output.isEmpty()) {
      throw new IllegalStateException(what + " did not complete: " + stage.problem);
    }
    System.out.printf(
        Locale.ROOT,
        "| %s | %d | %,d | %d |%n",
        what,
        stage.cost(),
        stage.costBytes(),
        MEMBERS * stage.cost());
  }
}
