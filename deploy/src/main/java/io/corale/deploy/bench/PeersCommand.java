package io.corale.deploy.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code corale bench peers}. */
@Command(
    name = "peers",
    description = {
      "Corale beside Restate and Zeebe.",
      "Chains of steps that take no time, in turn through three nodes of Corale (with functions",
      "inside of them, and in a process of their own), three Restate servers and three Zeebe",
      "brokers on loopback, all of which sync what they acknowledge.",
      "deploy/bench/peers fetches the other two and runs this.",
      "Ends with 1 if anything failed, a process ended, or two servers were not seen to sync."
    },
    mixinStandardHelpOptions = true)
final class PeersCommand implements Callable<Integer> {
  /** As {@code FileStore} calls them. */
  private static final List<String> IN_MEMORY = List.of("tmpfs", "ramfs");

  /** Of {@code deploy/bench/peers} alone: where it has put them, and what runs Zeebe. */
  @Option(names = "--programs", hidden = true)
  private @Nullable Path programs;

  @Option(names = "--jdk", hidden = true)
  private @Nullable Path jdk;

  /** Of the same: says what must be there and ends. */
  @Option(names = "--list-needed", hidden = true)
  private boolean isToList;

  @Option(
      names = "--only",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "corale,corale-http,restate,zeebe",
      converter = Peer.Named.class,
      description = "Which, in this order (default: ${DEFAULT-VALUE}).")
  private List<Peer> only = List.of();

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "5",
      description = "Of a chain (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--in-flight",
      paramLabel = "N",
      split = ",",
      defaultValue = "256,1",
      description = "Chains, one number after the other (default: ${DEFAULT-VALUE}).")
  private List<Integer> inFlight = List.of();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "2",
      description = "Of all of them (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--warm-up",
      paramLabel = "TIME",
      defaultValue = "PT30S",
      description = "Of the first load after a start; of others 5 s (default: ${DEFAULT-VALUE}).")
  private Duration warmUp = Duration.ofSeconds(30);

  @Option(
      names = "--time",
      paramLabel = "TIME",
      defaultValue = "PT10S",
      description = "Measured, of each load (default: ${DEFAULT-VALUE}).")
  private Duration time = Duration.ofSeconds(10);

  @Option(
      names = "--restate-partitions",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of Restate (default: ${DEFAULT-VALUE}).")
  private int restatePartitions;

  @Option(
      names = "--zeebe-partitions",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of Zeebe; all are asked by one gateway (default: ${DEFAULT-VALUE}).")
  private int zeebePartitions;

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "Whose disk is used (default: that of temporary files).")
  private @Nullable Path directory;

  @Spec private @Nullable CommandSpec spec;

  /** All figures so far, and what is known of each contender, in the order of their turns. */
  private final List<PeersRun.Figures> figures = new ArrayList<>();

  private final Set<String> settings = new LinkedHashSet<>();
  private final List<String> unsound = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    CommandSpec here = Objects.requireNonNull(spec, "picocli sets it");
    PrintWriter out = here.commandLine().getOut();
    check(here);
    String disk = disk(here);
    if (isToList) {
      only.stream().filter(Peer::isForeign).distinct().forEach(peer -> say(out, peer.toString()));
      return 0;
    }
    say(out, "Java " + Runtime.version() + ", " + load() + ", " + disk);
    for (int round = 1; round <= rounds; round++) {
      for (Peer peer : only) {
        try {
          turn(peer);
          say(out, "round %d, %s: done, %s".formatted(round, peer, load()));
        } catch (IOException | NoFigures | ExecutionException e) {
          unsound.add(peer + " in round " + round + ": " + e.getMessage());
          say(out, "round %d, %s: no figures, %s".formatted(round, peer, e.getMessage()));
        }
      }
    }
    say(out, "");
    say(out, "Chains of " + steps + " steps; rounds in their order.");
    say(out, "");
    say(out, new PeersTable(steps, figures).text());
    settings.forEach(line -> say(out, line));
    return verdict(out);
  }

  private void check(CommandSpec here) {
    refuseIf(here, only.isEmpty() || inFlight.isEmpty(), "--only and --in-flight need one each");
    refuseIf(here, steps < 1 || rounds < 1, "--steps and --rounds must be 1 or more");
    refuseIf(
        here,
        inFlight.stream().anyMatch(each -> each < 1 || each > ClusterRun.Load.MOST_IN_FLIGHT),
        "--in-flight must be from 1 to " + ClusterRun.Load.MOST_IN_FLIGHT);
    refuseIf(here, restatePartitions < 1 || zeebePartitions < 1, "partitions must be 1 or more");
    refuseIf(here, warmUp.isNegative(), "--warm-up must not be below zero");
    refuseIf(here, time.isNegative() || time.isZero(), "--time must be above zero");
    refuseIf(
        here,
        !isToList && only.stream().anyMatch(Peer::isForeign) && (programs == null || jdk == null),
        "only deploy/bench/peers can run " + only);
  }

  private static void refuseIf(CommandSpec here, boolean isWrong, String why) {
    if (isWrong) {
      throw new ParameterException(here.commandLine(), why);
    }
  }

  /** On what file system; what is in memory has no disk to wait for. */
  private String disk(CommandSpec here) throws IOException {
    try (Scratch scratch = Scratch.below(Optional.ofNullable(directory))) {
      String type = Files.getFileStore(scratch.path()).type();
      refuseIf(
          here,
          IN_MEMORY.contains(type),
          "its data would be on "
              + type
              + ", in memory: name a directory of a disk by --directory");
      return "data on " + type;
    }
  }

  private void turn(Peer peer) throws Exception {
    try (Scratch scratch = Scratch.below(Optional.ofNullable(directory));
        Contender contender = start(peer, scratch.path())) {
      settings.add("- " + contender.name() + ": " + contender.settings());
      PeersRun.run(
          contender,
          new PeersRun.Plan(inFlight, warmUp, time),
          (servers, load) -> Syncs.seen(servers, load, scratch.path()),
          figures::add);
    }
  }

  private Contender start(Peer peer, Path scratch)
      throws IOException, InterruptedException, ExecutionException {
    int most = Collections.max(inFlight);
    return switch (peer) {
      case CORALE -> CoraleContender.start(scratch, steps, most);
      case CORALE_HTTP -> CoraleContender.startWithProvider(scratch, steps, most);
      case RESTATE -> RestateContender.start(installed(), scratch, restatePartitions, steps);
      case ZEEBE -> ZeebeContender.start(installed(), scratch, zeebePartitions, steps);
    };
  }

  private PeerPrograms installed() {
    return new PeerPrograms(
        Objects.requireNonNull(programs, "checked").toAbsolutePath(),
        Objects.requireNonNull(jdk, "checked").toAbsolutePath());
  }

  private int verdict(PrintWriter out) {
    for (PeersRun.Figures each : figures) {
      each.doubt(steps)
          .map(why -> each.name() + " with " + each.inFlight() + " in flight: " + why)
          .ifPresent(unsound::add);
    }
    unsound.forEach(what -> say(out, "NOT SOUND: " + what));
    return unsound.isEmpty() ? 0 : 1;
  }

  private static String load() {
    return String.format(
        Locale.ROOT,
        "load %.1f on %d processors",
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        Runtime.getRuntime().availableProcessors());
  }

  private static void say(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }
}
