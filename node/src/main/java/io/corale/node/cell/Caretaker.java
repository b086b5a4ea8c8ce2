package io.corale.node.cell;

import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides what the superpeer of a cell does next for a member that has lost its replica (rule 6),
 * for one that is new, and for one that is to be none any more (rules 27 and 28).
 *
 * <pre>
 *   in the configuration   says        the superpeer
 *   yes                    LOST        has it remember that it is AWAITED
 *   yes                    NONE        the same, if it says so twice in one life
 *   yes                    AWAITED     removes it from the configuration
 *   no                     AWAITED     has it create an empty replica, and so be RETURNING, once
 *                                      it says that it is due
 *   no                     RETURNING   adds it to the configuration
 *   no                     any other   nothing: an administrator has removed it
 *
 *   no, and comes          NONE, LEFT  has it create an empty replica, and so be ARRIVING
 *   no, and comes          ARRIVING    adds it, once all who come are as far
 *   no, and comes          AWAITED     has it delete that, once it says that it is due
 *   no, and comes          any other   has it delete that, and so have LEFT
 *   yes, and goes          anything    removes it, once all who come are HELD
 *   no, and is gone        anything    has it delete that, and so have LEFT, also where that is
 *                                      nothing: what comes late for it finds that said
 *   no, and is gone        LEFT        forgets it
 * </pre>
 *
 * <p>So the state of a repair is where a death cannot take it: in the configuration, and on the
 * disk of the member that was lost; who comes and goes is in the log. Whoever is superpeer goes on
 * with it. Pure but for what it remembers of the last look; confined to the caretaker's thread.
 */
final class Caretaker {
  /** A configuration of two loses its majority with any of them, so none is removed from it. */
  private static final int FEWEST_VOTERS = 3;

  /** What a member has, by its own word. */
  enum Has {
    NOTHING,
    LOST,
    AWAITED,
    RETURNING,
    ARRIVING,
    /** One that counts. */
    HELD,
    LEFT,
    /** One of another birth. */
    OTHER
  }

  /**
   * What a member says.
   *
   * @param life which life of its node says it
   * @param token of a LOST or AWAITED one: names the loss, or the wait
   * @param isDue of an AWAITED one: whether the pause before its return is over
   */
  record Word(Has has, Incarnation life, String token, boolean isDue) {
    private boolean isDueToReturn() {
      return has == Has.AWAITED && isDue;
    }
  }

  /** What the log says of a member. */
  enum Role {
    STAYS,
    /** The open move adds it. */
    COMES,
    /** The open move removes it. */
    GOES,
    /** It was one, or was to be. */
    GONE;

    private boolean isToBe() {
      return this == STAYS || this == COMES;
    }
  }

  /**
   * One that belongs to the cell, or did, other than the superpeer.
   *
   * @param bornIn the life in which it was named as a member
   * @param isVoter whether the configuration has it
   * @param isCurrent whether it answers Raft, and knows nearly all that is committed
   * @param word what it says; empty where it was not asked, or gave no answer
   */
  record Member(
      Incarnation bornIn, Role role, boolean isVoter, boolean isCurrent, Optional<Word> word) {
    NodeId node() {
      return bornIn.node();
    }

    private boolean says(Has has) {
      return word.filter(w -> w.has == has).isPresent();
    }

    /** Whether the cell can count on it, whatever becomes of its node. */
    private boolean isSound() {
      return isVoter && isCurrent && says(Has.HELD);
    }
  }

  /**
   * A move that is open.
   *
   * @param token its name
   * @param superpeer who goes on with it
   * @param isOwn whether the superpeer itself is the one who goes
   */
  record Change(String token, NodeId superpeer, boolean isOwn) {}

  /** What is to be done. */
  record Step(What what, NodeId node, String token) {}

