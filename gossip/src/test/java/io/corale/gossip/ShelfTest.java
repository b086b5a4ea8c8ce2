package io.corale.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.corale.wire.Gossips;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ShelfTest {
  private static final int ROOM = 100_000;
  private final Room room = new Room();
  private final Shelf shelf = new Shelf(room);
  private final Shelf other = new Shelf(new Room());

  @Test
  void ofOneSlotTheGreatestVersionCountsInWhateverOrderTheyCome() {
    shelf.put(entry(1, 3, 1), 0);

    assertThat(shelf.put(entry(1, 1, 0), 0)).isFalse();
    assertThat(shelf.at(1).map(Gossips.Entry::getVersion)).contains(3L);
  }

  @Test
  void tellsExactlyWhatIsLacking() {
    put(shelf, entry(0, 1, 0), entry(1, 2, 0), entry(1, 3, 2), entry(2, 4, 0));
    put(other, entry(0, 1, 0), entry(1, 2, 0));

    Gossips.Delta delta = shelf.since(held(other), ROOM).orElseThrow();
    tell(delta, other);

    assertThat(delta.getEntriesList())
        .extracting(Gossips.Entry::getVersion)
        .containsExactly(3L, 4L);
    assertThat(other.living()).isEqualTo(shelf.living());
    assertThat(shelf.since(held(other), ROOM)).isEmpty();
  }

  @Test
  void whatDoesNotFitIsToldNextTime() {
    put(shelf, entry(0, 1, 0), entry(1, 2, 0), entry(2, 3, 0), entry(3, 4, 0));
    int rounds = 0;

    while (other.complete() < shelf.complete() && rounds < 10) {
      rounds++;
      tell(shelf.since(held(other), 60).orElseThrow(), other);
    }

    assertThat(rounds).isBetween(2, 4);
    assertThat(other.living()).isEqualTo(shelf.living());
  }

  /** The tombstone is gone: nobody can say any more that slot 1 was deleted. */
  @Test
  void whoMissedADeletionForAnHourIsToldTheWholeShelf() {
    put(shelf, entry(0, 1, 0), entry(1, 2, 0));
    put(other, entry(0, 1, 0), entry(1, 2, 0));
    shelf.put(tombstone(1, 3, 2), 0);
    put(shelf, entry(2, 4, 0));

    shelf.collect(Shelf.TOMBSTONE_MICROS);
    Gossips.Delta delta = shelf.since(held(other), ROOM).orElseThrow();
    List<Integer> gone = tell(delta, other);

    assertThat(delta.getIsWhole()).isTrue();
    assertThat(gone).containsExactly(1);
    assertThat(other.living()).extracting(Gossips.Entry::getSlot).containsExactly(0, 2);
  }

  /** What nobody could take in one message is told in ranges, while its writer goes on. */
  @Test
  void aWholeShelfOfAnySizeIsToldInTheEnd() {
    put(shelf, entry(0, 1, 0));
    put(other, entry(0, 1, 0));
    for (int slot = 1; slot < 400; slot++) {
      put(shelf, entry(slot, slot + 1, 0));
      put(other, entry(slot, slot + 1, 0));
    }
    shelf.put(tombstone(7, 401, 8), 0);
    put(shelf, entry(0, 402, 1));
    shelf.collect(Shelf.TOMBSTONE_MICROS);
    int rounds = 0;

    while (other.complete() < shelf.complete() && rounds < 100) {
      rounds++;
      tell(shelf.since(held(other), 2_000).orElseThrow(), other);
      if (rounds == 3) {
        shelf.put(tombstone(8, 403, 9), 0);
        put(shelf, entry(300, 404, 301));
      }
    }

    assertThat(rounds).isBetween(4, 20);
    assertThat(other.living()).isEqualTo(shelf.living());
    assertThat(other.contents()).isEqualTo(shelf.contents());
  }

  @Test
  void nothingIsBelievedBeyondWhatHasCome() {
    put(shelf, entry(0, 1, 0), entry(1, 2, 0));
    Gossips.Delta.Builder lie = Gossips.Delta.newBuilder().setUpTo(1L << 62);

    shelf.told(lie.build());
    shelf.told(lie.setIsWhole(true).setToSlot(Shelf.MAX_SLOTS).build());

    assertThat(shelf.complete()).isEqualTo(2);
    assertThat(shelf.living()).as("a whole shelf begins with slot 0").hasSize(2);
    assertThat(shelf.put(entry(2, 3, 0), 0)).isTrue();
    assertThat(shelf.complete()).isEqualTo(3);
  }

  /** It shows how far the shelf goes; without it nobody would be told all of it. */
  @Test
  void theGreatestTombstoneIsKept() {
    put(shelf, entry(0, 1, 0), entry(1, 2, 0));
    shelf.put(tombstone(1, 3, 2), 0);

    shelf.collect(2 * Shelf.TOMBSTONE_MICROS);
    tell(shelf.since(held(other), ROOM).orElseThrow(), other);

    assertThat(other.complete()).isEqualTo(3);
  }

  @Test
  void whoHoldsOtherContentsUnderTheSameVersionsIsFoundOut() {
    put(shelf, entry(0, 1, 0), entry(1, 2, 0));
    put(other, entry(0, 1, 0));
    other.put(entry(1, 2, 0).toBuilder().setContent(ByteString.copyFromUtf8("other")).build(), 0);

    assertThat(other.complete()).isEqualTo(shelf.complete());
    assertThat(other.contents()).isNotEqualTo(shelf.contents());
  }

  /** Else each writer would say all anew, every 30 s, while a cluster is upgraded. */
  @Test
  void whatIsHeldIsHashedAsByAllOtherBuilds() {
    put(shelf, entry(0, 1, 0), entry(1, 2, 0), entry(8_000, 4, 3));

    assertThat(shelf.contents()).isEqualTo(-237_420_522);
  }

  @Test
  void aLateCopyOfWhatWasDeletedDoesNotBringItBack() {
    put(shelf, entry(0, 1, 0), entry(1, 2, 0));
    shelf.put(tombstone(1, 3, 2), 0);
    put(shelf, entry(0, 4, 1));
    shelf.collect(Shelf.TOMBSTONE_MICROS);

    boolean isNews = shelf.put(entry(1, 2, 0), 0);

    assertThat(isNews).isFalse();
    assertThat(shelf.living()).extracting(Gossips.Entry::getSlot).containsExactly(0);
  }

  @Test
  void ofALossyValueTheNewestCounts() {
    shelf.lossy().put(load(2), 0);

    assertThat(shelf.lossy().put(load(1), 0)).isFalse();
    assertThat(shelf.lossy().at(Topic.LOAD)).isEqualTo(Optional.of(load(2)));
  }

  @Test
  void saysWhichFieldIsOutOfBounds() {
    assertThatThrownBy(() -> shelf.put(entry(Shelf.MAX_SLOTS, 1, 0), 0))
        .hasMessageContaining("entry.slot");
    ByteString large = ByteString.copyFrom(new byte[Shelf.MAX_KEPT_BYTES + 1]);
    assertThatThrownBy(() -> shelf.put(entry(1, 1, 0).toBuilder().setContent(large).build(), 0))
        .hasMessageContaining("entry.content");
    assertThatThrownBy(() -> shelf.put(entry(1, 2, 2), 0)).hasMessageContaining("entry.version");
  }

  /** Thousands of slots with a frame of strange fields each would be more than there is memory. */
  @Test
  void fieldsOfBuildsToComeAreKeptWithinTheSameBounds() {
    Gossips.Entry entry = entry(1, 1, 0).toBuilder().setUnknownFields(unknown(1_000)).build();
    Gossips.Entry large = entry.toBuilder().setUnknownFields(unknown(9_000)).build();
    Gossips.Latest latest = load(1).toBuilder().setUnknownFields(unknown(500)).build();
    Gossips.Latest largest = load(2).toBuilder().setUnknownFields(unknown(2_000)).build();

    assertThat(shelf.put(entry, 0)).isTrue();
    assertThat(shelf.lossy().put(latest, 0)).isTrue();
    assertThat(shelf.at(1)).contains(entry);
    assertThatThrownBy(() -> Shelf.require(large)).hasMessageContaining("entry has 9");
    assertThatThrownBy(() -> shelf.lossy().put(largest, 0)).hasMessageContaining("latest has 2");
  }

  @Test
  void partsOfALoadAreHeldApartAndToldToWhoKnowsThem() {
    Gossips.Latest second = part(2, 5);
    put(shelf, entry(0, 1, 0));
    shelf.lossy().put(load(3), 0);
    shelf.lossy().put(part(1, 4), 0);
    shelf.lossy().put(second, 0);
    Optional<Map<Integer, Long>> first = Optional.of(Map.of(1, 4L));

    assertThat(latest(new Shelf.Held(1, 3, 0, 0, first))).containsExactly(second);
    assertThat(latest(new Shelf.Held(1, 3, 0, 0, Optional.empty()))).isEmpty();
    assertThat(latest(Shelf.Held.nothing(true))).hasSize(3);
    assertThat(latest(Shelf.Held.nothing(false))).containsExactly(load(3));
  }

  @Test
  void partsOutOfBoundsAreRefusedByName() {
    assertThatThrownBy(() -> shelf.lossy().put(part(LoadForm.PARTS, 1), 0))
        .hasMessageContaining("latest.part is 18, expected 1 to 17");
    assertThatThrownBy(() -> shelf.lossy().put(part(0, 1), 0)).hasMessageContaining("latest.part");
    assertThat(shelf.lossy().put(load(1).toBuilder().setKindValue(9).build(), 0)).isFalse();
  }

  private List<Gossips.Latest> latest(Shelf.Held theirs) {
    return shelf.since(theirs, ROOM).map(Gossips.Delta::getLatestList).orElse(List.of());
  }

  private static Gossips.Latest part(int part, long version) {
    return load(version).toBuilder().setKind(Gossips.Latest.Kind.LOAD_PART).setPart(part).build();
  }

  private static UnknownFieldSet unknown(int bytes) {
    UnknownFieldSet.Field field =
        UnknownFieldSet.Field.newBuilder()
            .addLengthDelimited(ByteString.copyFrom(new byte[bytes]))
            .build();
    return UnknownFieldSet.newBuilder().addField(99, field).build();
  }

  private static Shelf.Held held(Shelf of) {
    return new Shelf.Held(of.complete(), 0, 0, of.begun(), Optional.of(Map.of()));
  }

  private static List<Integer> tell(Gossips.Delta delta, Shelf to) {
    delta.getEntriesList().forEach(entry -> to.put(entry, 0));
    return to.told(delta);
  }

  private static void put(Shelf to, Gossips.Entry... entries) {
    List.of(entries).forEach(entry -> to.put(entry, 0));
  }

  private static Gossips.Entry entry(int slot, long version, long replaces) {
    return Gossips.Entry.newBuilder()
        .setSlot(slot)
        .setVersion(version)
        .setReplaces(replaces)
        .setContent(ByteString.copyFromUtf8("content " + version))
        .build();
  }

  private static Gossips.Entry tombstone(int slot, long version, long replaces) {
    return Gossips.Entry.newBuilder()
        .setSlot(slot)
        .setVersion(version)
        .setReplaces(replaces)
        .setDeleted(true)
        .build();
  }

  private static Gossips.Latest load(long version) {
    return Gossips.Latest.newBuilder()
        .setKind(Gossips.Latest.Kind.LOAD)
        .setVersion(version)
        .build();
  }
}
