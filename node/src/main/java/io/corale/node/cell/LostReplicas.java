package io.corale.node.cell;

import io.corale.model.CellId;
import io.corale.node.cell.CellFile.State;
import io.corale.scheduler.ratis.StorageCheck;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
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
   * A replica that the node holds.
   *
   * @param look fails where it could not be looked at: nothing is known of it, so it stays where it
   *     is, for somebody to look after it, and Ratis must not try
   */
  record Held(CellFile file, CompletableFuture<StorageCheck> look) {}

  /**
   * Looks at all that this node has on disk; what may be opened. To be called once, at the start.
   */
  List<Held> takeStock(Executor readers) throws IOException {
    List<Held> known = new ArrayList<>();
    for (CellFile file :
        files.all(group -> disk.setAside(RaftGroupId.valueOf(UUID.fromString(group))))) {
      switch (file.state()) {
        case HELD, RETURNING -> known.add(new Held(file, look(file, readers)));
        case LOST, AWAITED -> stillLost(file);
      }
    }
    List<Held> held = new ArrayList<>();
    for (Held each : known) {
      if (mayOpen(each)) {
        held.add(each);
      }
    }
    return held;
  }

  /** All at once, since reading takes longer than opening. */
  private CompletableFuture<StorageCheck> look(CellFile file, Executor readers) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return disk.check(group(file));
          } catch (IOException e) {
            throw new CompletionException(e);
          }
        },
        readers);
  }

  private boolean mayOpen(Held held) throws IOException {
    StorageCheck found = held.look.handle((check, failure) -> check).join();
    if (found instanceof StorageCheck.Damaged damaged) {
      lose(held.file, damaged.reason());
      return false;
    }
    if (found instanceof StorageCheck.Absent) {
      if (held.file.isOpen()) {
        lose(held.file, "its directory is gone");
      } else {
        // The node fell between writing the file and creating the replica.
        files.remove(held.file);
      }
      return false;
    }
    return true;
  }

  /** One that was lost already when the node stopped. What is on disk of it never counted. */
  private void stillLost(CellFile file) throws IOException {
    disk.setAside(group(file));
    lost.put(file.cell(), file);
    log.warn("cell {} epoch {} is still lost on this node", file.cell(), file.epoch());
  }

  /**
   * One that is damaged. If it was about to return, its superpeer may have added it already or not;
   * either way it is to remove it where it is a member, and to bring it back.
   */
  void lose(CellFile file, String why) throws IOException {
    log.error(
        "cell {} epoch {} is lost on this node, which does not start it under its old state: {}",
        file.cell(),
        file.epoch(),
        why);
    disk.setAside(group(file));
    String loss = tokens.get();
    put(file.state() == State.RETURNING ? file.awaited(loss) : file.lost(loss));
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

  /** Its group's configuration is without it: an empty one may be created. */
  CellFile returning(CellFile awaited) throws IOException {
    // What is left of it was created by a life that did not come to say so.
    disk.setAside(group(awaited));
    CellFile returning = awaited.in(State.RETURNING);
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
