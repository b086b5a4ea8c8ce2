package io.corale.node.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.model.OwnerId;
import io.corale.node.cell.ReplicaCreator.Created;
import io.corale.node.registry.Birth;
import io.corale.node.registry.BornMember;
import io.corale.node.registry.Versioned;
import io.corale.wire.Door;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Some nodes, one linearizable birth record, and a network between them, on one thread: whatever is
 * asked for happens when the seed says so, its answer arrives later still, or is lost.
 */
final class BirthWorld implements BirthRecords {
  static final CellId CELL = CellId.home(new OwnerId("acme"));

  /** A node with its disk. */
  final class Node {
    final NodeId id;
    final Births births;
    long boot = 1;
    Optional<CellFile> held = Optional.empty();

    Node(String name) {
      this.id = new NodeId(name);
      this.births =
          new Births(
              BirthWorld.this,
              BirthWorld.this::create,
              cell -> candidates(this),
              () -> "nonce-" + nonces++,
              () -> later(() -> true, false).thenAccept(done -> {}),
              () -> pausesLeft-- > 0);
    }

    Incarnation incarnation() {
      return new Incarnation(id, boot);
    }

    BornMember member() {
      return new BornMember(incarnation(), id + "_1", id + ":1", id + ":2");
    }

    /** Another life, with or without what was on the disk. */
    void restart(boolean losesDisk) {
      boot++;
      if (losesDisk) {
        held = Optional.empty();
      }
    }
  }

  /** A birth as it may be formatted on a node. */
  private record Formatting(NodeId node, long epoch, String nonce) {}

  final List<Node> nodes = new ArrayList<>();
  final Set<String> opened = new LinkedHashSet<>();
  private final RandomGenerator chance;
  private final double lossRate;
  private final PlantedBirthBug bug;
  private final List<Runnable> pending = new ArrayList<>();
  private final Set<Formatting> formatted = new LinkedHashSet<>();
  private final Map<Long, String> groups = new LinkedHashMap<>();
  private Optional<Versioned<Birth>> record = Optional.empty();
  private int nonces;

  /** So often a node that knows of few others believes that there may be more. */
  int pausesLeft;

  BirthWorld(RandomGenerator chance, int size, double lossRate, PlantedBirthBug bug) {
    this.chance = chance;
    this.lossRate = lossRate;
    this.bug = bug;
    for (int i = 0; i < size; i++) {
      nodes.add(new Node("n" + i));
    }
  }

  Optional<Versioned<Birth>> record() {
    return record;
  }

  /** Lets one thing happen; false when nothing is left. */
  boolean step() {
    if (pending.isEmpty()) {
      return false;
    }
    pending.remove(chance.nextInt(pending.size())).run();
    return true;
  }

  void runAll() {
    while (step()) {
      // Until nothing is left.
    }
  }

