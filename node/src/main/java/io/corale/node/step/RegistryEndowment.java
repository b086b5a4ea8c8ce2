package io.corale.node.step;

import io.corale.flow.Compilation;
import io.corale.flow.Compiler;
import io.corale.model.CompositionRef;
import io.corale.model.OwnerId;
import io.corale.node.cell.Endowment;
import io.corale.node.registry.CompositionEntry;
import io.corale.node.registry.OwnerEntry;
import io.corale.node.registry.Registry;
import io.corale.scheduler.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** What the registry holds of an owner, as the commands that bring it into a cell. Thread-safe. */
public final class RegistryEndowment implements Endowment {
  private final Registry registry;
  private final Executor compiling;

  /**
   * @param compiling where sources become canonical definitions
   */
  public RegistryEndowment(Registry registry, Executor compiling) {
    this.registry = registry;
    this.compiling = compiling;
  }

  @Override
  public CompletableFuture<List<Command>> of(OwnerId owner) {
    return registry
        .owner(owner)
        .thenCompose(
            entry ->
                entry.isPresent()
                    ? commands(entry.get())
                    : CompletableFuture.completedFuture(List.of()));
  }

  private CompletableFuture<List<Command>> commands(OwnerEntry entry) {
    List<Command> configures = new ArrayList<>();
    entry.accounts().values().forEach(account -> configures.add(new Command.Configure(account)));
    CompletableFuture<List<Command>> all = CompletableFuture.completedFuture(configures);
    for (CompositionRef ref : entry.compositions()) {
      all =
          all.thenCombine(
              registry.composition(entry.owner(), ref).thenApplyAsync(this::define, compiling),
              RegistryEndowment::with);
    }
    return all;
  }

  private Optional<Command> define(Optional<CompositionEntry> entry) {
    if (entry.isEmpty()) {
      return Optional.empty();
    }
    Compilation compilation = Compiler.compile(entry.get().source().toStringUtf8());
    // What an older or newer node published and this one cannot read stays undefined here: a submit
    // of it is refused by name, and everything else runs.
    return compilation instanceof Compilation.Compiled done
        ? Optional.of(new Command.Define(done.composition().ref(), done.composition().canonical()))
        : Optional.empty();
  }

  private static List<Command> with(List<Command> commands, Optional<Command> another) {
    another.ifPresent(commands::add);
    return commands;
  }
}
