package io.corale.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Refusal;
import io.corale.wire.Common;
import io.corale.wire.Door;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which scheduler is led where and how much waits there, and nothing that is not known. */
final class OverlayCommandTest {
  private final Shell shell = new Shell();

  private static Common.Incarnation node(String name) {
    return Common.Incarnation.newBuilder().setNode(name).setBoot(3).build();
  }

  private static Door.SchedulerReport.Builder scheduler(int number) {
    return Door.SchedulerReport.newBuilder()
        .setOwner(String.format("o%04d", number))
        .setLeader(node("n1"))
        .setDoorAddress("n1:1")
        .setEpoch(1)
        .setTerm(7);
  }

  private void answers(Door.SchedulerReport.Builder... schedulers) {
    Door.OverlayReport.Builder report = Door.OverlayReport.newBuilder().setNode(node("n2"));
    List.of(schedulers).forEach(report::addSchedulers);
    Door.Response response = Door.Response.newBuilder().setOverlay(report).build();
    shell.line.node("a:1", question -> question.answer().complete(response));
  }

  /** A node that knows so many, and pages them as nodes do. */
  private void knows(int number) {
    shell.line.node(
        "a:1",
        question -> {
          Door.ShowOverlay asked = question.request().getShowOverlay();
          int from =
              asked.getAfterOwner().isEmpty()
                  ? 0
                  : Integer.parseInt(asked.getAfterOwner().substring(1)) + 1;
          int to = Math.min(number, from + asked.getLimit());
          Door.OverlayReport.Builder report =
              Door.OverlayReport.newBuilder().setNode(node("n2")).setHasMore(to < number);
          for (int each = from; each < to; each++) {
            report.addSchedulers(scheduler(each));
          }
          question.answer().complete(Door.Response.newBuilder().setOverlay(report).build());
        });
  }

  @Test
  void saysOnlyWhatIsKnown() {
    answers(
        scheduler(1).setClaimMillis(61_250).setPendingLeast(9).setPendingMost(11).setLoadMillis(40),
        scheduler(2).setLeaderGone(true).setPendingLeast(0).setPendingMost(0).setLoadMillis(0),
        Door.SchedulerReport.newBuilder().setOwner("o0003").setClaimMillis(500));

    int code = shell.corale("overlay");

    assertThat(code).isEqualTo(Exit.OK);
    assertThat(shell.out().lines())
        .anyMatch(line -> line.matches("o0001\\.0 +n1#3 +n1:1 +1 +7 +61\\.[23]s +9-11 +0\\.0s"))
        .anyMatch(line -> line.matches("o0002\\.0 +n1#3 \\(gone\\) +n1:1 +1 +7 +- +0 +0\\.0s"))
        .anyMatch(line -> line.matches("o0003\\.0 +\\(nobody\\) +- +- +- +0\\.5s +- +-"))
        .anyMatch(line -> line.equals("3 schedulers, as n2#3 knows them"));
  }

  @Test
  void saysItInJsonOnlyWhereThatIsKnown() {
    answers(
        scheduler(1).setPendingLeast(9).setPendingMost(11).setLoadMillis(40),
        Door.SchedulerReport.newBuilder().setOwner("o0002"));

    shell.corale("overlay", "--output", "json");

    assertThat(shell.out())
        .containsOnlyOnce("\"leader\"")
        .containsOnlyOnce("\"pendingMost\" : 11")
        .doesNotContain("claimMillis")
        .doesNotContain("next");
  }

  @Test
  void readsAllPagesAndSaysWhereItWasCut() {
    knows(2_500);

    shell.corale("overlay", "--limit", "2200");
    shell.corale("overlay", "--limit", "2200", "--after", "o2199.0");

    assertThat(shell.out())
        .contains("2200 schedulers")
        .containsOnlyOnce("more: --after o2199.0")
        .contains("300 schedulers");
    assertThat(shell.line.asked).hasSize(4);
  }

  @Test
  void saysThatANodeOfAnOlderBuildCannotTell() {
    shell.line.node(
        "a:1", question -> question.refuse(Refusal.Code.UNSUPPORTED, "of a kind unknown"));

    int code = shell.corale("overlay");

    assertThat(code).isEqualTo(Exit.of(Refusal.Code.UNSUPPORTED));
    assertThat(shell.err()).contains("the build of this node is older");
  }

  @Test
  void refusesWhatMakesNoSense() {
    assertThat(shell.corale("overlay", "--limit", "0")).isEqualTo(Exit.USAGE);
    assertThat(shell.corale("overlay", "--after", "acme")).isEqualTo(Exit.USAGE);
    assertThat(shell.corale("overlay", "--watch")).as("no terminal").isEqualTo(Exit.USAGE);
    assertThat(shell.corale("overlay", "--watch", "--interval", "PT0S")).isEqualTo(Exit.USAGE);
    assertThat(shell.line.asked).isEmpty();
  }

  @Test
  void watchesUntilQIsPressed() {
    answers(scheduler(1));
    shell.isTerminal = true;
    shell.in = "q";

    int code = shell.corale("overlay", "--watch");

    assertThat(code).isEqualTo(Exit.OK);
    assertThat(shell.out()).containsOnlyOnce("1 scheduler, as n2#3 knows");
  }

  @Test
  void watchEndsWhenTheNodeRefuses() {
    shell.line.node("a:1", question -> question.refuse(Refusal.Code.FORBIDDEN, "no operator"));
    shell.isTerminal = true;

    int code = shell.corale("overlay", "--watch");

    assertThat(code).isEqualTo(Exit.of(Refusal.Code.FORBIDDEN));
    assertThat(shell.err()).contains("no operator");
    assertThat(shell.line.asked).hasSize(1);
  }

  /** Or it would ask for the same page without end. */
  @Test
  void endsWhereANodeSaysThatThereAreMoreAndShowsNone() {
    shell.line.node(
        "a:1",
        question ->
            question
                .answer()
                .complete(
                    Door.Response.newBuilder()
                        .setOverlay(
                            Door.OverlayReport.newBuilder().setNode(node("n2")).setHasMore(true))
                        .build()));

    int code = shell.corale("overlay");

    assertThat(code).isEqualTo(Exit.OK);
    assertThat(shell.line.asked).hasSize(1);
  }

  @Test
  void saysOfTheLargestBandThatItHasNoBound() {
    answers(scheduler(1).setPendingLeast(10_000).setLoadMillis(40));

    shell.corale("overlay");
    shell.corale("overlay", "--output", "json");

    assertThat(shell.out()).contains(" 10000 or more ").doesNotContain("pendingMost");
  }
}
