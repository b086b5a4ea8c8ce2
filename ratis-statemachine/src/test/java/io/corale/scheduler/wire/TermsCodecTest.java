package io.corale.scheduler.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Terms;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Image;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.TermsLog;
import io.corale.wire.Encode;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Terms, and what counts against them, come back from a snapshot as they were (rule 35). */
class TermsCodecTest {
  /** What a superpeer takes, see its proposals. */
  private static final int MOST_COMMAND_BYTES = 192 * 1024;

  private static OwnerScheduler applied(List<Entry> entries) {
    OwnerScheduler scheduler = new OwnerScheduler();
    for (int i = 0; i < entries.size(); i++) {
      scheduler.apply(entries.get(i).proposer().term(), i + 1, entries.get(i));
    }
    return scheduler;
  }

  @Test
  void keepsWhatWasAgreedAndCounted() throws IOException {
    OwnerScheduler scheduler = applied(TermsLog.entries());
    Image.Admission admission = scheduler.image().header().admission();

    Image read = ReplicasTest.decode(ReplicasTest.encode(scheduler));

    assertThat(admission.terms().version()).isEqualTo(1);
    assertThat(admission.submits()).isPresent();
    assertThat(admission.drained().starts() + admission.drained().scaled()).isPositive();
    assertThat(read.header().admission()).isEqualTo(admission);
    assertThat(ReplicasTest.encode(OwnerScheduler.restore(read)))
        .isEqualTo(ReplicasTest.encode(scheduler));
  }

  /** Rule 36: older builds read what holds nothing of it. */
  @Test
  void leavesNoTraceWhereNothingIsAgreedNorCounted() throws IOException {
    OwnerScheduler scheduler = applied(TermsLog.entries().subList(0, 2));

    Image read = ReplicasTest.decode(ReplicasTest.encode(scheduler));

    assertThat(read.header().format()).isLessThan(Entry.TERMS_FORMAT);
    assertThat(read.header().admission()).isEqualTo(Image.Admission.NONE);
  }

  /** What is entered in the registry must fit into an entry, or nothing comes from there. */
  @Test
  void noTermsAreTooLargeForAnEntry() {
    SortedMap<String, Integer> weights = new TreeMap<>();
    for (int i = 0; i < Terms.MOST_WEIGHTS; i++) {
      String number = String.valueOf(100_000 + i);
      String name = "\u732b".repeat(Terms.MOST_CALLER_CHARS - number.length()) + number;
      weights.put(name, Terms.MOST_WEIGHT);
    }
    Terms largest =
        new Terms(
            Long.MAX_VALUE,
            Terms.MOST_QUEUED,
            Terms.MOST_QUEUED_BYTES,
            Terms.MOST_LIVE,
            Terms.MOST_PER_SECOND,
            weights);

    assertThat(TermsCodec.sizeBytes(largest)).isLessThan(MOST_COMMAND_BYTES);
    assertThat(TermsCodec.sizeBytes(largest))
        .isGreaterThanOrEqualTo(Encode.terms(largest).getSerializedSize());
  }

  @Test
  void everyEntryComesBackFromTheWire() throws IOException {
    for (Entry entry : TermsLog.entries()) {
      assertThat(EntryCodec.decode(EntryCodec.encode(entry))).isEqualTo(entry);
    }
  }
}
