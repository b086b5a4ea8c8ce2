package io.corale.gossip.lookup;

import io.corale.gossip.ClaimView;
import io.corale.model.CellId;
import io.corale.model.NodeId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * The way of one request for a cell, from the node where it came in to who leads.
 *
 * <pre>
 *   own replica leads ------------------------------------&gt; Here
 *   the greatest claim to lead, then only greater ones ---&gt; Ask, 3 times at most
 *   everybody else who claims anything, once -------------&gt; Ask
 *   two of them, where somebody could not be reached ------&gt; Ask to hand on
 *   nobody ever claimed anything -------------------------&gt; Nobody: the birth record
 *   all of them in vain ----------------------------------&gt; Wait, and another trail
 * </pre>
 *
 * <p>A node that is asked and does not lead says who does, as far as it knows. What it says is
 * followed only to a claim that is strictly greater than the one that was followed before. Terms
 * are finite, so no two nodes can send a request to and fro. What a trail finds out is of use to
 * the next one by {@link Learned}. Not thread-safe; one question at a time.
 */
public final class Trail {
  /** The superpeer of yesterday, that of today, and that of a moment ago. */
  public static final int MOST_HOPS = 3;

  /** As many members as a cell can have. */
  public static final int MOST_MEMBERS = 9;

  /**
   * Who is asked to hand on asks all others in its turn, so these few make the most of all
   * questions.
   */
  public static final int MOST_BEYOND = 2;

  /** That one node asks on one trail. */
  public static final int MOST_QUESTIONS = MOST_HOPS + MOST_MEMBERS + MOST_BEYOND;

  /** Of what answers tell: one for each member and each hop. */
  static final int MOST_TOLD = MOST_HOPS + MOST_MEMBERS;

  private final NodeId self;
  private final CellId cell;
  private final BiPredicate<Rank, Rank> mayFollow;
  private final Set<NodeId> asked = new LinkedHashSet<>();
  private final Deque<Step.Ask> denials = new ArrayDeque<>();
  private final Map<NodeId, Told> told = new LinkedHashMap<>();
  private Optional<Step.Ask> open = Optional.empty();
  private Rank followed = Rank.NONE;
  private int hops;
  private int members;
  private int beyond;
  private boolean isCutOff;
  private boolean isHandedOn;

  /**
   * @param avoid nodes that could not be reached a moment ago
   */
  public Trail(NodeId self, CellId cell, Set<NodeId> avoid) {
    this(self, cell, avoid, Rank::isAbove);
  }

  /**
   * @param mayFollow whether a claim of the first rank is followed after one of the second
   */
  Trail(NodeId self, CellId cell, Set<NodeId> avoid, BiPredicate<Rank, Rank> mayFollow) {
    this.self = self;
    this.cell = cell;
    this.mayFollow = mayFollow;
    this.isCutOff = !avoid.isEmpty();
    asked.add(self);
    asked.addAll(avoid);
  }

  /** This node was asked to hand on itself: whom it reaches is asked, and nobody beyond. */
  public void staysWithinReach() {
    isHandedOn = true;
  }

  /** Somebody is known to be a member, or to lead, by the birth record or whoever knows else. */
  public void hint(Told hint) {
    keep(hint);
  }

  /** What to do now. */
  public Step next(Own own, Sight sight, Learned learned) {
    if (own instanceof Own.Leads) {
      return new Step.Here();
    }
    List<ClaimView> known = known(own, sight, learned);
    open = claim(known, sight, learned).or(() -> member(known, sight, learned)).or(this::beyond);
    if (open.isPresent()) {
      asked.add(open.get().claim().node().node());
      return open.get();
    }
    return known.isEmpty() && own instanceof Own.Absent ? new Step.Nobody() : new Step.Wait();
  }

  private Optional<Step.Ask> claim(List<ClaimView> known, Sight sight, Learned learned) {
    if (hops == MOST_HOPS) {
      return Optional.empty();
    }
    for (ClaimView claim : known) {
      Optional<String> door = door(claim, sight, learned);
      Rank rank = Rank.of(claim);
      boolean isNews = claim.leads() && mayFollow.test(rank, followed) && !learned.isDenied(claim);
      if (isNews && door.isPresent()) {
        hops++;
        followed = rank;
        return Optional.of(ask(claim, door.get(), Step.Why.CLAIM));
      }
    }
    return Optional.empty();
  }

