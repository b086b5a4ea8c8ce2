package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.model.Event;
import io.corale.model.Payload;
import io.corale.scheduler.Transition;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code emit} and {@code listen}. */
class EventTest {
  private static Stage listening(String body) {
    return Stage.echoing(Plays.calling(body));
  }

  private static String told(String type, String data) {
    return "{\"type\":\"" + type + "\",\"data\":" + data + "}";
  }

  @Test
  void emitGivesTheEventThatItEmits() {
    Stage stage =
        listening(
                """
                do:
                  - greet:
                      emit:
                        event:
                          with:
                            type: com.example.greeted.v1
                            source: https://example.com
                            priority: 3
                            subject: '${ null }'
                            data: {text: '${ "Hello \\(.name)" }'}
                """)
            .play("{\"name\":\"Ada\"}");

    assertThat(stage.outputJson())
        .isEqualTo(
            "{\"specversion\":\"1.0\",\"id\":\"i/1767323045000/0.0.0\",\"source\":\"https://example.com\",\"time\":\"2026-01-02T03:04:05Z\",\"data\":{\"text\":\"Hello"
                + " Ada\"},\"priority\":3,\"type\":\"com.example.greeted.v1\","
                + "\"datacontenttype\":\"application/json\"}");
    Event event = stage.emitted.get(0);
    assertThat(event.content().json()).isEqualTo(stage.outputJson());
    assertThat(event.subject()).isEmpty();
  }

  @Test
  void emitFillsInWhereItComesFrom() {
    Stage stage = listening("do: [{e: {emit: {event: {with: {type: t}}}}}]").play("{}");

    assertThat(stage.emitted.get(0).source()).isEqualTo("/test/play");
    assertThat(stage.outputJson()).doesNotContain("datacontenttype");
  }

  @Test
  void anAttributeThatIsNoneIsAnErrorOfTheTask() {
    for (String with :
        List.of(
            "{type: '${ 7 }'}",
            "{type: '${ \"\" }'}",
            "{type: t, time: '${ \"noon\" }'}",
            "{type: t, level: '${ [1] }'}")) {
      Stage stage = listening("do: [{e: {emit: {event: {with: " + with + "}}}}]").play("{}");

      assertThat(stage.fault().instance()).isEqualTo("/do/0/e/emit/event/with");
      assertThat(stage.fault().status()).isEqualTo(400);
      assertThat(stage.emitted).isEmpty();
    }
  }

  @Test
  void listenToOneGivesAListOfOne() {
    Stage stage =
        listening("do: [{l: {listen: {to: {one: {with: {type: paid}}}}}}]")
            .told(told("sent", "1"))
            .told(told("paid", "{\"n\":2}"))
            .told(told("paid", "3"))
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("[{\"n\":2}]");
  }

  @Test
  void filtersLookIntoDataAndAttributes() {
    Stage stage =
        listening(
                """
                do:
                  - l:
                      listen:
                        to:
                          one:
                            with:
                              type: '${ startswith("com.") }'
                              subject: '${ $input.want }'
                              level: 3
                              data: {order: {id: '${ . > 5 }', state: paid}}
                """)
            .told(told("com.a", "{\"order\":{\"id\":7,\"state\":\"paid\"}}"))
            .told(
                "{\"type\":\"com.a\",\"subject\":\"s\",\"level\":3,\"data\":{\"order\":{\"id\":4,"
                    + "\"state\":\"paid\"}}}")
            .told("{\"type\":\"com.a\",\"subject\":\"s\",\"level\":3,\"data\":\"no object\"}")
            .told(
                "{\"type\":\"com.a\",\"subject\":\"s\",\"level\":3.0,\"data\":{\"order\":{\"id\":7,"
                    + "\"state\":\"paid\",\"more\":1}}}")
            .play("{\"want\":\"s\"}");

    assertThat(stage.outputJson())
        .isEqualTo("[{\"order\":{\"id\":7,\"state\":\"paid\",\"more\":1}}]");
  }

  /** An event that is too much for one filter is not lost to the others. */
  @Test
  void noFilterSpendsWhatAnotherNeeds() {
    Stage stage =
        listening(
                """
                do:
                  - l:
                      listen:
                        to:
                          any:
                            - with: {type: a, data: '${ [range(10000000)] | length == . }'}
                            - with: {type: a, data: '${ . == 7 }'}
                """)
            .told(told("a", "7"))
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("[7]");
  }

