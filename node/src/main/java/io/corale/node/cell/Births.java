package io.corale.node.cell;

import io.corale.model.CellId;
import io.corale.node.cell.ReplicaCreator.Created;
import io.corale.node.registry.Birth;
import io.corale.node.registry.BornMember;
import io.corale.node.registry.Versioned;
import io.corale.wire.Common;
import io.corale.wire.Door;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Brings a cell's group to the world (rules 1 and 2).
 *
 * <pre>
 *   no record ──create──▶ BORN ──a majority of replicas created──▶ the group elects a superpeer
 *                         │  ▲                                          │ first entries applied
 *     a member is gone    │  │ epoch + 1, other members                 ▼
 *     for good, or no ────┘──┘                                        OPEN
 *     majority answers
 * </pre>
 *
 * <p>Every arrow between records is one compare-and-set, so of any number of nodes at work one
 * wins, and what the others did leads to a group that cannot open: its superpeer finds a later
 * birth, and the group is stillborn. Only a BORN record is ever replaced; an OPEN group is never
 * formatted again. Thread-safe and without state; never blocks.
 */
final class Births {
  /** Survives the loss of one node. */
  static final int REPLICAS = 3;

  /** Each round lost means that another node won one; more is a broken register. */
  static final int MAX_ROUNDS = 16;

  private final BirthRecords records;
  private final ReplicaCreator creator;
  private final Function<CellId, List<BornMember>> candidates;
  private final Supplier<String> nonces;
  private final Supplier<CompletableFuture<Void>> pause;
  private final BooleanSupplier mayMoreCome;

  /**
   * @param creator reaches every member, this node too
   * @param candidates the nodes alive, the best first; never empty
   * @param pause completes after a short while
   * @param mayMoreCome whether nodes that are alive may not be known yet; not for ever
   */
  Births(
      BirthRecords records,
      ReplicaCreator creator,
      Function<CellId, List<BornMember>> candidates,
      Supplier<String> nonces,
      Supplier<CompletableFuture<Void>> pause,
      BooleanSupplier mayMoreCome) {
    this.records = records;
    this.creator = creator;
    this.candidates = candidates;
    this.nonces = nonces;
    this.pause = pause;
    this.mayMoreCome = mayMoreCome;
  }

  /**
   * The birth of a cell whose group is open, or of which a majority of replicas has just been
   * created. Fails when the registry cannot be asked, or no majority of nodes answers.
   */
  CompletableFuture<Birth> bear(CellId cell) {
    return bear(cell, 1);
  }

  private CompletableFuture<Birth> bear(CellId cell, int round) {
    if (round > MAX_ROUNDS) {
      return CompletableFuture.failedFuture(
          new IllegalStateException("cell " + cell + " could not be born: no majority answered"));
    }
    return records
        .read(cell)
        .thenCompose(
            found -> {
              if (found.isEmpty()) {
                return bearFirst(cell, round);
              }
              return found.get().value().state() == Birth.State.OPEN
                  ? CompletableFuture.completedFuture(found.get().value())
                  : finish(cell, found.get(), round);
            });
  }

  /** A cell has the members of its birth for long, so nodes that are just coming are waited for. */
  private CompletableFuture<Birth> bearFirst(CellId cell, int round) {
    Birth first = born(cell, 1);
    if (first.members().size() < REPLICAS && mayMoreCome.getAsBoolean()) {
      return pause.get().thenCompose(waited -> bear(cell, round));
    }
    return records.create(cell, first).thenCompose(written -> finishOrAgain(cell, written, round));
  }

  private Birth born(CellId cell, long epoch) {
    List<BornMember> all = candidates.apply(cell);
    List<BornMember> chosen = all.subList(0, Math.min(REPLICAS, all.size()));
    return new Birth(Birth.State.BORN, epoch, nonces.get(), chosen);
  }

  private CompletableFuture<Birth> finishOrAgain(
      CellId cell, Optional<Versioned<Birth>> written, int round) {
    return written.isPresent() ? finish(cell, written.get(), round) : bear(cell, round + 1);
  }

  /** Any node may finish a BORN one, on exactly its members. */
  private CompletableFuture<Birth> finish(CellId cell, Versioned<Birth> found, int round) {
    Birth birth = found.value();
    return createAll(cell, birth, member -> true)
        .thenCompose(
            created -> {
              long done = created.stream().filter(Created.DONE::equals).count();
              boolean isSomeGone = created.contains(Created.NEVER);
              if (!isSomeGone && done > birth.members().size() / 2) {
                return CompletableFuture.completedFuture(birth);
              }
              Birth next = born(cell, birth.epoch() + 1);
              if (isSomeGone || !next.members().equals(birth.members())) {
                return records
                    .replace(cell, found.version(), next)
                    .thenCompose(written -> finishOrAgain(cell, written, round + 1));
              }
              return pause.get().thenCompose(waited -> bear(cell, round + 1));
            });
  }

