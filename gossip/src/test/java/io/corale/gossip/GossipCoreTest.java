package io.corale.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.model.OwnerId;
import io.corale.wire.Common;
import io.corale.wire.Gossips;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One core, and what others say to it. */
final class GossipCoreTest {
  private static final String CLUSTER = "test";
  private static final CellId CELL = CellId.home(new OwnerId("acme"));
  private static final int GREATEST = (1 << 30) - 1;

  @Test
  void aBadRecordIsDroppedAndTheOthersAreHeard() {
    GossipCore core = core(0, 1, List.of());
    Gossips.Entry garbage =
        entry(1, 1).toBuilder().setContent(ByteString.copyFromUtf8("\u0007garbage")).build();
    Gossips.Datagram datagram =
        datagram()
            .addEntries(garbage)
            .addEntries(foreign())
            .addEntries(disguised())
            .addEntries(entry(4, 1))
            .build();

    core.receive("n1:1", node(1), datagram, 10);

    assertThat(core.tally().badRecords()).isEqualTo(3);
    assertThat(nodes(core)).containsExactly("n0", "n4");
  }

  @Test
  void aBadRecordIsNotLookedAtTwice() {
    GossipCore core = core(0, 1, List.of());
    Gossips.Datagram datagram = datagram().addEntries(foreign()).build();

    core.receive("n1:1", node(1), datagram, 10);
    core.receive("n1:1", node(1), datagram, 20);

    assertThat(core.tally().badRecords()).isEqualTo(1);
  }

  @Test
  void aClaimThatThisBuildCannotReadIsRelayedAsItCame() {
    GossipCore core = core(0, 1, List.of());
    Gossips.Entry strange =
        entry(4, 1).toBuilder()
            .setSlot(1)
            .setVersion(2)
            .setContent(ByteString.copyFromUtf8("\u0007not yet"))
            .build();

    List<Output> outputs = new ArrayList<>();
    core.receive(
        "n4:1", node(4), datagram().addEntries(entry(4, 1)).addEntries(strange).build(), 10);
    outputs.addAll(core.tick(GossipCore.TICK_MICROS));

    assertThat(core.tally().unreadable()).isEqualTo(1);
    assertThat(entries(outputs)).contains(strange);
  }

  @Test
  void whatBuildsToComeAddSurvivesARelay() throws InvalidProtocolBufferException {
    GossipCore core = core(0, 1, List.of());
    UnknownFieldSet field =
        UnknownFieldSet.newBuilder()
            .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(7).build())
            .build();
    Gossips.NodeRecord record = record(4, 1).toBuilder().setUnknownFields(field).build();
    Gossips.Entry entry =
        entry(4, 1).toBuilder().setContent(record.toByteString()).setUnknownFields(field).build();
    ByteString bytes = datagram().addEntries(entry).build().toByteString();

    core.receive("n4:1", node(4), Gossips.Datagram.parseFrom(bytes), 10);

