package io.corale.gossip;

import java.util.ArrayList;
import java.util.List;

/** One attempt to get an answer from a member. */
final class Probe {
  /** By which way an answer is waited for. */
  enum Stage {
    DIRECT,
    INDIRECT,
    STREAM
  }

  private final Member target;
  private final int number;
  private final long sentAt;
  private final List<Long> helpers = new ArrayList<>();
  private final List<Long> nacks = new ArrayList<>();
  private Stage stage = Stage.DIRECT;
  private long deadline;

  Probe(Member target, int number, long sentAt, long deadline) {
    this.target = target;
    this.number = number;
    this.sentAt = sentAt;
    this.deadline = deadline;
  }

  Member target() {
    return target;
  }

  int number() {
    return number;
  }

  long sentAt() {
    return sentAt;
  }

  Stage stage() {
    return stage;
  }

  long deadline() {
    return deadline;
  }

  void goOn(Stage next, long until) {
    stage = next;
    deadline = until;
  }

  void extend(long micros) {
    deadline += micros;
  }

  void helpedBy(Member helper) {
    helpers.add(helper.life());
  }

  /** Whether this one may answer for it. */
  boolean isAnsweredBy(long life) {
    return life == target.life() || helpers.contains(life);
  }

  void nack(long life) {
    if (helpers.contains(life) && !nacks.contains(life)) {
      nacks.add(life);
    }
  }

  /** Helpers of whom nothing was heard at all: what is wrong may be at our end. */
  int silentHelpers() {
    return helpers.size() - nacks.size();
  }

  boolean hasHelpers() {
    return !helpers.isEmpty();
  }
}
