package io.corale.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.model.OwnerId;
import io.corale.sim.Chance;
import io.corale.wire.Common;
import io.corale.wire.Gossips;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/**
 * When a node tells the load of what it leads, and what another one that holds all it has told
 * makes of that. Two cores, and all of the first one's words given to the second.
 */
final class OwnLoadTest {
  private static final CellId ACME = cell("acme");
  private static final CellId BETA = cell("beta");
  private static final long SECOND = Micros.SECOND;

  private final GossipCore writer = core(0);
  private final GossipCore reader = core(1);
  private long now = SECOND;

  OwnLoadTest() {
    writer.publish(World.record(node(0)), now);
    reader.publish(World.record(node(1)), now);
    exchange();
  }

  @Test
  void aNewTermOfTheSameLeaderKeepsTheBand() {
    claim(leads(ACME, 4));
    load(Map.of(ACME, 1_000L));

    claim(leads(ACME, 6));

    assertThat(band(ACME)).hasValue(Bands.of(1_000));
  }

  @Test
  void whatIsNewlyLedIsToldAfterTenSecondsAlsoByANodeThatIsLoadedLikeAll() {
    reader.claim(List.of(new ClaimView(node(1), BETA, 1, 1, 0, true)), now);
    reader.load(Map.of(BETA, 0L), 0, now);
    claim(leads(ACME, 4));
    load(Map.of(ACME, 0L));
    CellId gamma = cell("gamma");

    claim(leads(ACME, 4), leads(gamma, 1));
    pass(9 * SECOND);
    load(Map.of(ACME, 0L, gamma, 0L));
    OptionalInt soon = band(gamma);
    pass(SECOND);
    load(Map.of(ACME, 0L, gamma, 0L));

    assertThat(soon).as("not more often than each ten seconds").isEmpty();
    assertThat(band(gamma)).hasValue(0);
  }

  @Test
  void whatOnlyChangesNearTheMeanIsToldAfterTwoMinutes() {
    reader.claim(List.of(new ClaimView(node(1), BETA, 1, 1, 0, true)), now);
    reader.load(Map.of(BETA, 100L), 0, now);
    claim(leads(ACME, 4));
    load(Map.of(ACME, 100L));

    pass(119 * SECOND);
    load(Map.of(ACME, 125L));
    OptionalInt before = band(ACME);
    pass(SECOND);
    load(Map.of(ACME, 125L));

    assertThat(before).hasValue(Bands.of(100));
    assertThat(band(ACME)).hasValue(Bands.of(125));
  }

  @Test
  void whoIsLoadedUnlikeTheOthersTellsEachTenSeconds() {
    reader.claim(List.of(new ClaimView(node(1), BETA, 1, 1, 0, true)), now);
    reader.load(Map.of(BETA, 100L), 0, now);
    claim(leads(ACME, 4));
    load(Map.of(ACME, 100L));

    pass(10 * SECOND);
    load(Map.of(ACME, 5_000L));

    assertThat(band(ACME)).hasValue(Bands.of(5_000));
  }

  @Test
  void aSlotThatIsUsedAgainShowsOnlyWhatWasToldOfItsNewCell() {
    claim(leads(ACME, 4), leads(BETA, 2));
    load(Map.of(ACME, 1_000L, BETA, 5L));
    claim(leads(BETA, 2));
    CellId gamma = cell("gamma");

    claim(leads(BETA, 2), leads(gamma, 1));
    OptionalInt early = band(gamma);
    OptionalInt unchanged = band(BETA);
    pass(10 * SECOND);
    load(Map.of(BETA, 5L, gamma, 30L));

    assertThat(early).as("the band of acme, which had its slot").isEmpty();
    assertThat(unchanged).hasValue(Bands.of(5));
    assertThat(band(gamma)).hasValue(Bands.of(30));
  }

  @Test
  void whoFollowsInBetweenHasNotTheBandOfFormerTimes() {
    claim(leads(ACME, 4));
    load(Map.of(ACME, 1_000L));

    claim(new ClaimView(node(0), ACME, 1, 0, 0, false));
    claim(leads(ACME, 8));

    assertThat(band(ACME)).isEmpty();
  }

  /** It is not idle: nobody knows. */
  @Test
  void ofWhatCouldNotBeReadNothingIsTold() {
    claim(leads(ACME, 4), leads(BETA, 2));

    load(Map.of(BETA, 5L));

    assertThat(band(ACME)).isEmpty();
    assertThat(band(BETA)).hasValue(Bands.of(5));
  }

