package io.corale.deploy.bench;

import io.corale.deploy.bench.Contender.Starter;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
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
      "Chains of steps that take no time, in turn through three nodes of Corale, three Restate",
      "servers and three Zeebe brokers on loopback, all of which sync what they acknowledge.",
      "deploy/bench/peers fetches the other two and runs this."
    },
    mixinStandardHelpOptions = true)
final class PeersCommand implements Callable<Integer> {
  @Option(
      names = "--programs",
      paramLabel = "DIR",
      required = true,
      description = "Where deploy/bench/peers has put them.")
  private Path programs = Path.of("");

  @Option(
      names = "--jdk",
      paramLabel = "DIR",
      required = true,
      description = "JDK that runs Zeebe, 21 or later.")
  private Path jdk = Path.of("");

  @Option(
      names = "--only",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "corale,restate,zeebe",
      description = "Which, in this order (default: ${DEFAULT-VALUE}).")
  private List<String> only = List.of();

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
      defaultValue = "PT40S",
      description = "Of the first load after a start; of others 5 s (default: ${DEFAULT-VALUE}).")
  private Duration warmUp = Duration.ofSeconds(40);

  @Option(
      names = "--time",
      paramLabel = "TIME",
      defaultValue = "PT15S",
      description = "Measured, of each load (default: ${DEFAULT-VALUE}).")
  private Duration time = Duration.ofSeconds(15);

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
      description = "Of Zeebe (default: ${DEFAULT-VALUE}).")
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
    check(here);
    PrintWriter out = here.commandLine().getOut();
    say(out, "Java " + Runtime.version() + ", " + load());
    for (int round = 1; round <= rounds; round++) {
      for (String name : only) {
        try {
          turn(name);
          say(out, "round %d, %s: done, %s".formatted(round, name, load()));
        } catch (IOException | NoFigures e) {
          unsound.add(name + " in round " + round + ": " + e.getMessage());
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
    for (String name : only) {
      if (!List.of("corale", "restate", "zeebe").contains(name)) {
        throw new ParameterException(here.commandLine(), "--only: nothing is called " + name);
      }
    }
    if (steps < 1 || rounds < 1 || inFlight.stream().anyMatch(each -> each < 1)) {
      throw new ParameterException(
          here.commandLine(), "--steps, --rounds and --in-flight must be 1 or more");
    }
    if (warmUp.isNegative() || time.isNegative() || time.isZero()) {
      throw new ParameterException(here.commandLine(), "--time must be above zero");
    }
  }

  private void turn(String name) throws Exception {
    try (Scratch scratch = Scratch.below(Optional.ofNullable(directory));
        Contender contender = starter(name, scratch.path()).start()) {
      settings.add("- " + contender.name() + ": " + contender.settings());
      figures.addAll(
          PeersRun.run(contender, new PeersRun.Plan(inFlight, warmUp, time), scratch.path()));
    }
  }

  private Starter starter(String name, Path scratch) {
    PeerPrograms installed = new PeerPrograms(programs.toAbsolutePath(), jdk.toAbsolutePath());
    Map<String, Starter> starters = new LinkedHashMap<>();
    starters.put("corale", () -> CoraleContender.start(scratch, steps));
    starters.put(
        "restate", () -> RestateContender.start(installed, scratch, restatePartitions, steps));
    starters.put("zeebe", () -> ZeebeContender.start(installed, scratch, zeebePartitions, steps));
    return Objects.requireNonNull(starters.get(name), "checked");
  }

  private int verdict(PrintWriter out) {
    figures.stream()
        .filter(each -> !each.isSound())
        .map(each -> each.name() + " with " + each.inFlight() + " in flight")
        .map(which -> which + ": failures, nothing done, or fewer than two servers that sync")
        .forEach(unsound::add);
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
