package io.corale.gossip;

import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.wire.Gossips;
import java.util.Optional;

/** Both sides of what is said over streams: joining, comparing, and the last way to probe. */
final class Conversations {
  private final Incarnation self;
  private final long speaker;
  private final OwnLives lives;
  private final Shared shared;
  private final AntiEntropy antiEntropy;
  private final Joining joining;
  private final Tally tally;
  private final Glimpses glimpses = new Glimpses();

  Conversations(
      Incarnation self,
      long speaker,
      OwnLives lives,
      Shared shared,
      AntiEntropy antiEntropy,
      Joining joining,
      Tally tally) {
    this.self = self;
    this.speaker = speaker;
    this.lives = lives;
    this.shared = shared;
    this.antiEntropy = antiEntropy;
    this.joining = joining;
    this.tally = tally;
  }

  void tick(long now) {
    joining.due(this::isHere, now).forEach(seed -> compare(seed, now));
    antiEntropy.due(now).ifPresent(other -> compare(other, now));
    antiEntropy.disputed(now).ifPresent(writer -> compare(writer, now));
  }

  /** By its own name for its door, or because it has answered at this one. */
  private boolean isHere(String door) {
    Optional<Long> life = joining.lifeAt(door);
    return shared.members().all().stream()
        .anyMatch(
            m ->
                m.standing().isPresent()
                    && (m.record().getDoorAddress().equals(door)
                        || life.equals(Optional.of(m.life()))));
  }

  void soon(long now) {
    antiEntropy.soon(now);
  }

  long summary() {
    return antiEntropy.summary();
  }

  long summaryOfEntries() {
    return antiEntropy.summaryOfEntries();
  }

  /** There were news: others may not have them yet, and that says nothing. */
  void news(long now) {
    glimpses.news(now);
  }

  /** Another one has said what it holds, in passing. */
  void glimpse(Member other, long theirs, long now) {
    if (theirs != 0 && glimpses.isDue(theirs == antiEntropy.summaryOfEntries(), now)) {
      compare(other.record().getDoorAddress(), now);
    }
  }

  /** The same over a stream, by a ping or its answer. */
  private void glimpse(Gossips.Talk from, long theirs, long now) {
    sender(from)
        .filter(member -> theirs != 0 && member.standing() == Standing.ALIVE)
        .filter(m -> glimpses.isDueByStream(theirs == antiEntropy.summaryOfEntries(), now))
        .ifPresent(member -> compare(member.record().getDoorAddress(), now));
  }

  /** A ping over a stream was answered. */
  void acked(Gossips.Talk answer, long now) {
    glimpse(answer, answer.getAck().getSummary(), now);
  }

  private void compare(String address, long now) {
    shared
        .talker()
        .ask(address, Output.Purpose.SUMMARY, 0, talk(now).setSummary(antiEntropy.summary()));
  }

  /** Says with it whether this node has heard what others hold. */
  private Gossips.Talk.Builder talk(long now) {
    return shared.talker().talk().setSpeaker(speaker).setIsJoining(!joining.isDone(now));
  }

  void inquire() {
    for (String seed : joining.others()) {
      shared
          .outbox()
          .ask(new Output.Ask(seed, Output.Purpose.INQUIRY, 0, shared.talker().inquiry()));
    }
  }

  /** What to answer; a question that is not understood gets an answer without anything in it. */
  Gossips.Talk answer(Gossips.Talk question, long now) {
    Gossips.Talk.Builder answer = talk(now);
    boolean isOwn = question.getFrom().equals(answer.getFrom());
    if (!shared.talker().understands(question) || isOwn) {
      tally.countBadMessage();
      if (isOwn) {
        meetSelf(question);
      }
      return answer.build();
    }
    boolean isOfOurNode = question.getFrom().getNode().equals(self.node().value());
    if (isOfOurNode && question.getFrom().getBoot() > 0) {
      lives.heard(question.getFrom().getBoot());
    }
    answer.setKnownBoot(isOfOurNode ? self.boot() : bootOf(question.getFrom().getNode()));
    switch (question.getWhatCase()) {
      case PING -> {
        if (question.getPing().getTo() == shared.talker().self()) {
          answer.setAck(Gossips.Ack.newBuilder().setSummary(antiEntropy.summaryOfEntries()));
          glimpse(question, question.getPing().getSummary(), now);
        }
      }
      case SUMMARY -> {
        if (question.getSummary() == antiEntropy.summary()) {
          answer.setSummary(question.getSummary());
        } else {
          antiEntropy.told(question.getIsJoining(), now).ifPresent(answer::setDigest);
        }
      }
      case EXCHANGE -> answer.setExchange(exchange(question, now));
      case INQUIRY, ACK, DIGEST, WHAT_NOT_SET -> {
        // The life that is known of the asker's node is all the answer.
      }
    }
    return answer.build();
  }

