package io.corale.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.model.OwnerId;
import io.corale.wire.Gossips;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Whose bands are told, as slots go from one cell to another and words overtake each other. */
final class LoadsTest {
  private static final Incarnation NODE = new Incarnation(new NodeId("n4"), 1);
  private static final CellId ACME = CellId.home(new OwnerId("acme"));
  private static final CellId BETA = CellId.home(new OwnerId("beta"));

  private final Directory directory = new Directory(node -> false);
  private final Member member =
      new Member(NODE, 4, Gossips.NodeRecord.getDefaultInstance(), new Room(), 0);

  @Test
  void aBandIsKnownWhateverElseItsNodeClaims() throws Exception {
    says(1, 1, 0, ACME, true, 0);
    says(2, 2, 0, BETA, true, 0);
    tells(2, 1, 20, 2, 30);

    says(2, 3, 2, BETA, false, 0);
    says(1, 4, 1, ACME, true, 1);

    assertThat(band(ACME)).contains(20);
    assertThat(band(BETA)).as("it follows now").isEmpty();
  }

  @Test
  void aSlotThatWentToAnotherCellHasNotTheBandOfTheFormerOne() throws Exception {
    says(1, 1, 0, ACME, true, 0);
    tells(1, 1, 20);

    says(1, 2, 1, BETA, true, 0);
    boolean isKnownBefore = band(BETA).isPresent();
    tells(2, 1, 30);

    assertThat(isKnownBefore).isFalse();
    assertThat(band(BETA)).contains(30);
  }

  @Test
  void aLoadThatOvertookTheClaimIsOfNobodyUntilThatHasCome() throws Exception {
    says(1, 1, 0, ACME, true, 0);
    tells(3, 1, 30);
    boolean isKnownBefore = band(ACME).isPresent();

    says(2, 2, 0, CellId.home(new OwnerId("gamma")), false, 0);
    says(1, 3, 1, BETA, true, 0);

    assertThat(isKnownBefore).as("the slot is another one's by then").isFalse();
    assertThat(band(BETA)).contains(30);
  }

  @Test
  void whoLedItOnceAndLeadsItAgainHasNotTheBandOfThatTime() throws Exception {
    says(1, 1, 0, ACME, true, 0);
    tells(1, 1, 20);

    says(1, 2, 1, ACME, false, 0);
    says(1, 3, 2, ACME, true, 0);

    assertThat(band(ACME)).isEmpty();
  }

  /** Bands in the order of slots, at one version of all records: only their sum is read. */
  @Test
  void aLoadOfAFormerBuildSaysHowMuchWaitsInAll() throws Exception {
    says(1, 1, 0, ACME, true, 0);
    UnknownFieldSet former =
        UnknownFieldSet.newBuilder()
            .addField(3, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .addField(
                4,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(ByteString.copyFrom(new byte[] {20}))
                    .build())
            .build();
    put(0, Gossips.Load.newBuilder().setPendingBand(20).setUnknownFields(former).build());

    assertThat(Loads.of(member).map(Gossips.Load::getPendingBand)).contains(20);
    assertThat(band(ACME)).isEmpty();
  }

  private Optional<Integer> band(CellId cell) {
    return directory.claimed(cell).findFirst().flatMap(claim -> Loads.band(member, claim));
  }

  /** The load of slots by turns with their bands. */
  private void tells(long ledSince, int... slotsAndBands) {
    SortedMap<Integer, Integer> bands = new TreeMap<>();
    for (int i = 0; i < slotsAndBands.length; i += 2) {
      bands.put(slotsAndBands[i], slotsAndBands[i + 1]);
    }
    Gossips.Load.Builder load = Gossips.Load.newBuilder().setLedSince(ledSince);
    LoadForm.put(load, 0, bands);
    put(0, load.build());
  }

  private void put(int part, Gossips.Load load) {
    Topic topic = Topic.load(part);
    Gossips.Latest latest =
        Gossips.Latest.newBuilder()
            .setKind(topic.kind())
            .setPart(topic.part())
            .setVersion(member.shelf().lossy().version(topic) + 1)
            .setContent(load.toByteString())
            .build();
    member.shelf().lossy().put(latest, 0);
  }

  private void says(
      int slot, long version, long replaces, CellId cell, boolean leads, long ledSince)
      throws Exception {
    Gossips.Claim claim =
        Gossips.Claim.newBuilder()
            .setOwner(cell.owner().value())
            .setCell(cell.number())
            .setEpoch(1)
            .setLeads(leads)
            .setLedSince(ledSince)
            .build();
    Gossips.Entry entry =
        Gossips.Entry.newBuilder()
            .setSlot(slot)
            .setVersion(version)
            .setReplaces(replaces)
            .setContent(claim.toByteString())
            .build();
    member.shelf().put(entry, 0);
    directory.put(member, entry, 0);
  }
}
