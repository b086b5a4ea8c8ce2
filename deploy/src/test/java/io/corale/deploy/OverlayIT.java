package io.corale.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.client.Client;
import io.corale.client.ClientBuilder;
import io.corale.client.Reply;
import io.corale.client.cli.Exit;
import io.corale.client.cli.Surroundings;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.cluster.Owners;
import io.corale.model.Payload;
import io.corale.wire.Door;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What nodes, each a process of its own, know of a scheduler, wherever they have a replica. */
final class OverlayIT {
  private static final int NODES = 4;
  private static final int WORK = 40;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final String WAIT =
      """
      document: {dsl: '1.0.3', namespace: acme, name: hold, version: 1.0.0}
      do:
        - pause: {wait: PT1H}
      """;

  @TempDir Path directory;

  /** Births are on three nodes, so one of these is told by the others. */
  @Test
  void eachNodeShowsWhereASchedulerIsLedAndWhatIsPendingAlsoOneThatIsNoMember() throws Exception {
    try (LocalCluster cluster = LocalCluster.start(new LocalCluster.Plan(directory, NODES, ""));
        Client acme = cluster.client("acme").build()) {
      Owners.enter(acme);
      Owners.publish(acme, WAIT);
      for (int i = 0; i < WORK; i++) {
        assertThat(acme.start("hold", Payload.NULL).accepted().get(30, TimeUnit.SECONDS))
            .isNotNull();
      }

      List<Door.OverlayReport> views = views(cluster);
      List<String> without = membersOfNothing(acme);
      long until = System.nanoTime() + PATIENCE.toNanos();
      while (!(areSettled(views) && without.size() == NODES - 3) && System.nanoTime() < until) {
        Thread.sleep(500);
        views = views(cluster);
        without = membersOfNothing(acme);
      }

      assertThat(views).allMatch(OverlayIT::knowsPending);
      assertThat(views).extracting(view -> view.getNode().getNode()).doesNotHaveDuplicates();
      assertThat(views)
          .extracting(view -> view.getSchedulers(0))
          .extracting(
              one ->
                  List.of(
                      one.getOwner(),
                      one.getLeader(),
                      one.getDoorAddress(),
                      one.getEpoch(),
                      one.getTerm(),
                      one.getLeaderGone()))
          .as("the same on all nodes")
          .containsOnly(
              List.of(
                  "acme",
                  views.get(0).getSchedulers(0).getLeader(),
                  cluster.doors().get(cluster.indexOf(leader(views.get(0)))),
                  1L,
                  views.get(0).getSchedulers(0).getTerm(),
                  false));
      assertThat(without).as("nodes without a replica").hasSize(NODES - 3);
      assertTable(cluster, leader(views.get(0)), without.get(0));
    }
  }

  /** As a person sees it, who asks the node that is no member. */
  private static void assertTable(LocalCluster cluster, String leader, String asked) {
    StringWriter out = new StringWriter();
    CommandLine corale =
        Corale.commandLine(
            new Surroundings(
                Map.of("CORALE_TOKEN", cluster.token()),
                InputStream.nullInputStream(),
                false,
                question -> Optional.empty(),
                ClientBuilder::build));
    corale.setOut(new PrintWriter(out)).setErr(new PrintWriter(out));

    int exit = corale.execute("overlay", "--node", cluster.doors().get(cluster.indexOf(asked)));

    assertThat(exit).as(out.toString()).isEqualTo(Exit.OK);
    assertThat(out.toString().lines())
        .anyMatch(line -> line.matches("acme\\.0 +" + leader + "#\\d+ .*"))
        .anyMatch(line -> line.matches("1 scheduler, as " + asked + "#\\d+ knows them"));
  }

  private static String leader(Door.OverlayReport view) {
    return view.getSchedulers(0).getLeader().getNode();
  }

  /** What is pending, who leads and in which term come by gossip of their own each. */
  private static boolean areSettled(List<Door.OverlayReport> views) {
    return views.stream().allMatch(OverlayIT::knowsPending)
        && views.stream()
                .map(view -> view.getSchedulers(0))
                .map(
                    one ->
                        List.of(
                            one.getLeader(),
                            one.getDoorAddress(),
                            one.getTerm(),
                            one.getLeaderGone()))
                .distinct()
                .count()
            == 1
        && !views.get(0).getSchedulers(0).getLeaderGone()
        && !views.get(0).getSchedulers(0).getDoorAddress().isEmpty();
  }

  private static boolean knowsPending(Door.OverlayReport view) {
    return view.getSchedulersCount() == 1
        && view.getSchedulers(0).hasPendingLeast()
        && view.getSchedulers(0).getPendingLeast() <= WORK
        && view.getSchedulers(0).getPendingMost() >= WORK;
  }

  private static List<Door.OverlayReport> views(LocalCluster cluster) throws Exception {
    List<Door.OverlayReport> views = new ArrayList<>();
    for (String door : cluster.doors()) {
      try (Client node = cluster.client("acme").nodes(List.of(door)).build()) {
        Reply<Door.OverlayReport> reply =
            node.overlay(Optional.empty(), 10).get(30, TimeUnit.SECONDS);
        views.add(Owners.given(reply));
      }
    }
    return views;
  }

  private static List<String> membersOfNothing(Client client) throws Exception {
    return Owners.given(client.nodes().get(30, TimeUnit.SECONDS)).getNodesList().stream()
        .filter(node -> node.getCellsLed() + node.getCellsFollowed() == 0)
        .map(node -> node.getNode().getNode())
        .toList();
  }
}
