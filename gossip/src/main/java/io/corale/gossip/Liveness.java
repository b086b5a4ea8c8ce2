package io.corale.gossip;

import io.corale.wire.Gossips;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who is believed to be alive, by the verdicts of all.
 *
 * <pre>
 * standing | verdict on the same life, its defiance against ours         | becomes
 * any      | ALIVE, greater                                              | ALIVE
 * ALIVE    | SUSPECT, same or greater                                    | SUSPECT
 * SUSPECT  | SUSPECT, same, of another accuser                           | SUSPECT, for a shorter time
 * SUSPECT  | its time has passed here                                    | DEAD
 * present  | DEAD, same or greater                                       | DEAD
 * DEAD, LEFT | SUSPECT or DEAD, greater                                  | as if present
 * not LEFT | LEFT, by itself, same or greater                            | LEFT
 * LEFT     | LEFT, by itself, greater                                    | LEFT
 * </pre>
 *
 * <p>A node that hears that it is not believed alive raises its defiance above that verdict's; only
 * it does so, so no other can bring it back. One that said that it leaves is LEFT, not DEAD, and
 * refutes nothing any more: so LEFT stays where it is true.
 *
 * <p>Defiances stand in a circle, and of two of them the one is greater that lies less than half of
 * it ahead. So whatever somebody forges, there is always a greater one left to refute with.
 */
final class Liveness {
  /**
   * The shortest time to refute: 2.4 s among 100 or fewer, 3.6 s among 1,000, 4.8 s among 10,000.
   */
  private static final long LEAST_MICROS = 1_200 * Micros.MILLI;

  /** Lifeguard's beta: who alone suspects waits so many times longer. */
  private static final int MOST_TIMES_LEAST = 6;

  private static final int CONFIRMATIONS = 3;

  /** The circle of defiances: as many as there is room for beside a standing in 32 bits. */
  private static final int DEFIANCES = 1 << 30;

  private final long self;
  private final Habits habits;
  private final Members members;
  private final LocalHealth health;
  private final Outbox outbox;
  private final Watcher watcher;
  private final Tally tally;
  private final List<Member> suspects = new ArrayList<>();
  private int defiance;
  private boolean hasLeft;
  private boolean wasRisen;

  Liveness(
      long self,
      Habits habits,
      Members members,
      LocalHealth health,
      Outbox outbox,
      Watcher watcher,
      Tally tally) {
    this.self = self;
    this.habits = habits;
    this.members = members;
    this.health = health;
    this.outbox = outbox;
    this.watcher = watcher;
    this.tally = tally;
  }

  int defiance() {
    return defiance;
  }

  /** Whether somebody rose from the dead since this was asked last: there is much to catch up. */
  boolean takeRisen() {
    boolean was = wasRisen;
    wasRisen = false;
    return was;
  }

  /** Somebody says so. */
  void hear(Gossips.Verdict verdict, long now) {
    Optional<Standing> said = Standing.of(verdict.getStanding());
    if (said.isEmpty()) {
      return; // A build to come knows more of them, and tells those who understand.
    }
    if (verdict.getDefiance() < 0 || verdict.getDefiance() >= DEFIANCES) {
      tally.countBadMessage();
      return;
    }
    if (verdict.getLife() == self) {
      hearOfSelf(said.get(), verdict.getDefiance());
      return;
    }
    members.of(verdict.getLife()).ifPresent(member -> hear(member, said.get(), verdict, now));
  }

  /** Whether one defiance is greater than another. */
  static boolean isGreater(int one, int other) {
    int ahead = (one - other) & (DEFIANCES - 1);
    return ahead > 0 && ahead < DEFIANCES / 2;
  }

  private void hear(Member member, Standing said, Gossips.Verdict verdict, long now) {
    int theirs = verdict.getDefiance();
    boolean isOfToday =
        isGreater(theirs, member.defiance())
            || (theirs == member.defiance() && member.standing().isPresent());
    switch (said) {
      case ALIVE -> {
        if (isGreater(theirs, member.defiance())) {
          stand(member, Standing.ALIVE, theirs, Optional.empty(), now);
          outbox.spread(verdict);
        }
      }
      case SUSPECT -> {
        if (isOfToday) {
          suspect(member, theirs, verdict.getAccuser(), now);
        }
      }
      case DEAD -> {
        if (isOfToday) {
          bury(member, theirs, verdict.getAccuser(), now);
        }
      }
      case LEFT -> {
        boolean isNews = isOfToday || (theirs == member.defiance() && !hasSaidSo(member));
        if (verdict.getAccuser() == member.life() && isNews) {
          stand(member, Standing.LEFT, theirs, Optional.empty(), now);
          outbox.spread(verdict);
        }
      }
    }
  }

