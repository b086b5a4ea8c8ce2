package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.node.cell.Caretaker.Word;
import io.corale.node.cell.CellFile.State;
import io.corale.node.registry.BornMember;
import io.corale.wire.Door;
import java.util.Optional;
import java.util.function.Supplier;

/** A node of {@link MoveWorld} with its disk, which does what it is told as a node does. */
final class MoveNode {
  final NodeId id;
  private final PlantedMoveBug planted;
  private final Supplier<String> tokens;
  private final String host;
  private long boot = 1;

  /** What it knows, and what it would know after a start. */
  private Optional<CellFile> file = Optional.empty();

  private Optional<CellFile> disk = Optional.empty();

  boolean isUp = true;
  boolean isDeadForEver;

  /** Since when it is as it is: up or down, with a replica or without. */
  long sinceNanos;

  /** Its replica has all that was acknowledged, if it counts. */
  boolean isFull;

  /** How many configurations it has been sent, of an empty one. */
  int heard;

  /** How often it began with an empty disk; no word outlives that, as none outlives a process. */
  int wipes;

  private long awaitsSinceNanos;

  MoveNode(int number, int hosts, PlantedMoveBug planted, Supplier<String> tokens) {
    this.id = new NodeId("n" + number);
    this.host = "h" + number % hosts;
    this.planted = planted;
    this.tokens = tokens;
  }

  BornMember member() {
    return new BornMember(new Incarnation(id, boot), peer(), host + ":" + id.value(), "");
  }

  String peer() {
    return id.value() + "_1";
  }

  Optional<CellFile> file() {
    return file;
  }

  /** It was there at the birth. */
  void isBorn(CellFile held) {
    put(held);
    isFull = true;
  }

  private void put(CellFile next) {
    file = Optional.of(next);
    disk = file;
  }

  boolean hasReplica() {
    return file.filter(f -> f.state() == State.HELD || f.state().isOnItsWay()).isPresent();
  }

  boolean isOnItsWay() {
    return file.filter(f -> f.state().isOnItsWay()).isPresent();
  }

  boolean isIn(State state) {
    return file.filter(f -> f.state() == state).isPresent();
  }

  boolean isHeldForGood() {
    return disk.filter(f -> f.state() == State.HELD).isPresent();
  }

  /** All that it has it would have after a start. */
  boolean isFullForGood() {
    return isFull && disk.filter(f -> f.state() == State.RETURNING).isEmpty();
  }

  /** What could not be written yet is. */
  void remember() {
    disk = file;
  }

  void goDown(long nowNanos) {
    isUp = false;
    sinceNanos = nowNanos;
  }

  /** As {@link LostReplicas} sorts what is there. */
  void comeUp(long nowNanos) {
    isUp = true;
    sinceNanos = nowNanos;
    boot++;
    file = disk;
    if (isIn(State.RETURNING)
        || (isIn(State.ARRIVING) && planted == PlantedMoveBug.ARRIVING_IS_GIVEN_UP)) {
      await(file.orElseThrow(), nowNanos);
    }
  }

  private void await(CellFile what, long nowNanos) {
    put(what.awaited(tokens.get()));
    isFull = false;
    awaitsSinceNanos = nowNanos;
  }

  /** Its disk is empty when it is started again. */
  void beWiped(long nowNanos) {
    file = Optional.empty();
    disk = file;
    isFull = false;
    wipes++;
    comeUp(nowNanos);
  }

  /** Its replica is found to be damaged. */
  void beDamaged(long nowNanos) {
    CellFile damaged = file.orElseThrow();
    if (isOnItsWay()) {
      await(damaged, nowNanos);
    } else {
      put(damaged.lost(tokens.get()));
    }
    isFull = false;
    sinceNanos = nowNanos;
  }

  /** What it says; nothing as long as its disk does not say so. */
  Optional<Word> word(CellFile asked, long nowNanos) {
    if (!isUp || (isIn(State.HELD) && !isHeldForGood())) {
      return Optional.empty();
    }
    boolean isDue =
        file.filter(f -> nowNanos - awaitsSinceNanos >= LostReplicas.pause(f.returns()).toNanos())
            .isPresent();
    return Optional.of(Members.word(Tending.report(file, isDue, asked, member().incarnation())));
  }

  /** As {@link Cells#tend}; says whether it did anything. */
  void receive(Door.TendReplica request, boolean isVoter, long nowNanos) {
    CellFile asked = CellFile.of(request.getReplica());
    long index = request.getConfiguration();
    Tending.Done done = Tending.of(file, asked, request);
    if (planted == PlantedMoveBug.ANY_LEAVE_IS_FOLLOWED
        && request.getWish() == Door.TendReplica.Wish.LEAVE
        && file.isPresent()) {
      done = Tending.Done.LEAVES;
    }
    if (planted == PlantedMoveBug.ARRIVES_OVER_WHAT_IT_HAS
        && request.getWish() == Door.TendReplica.Wish.ARRIVE) {
      done = Tending.Done.ARRIVES;
    }
    switch (done) {
      case LOOKED -> {}
      case AWAITS -> {
        requireNone(isVoter && isFull, request);
        if (!isIn(State.AWAITED)) {
          int returns = file.map(CellFile::returns).orElse(0);
          long absentAt = file.map(CellFile::absentAt).orElse(0L);
          await(asked.after(returns).absentAt(absentAt), nowNanos);
        }
      }
      case RETURNS -> {
        requireNone(isVoter, request);
        begin(file.orElseThrow().among(asked.members()).returning(index));
      }
      case ARRIVES -> {
        requireNone(isVoter, request);
        begin(asked.after(file.map(f -> f.returns() + 1).orElse(0)).arriving(index));
      }
      case LEAVES -> {
        requireNone(isVoter && hasReplica(), request);
        put(asked.after(file.map(CellFile::returns).orElse(0)).left(index));
        isFull = false;
      }
    }
  }

  private void requireNone(boolean counts, Door.TendReplica request) {
    assertThat(counts)
        .as("%s has %s, which counts, and follows %s", id, file, request.getWish())
        .isFalse();
  }

  private void begin(CellFile empty) {
    put(empty);
    isFull = false;
    heard = 0;
  }

  /** Hears of a configuration; the disk may not say at once what that makes of it. */
  void hear(GroupConfiguration configuration) {
    if (file.filter(f -> f.isBackBy(configuration, peer())).isPresent()) {
      file = file.map(CellFile::held);
    }
  }

  @Override
  public String toString() {
    return "%s%s %s%s"
        .formatted(
            id.value(),
            isDeadForEver ? " dead" : isUp ? "" : " down",
            file.map(f -> f.state() + "@" + f.absentAt()).orElse("NONE"),
            isFull ? " full" : "");
  }
}