  @Test
  void allTakesOneForEachFilterAndCorrelatesThem() {
    Stage stage =
        listening(
                """
                do:
                  - l:
                      listen:
                        to:
                          all:
                            - with: {type: paid}
                              correlate: {order: {from: .data.order}}
                            - with: {type: sent}
                              correlate: {order: {from: .subject}}
                """)
            .told("{\"type\":\"sent\",\"subject\":\"7\",\"data\":\"s7\"}")
            .told("{\"type\":\"sent\",\"subject\":\"7\",\"data\":\"again\"}")
            .told(told("paid", "{\"order\":\"8\"}"))
            .told(told("paid", "{}"))
            .told(told("paid", "\"no object\""))
            .told(told("paid", "{\"order\":\"7\"}"))
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("[\"s7\",{\"order\":\"7\"}]");
  }

  @Test
  void aCorrelationMayExpectAValue() {
    Stage stage =
        listening(
                """
                do:
                  - l:
                      listen:
                        to:
                          one:
                            with: {type: paid}
                            correlate: {order: {from: .data.order, expect: '${ .wanted }'}}
                """)
            .told(told("paid", "{\"order\":1}"))
            .told(told("paid", "{\"order\":2}"))
            .play("{\"wanted\":2}");

    assertThat(stage.outputJson()).isEqualTo("[{\"order\":2}]");
  }

  /** What others send must not make the task fail. */
  @Test
  void aNumberThatIsNoneFitsNothing() {
    Stage stage =
        listening("do: [{l: {listen: {to: {one: {with: {type: t, data: {n: 3}}}}}}}]")
            .told(told("t", "{\"n\":1e400}"))
            .told(told("t", "{\"n\":3.0}"))
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("[{\"n\":3.0}]");
  }

  @Test
  void anyWithoutUntilTakesOne() {
    Stage stage =
        listening("do: [{l: {listen: {to: {any: [{with: {type: a}}, {with: {type: b}}]}}}}]")
            .told(told("c", "1"))
            .told(told("b", "2"))
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("[2]");
  }

  @Test
  void anyGoesOnUntilItsConditionHolds() {
    Stage stage =
        listening("do: [{l: {listen: {to: {any: [], until: '( . | length ) > 2'}}}}]")
            .told(told("a", "1"))
            .told(told("b", "2"))
            .told(told("c", "3"))
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("[1,2,3]");
  }

  /** What ends the listening is not part of what was heard. */
  @Test
  void anyGoesOnUntilOtherEventsHaveCome() {
    Stage stage =
        listening(
                """
                do:
                  - l:
                      listen:
                        to:
                          any: [{with: {type: beat, data: '${ . > 100 }'}}]
                          until: {all: [{with: {type: left}}, {with: {type: closed}}]}
                """)
            .told(told("beat", "120"))
            .told(told("closed", "0"))
            .told(told("beat", "60"))
            .told(told("beat", "130"))
            .told(told("left", "0"))
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("[120,130]");
  }

  @Test
  void foreachDoesItsTasksForOneEventAfterTheOther() {
    Stage stage =
        listening(
                """
                do:
                  - l:
                      listen: {to: {any: [{with: {type: a}}], until: 'length == 3'}}
                      foreach:
                        item: event
                        at: i
                        do:
                          - ask: {call: f, with: {n: '${ $event }', i: '${ $i }'}}
                          - pause: {wait: PT1S}
                          - ten: {set: '${ .n * 10 + $i }'}
                        output: {as: '${ {got: .} }'}
                        export: {as: '($context // []) + [$output.got]'}
                      output: {as: '${ {all: ., seen: $context} }'}
                """)
            .told(told("a", "1"))
            .told(told("a", "2"))
            .told(told("a", "3"))
            .play("{}");

    assertThat(stage.outputJson())
        .isEqualTo("{\"all\":[{\"got\":10},{\"got\":21},{\"got\":32}],\"seen\":[10,21,32]}");
    assertThat(stage.calls).hasSize(3);
  }

  /** Without tasks it only shapes what was heard. */
  @Test
  void foreachMayOnlyShape() {
    Stage stage =
        listening(
                """
                do:
                  - l:
                      listen: {to: {one: {with: {type: a}}}, read: envelope}
                      foreach: {output: {as: '${ .type + "!" }'}}
                """)
            .told(told("a", "1"))
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("[\"a!\"]");
  }

  @Test
  void exitInForeachEndsWhatIsDoneForThatEvent() {
    Stage stage =
        listening(
                """
                do:
                  - l:
                      listen: {to: {any: [], until: 'length == 3'}}
                      foreach:
                        do:
                          - look: {switch: [{two: {when: $item == 2, then: exit}}]}
                          - more: {set: '"more"'}
                """)
            .told(told("a", "1"))
            .told(told("a", "2"))
            .told(told("a", "3"))
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("[\"more\",2,\"more\"]");
  }