  private static boolean hasSaidSo(Member member) {
    return member.standing() == Standing.LEFT;
  }

  private void hearOfSelf(Standing said, int theirs) {
    if (hasLeft) {
      return;
    }
    boolean isBelowOurs = isGreater(defiance, theirs);
    if (said == Standing.ALIVE) {
      // Others hold that now. It is not outbid: two processes of one life would never end that.
      defiance = isBelowOurs ? defiance : theirs;
      return;
    }
    if (!isBelowOurs) {
      defiance = (theirs + 1) & (DEFIANCES - 1);
      health.worse(1); // Somebody waited in vain for this node.
    }
    outbox.spread(own(Standing.ALIVE));
  }

  private Gossips.Verdict own(Standing standing) {
    return Gossips.Verdict.newBuilder()
        .setLife(self)
        .setDefiance(defiance)
        .setStanding(standing.wire())
        .setAccuser(self)
        .build();
  }

  /** This node has no more to say. */
  void leave() {
    hasLeft = true;
    outbox.spread(own(Standing.LEFT));
  }

  /** This node itself got no answer by any way. */
  void suspect(Member member, long now) {
    if (member.standing().isPresent()) {
      suspect(member, member.defiance(), self, now);
    }
  }

  private void suspect(Member member, int atDefiance, long accuser, long now) {
    Optional<Suspicion> before = member.suspicion();
    if (before.isPresent() && atDefiance == member.defiance()) {
      if (before.get().confirm(accuser)) {
        outbox.spread(said(member, accuser));
      }
      return;
    }
    long least = Math.round(LEAST_MICROS * Math.max(2, Math.log10(members.size())));
    int needed =
        habits.isLifeguard() ? Math.max(0, Math.min(CONFIRMATIONS, members.size() - 3)) : 0;
    Suspicion suspicion = new Suspicion(accuser, now, least, MOST_TIMES_LEAST * least, needed);
    stand(member, Standing.SUSPECT, atDefiance, Optional.of(suspicion), now);
    outbox.spread(said(member, accuser));
  }

  private static Gossips.Verdict said(Member member, long accuser) {
    return member.verdict(accuser);
  }

  private void bury(Member member, int atDefiance, long accuser, long now) {
    Standing end = member.record().getLeaving() ? Standing.LEFT : Standing.DEAD;
    stand(member, end, atDefiance, Optional.empty(), now);
    Gossips.Verdict verdict = member.verdict(end == Standing.LEFT ? member.life() : accuser);
    outbox.spread(verdict);
  }

  private void stand(
      Member member, Standing as, int atDefiance, Optional<Suspicion> suspicion, long now) {
    Standing before = member.standing();
    member.stand(as, atDefiance, suspicion, now);
    members.stood(before, as);
    suspects.remove(member);
    if (as == Standing.SUSPECT) {
      suspects.add(member);
    }
    if (before != as) {
      wasRisen |= !before.isPresent();
      watcher.stands(member.incarnation(), as);
    }
  }

  /** A life that is over without a verdict: a later one took its place, or it is forgotten. */
  void forget(Member member, long now) {
    suspects.remove(member);
    members.remove(member);
    // Whoever still asks it something must not draw conclusions, and bury who is in no list.
    member.stand(Standing.LEFT, member.defiance(), Optional.empty(), now);
  }

  /** Buries those who have not refuted in time. */
  void tick(long now) {
    for (Member member : List.copyOf(suspects)) {
      if (member.suspicion().map(one -> now >= one.deadline()).orElse(false)) {
        bury(member, member.defiance(), self, now);
      }
    }
  }

  /** Suspects who should be asked once more before they are buried. */
  List<Member> unchecked(long now) {
    List<Member> unchecked = new ArrayList<>();
    for (Member member : suspects) {
      if (member.suspicion().map(one -> one.takeCheck(now)).orElse(false)) {
        unchecked.add(member);
      }
    }
    return unchecked;
  }

  /** This node stood still for so long; nobody could refute anything here meanwhile. */
  void extend(long micros) {
    suspects.forEach(member -> member.suspicion().ifPresent(one -> one.extend(micros)));
  }
}
