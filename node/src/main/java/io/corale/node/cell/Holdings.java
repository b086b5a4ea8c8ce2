package io.corale.node.cell;

import io.corale.model.CellId;
import io.corale.node.cell.CellFile.State;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.ratis.protocol.RaftGroupId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node holds of cells: replicas that are awake, and what it remembers of those that are
 * lost; of each cell one or the other, or nothing.
 *
 * <p>Changed on the thread on which replicas are created, opened and deleted; read from any.
 */
final class Holdings {
  private static final Logger log = LoggerFactory.getLogger(Holdings.class);

  private final CellFiles files;
  private final ReplicaDisk disk;
  private final RaftHost host;
  private final LostReplicas lost;
  private final Map<CellId, AwakeCell> awake = new ConcurrentHashMap<>();

  /**
   * Cells whose replica was lost in this process. What they had sent still comes home to them: they
   * pass it on, and say what became of it, until the replica is back (rule 11).
   */
  private final Map<CellId, AwakeCell> bereft = new ConcurrentHashMap<>();

  /** Of the keeper's thread: cells of which something is to be remembered that could not be yet. */
  private final Set<CellId> unremembered = new LinkedHashSet<>();

  Holdings(CellFiles files, ReplicaDisk disk, RaftHost host, LostReplicas lost) {
    this.files = files;
    this.disk = disk;
    this.host = host;
    this.lost = lost;
  }

  Map<CellId, AwakeCell> awake() {
    return awake;
  }

  List<AwakeCell> all() {
    return List.copyOf(awake.values());
  }

  /** The cell that has sent, or may have, in this process, with a replica or without. */
  Optional<AwakeCell> sender(CellId cell, long epoch) {
    return Optional.ofNullable(awake.get(cell))
        .or(() -> Optional.ofNullable(bereft.get(cell)))
        // It may have gone from the one to the other meanwhile.
        .or(() -> Optional.ofNullable(awake.get(cell)))
        .filter(found -> found.epoch() == epoch);
  }

  boolean isAwake(AwakeCell cell) {
    return awake.get(cell.id()) == cell;
  }

  /**
   * What this node has, or had, of the cell of this file.
   *
   * @throws IOException if it has something that it could not read
   */
  Optional<CellFile> of(CellFile asked) throws IOException {
    Optional<CellFile> held =
        Optional.ofNullable(awake.get(asked.cell()))
            .map(AwakeCell::file)
            .or(() -> lost.find(asked.cell()));
    if (held.isEmpty()) {
      files.requireRead(asked);
    }
    return held;
  }

  /** Whether the disk knows of it; else nothing may be said of it to others. */
  boolean isDurable(CellFile file) {
    return files.isDurable(file);
  }

  /** A replica is about to be created. */
  void begin(CellFile file) throws IOException {
    files.put(file);
  }

  /** It is to be opened now; it goes on as what it was before its replica was lost, if it was. */
  AwakeCell awaken(CellFile file, Supplier<AwakeCell> fresh) {
    Optional<AwakeCell> before = Optional.ofNullable(bereft.get(file.cell()));
    Optional<AwakeCell> same = before.filter(bereaved -> bereaved.file().isOf(file));
    AwakeCell cell = same.orElseGet(fresh);
    same.ifPresentOrElse(bereaved -> bereaved.returns(file), cell::start);
    awake.put(cell.id(), cell);
    // Only now: who asks for it finds it in one place or the other.
    bereft.remove(file.cell());
    before.filter(other -> other != cell).ifPresent(AwakeCell::close);
    return cell;
  }

  /**
   * There is more to be known of a replica when the node starts again. Called again and again: a
   * disk may be full, and a replica that it does not know to be back is given up at the next start.
   */
  void remember(AwakeCell cell) {
    try {
      // It may have been lost since.
      if (isAwake(cell)) {
        CellFile file = cell.file();
        if (files.keep(file) && file.state() == State.HELD) {
          disk.dropLeft(cell.raftGroup());
        }
        cell.remembered(file);
      }
      unremembered.remove(cell.id());
    } catch (IOException e) {
      if (unremembered.add(cell.id())) {
        log.warn("cell {} epoch {}: to be remembered later", cell.id(), cell.epoch(), e);
      }
    }
  }

  /**
   * A replica that is closed must not be started any more (rule 6). Where that cannot be remembered
   * durably it stays, closed, and is looked at again.
   */
  void lose(AwakeCell cell, String why) throws IOException {
    if (isAwake(cell)) {
      lost.lose(cell.file(), why);
      bereft.put(cell.id(), cell);
      awake.remove(cell.id());
      unremembered.remove(cell.id());
      host.forget(cell.raftGroup());
    }
  }

  /**
   * This node is no member any more. What its replica has sent still comes home to it, as long as
   * the process lives; its files may go once it is closed.
   */
  void leave(CellFile left) throws IOException {
    lost.leave(left);
    RaftGroupId group = GroupIds.of(left.cell(), left.epoch());
    Optional.ofNullable(awake.get(left.cell()))
        .ifPresent(
            cell -> {
              bereft.put(cell.id(), cell);
              awake.remove(cell.id());
              unremembered.remove(cell.id());
              cell.leaves(left);
            });
    host.forget(group);
  }

  /** Deletes a replica of a birth that was given up: it never acknowledged anything. */
  void dispose(CellFile file) throws IOException {
    Optional<CellFile> held = of(file);
    if (held.isEmpty() || held.get().epoch() != file.epoch() || held.get().isOpen()) {
      return;
    }
    RaftGroupId group = GroupIds.of(file.cell(), file.epoch());
    lost.forget(held.get());
    Optional.ofNullable(awake.remove(file.cell())).ifPresent(AwakeCell::close);
    Optional.ofNullable(bereft.remove(file.cell())).ifPresent(AwakeCell::close);
    host.delete(group).join();
    disk.floors().forget(group);
    files.remove(file);
    log.info("cell {} epoch {} deleted on this node", file.cell(), file.epoch());
  }

  /** Nothing is driven any more. */
  void close() {
    awake.values().forEach(AwakeCell::close);
    bereft.values().forEach(AwakeCell::close);
  }
}
