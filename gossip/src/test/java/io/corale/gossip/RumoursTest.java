package io.corale.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.corale.wire.Gossips;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RumoursTest {
  private static final int DATAGRAM_BYTES = 1_000;

  private final Rumours<Long, Gossips.Entry> rumours = new Rumours<>(100, DATAGRAM_BYTES);
  private final List<Long> told = new ArrayList<>();

  @Test
  void tellsEachALimitedNumberOfTimes() {
    spread(1, 1);

    for (int i = 0; i < 9; i++) {
      tell(1_000, 4);
    }

    assertThat(told).containsExactly(1L, 1L, 1L, 1L);
    assertThat(rumours.isEmpty()).isTrue();
  }

  @Test
  void tellsTheLeastToldFirstAndOfThoseTheFreshest() {
    spread(1, 1);
    tell(1_000, 9);
    spread(2, 2);
    spread(3, 3);
    told.clear();

    tell(1_000, 9);

    assertThat(told).containsExactly(3L, 2L, 1L);
  }

  @Test
  void aNewerWordTakesThePlaceOfAnOlderOne() {
    spread(1, 1);
    spread(1, 2);

    tell(1_000, 9);

    assertThat(told).containsExactly(2L);
  }

  @Test
  void keepsWithinTheRoomThatThereIs() {
    for (int subject = 0; subject < 50; subject++) {
      spread(subject, subject + 1);
    }

    int used = tell(100, 9);

    assertThat(used).isLessThanOrEqualTo(100);
    assertThat(told).isNotEmpty().hasSizeLessThan(8);
  }

  /** Else there would be news for ever, and datagrams go out that carry none. */
  @Test
  void whatFitsIntoNoDatagramIsNotWaitedForNorIsWhatItOvertakes() {
    ByteString large = ByteString.copyFrom(new byte[DATAGRAM_BYTES]);
    spread(1, 1);
    spread(2, 1);

    rumours.spread(1L, Gossips.Entry.newBuilder().setWriter(1).setContent(large).build());
    tell(DATAGRAM_BYTES, 1);

    assertThat(told).containsExactly(1L);
    assertThat(rumours.isEmpty()).isTrue();
  }

  @Test
  void forgetsTheOldestRatherThanGrow() {
    for (int subject = 0; subject < 1_000; subject++) {
      spread(subject, 1);
    }

    assertThat(rumours.size()).isEqualTo(100);
  }

  /** More is said than can be told: what nobody tells any more must not stay behind. */
  @Test
  void keepsNothingOfWhatIsOvertakenHoweverLongThereIsTooMuchToTell() {
    ByteString large = ByteString.copyFrom(new byte[100]);
    for (long subject = 100; subject < 170; subject++) {
      rumours.spread(
          subject, Gossips.Entry.newBuilder().setWriter(subject).setContent(large).build());
    }
    tell(100_000, 12);
    for (int i = 0; i < 100_000; i++) {
      spread(i % 20, i + 1);
      if (i % 3 == 0) {
        tell(20, 12);
        told.clear();
      }
      assertThat(rumours.queued()).isLessThanOrEqualTo(300);
    }
  }

  private void spread(long subject, long version) {
    rumours.spread(
        subject, Gossips.Entry.newBuilder().setWriter(subject).setVersion(version).build());
  }

  private int tell(int room, int times) {
    return rumours.tell(room, times, entry -> told.add(entry.getVersion()));
  }
}