  @Test
  void aNumberNearTheEdgeOfItsBandDoesNotFlickerButForAnotherCellInItsSlot() {
    claim(leads(ACME, 4), leads(BETA, 2));
    load(Map.of(ACME, 100L, BETA, 100L));
    claim(leads(BETA, 2));
    pass(120 * SECOND);
    load(Map.of(BETA, 120L));
    CellId gamma = cell("gamma");

    claim(leads(BETA, 2), leads(gamma, 5));
    pass(120 * SECOND);
    load(Map.of(gamma, 120L, BETA, 120L));

    assertThat(band(BETA)).as("it stays").hasValue(Bands.of(100));
    assertThat(band(gamma)).as("it had none").hasValue(Bands.of(120));
    assertThat(Bands.of(120)).isNotEqualTo(Bands.of(100));
  }

  /** Or each election at a node would make it tell all of its load. */
  @Test
  void whatItsNodeClaimsBesideMakesNoLoadNews() {
    claim(leads(ACME, 4));
    load(Map.of(ACME, 1_000L));

    claim(leads(ACME, 4), new ClaimView(node(0), BETA, 1, 0, 0, false));
    pass(300 * SECOND);
    load(Map.of(ACME, 1_000L));

    ClaimView claim = reader.beliefs().leader(ACME).orElseThrow();
    assertThat(reader.beliefs().scheduler(claim, now).loadMillis()).hasValue(300_000);
  }

  @Test
  void partsOfALoadComeToOneAndAll() {
    List<ClaimView> claims = new ArrayList<>();
    Map<CellId, Long> pending = new LinkedHashMap<>();
    for (int i = 0; i < 1_200; i++) {
      claims.add(leads(cell("owner-" + i), 1));
      pending.put(claims.get(i).cell(), (long) i);
    }
    claim(claims.toArray(ClaimView[]::new));

    load(pending);

    for (int i = 0; i < claims.size(); i++) {
      assertThat(band(claims.get(i).cell())).hasValue(Bands.of(i));
    }
  }

  @Test
  void whatCanBeReadNoMoreIsTakenBackInEveryPart() {
    List<ClaimView> claims = new ArrayList<>();
    Map<CellId, Long> pending = new LinkedHashMap<>();
    for (int i = 0; i < 600; i++) {
      claims.add(leads(cell("owner-" + i), 1));
      pending.put(claims.get(i).cell(), 7L);
    }
    claim(claims.toArray(new ClaimView[0]));
    load(pending);
    CellId last = claims.get(599).cell();
    OptionalInt before = band(last);

    pass(120 * SECOND);
    load(Map.of(claims.get(0).cell(), 7L));

    assertThat(before).hasValue(Bands.of(7));
    assertThat(band(last)).isEmpty();
  }

  private void claim(ClaimView... claims) {
    writer.claim(List.of(claims), now);
    exchange();
  }

  private void load(Map<CellId, Long> pending) {
    writer.load(pending, 0, now);
    exchange();
  }

  private void pass(long micros) {
    now += micros;
  }

  /** Each tells the other one all that it holds. */
  private void exchange() {
    tell(writer, reader);
    tell(reader, writer);
  }

  private void tell(GossipCore from, GossipCore to) {
    Gossips.Exchange nothing =
        Gossips.Exchange.newBuilder()
            .setDigest(Gossips.Holdings.newBuilder().setKnowsParts(true))
            .build();
    Gossips.Talk question =
        Gossips.Talk.newBuilder()
            .setVersion(GossipCore.VERSION)
            .setCluster(World.CLUSTER)
            .setFrom(Common.Incarnation.newBuilder().setNode("nobody"))
            .setIsJoining(true)
            .setExchange(nothing)
            .build();
    Output.Ask ask = new Output.Ask("x:1", Output.Purpose.EXCHANGE, 0, question);
    var unused = to.heard(ask, from.answer(question, now), now);
  }

  private OptionalInt band(CellId cell) {
    Optional<Integer> band =
        reader.beliefs().leader(cell).flatMap(claim -> reader.beliefs().pendingBand(claim));
    return band.map(OptionalInt::of).orElse(OptionalInt.empty());
  }

  private static ClaimView leads(CellId cell, long term) {
    return new ClaimView(node(0), cell, 1, term, 0, true);
  }

  private static CellId cell(String owner) {
    return CellId.home(new OwnerId(owner));
  }

  private static Incarnation node(int number) {
    return new Incarnation(new NodeId("n" + number), 1);
  }

  private static GossipCore core(int number) {
    return new GossipCore(
        GossipSetup.of(
            node(number),
            List.of(),
            World.CLUSTER,
            List.of(),
            new Chance(1).of("core " + number),
            (who, standing) -> {},
            true));
  }
}