  @Test
  void readsDataEnvelopeOrRaw() {
    String body = "do: [{l: {listen: {to: {one: {with: {type: a}}}, read: %s}}}]";
    String event = "{\"type\":\"a\",\"id\":\"7\",\"data\":{\"x\":[1]}}";

    assertThat(listening(body.formatted("data")).told(event).play("{}").outputJson())
        .isEqualTo("[{\"x\":[1]}]");
    assertThat(listening(body.formatted("raw")).told(event).play("{}").outputJson())
        .isEqualTo("[\"{\\\"x\\\":[1]}\"]");
    assertThat(listening(body.formatted("envelope")).told(event).play("{}").outputJson())
        .contains("\"id\":\"7\"", "\"specversion\":\"1.0\"", "\"data\":{\"x\":[1]}");
    assertThat(
            listening(body.formatted("data"))
                .told("{\"type\":\"a\",\"data_base64\":\"AQI=\"}")
                .play("{}")
                .outputJson())
        .isEqualTo("[\"AQI=\"]");
  }

  /** What was addressed before, and what one task passes over, is there for the next. */
  @Test
  void whatIsAddressedWaitsForTheTaskThatWantsIt() {
    Stage stage =
        listening(
                """
                do:
                  - ask: {call: f, with: {}}
                  - first: {listen: {to: {one: {with: {type: answer, data: '${ .n == 1 }'}}}}}
                  - second: {listen: {to: {one: {with: {type: answer, data: '${ .n == 2 }'}}}}}
                """)
            .addressed(told("answer", "{\"n\":2}"))
            .addressed(told("answer", "{\"n\":1}"))
            .taking(call -> 1_000_000)
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("[{\"n\":2}]");
  }

  @Test
  void aTimeoutEndsTheListening() {
    Stage stage =
        listening(
                """
                do:
                  - t:
                      try: [{l: {timeout: {after: PT1H}, listen: {to: {one: {with: {type: a}}}}}}]
                      catch: {errors: {with: {status: 408}}, do: [{late: {set: '"late"'}}]}
                """)
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("\"late\"");
    assertThat(stage.ageMicros()).isEqualTo(3_600_000_000L);
  }

  @Test
  void branchesTalkToEachOther() {
    Stage stage =
        listening(
                """
                do:
                  - both:
                      fork:
                        branches:
                          - hear: {listen: {to: {one: {with: {type: said}}}}}
                          - say:
                              do:
                                - ask: {call: f, with: {n: 1}}
                                - tell: {emit: {event: {with: {type: said, data: '${ .n }'}}}}
                                - done: {set: '"done"'}
                """)
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("[[1],\"done\"]");
  }

  /** A fork whose branches do not wait opens none, but what they say is said. */
  @Test
  void whatIsEmittedInAForkWithoutAWaitIsEmitted() {
    Stage stage =
        listening(
                """
                do:
                  - both:
                      fork:
                        branches:
                          - one: {emit: {event: {with: {type: a}}}}
                          - two: {emit: {event: {with: {type: b}}}}
                  - none: {set: '${ length }'}
                """)
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("2");
    assertThat(stage.emitted).extracting(Event::type).containsExactly("a", "b");
    assertThat(stage.emitted).extracting(Event::id).doesNotHaveDuplicates();
  }

  @Test
  void whatWasEmittedBeforeAnErrorIsEmitted() {
    Stage stage =
        listening(
                """
                do:
                  - say: {emit: {event: {with: {type: a}}}}
                  - stop: {raise: {error: {type: 'https://example.com/no', status: 500}}}
                """)
            .play("{}");

    assertThat(stage.fault().status()).isEqualTo(500);
    assertThat(stage.emitted).hasSize(1);
  }

  /** As without the fork: what was said is said, whatever happens beside it. */
  @Test
  void whatABranchHasEmittedIsEmittedThoughItsSiblingFails() {
    String fork =
        "{both: {fork: {branches: [{say: {emit: {event: {with: {type: a}}}}}, {stop: {raise:"
            + " {error: {type: 'https://example.com/no', status: 500}}}}]}}}";

    Stage caught =
        listening(
                "do: [{t: {try: ["
                    + fork
                    + "], catch: {do: [{e: {emit: {event: {with: {type: b}}}}}]}}}]")
            .play("{}");
    Stage faulted = listening("do: [" + fork + "]").play("{}");

    assertThat(caught.emitted).extracting(Event::type).containsExactly("a", "b");
    assertThat(caught.emitted).extracting(Event::id).doesNotHaveDuplicates();
    assertThat(faulted.fault().status()).isEqualTo(500);
    assertThat(faulted.emitted).extracting(Event::type).containsExactly("a");
  }

