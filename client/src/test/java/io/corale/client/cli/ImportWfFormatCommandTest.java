package io.corale.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.client.ScriptedLine;
import io.corale.wire.Common;
import io.corale.wire.Door;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportWfFormatCommandTest {
  private static final String RECORD =
      """
      {"name": "Two Steps", "schemaVersion": "1.5", "workflow": {
        "specification": {"tasks": [
          {"id": "a", "parents": [], "children": ["b"]},
          {"id": "b", "parents": ["a"], "children": []}]},
        "execution": {"tasks": [
          {"id": "a", "runtimeInSeconds": 2, "command": {"program": "work"}},
          {"id": "b", "runtimeInSeconds": 3, "command": {"program": "work"}}]}}}
      """;

  private final Shell shell = new Shell();
  private final ScriptedLine line = shell.line;

  @BeforeEach
  void pipeTheRecordIn() {
    shell.in = RECORD;
  }

  @Test
  void theCompositionGoesToStandardOutputAndTheReportBesideIt() {
    int code = shell.corale("import", "wfformat", "-", "--time-scale", "0.1");

    assertThat(code).isEqualTo(Exit.OK);
    assertThat(shell.out()).startsWith("document:\n").contains("name: two-steps");
    assertThat(shell.err()).contains("2 tasks, 1 dependencies").contains("0.500 s");
    assertThat(line.asked).isEmpty();
  }

  @Test
  void itIsWrittenToTheNamedFile(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("out.yaml");

    int code = shell.corale("import", "wfformat", "-", "--time-scale", "1", "-o", file.toString());

    assertThat(code).isEqualTo(Exit.OK);
    assertThat(shell.out()).isEmpty();
    assertThat(file).content().contains("latencyMillis: 2000").contains("latencyMillis: 3000");
  }

  @Test
  void withRunItIsPublishedAndStartedAtItsVersion() {
    line.node(
        "a:1",
        question -> {
          if (question.request().hasPublish()) {
            question
                .answer()
                .complete(
                    Door.Response.newBuilder()
                        .setPublished(
                            Door.Published.newBuilder()
                                .setComposition(
                                    Common.CompositionRef.newBuilder()
                                        .setName("two-steps")
                                        .setVersion("2.0.0")))
                        .build());
          } else {
            question.accept(true);
            question.complete("{}");
          }
        });

    int code =
        shell.corale(
            "import", "wfformat", "-", "--time-scale", "0.1", "--version", "2.0.0", "--run");

    assertThat(code).isEqualTo(Exit.OK);
    assertThat(line.asked.get(1).request().getSubmit().getComposition()).isEqualTo("two-steps");
    assertThat(line.asked.get(1).request().getSubmit().getVersion()).isEqualTo("2.0.0");
    assertThat(shell.out().strip()).isEqualTo("{}");
    assertThat(shell.err()).contains("makespan").contains("critical path of 0.500 s");
  }

  @Test
  void aRecordThatCannotBeUsedIsRefusedInOneLine() {
    shell.in = RECORD.replace("\"parents\": []", "\"parents\": [\"b\"]");

    int code = shell.corale("import", "wfformat", "-", "--time-scale", "0.1");

    assertThat(code).isEqualTo(Exit.USAGE);
    assertThat(shell.err().lines())
        .containsExactly("corale import wfformat: -: the tasks wait in a circle: a -> b -> a");
  }

  @Test
  void aScaleThatIsNoScaleIsRefused() {
    int code = shell.corale("import", "wfformat", "-", "--time-scale", "0");

    assertThat(code).isEqualTo(Exit.USAGE);
    assertThat(shell.err()).contains("the time scale must be above 0");
  }
}
