package io.corale.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.wire.Common;
import io.corale.wire.Door;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All that a cell remembers, line by line, or a clear word why not. */
final class ExportCommandTest {
  private final Shell shell = new Shell();

  @TempDir Path folder;

  @Test
  void writesAllPagesOneObjectInEachLine() {
    pages();

    int code = shell.corale("export", "--label", "run=7");

    assertThat(code).isEqualTo(Exit.OK);
    List<String> lines = shell.out().lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).startsWith("{\"invocation\":\"i-1\"");
    assertThat(lines.get(2)).startsWith("{\"invocation\":\"i-3\"");
    assertThat(shell.line.asked)
        .extracting(each -> each.request().getList().getAfter())
        .containsExactly("", "i-2");
    assertThat(shell.line.asked)
        .allMatch(each -> each.request().getList().getLabel().equals("run=7"));
    assertThat(shell.err().lines()).containsExactly("2 invocations so far", "3 invocations");
  }

  @Test
  void writesTracesWhereAskedAndTheStatusOfWhatIsForgottenByThen() {
    pages();

    int code = shell.corale("export", "--traces");

    assertThat(code).isEqualTo(Exit.OK);
    assertThat(shell.out().lines())
        .hasSize(3)
        .anyMatch(line -> line.contains("\"events\""))
        .anyMatch(line -> !line.contains("\"events\"") && line.contains("i-2"));
  }

  @Test
  void writesIntoANewFileOnly() throws IOException {
    pages();
    Path file = folder.resolve("history.ndjson");

    assertThat(shell.corale("export", "--out", file.toString())).isEqualTo(Exit.OK);
    assertThat(shell.corale("export", "--out", file.toString())).isEqualTo(Exit.USAGE);

    assertThat(Files.readAllLines(file)).hasSize(3);
    assertThat(shell.out()).isEmpty();
    assertThat(shell.err()).contains("--out " + file + ": there is such a file already");
  }

  /** Two pages of three invocations; of the second one the trace is gone. */
  private void pages() {
    shell.line.node(
        "a:1",
        question -> {
          Door.Request asked = question.request();
          Door.Response.Builder answer = Door.Response.newBuilder();
          if (asked.hasTrace() && asked.getTrace().getInvocation().equals("i-2")) {
            answer.setRefused(Common.Refusal.newBuilder().setCode(Common.Refusal.Code.NOT_FOUND));
          } else if (asked.hasTrace()) {
            answer.setTrace(
                Door.TraceReport.newBuilder()
                    .setStatus(status(asked.getTrace().getInvocation()))
                    .addEvents(
                        Door.TraceEvent.newBuilder().setKind(Door.TraceEvent.Kind.ACCEPTED)));
          } else if (asked.getList().getAfter().isEmpty()) {
            answer.setList(
                Door.InvocationList.newBuilder()
                    .addInvocations(status("i-1"))
                    .addInvocations(status("i-2"))
                    .setNext("i-2"));
          } else {
            answer.setList(Door.InvocationList.newBuilder().addInvocations(status("i-3")));
          }
          question.answer().complete(answer.build());
        });
  }

  private static Door.InvocationStatus.Builder status(String id) {
    return Door.InvocationStatus.newBuilder()
        .setInvocation(id)
        .setComposition(Common.CompositionRef.newBuilder().setName("album").setVersion("1.0.0"))
        .setServiceClass(Common.ServiceClass.STANDARD)
        .setPhase(Door.Phase.COMPLETED);
  }
}