    assertThat(entries(core.tick(GossipCore.TICK_MICROS))).contains(entry);
  }

  @Test
  void messagesOfAnotherVersionAreCounted() {
    GossipCore core = core(0, 1, List.of());

    core.receive("n1:1", node(1), datagram().setVersion(3).addEntries(entry(1, 1)).build(), 10);

    assertThat(core.tally().badMessages()).isEqualTo(1);
    assertThat(nodes(core)).containsExactly("n0");
  }

  @Test
  void aPingForAFormerLifeIsNotAnswered() {
    GossipCore core = core(0, 2, List.of(1L));
    Gossips.Ping former = Gossips.Ping.newBuilder().setTo(life(0, 1)).build();
    Gossips.Ping present = Gossips.Ping.newBuilder().setTo(life(0, 2)).build();

    List<Output> toFormer =
        core.receive("n1:1", node(1), datagram().setNumber(7).setPing(former).build(), 10);
    List<Output> toPresent =
        core.receive("n1:1", node(1), datagram().setNumber(8).setPing(present).build(), 10);

    assertThat(toFormer).isEmpty();
    assertThat(toPresent)
        .singleElement()
        .satisfies(
            output -> {
              Output.Send send = (Output.Send) output;
              assertThat(send.address()).isEqualTo("n1:1");
              assertThat(send.datagram().getNumber()).isEqualTo(8);
              assertThat(send.datagram().hasAck()).isTrue();
            });
  }

  @Test
  void whoIsCalledDeadRefutesAtOnceWithAGreaterDefiance() {
    GossipCore core = core(0, 1, List.of());
    core.receive("n1:1", node(1), datagram().addEntries(entry(1, 1)).build(), 10);
    Gossips.Verdict dead =
        Gossips.Verdict.newBuilder()
            .setLife(life(0, 1))
            .setDefiance(4)
            .setStanding(Gossips.Standing.DEAD)
            .build();

    core.receive("n1:1", node(1), datagram().addVerdicts(dead).build(), 20);

    assertThat(verdicts(core.tick(GossipCore.TICK_MICROS)))
        .anySatisfy(
            verdict -> {
              assertThat(verdict.getLife()).isEqualTo(life(0, 1));
              assertThat(verdict.getStanding()).isEqualTo(Gossips.Standing.ALIVE);
              assertThat(verdict.getDefiance()).isEqualTo(5);
            });
  }

  /** They do not fit into what digests say of them. */
  @Test
  void aDefianceOutOfBoundsIsNotBelieved() {
    GossipCore core = core(0, 1, List.of());
    core.receive("n1:1", node(1), datagram().addEntries(entry(1, 1)).build(), 10);

    for (int defiance : List.of(Integer.MAX_VALUE, -1, GREATEST + 1)) {
      core.receive("n2:1", node(2), datagram().addVerdicts(dead(1, defiance)).build(), 20);
      core.receive("n2:1", node(2), datagram().addVerdicts(dead(0, defiance)).build(), 20);
    }

    assertThat(core.tally().badMessages()).isEqualTo(6);
    assertThat(core.beliefs().size()).isEqualTo(2);
    assertThat(verdicts(core.tick(GossipCore.TICK_MICROS))).isEmpty();
  }

  /** Whatever somebody has said of a node, there is a number by which that node lives. */
  @ParameterizedTest
  @ValueSource(ints = {0, 7, 1 << 28, 1 << 29, (1 << 29) + 1, GREATEST - 1, GREATEST})
  void whatIsSaidAtAnyDefianceIsRefuted(int said) {
    for (Gossips.Standing standing : List.of(Gossips.Standing.ALIVE, Gossips.Standing.DEAD)) {
      GossipCore accused = core(1, 1, List.of());
      GossipCore other = core(0, 1, List.of());
      accused.receive("n0:1", node(0), datagram().addEntries(entry(0, 1)).build(), 10);
      other.receive("n1:1", node(1), datagram().addEntries(entry(1, 1)).build(), 10);
      Gossips.Verdict forged = dead(1, said).toBuilder().setStanding(standing).build();

      other.receive("n2:1", node(2), datagram().addVerdicts(forged).build(), 20);
      buryBySilence(other);
      int without = other.beliefs().size();
      Gossips.Verdict verdict = verdictOnSender(other);
      List<Output> refuting =
          accused.receive("n0:1", node(0), datagram().addVerdicts(verdict).build(), 40);
      refuting = concat(refuting, accused.tick(GossipCore.TICK_MICROS));
      for (Gossips.Datagram datagram : sends(refuting)) {
        other.receive("n1:1", node(1), datagram, 60 * Micros.SECOND);
      }

      assertThat(without).isEqualTo(1);
      assertThat(other.beliefs().size()).as("%s at %s", standing, said).isEqualTo(2);
      assertThat(accused.tally().badMessages() + other.tally().badMessages()).isZero();
    }
  }

  /** Nothing that it says is answered, so it is suspected, and buried. */
  private static void buryBySilence(GossipCore core) {
    for (long now = 100; now < 50 * Micros.SECOND; now += GossipCore.TICK_MICROS) {
      core.tick(now);
    }
  }

  /** What n1 is told of itself when it asks there. */
  private static Gossips.Verdict verdictOnSender(GossipCore core) {
    Gossips.Ping ping = Gossips.Ping.newBuilder().setTo(life(0, 1)).build();
    List<Output> answer =
        core.receive(
            "n1:1", node(1), datagram().setNumber(3).setPing(ping).build(), 51 * Micros.SECOND);
    return verdicts(answer).stream()
        .filter(verdict -> verdict.getLife() == life(1, 1))
        .findFirst()
        .orElseThrow();
  }

  private static List<Output> concat(List<Output> some, List<Output> others) {
    List<Output> all = new ArrayList<>(some);
    all.addAll(others);
    return all;
  }

  /** Else it would say that it leaves below what they hold, and be missed instead. */
  @Test
  void whoIsSaidToLiveByAGreaterDefianceLeavesByThatOne() {
    GossipCore core = core(1, 1, List.of());
    core.receive("n0:1", node(0), datagram().addEntries(entry(0, 1)).build(), 10);
    Gossips.Verdict alive = dead(1, 40).toBuilder().setStandingValue(0).build();

    core.receive("n2:1", node(2), datagram().addVerdicts(alive).build(), 20);
    List<Output> said = new ArrayList<>(core.tick(GossipCore.TICK_MICROS));
    boolean isRefuted = !verdicts(said).isEmpty();
    said.addAll(core.depart(30));

    assertThat(isRefuted).as("two of one life would outbid each other without end").isFalse();
    assertThat(verdicts(said)).extracting(Gossips.Verdict::getDefiance).containsOnly(40);
  }

  private static Gossips.Verdict dead(int number, int defiance) {
    return Gossips.Verdict.newBuilder()
        .setLife(life(number, 1))
        .setDefiance(defiance)
        .setStanding(Gossips.Standing.DEAD)
        .build();
  }

  @Test
  void aDamagedCopyOfARecordDoesNotShutOutTheTrueOne() {
    GossipCore core = core(0, 1, List.of());
    Gossips.Entry damaged =
        entry(4, 1).toBuilder().setContent(ByteString.copyFromUtf8("\u0007garbage")).build();

    Gossips.Entry deleted = entry(4, 1).toBuilder().setDeleted(true).build();
    Gossips.Entry replacing = entry(4, 1).toBuilder().setReplaces(1).build();
    Gossips.Datagram.Builder datagram =
        datagram().addEntries(damaged).addEntries(deleted).addEntries(replacing);

    core.receive("n1:1", node(1), datagram.build(), 10);
    core.receive("n1:1", node(1), datagram().addEntries(entry(4, 1)).build(), 20);

    assertThat(core.tally().badRecords()).isEqualTo(3);
    assertThat(nodes(core)).containsExactly("n0", "n4");
  }

  /** Else a record that breaks a bound would take its node's former life away all the same. */
  @Test
  void aRecordOutOfBoundsHasNoEffect() {
    GossipCore core = core(0, 1, List.of());
    core.receive("n1:1", node(1), datagram().addEntries(entry(4, 1)).build(), 10);
    Gossips.Entry large =
        entry(4, 2).toBuilder()
            .setContent(record(4, 2).toBuilder().setBuild("b".repeat(9_000)).build().toByteString())
            .build();

    core.receive("n1:1", node(1), datagram().addEntries(large).build(), 20);

    assertThat(core.tally().badRecords()).isEqualTo(1);
    assertThat(core.beliefs().nodes(20).get(1).incarnation().boot()).isEqualTo(1);
  }

  /** That there are too many is over some day; the record is as good as any other then. */
  @Test
  void whoFoundNoRoomIsTakenAsSoonAsThereIs() {
    GossipCore core = core(0, 1, List.of());
    for (int number = 1; number <= Members.MAX_MEMBERS; number++) {
      core.receive("n1:1", node(1), datagram().addEntries(entry(number, 1)).build(), 10);
    }
    Gossips.Entry late = entry(50_000, 1);
    Gossips.Verdict left =
        dead(1, 0).toBuilder().setStanding(Gossips.Standing.LEFT).setAccuser(life(1, 1)).build();

    core.receive("n2:1", node(2), datagram().addEntries(late).build(), 20);
    int before = core.beliefs().size();
    core.receive("n2:1", node(2), datagram().addVerdicts(left).build(), 30);
    core.receive("n2:1", node(2), datagram().addEntries(late).build(), 40 + Members.LEFT_MICROS);

    assertThat(before).isEqualTo(Members.MAX_MEMBERS + 1);
    assertThat(core.beliefs().standing(new Incarnation(new NodeId("n50000"), 1)))
        .isEqualTo(Standing.ALIVE);
  }

  /** One packet to each node would have its disk retired, and all replicas lost. */
  @Test
  void whatNobodyProvesMakesNobodyBelieveInAnotherLife() {
    GossipCore victim = core(1, 1, List.of(), false);
    GossipCore other = core(0, 1, List.of(), false);
    other.answer(telling(3, 1, entry(1, 1)), 5);

    for (GossipCore each : List.of(victim, other)) {
      each.receive("n1:1", node(1), datagram().addEntries(entry(1, 2_000)).build(), 10);
    }

    assertThat(victim.otherLife()).isEmpty();
    assertThat(other.beliefs().nodes(20).get(1).incarnation().boot()).isEqualTo(1);
  }

  /** A stream to the forger would tell it the key of the cluster, and what it answers is heard. */
  @Test
  void whatNobodyProvesLeadsNoStreamToAnotherDoor() {
    GossipCore core = core(0, 1, List.of(), false);
    core.answer(telling(3, 1, entry(1, 1)), 5);
    Gossips.NodeRecord evil = record(1, 1).toBuilder().setDoorAddress("evil:1").build();
    Gossips.Entry forged =
        entry(1, 1).toBuilder().setVersion(9).setContent(evil.toByteString()).build();

    List<Output> outputs =
        new ArrayList<>(core.receive("evil:1", node(1), datagram().addEntries(forged).build(), 10));
    for (int tick = 1; tick <= 400; tick++) {
      Gossips.Ping.Builder ping = Gossips.Ping.newBuilder().setTo(life(0, 1)).setSummary(7);
      long now = tick * GossipCore.TICK_MICROS;
      outputs.addAll(core.receive("evil:1", node(1), datagram().setPing(ping).build(), now));
      outputs.addAll(core.tick(now));
    }

    assertThat(core.beliefs().nodes(20).get(1).doorAddress()).isEqualTo("n1:1");
    assertThat(outputs).anyMatch(output -> output instanceof Output.Ask);
    assertThat(outputs)
        .noneMatch(output -> output instanceof Output.Ask ask && ask.address().equals("evil:1"));
  }

  /** One packet would end its process. */
  @Test
  void whatNobodyProvesMakesNobodyBelieveInATwin() {
    GossipCore core = core(1, 1, List.of(), false);
    Gossips.NodeRecord record = record(1, 1).toBuilder().setSpeaker(7).build();
    Gossips.Entry forged =
        entry(1, 1).toBuilder().setVersion(9).setContent(record.toByteString()).build();

    core.receive("n0:1", node(0), datagram().addEntries(forged).build(), 20);

    assertThat(core.hasTwin()).isFalse();
  }

  @Test
  void aSecondProcessThatLivesTheSameLifeIsNoticed() {
    GossipCore core = core(1, 1, List.of());
    GossipCore other = core(0, 1, List.of());
    talk(core, other);
    core.receive("n0:1", node(0), datagram().addEntries(ownRecord(core)).build(), 10);
    boolean byItself = core.hasTwin();

    core.receive("n0:1", node(0), datagram().addEntries(spoken(1, 7)).build(), 20);
    long above = ownRecord(core).getVersion();
    core.receive("n0:1", node(0), datagram().addEntries(spoken(above + 1, 7)).build(), 30);

    assertThat(byItself).isFalse();
    assertThat(core.hasTwin()).isTrue();
    assertThat(core.otherLife()).as("its disk is as good as the other one").isEmpty();
  }

  /** Both hear of the other by one who knows them as one node. */
  @Test
  void ofTwoProcessesOfOneLifeOneEnds() {
    GossipCore other = core(0, 1, List.of());
    GossipCore one = core(1, 1, List.of());
    GossipCore copy = core(1, 1, List.of(), true, 77);

    for (int round = 1; round <= 1_200 && !(one.hasTwin() || copy.hasTwin()); round++) {
      long now = round * GossipCore.TICK_MICROS;
      talk(one, one.tick(now), other, now);
      talk(copy, copy.tick(now), other, now);
    }

    assertThat(one.hasTwin() || copy.hasTwin()).isTrue();
  }

  /** Else who asks over a stream would find it alive, and bring it up again. */
  @Test
  void whoHasLeftAnswersNoPingOverAStream() {
    GossipCore core = core(0, 1, List.of());
    Gossips.Talk ping = talking(1).setPing(Gossips.Ping.newBuilder().setTo(life(0, 1))).build();

    boolean before = core.answer(ping, 10).hasAck();
    core.depart(20);

    assertThat(before).isTrue();
    assertThat(core.answer(ping, 30).hasAck()).isFalse();
  }

  /** Alone they have nobody to hear of each other by; one is the other's only seed. */
  @Test
  void aSecondProcessAtAnotherDoorIsNotTakenForThisOneByAnotherName() {
    GossipCore one = core(1, 1, List.of());
    GossipCore same = core(1, 1, List.of());
    GossipCore copy = core(1, 1, List.of(), true, 77);

    GossipCore asker = core(1, 1, List.of());

    talk(one, one.tick(1), same, 1);
    talk(asker, asker.tick(1), copy, 1);

    assertThat(one.hasTwin()).isFalse();
    assertThat(asker.hasTwin()).isTrue();
    assertThat(copy.hasTwin()).isTrue();
  }

  /** A bit that flipped in the memory of one who relays it would end a process that is well. */
  @Test
  void aDamagedCopyOfANodesOwnRecordIsOutbidAndIsNoSecondProcess() {
    GossipCore core = core(1, 1, List.of());
    core.receive("n0:1", node(0), datagram().addEntries(entry(0, 1)).build(), 10);
    Gossips.Entry said = ownRecord(core);

    core.receive("n0:1", node(0), datagram().addEntries(spoken(said.getVersion(), 7)).build(), 20);
    Gossips.Entry anew = ownRecord(core);
    for (long version : List.of(said.getVersion(), anew.getVersion())) {
      core.receive("n0:1", node(0), datagram().addEntries(spoken(version, 7)).build(), 30);
    }

    assertThat(anew.getVersion()).isGreaterThan(said.getVersion());
    assertThat(anew.getContent()).isEqualTo(said.getContent());
    assertThat(core.hasTwin()).isFalse();
  }

  /** What n1 says of itself, as another process would. */
  private static Gossips.Entry spoken(long version, long speaker) {
    Gossips.NodeRecord record = record(1, 1).toBuilder().setSpeaker(speaker).build();
    return entry(1, 1).toBuilder().setVersion(version).setContent(record.toByteString()).build();
  }

  private static Gossips.Entry ownRecord(GossipCore core) {
    return entries(core.tick(GossipCore.TICK_MICROS)).stream()
        .filter(entry -> entry.getSlot() == 0 && entry.getWriter() == life(1, 1))
        .findFirst()
        .orElseThrow();
  }

  /** Else nobody who syncs from here would ever ask for it. */
  @Test
  void aRecordThatIsRefusedHereIsStillLackingHere() {
    GossipCore core = core(0, 1, List.of());
    Gossips.Entry refused = claim(4, 1, 1, 0).toBuilder().setSlot(Shelf.MAX_SLOTS).build();
    Gossips.Entry third = claim(4, 1, 1, 0).toBuilder().setVersion(3).build();

    core.answer(telling(3, 3, entry(4, 1), refused, third), 5);

    assertThat(held(core, life(4, 1))).isEqualTo(1);
    assertThat(core.beliefs().leader(CELL)).as("the others are heard").isPresent();
  }

  /** A later build may have more to say, over streams. */
  @Test
  void aClaimTooLargeForADatagramIsKeptForOthers() {
    GossipCore core = core(0, 1, List.of());
    Gossips.Entry large =
        claim(4, 1, 1, 0).toBuilder().setContent(ByteString.copyFrom(new byte[1_100])).build();

    core.answer(telling(3, 2, entry(4, 1), large), 5);

    assertThat(held(core, life(4, 1))).isEqualTo(2);
    assertThat(entries(core.tick(GossipCore.TICK_MICROS))).doesNotContain(large);
  }

  /** By its fields that this build does not know; what one node can send all must be able to. */
  @Test
  void whatTheDatagramsOfALongNameCannotHoldGoesByStreamsAlone() {
    GossipCore core = core(0, 1, List.of());
    UnknownFieldSet.Field field =
        UnknownFieldSet.Field.newBuilder()
            .addLengthDelimited(ByteString.copyFrom(new byte[1_100]))
            .build();
    UnknownFieldSet fields = UnknownFieldSet.newBuilder().addField(99, field).build();
    Gossips.Entry large = claim(4, 1, 1, 0).toBuilder().setUnknownFields(fields).build();
    Gossips.Verdict verdict =
        dead(4, 1).toBuilder().setStandingValue(0).setUnknownFields(fields).build();
    core.answer(telling(3, 1, entry(4, 1)), 5);

    core.receive("n4:1", node(4), datagram().addEntries(large).addVerdicts(verdict).build(), 10);
    List<Output> outputs = new ArrayList<>();
    for (int tick = 1; tick <= 10; tick++) {
      outputs.addAll(core.tick(tick * GossipCore.TICK_MICROS));
    }

    assertThat(held(core, life(4, 1))).isEqualTo(2);
    assertThat(entries(outputs)).isNotEmpty().doesNotContain(large);
    assertThat(verdicts(outputs)).doesNotContain(verdict);
  }

  @Test
  void whoHoldsOtherContentsUnderEqualVersionsHasAnotherSum() {
    GossipCore one = core(0, 1, List.of());
    GossipCore same = core(0, 1, List.of());
    GossipCore other = core(0, 1, List.of());

    one.answer(telling(3, 2, entry(4, 1), claim(4, 1, 1, 0)), 5);
    same.answer(telling(3, 2, entry(4, 1), claim(4, 1, 1, 0)), 5);
    other.answer(telling(3, 2, entry(4, 1), claim(4, 1, 9, 0)), 5);

    assertThat(same.summaryOfEntries()).isEqualTo(one.summaryOfEntries());
    assertThat(other.summaryOfEntries()).isNotEqualTo(one.summaryOfEntries());
  }

  @Test
  void pingsOverAStreamAndTheirAnswersSayWhatIsHeld() {
    GossipCore asked = core(0, 1, List.of());
    GossipCore asking = core(0, 1, List.of());
    for (GossipCore core : List.of(asked, asking)) {
      core.receive("n1:1", node(1), datagram().addEntries(entry(1, 1)).build(), 10);
      core.tick(20);
    }
    Gossips.Ping.Builder ping = Gossips.Ping.newBuilder().setTo(life(0, 1)).setSummary(7);
    Gossips.Ping.Builder own = Gossips.Ping.newBuilder().setTo(life(1, 1));
    Output.Ask ask =
        new Output.Ask("n1:1", Output.Purpose.PROBE, 1, talking(0).setPing(own).build());
    Gossips.Ack.Builder ack = Gossips.Ack.newBuilder().setSummary(7);

    Gossips.Talk answer = asked.answer(talking(1).setPing(ping).build(), 30);
    List<Output> byPing = asked.tick(GossipCore.TICK_MICROS);
    List<Output> byAnswer = asking.heard(ask, talking(1).setAck(ack).build(), 30);

    assertThat(answer.getAck().getSummary()).isEqualTo(asked.summaryOfEntries());
    assertThat(summariesAsked(byPing)).containsExactly("n1:1");
    assertThat(summariesAsked(byAnswer)).containsExactly("n1:1");
  }

  private static List<String> summariesAsked(List<Output> outputs) {
    return outputs.stream()
        .filter(output -> output instanceof Output.Ask a && a.talk().hasSummary())
        .map(output -> ((Output.Ask) output).address())
        .toList();
  }

  /** Else it would differ from all others, and compare every two seconds in vain. */
  @Test
  void theSumIsTheSameInWhateverOrderTheWordsOfAnElectionCome() {
    GossipCore inOrder = core(0, 1, List.of());
    GossipCore late = core(0, 1, List.of());
    List<Gossips.Entry> terms = new ArrayList<>();
    for (int version = 2; version <= 4; version++) {
      long replaces = version == 2 ? 0 : version - 1;
      terms.add(
          claim(4, 1, version, 0).toBuilder().setVersion(version).setReplaces(replaces).build());
    }

    hear(inOrder, entry(4, 1), terms.get(0), terms.get(1), terms.get(2));
    hear(late, entry(4, 1), terms.get(2), terms.get(1), terms.get(0));

    assertThat(held(late, life(4, 1))).isEqualTo(4);
    assertThat(late.summaryOfEntries()).isEqualTo(inOrder.summaryOfEntries());
  }

  /** Each in a datagram of its own; the sum is asked for in between, as pings do. */
  private static void hear(GossipCore core, Gossips.Entry... entries) {
    for (Gossips.Entry entry : entries) {
      core.receive("n1:1", node(1), datagram().addEntries(entry).build(), 10);
      core.summaryOfEntries();
    }
  }

  /** In a network where nothing happens, and streams have no budget left, that is soon reached. */
  @Test
  void howeverOftenAllWasTheSameTheNextComparisonIsNeitherNowNorNever() {
    GossipCore core = core(0, 1, List.of());
    core.receive("n1:1", node(1), datagram().addEntries(entry(1, 1)).build(), 10);
    Gossips.Talk question = talking(0).setSummary(1).build();
    Output.Ask asked = new Output.Ask("n1:1", Output.Purpose.SUMMARY, 0, question);
    for (int i = 0; i < 100; i++) {
      core.heard(asked, talking(1).setSummary(1).build(), 20);
    }

    int first = comparisons(core, 0, 2 * Micros.SECOND);
    int later = comparisons(core, 2 * Micros.SECOND, 40 * Micros.SECOND);

    assertThat(first).isZero();
    assertThat(later).isEqualTo(1);
  }

  /** How often the core asks n1 what it holds, which answers each ping. */
  private static int comparisons(GossipCore core, long from, long to) {
    int comparisons = 0;
    for (long now = from; now < to; now += GossipCore.TICK_MICROS) {
      for (Output output : core.tick(now)) {
        if (output instanceof Output.Send send && send.datagram().hasPing()) {
          Gossips.Ack.Builder ack = Gossips.Ack.newBuilder().setTo(life(0, 1));
          Gossips.Datagram.Builder answer = datagram().setAck(ack);
          answer.setNumber(send.datagram().getNumber());
          core.receive("n1:1", node(1), answer.build(), now + 1);
        } else if (output instanceof Output.Ask ask) {
          comparisons += ask.purpose() == Output.Purpose.SUMMARY ? 1 : 0;
        }
      }
    }
    return comparisons;
  }

  @Test
  void whoHearsWhatItHasNeverSaidSaysEverythingAnewAboveThat() {
    GossipCore core = core(4, 1, List.of());
    core.tick(0);

    core.receive(
        "n1:1",
        node(1),
        datagram().addEntries(claim(4, 1, 1, 0).toBuilder().setVersion(50)).build(),
        10);

    assertThat(held(core, life(4, 1))).isEqualTo(52);
    assertThat(core.beliefs().claims(CELL)).as("nobody else makes claims for it").isEmpty();
  }

  /** It may have been recorded on its way to another node, or to a former life of this one. */
  @Test
  void anAnswerToSomebodyElseIsNoAnswer() {
    GossipCore core = core(0, 1, List.of());
    core.receive("n1:1", node(1), datagram().addEntries(entry(1, 1)).build(), 10);
    int number = pings(core.tick(GossipCore.TICK_MICROS)).get(0).getNumber();
    Gossips.Ack.Builder ack = Gossips.Ack.newBuilder().setTo(life(2, 1));

    core.receive("n1:1", node(1), datagram().setNumber(number).setAck(ack).build(), 150_000);
    List<Gossips.Datagram> again = new ArrayList<>();
    for (int tick = 2; tick <= 10; tick++) {
      again.addAll(pings(core.tick(tick * GossipCore.TICK_MICROS)));
    }

    assertThat(again).extracting(Gossips.Datagram::getNumber).contains(number);
  }

  @Test
  void aFavourThatSomebodyElseWasAskedIsNotDone() {
    GossipCore core = core(0, 1, List.of());
    core.receive("n1:1", node(1), datagram().addEntries(entry(1, 1)).build(), 10);
    Gossips.Favour.Builder favour = Gossips.Favour.newBuilder().setTarget(life(1, 1));

    List<Output> forOther = ask(core, favour.setTo(life(7, 1)));
    List<Output> forCore = ask(core, favour.setTo(life(0, 1)));

    assertThat(forOther).isEmpty();
    assertThat(pings(forCore)).hasSize(1);
  }

  private static List<Output> ask(GossipCore core, Gossips.Favour.Builder favour) {
    return core.receive("n1:1", node(1), datagram().setNumber(3).setFavour(favour).build(), 20);
  }

  private static List<Gossips.Datagram> pings(List<Output> outputs) {
    return sends(outputs).stream().filter(Gossips.Datagram::hasPing).toList();
  }

  /** An exchange over a stream in which node {@code from} tells all of one writer. */
  private static Gossips.Talk telling(int from, long upTo, Gossips.Entry... entries) {
    return talking(from)
        .setExchange(
            Gossips.Exchange.newBuilder()
                .setDigest(Gossips.Holdings.getDefaultInstance())
                .addDeltas(
                    Gossips.Delta.newBuilder()
                        .setWriter(entries[0].getWriter())
                        .setUpTo(upTo)
                        .addAllEntries(List.of(entries))))
        .build();
  }

  private static Gossips.Talk.Builder talking(int from) {
    return Gossips.Talk.newBuilder()
        .setVersion(GossipCore.VERSION)
        .setCluster(CLUSTER)
        .setFrom(Common.Incarnation.newBuilder().setNode("n" + from).setBoot(1));
  }

  /** Up to which version the core says that it holds all of a life. */
  private static long held(GossipCore core, long life) {
    Gossips.Holdings holdings = core.answer(talking(9).setSummary(1).build(), 6).getDigest();
    return holdings.getVersions(holdings.getLivesList().indexOf(life));
  }

  @Test
  void nobodyElseCanSayThatSomebodyHasLeft() {
    GossipCore core = core(0, 1, List.of());
    Gossips.Verdict left =
        Gossips.Verdict.newBuilder()
            .setLife(life(1, 1))
            .setStanding(Gossips.Standing.LEFT)
            .setAccuser(life(2, 1))
            .build();

    core.receive("n2:1", node(2), datagram().addEntries(entry(1, 1)).addVerdicts(left).build(), 10);

    assertThat(nodes(core)).containsExactly("n0", "n1");
  }

  /** Rule 6: it was started on another disk meanwhile, and this one has forgotten that life. */
  @Test
  void aDiskOfFormerDaysIsNoticedBeforeAnythingIsSaid() {
    GossipCore seed = core(0, 1, List.of());
    talk(core(1, 20, List.of()), seed);
    GossipCore old = core(1, 30, List.of(10L));

    for (Output output : old.inquire()) {
      Output.Ask ask = (Output.Ask) output;
      assertThat(ask.talk().getFrom().getBoot()).as("a life that may never begin").isZero();
      old.heard(ask, seed.answer(ask.talk(), 3), 3);
    }

    assertThat(old.otherLife()).contains(new Incarnation(new NodeId("n1"), 20));
    assertThat(nodes(seed)).containsExactly("n0", "n1");
  }

  /**
   * A disk may be restored at any time; that there was a later life must not be forgotten first.
   */
  @ParameterizedTest
  @EnumSource(
      value = Gossips.Standing.class,
      names = {"LEFT", "DEAD"})
  void aDiskOfFormerDaysIsNoticedALongTimeAfterItsLastLife(Gossips.Standing standing) {
    GossipCore seed = core(0, 1, List.of());
    Gossips.Verdict gone =
        dead(1, 0).toBuilder()
            .setLife(life(1, 20))
            .setStanding(standing)
            .setAccuser(standing == Gossips.Standing.LEFT ? life(1, 20) : life(2, 1))
            .build();
    seed.receive("n1:1", node(1), datagram().addEntries(entry(1, 20)).build(), 3);
    seed.receive("n1:1", node(1), datagram().addVerdicts(gone).build(), 4);
    long later = Members.DEAD_MICROS + Micros.HOUR;
    for (long now = 5; now < later; now += 60 * Micros.SECOND) {
      seed.tick(now);
    }
    GossipCore old = core(1, 30, List.of(10L));

    for (Output output : old.inquire()) {
      Output.Ask ask = (Output.Ask) output;
      old.heard(ask, seed.answer(ask.talk(), later), later);
    }

    assertThat(seed.answer(talking(9).setSummary(1).build(), later).getDigest().getLivesList())
        .as("what that life said is forgotten")
        .doesNotContain(life(1, 20));
    assertThat(old.otherLife()).contains(new Incarnation(new NodeId("n1"), 20));
  }

  @Test
  void aDiskThatKnowsItsLastLifeAndANewOneAreNotStrange() {
    GossipCore seed = core(0, 1, List.of());
    GossipCore first = core(1, 20, List.of(10L));
    talk(first, seed);
    GossipCore next = core(1, 30, List.of(20L));
    talk(next, seed);
    GossipCore wiped = core(1, 40, List.of());
    talk(wiped, seed);

    assertThat(next.otherLife()).isEmpty();
    assertThat(wiped.otherLife()).isEmpty();
    assertThat(seed.beliefs().nodes(3).get(1).incarnation().boot()).isEqualTo(40);
  }

  /** It has begun a life since, without anybody to tell it of the other disk. */
  @Test
  void aDiskOfFormerDaysIsNoticedAtALaterStartAsWell() {
    GossipCore seed = core(0, 1, List.of());
    talk(core(1, 20, List.of()), seed);
    GossipCore old = core(1, 40, List.of(10L, 30L));

    for (Output output : old.inquire()) {
      Output.Ask ask = (Output.Ask) output;
      old.heard(ask, seed.answer(ask.talk(), 3), 3);
    }

    assertThat(old.otherLife()).contains(new Incarnation(new NodeId("n1"), 20));
  }

  /** Else a start that is killed before the disk is retired would make the others forget. */
  @Test
  void whoHasHeardOfAnotherLifeTellsNothingOfItself() {
    GossipCore seed = core(0, 1, List.of());
    talk(core(1, 20, List.of()), seed);
    GossipCore old = core(1, 30, List.of(10L));

    talk(old, seed);

    assertThat(old.otherLife()).contains(new Incarnation(new NodeId("n1"), 20));
    assertThat(seed.beliefs().nodes(3).get(1).incarnation().boot()).isEqualTo(20);
  }

  /** Two nodes under one id: the later one has taken the earlier one's place for all others. */
  @Test
  void whoHearsOfALaterLifeOfItselfIsTold() {
    GossipCore seed = core(0, 1, List.of());
    GossipCore earlier = core(1, 20, List.of());
    talk(earlier, seed);
    talk(core(1, 30, List.of()), seed);

    earlier.receive("n0:1", node(0), datagram().addEntries(entry(1, 30)).build(), 5);

    assertThat(earlier.otherLife()).contains(new Incarnation(new NodeId("n1"), 30));
  }

  @Test
  void nothingIsConcludedFromSilenceBeforeTheFirstAnswer() {
    GossipCore core = core(1, 1, List.of());
    List<Output> asked = core.tick(0);

    boolean atFirst = core.isSynced(100);
    talk(core, asked, core(0, 1, List.of()));

    assertThat(atFirst).isFalse();
    assertThat(core.isSynced(200)).isTrue();
  }

  /** Else others would not count what it tells, and it would not pass on what it is told. */
  @Test
  void whoIsReadyStaysSoWhenASeedHasMoreToTell() {
    GossipCore seed = core(0, 1, List.of());
    GossipCore core = core(1, 1, List.of());
    talk(core, core.tick(0), seed);
    boolean isSyncedBefore = core.isSynced(100);
    seed.answer(telling(3, 1, entry(4, 1)), 150);
    Gossips.Talk question = talking(1).setSummary(core.summary()).build();

    Gossips.Talk answer = seed.answer(question, 200);
    core.heard(new Output.Ask("n0:1", Output.Purpose.SUMMARY, 0, question), answer, 200);

    assertThat(answer.hasDigest()).as("there is more").isTrue();
    assertThat(isSyncedBefore).isTrue();
    assertThat(core.isSynced(300)).isTrue();
  }

  @Test
  void aFirstNodeBelievesAfterAWhileThatItIsTheFirst() {
    GossipCore core = core(1, 1, List.of());
    core.tick(0);

    assertThat(core.isSynced(Joining.ALONE_MICROS - 1)).isFalse();
    assertThat(core.isSynced(Joining.ALONE_MICROS)).isTrue();
  }

  /** Else who joins by it would be told by one that knows nobody that this is all there is. */
  @Test
  void theOnlySeedOfAllIsJoiningItselfUntilAnotherOneHasToldIt() {
    long now = Joining.ALONE_MICROS;
    GossipCore other = core(1, 1, List.of());
    other.tick(0);
    boolean isOtherReady = other.isSynced(now);
    GossipCore seed = core(0, 2, List.of(1L));
    seed.tick(now);
    GossipCore joiner = core(2, 1, List.of());

    talk(joiner, joiner.tick(now), seed, now);
    List<Boolean> areReadyBefore = List.of(joiner.isSynced(now), seed.isSynced(now));
    talk(other, other.tick(now), seed, now);
    talk(joiner, joiner.tick(now + Micros.SECOND), seed, now + Micros.SECOND);

    assertThat(isOtherReady).isTrue();
    assertThat(areReadyBefore).containsExactly(false, false);
    assertThat(seed.isSynced(now)).isTrue();
    assertThat(joiner.isSynced(now + Micros.SECOND)).isTrue();
    assertThat(nodes(joiner)).containsExactly("n2", "n0", "n1");
  }

  /** What builds from before that was said do not say. */
  @Test
  void tellsWhichFormatANodeReads() {
    GossipCore core = core(1, 1, List.of());
    Gossips.NodeRecord newer = record(3, 1).toBuilder().setReadsFormat(7).build();
    Gossips.Entry entry = entry(3, 1).toBuilder().setContent(newer.toByteString()).build();

    core.receive("n2:1", node(2), datagram().addEntries(entry(2, 1)).addEntries(entry).build(), 10);

    assertThat(core.beliefs().nodes(20)).extracting(NodeView::readsFormat).containsExactly(0, 0, 7);
  }

  @Test
  void theGreatestEpochTermAndConfigurationIndexLead() {
    GossipCore core = core(0, 1, List.of());
    ClaimView own = new ClaimView(new Incarnation(new NodeId("n0"), 1), CELL, 1, 5, 8, true);
    core.claim(List.of(own), 5);
    Gossips.Datagram.Builder datagram =
        datagram().addEntries(entry(1, 1)).addEntries(claim(1, 1, 5, 9)).addEntries(entry(2, 1));

    core.receive("n1:1", node(1), datagram.build(), 10);
    Incarnation byConfiguration = core.beliefs().leader(CELL).orElseThrow().node();
    core.receive("n2:1", node(2), datagram().addEntries(claim(2, 1, 6, 1)).build(), 10);
    Incarnation byTerm = core.beliefs().leader(CELL).orElseThrow().node();
    core.claim(List.of(new ClaimView(own.node(), CELL, 2, 1, 1, true)), 20);

    assertThat(byConfiguration.node().value()).isEqualTo("n1");
    assertThat(byTerm.node().value()).isEqualTo("n2");
    assertThat(core.beliefs().leader(CELL).orElseThrow().node()).isEqualTo(own.node());
    assertThat(core.beliefs().claims(CELL)).hasSize(3);
  }

  @Test
  void whatIsLedIsToldBeforeWhatIsFollowedHoweverFullItIs() {
    GossipCore core = core(0, 1, List.of());
    Incarnation self = node(0);
    List<ClaimView> claims = new ArrayList<>();
    for (int cell = 1; cell < Shelf.MAX_SLOTS; cell++) {
      claims.add(new ClaimView(self, CellId.home(new OwnerId("o" + cell)), 1, 1, false));
    }
    core.claim(claims, 10);
    claims.add(new ClaimView(self, CELL, 1, 1, true));

    core.claim(claims, 20);

    assertThat(core.untoldClaims()).isEqualTo(1);
    assertThat(core.beliefs().leader(CELL)).isPresent();
    core.claim(List.copyOf(claims), 30);
    assertThat(core.beliefs().leader(CELL)).as("nor is it told by turns").isPresent();
  }

  @Test
  void claimsThatStayedAsTheyWereAreNotToldAgain() {
    GossipCore core = core(0, 1, List.of());
    List<ClaimView> claims = new ArrayList<>();
    for (int cell = 0; cell < 50; cell++) {
      claims.add(
          new ClaimView(
              new Incarnation(new NodeId("n0"), 1), new CellId(CELL.owner(), cell), 1, 1, true));
    }
    core.claim(claims, 10);
    long before = core.summary();

    core.claim(List.copyOf(claims), 20);

    assertThat(core.summary()).isEqualTo(before);
  }

  /** Versions of loads are small numbers that run alike; else these two would never compare. */
  @Test
  void whoHoldsPartsOfLoadsInEachOthersVersionsHoldsSomethingElse() {
    GossipCore one = core(0, 1, List.of());
    GossipCore other = core(0, 1, List.of());
    for (GossipCore each : List.of(one, other)) {
      hear(each, entry(1, 1), entry(2, 1));
    }

    one.receive(
        "n1:1", node(1), datagram().addLatest(part(1, 4)).addLatest(part(2, 5)).build(), 20);
    other.receive(
        "n1:1", node(1), datagram().addLatest(part(1, 5)).addLatest(part(2, 4)).build(), 20);

    assertThat(one.summaryOfEntries()).isEqualTo(other.summaryOfEntries());
    assertThat(one.summary()).isNotEqualTo(other.summary());
  }

  private static Gossips.Latest part(int writer, long version) {
    return Gossips.Latest.newBuilder()
        .setWriter(Life.of(CLUSTER, node(writer)))
        .setKind(Gossips.Latest.Kind.LOAD_PART)
        .setPart(1)
        .setVersion(version)
        .build();
  }

  /** 200 cells of three replicas each: else each election would be three entries, not two. */
  @Test
  void anElectionIsNoNewsOfWhoGoesOnFollowing() {
    GossipCore core = core(0, 1, List.of());
    core.claim(List.of(new ClaimView(node(0), CELL, 1, 4, 9, false)), 10);
    long before = core.summary();

    core.claim(List.of(new ClaimView(node(0), CELL, 1, 5, 9, false)), 20);
    boolean isNewsByTerm = core.summary() != before;
    core.claim(List.of(new ClaimView(node(0), CELL, 1, 5, 12, false)), 30);
    boolean isNewsByConfiguration = core.summary() != before;
    core.claim(List.of(new ClaimView(node(0), CELL, 1, 6, 12, true)), 40);

    assertThat(isNewsByTerm).isFalse();
    assertThat(isNewsByConfiguration).as("each leader begins with another one").isFalse();
    assertThat(core.beliefs().leader(CELL).orElseThrow().term()).isEqualTo(6);
  }

  private static GossipCore core(int number, long boot, List<Long> lives) {
    return core(number, boot, lives, true);
  }

  private static GossipCore core(int number, long boot, List<Long> lives, boolean isProved) {
    return core(number, boot, lives, isProved, number);
  }

  private static GossipCore core(
      int number, long boot, List<Long> lives, boolean isProved, long seed) {
    RandomGenerator chance = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    GossipCore core =
        new GossipCore(
            new GossipSetup(
                new Incarnation(new NodeId("n" + number), boot),
                lives,
                CLUSTER,
                List.of("n0:1"),
                Habits.SHIPPED,
                chance,
                new MeasuredRoundTrips(),
                (who, now) -> {},
                Gossips.NodeRecord::parseFrom,
                isProved));
    core.publish(record(number, boot), 0);
    return core;
  }

  /** The first core asks the second one until it has nothing more to ask. */
  private static void talk(GossipCore one, GossipCore seed) {
    talk(one, one.tick(1), seed);
  }

  private static void talk(GossipCore one, List<Output> begun, GossipCore seed) {
    talk(one, begun, seed, 2);
  }

  private static void talk(GossipCore one, List<Output> begun, GossipCore seed, long now) {
    List<Output> outputs = new ArrayList<>(begun);
    while (!outputs.isEmpty()) {
      if (outputs.remove(0) instanceof Output.Ask ask) {
        outputs.addAll(one.heard(ask, seed.answer(ask.talk(), now), now));
      }
    }
  }

  private static List<String> nodes(GossipCore core) {
    return core.beliefs().nodes(20).stream().map(n -> n.incarnation().node().value()).toList();
  }

  private static List<Gossips.Entry> entries(List<Output> outputs) {
    return sends(outputs).stream().flatMap(d -> d.getEntriesList().stream()).toList();
  }

  private static List<Gossips.Verdict> verdicts(List<Output> outputs) {
    return sends(outputs).stream().flatMap(d -> d.getVerdictsList().stream()).toList();
  }

  private static List<Gossips.Datagram> sends(List<Output> outputs) {
    return outputs.stream()
        .filter(Output.Send.class::isInstance)
        .map(output -> ((Output.Send) output).datagram())
        .toList();
  }

  private static Gossips.Datagram.Builder datagram() {
    return Gossips.Datagram.newBuilder().setVersion(GossipCore.VERSION);
  }

  private static Incarnation node(int number) {
    return new Incarnation(new NodeId("n" + number), 1);
  }

  private static long life(int number, long boot) {
    return Life.of(CLUSTER, new Incarnation(new NodeId("n" + number), boot));
  }

  private static Gossips.NodeRecord record(int number, long boot) {
    return Gossips.NodeRecord.newBuilder()
        .setCluster(CLUSTER)
        .setDoorAddress("n" + number + ":1")
        .setNode(Common.Incarnation.newBuilder().setNode("n" + number).setBoot(boot))
        .build();
  }

  private static Gossips.Entry entry(int number, long boot) {
    return Gossips.Entry.newBuilder()
        .setWriter(life(number, boot))
        .setVersion(1)
        .setContent(record(number, boot).toByteString())
        .build();
  }

  private static Gossips.Entry foreign() {
    return entry(2, 1).toBuilder()
        .setContent(record(2, 1).toBuilder().setCluster("another").build().toByteString())
        .build();
  }

  /** Says that it is of another node than its content does. */
  private static Gossips.Entry disguised() {
    return entry(3, 1).toBuilder().setContent(record(5, 1).toByteString()).build();
  }

  private static Gossips.Entry claim(int number, long epoch, long term, long configuration) {
    Gossips.Claim claim =
        Gossips.Claim.newBuilder()
            .setOwner(CELL.owner().value())
            .setEpoch(epoch)
            .setTerm(term)
            .setConfiguration(configuration)
            .setLeads(true)
            .build();
    return Gossips.Entry.newBuilder()
        .setWriter(life(number, 1))
        .setSlot(1)
        .setVersion(2)
        .setContent(claim.toByteString())
        .build();
  }
}
