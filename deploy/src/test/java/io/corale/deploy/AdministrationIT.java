package io.corale.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.client.Client;
import io.corale.client.ClientOutcome;
import io.corale.client.Invocation;
import io.corale.deploy.ShownCell.Member;
import io.corale.deploy.cluster.CoraleProcess;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.deploy.cluster.Owners;
import io.corale.deploy.cluster.SteadyLoad;
import io.corale.deploy.recorder.RecorderHistory;
import io.corale.model.Payload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every procedure of docs/administration.md, as it is written there, on three node processes. The
 * harmless ones first: each leaves a whole group behind, until members die.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class AdministrationIT {
  /** On a busy machine a leader is silent for a second; no election is to come unasked for. */
  private static final Duration SHOWN = Duration.ofMinutes(1);

  private static final String CONFIG =
      """
      raft.electionMin: PT2S
      raft.electionMax: PT4S
      http: {privateTargets: [localhost]}
      """;

  private static final Duration STOP = Duration.ofSeconds(20);

  /** The owner whose group is administered and loses a member. */
  private static final String BUSY = "busy";

  private static final int BUSY_LIMIT = 8;

  /** A quarter of what that limit lets through, so that no backlog is waited for. */
  private static final Duration PACE = Duration.ofMillis(50);

  /** The owner whose group loses its quorum. */
  private static final String UNLUCKY = "unlucky";

  private static final int UNLUCKY_LIMIT = 4;

  /** Twelve seconds of it, so that much is left when the members are killed. */
  private static final int UNLUCKY_WORK = 60;

  private static final int MOST_TRIES = 5;

  private static final Pattern SNAPSHOT = Pattern.compile("^snapshot\\.\\d+_\\d+$");

  @TempDir static Path directory;

  /** What is to be stopped, the last one first. */
  private static final Deque<AutoCloseable> running = new ArrayDeque<>();

  private static ProcedurePage page;
  private static LocalCluster cluster;
  private static Client busy;

  @BeforeAll
  static void start() throws Exception {
    page = ProcedurePage.read("docs/administration.md");
    cluster = LocalCluster.start(new LocalCluster.Plan(directory, 3, CONFIG));
    running.push(cluster);
    CoraleProcess recorder =
        CoraleProcess.start(
            "recorder",
            directory,
            List.of("-Xmx128m"),
            List.of("recorder", "--out", record().toString()));
    running.push(() -> recorder.stop(STOP));
    String url = recorder.await("READY", STOP).substring("READY ".length());
    busy = cluster.client(BUSY).build();
    running.push(busy);
    enter(busy, BUSY_LIMIT, url, "0.05");
    try (Client unlucky = cluster.client(UNLUCKY).build()) {
      enter(unlucky, UNLUCKY_LIMIT, url, "0.4");
    }
  }

  private static void enter(Client client, int limit, String url, String seconds) throws Exception {
    Owners.enter(client, Owners.account("recorder", "http", limit, "url", url));
    String function = client.owner().orElseThrow().value();
    Owners.publish(
        client,
        """
        document: {dsl: '1.0.3', namespace: n, name: work, version: 1.0.0}
        use:
          functions:
            step:
              call: faas
              with:
                retry: {attempts: 5, delay: PT0.1S}
                implementations:
                  - {id: http, account: recorder, timeout: PT2S, path: '/%s?latency=PT%sS'}
        do:
          - first: {call: step}
          - second: {call: step}
        """
            .formatted(function, seconds));
    assertThat(client.start("work", Payload.NULL).result().get(90, TimeUnit.SECONDS))
        .isInstanceOf(ClientOutcome.Completed.class);
  }

  @AfterAll
  static void stop() throws Exception {
    for (AutoCloseable each : running) {
      each.close();
    }
    assertThat(page.unused()).as("blocks of the page that no test runs").isEmpty();
  }

  private static Path record() {
    return directory.resolve("record.ndjson").toAbsolutePath();
  }

  @Test
  @Order(1)
  void theListNamesOwnersAndGroups() throws Exception {
    ShownCell group = shown(BUSY);

    page.run("cells", group.variables(group.superpeer()));
    page.run("list", group.variables(group.followers().get(0)));
  }

  @Test
  @Order(2)
  void thePastedLineInspectsTheGroup() throws Exception {
    ShownCell group = shown(BUSY);

    page.run("inspect", group.variables(group.superpeer()));

    ProcedurePage.Run pasted = page.paste(group.shellLine(), Map.of());
    assertThat(pasted.exit()).as(pasted.output()).isZero();
    assertThat(pasted.output()).contains("leader info: " + group.superpeer().peer());
  }

  @Test
  @Order(3)
  void aTransferLosesNothing() throws Exception {
    ShownCell before = shown(BUSY);
    Member heir = before.followers().get(0);

    underLoad(
        () -> {
          page.run("transfer", before.variables(heir));
          shown(BUSY, "the heir leads", now -> now.superpeer().equals(heir));
        });

    assertThat(shown(BUSY).term()).isGreaterThan(before.term());
    assertWithinLimits();
  }

  @Test
  @Order(4)
  void steppingDownLosesNothing() throws Exception {
    ShownCell before = shown(BUSY);

    underLoad(
        () -> {
          page.run("step-down", before.variables(before.superpeer()));
          shown(BUSY, "a new term", now -> now.term() > before.term());
        });

    assertWithinLimits();
  }

  @Test
  @Order(5)
  void aPausedMemberDoesNotLeadUntilItIsResumed() throws Exception {
    ShownCell before = shown(BUSY);
    Member paused = before.followers().get(0);

    page.run("pause", before.variables(paused));
    underLoad(
        () -> {
          // What the page warns of: nothing is accepted until the timeout. Nothing is lost either.
          assertThat(page.attempt("transfer", before.variables(paused)).exit()).isEqualTo(255);
          assertThat(shown(BUSY).superpeer()).isEqualTo(before.superpeer());
        });

    page.run("resume", before.variables(paused));
    page.run("transfer", before.variables(paused));
    shown(BUSY, "the resumed leads", now -> now.superpeer().equals(paused));
  }

  @Test
  @Order(6)
  void aPriorityMovesTheLeadershipAndIsPutBack() throws Exception {
    ShownCell before = shown(BUSY);
    Member preferred = before.followers().get(0);

    page.run("priority", before.variables(preferred));
    shown(BUSY, "the preferred leads", now -> now.superpeer().equals(preferred));
    page.run("priority-back", before.variables(preferred));

    ShownCell after = shown(BUSY);
    assertThat(page.run("inspect", after.variables(preferred))).doesNotContain("priority");
    assertThat(after.superpeer()).isEqualTo(preferred);
  }

  @Test
  @Order(7)
  void aSnapshotComesInTheBackground() throws Exception {
    ShownCell group = shown(BUSY);
    Map<String, String> follower = group.variables(group.followers().get(0));
    Path snapshots = Path.of(follower.get("data"), "raft/groups", group.id(), "sm");

    underLoad(() -> page.run("snapshot", follower));
    long index = snapshotAtRest(follower, group.applied());

    try (var files = Files.list(snapshots)) {
      assertThat(files.map(file -> file.getFileName().toString()).filter(SNAPSHOT.asPredicate()))
          .anyMatch(name -> Long.parseLong(name.substring(name.indexOf('_') + 1)) >= index);
    }
  }

  /** Takes one of a cell at rest; returns its index, at least this one. */
  private static long snapshotAtRest(Map<String, String> member, long least) throws Exception {
    long until = System.nanoTime() + STOP.toNanos();
    long index = answered(page.run("snapshot", member));
    while (index < least) {
      assertThat(System.nanoTime()).as("a snapshot comes in time").isLessThan(until);
      index = answered(page.run("snapshot", member));
    }
    return index;
  }

  private static long answered(String said) {
    Matcher index = Pattern.compile("snapshot index is (-?\\d+)").matcher(said);
    assertThat(index.find()).as(said).isTrue();
    return Long.parseLong(index.group(1));
  }

  @Test
  @Order(8)
  void theDigestsOfAllReplicasAreTheSame() throws Exception {
    assertSameDigests();
  }

  /** A timer that comes in between is an entry that not all snapshots have yet. */
  private static void assertSameDigests() throws Exception {
    boolean isSame = false;
    for (int tries = 1; !isSame; tries++) {
      ShownCell group = shown(BUSY);
      Set<String> common = commonDigests(group);
      isSame = common.stream().anyMatch(line -> line.endsWith("_" + group.applied()));
      assertThat(isSame || tries < MOST_TRIES).as("of a cell at rest: %s", common).isTrue();
    }
  }

  private static Set<String> commonDigests(ShownCell group) throws Exception {
    Set<String> common = new TreeSet<>();
    for (Member member : group.members()) {
      Map<String, String> variables = group.variables(member);
      snapshotAtRest(variables, group.applied());
      Set<String> digests = page.run("digests", variables).lines().collect(Collectors.toSet());
      if (common.isEmpty()) {
        common.addAll(digests);
      }
      common.retainAll(digests);
    }
    return common;
  }

  @Test
  @Order(9)
  void aDeadMemberIsRemovedAndStaysOut() throws Exception {
    ShownCell before = shown(BUSY);
    Member dead = before.followers().get(0);
    List<Member> living = List.of(before.superpeer(), before.followers().get(1));
    int node = cluster.indexOf(dead.node());
    cluster.node(node).kill();

    underLoad(
        () -> {
          page.run("remove", before.variables(dead, living));
          shown(BUSY, "two members", now -> now.members().size() == 2);
        });

    assertThat(shown(BUSY).members()).doesNotContain(dead);
    cluster.restart(node);
    assertServesThroughOthers(node);
    assertThat(cluster.node(node).stop(STOP)).isTrue();
    page.run("forget", before.variables(dead));
    cluster.restart(node);
    assertServesThroughOthers(node);
    try (Client there = client(BUSY, node)) {
      assertThat(Owners.given(there.cells().get()).getCellsList()).isEmpty();
    }
  }

  private static void assertServesThroughOthers(int node) throws Exception {
    try (Client there = client(BUSY, node)) {
      assertThat(there.start("work", Payload.NULL).result().get(90, TimeUnit.SECONDS))
          .isInstanceOf(ClientOutcome.Completed.class);
    }
  }

  private static Client client(String owner, int node) {
    return cluster.client(owner).nodes(List.of(cluster.doors().get(node))).build();
  }

  @Test
  @Order(10)
  void aRemovedMemberIsAddedAgainAndIsEqual() throws Exception {
    ShownCell before = shown(BUSY);
    Member added =
        shown(UNLUCKY).members().stream()
            .filter(member -> !before.members().contains(member))
            .findFirst()
            .orElseThrow();
    int node = cluster.indexOf(added.node());
    Map<String, String> variables = new TreeMap<>(before.variables(added));
    variables.put(
        "living", before.variables(before.superpeer()).getOrDefault("data", "shown above"));
    assertThat(cluster.node(node).stop(STOP)).isTrue();

    page.run("again", variables);
    underLoad(
        () -> {
          cluster.restart(node);
          shown(BUSY, "three members", now -> now.members().size() == 3);
        });

    assertSameDigests();
  }

  @Test
  @Order(11)
  void aLostQuorumIsRecoveredWithAllThatTheSurvivorHad() throws Exception {
    ShownCell before = shown(UNLUCKY);
    Member survivor = before.followers().get(0);
    int node = cluster.indexOf(survivor.node());
    List<Invocation> acknowledged = new ArrayList<>();
    try (Client client = cluster.client(UNLUCKY).build()) {
      for (int i = 0; i < UNLUCKY_WORK; i++) {
        acknowledged.add(client.start("work", Payload.NULL));
      }
      for (Invocation invocation : acknowledged) {
        Owners.given(invocation.accepted().get());
      }
      awaitCaughtUp(node);
      for (Member lost : List.of(before.superpeer(), before.followers().get(1))) {
        cluster.node(cluster.indexOf(lost.node())).kill();
      }
      assertThat(acknowledged).as("some had not ended").anyMatch(i -> !i.result().isDone());
    }

    cluster.node(node).stop(STOP);
    page.run("recover", before.variables(survivor));
    cluster.restart(node);

    try (Client client = client(UNLUCKY, node)) {
      for (Invocation invocation : acknowledged) {
        assertThat(client.await(invocation.id()).get(90, TimeUnit.SECONDS))
            .as("end of %s", invocation.id())
            .isInstanceOf(ClientOutcome.Completed.class);
      }
      assertThat(client.start("work", Payload.NULL).result().get(90, TimeUnit.SECONDS))
          .isInstanceOf(ClientOutcome.Completed.class);
    }
    ShownCell after = shown(UNLUCKY);
    assertThat(after.members()).containsExactly(survivor);
    assertThat(after.superpeer()).isEqualTo(survivor);
    assertWithinLimits();
  }

  /** What is acknowledged now is on this node too. */
  private static void awaitCaughtUp(int node) throws Exception {
    long applied = shown(UNLUCKY).applied();
    try (Client there = client(UNLUCKY, node)) {
      long until = System.nanoTime() + STOP.toNanos();
      while (Owners.given(there.cells().get()).getCells(0).getApplied() < applied) {
        assertThat(System.nanoTime()).as("it catches up in time").isLessThan(until);
        Thread.sleep(10);
      }
    }
  }

  /** What an administrator does while an owner's work goes on. */
  private interface Deed {
    void run() throws Exception;
  }

  /** All that is started meanwhile must come to its end. */
  private static void underLoad(Deed deed) throws Exception {
    try (SteadyLoad load = new SteadyLoad(busy, "work", PACE)) {
      load.awaitAcknowledged(5);
      deed.run();
      assertThat(load.end()).allMatch(ClientOutcome.Completed.class::isInstance);
    }
  }

  private static ShownCell shown(String owner) throws InterruptedException {
    return shown(owner, "a superpeer", cell -> true);
  }

  /** The cell once its superpeer shows it so. */
  private static ShownCell shown(String owner, String what, Predicate<ShownCell> isSo)
      throws InterruptedException {
    long until = System.nanoTime() + SHOWN.toNanos();
    while (true) {
      Optional<ShownCell> found = ShownCell.now(cluster, owner).filter(isSo);
      if (found.isPresent()) {
        return found.get();
      }
      assertThat(System.nanoTime()).as("%s: %s", owner, what).isLessThan(until);
      Thread.sleep(100);
    }
  }

  private static void assertWithinLimits() throws Exception {
    RecorderHistory history = RecorderHistory.read(record());
    assertThat(history.highest(BUSY)).isBetween(1, BUSY_LIMIT);
    assertThat(history.highest(UNLUCKY)).isBetween(1, UNLUCKY_LIMIT);
    assertThat(history.overlapping()).isEmpty();
  }
}