  /** Something happens later; its answer arrives later still, unless it is lost. */
  private <T> CompletableFuture<T> later(Supplier<T> effect, boolean mayBeLost) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    pending.add(
        () -> {
          T result = effect.get();
          boolean isLost = mayBeLost && chance.nextDouble() < lossRate;
          pending.add(
              () -> {
                if (isLost) {
                  answer.completeExceptionally(new IllegalStateException("answer lost"));
                } else {
                  answer.complete(result);
                }
              });
        });
    return answer;
  }

  private List<BornMember> candidates(Node self) {
    List<BornMember> all = new ArrayList<>();
    all.add(self.member());
    nodes.stream().filter(n -> n != self).forEach(n -> all.add(n.member()));
    return all;
  }

  private CompletableFuture<Created> create(BornMember member, Door.AddReplica request) {
    return later(() -> addReplica(member, request), true)
        .exceptionally(lost -> Created.UNREACHABLE);
  }

  private Created addReplica(BornMember member, Door.AddReplica request) {
    Node node = nodes.stream().filter(n -> isNodeOf(n, member)).findFirst().orElseThrow();
    CellFile asked = CellFile.of(request);
    Optional<CellFile> held =
        bug == PlantedBirthBug.DIRECTORY_NOT_LOOKED_AT ? Optional.empty() : node.held;
    Incarnation self =
        bug == PlantedBirthBug.ANY_LIFE_CREATES ? member.incarnation() : node.incarnation();
    return switch (Admission.of(held, asked, self)) {
      case HELD -> Created.DONE;
      case REFUSED -> Created.NEVER;
      case NEW, REPLACES -> {
        node.held = Optional.of(asked);
        Formatting what = new Formatting(node.id, asked.epoch(), asked.nonce());
        assertThat(formatted.add(what)).as("%s is the first one", what).isTrue();
        String before = groups.putIfAbsent(asked.epoch(), asked.nonce());
        assertThat(before)
            .as("birth of the group of epoch %s", asked.epoch())
            .isIn(null, asked.nonce());
        yield Created.DONE;
      }
    };
  }

  private static boolean isNodeOf(Node node, BornMember member) {
    return node.id.equals(member.incarnation().node());
  }

  /** The births of which a majority of replicas exists, so that they may elect a superpeer. */
  Set<CellFile> electable() {
    Map<CellFile, Integer> replicas = new LinkedHashMap<>();
    nodes.forEach(node -> node.held.ifPresent(file -> replicas.merge(file, 1, Integer::sum)));
    Set<CellFile> all = new LinkedHashSet<>();
    replicas.forEach(
        (file, count) -> {
          if (count > file.members().size() / 2) {
            all.add(file);
          }
        });
    return all;
  }

  @Override
  public CompletableFuture<Optional<Versioned<Birth>>> read(CellId cell) {
    return later(() -> record.map(this::asRead), true);
  }

  private Versioned<Birth> asRead(Versioned<Birth> stands) {
    Birth birth = stands.value();
    return bug == PlantedBirthBug.OPEN_IS_FINISHED
        ? new Versioned<>(
            new Birth(Birth.State.BORN, birth.epoch(), birth.nonce(), birth.members()),
            stands.version())
        : stands;
  }

  /** The superpeer of a group opens it, before its first acknowledgement. */
  Optional<CompletableFuture<Births.Verdict>> opens(Node superpeer, CellFile group) {
    if (bug == PlantedBirthBug.OPENS_WITHOUT_ASKING) {
      opened.add(group.epoch() + "/" + group.nonce());
      return Optional.empty();
    }
    return Optional.of(superpeer.births.open(CELL, group.epoch(), group.nonce()));
  }

  @Override
  public CompletableFuture<Optional<Versioned<Birth>>> create(CellId cell, Birth birth) {
    return later(
        () ->
            record.isEmpty() || bug == PlantedBirthBug.CREATES_OVER_ANOTHER
                ? write(birth, 0)
                : Optional.empty(),
        true);
  }

  @Override
  public CompletableFuture<Optional<Versioned<Birth>>> replace(
      CellId cell, int version, Birth next) {
    return later(
        () ->
            bug == PlantedBirthBug.REPLACES_WITHOUT_COMPARING
                    || record.filter(r -> r.version() == version).isPresent()
                ? write(asWritten(next), version + 1)
                : Optional.empty(),
        true);
  }

  private Birth asWritten(Birth next) {
    return bug == PlantedBirthBug.EPOCH_STAYS
        ? new Birth(next.state(), 1, next.nonce(), next.members())
        : next;
  }

  private Optional<Versioned<Birth>> write(Birth birth, int version) {
    record.ifPresent(
        r -> assertThat(r.value().state()).as("an OPEN record stays").isEqualTo(Birth.State.BORN));
    if (birth.state() == Birth.State.OPEN) {
      opened.add(birth.epoch() + "/" + birth.nonce());
    }
    record = Optional.of(new Versioned<>(birth, version));
    return record;
  }
}
