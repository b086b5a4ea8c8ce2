package io.corale.node.step;

import io.corale.flow.Compilation;
import io.corale.flow.Compiler;
import io.corale.flow.Composition;
import io.corale.flow.Plan;
import io.corale.flow.Ranks;
import io.corale.flow.Scheduling;
import io.corale.model.CompositionRef;
import io.corale.model.OwnerId;
import io.corale.model.SealedSecret;
import io.corale.model.Terms;
import io.corale.node.cell.Cell;
import io.corale.node.cell.Endowment;
import io.corale.node.registry.CompositionEntry;
import io.corale.node.registry.OwnerEntry;
import io.corale.node.registry.Registry;
import io.corale.node.thread.FairPool;
import io.corale.scheduler.Command;
import io.corale.scheduler.Overlap;
import io.corale.scheduler.Schedule;
import io.corale.scheduler.Timing;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** What the registry holds of an owner, as the commands that bring it into a cell. Thread-safe. */
public final class RegistryEndowment implements Endowment {
  /** Of its compositions, read and compiled side by side. */
  private static final int AT_A_TIME = 64;

  private final Registry registry;
  private final FairPool<OwnerId> compiling;
  private final Clock wall;
  private final Compositions known;

  /**
   * @param compiling where sources become canonical definitions
   * @param known with what cells have learned of them
   */
  public RegistryEndowment(
      Registry registry, FairPool<OwnerId> compiling, Clock wall, Compositions known) {
    this.known = known;
    this.registry = registry;
    this.compiling = compiling;
    this.wall = wall;
  }

  @Override
  public CompletableFuture<List<Command>> of(Cell cell) {
    OwnerId owner = cell.id().owner();
    registry.refresh(owner);
    return registry
        .owner(owner)
        .thenCompose(
            entry ->
                entry.isPresent()
                    ? registry
                        .secrets(owner)
                        .thenCombine(registry.terms(owner), Kept::new)
                        .thenCompose(kept -> commands(cell, entry.get(), kept))
                    : CompletableFuture.completedFuture(List.of()));
  }

  /** What is not read with the owner itself. */
  private record Kept(List<SealedSecret> secrets, Optional<Terms> terms) {}

  private CompletableFuture<List<Command>> commands(Cell cell, OwnerEntry entry, Kept kept) {
    return compositions(entry, new ArrayList<>(entry.compositions()), new ArrayList<>())
        .thenApply(
            compositions -> {
              List<Command> commands = commands(entry, kept, compositions);
              commands.addAll(schedules(cell, entry, compositions));
              return commands;
            });
  }

  /** Some at a time: an owner with many must not fill the queues that all others need. */
  private CompletableFuture<List<Composition>> compositions(
      OwnerEntry entry, List<CompositionRef> left, List<Composition> sofar) {
    if (left.isEmpty()) {
      return CompletableFuture.completedFuture(sofar);
    }
    List<CompositionRef> slice = left.subList(0, Math.min(AT_A_TIME, left.size()));
    CompletableFuture<List<Composition>> read = CompletableFuture.completedFuture(sofar);
    for (CompositionRef ref : slice) {
      read =
          read.thenCombine(
              registry
                  .composition(entry.owner(), ref)
                  .thenApplyAsync(this::compiled, compiling.of(entry.owner())),
              RegistryEndowment::with);
    }
    List<CompositionRef> rest = left.subList(slice.size(), left.size());
    return read.thenCompose(compositions -> compositions(entry, rest, compositions));
  }

  private Optional<Composition> compiled(Optional<CompositionEntry> entry) {
    if (entry.isEmpty()) {
      return Optional.empty();
    }
    Compilation compilation = Compiler.compilePublished(entry.get().source().toStringUtf8());
    // What an older or newer node published and this one cannot read stays undefined here: a submit
    // of it is refused by name, and everything else runs.
    return compilation instanceof Compilation.Compiled done
        ? Optional.of(done.composition())
        : Optional.empty();
  }

  private static List<Composition> with(
      List<Composition> compositions, Optional<Composition> another) {
    another.ifPresent(compositions::add);
    return compositions;
  }

  private List<Command> commands(OwnerEntry entry, Kept kept, List<Composition> compositions) {
    List<Command> commands = new ArrayList<>();
    entry.accounts().values().forEach(account -> commands.add(new Command.Configure(account)));
    kept.terms().ifPresent(terms -> commands.add(new Command.Agree(terms)));
    kept.secrets().forEach(secret -> commands.add(new Command.Entrust(secret)));
    compositions.forEach(
        each ->
            commands.add(
                new Command.Define(
                    each.ref(), each.canonical(), each.tellsIn(), each.wantsIncidents())));
    return commands;
  }

  /** The highest release of each composition says whether it runs by itself. */
  private List<Command> schedules(Cell cell, OwnerEntry entry, List<Composition> compositions) {
    SortedMap<String, Composition> highest = new TreeMap<>();
    SortedSet<String> scheduled = new TreeSet<>();
    for (Composition each : compositions) {
      if (each.ref().isRelease()) {
        highest.merge(
            each.ref().name(),
            each,
            (one, other) -> one.ref().compareTo(other.ref()) > 0 ? one : other);
        each.schedule().ifPresent(schedule -> scheduled.add(each.ref().name()));
      }
    }
    Plan planning = Plans.of(cell, known, entry.accounts().keySet());
    List<Command> commands = new ArrayList<>();
    highest.forEach(
        (name, composition) -> {
          if (scheduled.contains(name)) {
            commands.add(new Command.Schedule(plan(planning, composition), wall.millis()));
          }
        });
    return commands;
  }

  private static Schedule.Plan plan(Plan plan, Composition composition) {
    return new Schedule.Plan(
        composition.ref(),
        composition.schedule().map(Scheduling::timing).orElse(new Timing.Never()),
        composition.schedule().map(Scheduling::overlap).orElse(Overlap.ALLOW),
        Ranks.whole(composition, plan));
  }
}