  private CompletableFuture<List<Created>> createAll(
      CellId cell, Birth birth, Predicate<BornMember> canHold) {
    Door.AddReplica request = request(cell, birth);
    List<CompletableFuture<Created>> asked = new ArrayList<>();
    for (BornMember member : birth.members()) {
      asked.add(
          canHold.test(member)
              ? creator.create(member, request)
              : CompletableFuture.completedFuture(Created.UNREACHABLE));
    }
    return CompletableFuture.allOf(asked.toArray(new CompletableFuture<?>[0]))
        .thenApply(all -> asked.stream().map(CompletableFuture::join).toList());
  }

  /**
   * Asked by the superpeer of a group before its first acknowledgement: opens the birth, or finds
   * out that this birth was given up. Fails when that cannot be known now.
   */
  CompletableFuture<Verdict> open(CellId cell, long epoch, String nonce) {
    return records
        .read(cell)
        .thenCompose(
            found -> {
              if (found.isEmpty() || found.get().value().epoch() < epoch) {
                // The register has forgotten us. That is an operator's matter, not a verdict.
                return CompletableFuture.failedFuture(
                    new IllegalStateException("no birth record of cell " + cell + " at " + epoch));
              }
              Birth birth = found.get().value();
              if (birth.epoch() != epoch || !birth.nonce().equals(nonce)) {
                return CompletableFuture.completedFuture(Verdict.STILLBORN);
              }
              if (birth.state() == Birth.State.OPEN) {
                return CompletableFuture.completedFuture(Verdict.OPEN);
              }
              return records
                  .replace(cell, found.get().version(), birth.opened())
                  .thenCompose(
                      written ->
                          written.isPresent()
                              ? CompletableFuture.completedFuture(Verdict.OPEN)
                              : open(cell, epoch, nonce));
            });
  }

  /**
   * Asked by the superpeer of an open group: has the members create their replicas that were away
   * at the birth (rule 3). Asks one time; says what each answered, in the order of the members.
   *
   * @param canHold who is asked; others count as out of reach
   */
  CompletableFuture<List<Created>> complete(CellFile file, Predicate<BornMember> canHold) {
    return createAll(
        file.cell(),
        new Birth(Birth.State.OPEN, file.epoch(), file.nonce(), file.members()),
        canHold);
  }

  /**
   * Has the record of an open group name its members of today. Fails when that is not known to be
   * so.
   */
  CompletableFuture<Void> refresh(CellFile file, List<BornMember> members) {
    return records
        .read(file.cell())
        .thenCompose(
            found -> {
              Versioned<Birth> record =
                  found
                      .filter(it -> it.value().state() == Birth.State.OPEN)
                      .filter(it -> it.value().epoch() == file.epoch())
                      .filter(it -> it.value().nonce().equals(file.nonce()))
                      .orElseThrow(
                          () ->
                              new IllegalStateException(
                                  "the registry knows another birth of cell " + file.cell()));
              Birth now = record.value().among(members);
              if (now.equals(record.value())) {
                return CompletableFuture.<Void>completedFuture(null);
              }
              return records
                  .replace(file.cell(), record.version(), now)
                  .thenAccept(
                      written -> {
                        if (written.isEmpty()) {
                          throw new IllegalStateException(
                              "the record of cell " + file.cell() + " has just changed");
                        }
                      });
            });
  }

  /** Whether a later birth has taken the place of this one. Fails when that cannot be known now. */
  CompletableFuture<Boolean> isGivenUp(CellFile file) {
    return records
        .read(file.cell())
        .thenApply(
            found ->
                found
                    .filter(r -> r.value().epoch() >= file.epoch())
                    .filter(r -> !r.value().nonce().equals(file.nonce()))
                    .isPresent());
  }

  /** What a member is asked to create. */
  static Door.AddReplica request(CellId cell, Birth birth) {
    Door.AddReplica.Builder request =
        Door.AddReplica.newBuilder()
            .setOwner(cell.owner().value())
            .setCell(cell.number())
            .setEpoch(birth.epoch())
            .setNonce(birth.nonce())
            .setOpen(birth.state() == Birth.State.OPEN);
    for (BornMember member : birth.members()) {
      request.addPeers(
          Door.BornPeer.newBuilder()
              .setIncarnation(
                  Common.Incarnation.newBuilder()
                      .setNode(member.incarnation().node().value())
                      .setBoot(member.incarnation().boot()))
              .setRaftPeer(member.raftPeer())
              .setRaftAddress(member.raftAddress()));
    }
    return request.build();
  }

  /** What the register says of a group. */
  enum Verdict {
    /** It may acknowledge. */
    OPEN,
    /** A later birth has taken its place; it never acknowledged anything. */
    STILLBORN
  }
}
