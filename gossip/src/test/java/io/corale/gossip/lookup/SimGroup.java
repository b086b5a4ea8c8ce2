package io.corale.gossip.lookup;

import io.corale.model.CellId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * A few lines that stand for Raft: one group with its members, terms and configurations, and what
 * each of its replicas knows of them.
 */
final class SimGroup {
  final CellId cell;
  final long epoch;
  final String nonce;
  List<Integer> members;
  long configuration = 1;

  /** Its log has the entry by which its birth counts; that by which it is over. */
  boolean isOpened;

  boolean isRetired;
  final Map<Integer, Replica> replicas = new LinkedHashMap<>();

  /** What is on a node's disk, and what it knows while it runs. */
  static final class Replica {
    long term;
    long configuration = 1;
    Optional<Integer> leader = Optional.empty();
    boolean leads;
    boolean serves;

    void restart() {
      leader = Optional.empty();
      leads = false;
      serves = false;
    }

    void hearOf(Replica newer) {
      boolean isNews = newer.term > term;
      term = newer.term;
      configuration = Math.max(configuration, newer.configuration);
      if (isNews) {
        leads = false;
        serves = false;
      }
      if (newer.leader.isPresent()) {
        leader = newer.leader;
      }
    }
  }

  SimGroup(CellId cell, long epoch, String nonce, List<Integer> members) {
    this.cell = cell;
    this.epoch = epoch;
    this.nonce = nonce;
    this.members = List.copyOf(members);
  }

  Optional<Replica> replica(int node) {
    return Optional.ofNullable(replicas.get(node));
  }

  /** Of who is known to have one. */
  Replica held(int node) {
    return replica(node).orElseThrow();
  }

  void create(int node) {
    if (members.contains(node)) {
      replicas.computeIfAbsent(node, n -> new Replica());
    }
  }

  /** Whether this member would win, by votes of a majority; it leads then in a term of its own. */
  boolean elect(int candidate, IntPredicate reached) {
    List<Replica> voters = reachedReplicas(candidate, reached);
    if (!members.contains(candidate) || 2 * voters.size() <= members.size()) {
      return false;
    }
    long term = 1 + voters.stream().mapToLong(voter -> voter.term).max().orElse(0);
    for (Replica voter : voters) {
      voter.restart();
      voter.term = term;
      voter.configuration = configuration;
      voter.leader = Optional.of(candidate);
    }
    held(candidate).leads = true;
    return true;
  }

  private List<Replica> reachedReplicas(int from, IntPredicate reached) {
    List<Replica> found = new ArrayList<>();
    for (int member : members) {
      Replica replica = replicas.get(member);
      if (replica != null && (member == from || reached.test(member))) {
        found.add(replica);
      }
    }
    return replicas.containsKey(from) ? found : List.of();
  }

  /** Whether what this node appends would be committed: a majority follows it in its term. */
  boolean commits(int node, IntPredicate reached) {
    Replica leader = replicas.get(node);
    if (leader == null || !leader.leads || !members.contains(node)) {
      return false;
    }
    long following =
        reachedReplicas(node, reached).stream().filter(r -> r.term == leader.term).count();
    return 2 * following > members.size();
  }

  /** Replicas that reach each other come to know the same. */
  void chat(int one, int other) {
    Replica first = replicas.get(one);
    Replica second = replicas.get(other);
    if (first != null && second != null) {
      if (first.term >= second.term) {
        second.hearOf(first);
      } else {
        first.hearOf(second);
      }
    }
  }

  Optional<Integer> leader(IntPredicate isUp) {
    return replicas.keySet().stream()
        .filter(isUp::test)
        .filter(node -> held(node).leads && held(node).serves)
        .max((a, b) -> Long.compare(held(a).term, held(b).term));
  }

  /** One comes, one goes: by the leader, which stays. */
  void change(int leader, int added, int removed, boolean removedHears) {
    List<Integer> next = new ArrayList<>(members);
    next.remove(Integer.valueOf(removed));
    next.add(added);
    members = List.copyOf(next);
    configuration++;
    Replica by = held(leader);
    by.configuration = configuration;
    Replica fresh = new Replica();
    fresh.term = by.term;
    fresh.configuration = configuration;
    fresh.leader = Optional.of(leader);
    replicas.put(added, fresh);
    if (removedHears) {
      replicas.remove(removed);
    }
  }
}
