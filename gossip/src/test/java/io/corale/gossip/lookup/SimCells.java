package io.corale.gossip.lookup;

import io.corale.gossip.ClaimView;
import io.corale.model.CellId;
import io.corale.model.OwnerId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Some nodes with their cells, one linearizable register of births, and a network that cuts any two
 * of them off from each other. Everything happens at once, when a schedule says so.
 */
final class SimCells {
  static final int REPLICAS = 3;

  /** What the register holds of a cell. */
  record Birth(State state, long epoch, String nonce, List<Integer> members) {
    enum State {
      BORN,
      OPEN,
      RETIRED
    }

    Birth in(State next) {
      return new Birth(next, epoch, nonce, members);
    }
  }

  final List<SimNode> nodes = new ArrayList<>();
  final List<CellId> cells = new ArrayList<>();
  final List<SimGroup> groups = new ArrayList<>();
  final Map<CellId, Birth> register = new LinkedHashMap<>();
  private final PlantedLookupBug bug;
  private final boolean[][] cut;
  private int nonces;
  private long nanos;

  SimCells(int size, int owners, PlantedLookupBug bug) {
    this.bug = bug;
    this.cut = new boolean[size][size];
    for (int i = 0; i < size; i++) {
      nodes.add(new SimNode(i, () -> nanos));
    }
    for (int i = 0; i < owners; i++) {
      cells.add(CellId.home(new OwnerId("owner-" + i)));
    }
    nodes.forEach(each -> nodes.forEach(other -> other.hearAll(each)));
    claimAll();
  }

  /** A denial is believed for a few steps. */
  void passTime() {
    nanos += Learned.DENIAL_NANOS / 4;
  }

  boolean connects(int one, int other) {
    return nodes.get(one).isUp && nodes.get(other).isUp && !cut[one][other];
  }

  void cut(int one, int other, boolean isCut) {
    if (one != other) {
      cut[one][other] = isCut;
      cut[other][one] = isCut;
    }
  }

  void heal() {
    for (boolean[] row : cut) {
      Arrays.fill(row, false);
    }
  }

  /** The group of which this node has the latest replica for the cell. */
  Optional<SimGroup> group(int node, CellId cell) {
    Optional<SimGroup> latest = Optional.empty();
    for (SimGroup group : groups) {
      if (group.cell.equals(cell) && group.replicas.containsKey(node)) {
        latest = latest.filter(known -> known.epoch > group.epoch).or(() -> Optional.of(group));
      }
    }
    return latest;
  }

  /** Whether this group would accept a request at this node. */
  boolean accepts(SimGroup group, int node) {
    SimGroup.Replica replica = group.replicas.get(node);
    boolean isRetired = group.isRetired && bug != PlantedLookupBug.ACCEPTS_RETIRED;
    return nodes.get(node).isUp
        && replica != null
        && replica.leads
        && replica.serves
        && !isRetired
        && group.commits(node, other -> connects(node, other));
  }

  Own own(int node, CellId cell) {
    Optional<SimGroup> group = group(node, cell);
    if (group.isEmpty()) {
      return new Own.Absent();
    }
    SimGroup.Replica replica = group.get().held(node);
    if (group.get().isRetired && bug != PlantedLookupBug.ACCEPTS_RETIRED) {
      return new Own.Silent();
    }
    if (replica.leads) {
      return replica.serves
          ? new Own.Leads()
          : new Own.TakesOver(new Rank(group.get().epoch, replica.term, replica.configuration));
    }
    return new Own.Follows(
        replica.leader.map(
            leader ->
                new ClaimView(
                    nodes.get(leader).incarnation,
                    cell,
                    group.get().epoch,
                    replica.term,
                    replica.configuration,
                    true)));
  }

  /** All say what they hold. */
  void claimAll() {
    nodes.stream().filter(node -> node.isUp).forEach(this::claim);
  }

  private void claim(SimNode node) {
    List<ClaimView> claims = new ArrayList<>();
    for (CellId cell : cells) {
      group(node.number, cell).ifPresent(group -> claims.add(claim(node, group)));
    }
    node.claim(claims);
  }

  private static ClaimView claim(SimNode node, SimGroup group) {
    SimGroup.Replica replica = group.held(node.number);
    boolean leads = replica.leads && replica.serves;
    return leads
        ? new ClaimView(
            node.incarnation, group.cell, group.epoch, replica.term, replica.configuration, true)
        : new ClaimView(node.incarnation, group.cell, group.epoch, 0, 0, false);
  }

