package io.corale.node.observe;

import io.corale.node.cell.Cell;
import io.corale.node.cell.Cells;
import io.corale.node.disk.FreeSpace;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** What a node tells of its own life, as the facts that its health is judged by. Thread-safe. */
final class Vitals {
  private final LongSupplier nanos;
  private volatile long tickedNanos;
  private volatile boolean isStarted;
  private volatile boolean isLeaving;
  private volatile boolean registryWasReached;

  Vitals(LongSupplier nanos) {
    this.nanos = nanos;
    this.tickedNanos = nanos.getAsLong();
  }

  /** The node's timer runs. */
  void ticked(boolean registryIsReached) {
    tickedNanos = nanos.getAsLong();
    registryWasReached |= registryIsReached;
  }

  void started() {
    isStarted = true;
  }

  void leaving() {
    isLeaving = true;
  }

  /** Of this moment; before its parts are there, nothing is wrong with them. */
  Health.Facts facts(Optional<Parts> parts) {
    return new Health.Facts(
        isStarted,
        isLeaving,
        parts.flatMap(it -> it.cells().givenUp()),
        Duration.ofNanos(nanos.getAsLong() - tickedNanos),
        parts.map(it -> stuck(it.cells().all())).orElse(List.of()),
        parts.map(it -> outOfOrder(it.cells())).orElse(List.of()),
        parts.map(it -> lowDisk(it.cells().space())).orElse(OptionalLong.empty()),
        registryWasReached,
        parts.map(it -> it.registry().isConnected()).orElse(false),
        parts.map(it -> it.isSynced().getAsBoolean()).orElse(false));
  }

  private static List<String> stuck(List<Cell> cells) {
    return cells.stream()
        .filter(cell -> cell.isStuck(Health.STUCK))
        .map(cell -> cell.id().toString())
        .sorted()
        .toList();
  }

  private static List<String> outOfOrder(Cells cells) {
    return Stream.of(
            cells.all().stream()
                .flatMap(cell -> cell.outOfOrder().stream().map(why -> cell.id() + " " + why)),
            cells.lost().stream()
                .map(lost -> lost.cell() + " is lost, its superpeer brings it back"),
            cells.unread().stream()
                .map(group -> "of group " + group + ", whose cell file cannot be read"))
        .flatMap(Function.identity())
        .sorted()
        .toList();
  }

  private static OptionalLong lowDisk(FreeSpace space) {
    return space.isLow() ? OptionalLong.of(space.usableBytes()) : OptionalLong.empty();
  }
}