  /** However large they are together, each within its own bound. */
  @Test
  void aLastTaskMayEmitExportAndGiveMuch() {
    Stage stage =
        listening(
                """
                do:
                  - say: {emit: {event: {with: {type: a, data: '${ "x" * 12000 }'}}}}
                  - more:
                      emit: {event: {with: {type: a, data: '${ "x" * 32000 }'}}}
                      output: {as: '${ "o" * 32000 }'}
                      export: {as: '${ "c" * 30000 }'}
                """)
            .play("{}");

    assertThat(stage.outputJson()).hasSize(32_002);
    assertThat(stage.emitted).hasSize(2);
  }

  /** Others get their turn before a log entry is full of events. */
  @Test
  void emitsAsManyAsALoopSays() {
    Stage stage =
        listening(
                """
                do:
                  - many:
                      for: {in: '[range(3000)]'}
                      do:
                        - say: {emit: {event: {with: {type: a, data: '${ $item }'}}}}
                  - done: {set: '"done"'}
                """)
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("\"done\"");
    assertThat(stage.emitted).hasSize(3_000);
    assertThat(stage.emitted).extracting(Event::id).doesNotHaveDuplicates();
  }

  /** A listen inside of what another does for each event has an ear of its own. */
  @Test
  void listensInsideOfAListen() {
    Stage stage =
        listening(
                """
                do:
                  - orders:
                      listen: {to: {any: [{with: {type: order}}], until: 'length == 2'}}
                      foreach:
                        item: order
                        do:
                          - paid:
                              listen: {to: {one: {with: {type: paid, data: '${ . == $order }'}}}}
                          - note: {set: '${ {order: $order, paid: .[0]} }'}
                """)
            .told(told("order", "1"))
            .told(told("order", "2"))
            .told(told("paid", "2"))
            .told(told("paid", "1"))
            .told(told("paid", "2"))
            .play("{}");

    assertThat(stage.outputJson()).isEqualTo("[{\"order\":1,\"paid\":1},{\"order\":2,\"paid\":2}]");
  }

  /** A list that nobody will get is not gathered. */
  @Test
  void endlessListeningRemembersNoMoreAndMore() {
    Stage stage =
        listening(
            """
            do:
              - l:
                  listen: {to: {any: [], until: '${ false }'}}
                  foreach:
                    do:
                      - look: {switch: [{enough: {when: $item == 400, then: last}}]}
                      - more: {set: '${ "x" * 200 }', then: leave}
                      - last: {set: '"last"', then: end}
                      - leave: {set: '${ . }'}
            """);
    for (int i = 1; i <= 400; i++) {
      stage.told(told("a", "" + i));
    }

    stage.withoutInvariants().play("{}");

    assertThat(stage.outputJson()).isEqualTo("\"last\"");
    assertThat(stage.mostStateBytes()).isLessThan(100);
  }

  @Test
  void whatIsGatheredMustFit() {
    Stage stage =
        listening("do: [{l: {listen: {to: {any: [], until: 'length > 2'}}}}]")
            .told(told("a", "\"" + "x".repeat(20_000) + "\""))
            .told(told("a", "\"" + "x".repeat(20_000) + "\""))
            .play("{}");

    assertThat(stage.fault().detail()).contains("what the branch must remember");
  }

  @Test
  void anEventThatDoesNotFitCostsOneSmallEntry() {
    Stage stage =
        listening("do: [{l: {listen: {to: {one: {with: {type: a, data: '${ . == 2 }'}}}}}}]")
            .told(told("a", "1"))
            .told(told("a", "2"))
            .play("{}");

    Transition passes = stage.transitions.get(1);
    assertThat(passes.steps()).containsExactly(new Transition.Step.Hear(0, 7, true));
    assertThat(stage.outputJson()).isEqualTo("[2]");
  }

  @Test
  void readsOnlyWhatIsAnEvent() {
    for (String event :
        List.of(
            "7",
            "{}",
            "{\"specversion\":\"0.3\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\"}",
            "{\"specversion\":\"1.0\",\"source\":\"s\",\"type\":\"t\"}",
            "{\"specversion\":\"1.0\",\"id\":1,\"source\":\"s\",\"type\":\"t\"}",
            "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"Bad\":1}",
            "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"a\":{}}",
            "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"data\":1,"
                + "\"data_base64\":\"AQ==\"}")) {
      assertThatThrownBy(() -> CloudEvents.read(Payload.ofJson(event)))
          .as(event)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