  /**
   * What a node does for a cell that nobody serves (rules 1 and 2); the members that its record
   * names in the end, if the register answers.
   *
   * @param stopsBetween whether this node dies between the record and the replicas
   */
  Optional<Birth> found(int node, CellId cell, RandomGenerator chance, boolean stopsBetween) {
    if (!nodes.get(node).isUp || !nodes.get(node).reachesRegistry) {
      return Optional.empty();
    }
    Optional<Birth> known = record(cell);
    boolean compares = bug != PlantedLookupBug.BEARS_WITHOUT_COMPARING;
    if (compares && known.filter(each -> each.state() == Birth.State.OPEN).isPresent()) {
      return known;
    }
    Birth record =
        known
            .filter(each -> compares && each.state() == Birth.State.BORN)
            .filter(each -> isFinished(node, each))
            .orElseGet(() -> born(node, cell, 1 + known.map(Birth::epoch).orElse(0L), chance));
    register.put(cell, record);
    if (!stopsBetween) {
      create(node, cell, record);
    }
    return Optional.of(record);
  }

  Optional<Birth> record(CellId cell) {
    return Optional.ofNullable(register.get(cell));
  }

  private boolean isFinished(int node, Birth record) {
    return 2 * record.members().stream().filter(m -> m == node || connects(node, m)).count()
        > record.members().size();
  }

  private Birth born(int node, CellId cell, long epoch, RandomGenerator chance) {
    List<Integer> members = new ArrayList<>(List.of(node));
    List<Integer> others = new ArrayList<>();
    for (SimNode other : nodes) {
      if (other.number != node && connects(node, other.number)) {
        others.add(other.number);
      }
    }
    while (members.size() < REPLICAS && !others.isEmpty()) {
      members.add(others.remove(chance.nextInt(others.size())));
    }
    String nonce = "nonce-" + nonces++;
    groups.add(new SimGroup(cell, epoch, nonce, members));
    return new Birth(Birth.State.BORN, epoch, nonce, List.copyOf(members));
  }

  private void create(int node, CellId cell, Birth record) {
    SimGroup group =
        groups.stream().filter(g -> g.nonce.equals(record.nonce())).findFirst().orElseThrow();
    for (int member : record.members()) {
      boolean holdsLater = group(member, cell).filter(g -> g.epoch > group.epoch).isPresent();
      if ((member == node || connects(node, member)) && !holdsLater) {
        group.create(member);
      }
    }
  }

  /** A new leader asks, before it acknowledges anything, whether its birth counts. */
  void open(SimGroup group, int node) {
    SimGroup.Replica replica = group.replicas.get(node);
    if (replica == null || !replica.leads || replica.serves || !commits(group, node)) {
      return;
    }
    if (!group.isOpened && bug != PlantedLookupBug.SERVES_UNOPENED) {
      Birth record = record(group.cell).orElseThrow();
      if (!nodes.get(node).reachesRegistry) {
        return;
      }
      if (!record.nonce().equals(group.nonce)) {
        group.replicas.clear(); // Stillborn: it never acknowledged anything.
        return;
      }
      register.put(group.cell, record.in(Birth.State.OPEN));
    }
    group.isOpened = true;
    replica.serves = true;
  }

  boolean commits(SimGroup group, int node) {
    return group.commits(node, other -> connects(node, other));
  }

  /** A leader that nobody follows any more gives up after a while, in which it answers nothing. */
  void tire(int node, CellId cell) {
    group(node, cell)
        .filter(group -> group.held(node).leads && !commits(group, node))
        .ifPresent(group -> group.held(node).restart());
  }

  /** After its RETIRE is in the log the register is told, and replicas go. */
  void bury(SimGroup group, int node) {
    Birth record = record(group.cell).orElseThrow();
    if (group.isRetired && nodes.get(node).isUp && nodes.get(node).reachesRegistry) {
      if (record.nonce().equals(group.nonce)) {
        register.put(group.cell, record.in(Birth.State.RETIRED));
      }
      if (bug != PlantedLookupBug.ACCEPTS_RETIRED) {
        group.replicas.keySet().removeIf(member -> member == node || connects(node, member));
      }
    }
  }
}
