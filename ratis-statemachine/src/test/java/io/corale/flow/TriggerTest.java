package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Ending;
import io.corale.model.InvocationId;
import io.corale.model.Payload;
import io.corale.scheduler.Overlap;
import io.corale.scheduler.Timing;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How compositions begin by events: what fits, what belongs together, and what they get. */
class TriggerTest {
  private static Composition on(String on) {
    return Stage.compiled(
        """
        document: {dsl: '1.0.3', namespace: acme, name: house, version: 1.0.0}
        schedule:
          on:
        %s
        input: {from: '[.[].id]'}
        do:
          - keep: {set: {ids: '${ . }'}}
        """
            .formatted(on.indent(4)));
  }

  private static String event(String id, String type, String data) {
    return "{\"id\":\"%s\",\"type\":\"%s\",\"data\":%s}".formatted(id, type, data);
  }

  /** The ids of the events of each invocation, in the order in which they began. */
  private static List<String> begun(Composition composition, int turns, String... events) {
    Stage stage =
        Stage.echoing(composition).untilAllHasEnded().triggered(List.of(events)).playTurns(turns);
    assertThat(stage.ended).hasSize(turns);
    return IntStream.rangeClosed(1, turns)
        .mapToObj(number -> stage.ended.get(InvocationId.scheduled("house", number)))
        .map(ending -> ((Ending.Completed) ending).output().json())
        .toList();
  }

  private static String ids(String... ids) {
    return "{\"ids\":" + Json.write(Json.read(Payload.ofJson(quoted(ids))).orElseThrow()) + "}";
  }

  private static String quoted(String... ids) {
    return "[\"" + String.join("\",\"", ids) + "\"]";
  }

  @Test
  void namesAreComparedByTheReplicaAlone() {
    Composition composition = on("any: [{with: {type: frost}}, {with: {type: hail, source: /s}}]");

    Scheduling scheduling = composition.schedule().orElseThrow();

    assertThat(scheduling.timing())
        .isInstanceOfSatisfying(
            Timing.On.class,
            on -> {
              assertThat(on.isExact()).isTrue();
              assertThat(on.isAll()).isFalse();
            });
    assertThat(scheduling.words()).isEqualTo("on frost or hail from /s");
    assertThat(scheduling.overlap()).isEqualTo(Overlap.ALLOW);
  }

  @Test
  void anyEventAtAll() {
    Composition composition = on("any: []");

    assertThat(composition.schedule().orElseThrow().words()).isEqualTo("on any type");
    assertThat(begun(composition, 2, event("1", "a", "1"), event("2", "b", "2")))
        .containsExactly(ids("1"), ids("2"));
  }

  @Test
  void theInputIsTheListOfTheWholeEvents() {
    Composition composition =
        Stage.compiled(
            """
            document: {dsl: '1.0.3', namespace: acme, name: house, version: 1.0.0}
            schedule: {on: {one: {with: {type: frost}}}}
            do:
              - keep: {set: {all: '${ . }', same: '${ $workflow.input == . }'}}
            """);

    assertThat(begun(composition, 1, event("1", "frost", "{\"house\":7}")))
        .containsExactly(
            "{\"all\":[{\"id\":\"1\",\"type\":\"frost\",\"data\":{\"house\":7},"
                + "\"specversion\":\"1.0\",\"source\":\"/stage\"}],\"same\":true}");
  }

  @Test
  void expressionsAreJudgedByTheInterpreter() {
    Composition composition = on("one: {with: {type: frost, data: '${ .celsius < 0 }'}}");

    assertThat(composition.schedule().orElseThrow().words()).isEqualTo("on frost, filtered");
    assertThat(
            begun(
                composition,
                1,
                event("1", "frost", "{\"celsius\":3}"),
                event("2", "frost", "\"no number\""),
                event("3", "frost", "{\"celsius\":-3}")))
        .containsExactly(ids("3"));
  }

  /** Events of several orders come mixed; each set is whole for itself. */
  @Test
  void whatBelongsTogetherIsToldByCorrelation() {
    Composition composition =
        on(
            """
            all:
              - {with: {type: paid}, correlate: {order: {from: .data.order}}}
              - {with: {type: sent}, correlate: {order: {from: .data.order}}}\
            """);

    assertThat(
            begun(
                composition,
                3,
                event("1", "paid", "{\"order\":1}"),
                event("2", "paid", "{\"order\":2}"),
                event("3", "sent", "{\"order\":2}"),
                event("4", "sent", "{\"order\":3}"),
                event("5", "sent", "{\"order\":1}"),
                event("6", "sent", "{\"order\":null}"),
                event("7", "paid", "{\"order\":3.0}")))
        .containsExactly(ids("2", "3"), ids("1", "5"), ids("4", "7"));
  }

  @Test
  void aCorrelationMayExpectAConstant() {
    Composition composition =
        on("one: {with: {type: paid}, correlate: {shop: {from: .data.shop, expect: north}}}");

    assertThat(
            begun(
                composition,
                1,
                event("1", "paid", "{\"shop\":\"south\"}"),
                event("2", "paid", "{\"shop\":\"north\"}")))
        .containsExactly(ids("2"));
  }

  /** Filters may be alike: two of a kind are a pair. */
  @Test
  void aPairIsTwoEventsOfOneKind() {
    Composition composition = on("all: [{with: {type: shoe}}, {with: {type: shoe}}]");

    assertThat(
            begun(
                composition,
                1,
                event("1", "shoe", "1"),
                event("2", "shoe", "2"),
                event("3", "shoe", "3")))
        .containsExactly(ids("1", "2"));
  }

  /** An input has its bounds also where nobody submits it. */
  @Test
  void tooMuchTogetherFaultsByName() {
    Composition composition = on("all: [{with: {type: a}}, {with: {type: b}}]");
    String large = "\"" + "x".repeat(20_000) + "\"";

    Stage stage =
        Stage.echoing(composition)
            .untilAllHasEnded()
            .triggered(List.of(event("1", "a", large), event("2", "b", large)))
            .playTurns(1);

    assertThat(stage.ended.get(InvocationId.scheduled("house", 1)))
        .isInstanceOfSatisfying(
            Ending.Faulted.class,
            faulted -> assertThat(faulted.problem().detail()).contains("the input is 40"));
  }

  /** What never ends is not for it; others get their turn. */
  @Test
  void anExpressionWithoutEndFitsNothing() {
    Composition composition =
        on(
            """
            any:
              - {with: {type: a, data: '${ last(range(1e9)) > 0 }'}}
              - {with: {type: b}}\
            """);

    assertThat(begun(composition, 1, event("1", "a", "1"), event("2", "b", "2")))
        .containsExactly(ids("2"));
  }
}