  /** Kinds of steps, in the order in which they follow each other for one member. */
  enum What {
    AWAIT,
    REMOVE,
    RETURN,
    ARRIVE,
    ADD,
    /** The superpeer is the one who goes: this one leads from now on. */
    HAND_OVER,
    /** The open move has come to its end. */
    END,
    LEAVE,
    FORGET
  }

  /** Who had nothing at the last look, and in which life. */
  private Map<NodeId, Incarnation> hadNothing = new LinkedHashMap<>();

  /**
   * Whether a step still fits, once this node has made sure that it leads: the configuration may be
   * another than the one in which the step was chosen.
   *
   * @param isVoter whether the configuration has the member
   * @param voters how many it has, the superpeer among them
   */
  static boolean fits(What what, Role role, boolean isVoter, int voters) {
    return switch (what) {
      case AWAIT -> isVoter;
      case REMOVE -> isVoter && (voters >= FEWEST_VOTERS || (role == Role.GOES && voters > 1));
      case RETURN, ARRIVE, ADD, LEAVE, FORGET -> !isVoter;
      case HAND_OVER -> isVoter;
      case END -> isVoter == (role != Role.GOES);
    };
  }

  /**
   * The next step, if there is one; one member comes back after the other.
   *
   * @param isBack whether the superpeer's own replica would outlive a start of its node
   */
  Optional<Step> next(boolean isBack, List<Member> others, Optional<Change> change) {
    Map<NodeId, Incarnation> before = hadNothing;
    hadNothing = new LinkedHashMap<>();
    for (Member each : others) {
      if (each.says(Has.NOTHING)) {
        hadNothing.put(each.node(), each.word.orElseThrow().life);
      }
    }
    return bringBack(isBack, others)
        .or(() -> bringIn(others))
        .or(() -> giveUp(isBack, others, before))
        .or(() -> change.flatMap(open -> goOn(open, isBack, others)))
        .or(() -> clean(others));
  }

  private static Optional<Step> bringBack(boolean isBack, List<Member> others) {
    for (Member each : others) {
      if (each.isVoter || each.role != Role.STAYS) {
        continue;
      }
      if (each.says(Has.RETURNING) && mayGain(isBack, others)) {
        return step(What.ADD, each);
      }
      if (each.word.filter(Word::isDueToReturn).isPresent()) {
        return step(What.RETURN, each);
      }
    }
    return Optional.empty();
  }

  /**
   * Two that come together are both there before the first counts: else it would be of two. None
   * comes as one that returns does: in a cell of two all would be lost with what that has received,
   * if its node were started again before its disk knew that it is back.
   */
  private static Optional<Step> bringIn(List<Member> others) {
    List<Member> coming = others.stream().filter(it -> it.role == Role.COMES).toList();
    boolean areAllThere = coming.stream().allMatch(it -> it.isVoter || it.says(Has.ARRIVING));
    for (Member each : coming) {
      Optional<What> next =
          each.isVoter ? Optional.empty() : each.word.flatMap(word -> toCome(word, areAllThere));
      if (next.isPresent()) {
        return step(next.get(), each);
      }
    }
    return Optional.empty();
  }

  private static Optional<What> toCome(Word word, boolean areAllThere) {
    return switch (word.has) {
      case NOTHING, LEFT -> Optional.of(What.ARRIVE);
      case ARRIVING -> areAllThere ? Optional.of(What.ADD) : Optional.empty();
      case AWAITED -> word.isDue ? Optional.of(What.LEAVE) : Optional.empty();
      // From before the move, or from an attempt at it that was undone halfway.
      case HELD, LOST, RETURNING -> Optional.of(What.LEAVE);
      case OTHER -> Optional.empty();
    };
  }

  private Optional<Step> giveUp(
      boolean isBack, List<Member> others, Map<NodeId, Incarnation> before) {
    for (Member each : others) {
      if (!each.isVoter || !each.role.isToBe()) {
        continue;
      }
      if (each.says(Has.AWAITED) && isBack && mayLose(each, others, FEWEST_VOTERS)) {
        return step(What.REMOVE, each);
      }
      if (each.says(Has.LOST) || each.says(Has.LEFT) || isWiped(each, before)) {
        return step(What.AWAIT, each);
      }
    }
    return Optional.empty();
  }