  /** Those whose claims were denied come last: they may lead again. */
  private Optional<Step.Ask> member(List<ClaimView> known, Sight sight, Learned learned) {
    if (members == MOST_MEMBERS) {
      return Optional.empty();
    }
    for (boolean isDenied : new boolean[] {false, true}) {
      for (ClaimView claim : known) {
        Optional<String> door = door(claim, sight, learned);
        if (door.isPresent() && learned.isDenied(claim) == isDenied) {
          members++;
          return Optional.of(ask(claim, door.get(), Step.Why.MEMBER));
        }
      }
    }
    return Optional.empty();
  }

  /** Those who do not lead may reach who does: the one first that answered last. */
  private Optional<Step.Ask> beyond() {
    if (!isCutOff || isHandedOn || beyond == MOST_BEYOND || denials.isEmpty()) {
      return Optional.empty();
    }
    beyond++;
    Step.Ask before = denials.removeLast();
    return Optional.of(ask(before.claim(), before.door(), Step.Why.BEYOND));
  }

  private Step.Ask ask(ClaimView claim, String door, Step.Why why) {
    return new Step.Ask(claim, door, followed, why);
  }

  /** Of a node that was not asked yet. */
  private Optional<String> door(ClaimView claim, Sight sight, Learned learned) {
    NodeId node = claim.node().node();
    if (asked.contains(node)) {
      return Optional.empty();
    }
    return sight
        .door(node)
        .or(() -> Optional.ofNullable(told.get(node)).map(Told::door))
        .or(
            () ->
                learned
                    .leader(cell)
                    .filter(t -> t.claim().node().node().equals(node))
                    .map(Told::door));
  }

  /**
   * What others claim, above what this node is about to claim itself: what gossip has brought, in
   * its order, behind what others have told of greater claims, and before all else that they told.
   */
  private List<ClaimView> known(Own own, Sight sight, Learned learned) {
    List<ClaimView> believed = sight.claims(cell);
    List<ClaimView> hearsay = hearsay(own, learned);
    Rank first = believed.isEmpty() ? Rank.NONE : Rank.of(believed.get(0));
    Rank leading =
        believed.stream().filter(ClaimView::leads).findFirst().map(Rank::of).orElse(Rank.NONE);
    List<ClaimView> all = new ArrayList<>(believed.size() + hearsay.size());
    List<ClaimView> others = new ArrayList<>();
    for (ClaimView claim : hearsay) {
      boolean isGreater = Rank.of(claim).isAbove(claim.leads() ? leading : first);
      (isGreater ? all : others).add(claim);
    }
    all.sort(Comparator.comparing(Rank::of).reversed());
    all.addAll(believed);
    all.addAll(others);
    Rank least = own instanceof Own.TakesOver takesOver ? takesOver.at() : Rank.NONE;
    all.removeIf(claim -> claim.node().node().equals(self) || !Rank.of(claim).isAbove(least));
    return all;
  }

  private List<ClaimView> hearsay(Own own, Learned learned) {
    List<ClaimView> all = new ArrayList<>();
    if (own instanceof Own.Follows follows) {
      follows.leader().ifPresent(all::add);
    }
    learned.leader(cell).ifPresent(each -> all.add(each.claim()));
    told.values().forEach(each -> all.add(each.claim()));
    return all;
  }

  /** Who was asked does not lead; this is what it knows. */
  public void denied(List<Told> knows, Learned learned) {
    learned.denied(answered().claim());
    if (answered().why() != Step.Why.BEYOND) {
      denials.add(answered());
    }
    hear(knows, learned);
  }

  /** Who was asked cannot serve it now, and may soon; this is what it knows of others. */
  public void waits(List<Told> knows, Learned learned) {
    hear(knows, learned);
  }

  private void hear(List<Told> knows, Learned learned) {
    for (Told each : knows) {
      if (each.claim().cell().equals(cell)) {
        learned.told(each);
        keep(each);
      }
    }
  }

  /** Who was asked has certainly not got the question. */
  public void unreachable(Learned learned) {
    learned.unreachable(answered().claim());
    isCutOff = true;
  }

  /**
   * Who was asked has served the request.
   *
   * @param by the claim by which it leads, where it says that
   */
  public void served(Optional<Told> by, Learned learned) {
    if (answered().why() != Step.Why.BEYOND) { // Who handed on is not who has served.
      learned.served(cell, answered().claim().node().node());
    }
    by.filter(each -> each.claim().cell().equals(cell)).ifPresent(learned::told);
  }

  private Step.Ask answered() {
    return open.orElseThrow(() -> new IllegalStateException("nobody was asked for cell " + cell));
  }

  private void keep(Told each) {
    NodeId node = each.claim().node().node();
    Told before = told.get(node);
    boolean isNews = before == null || Rank.of(each.claim()).isAbove(Rank.of(before.claim()));
    if (isNews && (before != null || told.size() < MOST_TOLD)) {
      told.put(node, each);
    }
  }
}
