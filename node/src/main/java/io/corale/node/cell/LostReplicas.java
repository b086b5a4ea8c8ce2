package io.corale.node.cell;

import io.corale.model.CellId;
import io.corale.node.cell.CellFile.State;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.ratis.protocol.RaftGroupId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replicas of this node that must not be started (rule 6), each with its cell file, which says
 * how far its return is, or that there is none any more. They claim nothing and answer nothing: to
 * their groups they are down.
 *
 * <p>What is remembered is on disk first. Changed on the keeper's thread, read from any.
 */
final class LostReplicas {
  private static final Logger log = LoggerFactory.getLogger(LostReplicas.class);

  /** A node that was only started again while its replica was on its way loses no more. */
  static final Duration FIRST_PAUSE = Duration.ofSeconds(2);

  /** To four minutes: then a replica of a gigabyte costs its group some megabytes per second. */
  private static final int MOST_DOUBLINGS = 7;

  private final CellFiles files;
  private final ReplicaDisk disk;
  private final Supplier<String> tokens;
  private final LongSupplier nanoTime;
  private final Map<CellId, Loss> lost = new ConcurrentHashMap<>();

  /** One of them, and since when it is what it is now. */
  private record Loss(CellFile file, long sinceNanos) {}

  /**
   * @param tokens names losses; never gives one twice
   * @param nanoTime measures the pause before a return
   */
  LostReplicas(CellFiles files, ReplicaDisk disk, Supplier<String> tokens, LongSupplier nanoTime) {
    this.files = files;
    this.disk = disk;
    this.tokens = tokens;
    this.nanoTime = nanoTime;
  }

  Optional<CellFile> find(CellId cell) {
    return Optional.ofNullable(lost.get(cell)).map(Loss::file);
  }

  List<CellFile> all() {
    return lost.values().stream().map(Loss::file).toList();
  }

  /**
   * Sorts what this node has on disk; what may be opened, once it was looked at. What is wrong with
   * one keeps none of the others from that. To be called once, at the start.
   *
   * @throws IOException if it cannot be known what there is
   */
  List<CellFile> takeStock() throws IOException {
    return sort(files.all(this::setAsideQuietly));
  }

  /**
   * As {@link #takeStock}, of what could not be read until now.
   *
   * @param awake of the cells that this node has awake by now
   */
  List<CellFile> takeStockAgain(List<CellFile> awake) {
    List<CellFile> found = files.unread(this::setAsideQuietly);
    if (found.isEmpty()) {
      return found;
    }
    Map<CellId, CellFile> standing = new LinkedHashMap<>();
    all().forEach(file -> standing.put(file.cell(), file));
    awake.forEach(file -> standing.put(file.cell(), file));
    List<CellFile> free = new ArrayList<>();
    for (CellFile file : found) {
      CellFile other = standing.get(file.cell());
      if (other == null) {
        free.add(file);
      } else {
        outlived(file, other);
      }
    }
    return sort(free);
  }

  /** One life of a cell counts on a node; another one was given up before it acknowledged any. */
  private List<CellFile> newestBirths(List<CellFile> found) {
    Map<CellId, CellFile> newest = new LinkedHashMap<>();
    for (CellFile file : found) {
      CellFile other = newest.get(file.cell());
      if (other == null || other.epoch() < file.epoch()) {
        newest.put(file.cell(), file);
      }
    }
    for (CellFile file : found) {
      CellFile other = newest.getOrDefault(file.cell(), file);
      if (!other.equals(file)) {
        outlived(file, other);
      }
    }
    return List.copyOf(newest.values());
  }

  private void outlived(CellFile file, CellFile other) {
    log.warn(
        "cell {} epoch {} is not opened: epoch {} stands",
        file.cell(),
        file.epoch(),
        other.epoch());
    if (file.epoch() < other.epoch() && !file.isOpen()) {
      setAsideQuietly(group(file));
      removeQuietly(file);
    }
  }

  /** The groups of which nothing is known, for their files cannot be read. */
  List<String> unread() {
    return files.unreadGroups();
  }

  private List<CellFile> sort(List<CellFile> found) {
    List<CellFile> held = new ArrayList<>();
    for (CellFile file : newestBirths(found)) {
      switch (file.state()) {
        case HELD -> {
          if (file.isOpen() || !disk.lacks(group(file))) {
            disk.dropLeft(group(file));
            held.add(file);
          } else {
            removeQuietly(file);
          }
        }
        case RETURNING -> {
          if (!isLostAnew(file)) {
            held.add(file);
          }
        }
        case ARRIVING -> held.add(file);
        case LEFT -> {
          clearQuietly(file);
          have(file);
        }
        case LOST, AWAITED -> {
          // What is on disk of it never counted.
          moveAwayQuietly(file);
          have(file);
          log.warn("cell {} epoch {} is still lost on this node", file.cell(), file.epoch());
        }
      }
    }
    return held;
  }

  /** The node fell between writing the file and creating the replica. */
  private void removeQuietly(CellFile file) {
    try {
      files.remove(file);
    } catch (IOException e) {
      log.warn("cell {} epoch {}: its file stays: {}", file.cell(), file.epoch(), e.toString());
    }
  }