  private static Optional<Step> goOn(Change open, boolean isBack, List<Member> others) {
    List<Member> coming = others.stream().filter(it -> it.role == Role.COMES).toList();
    if (!coming.stream().allMatch(Member::isVoter)) {
      return Optional.empty();
    }
    boolean isAnyoneGoing =
        open.isOwn || others.stream().anyMatch(it -> it.role == Role.GOES && it.isVoter);
    return isAnyoneGoing ? letGo(open, isBack, coming, others) : end(open, others);
  }

  private static Optional<Step> letGo(
      Change open, boolean isBack, List<Member> coming, List<Member> others) {
    if (!coming.stream().allMatch(Member::isSound)) {
      return Optional.empty();
    }
    if (open.isOwn) {
      return Stream.concat(coming.stream(), others.stream().filter(it -> it.role == Role.STAYS))
          .filter(Member::isSound)
          .findFirst()
          .flatMap(heir -> step(What.HAND_OVER, heir));
    }
    // One that returns is not added to a cell of one, so none is made while one is to return.
    boolean isAnyoneAway = others.stream().anyMatch(it -> it.role == Role.STAYS && !it.isVoter);
    int fewest = isAnyoneAway ? FEWEST_VOTERS : 2;
    return others.stream()
        .filter(it -> it.role == Role.GOES && it.isVoter)
        .filter(it -> isBack && mayLose(it, others, fewest))
        .findFirst()
        .flatMap(it -> step(What.REMOVE, it));
  }

  private static Optional<Step> end(Change open, List<Member> others) {
    // Who comes may lead by now, and be the only one whom it is about.
    NodeId about =
        others.stream()
            .filter(it -> it.role == Role.COMES || it.role == Role.GOES)
            .findFirst()
            .map(Member::node)
            .orElse(open.superpeer);
    return Optional.of(new Step(What.END, about, open.token));
  }

  private static Optional<Step> clean(List<Member> others) {
    for (Member each : others) {
      if (each.role == Role.GONE && !each.isVoter && each.word.isPresent()) {
        boolean isClean = each.says(Has.LEFT) || each.says(Has.OTHER);
        return step(isClean ? What.FORGET : What.LEAVE, each);
      }
    }
    return Optional.empty();
  }

  private static Optional<Step> step(What what, Member member) {
    return Optional.of(new Step(what, member.node(), member.word.map(Word::token).orElse("")));
  }

  /** In the life in which it was born it may just not have been asked to create its replica. */
  private static boolean isWiped(Member member, Map<NodeId, Incarnation> before) {
    return member.says(Has.NOTHING)
        && member
            .word
            .filter(word -> !word.life.equals(member.bornIn))
            .filter(word -> word.life.equals(before.get(member.node())))
            .isPresent();
  }

  /**
   * One that returns is empty again if its node is started before its disk knows that it is back;
   * all others must be a majority without it.
   */
  private static boolean mayGain(boolean isBack, List<Member> others) {
    long voters = 1 + others.stream().filter(Member::isVoter).count();
    long sound = (isBack ? 1 : 0) + others.stream().filter(Member::isSound).count();
    return sound > (voters + 1) / 2;
  }

  /**
   * The superpeer and those who are current must be a majority, with and without the one that is
   * removed. One that has just come back counts once its disk knows that: if its node is started
   * again before, it is empty.
   */
  private static boolean mayLose(Member lost, List<Member> others, int fewest) {
    long voters = 1 + others.stream().filter(Member::isVoter).count();
    long remaining = 1 + others.stream().filter(it -> !it.equals(lost) && it.isSound()).count();
    long agreeing = remaining + (lost.isSound() ? 1 : 0);
    return voters >= fewest && agreeing > voters / 2 && remaining > (voters - 1) / 2;
  }
}
