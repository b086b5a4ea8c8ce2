package io.corale.node.cell;

import io.corale.model.CellId;
import io.corale.node.cell.CellFile.State;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.ratis.protocol.RaftGroupId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replicas of this node that must not be started (rule 6), each with its cell file, which says
 * how far its return is. They claim nothing and answer nothing: to their groups they are down.
 *
 * <p>What is remembered is on disk first. Changed on the keeper's thread, read from any.
 */
final class LostReplicas {
  private static final Logger log = LoggerFactory.getLogger(LostReplicas.class);

  private final CellFiles files;
  private final ReplicaDisk disk;
  private final Supplier<String> tokens;
  private final Map<CellId, CellFile> lost = new ConcurrentHashMap<>();

  /**
   * @param tokens names losses; never gives one twice
   */
  LostReplicas(CellFiles files, ReplicaDisk disk, Supplier<String> tokens) {
    this.files = files;
    this.disk = disk;
    this.tokens = tokens;
  }

  Optional<CellFile> find(CellId cell) {
    return Optional.ofNullable(lost.get(cell));
  }

  List<CellFile> all() {
    return List.copyOf(lost.values());
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
   * @param awake the cells that this node has otherwise by now
   */
  List<CellFile> takeStockAgain(Set<CellId> awake) throws IOException {
    List<CellFile> free = new ArrayList<>();
    for (CellFile file : files.unread(this::setAsideQuietly)) {
      if (awake.contains(file.cell()) || lost.containsKey(file.cell())) {
        log.warn("cell {} epoch {}: another birth stands", file.cell(), file.epoch());
      } else {
        free.add(file);
      }
    }
    return sort(free);
  }

  /** The groups of which nothing is known, for their files cannot be read. */
  List<String> unread() {
    return files.unreadGroups();
  }

  private List<CellFile> sort(List<CellFile> found) {
    List<CellFile> held = new ArrayList<>();
    for (CellFile file : found) {
      switch (file.state()) {
        case HELD -> {
          if (file.isOpen() || !disk.lacks(group(file))) {
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
        case LOST, AWAITED -> {
          // What is on disk of it never counted.
          moveAwayQuietly(file);
          lost.put(file.cell(), file);
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
   * One that is damaged. If it was about to return, its superpeer may have added it already or not;
   * either way it is to remove it where it is a member, and to bring it back.
   */
  void lose(CellFile file, String why) throws IOException {
    String loss = tokens.get();
    put(file.state() == State.RETURNING ? file.awaited(loss) : file.lost(loss));
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
    if (file.returns() == 0) {
      disk.setAside(group(file));
    } else {
      disk.drop(group(file));
    }
  }

  private void setAsideQuietly(String group) {
    try {
      disk.setAside(RaftGroupId.valueOf(UUID.fromString(group)));
    } catch (IOException e) {
      log.warn("{} is lost, and not moved aside yet: {}", group, e.toString());
    }
  }

  /** Its superpeer will bring back what this node has lost, or never had. */
  CellFile await(CellFile asked) throws IOException {
    CellFile known = find(asked.cell()).orElse(asked.in(State.LOST));
    if (known.state() == State.AWAITED) {
      return known;
    }
    CellFile awaited = asked.awaited(tokens.get());
    put(awaited);
    return awaited;
  }

  private void put(CellFile file) throws IOException {
    files.put(file);
    lost.put(file.cell(), file);
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

  /** A later birth stands. */
  void forget(CellFile file) {
    lost.remove(file.cell(), file);
  }

  private static RaftGroupId group(CellFile file) {
    return GroupIds.of(file.cell(), file.epoch());
  }
}