  /** Somebody speaks as this life: this process by another name for its door, or another one. */
  private void meetSelf(Gossips.Talk talk) {
    boolean isOurs = talk.getSpeaker() == 0 || talk.getSpeaker() == speaker;
    if (shared.talker().understands(talk) && !isOurs) {
      lives.twin();
    }
  }

  private Gossips.Exchange exchange(Gossips.Talk question, long now) {
    Gossips.Exchange theirs = question.getExchange();
    antiEntropy.take(theirs, true, now);
    antiEntropy.hear(theirs.getDigest(), lifeOf(question), now);
    if (!question.getIsJoining()) {
      sender(question)
          .ifPresent(one -> joining.toldBy(one.record().getDoorAddress(), theirs.getHasMore()));
    }
    return antiEntropy.lacking(theirs.getDigest(), question.getIsJoining(), now).build();
  }

  /** The latest life that was ever heard of of this node; 0 where none was. */
  long bootOf(String node) {
    try {
      return shared.members().bootOf(new NodeId(node));
    } catch (IllegalArgumentException e) {
      return 0; // A name that no node can have.
    }
  }

  private long lifeOf(Gossips.Talk talk) {
    return sender(talk).map(Member::life).orElse(0L);
  }

  private Optional<Member> sender(Gossips.Talk talk) {
    try {
      Incarnation from =
          new Incarnation(new NodeId(talk.getFrom().getNode()), talk.getFrom().getBoot());
      return shared.members().of(from.node()).filter(member -> member.incarnation().equals(from));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // A name that no node can have.
    }
  }

  /** An answer came. */
  void heard(Output.Ask asked, Gossips.Talk answer, long now) {
    if (!shared.talker().understands(answer)) {
      tally.countBadMessage();
      joining.failed(asked.address());
      return;
    }
    if (answer.getKnownBoot() > 0) {
      lives.heard(answer.getKnownBoot());
    }
    if (lives.other().isPresent()) {
      return;
    }
    if (answer.getFrom().equals(shared.talker().talk().getFrom())) {
      joining.ownDoor(asked.address()); // By another name; it has nothing to tell.
      meetSelf(answer);
      return;
    }
    joining.answered(asked.address(), lifeOf(answer));
    switch (answer.getWhatCase()) {
      case SUMMARY -> {
        antiEntropy.compared(true);
        synced(asked.address(), answer);
      }
      case DIGEST -> {
        if (asked.purpose() == Output.Purpose.SUMMARY) {
          antiEntropy.hear(answer.getDigest(), lifeOf(answer), now);
          joining.telling(asked.address());
          exchange(asked.address(), Optional.of(answer.getDigest()), now);
        }
      }
      case EXCHANGE -> {
        antiEntropy.take(answer.getExchange(), joining.isDone(now), now);
        antiEntropy.compared(
            !AntiEntropy.hasRecords(answer.getExchange())
                && !AntiEntropy.hasRecords(asked.talk().getExchange()));
        if (answer.getExchange().getHasMore()) {
          joining.telling(asked.address());
          again(asked.address(), answer.getExchange(), now);
        } else {
          synced(asked.address(), answer);
        }
      }
      case WHAT_NOT_SET -> {
        if (asked.purpose() == Output.Purpose.INQUIRY) {
          return; // That life which it knows, if any, was all that was asked.
        }
        joining.telling(asked.address()); // As soon as it may: too many have asked it.
      }
      case PING, ACK, INQUIRY -> joining.failed(asked.address());
    }
  }

  /** Who is only joining itself has told all that it holds, and that is not what others hold. */
  private void synced(String address, Gossips.Talk answer) {
    if (answer.getIsJoining()) {
      joining.failed(address);
    } else {
      joining.synced(address);
    }
  }

  /** There is more, or will be once the other one may send again. */
  private void again(String address, Gossips.Exchange answer, long now) {
    if (answer.getDeltasCount() > 0) {
      exchange(address, Optional.empty(), now);
    } else {
      antiEntropy.soon(now);
    }
  }

  private void exchange(String address, Optional<Gossips.Holdings> theirs, long now) {
    Gossips.Exchange.Builder exchange =
        theirs
            .map(holdings -> antiEntropy.lacking(holdings, false, now))
            .orElseGet(Gossips.Exchange::newBuilder)
            .setDigest(antiEntropy.holdings());
    antiEntropy.spend(exchange.getDigest().getSerializedSize());
    shared.talker().ask(address, Output.Purpose.EXCHANGE, 0, talk(now).setExchange(exchange));
  }
}