  /**
   * One that was returning when the node stopped may believe in a configuration of old that has it.
   * Nothing that it has is needed.
   */
  private boolean isLostAnew(CellFile file) {
    try {
      lose(file, ReplicaDisk.NOT_BACK);
      return true;
    } catch (IOException e) {
      log.error("cell {} epoch {} is not given up yet", file.cell(), file.epoch(), e);
      return false;
    }
  }

  /**
   * One that is damaged. If it was on its way, its superpeer may have added it already or not;
   * either way it is to remove it where it is a member, and to bring it back.
   */
  void lose(CellFile file, String why) throws IOException {
    String loss = tokens.get();
    put(file.state().isOnItsWay() ? file.awaited(loss) : file.lost(loss));
    log.error(
        "cell {} epoch {} is lost on this node, which does not start it under its old state: {}",
        file.cell(),
        file.epoch(),
        why);
    // Once more before an empty one is created, which does not happen without it.
    moveAwayQuietly(file);
  }

  private void moveAwayQuietly(CellFile file) {
    try {
      moveAway(file);
    } catch (IOException e) {
      log.warn(
          "cell {} epoch {} is lost, and not moved aside yet: {}",
          file.cell(),
          file.epoch(),
          e.toString());
    }
  }

  /** What was held once is kept for whoever wants to know what has befallen it; no other. */
  private void moveAway(CellFile file) throws IOException {
    boolean wasHeld =
        switch (file.state()) {
          case HELD, LOST -> true;
          case RETURNING, ARRIVING, LEFT -> false;
          case AWAITED -> file.returns() == 0;
        };
    if (wasHeld) {
      disk.setAside(group(file));
    } else {
      disk.drop(group(file));
    }
  }

  private void setAsideQuietly(String group) {
    setAsideQuietly(RaftGroupId.valueOf(UUID.fromString(group)));
  }

  private void setAsideQuietly(RaftGroupId group) {
    try {
      disk.setAside(group);
    } catch (IOException e) {
      log.warn("{} is not moved aside yet: {}", group.getUuid(), e.toString());
    }
  }

  /** Its superpeer will bring back what this node has lost, or never had. */
  CellFile await(CellFile asked) throws IOException {
    Optional<CellFile> known = find(asked.cell());
    if (known.filter(file -> file.state() == State.AWAITED).isPresent()) {
      return known.get();
    }
    known.ifPresent(this::moveAwayQuietly); // While it is known to have been held.
    int returns = known.map(CellFile::returns).orElse(0);
    long absentAt = known.map(CellFile::absentAt).orElse(0L);
    CellFile awaited = asked.after(returns).absentAt(absentAt).awaited(tokens.get());
    put(awaited);
    return awaited;
  }

  private void put(CellFile file) throws IOException {
    files.put(file);
    have(file);
  }

  private void have(CellFile file) {
    lost.put(file.cell(), new Loss(file, nanoTime.getAsLong()));
  }

  /**
   * Whether it may return by now. What fails to again and again, on a sick disk, because of an
   * entry that it cannot apply or on a machine that errs, must not keep its group busy with sending
   * it all that there is.
   */
  boolean isDue(CellFile file) {
    return Optional.ofNullable(lost.get(file.cell()))
        .filter(loss -> loss.file.equals(file) && file.state() == State.AWAITED)
        .filter(loss -> nanoTime.getAsLong() - loss.sinceNanos >= pause(file.returns()).toNanos())
        .isPresent();
  }

  /** Before one returns that has returned so often. */
  static Duration pause(int returns) {
    return returns <= 0
        ? Duration.ZERO
        : FIRST_PAUSE.multipliedBy(1L << Math.min(returns - 1, MOST_DOUBLINGS));
  }

  /** Its group's configuration at this index is without it: an empty one may be created. */
  CellFile returning(CellFile awaited, long configuration) throws IOException {
    // What is left of it was created by a life that did not come to say so.
    moveAway(awaited);
    CellFile returning = awaited.returning(configuration);
    files.put(returning);
    lost.remove(awaited.cell());
    return returning;
  }

  /**
   * It is no member, or none any more: an empty one may be created. What fails to arrive again and
   * again pauses as what fails to return.
   */
  CellFile arriving(CellFile asked, long configuration) throws IOException {
    int returns = find(asked.cell()).map(left -> left.returns() + 1).orElse(0);
    CellFile arriving = asked.after(returns).arriving(configuration);
    moveAway(arriving);
    files.put(arriving);
    lost.remove(arriving.cell());
    return arriving;
  }

  /** It is none any more; what is left of it is to be {@link #clear cleared} once it is closed. */
  void leave(CellFile left) throws IOException {
    put(left);
  }

  /** Deletes what is left of one that is no member any more; fails where something is. */
  void clear(CellFile left) throws IOException {
    moveAway(left);
    disk.dropLeft(group(left));
  }

  /** Whether nothing is left of it. */
  boolean isClear(CellFile left) {
    return disk.lacks(group(left));
  }

  private void clearQuietly(CellFile left) {
    try {
      clear(left);
    } catch (IOException e) {
      log.warn(
          "cell {} epoch {} has left, and not all of it is gone: {}",
          left.cell(),
          left.epoch(),
          e.toString());
    }
  }

  /** A later birth stands. */
  void forget(CellFile file) {
    lost.remove(file.cell());
  }

  private static RaftGroupId group(CellFile file) {
    return GroupIds.of(file.cell(), file.epoch());
  }
}
