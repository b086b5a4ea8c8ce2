package io.corale.client.wfformat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.model.AccountId;
import io.corale.model.CompositionRef;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ImportedCompositionTest {
  private static final ImportOptions TENTH =
      new ImportOptions(new CompositionRef("drawn", "1.0.0"), new AccountId("sim"), 0.1);

  @Test
  void theSourceReadsAsPeopleWriteIt() throws UnusableWorkflowException {
    // given
    RecordedWorkflow workflow = Graphs.workflow("a b:2<a c<a d<c e<b,d");
    // when
    ImportedComposition composition = ImportedComposition.of(workflow, TENTH);
    // then
    assertThat(composition.yaml())
        .isEqualTo(
            """
            document:
              dsl: "1.0.3"
              namespace: wfcommons
              name: drawn
              version: "1.0.0"
              summary: "The recorded workflow drawn, its durations times 0.1"
            use:
              functions:
                work: {call: faas, with: {implementations: [{id: sim, account: sim, \
            timeout: PT5.4S, expected: PT0.12S, latency: argument}]}}
            do:
              - a: {call: work, with: {task: a, latencyMillis: 100}, output: {as: {}}}
              - fork:
                  fork:
                    branches:
                      - b: {call: work, with: {task: b, latencyMillis: 200}, output: {as: {}}}
                      - chain:
                          do:
                            - c: {call: work, with: {task: c, latencyMillis: 100}, output: {as: {}}}
                            - d: {call: work, with: {task: d, latencyMillis: 100}, output: {as: {}}}
                  output: {as: {}}
              - e: {call: work, with: {task: e, latencyMillis: 100}, output: {as: {}}}
            """);
  }

  @Test
  void theCostOfBarriersIsTold() throws UnusableWorkflowException {
    // given an N whose b ends late
    RecordedWorkflow workflow = Graphs.workflow("a:5 b:2 c:5<a d:5<a,b");
    // when
    ImportedComposition composition = ImportedComposition.of(workflow, TENTH);
    // then
    assertThat(composition.report().lines())
        .containsExactly(
            "drawn: 4 tasks, 3 dependencies, every one kept",
            "1 barrier inserted, as the recorded order is not series-parallel (fewer do not"
                + " suffice)",
            "critical path: recorded 10.000 s, of the composition 10.000 s (+0.0 %); times 0.1:"
                + " 1.000 s and 1.000 s");
  }

  @Test
  void oddNamesBecomeNamesThatStayDifferent() throws UnusableWorkflowException {
    // given
    RecordedWorkflow workflow =
        new RecordedWorkflow(
            "odd",
            List.of(
                new RecordedTask("1 x", "http", 0, List.of()),
                new RecordedTask("1/x", "a.b", 0, List.of()),
                new RecordedTask("exit", "a b", 0, List.of()),
                new RecordedTask("fork", "true", 0, List.of())));
    // when
    ImportedComposition composition = ImportedComposition.of(workflow, TENTH);
    // then
    assertThat(composition.taskNames())
        .hasToString("{1 x=_1-x, 1/x=_1-x-2, exit=exit-2, fork=fork}");
    assertThat(composition.yaml())
        .contains("- fork-2:", "http-2: {call: faas", "a-b: {call", "a-b-2: {call", "\"true\": {");
  }

  @Test
  void aTaskTooLongForTheSimulationIsRefused() {
    assertThatThrownBy(() -> ImportedComposition.of(Graphs.workflow("a:36001"), TENTH))
        .isInstanceOf(UnusableWorkflowException.class)
        .hasMessageContaining("scale time down");
  }

  @Test
  void whatDoesNotFitIntoACompositionIsRefusedWithItsSize() {
    RecordedWorkflow wide =
        new RecordedWorkflow(
            "wide",
            IntStream.range(0, 1_500)
                .mapToObj(number -> new RecordedTask("t" + number, "work", 0, List.of()))
                .toList());
    assertThatThrownBy(() -> ImportedComposition.of(wide, TENTH))
        .isInstanceOf(UnusableWorkflowException.class)
        .hasMessageContaining("the limit is 81920");
  }

  @Test
  void moreBranchesThanAForkTakesAreNested() throws UnusableWorkflowException {
    RecordedWorkflow wide =
        new RecordedWorkflow(
            "wide",
            IntStream.range(0, 300)
                .mapToObj(number -> new RecordedTask("t" + number, "work", 0, List.of()))
                .toList());
    assertThat(ImportedComposition.of(wide, TENTH).yaml().lines())
        .filteredOn(line -> line.strip().startsWith("- fork"))
        .hasSize(151);
  }
}
