package io.corale.node.cell;

import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides what the superpeer of a cell does next for a member that has lost its replica (rule 6).
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
 * </pre>
 *
 * <p>So the state of a repair is where a death cannot take it: in the configuration, and on the
 * disk of the member that was lost. Whoever is superpeer goes on with it. Pure but for what it
 * remembers of the last look; confined to the caretaker's thread.
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
    /** One that counts. */
    HELD,
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

  /**
   * A member of the cell's birth, other than the superpeer.
   *
   * @param bornIn the life in which it was named as a member
   * @param isVoter whether the configuration has it
   * @param isCurrent whether it answers Raft, and knows nearly all that is committed
   * @param word what it says; empty where it was not asked, or gave no answer
   */
  record Member(Incarnation bornIn, boolean isVoter, boolean isCurrent, Optional<Word> word) {
    NodeId node() {
      return bornIn.node();
    }

    private boolean says(Has has) {
      return word.filter(w -> w.has == has).isPresent();
    }
  }

  /** What is to be done. */
  record Step(What what, NodeId node, String token) {}

  /** Kinds of steps, in the order in which they follow each other for one member. */
  enum What {
    AWAIT,
    REMOVE,
    RETURN,
    ADD
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
  static boolean fits(What what, boolean isVoter, int voters) {
    return switch (what) {
      case AWAIT -> isVoter;
      case REMOVE -> isVoter && voters >= FEWEST_VOTERS;
      case RETURN, ADD -> !isVoter;
    };
  }

  /**
   * The next step, if there is one; one member comes back after the other.
   *
   * @param isBack whether the superpeer's own replica would outlive a start of its node
   */
  Optional<Step> next(boolean isBack, List<Member> others) {
    Map<NodeId, Incarnation> before = hadNothing;
    hadNothing = new LinkedHashMap<>();
    for (Member each : others) {
      if (each.says(Has.NOTHING)) {
        hadNothing.put(each.node(), each.word.orElseThrow().life);
      }
    }
    for (Member each : others) {
      if (!each.isVoter && each.says(Has.RETURNING)) {
        return step(What.ADD, each);
      }
      if (!each.isVoter && each.word.filter(Word::isDueToReturn).isPresent()) {
        return step(What.RETURN, each);
      }
    }
    for (Member each : others) {
      if (each.isVoter && each.says(Has.AWAITED) && isBack && mayLose(others)) {
        return step(What.REMOVE, each);
      }
      if (each.isVoter && (each.says(Has.LOST) || isWiped(each, before))) {
        return step(What.AWAIT, each);
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
   * The superpeer and those who are current must be a majority, and no lone one may remain. One
   * that has just come back counts once its disk knows that: if its node is started again before,
   * it is empty.
   */
  private static boolean mayLose(List<Member> others) {
    long voters = 1 + others.stream().filter(Member::isVoter).count();
    long current =
        1 + others.stream().filter(m -> m.isVoter && m.isCurrent && m.says(Has.HELD)).count();
    return voters >= FEWEST_VOTERS && current > voters / 2;
  }
}
