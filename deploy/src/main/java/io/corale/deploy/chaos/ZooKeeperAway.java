package io.corale.deploy.chaos;

import io.corale.client.Client;
import io.corale.client.ClientOutcome;
import io.corale.client.Invocation;
import io.corale.client.Publication;
import io.corale.client.Reply;
import io.corale.deploy.cluster.CoraleProcess;
import io.corale.deploy.cluster.Owners;
import io.corale.deploy.cluster.SteadyLoad;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Takes ZooKeeper away from a busy cluster, and a superpeer as well while it is gone. */
@Command(
    name = "zookeeper-away",
    description = {
      "Takes ZooKeeper away from a busy cluster and judges what was promised.",
      "Later the superpeer is killed as well, and ZooKeeper started again.",
      "Served owners must not notice; births and publishing must be refused with a pause."
    },
    mixinStandardHelpOptions = true)
public final class ZooKeeperAway extends FaultScript {
  private static final String UNBORN = "unborn";

  /** Slower than the limit lets through, so that no backlog is waited for. */
  private static final Duration PACE = Duration.ofMillis(100);

  private static final Duration BRIEF = Duration.ofSeconds(4);

  /** A shorter absence is waited for. */
  private static final Duration NOTICED = Duration.ofSeconds(2);

  private static final Duration BACK = Duration.ofSeconds(60);

  private static final String ANOTHER =
      """
      document: {dsl: '1.0.3', namespace: chaos, name: another, version: 1.0.0}
      do:
        - nothing: {set: {done: true}}
      """;

  @Option(
      names = "--seconds",
      defaultValue = "20",
      description = "how long it is away before the superpeer is killed (default ${DEFAULT-VALUE})")
  private int seconds;

  @Override
  int play(FaultStage stage) throws IOException, InterruptedException, ExecutionException {
    List<String> violations = new ArrayList<>();
    boolean isBusy;
    try (Client unborn = stage.cluster().client(UNBORN).retryFor(BRIEF).patience(BRIEF).build();
        Client hasty = stage.cluster().client(FaultStage.OWNER).patience(BRIEF).build()) {
      Owners.enter(unborn);
      Owners.publish(unborn, ANOTHER);
      List<Invocation> all = new ArrayList<>(stage.begin());
      isBusy = FaultStage.isBusy(stage.awaitBusy());
      try (SteadyLoad load = stage.load(PACE)) {
        stage.cluster().zookeeper().kill();
        long awayNanos = System.nanoTime();
        say("killed ZooKeeper");
        Thread.sleep(NOTICED.toMillis());
        violations.addAll(refusals(hasty, unborn));
        Thread.sleep(
            Math.max(
                0, Duration.ofSeconds(seconds).toMillis() - FaultStage.millisSince(awayNanos)));
        long silentMillis = load.longestSilence(awayNanos, System.nanoTime()).toMillis();
        say("longest silence while it was away: " + silentMillis + " ms");
        CoraleProcess superpeer = stage.superpeer();
        superpeer.kill();
        long killedNanos = System.nanoTime();
        say("killed " + superpeer.name() + ", the superpeer, as well");
        all.add(stage.oneMore(killedNanos));
        Thread.sleep(BRIEF.toMillis());
        stage.cluster().restartZooKeeper();
        say("ZooKeeper is back after " + FaultStage.millisSince(awayNanos) + " ms");
        violations.addAll(recovered(stage, unborn));
        stage.cluster().restart(stage.cluster().indexOf(superpeer.name()));
        all.addAll(load.startNoMore());
      }
      violations.addAll(stage.awaitEnds(all));
      violations.addAll(stage.judge(all).violations());
    }
    return verdict(violations, isBusy);
  }

  /** What needs the registry is refused for now, and says so. */
  private List<String> refusals(Client served, Client unborn)
      throws InterruptedException, ExecutionException {
    List<String> violations = new ArrayList<>();
    Reply<Publication> published = served.publish(ANOTHER).get();
    say("publishing came to " + published);
    if (!(published instanceof Reply.Refused<Publication> no) || !isForNow(no.refusal())) {
      violations.add("publishing: came to " + published);
    }
    ClientOutcome born = unborn.start("another", Payload.NULL).result().get();
    say("a birth came to " + born);
    if (!(born instanceof ClientOutcome.Refused no) || !isForNow(no.refusal())) {
      violations.add("birth: came to " + born);
    }
    return violations;
  }

  private static boolean isForNow(Refusal refusal) {
    return refusal.code() == Refusal.Code.UNAVAILABLE
        && refusal.message().contains("registry")
        && !refusal.retryAfter().isZero();
  }

  /** By itself, all that needs the registry works again. */
  private List<String> recovered(FaultStage stage, Client unborn)
      throws InterruptedException, ExecutionException {
    long backNanos = System.nanoTime();
    while (!(stage.client().publish(ANOTHER).get() instanceof Reply.Given)) {
      if (FaultStage.millisSince(backNanos) > BACK.toMillis()) {
        return List.of("registry: no publishing " + BACK + " after it is back");
      }
    }
    while (!(unborn.start("another", Payload.NULL).result().get()
        instanceof ClientOutcome.Completed)) {
      if (FaultStage.millisSince(backNanos) > BACK.toMillis()) {
        return List.of("registry: no birth " + BACK + " after it is back");
      }
    }
    say("publishing and births work again after " + FaultStage.millisSince(backNanos) + " ms");
    return List.of();
  }
}
