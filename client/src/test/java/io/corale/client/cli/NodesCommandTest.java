package io.corale.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.wire.Common;
import io.corale.wire.Door;
import org.junit.jupiter.api.Test;

/** Who is there, and nothing that is not known of them. */
final class NodesCommandTest {
  private final Shell shell = new Shell();

  private void answers(Door.NodeReport.Builder... nodes) {
    Door.NodeList.Builder list = Door.NodeList.newBuilder();
    for (Door.NodeReport.Builder node : nodes) {
      list.addNodes(node);
    }
    Door.Response response = Door.Response.newBuilder().setNodes(list).build();
    shell.line.node("a:1", question -> question.answer().complete(response));
  }

  private static Door.NodeReport.Builder node(String name) {
    return Door.NodeReport.newBuilder()
        .setNode(Common.Incarnation.newBuilder().setNode(name).setBoot(1))
        .setDoorAddress(name + ":1")
        .setRaftAddress(name + ":2")
        .setState("ALIVE")
        .setReadsFormat(11)
        .setBuild("test");
  }

  /** Those that only the former overlay knows. */
  @Test
  void saysHowLongAgoANodeWasHeardOnlyWhereThatIsKnown() {
    answers(node("n1").setHeardMillis(0), node("n2").setHeardMillis(1_234), node("n3"));

    int code = shell.corale("nodes");

    assertThat(code).isEqualTo(Exit.OK);
    assertThat(shell.out().lines())
        .anyMatch(line -> line.matches("n1#1 .* 0\\.0s +11 .*"))
        .anyMatch(line -> line.matches("n2#1 .* 1\\.2s +11 .*"))
        .anyMatch(line -> line.matches("n3#1 .* - +- +11 .*"));
  }

  @Test
  void saysItInJsonOnlyWhereThatIsKnown() {
    answers(node("n2").setHeardMillis(0), node("n3"));

    shell.corale("nodes", "--output", "json");

    assertThat(shell.out()).containsOnlyOnce("heardMillis");
  }
}
