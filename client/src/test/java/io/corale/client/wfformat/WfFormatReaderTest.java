package io.corale.client.wfformat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class WfFormatReaderTest {
  @Test
  void aDependencyCountsWhoeverTellsOfIt() throws UnusableWorkflowException {
    // given a parent that only b names, and a child that only a names
    String record =
        record(
            "{'id': 'a', 'parents': [], 'children': ['c']},"
                + "{'id': 'b', 'parents': ['a'], 'children': []},"
                + "{'id': 'c', 'parents': [], 'children': []}",
            ran("a") + "," + ran("b") + "," + ran("c"));
    // when
    RecordedWorkflow workflow = WfFormatReader.read(record);
    // then
    assertThat(workflow.tasks()).extracting(RecordedTask::parents).hasToString("[[], [a], [a]]");
    assertThat(workflow.tasks().get(0).runtimeMicros()).isEqualTo(1_500_000);
    assertThat(workflow.tasks().get(0).program()).isEqualTo("work");
  }

  @Test
  void anUnknownParentIsRefusedByName() {
    refused(record("{'id': 'b', 'parents': ['ghost']}", ran("b")))
        .hasMessage("task 'b' names the parent 'ghost', which is not a task");
  }

  @Test
  void aTaskThatNeverRanIsRefusedByName() {
    refused(record("{'id': 'a'}", "")).hasMessageContaining("'a' has no entry");
  }

  @Test
  void aRepeatedIdIsRefusedByName() {
    refused(record("{'id': 'a'}, {'id': 'a'}", ran("a"))).hasMessageContaining("'a' stands twice");
  }

  @Test
  void anotherFormatIsRefusedByItsVersion() {
    refused("{'schemaVersion': '1.3', 'workflow': {'tasks': []}}".replace('\'', '"'))
        .hasMessageContaining("schemaVersion is '1.3'");
  }

  @Test
  void whatIsNotJsonIsRefused() {
    refused("workflow: x").hasMessageContaining("not JSON");
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ?> refused(String record) {
    return assertThatThrownBy(() -> WfFormatReader.read(record))
        .isInstanceOf(UnusableWorkflowException.class);
  }

  private static String ran(String id) {
    return "{'id': '" + id + "', 'runtimeInSeconds': 1.5, 'command': {'program': 'work'}}";
  }

  private static String record(String specified, String executed) {
    return ("{'name': 'n', 'schemaVersion': '1.5', 'workflow': {'specification': {'tasks': ["
            + specified
            + "]}, 'execution': {'tasks': ["
            + executed
            + "]}}}")
        .replace('\'', '"');
  }
}
