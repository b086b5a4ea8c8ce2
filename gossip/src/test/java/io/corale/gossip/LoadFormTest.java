package io.corale.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.corale.wire.Gossips;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class LoadFormTest {
  @Test
  void eachSlotHasItsBandAndNoOtherOneHasAny() {
    SortedMap<Integer, Integer> bands = new TreeMap<>();
    bands.put(480, 0);
    bands.put(481, 255);
    bands.put(959, 7);

    Gossips.Load load = written(1, bands);

    assertThat(LoadForm.band(load, 480)).contains(0);
    assertThat(LoadForm.band(load, 481)).contains(255);
    assertThat(LoadForm.band(load, 959)).contains(7);
    assertThat(LoadForm.band(load, 482)).isEmpty();
  }

  @Test
  void aPartFitsIntoADatagramHoweverMuchIsLed() {
    for (int step = 1; step <= 130; step++) {
      SortedMap<Integer, Integer> bands = new TreeMap<>();
      for (int slot = 7_680; slot < Shelf.MAX_SLOTS && slot < 8_160; slot += step) {
        bands.put(slot, 255);
      }

      Gossips.Load load =
          written(16, bands).toBuilder()
              .setPendingBand(255)
              .setUtilisationPercent(100)
              .setLedSince(Shelf.MAX_VERSION)
              .build();

      assertThat(load.getSerializedSize()).isLessThanOrEqualTo(Shelf.MAX_CONTENT_BYTES);
    }
  }

  @Test
  void allSlotsOfANodeAreInSomePart() {
    assertThat(LoadForm.partOf(0)).isZero();
    assertThat(LoadForm.partOf(Shelf.MAX_SLOTS - 1)).isEqualTo(LoadForm.PARTS - 1);
  }

  @Test
  void slotsBeyondTheBandsOrTheirPartHaveNone() {
    Gossips.Load strange =
        Gossips.Load.newBuilder()
            .setSlots(ByteString.copyFrom(new byte[] {0, -1, -1}))
            .setBands(ByteString.copyFrom(new byte[] {7, 8}))
            .build();

    assertThat(LoadForm.band(strange, 7)).isEmpty();
    assertThat(LoadForm.band(strange, 8)).contains(7);
    assertThat(LoadForm.band(strange, 9)).contains(8);
    assertThat(LoadForm.band(strange, 10)).isEmpty();
    assertThat(LoadForm.band(strange, 479)).isEmpty();
    assertThat(LoadForm.band(Gossips.Load.getDefaultInstance(), 1)).isEmpty();
  }

  private static Gossips.Load written(int part, SortedMap<Integer, Integer> bands) {
    Gossips.Load.Builder load = Gossips.Load.newBuilder();
    LoadForm.put(load, part, bands);
    return load.build();
  }
}
