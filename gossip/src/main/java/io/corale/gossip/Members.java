package io.corale.gossip;

import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** All other nodes that are known, one life of each, and chance's choice among them. */
final class Members {
  /** A network of 10,000, and those of the last day that are dead. */
  static final int MAX_MEMBERS = 16_384;

  /** A dead node is asked for so long whether it came back. */
  static final long DEAD_MICROS = 24 * Micros.HOUR;

  /** So long nobody may bring up again a life that ended by its own word. */
  static final long LEFT_MICROS = Micros.HOUR;

  private final RandomGenerator chance;
  private final Room room = new Room();
  private final Map<NodeId, Member> byNode = new LinkedHashMap<>();
  private final Map<Long, Member> byLife = new LinkedHashMap<>();
  private final List<Member> order = new ArrayList<>();

  /**
   * The last life of each that is known no more: a disk of former days must still be told of it.
   */
  private final Map<NodeId, Long> former = new LinkedHashMap<>();

  private int next;
  private int present;
  private long changes;
  private long standings;

  Members(RandomGenerator chance) {
    this.chance = chance;
  }

  Optional<Member> of(NodeId node) {
    return Optional.ofNullable(byNode.get(node));
  }

  Optional<Member> of(long life) {
    return Optional.ofNullable(byLife.get(life));
  }

  /** The latest life of that node which was ever heard of here; 0 where there was none. */
  long bootOf(NodeId node) {
    long known = of(node).map(member -> member.incarnation().boot()).orElse(0L);
    return Math.max(known, former.getOrDefault(node, 0L));
  }

  Collection<Member> all() {
    return byNode.values();
  }

  /** What all of them hold, and this node. */
  Room room() {
    return room;
  }

  /** All nodes that are believed to be there, this one among them. */
  int size() {
    return present + 1;
  }

  /** Another number whenever other things are known of any of them; ages and loads aside. */
  long changes() {
    return changes;
  }

  /**
   * Another number whenever one comes, goes, stands otherwise, or says something else of itself;
   * what it claims aside.
   */
  long standings() {
    return standings;
  }

  /** One of them is another one now, or says something else of itself. */
  void said() {
    changes++;
    standings++;
  }

  /** Something else is known of one of them. */
  void changed() {
    changes++;
  }

  boolean isFull() {
    return byNode.size() >= MAX_MEMBERS;
  }

  void add(Member member) {
    said();
    byNode.put(member.incarnation().node(), member);
    byLife.put(member.life(), member);
    order.add(member);
    swap(order.size() - 1, next + chance.nextInt(order.size() - next));
    present += member.standing().isPresent() ? 1 : 0;
  }

  void remove(Member member) {
    said();
    member.shelf().forget();
    remember(member.incarnation());
    byNode.remove(member.incarnation().node());
    byLife.remove(member.life());
    int at = order.indexOf(member);
    order.remove(at);
    next -= at < next ? 1 : 0;
    present -= member.standing().isPresent() ? 1 : 0;
  }

  private void remember(Incarnation life) {
    long latest = Math.max(life.boot(), former.getOrDefault(life.node(), 0L));
    former.remove(life.node());
    former.put(life.node(), latest);
    if (former.size() > MAX_MEMBERS) {
      former.remove(former.keySet().iterator().next());
    }
  }

  void stood(Standing before, Standing now) {
    said();
    present += (now.isPresent() ? 1 : 0) - (before.isPresent() ? 1 : 0);
  }

  /** Those who have been dead, or have left, for so long that they are forgotten. */
  List<Member> forgettable(long now) {
    return byNode.values().stream()
        .filter(
            member ->
                switch (member.standing()) {
                  case DEAD -> now - member.since() >= DEAD_MICROS;
                  case LEFT -> now - member.since() >= LEFT_MICROS;
                  case ALIVE, SUSPECT -> false;
                })
        .toList();
  }

  /** The one whose turn it is to be probed: each one once before any one twice (SWIM, 4.3). */
  Optional<Member> nextPresent() {
    for (int looked = 0; looked < order.size(); looked++) {
      if (next >= order.size()) {
        shuffle();
      }
      Member member = order.get(next++);
      if (member.standing().isPresent()) {
        return Optional.of(member);
      }
    }
    return Optional.empty();
  }

  /** Up to so many by chance. */
  List<Member> some(int wanted, Predicate<Member> fits) {
    List<Member> chosen = new ArrayList<>(wanted);
    int misses = 4 * wanted + 8;
    while (chosen.size() < wanted && misses > 0 && !order.isEmpty()) {
      Member member = order.get(chance.nextInt(order.size()));
      if (fits.test(member) && !chosen.contains(member)) {
        chosen.add(member);
      } else {
        misses--;
      }
    }
    if (chosen.isEmpty()) {
      // Those who fit are few among many: chance has missed them, so all are looked at.
      List<Member> fitting = order.stream().filter(fits).toList();
      return fitting.isEmpty() ? chosen : List.of(fitting.get(chance.nextInt(fitting.size())));
    }
    return chosen;
  }

  private void shuffle() {
    next = 0;
    for (int i = order.size() - 1; i > 0; i--) {
      swap(i, chance.nextInt(i + 1));
    }
  }

  private void swap(int one, int other) {
    Member kept = order.get(one);
    order.set(one, order.get(other));
    order.set(other, kept);
  }
}
